"""Fixtures of the tests of commitments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from wraparound.foundation.commitments.tests.factories import World, a_world
from wraparound.foundation.partners.actors import Actor


@pytest.fixture
def world(
    area: Any, police: Any, housing: Any, idva_service: Any, marac_team: Any, someone: Callable[..., Actor]
) -> World:
    """A matter, the agencies around it, and people in their roles: all there for a long time."""
    with time_machine.travel(datetime(2025, 1, 6, 9, 0, tzinfo=UTC), tick=False):
        return a_world(area, police, housing, idva_service, marac_team, someone)
