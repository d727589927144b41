"""What a printed number says: an interval. And arithmetic with intervals that never loses the true value.

"39%" says that the true share lies in [38.5, 39.5): half a unit of the last printed digit either way. A count that is
printed in full says exactly itself. A hedge ("around 45,000", "almost 20%") widens the interval by a **reading**: a
convention of this programme, told in docs/explanation/published-figures.md, and not a law.

Every operation rounds outwards, so that for any true values inside the operands the true result is inside the
interval that comes out (held by properties in the tests).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext

INFINITY = Decimal("Infinity")
_DOWN = Context(prec=30, rounding=ROUND_FLOOR)
_UP = Context(prec=30, rounding=ROUND_CEILING)
_FINE = Context(prec=45)


class Reading(enum.StrEnum):
    """How a printed number is meant."""

    EXACT = "exact"  # a count, printed in full
    ROUNDED = "rounded"  # half a step either way
    TRUNCATED = "truncated"  # digits were cut off, not rounded
    ABOUT = "about"  # around, approximately: a tenth either way
    ALMOST = "almost"  # nearly: from a tenth below, up to it
    JUST_UNDER = "just_under"  # from a twentieth below, up to it
    JUST_OVER = "just_over"  # up to a twentieth above
    OVER = "over"  # over 40%: whoever writes that had less than a quarter more
    AT_LEAST = "at_least"
    AT_MOST = "at_most"  # up to, fewer than
    TEXT = "text"  # not a number


# By how much of itself a hedged number may lie below and above what is printed.
_WIDTHS = {
    Reading.ABOUT: (Decimal("0.1"), Decimal("0.1")),
    Reading.ALMOST: (Decimal("0.1"), Decimal(0)),
    Reading.JUST_UNDER: (Decimal("0.05"), Decimal(0)),
    Reading.JUST_OVER: (Decimal(0), Decimal("0.05")),
    Reading.OVER: (Decimal(0), Decimal("0.25")),
}


class CannotCompute(Exception):
    """The arithmetic has no answer; the text says why."""


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`. `high_open`: `high` itself is outside, as of a rounded number."""

    low: Decimal
    high: Decimal
    high_open: bool = False

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"An interval can't run from {self.low} down to {self.high}.")

    def meets(self, other: Interval) -> bool:
        """Whether one number could lie in both."""
        return _reaches(self, other.low) and _reaches(other, self.low)

    def __contains__(self, value: Decimal) -> bool:
        return self.low <= value and _reaches(self, value)

    def __add__(self, other: Interval) -> Interval:
        return Interval(_DOWN.add(self.low, other.low), _UP.add(self.high, other.high))

    def __sub__(self, other: Interval) -> Interval:
        return Interval(_DOWN.subtract(self.low, other.high), _UP.subtract(self.high, other.low))

    def __mul__(self, other: Interval) -> Interval:
        return _corners(self, other, _times)

    def __truediv__(self, other: Interval) -> Interval:
        if other.low <= 0 <= other.high:
            raise CannotCompute("it would be divided by a number that may be nought")
        return _corners(self, other, _over)

    def root(self, degree: Interval) -> Interval:
        """The degree-th root, of a positive number."""
        if self.low <= 0 or degree.low <= 0:
            raise CannotCompute("a root needs positive numbers")
        with localcontext(_FINE):  # finer than the result, so that its own rounding is inside the step outwards
            roots = [base ** (1 / n) for base in (self.low, self.high) for n in (degree.low, degree.high)]
        return Interval(_DOWN.plus(min(roots)).next_minus(_DOWN), _UP.plus(max(roots)).next_plus(_UP))


def exactly(value: Decimal | int) -> Interval:
    """A number without doubt."""
    return Interval(Decimal(value), Decimal(value))


def last_step(text: str) -> Decimal:
    """A unit of the last printed digit: 1 of "39", 0.01 of "5.27"."""
    exponent = Decimal(text).as_tuple().exponent
    return Decimal(1).scaleb(min(int(exponent), 0))


def as_printed(text: str, reading: Reading, step: Decimal | None = None) -> Interval:
    """What a printed number says.

    `text` is the number's digits ("39", "5.27", "-10"); `step` is the unit to which a ROUNDED or TRUNCATED number was
    cut, by default that of its last digit ("2,500 a month" may be rounded to the hundred: step 100).

    >>> as_printed("39", Reading.ROUNDED)
    Interval(low=Decimal('38.5'), high=Decimal('39.5'), high_open=True)
    """
    value = Decimal(text)
    if reading is Reading.TEXT:
        raise CannotCompute(f"“{text}” is not a number")
    if reading is Reading.EXACT:
        return exactly(value)
    if reading is Reading.ROUNDED:
        half = (step or last_step(text)) / 2
        return Interval(value - half, value + half, high_open=True)
    if reading is Reading.TRUNCATED:
        return Interval(value, value + (step or last_step(text)), high_open=True)
    if reading is Reading.AT_LEAST:
        return Interval(value, INFINITY)
    if reading is Reading.AT_MOST:
        return Interval(min(Decimal(0), value), value)
    below, above = _WIDTHS[reading]
    size = abs(value)
    return Interval(value - below * size, value + above * size)


class Relation(enum.StrEnum):
    """What a check expects between the computed and the stated."""

    EQUALS = "equals"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    WITHIN_FACTOR = "within_factor"  # of the same size: neither is more than `factor` times the other


def holds(relation: Relation, computed: Interval, stated: Interval, factor: Decimal = Decimal(2)) -> bool:
    """Whether the relation can be true for some values inside both intervals."""
    if relation is Relation.EQUALS:
        return computed.meets(stated)
    if relation is Relation.AT_MOST:
        return computed.low <= stated.high
    if relation is Relation.AT_LEAST:
        return computed.high >= stated.low
    ratio = computed / stated
    return ratio.low <= factor and ratio.high >= 1 / factor


def total(parts: Sequence[Interval]) -> Interval:
    """The sum of parts; nought of none."""
    found = exactly(0)
    for part in parts:
        found = found + part
    return found


def _reaches(interval: Interval, value: Decimal) -> bool:
    return value < interval.high if interval.high_open and interval.low < interval.high else value <= interval.high


def _times(one: Decimal, other: Decimal, context: Context) -> Decimal:
    return Decimal(0) if one == 0 or other == 0 else context.multiply(one, other)  # nought times infinity is nought


def _over(one: Decimal, other: Decimal, context: Context) -> Decimal:
    if other.is_infinite():
        return Decimal(0) if one.is_finite() else one
    return context.divide(one, other)


def _corners(one: Interval, other: Interval, apply: Callable[[Decimal, Decimal, Context], Decimal]) -> Interval:
    pairs = [(a, b) for a in (one.low, one.high) for b in (other.low, other.high)]
    return Interval(min(apply(a, b, _DOWN) for a, b in pairs), max(apply(a, b, _UP) for a, b in pairs))
