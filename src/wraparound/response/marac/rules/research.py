"""By when an agency says what it knows of a listed case (rule set `marac.research`)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from wraparound.foundation.areas.rules import LONDON, WorkingCalendar
from wraparound.response.marac.params import MaracResearch

_DAY = timedelta(days=1)


def research_due(
    params: MaracResearch,
    calendar: WorkingCalendar,
    *,
    asked_at: datetime,
    starts_at: datetime,
    closes_at: datetime | None = None,
) -> datetime:
    """When the answer is due, in UTC; all moments that come in are aware.

    So many working days before the session, at the rule's hour. A case that is listed late leaves at least the
    rule's minutes, yet never more than until the session begins; one that is listed in the session is due after
    those minutes. A session without a meeting has its closing date (`closes_at`), and that is when it is due.
    """
    least = asked_at + timedelta(minutes=params.least_minutes)
    if closes_at is not None:
        return max(closes_at, asked_at).astimezone(UTC)
    if asked_at >= starts_at:
        return least.astimezone(UTC)
    day = starts_at.astimezone(LONDON).date()
    for _ in range(params.due_working_days_before):
        day -= _DAY
        while not calendar.is_working_day(day):
            day -= _DAY
    usual = datetime.combine(day, params.due_at, LONDON)
    return min(max(usual, least), starts_at).astimezone(UTC)
