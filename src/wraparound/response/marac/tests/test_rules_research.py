"""By when an agency's answer is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wraparound.foundation.areas.rules import LONDON, WorkingCalendar
from wraparound.response.marac.params import MaracResearch
from wraparound.response.marac.rules import research_due

CALENDAR = WorkingCalendar(
    holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)}),  # Good Friday, Easter Monday
    holidays_from=date(2026, 1, 1),
    holidays_to=date(2026, 12, 31),
)


def params(days: int = 0, at: time = time(11), least: int = 60) -> MaracResearch:
    return MaracResearch(
        due_working_days_before=days,
        due_at=at,
        least_minutes=least,
        chase_gap_minutes=30,
        escalate_after_chases=2,
        systems={},
    )


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[misc,arg-type]  # year to minute


@pytest.mark.parametrize(
    ("rule", "asked", "starts", "due"),
    [
        # The day's own call: at eleven.
        (params(), local(2026, 11, 20, 15), local(2026, 11, 23, 13), local(2026, 11, 23, 11)),
        # Listed at half past ten: an hour. At half past twelve: no longer than until it begins.
        (params(), local(2026, 11, 23, 10, 30), local(2026, 11, 23, 13), local(2026, 11, 23, 11, 30)),
        (params(), local(2026, 11, 23, 12, 30), local(2026, 11, 23, 13), local(2026, 11, 23, 13)),
        # Listed in the session itself.
        (params(), local(2026, 11, 23, 13, 20), local(2026, 11, 23, 13), local(2026, 11, 23, 14, 20)),
        # A rule later in the day than the session doesn't reach past its beginning.
        (params(at=time(16)), local(2026, 11, 20, 9), local(2026, 11, 23, 13), local(2026, 11, 23, 13)),
        # Two working days before: over a weekend, and over Easter.
        (params(2, time(16)), local(2026, 11, 10, 9), local(2026, 11, 23, 10), local(2026, 11, 19, 16)),
        (params(2, time(16)), local(2026, 3, 20, 9), local(2026, 4, 7, 10), local(2026, 4, 1, 16)),
        # The clocks change between: the hour is that of the day on which it falls.
        (params(1, time(16)), local(2026, 3, 20, 9), local(2026, 3, 30, 10), local(2026, 3, 27, 16)),
    ],
)
def test_when_it_is_due(rule, asked, starts, due):
    assert research_due(rule, CALENDAR, asked_at=asked, starts_at=starts) == due.astimezone(UTC)


def test_without_a_meeting_it_is_due_at_the_closing_date():
    closes = local(2026, 11, 26, 17)
    found = research_due(
        params(), CALENDAR, asked_at=local(2026, 11, 23, 9), starts_at=local(2026, 11, 23, 10), closes_at=closes
    )
    assert found == closes.astimezone(UTC)


@given(
    asked=st.integers(0, 20_000),
    ahead=st.integers(1, 20_000),
    days=st.integers(0, 5),
    least=st.integers(0, 600),
    hour=st.integers(0, 23),
)
def test_asked_before_the_session_it_is_due_between_the_two(asked, ahead, days, least, hour):
    asked_at = datetime(2026, 4, 1, tzinfo=UTC) + timedelta(minutes=asked)
    starts_at = asked_at + timedelta(minutes=ahead)
    due = research_due(params(days, time(hour), least), CALENDAR, asked_at=asked_at, starts_at=starts_at)
    assert min(asked_at + timedelta(minutes=least), starts_at) <= due <= starts_at
