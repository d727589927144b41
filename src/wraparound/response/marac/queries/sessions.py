"""Sessions with their load, as the reader may count it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from wraparound.foundation.meetings import queries as meetings
from wraparound.foundation.meetings.models import Session
from wraparound.foundation.meetings.rules import MODES
from wraparound.foundation.partners.actors import Actor

FORTNIGHT = timedelta(days=14)
MARAC = "marac"


@dataclass(frozen=True)
class SessionLoad:
    """A session, and how many cases of those that the reader may know of are on it."""

    session: Session
    number: int

    @property
    def is_full(self) -> bool:
        """Whether the reader counts as many as it can hold, or more."""
        return self.number >= self.session.capacity

    @property
    def mode(self) -> str:
        """How it is held, in words."""
        return MODES.get(self.session.mode, self.session.mode)

    @property
    def words(self) -> str:
        """The load in words."""
        return f"{self.number} of {self.session.capacity} cases"


def sessions_to_list_on(actor: Actor, limit: int = 30) -> list[SessionLoad]:
    """The sessions to come, and those of today that aren't closed, with their load."""
    since = timezone.now() - timedelta(hours=12)
    return _loaded(actor, meetings.next_sessions(actor, since, kind=MARAC, limit=limit))


def sessions_after(actor: Actor, session: Session, limit: int = 30) -> list[SessionLoad]:
    """The sessions to come that begin after this one, with their load: to which a case of it may be put off."""
    since = max(timezone.now() - timedelta(hours=12), session.starts_at)
    coming = meetings.next_sessions(actor, since, kind=MARAC, limit=limit + 1)
    return _loaded(actor, [one for one in coming if one.starts_at > session.starts_at][:limit])


def fortnight(actor: Actor) -> list[SessionLoad]:
    """This fortnight's sessions with their load."""
    until = timezone.now() + FORTNIGHT
    return [one for one in sessions_to_list_on(actor) if one.session.starts_at <= until]


def _loaded(actor: Actor, sessions: Sequence[Session]) -> list[SessionLoad]:
    loads = meetings.loads(actor, sessions)
    return [SessionLoad(session, loads[session.pk]) for session in sessions]
