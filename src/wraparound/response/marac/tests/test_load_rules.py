"""The forecast of the load, and how far a case may be put off: rules alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wraparound.response.marac.params import MaracDeferrals
from wraparound.response.marac.rules.deferrals import past_limits
from wraparound.response.marac.rules.load import Sitting, forecast, rate_per_day

MONDAY = date(2026, 11, 2)
LIMITS = MaracDeferrals(max_deferrals=1, max_days=28)


@pytest.mark.parametrize(
    ("before", "days", "passed"),
    [(0, 14, 0), (0, 28, 0), (0, 29, 1), (1, 14, 1), (1, 29, 2), (2, 1, 1)],
    ids=["first", "on the last day", "a day too late", "the second time", "both", "the third time"],
)
def test_a_case_is_put_off_so_often_and_so_long(before: int, days: int, passed: int) -> None:
    found = past_limits(LIMITS, put_off_before=before, first_listed_for=MONDAY, to=MONDAY + timedelta(days=days))
    assert len(found) == passed
    assert all(sentence.endswith(".") for sentence in found)


def test_where_none_is_allowed_the_first_one_needs_the_chair() -> None:
    none = MaracDeferrals(max_deferrals=0, max_days=365)
    assert past_limits(none, put_off_before=0, first_listed_for=MONDAY, to=MONDAY + timedelta(days=1))


def test_a_rate_is_of_days_of_whole_weeks() -> None:
    assert rate_per_day(56, 4) == 2.0


def _sittings(*loads: tuple[int, int]) -> list[Sitting]:
    return [Sitting(MONDAY + timedelta(days=7 * n), capacity, listed) for n, (capacity, listed) in enumerate(loads)]


def test_those_who_wait_come_before_those_who_are_expected() -> None:
    found = forecast(_sittings((3, 1), (3, 0), (3, 0)), waiting=4, rate=0.5, start=MONDAY, days=14)
    assert [(one.waiting, one.expected) for one in found.days] == [(2, 0), (2, 1), (0, 3)]
    # Seven have come by the third Monday, of whom four fit.
    assert (found.left_waiting, found.left_expected, found.short_by) == (0, 3, 3)


def test_what_comes_after_the_last_session_is_no_shortage_of_these() -> None:
    found = forecast(_sittings((15, 0)), waiting=0, rate=2, start=MONDAY, days=14)
    assert found.expected == 28
    assert found.short_by == 0


def test_a_session_with_too_many_takes_no_more_and_says_so() -> None:
    found = forecast(_sittings((2, 3), (2, 0)), waiting=1, rate=0, start=MONDAY, days=14)
    assert [one.is_over for one in found.days] == [True, False]
    assert [one.waiting for one in found.days] == [0, 1]


def test_without_a_session_everyone_is_left() -> None:
    found = forecast([], waiting=3, rate=1, start=MONDAY, days=14)
    assert (found.capacity, found.left_waiting, found.short_by) == (0, 3, 3)


@given(
    loads=st.lists(st.tuples(st.integers(1, 20), st.integers(0, 25)), max_size=12),
    waiting=st.integers(0, 200),
    rate=st.floats(0, 20),
)
def test_nobody_is_lost_and_no_session_is_overfilled(loads: list[tuple[int, int]], waiting: int, rate: float) -> None:
    found = forecast(_sittings(*loads), waiting=waiting, rate=rate, start=MONDAY, days=7 * len(loads))
    assert sum(one.waiting for one in found.days) + found.left_waiting == waiting
    for one in found.days:
        assert one.waiting >= 0
        assert one.expected >= 0
        assert one.load <= max(one.sitting.capacity, one.sitting.listed)
