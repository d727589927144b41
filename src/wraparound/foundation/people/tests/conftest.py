"""Who reads people's pages."""

from __future__ import annotations

from typing import Any

import pytest

from wraparound.foundation.partners.roles import Role


@pytest.fixture
def officer(police: Any, someone: Any) -> Any:
    return someone(Role.PRACTITIONER, police)


@pytest.fixture
def reviewer(marac_team: Any, someone: Any) -> Any:
    return someone(Role.LINK_REVIEWER, marac_team)
