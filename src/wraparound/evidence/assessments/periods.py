"""Months as people write them, and periods made of whole months."""

from __future__ import annotations

import calendar
import re
from datetime import date

from wraparound.evidence.measures.results import Period
from wraparound.kit.errors import BadInput

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
EARLIEST, LATEST = 1990, 2100


def read_month(text: str, what: str = "month") -> date:
    """The first day of a month written as 2014-01. Raises BadInput, naming which month it was."""
    found = _MONTH.fullmatch(text.strip())
    if not found or not EARLIEST <= int(found[1]) <= LATEST or not 1 <= int(found[2]) <= 12:
        raise BadInput(f"Write the {what} as a year and a month, such as 2014-01, not {text[:40]!r}.", "period")
    return date(int(found[1]), int(found[2]), 1)


def period_of(first: str, last: str) -> Period:
    """From the first day of one month to the last day of another. Raises BadInput where they stand the wrong way."""
    start, end = read_month(first, "first month"), read_month(last, "last month")
    if start > end:
        raise BadInput(f"The first month, {first}, is after the last one, {last}.", "period")
    if (end.year - start.year) * 12 + end.month - start.month >= 120:
        raise BadInput("A period of at most ten years can be assessed at once.", "period")
    return Period(start, end.replace(day=calendar.monthrange(end.year, end.month)[1]))


def code_of(period: Period) -> str:
    """The period as files are named: 2014-01, or 2014-01-to-2014-12."""
    first, last = f"{period.start:%Y-%m}", f"{period.end:%Y-%m}"
    return first if first == last else f"{first}-to-{last}"


def words_for(period: Period) -> str:
    """The period as a reader says it: January 2014; January to December 2014; April 2013 to March 2014."""
    first, last = f"{period.start:%B %Y}", f"{period.end:%B %Y}"
    if first == last:
        return first
    if period.start.year == period.end.year:
        return f"{period.start:%B} to {last}"
    return f"{first} to {last}"


def year_after(period: Period) -> Period:
    """The same months one year on: what next year's assessment is of."""
    start, end = period.start.replace(year=period.start.year + 1), period.end
    last = calendar.monthrange(end.year + 1, end.month)[1]
    return Period(start, date(end.year + 1, end.month, last))
