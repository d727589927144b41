"""People of the tests' partnership who have a part in the MARAC."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role

Someone = Callable[..., Actor]


@pytest.fixture
def officer(someone: Someone, housing: Any) -> Actor:
    """A housing officer: any agency may refer."""
    return someone(Role.PRACTITIONER, housing)


@pytest.fixture
def coordinator(someone: Someone, marac_team: Any) -> Actor:
    return someone(Role.MARAC_COORDINATOR, marac_team)


@pytest.fixture
def chair(someone: Someone, marac_team: Any) -> Actor:
    return someone(Role.MARAC_CHAIR, marac_team)


@pytest.fixture
def idva(someone: Someone, idva_service: Any) -> Actor:
    return someone(Role.IDVA, idva_service)


@pytest.fixture
def police_rep(someone: Someone, police: Any) -> Actor:
    return someone(Role.MARAC_REPRESENTATIVE, police)


@pytest.fixture
def clerk(someone: Someone, police: Any) -> Actor:
    return someone(Role.POLICE_CLERK, police)
