"""People of the tests' partnership who have a part in the MARAC."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.response.marac.models import Referral
from wraparound.response.marac.tests import coming_again

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


@pytest.fixture
def reviewer(someone: Someone, marac_team: Any) -> Actor:
    return someone(Role.LINK_REVIEWER, marac_team)


@pytest.fixture
def heard(officer: Actor, coordinator: Actor, area: Any, deliver: Any, time_machine: Any) -> Referral:
    """Two people who were heard on 5 March 2026; it is 20 April now."""
    return coming_again.hear(officer, coordinator, area, deliver, time_machine)


@pytest.fixture
def turned_round(heard: Referral, officer: Actor, reviewer: Actor, deliver: Any) -> Referral:
    """The same two, referred again the other way round."""
    return coming_again.turn_round(officer, reviewer, deliver)
