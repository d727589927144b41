"""Chance that is the same for the same seed, on every machine."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")
LONDON = ZoneInfo("Europe/London")


class Chance(random.Random):
    """A source of chance with the few draws that the city needs."""

    def yes(self, share: float) -> bool:
        """True with the probability `share`."""
        return self.random() < share

    def pick(self, weights: Mapping[T, float]) -> T:
        """One key, by its relative weight."""
        keys = list(weights)
        return self.choices(keys, cum_weights=list(accumulate(weights.values())))[0]

    def some(self, things: Sequence[T], most: int) -> list[T]:
        """Up to `most` different things, at least one."""
        return self.sample(list(things), self.randint(1, min(most, len(things))))

    def day_between(self, first: date, last: date) -> date:
        """A day from `first` to `last`, both included."""
        return first + timedelta(days=self.randint(0, max(0, (last - first).days)))

    def born(self, on: date, band: str) -> date:
        """A birthday of someone who on that day has an age of the band, such as ``25-34``."""
        low, high = (int(part) for part in band.split("-"))
        latest = years_before(on, low)
        return latest - timedelta(days=self.randint(0, max(0, (latest - years_before(on, high + 1)).days - 1)))


def chance_for(*parts: object) -> Chance:
    """The chance that belongs to these words: the same ones always give the same draws."""
    return Chance("|".join(str(part) for part in parts))


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def moment(day: date, clock: time) -> datetime:
    """That time of that day in London, as UTC; an hour that the clocks leave out becomes the next."""
    return datetime.combine(day, clock, tzinfo=LONDON).astimezone(UTC)


def age_on(dob: date, day: date) -> int:
    """How many whole years old."""
    return day.year - dob.year - ((day.month, day.day) < (dob.month, dob.day))
