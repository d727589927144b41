"""What a reader can work out of withheld numbers: the least and the most that each can be, by linear programming.

The reader knows every number that is printed, in every table of every edition, which numbers are withheld, and which
add up to which. A withheld number is protected where the range that is left spans at least what the rule set asks.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack

Key = frozenset[tuple[str, str]]  # what a number counts: {("of", "victims"), ("ward", "Aston"), ("period", "2024")}

SMALL = 1e-6


@dataclass(frozen=True)
class Sum:
    """One number that others add up to."""

    whole: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True)
class Known:
    """What is known of a number: between which bounds it lies, and whether it is withheld. No upper bound: None."""

    low: float
    high: float | None
    is_withheld: bool = False


@dataclass(frozen=True)
class Range:
    """What can be worked out of a withheld number."""

    key: Key
    low: float
    high: float  # infinite where nothing bounds it

    @property
    def width(self) -> float:
        """Between the least and the greatest whole number that it can be."""
        if math.isinf(self.high):
            return math.inf
        return math.floor(self.high + SMALL) - math.ceil(self.low - SMALL)

    @property
    def label(self) -> str:
        """The cell and its range, in words."""
        return f"{name(self.key)}: from {self.low:g} to {self.high:g}"


class Contradiction(ValueError):
    """What is printed doesn't add up: no numbers fit."""


def name(key: Key) -> str:
    """A cell's name: of victims, ward Aston."""
    return ", ".join(f"{part} {value}" for part, value in sorted(key))


def components(known: Mapping[Key, Known], sums: Iterable[Sum]) -> list[tuple[set[Key], list[Sum]]]:
    """Numbers that say something about each other by way of sums, and those sums. A lone number is one of itself."""
    group = {key: key for key in known}

    def root(key: Key) -> Key:
        while group[key] != key:
            group[key] = group[group[key]]
            key = group[key]
        return key

    listed = list(sums)
    for one in listed:
        for part in one.parts:
            group[root(part)] = root(one.whole)
    found: dict[Key, tuple[set[Key], list[Sum]]] = {}
    for key in known:
        found.setdefault(root(key), (set(), []))[0].add(key)
    for one in listed:
        found[root(one.whole)][1].append(one)
    return list(found.values())


def ranges(known: Mapping[Key, Known], sums: Sequence[Sum], only: Collection[Key] | None = None) -> list[Range]:
    """The range of every withheld number, or of those asked for. Raises Contradiction where nothing fits."""
    found: list[Range] = []
    for keys, of_these in components(known, sums):
        asked = sorted((key for key in keys if (known[key].is_withheld if only is None else key in only)), key=name)
        if asked and _has_no_circle(keys, of_these):
            bounds = tightened({key: known[key] for key in keys}, of_these)
            found += [Range(key, *bounds[key]) for key in asked]
        elif asked:
            found += _ranges_of(sorted(keys, key=name), known, of_these, asked)
    return found


def _has_no_circle(keys: Collection[Key], sums: Sequence[Sum]) -> bool:
    """Whether numbers and sums that hang together do so in one way only: then bounds can be handed on, without a
    linear program, and are as close as can be."""
    return sum(len(one.parts) + 1 for one in sums) == len(keys) + len(sums) - 1


def tightened(known: Mapping[Key, Known], sums: Sequence[Sum]) -> dict[Key, tuple[float, float]]:
    """Bounds handed on from number to number along the sums, until nothing gets closer. Raises Contradiction.

    Exact where no two sums are linked in two ways; else what is left may be wider than the truth.
    """
    bounds = {key: (one.low, math.inf if one.high is None else one.high) for key, one in known.items()}
    is_moving = True
    while is_moving:
        is_moving = False
        for one in sums:
            for key, low, high in _handed_on(one, bounds):
                before = bounds[key]
                after = (max(before[0], low), min(before[1], high))
                if after[0] > after[1] + SMALL:
                    raise Contradiction(f"No numbers fit what is printed beside {name(key)}: a table doesn't add up.")
                if after != before:
                    bounds[key], is_moving = after, True
    return bounds


def _handed_on(one: Sum, bounds: Mapping[Key, tuple[float, float]]) -> Iterable[tuple[Key, float, float]]:
    """What a sum says of each of its numbers by the others."""
    parts = [bounds[part] for part in one.parts]
    yield one.whole, sum(low for low, _ in parts), sum(high for _, high in parts)
    low, high = bounds[one.whole]
    for place, part in enumerate(one.parts):
        others = [*parts[:place], *parts[place + 1 :]]
        yield part, low - sum(most for _, most in others), high - sum(least for least, _ in others)


def _ranges_of(
    keys: Sequence[Key], known: Mapping[Key, Known], sums: Sequence[Sum], asked: Sequence[Key]
) -> list[Range]:
    place = {key: i for i, key in enumerate(keys)}
    equations = _equations(sums, place)
    bounds = [(known[key].low, known[key].high) for key in keys]
    found = []
    for key in asked:
        low = _extreme(place[key], 1.0, equations, bounds, key)
        high = -_extreme(place[key], -1.0, equations, bounds, key)
        found.append(Range(key, low, high))
    return found


def _equations(sums: Sequence[Sum], place: Mapping[Key, int]) -> csr_array | None:
    """Parts less their whole, one row for each sum."""
    if not sums:
        return None
    rows, columns, values = [], [], []
    for row, one in enumerate(sums):
        for key, value in [(one.whole, -1.0), *((part, 1.0) for part in one.parts)]:
            rows.append(row)
            columns.append(place[key])
            values.append(value)
    return csr_array((values, (rows, columns)), shape=(len(sums), len(place)))


def _extreme(
    at: int,
    sign: float,
    equations: csr_array | None,
    bounds: Sequence[tuple[float, float | None]],
    key: Key,
) -> float:
    """The least value of `sign` times a number; minus infinity where nothing bounds it."""
    if equations is None:
        low, high = bounds[at]
        return low if sign > 0 else (-math.inf if high is None else -high)
    aim = np.zeros(len(bounds))
    aim[at] = sign
    solved = linprog(aim, A_eq=equations, b_eq=np.zeros(equations.shape[0]), bounds=list(bounds), method="highs")
    if solved.status == 0:
        return float(solved.fun)
    if solved.status == 3:
        return -math.inf
    # HiGHS may answer "infeasible or unbounded" without saying which: without an aim, unbounded can't be meant.
    any_fit = linprog(
        np.zeros(len(bounds)), A_eq=equations, b_eq=np.zeros(equations.shape[0]), bounds=list(bounds), method="highs"
    )
    if any_fit.status == 0:
        return -math.inf
    raise Contradiction(f"No numbers fit what is printed beside {name(key)}: a table doesn't add up.")


def fitting(links: Sequence[Sum], sums: Sequence[Sum], known: Mapping[Key, Known]) -> list[Sum]:
    """Those of `links` that can all be true together with `sums` and what is known; as few as can be are left out."""
    kept: list[Sum] = []
    assumed = set(links)
    for keys, of_these in components(known, [*sums, *links]):
        doubted = [one for one in of_these if one in assumed]
        if doubted and _has_no_circle(keys, of_these) and _fits({key: known[key] for key in keys}, of_these):
            kept += doubted
        elif doubted:
            sure = [one for one in of_these if one not in assumed]
            kept += _fitting(doubted, sure, sorted(keys, key=name), known)
    return kept


def _fits(known: Mapping[Key, Known], sums: Sequence[Sum]) -> bool:
    try:
        tightened(known, sums)
    except Contradiction:
        return False
    return True


def _fitting(doubted: Sequence[Sum], sure: Sequence[Sum], keys: Sequence[Key], known: Mapping[Key, Known]) -> list[Sum]:
    """Each doubted sum may be off by something; those that are, when all are off by as little as can be, are out."""
    place = {key: i for i, key in enumerate(keys)}
    equations = _equations([*doubted, *sure], place)
    if equations is None:
        return []
    count, width = len(doubted), len(keys)
    off = csr_array(([1.0] * count, (range(count), range(count))), shape=(equations.shape[0], count))
    aim = np.concatenate([np.zeros(width), np.ones(2 * count)])
    bounds = [(known[key].low, known[key].high) for key in keys] + [(0, None)] * (2 * count)
    whole = csr_array(hstack([equations, off, -off]))
    solved = linprog(aim, A_eq=whole, b_eq=np.zeros(whole.shape[0]), bounds=bounds, method="highs")
    if solved.status != 0:
        return []  # not even the sure ones fit: what is printed contradicts itself, and nothing follows from it
    slack = solved.x[width : width + count] + solved.x[width + count :]
    return [one for one, by in zip(doubted, slack, strict=True) if by < SMALL]
