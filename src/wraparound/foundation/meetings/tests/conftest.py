"""Fixtures of the tests of meetings: a panel, a session and matters, with people in their roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from wraparound.foundation.access.models import Matter
from wraparound.foundation.commitments.tests.factories import a_matter
from wraparound.foundation.meetings import services
from wraparound.foundation.meetings.models import AgendaItem, Panel, Session
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role

STARTS = datetime(2026, 11, 5, 10, 0, tzinfo=UTC)


@dataclass
class Room:
    """A session of Fenmoor's MARAC and who comes to it."""

    session: Session
    matters: list[Matter]
    housing: Organisation
    marac_team: Organisation
    someone: Callable[..., Actor]
    coordinator: Actor
    chair: Actor
    representative: Actor
    practitioner: Actor

    def later(self) -> Session:
        """The session of two weeks later."""
        return services.plan_session(
            panel=self.session.panel,
            starts_at=STARTS + timedelta(days=14),
            mode="meeting",
            capacity=8,
            by=self.coordinator,
        )

    def listed(self, number: int = 3) -> list[AgendaItem]:
        """The first matters, listed in their order."""
        return [
            services.put_on_agenda(session=self.session, matter=matter, because="High risk", by=self.coordinator)
            for matter in self.matters[:number]
        ]

    def opened(self) -> list[AgendaItem]:
        """The same, in a session that has begun."""
        items = self.listed()
        services.open_session(session=self.session, by=self.chair)
        return [AgendaItem.objects.get(pk=item.pk) for item in items]


@pytest.fixture
def room(
    area: Any, police: Any, housing: Any, marac_team: Any, idva_service: Any, someone: Callable[..., Actor]
) -> Room:
    """A planned session and five matters."""
    with time_machine.travel(datetime(2025, 1, 6, 9, 0, tzinfo=UTC), tick=False):
        coordinator = someone(Role.MARAC_COORDINATOR, marac_team, "Cory Coordinator")
        return Room(
            session=services.plan_session(
                panel=Panel.objects.get(slug="fenmoor-marac"),
                starts_at=STARTS,
                mode="meeting",
                capacity=8,
                by=coordinator,
                rule_version="marac.sessions 1",
            ),
            matters=[a_matter(area, police, marac_team, housing, idva_service) for _ in range(5)],
            housing=housing,
            marac_team=marac_team,
            someone=someone,
            coordinator=coordinator,
            chair=someone(Role.MARAC_CHAIR, marac_team, "Charlie Chair"),
            representative=someone(Role.MARAC_REPRESENTATIVE, housing, "Rae Representative"),
            practitioner=someone(Role.PRACTITIONER, police, "Olu Officer"),
        )
