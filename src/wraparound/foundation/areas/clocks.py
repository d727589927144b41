"""The only place that turns "48 hours without Sundays and bank holidays" into a moment of an area's calendar.

The counting itself, and what each unit means, is in `rules`. Times are stored in UTC; days and times of day are
those of Europe/London.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.utils import timezone

from wraparound.foundation.areas.models import Area, BankHoliday, SchoolTerm
from wraparound.foundation.areas.params import Calendar, DeadlineRule
from wraparound.foundation.areas.queries import lineage
from wraparound.foundation.areas.remembered import forget, remembered
from wraparound.foundation.areas.rules import (
    LONDON,
    CalendarEnds,
    Deadline,
    Term,
    WorkingCalendar,
    add_months,
    deadline,
    next_school_bell,
    reckon,
    within_months,
)

__all__ = [
    "LONDON",
    "CalendarEnds",
    "Deadline",
    "add_months",
    "calendar_for",
    "calendar_warning",
    "deadline_for",
    "forget",
    "next_school_bell",
    "read_rules_with",
    "reckoned_for",
    "today",
    "within_months",
]

WARN_BEFORE = timedelta(days=183)
CalendarRules = Callable[[Area, date], Calendar]

_read_rules: list[CalendarRules] = []


def read_rules_with(reader: CalendarRules) -> None:
    """Say who knows which calendar rules hold in an area on a day: `rulesets`, which stands above this app."""
    _read_rules[:] = [reader]


def today(at: datetime | None = None) -> date:
    """The day in Europe/London, now or at an aware moment."""
    return (at or timezone.now()).astimezone(LONDON).date()


def deadline_for(area: Area, rule: DeadlineRule, start: datetime) -> datetime:
    """The moment (UTC) at which what began at `start` (aware) is due in `area`.

    Raises RuleMissing where the area has no calendar in force, CalendarEnds as `rules` says. Whoever needs
    thousands takes `calendar_for` once and `rules.deadline`.
    """
    return deadline(rule, start, calendar_for(area))


def reckoned_for(area: Area, rule: DeadlineRule, start: datetime) -> Deadline:
    """The same, with the sentence that says where the loaded calendar did not reach."""
    return reckon(rule, start, calendar_for(area))


def calendar_for(area: Area) -> WorkingCalendar:
    """The area's calendar: its working week, its division's bank holidays, the nearest school terms above it.

    Kept in the process for a minute, and forgotten when a pack is loaded.
    """
    return remembered(("calendar", area.pk), lambda: _calendar(area))


def calendar_warning(area: Area) -> str:
    """A sentence for the administrator when the loaded bank holidays end within half a year, else ""."""
    ends_on = calendar_for(area).holidays_to
    if ends_on is not None and ends_on - today() > WARN_BEFORE:
        return ""
    until = f"end on {ends_on.day} {ends_on:%B %Y}" if ends_on else "are not loaded"
    return (
        f"The bank holidays {until}: after that, deadlines are counted with the usual ones and are provisional. "
        "Load a pack with a newer bank-holidays.json."
    )


def _calendar(area: Area) -> WorkingCalendar:
    params = _read_rules[0](area, today())
    days = list(BankHoliday.objects.filter(division=params.division).values_list("date", flat=True))
    first, last = min(days, default=None), max(days, default=None)
    return WorkingCalendar(
        holidays=frozenset(days),
        holidays_from=_from_new_year(first) if first else None,
        holidays_to=_to_years_end(last) if last else None,
        division=params.division,
        working_weekdays=frozenset(params.working_weekdays),
        terms=_terms(area),
    )


def _from_new_year(first: date) -> date:
    """A list that begins in January covers its first year."""
    return date(first.year, 1, 1) if first.month == 1 else first


def _to_years_end(last: date) -> date:
    """A list that ends in December covers its last year."""
    return date(last.year, 12, 31) if last.month == 12 else last


def _terms(area: Area) -> tuple[Term, ...]:
    """The terms of the nearest area, from the ward up, that has any."""
    nearest = {above.pk: depth for depth, above in enumerate(lineage(area))}
    found = list(SchoolTerm.objects.filter(area__in=nearest).order_by("starts_on"))
    if not found:
        return ()
    depth = min(nearest[term.area_id] for term in found)
    return tuple(
        Term(term.starts_on, term.ends_on, term.is_provisional) for term in found if nearest[term.area_id] == depth
    )
