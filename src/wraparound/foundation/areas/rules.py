"""The arithmetic of deadlines: pure functions over a calendar that is handed in.

Local time is Europe/London; every moment that comes in or goes out is aware, and what goes out is in UTC.
How each unit is counted:

`hours`
    Hours as they pass: 24 hours over the night on which the clocks change are still 24 hours.
`hours_without_sundays_and_holidays`
    Hours as they pass, but for those of Sundays, Christmas Day, Good Friday and bank holidays (Domestic Abuse
    Act 2021 s29; a Saturday counts). Time that runs out at the very end of a counted day falls at its midnight.
`days`, `working_days`
    The day of the start is day nought. The deadline falls on the last day counted, at the rule's time of day.
    With an amount of nought it is the first such day whose time has not yet passed.
`school_days`
    Counted in bells: the first deadline is the first bell (the rule's time on a school day) that has not yet
    rung. An incident at two in the morning of a school day is due before that same morning's bell.
`months`
    Calendar months by date: 31 January and a month is the last day of February. No month is stretched because
    its last day is a Sunday; the rules that are counted in months run regardless of the day.

A time of day that a spring change of clocks leaves out falls an hour later by the clock; one that an autumn
change brings twice is the first of the two.

**Beyond what is loaded.** Bank holidays are published a few years ahead, school terms fewer. A deadline that
reaches past them is neither refused (a referral must be recorded in any year) nor counted as if every weekday
were worked: the usual bank holidays of the law are reckoned (`usual_bank_holidays`), every weekday that lies in
no known term counts as a school day (too early harms nobody), and the answer says that it is provisional and
why. For a division whose usual holidays are not known here, CalendarEnds is raised.
"""

from __future__ import annotations

import calendar as month_lengths
import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wraparound.foundation.areas.params import DeadlineRule, Unit
from wraparound.kit.errors import NotNow

LONDON = ZoneInfo("Europe/London")
ENGLAND_AND_WALES = "england-and-wales"
MONDAY, SATURDAY, SUNDAY = 0, 5, 6
WEEKDAYS = frozenset(range(MONDAY, SATURDAY))

_DAY = timedelta(days=1)
_LONGEST_SEARCH = 366 * 3  # days; a calendar on which nothing is worked for so long is a mistake


class CalendarEnds(NotNow):
    """A deadline needs days that the calendar does not know. The message says which, and the remedy."""


@dataclass(frozen=True)
class Term:
    """A stretch of school, first and last day included."""

    starts_on: date
    ends_on: date
    is_provisional: bool = False


@dataclass(frozen=True)
class WorkingCalendar:
    """What must be known of an area's days.

    `holidays` are its division's bank holidays from `holidays_from` to `holidays_to` (whole years; None where
    none are loaded). `working_weekdays` has Monday as 0. `terms` are in order and do not overlap.
    """

    holidays: frozenset[date] = frozenset()
    holidays_from: date | None = None
    holidays_to: date | None = None
    division: str = ENGLAND_AND_WALES
    working_weekdays: frozenset[int] = WEEKDAYS
    terms: tuple[Term, ...] = ()

    def knows_holidays_of(self, day: date) -> bool:
        """Whether the published list covers this day."""
        if self.holidays_from is None or self.holidays_to is None:
            return False
        return self.holidays_from <= day <= self.holidays_to

    def knows_terms_of(self, day: date) -> bool:
        """Whether this day lies between the first and the last day of the terms that are loaded."""
        return bool(self.terms) and self.terms[0].starts_on <= day <= self.terms[-1].ends_on

    def is_holiday(self, day: date) -> bool:
        """Whether it is a bank holiday: by the published list, beyond it by the usual rules.

        Raises CalendarEnds beyond the list where the division's usual holidays are not known.
        """
        if self.knows_holidays_of(day):
            return day in self.holidays
        if self.division != ENGLAND_AND_WALES:
            raise CalendarEnds(
                f"The bank holidays of {self.division} are not loaded for {day:%d %B %Y}. "
                "Load a reference pack whose bank-holidays.json covers that year."
            )
        return day in usual_bank_holidays(day.year)

    def is_working_day(self, day: date) -> bool:
        """A day on which people here work: one of the working weekdays, and no bank holiday."""
        return day.weekday() in self.working_weekdays and not self.is_holiday(day)

    def is_school_day(self, day: date) -> bool:
        """A weekday in term that is no bank holiday; a weekday of which no term is known counts too."""
        if day.weekday() not in WEEKDAYS or self.is_holiday(day):
            return False
        if not self.knows_terms_of(day):
            return True
        return any(term.starts_on <= day <= term.ends_on for term in self.terms)

    def is_left_out_of_the_hours(self, day: date) -> bool:
        """A Sunday, Christmas Day, Good Friday or bank holiday: its hours do not count towards the 48."""
        return (
            day.weekday() == SUNDAY
            or (day.month, day.day) == (12, 25)
            or day == easter_sunday(day.year) - 2 * _DAY
            or self.is_holiday(day)
        )


@dataclass(frozen=True)
class Deadline:
    """A moment in UTC; `provisional` is a sentence where some of its days are not in the loaded calendar."""

    at: datetime
    provisional: str = ""


def deadline(rule: DeadlineRule, start: datetime, calendar: WorkingCalendar) -> datetime:
    """The moment (UTC) at which what began at `start` (aware) is due. See `reckon` for the flag."""
    return reckon(rule, start, calendar).at


def reckon(rule: DeadlineRule, start: datetime, calendar: WorkingCalendar) -> Deadline:
    """The deadline, and whether part of it had to be counted beyond the loaded calendar.

    `start` is an aware datetime. Raises ValueError for a naive one, CalendarEnds as the calendar does.
    """
    if start.tzinfo is None:
        raise ValueError("a deadline is counted from an aware moment; this one has no time zone")
    local = start.astimezone(LONDON)
    if rule.unit is Unit.HOURS:
        return Deadline(start.astimezone(UTC) + timedelta(hours=rule.amount))
    if rule.unit is Unit.MONTHS:
        return Deadline(_not_before(start, _moment(add_months(local.date(), rule.amount), rule.at)))
    if rule.unit is Unit.DAYS:
        return Deadline(_nth_day(rule, local, lambda day: True, skip_today=rule.amount > 0))
    if rule.unit is Unit.WORKING_DAYS:
        end = _nth_day(rule, local, calendar.is_working_day, skip_today=rule.amount > 0)
        return Deadline(end, _beyond_holidays(calendar, local.date(), end))
    if rule.unit is Unit.SCHOOL_DAYS:
        end = _nth_day(rule, local, calendar.is_school_day, skip_today=False)
        return Deadline(end, _beyond_terms(calendar, local.date(), end))
    end = _hours_that_count(rule.amount, local, calendar)
    return Deadline(end, _beyond_holidays(calendar, local.date(), end))


def add_months(day: date, months: int) -> date:
    """The day so many calendar months later (or earlier), or the last of that month where it has no such day.

    31 January and one month is 28 or 29 February; 29 February and twelve months is 28 February.
    """
    years, month0 = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month0 + 1
    return date(year, month, min(day.day, month_lengths.monthrange(year, month)[1]))


def within_months(anchor: date, day: date, months: int) -> bool:
    """Whether `day` lies on or after `anchor` and not after `anchor` and so many calendar months.

    The last day counts (domain rule of the MARAC repeat: `day <= anchor + 12 months`).
    """
    return anchor <= day <= add_months(anchor, months)


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm printed by Meeus and Jones)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day0 = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day0 + 1)


@functools.cache
def usual_bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England and Wales as custom and the Act of 1971 have them, substitutes included.

    A single proclamation (a jubilee, a coronation, a moved May day) is not in them: only a published list is.
    Source: Banking and Financial Dealings Act 1971, Schedule 1, and the days proclaimed each year since 1978.
    """
    easter = easter_sunday(year)
    days = {
        easter - 2 * _DAY,
        easter + _DAY,
        _monday_on_or_after(date(year, 5, 1)),
        _monday_on_or_after(date(year, 5, 25)),
        _monday_on_or_after(date(year, 8, 25)),
    }
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while day.weekday() >= SATURDAY or day in days:
            day += _DAY
        days.add(day)
    return frozenset(days)


def next_school_bell(at: time, start: datetime, calendar: WorkingCalendar) -> datetime:
    """The first `at` (local) on a school day that is not before `start`: before it a school must know."""
    return deadline(DeadlineRule(amount=1, unit=Unit.SCHOOL_DAYS, at=at), start, calendar)


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)


def _not_before(start: datetime, moment: datetime) -> datetime:
    """A deadline of no length on the day of the start must not lie before the start."""
    return max(start.astimezone(UTC), moment)


def _monday_on_or_after(day: date) -> date:
    return day + _DAY * (-day.weekday() % 7)


def _nth_day(rule: DeadlineRule, local: datetime, counts: Callable[[date], bool], *, skip_today: bool) -> datetime:
    """The rule's time on the n-th day that counts, of those whose time has not passed (and after today)."""
    day, left = local.date(), max(1, rule.amount)
    for _ in range(_LONGEST_SEARCH + 8 * rule.amount):
        if counts(day) and not (skip_today and day == local.date()):
            moment = _moment(day, rule.at)
            if moment >= local:
                left -= 1
                if left == 0:
                    return moment
        day += _DAY
    raise CalendarEnds(
        f"No deadline could be found after {local:%d %B %Y}: the calendar has too few {rule.unit.value} in it. "
        "Check the rule set areas.calendar and the school terms of the reference pack."
    )


def _hours_that_count(hours: int, local: datetime, calendar: WorkingCalendar) -> datetime:
    """Hours as they pass on days that are not left out, from the start or the next such midnight."""
    now, left = local.astimezone(UTC), timedelta(hours=hours)
    for _ in range(_LONGEST_SEARCH + hours):
        day = now.astimezone(LONDON).date()
        midnight = _moment(day + _DAY, time(0))
        if not calendar.is_left_out_of_the_hours(day):
            if left <= midnight - now:
                return now + left
            left -= midnight - now
        now = midnight
    raise CalendarEnds(f"No end of {hours} hours could be found after {local:%d %B %Y}: check the bank holidays.")


def _beyond_holidays(calendar: WorkingCalendar, first: date, end: datetime) -> str:
    last = end.astimezone(LONDON).date()
    if calendar.knows_holidays_of(first) and calendar.knows_holidays_of(last):
        return ""
    return (
        f"Counted with the usual bank holidays: the published list does not cover every day from "
        f"{first:%d %B %Y} to {last:%d %B %Y}."
    )


def _beyond_terms(calendar: WorkingCalendar, first: date, end: datetime) -> str:
    last = end.astimezone(LONDON).date()
    if not (calendar.knows_terms_of(first) and calendar.knows_terms_of(last)):
        return (
            f"Counted as if schools were open on every weekday of which no term is known between "
            f"{first:%d %B %Y} and {last:%d %B %Y}."
        )
    if any(t.is_provisional for t in calendar.terms if t.starts_on <= last and first <= t.ends_on):
        return "Counted with school terms that are provisional."
    return _beyond_holidays(calendar, first, end)
