"""Disclosure control: whatever the numbers, nothing withheld can be worked out, not even from several editions."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wraparound.evidence.measures.audit import (
    Contradiction,
    Key,
    Known,
    Sum,
    _ranges_of,
    components,
    ranges,
    tightened,
)
from wraparound.evidence.measures.disclosure import ALL, Protected, Published, Table, audit, protect, rounded
from wraparound.evidence.measures.params import Disclosure

RULE = Disclosure(smallest_at_city=5, smallest_below_city=10, least_width=5, round_to=1)


def table(counts: dict[tuple[str, ...], int], *dimensions: str, of: str = "victims", **within: str) -> Table:
    """A table with all its margins worked out."""
    values = [sorted({cell[i] for cell in counts}) for i in range(len(dimensions))]
    full = {}
    for cell in product(*([*each, ALL] for each in values)):
        full[cell] = sum(n for one, n in counts.items() if all(a in (b, ALL) for a, b in zip(cell, one, strict=True)))
    return Table(of, dimensions, full, within=within)


def key(of: str, **parts: str) -> Key:
    return frozenset({("of", of), *parts.items()})


def test_a_small_number_and_one_beside_it_are_withheld() -> None:
    found = protect([table({("a",): 3, ("b",): 20, ("c",): 40}, "sex")], RULE)
    assert found.withheld == {key("victims", sex="a"), key("victims", sex="b")}
    assert found.primary == {key("victims", sex="a")}
    assert found.shown == {key("victims"): 63, key("victims", sex="c"): 40}
    assert found.failing == ()


def test_below_the_city_numbers_up_to_nine_are_small() -> None:
    ward = table({("Aston",): 9, ("Nechells",): 10, ("Soho",): 50}, "ward")
    city = table({("a",): 9, ("b",): 60}, "sex")
    found = protect([ward, city], RULE)
    assert found.primary == {key("victims", ward="Aston")}
    assert not found.hides(city, ("a",))


@pytest.mark.parametrize(("small", "primary"), [(0, False), (1, True), (4, True), (5, False)])
def test_at_the_city_one_to_four_are_small(small: int, primary: bool) -> None:
    found = protect([table({("a",): small, ("b",): 80, ("c",): 90}, "sex")], RULE)
    assert (key("victims", sex="a") in found.primary) is primary


def test_a_lone_small_number_beside_noughts_takes_noughts_with_it() -> None:
    found = protect([table({("Aston",): 8, ("Soho",): 0, ("Nechells",): 0}, "ward")], RULE)
    assert key("victims", ward="Aston") in found.withheld
    assert audit(found.as_published(), RULE) == []


def test_the_same_number_in_two_tables_is_withheld_in_both() -> None:
    by_sex = table({("a",): 3, ("b",): 30, ("c",): 31}, "sex")
    both = table(
        {("a", "yes"): 2, ("a", "no"): 1, ("b", "yes"): 15, ("b", "no"): 15, ("c", "yes"): 31}, "sex", "repeat"
    )
    found = protect([by_sex, both], RULE)
    assert found.hides(by_sex, ("a",))
    assert found.hides(both, ("a", ALL))
    assert audit(found.as_published(), RULE) == []


def test_what_a_second_edition_would_give_away_is_withheld_in_it() -> None:
    first = protect([table({("a",): 3, ("b",): 20, ("c",): 40}, "sex", period="January")], RULE)
    months = [key("victims", sex="b", period=month) for month in ("January", "February")]
    whole = Sum(key("victims", sex="b", period="both"), tuple(months))
    second = [
        table({("b",): 25}, "sex", period="February"),
        Table("victims", ("sex",), {("b",): 45}, within={"period": "both"}),
    ]
    found = protect(second, RULE, first.as_published(), [whole])
    assert found.failing == ()
    assert {months[1], whole.whole} & found.withheld
    assert audit(found.as_published(), RULE) == []


def test_a_failing_audit_names_the_cell_and_its_range() -> None:
    cell, other, whole = key("victims", sex="a"), key("victims", sex="b"), key("victims")
    wrong = Published({other: 20, whole: 23}, frozenset({cell}), sums=(Sum(whole, (cell, other)),))
    (found,) = audit(wrong, RULE)
    assert found.label == "of victims, sex a: from 3 to 3"


def test_what_editions_before_gave_away_is_told_not_hidden() -> None:
    cell, other, whole = key("victims", sex="a"), key("victims", sex="b"), key("victims")
    earlier = Published({other: 20, whole: 23}, frozenset({cell}), sums=(Sum(whole, (cell, other)),))
    found = protect([], RULE, earlier)
    assert [one.key for one in found.given_away] == [cell]
    assert found.failing == ()  # nothing that is withheld here could change it


def test_what_this_edition_would_give_away_whatever_it_withholds_is_told() -> None:
    total = Published({key("victims"): 4}, frozenset())  # under a rule that withheld less
    found = protect([table({("a",): 2, ("b",): 2}, "sex")], RULE, total)
    assert {one.key for one in found.failing} == {key("victims", sex="a"), key("victims", sex="b")}
    assert found.given_away == ()


def test_where_earlier_editions_leave_no_more_room_a_reader_of_what_is_printed_counts() -> None:
    """That neither is nought follows from their being withheld, and nothing withheld beside them would change it."""
    total = Published({key("victims"): 5}, frozenset())
    found = protect([table({("a",): 2, ("b",): 3}, "sex")], RULE, total)
    assert found.failing == ()
    assert found.withheld == {key("victims", sex="a"), key("victims", sex="b")}
    assert audit(found.as_published(), RULE) == []


def test_tables_that_differ_on_a_number_are_refused() -> None:
    with pytest.raises(ValueError, match=r"of victims: 30 and 31"):
        protect([table({("a",): 30}, "sex"), table({("y",): 31}, "repeat")], RULE)


def test_numbers_that_cannot_be_are_a_contradiction() -> None:
    cell, whole, other = key("v", sex="a"), key("v"), key("v", sex="b")
    known = {cell: Known(1, None, True), other: Known(20, 20), whole: Known(10, 10)}
    with pytest.raises(Contradiction, match=r"a table doesn.t add up"):
        ranges(known, [Sum(whole, (cell, other))])


def test_printed_numbers_are_rounded_and_their_bounds_known() -> None:
    rule = RULE.model_copy(update={"round_to": 5})
    found = protect([table({("a",): 3, ("b",): 22, ("c",): 41}, "sex")], rule)
    assert set(found.shown.values()) <= {20, 40, 65}
    assert audit(found.as_published(), rule) == []


@given(st.integers(0, 10_000), st.sampled_from([1, 2, 3, 5, 10]))
def test_rounding_goes_to_the_nearest_multiple(value: int, to: int) -> None:
    found = rounded(value, to)
    assert found % to == 0
    assert abs(found - value) * 2 <= to


numbers = st.one_of(st.integers(0, 12), st.integers(0, 60))
grids = st.integers(1, 4).flatmap(
    lambda rows: st.integers(1, 4).flatmap(
        lambda columns: st.lists(st.lists(numbers, min_size=columns, max_size=columns), min_size=rows, max_size=rows)
    )
)


def of_grid(grid: list[list[int]], dimensions: tuple[str, str] = ("ward", "sex"), **within: str) -> Table:
    return table(
        {(f"r{i}", f"c{j}"): n for i, row in enumerate(grid) for j, n in enumerate(row)}, *dimensions, **within
    )


def attack(found: Protected, truth: dict[Key, int]) -> dict[Key, set[int]]:
    """By another method than linear programming: every whole-number filling of small gaps that fits what is printed."""
    hidden = sorted(found.withheld, key=sorted)
    parts = {one.whole: one.parts for one in found.sums}
    free = [cell for cell in hidden if cell not in parts]
    possible: dict[Key, set[int]] = {cell: set() for cell in hidden}
    floor = 0 if found.noughts else 1
    most = max(truth.values(), default=0)
    for values in product(range(floor, most + 1), repeat=len(free)):
        filled = {**found.shown, **dict(zip(free, values, strict=True))}
        for _ in range(2):
            for one in found.sums:
                if one.whole not in filled and all(part in filled for part in one.parts):
                    filled[one.whole] = sum(filled[part] for part in one.parts)
        if all(sum(filled[part] for part in one.parts) == filled[one.whole] for one in found.sums):
            for cell in hidden:
                possible[cell].add(filled[cell])
    return possible


@settings(max_examples=20, deadline=None)
@given(grids)
def test_in_any_table_with_margins_each_withheld_number_keeps_its_width(grid: list[list[int]]) -> None:
    one = of_grid(grid)
    found = protect([one], RULE)
    assert found.failing == ()
    assert audit(found.as_published(), RULE) == []
    truth = {one.key(cell): n for cell, n in one.counts.items()}
    assert all(found.shown[cell] == truth[cell] for cell in found.shown)
    assert not any(0 < truth[cell] < 5 for cell in found.shown)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 14), min_size=2, max_size=4))
def test_trying_every_whole_number_finds_no_narrower_range(row: list[int]) -> None:
    one = table({(f"c{i}",): n for i, n in enumerate(row)}, "ward")
    found = protect([one], RULE)
    truth = {one.key(cell): n for cell, n in one.counts.items()}
    if one.key((ALL,)) in found.withheld:
        return  # nothing bounds the total: every value above is possible
    for cell, values in attack(found, truth).items():
        assert truth[cell] in values
        assert max(values) - min(values) >= RULE.least_width


@settings(max_examples=10, deadline=None)
@given(grids, st.data())
def test_over_several_editions_nothing_withheld_is_given_away(grid: list[list[int]], data: st.DataObject) -> None:
    rows = [[data.draw(numbers) for _ in row] for row in grid]
    january = of_grid(grid, period="January")
    february = of_grid(rows, period="February")
    both = of_grid([[a + b for a, b in zip(x, y, strict=True)] for x, y in zip(grid, rows, strict=True)], period="both")
    months = [Sum(both.key(cell), (january.key(cell), february.key(cell))) for cell in both.counts]
    first = protect([january], RULE)
    second = protect([february, both], RULE, first.as_published(), months)
    assert second.failing == ()
    assert audit(second.as_published(), RULE) == []
    assert first.withheld <= second.withheld


trees = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 3), st.booleans()), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(trees, st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=30, max_size=30))
def test_where_sums_make_no_circle_handing_bounds_on_says_what_linear_programming_does(
    grown: list[tuple[int, int, bool]], printed: list[int | None]
) -> None:
    cells, sums = [key("n0")], []
    for at, more, as_whole in grown:
        known_cell = cells[at % len(cells)]
        added = [key(f"n{len(cells) + i}") for i in range(more)]
        sums.append(Sum(known_cell, tuple(added)) if as_whole else Sum(added[0], (known_cell, *added[1:])))
        cells += added
    known = {
        cell: Known(1, None, True) if number is None else Known(number, number + 3)
        for cell, number in zip(cells, printed, strict=False)
    }
    try:
        bounds = tightened(known, sums)
    except Contradiction:
        with pytest.raises(Contradiction):
            _ranges_of(cells, known, sums, cells)
        return
    for one in _ranges_of(cells, known, sums, cells):
        assert bounds[one.key] == pytest.approx((one.low, one.high), abs=1e-6)


def test_numbers_that_share_no_sum_are_looked_at_apart() -> None:
    known = {key("a"): Known(1, 1), key("b"): Known(1, 1), key("c"): Known(2, 2)}
    found = components(known, [Sum(key("c"), (key("a"),))])
    assert sorted(len(keys) for keys, _ in found) == [1, 2]
