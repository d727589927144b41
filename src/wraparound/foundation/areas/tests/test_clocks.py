"""Clocks of a real area: its working week, its bank holidays, its terms."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from wraparound.foundation.areas import clocks
from wraparound.foundation.areas.models import Area, BankHoliday, SchoolTerm
from wraparound.foundation.areas.params import DeadlineRule, Unit
from wraparound.foundation.areas.presenters import in_words
from wraparound.foundation.areas.queries import wards_of
from wraparound.foundation.areas.today import calendar_ends
from wraparound.kit.errors import NotNow

pytestmark = pytest.mark.django_db

ONE_WORKING_DAY = DeadlineRule(amount=1, unit=Unit.WORKING_DAYS)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (utc(2026, 7, 1, 22, 59), date(2026, 7, 1)),
        (utc(2026, 7, 1, 23, 0), date(2026, 7, 2)),  # midnight of summer time
        (utc(2026, 1, 1, 23, 59), date(2026, 1, 1)),
        (utc(2025, 12, 31, 23, 59), date(2025, 12, 31)),
    ],
)
def test_today_is_londons_day(moment: datetime, day: date) -> None:
    assert clocks.today(moment) == day
    with time_machine.travel(moment, tick=False):
        assert clocks.today() == day


def test_a_deadline_of_an_area_knows_its_bank_holidays(area: Area) -> None:
    assert clocks.deadline_for(area, ONE_WORKING_DAY, utc(2026, 4, 2, 12)) == utc(2026, 4, 7, 16)
    assert clocks.deadline_for(area, ONE_WORKING_DAY, utc(2026, 11, 6, 12)) == utc(2026, 11, 9, 17)


def test_a_ward_counts_by_the_calendar_and_the_terms_of_what_it_is_part_of(area: Area) -> None:
    ward = wards_of(area)[0]
    bell = DeadlineRule(amount=1, unit=Unit.SCHOOL_DAYS, at=time(8, 30))
    reckoned = clocks.reckoned_for(ward, bell, utc(2025, 12, 19, 18))
    assert reckoned.at == utc(2026, 1, 6, 8, 30)
    assert "provisional" in reckoned.provisional
    clocks.forget()  # as whatever writes reference data does
    SchoolTerm.objects.create(area=ward, name="Own", starts_on="2026-01-08", ends_on="2026-02-08", is_provisional=False)
    assert len(clocks.calendar_for(ward).terms) == 1  # its own come before the partnership's
    assert clocks.reckoned_for(ward, bell, utc(2026, 1, 16, 18)) == clocks.Deadline(utc(2026, 1, 19, 8, 30))


def test_beyond_the_loaded_holidays_the_answer_is_provisional(area: Area) -> None:
    assert clocks.reckoned_for(area, ONE_WORKING_DAY, utc(2028, 12, 22, 12)).provisional == ""
    assert "does not cover" in clocks.reckoned_for(area, ONE_WORKING_DAY, utc(2029, 1, 2, 12)).provisional


def test_the_administrator_is_warned_half_a_year_before_the_holidays_end(area: Area) -> None:
    with time_machine.travel(utc(2028, 6, 1)):
        assert clocks.calendar_warning(area) == ""
    with time_machine.travel(utc(2028, 8, 1)):
        assert "end on 31 December 2028" in clocks.calendar_warning(area)
    BankHoliday.objects.all().delete()
    clocks.forget()
    assert "are not loaded" in clocks.calendar_warning(area)


def test_the_warning_stands_on_the_administrators_today_and_on_no_other() -> None:
    def rows(role: str) -> list[str]:
        return [row.sentence for row in calendar_ends(SimpleNamespace(role=role))]

    with time_machine.travel(utc(2028, 8, 1)):
        assert len(rows("administrator")) == 1
        assert rows("idva") == []
    with time_machine.travel(utc(2026, 8, 1)):
        assert rows("administrator") == []


def test_an_area_without_a_calendar_is_told() -> None:
    lonely = Area.objects.create(code="X9", name="Lonely", kind="partnership", vintage="2025")
    with pytest.raises(NotNow, match=r"No rule set areas\.calendar is in force for Lonely"):
        clocks.deadline_for(lonely, ONE_WORKING_DAY, utc(2026, 1, 1))


@pytest.mark.django_db(transaction=True)
def test_a_calendar_is_kept_for_a_minute_and_forgotten_on_a_load(area: Area, django_assert_num_queries: Any) -> None:
    clocks.forget()
    clocks.calendar_for(area)
    with django_assert_num_queries(0):
        clocks.calendar_for(area)
    BankHoliday.objects.create(division="england-and-wales", date="2026-11-03", title="A day of joy")
    assert clocks.deadline_for(area, ONE_WORKING_DAY, utc(2026, 11, 2, 12)) == utc(2026, 11, 3, 17)
    clocks.forget()
    assert clocks.deadline_for(area, ONE_WORKING_DAY, utc(2026, 11, 2, 12)) == utc(2026, 11, 4, 17)
    clocks.forget()


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        (1, Unit.WORKING_DAYS, "1 working day, by 17:00"),
        (5, Unit.DAYS, "5 days, by 17:00"),
        (0, Unit.DAYS, "the same day, by 17:00"),
        (24, Unit.HOURS, "24 hours"),
        (48, Unit.HOURS_WITHOUT_SUNDAYS_AND_HOLIDAYS, "48 hours, Sundays and bank holidays not counted"),
        (12, Unit.MONTHS, "12 months, by 17:00"),
    ],
)
def test_deadlines_in_words(amount: int, unit: Unit, words: str) -> None:
    assert in_words(DeadlineRule(amount=amount, unit=unit)) == words
