"""The arithmetic of deadlines, as tables of cases and as properties."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wraparound.foundation.areas.params import DeadlineRule, Unit
from wraparound.foundation.areas.rules import (
    LONDON,
    CalendarEnds,
    Term,
    WorkingCalendar,
    add_months,
    deadline,
    easter_sunday,
    next_school_bell,
    reckon,
    usual_bank_holidays,
    within_months,
)

HOLIDAYS_FILE = Path(__file__).parents[5] / "packs" / "birmingham" / "bank-holidays.json"
PUBLISHED = json.loads(HOLIDAYS_FILE.read_text("utf-8"))["england-and-wales"]["events"]
HOLIDAYS = frozenset(date.fromisoformat(event["date"]) for event in PUBLISHED)

CALENDAR = WorkingCalendar(
    holidays=HOLIDAYS,
    holidays_from=date(2012, 1, 1),
    holidays_to=date(2028, 12, 31),
    terms=(
        Term(date(2025, 9, 1), date(2025, 10, 24)),
        Term(date(2025, 11, 3), date(2025, 12, 19)),
        Term(date(2026, 1, 5), date(2026, 2, 13)),
        Term(date(2026, 2, 23), date(2026, 3, 27)),
        Term(date(2026, 4, 13), date(2026, 5, 22)),
        Term(date(2026, 6, 1), date(2026, 7, 20)),
    ),
)


def london(text: str) -> datetime:
    """A moment of local time, such as "2026-03-28 17:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def due(amount: int, unit: Unit, start: str, at: str = "17:00") -> str:
    """When it is due, in local time."""
    rule = DeadlineRule(amount=amount, unit=unit, at=time.fromisoformat(at))
    return deadline(rule, london(start), CALENDAR).astimezone(LONDON).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("amount", "start", "expected", "why"),
    [
        (1, "2026-11-02 09:00", "2026-11-03 17:00", "an ordinary Monday"),
        (1, "2026-11-06 09:00", "2026-11-09 17:00", "over a weekend"),
        (1, "2026-11-06 23:59", "2026-11-09 17:00", "the day of receipt is day nought, however late"),
        (1, "2026-11-07 10:00", "2026-11-09 17:00", "received on a Saturday"),
        (5, "2026-11-02 09:00", "2026-11-09 17:00", "a working week"),
        (1, "2026-04-02 12:00", "2026-04-07 17:00", "Maundy Thursday to Tuesday: Good Friday and Easter Monday"),
        (1, "2024-03-28 12:00", "2024-04-02 17:00", "Easter in March, over the change to summer time"),
        (1, "2021-12-24 12:00", "2021-12-29 17:00", "Christmas on a Saturday: two substitute days"),
        (1, "2022-12-23 12:00", "2022-12-28 17:00", "Christmas on a Sunday: Boxing Day and one substitute"),
        (1, "2020-12-24 12:00", "2020-12-29 17:00", "Boxing Day on a Saturday: one substitute"),
        (1, "2021-12-31 12:00", "2022-01-04 17:00", "New Year's Day on a Saturday"),
        (1, "2022-12-30 12:00", "2023-01-03 17:00", "New Year's Day on a Sunday"),
        (2, "2025-12-31 12:00", "2026-01-05 17:00", "over the new year and a weekend"),
        (1, "2022-06-01 12:00", "2022-06-06 17:00", "the jubilee, which only the published list knows"),
        (1, "2020-05-07 12:00", "2020-05-11 17:00", "May day moved to a Friday"),
        (0, "2026-11-02 09:00", "2026-11-02 17:00", "the same working day"),
        (0, "2026-11-02 17:30", "2026-11-03 17:00", "whose time has passed"),
        (0, "2026-11-07 09:00", "2026-11-09 17:00", "on a Saturday: the next one that is worked"),
    ],
)
def test_working_days(amount: int, start: str, expected: str, why: str) -> None:
    assert due(amount, Unit.WORKING_DAYS, start) == expected, why


@pytest.mark.parametrize(
    ("hours", "start", "expected", "why"),
    [
        (48, "2026-11-02 10:00", "2026-11-04 10:00", "two plain days"),
        (48, "2026-11-06 10:00", "2026-11-09 10:00", "Saturday counts, Sunday does not"),
        (48, "2026-11-07 18:00", "2026-11-10 18:00", "from a Saturday evening"),
        (48, "2026-11-08 15:00", "2026-11-11 00:00", "a Sunday's hours do not begin to count before Monday"),
        (48, "2026-04-02 20:00", "2026-04-07 20:00", "Maundy Thursday: of four days only Saturday counts"),
        (48, "2027-12-24 09:00", "2027-12-30 09:00", "Christmas on a Saturday is out itself, and both substitutes"),
        (48, "2026-03-28 12:00", "2026-03-31 12:00", "the clocks change on a Sunday, which does not count"),
        (24, "2026-11-07 00:00", "2026-11-08 00:00", "time that runs out as Saturday ends"),
        (0, "2026-11-02 10:00", "2026-11-02 10:00", "nothing to wait for"),
    ],
)
def test_forty_eight_hours_without_sundays_and_holidays(hours: int, start: str, expected: str, why: str) -> None:
    assert due(hours, Unit.HOURS_WITHOUT_SUNDAYS_AND_HOLIDAYS, start) == expected, why


@pytest.mark.parametrize(
    ("amount", "unit", "start", "expected", "why"),
    [
        (24, Unit.HOURS, "2026-03-28 12:00", "2026-03-29 13:00", "a night of 23 hours"),
        (24, Unit.HOURS, "2026-10-24 12:00", "2026-10-25 11:00", "a night of 25 hours"),
        (1, Unit.DAYS, "2026-03-28 12:00", "2026-03-29 17:00", "17:00 is 17:00 on the day of the change"),
        (1, Unit.DAYS, "2026-10-24 12:00", "2026-10-25 17:00", "and in autumn"),
        (28, Unit.DAYS, "2024-02-10 09:00", "2024-03-09 17:00", "over a leap day"),
        (28, Unit.DAYS, "2023-02-10 09:00", "2023-03-10 17:00", "and without one"),
        (7, Unit.DAYS, "2025-12-29 09:00", "2026-01-05 17:00", "into the next year"),
        (0, Unit.DAYS, "2026-11-01 18:00", "2026-11-02 17:00", "due today, but today's time has passed"),
        (1, Unit.MONTHS, "2026-01-31 09:00", "2026-02-28 17:00", "January has no equal in February"),
        (1, Unit.MONTHS, "2024-01-31 09:00", "2024-02-29 17:00", "but nearly in a leap year"),
        (12, Unit.MONTHS, "2024-02-29 09:00", "2025-02-28 17:00", "a leap day's year"),
        (6, Unit.MONTHS, "2026-01-25 09:00", "2026-07-25 17:00", "no stretch over a Saturday"),
        (0, Unit.MONTHS, "2026-01-25 18:00", "2026-01-25 18:00", "never before its start"),
    ],
)
def test_hours_days_and_months(amount: int, unit: Unit, start: str, expected: str, why: str) -> None:
    assert due(amount, unit, start) == expected, why


@pytest.mark.parametrize(
    ("start", "expected", "why"),
    [
        ("2026-01-06 15:00", "2026-01-07 08:30", "an afternoon in term"),
        ("2026-01-07 02:00", "2026-01-07 08:30", "the small hours of a school day: the same morning's bell"),
        ("2026-01-07 08:30", "2026-01-07 08:30", "as the bell rings"),
        ("2026-01-07 08:31", "2026-01-08 08:30", "a minute late"),
        ("2026-01-09 22:00", "2026-01-12 08:30", "a Friday night"),
        ("2026-02-13 16:00", "2026-02-23 08:30", "half-term"),
        ("2025-12-19 16:00", "2026-01-05 08:30", "Christmas holidays"),
        ("2026-05-01 16:00", "2026-05-05 08:30", "a bank holiday in term"),
        ("2026-03-27 16:00", "2026-04-13 08:30", "Easter holidays, over the change to summer time"),
    ],
)
def test_before_the_next_bell(start: str, expected: str, why: str) -> None:
    bell = next_school_bell(time(8, 30), london(start), CALENDAR).astimezone(LONDON)
    assert bell.strftime("%Y-%m-%d %H:%M") == expected, why


@pytest.mark.parametrize(
    ("anchor", "day", "months", "within"),
    [
        (date(2025, 3, 4), date(2025, 3, 4), 12, True),
        (date(2025, 3, 4), date(2026, 3, 4), 12, True),  # the last day counts
        (date(2025, 3, 4), date(2026, 3, 5), 12, False),
        (date(2025, 3, 4), date(2025, 3, 3), 12, False),  # before the anchor
        (date(2024, 2, 29), date(2025, 2, 28), 12, True),
        (date(2024, 2, 29), date(2025, 3, 1), 12, False),
        (date(2023, 2, 28), date(2024, 2, 28), 12, True),
        (date(2023, 2, 28), date(2024, 2, 29), 12, False),  # 366 days later, and yet too late
        (date(2025, 8, 31), date(2026, 2, 28), 6, True),
        (date(2025, 8, 31), date(2026, 3, 1), 6, False),
    ],
)
def test_within_calendar_months(anchor: date, day: date, months: int, within: bool) -> None:
    assert within_months(anchor, day, months) is within


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 31), -12, date(2025, 1, 31)),
        (date(2026, 8, 31), 0, date(2026, 8, 31)),
    ],
)
def test_months_are_added_by_the_calendar(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("year", "easter"),
    [(2000, "04-23"), (2008, "03-23"), (2011, "04-24"), (2024, "03-31"), (2026, "04-05"), (2038, "04-25")],
)
def test_easter(year: int, easter: str) -> None:
    assert easter_sunday(year).strftime("%m-%d") == easter


PROCLAIMED_ONCE = {
    2012: ({"2012-06-04", "2012-06-05"}, {"2012-05-28"}),  # diamond jubilee, and spring's day moved for it
    2020: ({"2020-05-08"}, {"2020-05-04"}),  # May day moved to the 75th anniversary of peace in Europe
    2022: ({"2022-06-02", "2022-06-03", "2022-09-19"}, {"2022-05-30"}),  # jubilee; funeral of the Queen
    2023: ({"2023-05-08"}, set()),  # coronation
}


@pytest.mark.parametrize("year", range(2012, 2029))
def test_the_usual_bank_holidays_are_the_published_ones_but_for_single_proclamations(year: int) -> None:
    published = {day for day in HOLIDAYS if day.year == year}
    extra, missing = PROCLAIMED_ONCE.get(year, (set(), set()))
    usual = set(usual_bank_holidays(year))
    assert {day.isoformat() for day in published - usual} == extra
    assert {day.isoformat() for day in usual - published} == missing


def test_beyond_the_published_list_the_usual_holidays_count_and_the_answer_says_so() -> None:
    rule = DeadlineRule(amount=1, unit=Unit.WORKING_DAYS)
    known = reckon(rule, london("2028-12-22 12:00"), CALENDAR)
    assert known.at == london("2028-12-27 17:00")
    assert known.provisional == ""
    beyond = reckon(rule, london("2030-04-18 12:00"), CALENDAR)  # the day before Good Friday
    assert beyond.at == london("2030-04-23 17:00")
    assert "does not cover" in beyond.provisional


def test_beyond_the_list_of_a_division_whose_holidays_are_not_known_there_is_an_error() -> None:
    scotland = WorkingCalendar(
        holidays=frozenset({date(2026, 11, 30)}),
        holidays_from=date(2026, 1, 1),
        holidays_to=date(2026, 12, 31),
        division="scotland",
    )
    rule = DeadlineRule(amount=1, unit=Unit.WORKING_DAYS)
    assert deadline(rule, london("2026-11-27 12:00"), scotland) == london("2026-12-01 17:00")
    with pytest.raises(CalendarEnds, match="bank holidays of scotland are not loaded"):
        deadline(rule, london("2026-12-31 12:00"), scotland)


def test_where_no_term_is_known_a_weekday_counts_as_a_school_day_and_the_answer_says_so() -> None:
    rule = DeadlineRule(amount=1, unit=Unit.SCHOOL_DAYS, at=time(8, 30))
    known = reckon(rule, london("2026-01-09 22:00"), CALENDAR)
    assert known.provisional == ""
    beyond = reckon(rule, london("2026-08-03 22:00"), CALENDAR)
    assert beyond.at == london("2026-08-04 08:30")
    assert "no term is known" in beyond.provisional


def test_provisional_terms_are_told() -> None:
    calendar = WorkingCalendar(
        holidays=HOLIDAYS,
        holidays_from=date(2012, 1, 1),
        holidays_to=date(2028, 12, 31),
        terms=(Term(date(2026, 9, 1), date(2026, 12, 18), is_provisional=True),),
    )
    rule = DeadlineRule(amount=1, unit=Unit.SCHOOL_DAYS, at=time(8, 30))
    assert "provisional" in reckon(rule, london("2026-10-05 12:00"), calendar).provisional


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        deadline(DeadlineRule(amount=1, unit=Unit.DAYS), datetime(2026, 1, 1), CALENDAR)


def test_a_calendar_on_which_nobody_works_is_told_as_a_mistake() -> None:
    nobody = WorkingCalendar(working_weekdays=frozenset())
    with pytest.raises(CalendarEnds, match="too few working_days"):
        deadline(DeadlineRule(amount=1, unit=Unit.WORKING_DAYS), london("2026-01-01 12:00"), nobody)


moments = st.datetimes(datetime(2013, 1, 1), datetime(2028, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))
times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
rules = st.builds(DeadlineRule, amount=st.integers(0, 60), unit=st.sampled_from(list(Unit)), at=times)


@given(rule=rules, start=moments)
def test_nothing_is_due_before_it_began(rule: DeadlineRule, start: datetime) -> None:
    end = deadline(rule, start, CALENDAR)
    assert end >= start
    assert end.utcoffset() == timedelta(0)


@given(rule=rules, first=moments, second=moments)
def test_what_begins_later_is_not_due_earlier(rule: DeadlineRule, first: datetime, second: datetime) -> None:
    early, late = sorted((first, second))
    assert deadline(rule, early, CALENDAR) <= deadline(rule, late, CALENDAR)


@given(rule=rules, start=moments, more=st.integers(0, 30))
def test_more_time_is_never_less(rule: DeadlineRule, start: datetime, more: int) -> None:
    longer = DeadlineRule(amount=rule.amount + more, unit=rule.unit, at=rule.at)
    assert deadline(rule, start, CALENDAR) <= deadline(longer, start, CALENDAR)


@given(amount=st.integers(0, 60), start=moments, at=times)
def test_working_days_end_on_one_and_count_each_between(amount: int, start: datetime, at: time) -> None:
    end = deadline(DeadlineRule(amount=amount, unit=Unit.WORKING_DAYS, at=at), start, CALENDAR)
    first, last = start.astimezone(LONDON).date(), end.astimezone(LONDON).date()
    assert CALENDAR.is_working_day(last)
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    if amount:
        assert sum(CALENDAR.is_working_day(day) for day in between) == amount


@given(amount=st.integers(1, 20), start=moments, at=times)
def test_a_bell_rings_on_a_school_day(amount: int, start: datetime, at: time) -> None:
    end = deadline(DeadlineRule(amount=amount, unit=Unit.SCHOOL_DAYS, at=at), start, CALENDAR)
    assert CALENDAR.is_school_day(end.astimezone(LONDON).date())


@given(hours=st.integers(1, 200), start=moments)
def test_hours_that_count_add_up(hours: int, start: datetime) -> None:
    rule = DeadlineRule(amount=hours, unit=Unit.HOURS_WITHOUT_SUNDAYS_AND_HOLIDAYS)
    end = deadline(rule, start, CALENDAR)
    counted, now = timedelta(0), start
    while now < end:  # counted again from the answer
        day = now.astimezone(LONDON).date()
        midnight = datetime.combine(day + timedelta(days=1), time(0), tzinfo=LONDON).astimezone(UTC)
        upto = min(midnight, end)
        if not CALENDAR.is_left_out_of_the_hours(day):
            counted += upto - now
        now = upto
    assert counted == timedelta(hours=hours)


@given(day=st.dates(date(1990, 1, 1), date(2060, 1, 1)), months=st.integers(0, 120))
def test_adding_months_keeps_the_month_and_never_a_later_day(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert within_months(day, later, months)
    assert not within_months(day, later + timedelta(days=1), months)
