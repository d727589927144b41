"""The numbers of one section that agencies supplied, as disclosure control looks at them: each once, with what adds up.

Whoever reads a share knows what is left of its base, and whoever reads two steps knows how many fell out between them:
these rests are in the sums, so that a small one isn't given away by two large numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wraparound.evidence.measures.audit import Key, Sum, name
from wraparound.evidence.measures.context import Context
from wraparound.evidence.measures.disclosure import ALL, Table
from wraparound.evidence.measures.results import Period
from wraparound.evidence.measures.returns import WHOLE, Series

DIMENSIONS = ("category", "period", "as of", "what")
BASE, REST = "base", "rest"


@dataclass(frozen=True)
class Counted(Table):
    """A table whose sums are not simply those of its margins."""

    adding: tuple[Sum, ...] = field(default=())

    def sums(self) -> list[Sum]:
        """What adds up to what, in this table and with others."""
        return list(self.adding)


def adding_up(of: str, pairs: Iterable[tuple[Key, Key]]) -> Counted:
    """That numbers of one table add up to those of another, without numbers of its own. `pairs` are whole and part.

    Where a part is of two wholes nothing is said of these.
    """
    parts: dict[Key, set[Key]] = {}
    wholes: dict[Key, set[Key]] = {}
    for whole, part in pairs:
        parts.setdefault(whole, set()).add(part)
        wholes.setdefault(part, set()).add(whole)
    sums = [
        Sum(whole, tuple(sorted(parts[whole], key=name)))
        for whole in sorted(parts, key=name)
        if all(len(wholes[part]) == 1 for part in parts[whole])
    ]
    return Counted(of, (), {}, adding=tuple(sums))


class Ledger:
    """The series of a section, and the key of each of their numbers."""

    def __init__(self, context: Context, section: str, series: Sequence[Series]) -> None:
        self.series = list(series)
        self._section = section
        self._within = {"area": context.place.code, **({"ward": context.place.code} if context.is_ward else {})}

    def number(self, one: Series, category: str) -> Key:
        """A number over the whole span."""
        return self._key(one, category, one.span, one.as_of)

    def of_period(self, one: Series, period: Period) -> Key:
        """The whole of one of the periods that were added up."""
        return self._key(one, WHOLE, period, one.by_period[period][1])

    def base(self, one: Series, category: str) -> Key:
        """What a number is a share of: the same number where it stands as one of its own, else a cell for itself."""
        base = one.bases[category]
        if category != WHOLE and one.values.get(WHOLE) == base:
            return self.number(one, WHOLE)
        for part in dict.fromkeys((category, WHOLE)):
            for other in self.series:
                if other is not one and other.span == one.span and other.values.get(part) == base:
                    return self.number(other, part)
        common = len(set(one.bases.values())) == 1
        return self._key(one, WHOLE if common else category, one.span, one.as_of, BASE)

    def step_before(self, one: Series, category: str) -> Series | None:
        """The step before this one that has the same category; None for a first step."""
        return next(reversed(self._steps_before(one, category)), None)

    def first_step(self, one: Series, category: str) -> Series | None:
        """The first step that has the same category; None where that is this one."""
        return next(iter(self._steps_before(one, category)), None)

    def _steps_before(self, one: Series, category: str) -> list[Series]:
        if one.step is None:
            return []
        return [
            other
            for other in self.series
            if other.step is not None and other.step < one.step and category in other.values and other.span == one.span
        ]

    def tables(self) -> list[Table]:
        """One for each series."""
        return [self._table(one) for one in self.series]

    def _table(self, one: Series) -> Table:
        counts = {self._cell(category, one.span, one.as_of): number for category, number in one.values.items()}
        for period, (number, mark) in one.by_period.items():
            counts[self._cell(WHOLE, period, mark)] = number
        own = Counted(self._of(one), DIMENSIONS, {}, within=self._within)
        for category, base in one.bases.items():
            for what in (WHOLE, category):
                cell = self._cell(what, one.span, one.as_of, BASE)
                if own.key(cell) == self.base(one, category):
                    counts[cell] = base
        sums = (*self._parts(one), *self._periods(one), *self._shares(one), *self._falling_out(one))
        return Counted(own.of, DIMENSIONS, counts, within=self._within, adding=tuple(dict.fromkeys(sums)))

    def _parts(self, one: Series) -> list[Sum]:
        """The parts are the whole; where they are fewer, with a rest that isn't told."""
        keys = [self.number(one, category) for category in one.categories]
        whole = one.values.get(WHOLE)
        if not keys or whole is None or one.parts_sum > whole:
            return []
        rest = () if one.parts_sum == whole else (self._key(one, WHOLE, one.span, one.as_of, REST),)
        return [Sum(self.number(one, WHOLE), (*keys, *rest))]

    def _periods(self, one: Series) -> list[Sum]:
        if len(one.by_period) < 2 or WHOLE not in one.values:
            return []
        return [Sum(self.number(one, WHOLE), tuple(self.of_period(one, period) for period in one.by_period))]

    def _shares(self, one: Series) -> list[Sum]:
        """A base is a number and what is left of it; and all answers together, where each gave one."""
        found = []
        for category in one.bases:
            rest = self._key(one, category, one.span, one.as_of, f"{REST} of the {BASE}")
            found.append(Sum(self.base(one, category), (self.number(one, category), rest)))
        bases = {one.bases.get(category) for category in one.categories}
        if len(one.categories) > 1 and bases == {one.parts_sum}:
            keys = {self.base(one, category) for category in one.categories}
            found += [Sum(key, tuple(self.number(one, category) for category in one.categories)) for key in keys]
        return found

    def _falling_out(self, one: Series) -> list[Sum]:
        """Between a step and the next some fall out."""
        found = []
        for category, number in one.values.items():
            before = self.step_before(one, category)
            if before is not None and number <= before.values[category]:
                rest = self._key(one, category, one.span, one.as_of, f"{REST} of the step before")
                found.append(Sum(self.number(before, category), (self.number(one, category), rest)))
        return found

    def _of(self, one: Series) -> str:
        return f"{one.name} ({self._section})"

    def _cell(self, category: str, period: Period, as_of: str, what: str = "") -> tuple[str, ...]:
        return (category or ALL, f"{period.start.isoformat()}/{period.end.isoformat()}", as_of, what or ALL)

    def _key(self, one: Series, category: str, period: Period, as_of: str, what: str = "") -> Key:
        table = Counted(self._of(one), DIMENSIONS, {}, within=self._within)
        return table.key(self._cell(category, period, as_of, what))
