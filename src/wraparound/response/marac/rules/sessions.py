"""On which days the MARAC sits (rule set `marac.sessions`)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from wraparound.response.marac.params import MaracSessions


def session_days(params: MaracSessions, first: date, last: date, holidays: Collection[date]) -> list[date]:
    """The days of sessions from `first` to `last`, both included. A bank holiday is left out, not moved."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if is_session_day(params, day) and day not in holidays]


def is_session_day(params: MaracSessions, day: date) -> bool:
    """Whether the rhythm falls on `day`: one of the weekdays, in a week that counts from that of the first session."""
    first = date.fromisoformat(params.first_on)
    if day < first or day.weekday() not in params.weekdays:
        return False
    weeks = (_monday(day) - _monday(first)).days // 7
    return weeks % params.every_weeks == 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
