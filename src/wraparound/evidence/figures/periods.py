"""From a period as a paper prints it to its first and last day. Pure; what isn't understood has no days."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
            "sep sept september", "oct october", "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_CENSUSES = {2011: date(2011, 3, 27), 2021: date(2021, 3, 21)}  # the nights of the census in England and Wales


@dataclass(frozen=True)
class Days:
    """From the first day to the last, both included. `start` is None where a paper says only until when."""

    start: date | None
    end: date

    @property
    def count(self) -> int | None:
        """How many days."""
        return None if self.start is None else (self.end - self.start).days + 1

    def overlaps(self, other: Days) -> bool:
        """Whether they share a day; of a period without a beginning nothing is known but its end."""
        if self.start is None or other.start is None:
            return self.end == other.end
        return self.start <= other.end and other.start <= self.end


def read_period(text: str) -> Days | None:
    """The days of a period as printed, or None where the words name none.

    >>> read_period("2023/24")
    Days(start=datetime.date(2023, 4, 1), end=datetime.date(2024, 3, 31))

    A year with a stroke is a financial year from April, a school year from September, a quarter of such a year counts
    from April; "mid-2020" is 30 June, to which population estimates refer; "A to B" of two years runs through both.
    """
    text = text.strip().replace("–", "-")
    for pattern, make in _FORMS:
        found = re.fullmatch(pattern, text, re.IGNORECASE)
        if found is not None:
            return make(*found.groups())
    return None


def _month(name: str) -> int:
    return _MONTHS[name.lower()]


def _last(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _year(year: str) -> Days:
    return Days(date(int(year), 1, 1), date(int(year), 12, 31))


def _years(first: str, last: str) -> Days:
    return Days(date(int(first), 1, 1), date(int(last), 12, 31))


def _financial(first: str, second: str) -> Days | None:
    if (int(first) + 1) % 100 != int(second):
        return None
    return Days(date(int(first), 4, 1), date(int(first) + 1, 3, 31))


def _financials(first: str, _: str, last: str, second: str) -> Days | None:
    end = _financial(last, second)
    return None if end is None else Days(date(int(first), 4, 1), end.end)


def _quarter(number: str, first: str, second: str) -> Days | None:
    year = _financial(first, second)
    if year is None or year.start is None:
        return None
    month = (4, 7, 10, 1)[int(number) - 1]
    in_year = int(first) + (1 if number == "4" else 0)
    return Days(date(in_year, month, 1), _last(in_year, month + 2))


def _school(first: str, second: str) -> Days | None:
    if (int(first) + 1) % 100 != int(second):
        return None
    return Days(date(int(first), 9, 1), date(int(first) + 1, 8, 31))


def _one_month(month: str, year: str) -> Days:
    return Days(date(int(year), _month(month), 1), _last(int(year), _month(month)))


def _months(first: str, first_year: str | None, last: str, last_year: str) -> Days:
    start_year = int(first_year or last_year)
    return Days(date(start_year, _month(first), 1), _last(int(last_year), _month(last)))


def _days(*parts: str) -> Days:
    day, month, year, last_day, last_month, last_year = parts
    start = date(int(year), _month(month), int(day))
    return Days(start, date(int(last_year), _month(last_month), int(last_day)))


def _day(day: str, month: str, year: str) -> Days:
    found = date(int(year), _month(month), int(day))
    return Days(found, found)


def _year_to(month: str, year: str) -> Days:
    end = _last(int(year), _month(month))
    return Days(_last(int(year) - 1, _month(month)) + timedelta(days=1), end)


def _until(month: str, year: str) -> Days:
    return Days(None, _last(int(year), _month(month)))


def _until_financial(first: str, second: str) -> Days | None:
    year = _financial(first, second)
    return None if year is None else Days(None, year.end)


def _census(year: str) -> Days | None:
    night = _CENSUSES.get(int(year))
    return None if night is None else Days(night, night)


def _middle(year: str) -> Days:
    return Days(date(int(year), 6, 30), date(int(year), 6, 30))


_NAME = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + ")"
_FORMS = (
    (r"(\d{4})(?: (?:study|survey|analysis))?", _year),
    (r"(\d{4}) ?(?:-|to) ?(\d{4})", _years),
    (r"(\d{4})/(\d{2})", _financial),
    (r"(\d{4})/(\d{2}) to (\d{4})/(\d{2})", _financials),
    (r"Q([1-4]) (\d{4})/(\d{2})", _quarter),
    (r"(\d{4})/(\d{2}) school year", _school),
    (rf"{_NAME} (\d{{4}})", _one_month),
    (rf"{_NAME}(?: (\d{{4}}))? ?(?:-|to) ?{_NAME} (\d{{4}})", _months),
    (rf"(\d{{1,2}}) {_NAME} (\d{{4}}) ?(?:-|to) ?(\d{{1,2}}) {_NAME} (\d{{4}})", _days),
    (rf"(\d{{1,2}}) {_NAME} (\d{{4}})", _day),
    (rf"year to {_NAME} (\d{{4}})", _year_to),
    (rf"to {_NAME} (\d{{4}})", _until),
    (r"to (\d{4})", lambda year: Days(None, date(int(year), 12, 31))),
    (r"to (\d{4})/(\d{2})", _until_financial),
    (r"(\d{4}) census", _census),
    (r"mid-(\d{4})", _middle),
)
