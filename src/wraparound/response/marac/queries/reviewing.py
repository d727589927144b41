"""What earlier sessions promised and isn't done: gone through at the start of a session (domain rules 3.4).

The two ways of failing are kept apart: no longer possible because circumstances changed, and not done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from wraparound.foundation.areas.clocks import today
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.queries import commitments_visible_to
from wraparound.foundation.commitments.states import PROMISED, State
from wraparound.foundation.meetings.models import Session
from wraparound.foundation.meetings.states import SESSION_ENDED
from wraparound.foundation.partners.actors import Actor

OVERDUE, NOT_DONE, NOT_POSSIBLE = "overdue", "not_done", "not_possible"
LATEST = timedelta(days=31)


@dataclass(frozen=True)
class Incomplete:
    """How many of each kind."""

    overdue: int
    not_done: int
    not_possible: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.overdue + self.not_done + self.not_possible


def incomplete_before(actor: Actor, session: Session) -> dict[str, QuerySet[Commitment]]:
    """The lists by kind: overdue ones, and those that ended since the session before this one."""
    earlier = Session.objects.filter(panel_id=session.panel_id, starts_at__lt=session.starts_at)
    rows = commitments_visible_to(actor).filter(agreed_in__in=earlier.values("pk"))
    return {kind: rows.filter(condition) for kind, condition in _conditions(since(session)).items()}


def incomplete_counts(actor: Actor, session: Session) -> Incomplete:
    """Their numbers, in one query besides the one for when the session before was."""
    earlier = Session.objects.filter(panel_id=session.panel_id, starts_at__lt=session.starts_at)
    rows = commitments_visible_to(actor).filter(agreed_in__in=earlier.values("pk")).order_by()
    # All of them are open or ended lately: so that not every promise that was ever made is looked at.
    begins = since(session)
    rows = rows.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=begins))
    found = rows.aggregate(**{k: Count("pk", filter=condition) for k, condition in _conditions(begins).items()})
    return Incomplete(**found)


def since(session: Session) -> datetime:
    """When the session before this one began; at most a month back."""
    before = Session.objects.filter(
        panel_id=session.panel_id, starts_at__lt=session.starts_at, state__in=SESSION_ENDED, is_emergency=False
    )
    last = before.order_by("-starts_at").values_list("starts_at", flat=True).first()
    earliest = session.starts_at - LATEST
    return max(last, earliest) if last is not None else earliest


def _conditions(begins: datetime) -> dict[str, Q]:
    return {
        OVERDUE: Q(closed_at__isnull=True, state__in=PROMISED - {State.CLAIMED_NOT_POSSIBLE}, due_on__lt=today()),
        NOT_DONE: Q(state=State.NOT_DONE, closed_at__gte=begins),
        NOT_POSSIBLE: Q(state=State.NO_LONGER_POSSIBLE, closed_at__gte=begins) | Q(state=State.CLAIMED_NOT_POSSIBLE),
    }
