"""A forecast of the coming sessions' load against their room: arithmetic, and each number says where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Sitting:
    """A session to come: its day, how many cases it can hold, and how many are on it already."""

    day: date
    capacity: int
    listed: int


@dataclass(frozen=True)
class Day:
    """What one session is expected to hold. Waiting and expected cases are whole ones that fit here in their order."""

    sitting: Sitting
    waiting: int
    expected: int

    @property
    def load(self) -> int:
        """All three together."""
        return self.sitting.listed + self.waiting + self.expected

    @property
    def is_over(self) -> bool:
        """Whether more is listed than the session can hold."""
        return self.sitting.listed > self.sitting.capacity


@dataclass(frozen=True)
class Forecast:
    """The sessions of a time ahead, and what is left over after the last of them."""

    days: tuple[Day, ...]
    capacity: int
    listed: int
    waiting: int
    expected: float  # cases that will come, at the rate of the weeks before
    left_waiting: int  # cases of today that fit on none of these sessions
    left_expected: int  # of those who come before the last of these sessions

    @property
    def load(self) -> float:
        """Cases that want to be heard within the time ahead."""
        return self.listed + self.waiting + self.expected

    @property
    def short_by(self) -> int:
        """How many cases more than these sessions can hold; 0 where they hold all."""
        return self.left_waiting + self.left_expected


def rate_per_day(arrivals: int, weeks: int) -> float:
    """Cases a day (of seven in a week), from those that were accepted in so many whole weeks."""
    return arrivals / (7 * weeks)


def forecast(sittings: Sequence[Sitting], *, waiting: int, rate: float, start: date, days: int) -> Forecast:
    """Put first those who wait, then those who are expected, onto the sessions in their order.

    `rate`: cases that come each day. A case that comes isn't put onto a session of the same day or before.
    """
    ordered = sorted(sittings, key=lambda one: one.day)
    left, placed_expected = waiting, 0
    rows: list[Day] = []
    for sitting in ordered:
        room = max(sitting.capacity - sitting.listed, 0)
        here = min(left, room)
        left -= here
        come = int(rate * max((sitting.day - start).days, 0)) - placed_expected
        new = min(max(come, 0), room - here)
        placed_expected += new
        rows.append(Day(sitting, here, new))
    by_the_last = int(rate * max((ordered[-1].day - start).days, 0)) if ordered else 0
    return Forecast(
        days=tuple(rows),
        capacity=sum(one.capacity for one in ordered),
        listed=sum(one.listed for one in ordered),
        waiting=waiting,
        expected=rate * days,
        left_waiting=left,
        left_expected=max(by_the_last - placed_expected, 0),
    )
