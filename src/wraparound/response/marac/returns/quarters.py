"""Calendar quarters, whose days are those of Europe/London."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from wraparound.foundation.areas.rules import LONDON
from wraparound.kit.errors import BadInput

_WRITTEN = re.compile(r"(\d{4})-?Q([1-4])", re.ASCII | re.IGNORECASE)
_EARLIEST = 2003  # the first MARAC


@dataclass(frozen=True, order=True)
class Quarter:
    """Three calendar months."""

    year: int
    number: int

    @property
    def code(self) -> str:
        """2025Q3."""
        return f"{self.year}Q{self.number}"

    @property
    def label(self) -> str:
        """July to September 2025."""
        return f"{self.first:%B} to {self.last:%B} {self.year}"

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return self.following.first - timedelta(days=1)

    @property
    def starts_at(self) -> datetime:
        """Midnight in London at which it begins."""
        return datetime.combine(self.first, time(), tzinfo=LONDON)

    @property
    def ends_at(self) -> datetime:
        """Midnight in London at which the next one begins: not in it any more."""
        return self.following.starts_at

    @property
    def following(self) -> Quarter:
        """The next one."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def previous(self) -> Quarter:
        """The one before."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)


@dataclass(frozen=True)
class Period:
    """Days of London from `first` to `last`, both included: a year, say, where no quarter is meant."""

    first: date
    last: date

    @property
    def starts_at(self) -> datetime:
        """Midnight at which it begins."""
        return datetime.combine(self.first, time(), tzinfo=LONDON)

    @property
    def ends_at(self) -> datetime:
        """Midnight after its last day."""
        return datetime.combine(self.last + timedelta(days=1), time(), tzinfo=LONDON)


Span = Quarter | Period


def quarter_of(day: date) -> Quarter:
    """The quarter in which a day lies."""
    return Quarter(day.year, (day.month + 2) // 3)


def read_quarter(text: str, *, today: date) -> Quarter:
    """The quarter written as ``2025Q3`` (or ``2025-q3``). Raises BadInput for anything else, or one not begun."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise BadInput(f"{text.strip()[:40]!r} is no quarter. Write the year, Q and 1 to 4, such as 2025Q3.", "quarter")
    quarter = Quarter(int(found[1]), int(found[2]))
    if quarter.year < _EARLIEST:
        raise BadInput(f"There was no MARAC in {quarter.year}: the first sat in {_EARLIEST}.", "quarter")
    if quarter.first > today:
        raise BadInput(
            f"The quarter {quarter.code} begins on {quarter.first.day} {quarter.first:%B %Y}: nothing can be counted "
            "in it yet.",
            "quarter",
        )
    return quarter


def lately(today: date, number: int = 9) -> list[Quarter]:
    """The quarter in which `today` lies and those before it, the newest first."""
    found = [quarter_of(today)]
    while len(found) < number:
        found.append(found[-1].previous)
    return found
