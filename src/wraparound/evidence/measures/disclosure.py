"""Which numbers of our own records are withheld: small ones, others beside them, over all tables of all editions.

Below the city 1 to 9 and for the city 1 to 4 are withheld, by the rule set of the area. Then, as long as what can be
worked out of a withheld number is too narrow (`audit`), the smallest shown number beside it is withheld too. Numbers
that earlier editions printed are out and can't be taken back: what would give one away is withheld in the new one.
That holds for editions whose periods overlap too (`overlaps`): neither a withheld number nor a small one that nobody
printed, such as July's, may follow from January to July less January to June. Open data under its licence is not
touched.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from wraparound.evidence.measures import overlaps
from wraparound.evidence.measures.audit import (
    SMALL,
    Key,
    Known,
    Range,
    Sum,
    components,
    fitting,
    name,
    ranges,
)
from wraparound.evidence.measures.params import Disclosure

ALL = "all"
BELOW_CITY = frozenset({"ward", "lsoa", "msoa", "cell", "neighbourhood", "sector"})


@dataclass(frozen=True)
class Table:
    """A table of counts: what is counted, by which dimensions, and each cell by its values; `all` is the margin."""

    of: str
    dimensions: tuple[str, ...]
    counts: Mapping[tuple[str, ...], int]
    adds_up: bool = True  # no: somebody may be counted in several rows
    each_once: bool = False  # people, each once in the period: two periods don't add up
    within: Mapping[str, str] = field(default_factory=dict)  # what holds for the table as a whole: its period, area
    same_as: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # values that another table's number is, too

    def key(self, cell: tuple[str, ...]) -> Key:
        """What a cell counts, the same in whichever table it stands: a margin is what the others are without it."""
        named = zip(self.dimensions, cell, strict=True)
        parts = {self.same_as.get(value, (d, value)) for d, value in named if value != ALL}
        return frozenset({("of", self.of), *self.within.items(), *parts})

    def sums(self) -> list[Sum]:
        """Each margin with the cells that add up to it, dimension by dimension."""
        if not self.adds_up:
            return []
        values = [sorted({cell[i] for cell in self.counts} - {ALL}) for i in range(len(self.dimensions))]
        found = []
        for i, dimension_values in enumerate(values):
            others = [[ALL, *values[j]] if j != i else [ALL] for j in range(len(values))]
            for cell in product(*others):
                parts = [(*cell[:i], value, *cell[i + 1 :]) for value in dimension_values]
                if cell in self.counts and parts and all(part in self.counts for part in parts):
                    found.append(Sum(self.key(cell), tuple(self.key(part) for part in parts)))
        return found


@dataclass(frozen=True)
class Published:
    """What earlier editions printed, and what they withheld."""

    shown: Mapping[Key, int] = field(default_factory=dict)  # as printed, so possibly rounded
    withheld: frozenset[Key] = frozenset()
    noughts: frozenset[Key] = frozenset()  # of those withheld; for the audit, not for readers
    sums: tuple[Sum, ...] = ()
    round_to: int = 1
    each_once: frozenset[str] = frozenset()  # what is counted that doesn't add up over time


@dataclass(frozen=True)
class Protected:
    """Which numbers may be printed, as printed; which are withheld; and which can't be protected, with their ranges.

    `failing` are those that this edition would give away whatever it withholds: it must not be published.
    `given_away` are out already: what earlier editions printed tells them, and nothing here adds to it.
    """

    shown: Mapping[Key, int]
    withheld: frozenset[Key]
    primary: frozenset[Key]
    noughts: frozenset[Key]
    failing: tuple[Range, ...]
    sums: tuple[Sum, ...]
    round_to: int
    each_once: frozenset[str] = frozenset()
    given_away: tuple[Range, ...] = ()

    def hides(self, table: Table, cell: tuple[str, ...]) -> bool:
        """Whether a cell is withheld."""
        return table.key(cell) in self.withheld

    def as_published(self) -> Published:
        """For the editions that follow."""
        return Published(self.shown, self.withheld, self.noughts, self.sums, self.round_to, self.each_once)


def smallest(key: Key, rule: Disclosure) -> int:
    """From which number on a cell may be printed."""
    below = any(dimension in BELOW_CITY for dimension, _ in key)
    return rule.smallest_below_city if below else rule.smallest_at_city


def rounded(value: int, to: int) -> int:
    """To the nearest multiple, halves up."""
    return (2 * value + to) // (2 * to) * to


def counts_of(tables: Iterable[Table]) -> dict[Key, int]:
    """Every number once. Raises ValueError where two tables differ on the same number."""
    found: dict[Key, int] = {}
    for table in tables:
        for cell, count in table.counts.items():
            key = table.key(cell)
            if found.setdefault(key, count) != count:
                raise ValueError(f"Two tables differ on {name(key)}: {found[key]} and {count}.")
    return found


def protect(
    tables: Sequence[Table], rule: Disclosure, earlier: Published | None = None, also: Sequence[Sum] = ()
) -> Protected:
    """Decide what is withheld of these tables, so that with all earlier ones nothing withheld can be worked out.

    `also` are sums across tables: months of a year, wards of a city. Every number of a sum that no table has is taken
    as one that nobody knows. A number that was printed before stays as it was printed; numbers that are counted anew
    are other numbers, and `within` says as of which day.
    """
    earlier = earlier or Published()
    counts = counts_of(tables)
    new = {key for key in counts if key not in earlier.shown}
    each_once = earlier.each_once | {table.of for table in tables if table.each_once}
    sums = _all_sums(tables, earlier, also, counts, each_once)
    primary = {key for key in new if 0 < counts[key] < smallest(key, rule)}
    hidden = primary | (set(earlier.withheld) - set(earlier.shown))
    told = _Told(rule, counts, hidden, earlier, sums)
    out = {one.whole for one in sums if len(one.parts) == 1 and one.parts[0] in earlier.shown}  # withholding is no use
    # What is wide enough stays so: withholding more leaves a reader no wiser. So each is looked at until it is.
    narrow = [one.key for one in told.narrow([*hidden, *_derived(sums, counts, earlier, hidden)])]
    failing = _withhold_beside(told, narrow, new, out)
    given_away = _given_away(failing, earlier, out, rule)
    hidden = told.hidden
    shown = {key: rounded(counts[key], rule.round_to) for key in new - hidden}
    return Protected(
        shown={**earlier.shown, **shown},
        withheld=frozenset(hidden),
        primary=frozenset(primary),
        noughts=frozenset({key for key in hidden if counts.get(key) == 0} | earlier.noughts),
        failing=tuple(one for one in failing if one not in given_away),
        sums=sums,
        round_to=rule.round_to,
        each_once=each_once,
        given_away=given_away,
    )


def _withhold_beside(told: _Told, narrow: Iterable[Key], new: Collection[Key], out: set[Key]) -> list[Range]:
    """Withhold more (in `told.hidden`) until these are wide enough. Returns those that no withholding protects.

    `new` are this edition's numbers; those in `out` are left alone, and what turns out to follow from earlier ones
    whatever is withheld is put there.
    """
    waiting, failing = list(narrow), []
    while waiting:
        free = set(new) - told.hidden - out
        found = told.too_closely(waiting[-1], free)
        chosen = _next_to_hide(found.key, told.counts, free, told.sums) if found else None
        if found is None:
            waiting.pop()
        elif chosen is None:
            failing.append(found)
            waiting.pop()
        elif told.is_lost(chosen, free, is_sharp=False):
            out.add(chosen)
        else:
            told.hidden.add(chosen)
            waiting.insert(0, chosen)
    return failing


def _all_sums(
    tables: Sequence[Table],
    earlier: Published,
    also: Sequence[Sum],
    counts: Mapping[Key, int],
    each_once: Collection[str],
) -> tuple[Sum, ...]:
    """Those of the tables, of earlier editions, and across their periods, as far as these fit what was counted."""
    own = dict.fromkeys([*earlier.sums, *(one for table in tables for one in table.sums()), *also])
    before = {*earlier.shown, *earlier.withheld, *(key for one in earlier.sums for key in (one.whole, *one.parts))}
    across = [one for one in overlaps.links(before, counts, list(own), each_once) if one not in own]
    if not across:
        return tuple(own)
    reader = _Reader(counts, set(earlier.withheld) - set(earlier.shown), earlier, [*own, *across])
    return (*own, *fitting(across, list(own), reader.everything()))


def _derived(sums: Sequence[Sum], counts: Mapping[Key, int], earlier: Published, hidden: Collection[Key]) -> set[Key]:
    """Numbers that no edition printed or withheld, and that what this one prints may tell."""
    of_sums = {key for one in sums for key in (one.whole, *one.parts)}
    nowhere = {key for key in of_sums if key not in counts and key not in earlier.shown and key not in hidden}
    if not nowhere:
        return nowhere
    linked = _linked([*of_sums, *counts], sums)
    return {key for keys, _ in linked if not keys.isdisjoint(counts) for key in keys & nowhere}


def _given_away(
    failing: Sequence[Range], earlier: Published, out: Collection[Key], rule: Disclosure
) -> tuple[Range, ...]:
    """Of those that can't be protected the ones that earlier editions print, or tell as closely by themselves."""
    of_sums = {key for one in earlier.sums for key in (one.whole, *one.parts)}
    told = _Told(rule, {}, set(earlier.withheld) - set(earlier.shown), earlier, earlier.sums)
    asked = [one.key for one in failing if one.key in of_sums]
    before = {one.key: one.width for one in told.narrow(asked, is_sharp=False)} if asked else {}
    return tuple(one for one in failing if one.key in out or before.get(one.key, math.inf) <= one.width)


@dataclass
class _Reader:
    """What a reader of all editions knows: what is printed, what is withheld, and which numbers add up to which."""

    counts: Mapping[Key, int]
    hidden: set[Key]
    earlier: Published
    sums: Sequence[Sum]
    round_to: int = 1

    def __post_init__(self) -> None:
        """Numbers that say nothing of each other are asked about apart."""
        of_sums = (key for one in self.sums for key in (one.whole, *one.parts))
        self.parts = _linked([*self.earlier.shown, *self.counts, *self.hidden, *of_sums], self.sums)
        self.part_of = {key: part for part, (keys, _) in enumerate(self.parts) for key in keys}

    def everything(self) -> dict[Key, Known]:
        """Each number, for a sharp reader."""
        return {key: known for keys, _ in self.parts for key, known in self.known(keys, self.hidden).items()}

    def known(self, keys: Collection[Key], hidden: Collection[Key], *, is_sharp: bool = True) -> dict[Key, Known]:
        """What is known of numbers that are linked. A sharp reader knows that one withheld is above nought, unless a
        nought among them was withheld too."""
        has_noughts = any(key in hidden and (self.counts.get(key) == 0 or key in self.earlier.noughts) for key in keys)
        least = 1 if is_sharp and not has_noughts else 0
        return {key: self._known(key, hidden, least) for key in keys}

    def _known(self, key: Key, hidden: Collection[Key], least: int) -> Known:
        if key in self.earlier.shown:
            return _printed(self.earlier.shown[key], self.earlier.round_to)
        if key in hidden:
            return Known(least, None, is_withheld=True)
        if key in self.counts:
            return _printed(rounded(self.counts[key], self.round_to), self.round_to)
        return Known(0, None)  # in no table


def _linked(keys: Iterable[Key], sums: Sequence[Sum]) -> list[tuple[set[Key], list[Sum]]]:
    return components(dict.fromkeys(keys, Known(0, None)), sums)


class _Told:
    """What a reader can work out, while it is decided what this edition withholds (`hidden`).

    A sharp reader also knows that a withheld number isn't nought. What is withheld is chosen against that reader. But
    where five of a month were printed before, of which this edition's week has some, nothing that it withholds leaves
    the sharp one more than 1 to 5: there the range must be wide enough for a reader who knows what is printed, and no
    more than that. A number that fails even so can't be protected.
    """

    def __init__(
        self, rule: Disclosure, counts: Mapping[Key, int], hidden: set[Key], earlier: Published, sums: Sequence[Sum]
    ) -> None:
        self.rule, self.counts, self.hidden, self.sums = rule, counts, hidden, sums
        self.comes_after_others = bool(earlier.shown)
        self.reader = _Reader(counts, hidden, earlier, sums, rule.round_to)

    def narrow(
        self, keys: Iterable[Key], *, is_sharp: bool = True, withholding: Collection[Key] = frozenset()
    ) -> list[Range]:
        """Those of these numbers that can be worked out too closely, if these were withheld as well."""
        hidden = self.hidden | set(withholding)
        asked: dict[int, set[Key]] = {}
        for key in keys:
            asked.setdefault(self.reader.part_of[key], set()).add(key)
        found: list[Range] = []
        for part in sorted(asked):
            linked, sums = self.reader.parts[part]
            found += ranges(self.reader.known(linked, hidden, is_sharp=is_sharp), sums, only=asked[part])
        return [one for one in found if self._is_narrow(one, hidden)]

    def too_closely(self, key: Key, free: Collection[Key]) -> Range | None:
        """The range of a number that is too narrow for a sharp reader, or, where that can't be helped, for any."""
        found = self.narrow([key])
        if found and self.is_lost(key, free):
            found = self.narrow([key], is_sharp=False)
        return found[0] if found else None

    def is_lost(self, key: Key, free: Collection[Key], *, is_sharp: bool = True) -> bool:
        """Whether a number stays too narrow whatever this edition withholds, as earlier ones tell too much."""
        return self.comes_after_others and bool(self.narrow([key], is_sharp=is_sharp, withholding=free))

    def _is_narrow(self, one: Range, hidden: Collection[Key]) -> bool:
        if one.width >= self.rule.least_width:
            return False
        if one.key in hidden:
            return True
        return one.high > SMALL and one.low < smallest(one.key, self.rule) - SMALL  # nobody printed it, and it is small


def _printed(value: int, round_to: int) -> Known:
    """The bounds that a printed number gives: itself, or what rounds to it (halves up)."""
    if round_to == 1:
        return Known(value, value)
    low = -((round_to - 2 * value) // 2)  # the least whole number from value - round_to / 2 on
    return Known(max(0, low), value + (round_to - 1) // 2)


def _next_to_hide(narrow: Key, counts: Mapping[Key, int], free: Collection[Key], sums: Sequence[Sum]) -> Key | None:
    """The number to withhold next to one that isn't protected; None where all that could help is out already.

    Of those in a sum with it the smallest above nought, else a nought, else the whole; else, step by step, of those in
    a sum with these.
    """
    reached, ring = {narrow}, {narrow}
    while ring:
        near = [one for one in sums if not ring.isdisjoint((one.whole, *one.parts))]
        wholes = {one.whole for one in near}
        parts = {part for one in near for part in one.parts}
        for among in (parts - wholes - reached, wholes - reached):
            found = sorted((counts[key] == 0, counts[key], name(key), key) for key in among if key in free)
            if found:
                return found[0][3]
        ring = (parts | wholes) - reached
        reached |= ring
    return None


def audit(published: Published, rule: Disclosure) -> list[Range]:
    """The numbers that all editions together give away: none, where all is well. Each names its cell.

    A withheld number whose range is too narrow, and a small one that nobody printed and that follows from the others,
    for a reader who knows what is printed (`_Told` says what more is looked at when an edition is drawn).
    """
    hidden = set(published.withheld) - set(published.shown)
    told = _Told(rule, {}, hidden, published, published.sums)
    nowhere = {key for one in published.sums for key in (one.whole, *one.parts)} - set(published.shown)
    return told.narrow(hidden | nowhere, is_sharp=False)
