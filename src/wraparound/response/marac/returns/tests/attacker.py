"""Whoever reads a published return and subtracts: which values could each withheld number still have?

Knows every number that is printed, which rows are withheld, and that the rows of a table add up to its total; also
which rows of one table another sums up. Works out exact bounds by trying: small returns only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Cell = tuple[str, str]  # table, row


@dataclass(frozen=True)
class Equation:
    """Unknown cells that add up to a number; those that are subtracted stand on the other side."""

    plus: frozenset[Cell]
    minus: frozenset[Cell]
    equals: int


def equations(
    shown: Mapping[Cell, int | None], totals: Mapping[str, int], sums_up: Mapping[str, Mapping[Cell, str]]
) -> list[Equation]:
    """What the page says: each table adds up to its total; each row of a summing table to its parts."""
    found = []
    for table, total in totals.items():
        cells = [cell for cell in shown if cell[0] == table]
        found.append(_equation(shown, cells, [], total))
    for table, parts in sums_up.items():
        for row in {row for name, row in shown if name == table}:
            found.append(_equation(shown, [part for part, top in parts.items() if top == row], [(table, row)], 0))
    return [one for one in found if one.plus or one.minus]


def _equation(shown: Mapping[Cell, int | None], plus: Sequence[Cell], minus: Sequence[Cell], equals: int) -> Equation:
    known = sum(shown[cell] or 0 for cell in plus) - sum(shown[cell] or 0 for cell in minus)
    return Equation(
        frozenset(cell for cell in plus if shown[cell] is None),
        frozenset(cell for cell in minus if shown[cell] is None),
        equals - known,
    )


def possible(
    shown: Mapping[Cell, int | None], found: Sequence[Equation], least: int, most: int
) -> dict[Cell, set[int]]:
    """The values that each withheld cell has in some solution, of whole numbers from `least` to `most`."""
    unknown = sorted(cell for cell, number in shown.items() if number is None)
    values: dict[Cell, set[int]] = {cell: set() for cell in unknown}
    for solution in _solutions(unknown, list(found), least, most):
        for cell, value in solution.items():
            values[cell].add(value)
    return values


def _solutions(unknown: Sequence[Cell], rules: Sequence[Equation], least: int, most: int) -> Iterator[dict[Cell, int]]:
    def bounds(rule: Equation, given: Mapping[Cell, int]) -> bool:
        low = high = 0
        for cell in rule.plus:
            low, high = low + given.get(cell, least), high + given.get(cell, most)
        for cell in rule.minus:
            low, high = low - given.get(cell, most), high - given.get(cell, least)
        return low <= rule.equals <= high

    def go(place: int, given: dict[Cell, int]) -> Iterator[dict[Cell, int]]:
        if not all(bounds(rule, given) for rule in rules):
            return
        if place == len(unknown):
            yield dict(given)
            return
        for value in range(least, most + 1):
            yield from go(place + 1, given | {unknown[place]: value})

    yield from go(0, {})
