"""Withholding small numbers, and others beside them, so that no withheld one can be worked out again.

What is published are the totals and every row but the withheld ones. Whoever reads it can subtract: the withheld rows
of a table add up to a known number. So after the small ones (primary) further rows are withheld (secondary), the
smallest first, until each withheld number could have at least so many values (`Publishing.least_width`), in cases
and in people. A row is withheld in both columns, and nothing says which of them was the small one.

Where one table sums up another (ethnic groups as a form asks for them), rows of both hold each other up: the parts of
a row that is shown must be safe by themselves, and each row that is withheld has at least one withheld part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from wraparound.response.marac.returns.counting import NOTHING, Counted, CountedTable, Number
from wraparound.response.marac.returns.params import FormCell, Publishing
from wraparound.response.marac.returns.tables import TOTAL

Numbers = Mapping[str, Number]


@dataclass(frozen=True)
class Withheld:
    """What isn't published: totals by population, whole tables, and rows by table."""

    totals: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()
    rows: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def hides(self, table: str, row: str) -> bool:
        """Whether a row's numbers are withheld."""
        return row in self.rows.get(table, frozenset())

    @property
    def number(self) -> int:
        """How many rows are withheld."""
        return sum(len(rows) for rows in self.rows.values())


def is_small(number: Number, rule: Publishing) -> bool:
    """Whether a number, or the people behind it, is above nought and too small to publish."""
    return 0 < number.cases < rule.smallest or 0 < number.people < rule.smallest


def withhold(counted: Counted) -> Withheld:
    """What must not be published of a return, by its own definitions."""
    rule = counted.rule.params.publish
    totals = frozenset(name for name, total in counted.totals.items() if is_small(total, rule))
    # Rows that overlap say things about each other that no interval catches: such a table stays inside.
    inside = frozenset(table.spec.code for table in counted.tables if not table.spec.adds_up)
    rows: dict[str, frozenset[str]] = {}
    for table in counted.tables:
        code = table.spec.code
        if code in inside or code in rows:
            continue
        above = next((other for other in counted.tables if other.spec.sums_up == code), None)
        if table.spec.population in totals:
            rows[code] = frozenset(one for one, _, _ in table.rows)
        elif above is not None:
            rows[above.spec.code], rows[code] = _nested(above, table, rule)
        elif not table.spec.sums_up:
            rows[code] = frozenset(protect(_numbers(table), rule))
    return Withheld(totals, inside, rows)


def protect(numbers: Numbers, rule: Publishing, also: Collection[str] = ()) -> set[str]:
    """The rows to withhold of one table whose total is published. `also` are withheld in any case."""
    hidden = {code for code, number in numbers.items() if is_small(number, rule)} | set(also)
    shown = sorted((number.cases, code) for code, number in numbers.items() if code not in hidden and number.cases)
    while hidden and not _is_wide(numbers, hidden, rule):
        if not shown:  # all that is above nought is withheld: now the noughts too, so that none is known to be above
            return set(numbers)
        hidden.add(shown.pop(0)[1])
    return hidden


def _is_wide(numbers: Numbers, hidden: Collection[str], rule: Publishing) -> bool:
    """Whether each withheld number could have enough values, for a reader who knows that none of them is nought."""
    total = sum((numbers[code] for code in hidden), NOTHING)
    values = min(total.cases, total.people) - len(hidden) + 1
    return len(hidden) > 1 and values >= rule.least_width


def _nested(above: CountedTable, table: CountedTable, rule: Publishing) -> tuple[frozenset[str], frozenset[str]]:
    """The rows to withhold of a table, and of the one whose rows it sums up."""
    tops, parts = _numbers(above), _numbers(table)
    of_top = {top: {code: n for code, n in parts.items() if above.spec.row_for(code) == top} for top in tops}
    hidden_tops = protect(tops, rule)
    hidden: set[str] = set()
    for top in tops:
        if top not in hidden_tops:
            found = protect(of_top[top], rule)
            # Where a shown row's parts can't be withheld safely by themselves, the row goes with them.
            if found and not _is_safe(of_top[top], found, rule):
                hidden_tops = protect(tops, rule, {*hidden_tops, top})
    for top in tops:
        if top not in hidden_tops:
            hidden |= protect(of_top[top], rule)
    loose = {code: n for top in hidden_tops for code, n in of_top[top].items()}
    least = {_smallest(of_top[top]) for top in hidden_tops if tops[top].cases}
    hidden |= protect(loose, rule, {code for code in least if code})
    return frozenset(hidden_tops), frozenset(hidden)


def _is_safe(numbers: Numbers, hidden: Collection[str], rule: Publishing) -> bool:
    """Whether rows withheld within a shown sum are safe there: several of them, or all with noughts among them."""
    total = sum((numbers[code] for code in hidden), NOTHING)
    enough = min(total.cases, total.people) + 1 >= rule.least_width
    return len(numbers) > 1 and (_is_wide(numbers, hidden, rule) or (set(hidden) == set(numbers) and enough))


def _smallest(numbers: Numbers) -> str:
    above = [(number.cases, code) for code, number in numbers.items() if number.cases]
    return min(above)[1] if above else ""


def _numbers(table: CountedTable) -> dict[str, Number]:
    return {code: number for code, _, number in table.rows}


def form_number(counted: Counted, cell: FormCell) -> Number | None:
    """The number that a cell of the form asks for; None where the definitions have no such table."""
    if cell.table == TOTAL:
        return sum((counted.totals[name] for name in cell.rows), NOTHING)
    table = counted.table(cell.table)
    return table.number(cell.rows) if table else None


def form_is_withheld(counted: Counted, cell: FormCell, withheld: Withheld) -> bool:
    """Whether a cell of the form isn't published: its rows are shown, or all others of the table are."""
    if cell.table == TOTAL:
        return bool(withheld.totals & set(cell.rows))
    table = counted.table(cell.table)
    if table is None or cell.table in withheld.tables or table.spec.population in withheld.totals:
        return True
    others: Iterable[str] = [code for code, _, _ in table.rows if code not in cell.rows]
    hidden = withheld.rows.get(cell.table, frozenset())
    return bool(hidden & set(cell.rows)) and bool(hidden.intersection(others))
