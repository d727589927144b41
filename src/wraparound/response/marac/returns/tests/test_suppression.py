"""What is withheld from a published return can't be worked out again; and no more is withheld than is needed."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from wraparound.response.marac.returns.counting import Counted, CountedTable, Number
from wraparound.response.marac.returns.params import FormCell, Publishing
from wraparound.response.marac.returns.suppression import form_is_withheld, protect, withhold
from wraparound.response.marac.returns.tables import HEARINGS, TableSpec
from wraparound.response.marac.returns.tests.attacker import Cell, equations, possible

RULE = Publishing(smallest=5, least_width=3)
PARTS = {"asian": "yes", "black": "yes", "mixed": "yes", "white": "no", "other": "no"}


def as_numbers(**cases: int) -> dict[str, Number]:
    return {code: Number(number, number) for code, number in cases.items()}


@pytest.mark.parametrize(
    ("numbers", "withheld"),
    [
        (as_numbers(a=0, b=0), ""),
        (as_numbers(a=20, b=5, c=0), ""),  # nothing is small, and nought tells of nobody
        (as_numbers(a=20, b=4, c=9), "bc"),  # the smallest other one goes with it
        (as_numbers(a=20, b=4, c=3, d=9), "bc"),  # seven in two rows: each from 1 to 6
        (as_numbers(a=20, b=1, c=1, d=9), "bcd"),  # two in two rows would be one each
        (as_numbers(a=20, b=2, c=1, d=9), "bcd"),  # three in two rows: one or two
        (as_numbers(a=100, b=2, c=0), "ab"),
        (as_numbers(a=3, b=3, c=0), "ab"),
        (as_numbers(a=1, b=1, c=1, d=1, e=1), "abcde"),
        (as_numbers(a=1, b=1, c=1, d=1, e=1, f=0), "abcdef"),  # or else each would be known to be one
        ({"a": Number(20, 20), "b": Number(6, 4), "c": Number(9, 9)}, "bc"),  # few people in more cases
    ],
)
def test_rows_to_withhold(numbers: dict[str, Number], withheld: str) -> None:
    assert "".join(sorted(protect(numbers, RULE))) == withheld


# --- an attack on whole returns -----------------------------------------------------------------------------


@dataclass
class Published:
    """A return as it would be printed, and as its reader sees it."""

    counted: Counted
    rule: Publishing

    @property
    def withheld(self) -> Any:
        return withhold(self.counted)

    def shown(self, column: str) -> dict[Cell, int | None]:
        found: dict[Cell, int | None] = {}
        for table in self.counted.tables:
            for code, _, number in table.rows:
                hidden = self.withheld.hides(table.spec.code, code)
                found[table.spec.code, code] = None if hidden else getattr(number, column)
        return found


def spec(code: str, rows: str, **more: Any) -> TableSpec:
    return TableSpec(code, code, HEARINGS, code, tuple((row, row) for row in rows.split()), **more)


def published(rule: Publishing, *tables: tuple[TableSpec, dict[str, Number]]) -> Published:
    counted_tables = [CountedTable(one, numbers) for one, numbers in tables]
    first = counted_tables[0]
    held = SimpleNamespace(params=SimpleNamespace(publish=rule))
    total = first.number(first.numbers)
    counted = Counted(cast(Any, None), [], cast(Any, held), 0, {HEARINGS: total}, counted_tables)
    return Published(counted, rule)


def nested(rule: Publishing, numbers: dict[str, Number]) -> Published:
    """A table of groups, and one that sums it up as a form asks."""
    groups = spec("groups", "asian black mixed white other ?declined")
    form = spec("form", "yes no ?declined", sums_up="groups", parts=PARTS | {"?declined": "?declined"})
    tops: dict[str, Number] = {}
    for code, number in numbers.items():
        tops[form.row_for(code)] = tops.get(form.row_for(code), Number(0, 0)) + number
    return published(rule, (groups, numbers), (form, tops))


def attack(one: Published, column: str) -> dict[Cell, set[int]]:
    """What is possible for each withheld number, for a reader who knows the method too.

    Rows at nought are withheld only where no other row of the table is shown: so elsewhere none of them is nought.
    """
    shown = one.shown(column)
    total = getattr(one.counted.totals[HEARINGS], column)
    totals = {table.spec.code: total for table in one.counted.tables}
    sums_up = {
        table.spec.code: {(table.spec.sums_up, part): table.spec.row_for(part) for part in _rows(one, table.spec)}
        for table in one.counted.tables
        if table.spec.sums_up
    }
    noughts = all(
        number.cases == 0 or one.withheld.hides(table.spec.code, code)
        for table in one.counted.tables
        for code, _, number in table.rows
    )
    least = 0 if noughts or column == "people" or sums_up else 1
    return possible(shown, equations(shown, totals, sums_up), least, total)


def _rows(one: Published, above: TableSpec) -> list[str]:
    table = one.counted.table(above.sums_up)
    assert table is not None
    return [code for code, _, _ in table.rows]


small = st.integers(0, 7)
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def both(cases: int, repeated: int) -> Number:
    """So many cases of so many people: of at least one, where there are any."""
    return Number(cases, max(min(cases, 1), cases - repeated))


@SETTINGS
@given(st.lists(st.tuples(small, st.integers(0, 2)), min_size=3, max_size=5), st.sampled_from(["cases", "people"]))
def test_no_withheld_number_of_a_table_can_be_pinned_down(rows: list[tuple[int, int]], column: str) -> None:
    numbers = {f"r{place}": both(*row) for place, row in enumerate(rows)}
    one = published(RULE, (spec("table", " ".join(numbers)), numbers))
    assume(not one.withheld.totals)
    found = attack(one, column)
    for cell, values in found.items():
        assert getattr(numbers[cell[1]], column) in values, "the attack must find what is true"
        assert len(values) >= RULE.least_width, f"{cell} is one of {values} in {numbers}"
    for code, number in numbers.items():
        if 0 < number.cases < RULE.smallest or 0 < number.people < RULE.smallest:
            assert one.withheld.hides("table", code)


@SETTINGS
@given(st.lists(small, min_size=6, max_size=6))
def test_nor_can_it_where_a_form_sums_it_up(rows: list[int]) -> None:
    codes = ["asian", "black", "mixed", "white", "other", "?declined"]
    numbers = {code: Number(number, number) for code, number in zip(codes, rows, strict=True)}
    one = nested(RULE, numbers)
    assume(not one.withheld.totals)
    found = attack(one, "cases")
    for cell, values in found.items():
        assert len(values) >= RULE.least_width, f"{cell} is one of {values} in {numbers}"
    for code, number in numbers.items():
        assert not 0 < number.cases < RULE.smallest or one.withheld.hides("groups", code)


def test_the_attack_breaks_what_withholds_too_little() -> None:
    """Were only the small row withheld, it could be subtracted: the attack above must see that."""
    shown: dict[Cell, int | None] = {("t", "a"): 20, ("t", "b"): None}
    assert possible(shown, equations(shown, {"t": 24}, {}), 0, 24) == {("t", "b"): {4}}
    parts: dict[Cell, str] = {("t", "a"): "yes", ("t", "b"): "yes", ("t", "c"): "no"}
    shown = {("t", "a"): 3, ("t", "b"): None, ("t", "c"): None, ("f", "yes"): 7, ("f", "no"): 9}
    found = possible(shown, equations(shown, {"t": 16, "f": 16}, {"f": parts}), 0, 16)
    assert found == {("t", "b"): {4}, ("t", "c"): {9}}


def test_a_whole_return_that_is_small_isnt_published_at_all() -> None:
    one = published(RULE, (spec("table", "a b c"), as_numbers(a=3, b=1, c=0)))
    assert one.withheld.totals == {HEARINGS}
    assert set(one.shown("cases").values()) == {None}


def test_rows_that_overlap_stay_inside() -> None:
    numbers = as_numbers(a=20, b=3)
    overlapping = spec("reasons", "a b", adds_up=False)
    one = published(RULE, (spec("table", "a b"), as_numbers(a=20, b=30)), (overlapping, numbers))
    assert one.withheld.tables == {"reasons"}


@pytest.mark.parametrize(
    ("rows", "withheld"),
    [
        (("police",), False),  # shown itself
        (("idva", "housing"), False),  # all others are shown: it can be subtracted anyway
        (("idva",), True),
        (("police", "idva"), True),  # would say how many housing has
    ],
)
def test_a_cell_of_the_form_says_nothing_new(rows: tuple[str, ...], withheld: bool) -> None:
    one = published(RULE, (spec("agency", "police idva housing"), as_numbers(police=30, idva=4, housing=9)))
    assert one.withheld.rows["agency"] == {"idva", "housing"}
    cell = FormCell(label="Asked", table="agency", rows=rows)
    assert form_is_withheld(one.counted, cell, one.withheld) is withheld
