"""Editions whose periods overlap: whoever subtracts one from the other works out no small number.

The second method is an attacker of our own, who knows nothing of spans and pieces: each month's number is unknown, each
printed number is the sum of its months, and what follows is found by linear programming over the months themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from wraparound.evidence.measures.audit import Key, Known, Sum, fitting
from wraparound.evidence.measures.disclosure import ALL, Protected, Published, Table, audit, protect
from wraparound.evidence.measures.overlaps import Span, links, read
from wraparound.evidence.measures.params import Disclosure

RULE = Disclosure(smallest_at_city=5, smallest_below_city=10, least_width=5, round_to=1)
MONTHS = 6
KINDS = ("a", "b", "c")
Grid = Mapping[tuple[int, str], int]  # how many of each kind in each month


def period(first: int, last: int) -> str:
    """Months of 2024 as tables write them; 1 is January."""
    return Span(2024 * 12 + first - 1, 2024 * 12 + last - 1).text


def edition(grid: Grid, first: int, last: int, *, as_of: str = "") -> Table:
    """The table of a period: each kind, and all."""
    within = {"area": "X", "period": period(first, last), **({"as of": as_of} if as_of else {})}
    counts = {
        (kind,): sum(n for (month, of), n in grid.items() if of == kind and first <= month <= last) for kind in KINDS
    }
    return Table("referrals", ("kind",), {**counts, (ALL,): sum(counts.values())}, within=within)


def of_months(numbers: Mapping[str, Sequence[int]]) -> Grid:
    return {(month, kind): n for kind, row in numbers.items() for month, n in enumerate(row, start=1)}


def in_turn(tables: Sequence[Table]) -> Protected:
    """Each edition protected with all before it."""
    before: Published | None = None
    for one in tables:
        found = protect([one], RULE, before)
        assert found.failing == ()
        assert found.given_away == ()
        before = found.as_published()
    assert before is not None
    return found


class Attacker:
    """Knows what is printed of each period, that months add up, and that no number is below nought."""

    def __init__(self, found: Protected) -> None:
        self.at = {
            (m, kind): i for i, (m, kind) in enumerate((m, kind) for m in range(1, MONTHS + 1) for kind in KINDS)
        }
        self.equal, self.equal_to = [], []
        for key, number in found.shown.items():
            self.equal.append(self.row(*self.parts(key)))
            self.equal_to.append(number)

    def parts(self, key: Key) -> tuple[range, tuple[str, ...]]:
        found = read(key)
        assert found is not None
        kind = dict(key).get("kind")
        months = range(found.span.first % 12 + 1, found.span.last % 12 + 2)
        return months, (kind,) if kind else KINDS

    def row(self, months: range, kinds: Sequence[str]) -> np.ndarray:
        row = np.zeros(len(self.at))
        for month in months:
            for kind in kinds:
                row[self.at[month, kind]] = 1
        return row

    def reach(self, row: np.ndarray) -> tuple[float, float]:
        """The least and the most that a sum of months can be."""
        found = []
        for sign in (1, -1):
            solved = linprog(
                sign * row,
                A_eq=np.array(self.equal) if self.equal else None,
                b_eq=self.equal_to or None,
                method="highs",
            )
            assert solved.status in (0, 3, 4)
            found.append(sign * solved.fun if solved.status == 0 else sign * -np.inf)
        return found[0], found[1]


def assert_nothing_is_told(found: Protected, spans: Sequence[tuple[int, int]]) -> None:
    """No withheld number, and no small difference of two periods of which one holds the other."""
    attacker = Attacker(found)
    for key in found.withheld:
        low, high = attacker.reach(attacker.row(*attacker.parts(key)))
        assert high - low >= RULE.least_width - 1e-6, (sorted(key), low, high)
    for longer, shorter in [(a, b) for a, b in (*combinations(spans, 2), *combinations(reversed(spans), 2))]:
        if longer[0] <= shorter[0] and shorter[1] <= longer[1] and longer != shorter:
            for kinds in (*((kind,) for kind in KINDS), KINDS):
                row = attacker.row(range(longer[0], longer[1] + 1), kinds)
                row = row - attacker.row(range(shorter[0], shorter[1] + 1), kinds)
                low, high = attacker.reach(row)
                small = high > 1e-6 and low < RULE.smallest_at_city - 1e-6
                assert not (small and high - low < RULE.least_width - 1e-6), (longer, shorter, kinds, low, high)


QUARTER = of_months({"a": [1, 1, 1, 8, 8, 6], "b": [4, 4, 4, 10, 10, 10], "c": [10, 10, 10, 30, 30, 30]})


def test_a_half_year_less_a_quarter_in_it_tells_no_withheld_number() -> None:
    """The golden case: three of a in the first quarter; 25 in the half-year less 22 in the second would tell them."""
    spans = [(1, 3), (1, 6), (4, 6)]
    tables = [edition(QUARTER, *span) for span in spans]
    cell = {span: one.key(("a",)) for span, one in zip(spans, tables, strict=True)}
    alone = [protect([one], RULE) for one in tables]
    assert cell[1, 3] in alone[0].withheld
    assert alone[1].shown[cell[1, 6]] - alone[2].shown[cell[4, 6]] == 3, "each by itself, they give it away"
    found = in_turn(tables)
    assert cell[1, 3] in found.withheld
    assert not {cell[1, 6], cell[4, 6]} <= set(found.shown)
    assert audit(found.as_published(), RULE) == []
    assert_nothing_is_told(found, spans)


def test_january_to_june_and_to_july_do_not_tell_a_small_july() -> None:
    """Nobody printed July, and two of a kind follow from 22 less 20."""
    grid = of_months({"a": [20, 0, 0, 0, 0, 2], "b": [30, 0, 0, 0, 0, 30], "c": [40, 0, 0, 0, 0, 40]})
    first, second = edition(grid, 1, 5), edition(grid, 1, 6)
    found = in_turn([first, second])
    assert first.key(("a",)) in found.shown
    assert second.key(("a",)) in found.withheld
    assert_nothing_is_told(found, [(1, 5), (1, 6)])


def test_a_july_without_any_is_a_nought_as_any_other() -> None:
    grid = of_months({"a": [20, 0, 0, 0, 0, 0], "b": [30, 0, 0, 0, 0, 30], "c": [40, 0, 0, 0, 0, 40]})
    assert in_turn([edition(grid, 1, 5), edition(grid, 1, 6)]).withheld == frozenset()


def test_periods_that_share_no_month_say_nothing_of_each_other() -> None:
    grid = of_months({"a": [1, 1, 1, 8, 8, 6], "b": [4, 4, 4, 1, 1, 1], "c": [10, 10, 10, 30, 30, 30]})
    first, second = edition(grid, 1, 3), edition(grid, 4, 6)
    found = in_turn([first, second])
    alone = protect([first], RULE).withheld | protect([second], RULE).withheld
    assert found.withheld == alone
    assert len(found.sums) == 2


def test_the_same_records_drawn_again_withhold_the_same() -> None:
    first, again = edition(QUARTER, 1, 3, as_of="May"), edition(QUARTER, 1, 3, as_of="June")
    found = in_turn([first, again])
    assert {first.key(("a",)), again.key(("a",)), first.key(("b",)), again.key(("b",))} == found.withheld


def test_records_that_changed_since_are_printed_where_the_old_ones_stay_hidden() -> None:
    late = {**QUARTER, (1, "c"): 60, (2, "a"): 30}  # written down later
    first, again = edition(QUARTER, 1, 3, as_of="May"), edition(late, 1, 3, as_of="June")
    found = in_turn([first, again])
    assert found.shown[again.key(("c",))] == 80
    assert first.key(("a",)) in found.withheld
    assert audit(found.as_published(), RULE) == []


def test_a_number_that_is_out_is_not_withheld_in_vain() -> None:
    """Six of a kind were printed, and are four now: what hides them is not a number that everyone has read already."""
    grid = of_months({"a": [6, 0, 0, 0, 0, 0], "b": [20, 0, 0, 0, 0, 0], "c": [40, 0, 0, 0, 0, 0]})
    first, again = edition(grid, 1, 3, as_of="May"), edition({**grid, (1, "a"): 4}, 1, 3, as_of="June")
    found = in_turn([first, again])
    assert again.key(("a",)) in found.withheld
    assert {again.key(("b",)), again.key(("c",))} <= set(found.shown)


def test_months_of_one_edition_meet_the_quarter_of_another() -> None:
    by_month = Table(
        "referrals",
        ("month",),
        {("2024-01",): 20, ("2024-02",): 2, ("2024-03",): 30, (ALL,): 52},
        within={"area": "X", "period": period(1, 3)},
    )
    january = Table("referrals", (), {(): 20}, within={"area": "X", "period": period(1, 1)})
    rest = Table("referrals", (), {(): 32}, within={"area": "X", "period": period(2, 3)})
    found = protect([by_month], RULE)
    hidden = {dict(key)["month"] for key in found.withheld}
    assert hidden == {"2024-01", "2024-02"}
    for one in (january, rest):
        found = protect([one], RULE, found.as_published())
        assert found.failing == ()
    assert audit(found.as_published(), RULE) == []
    assert january.key(()) in found.withheld


monthly = st.one_of(st.integers(0, 4), st.integers(0, 25))
grids = st.fixed_dictionaries({(m, kind): monthly for m in range(1, MONTHS + 1) for kind in KINDS})
spans = st.tuples(st.integers(1, MONTHS), st.integers(1, MONTHS)).map(lambda two: (min(two), max(two)))


@settings(max_examples=25, deadline=None)
@example(of_months({"a": [0] * 6, "b": [5, 0, 0, 0, 0, 0], "c": [5, 0, 0, 1, 0, 0]}), [(1, 4), (2, 4), (1, 1)])
@example(of_months({"a": [0, 0, 0, 0, 5, 0], "b": [0, 0, 4, 0, 1, 0], "c": [0, 0, 2, 3, 5, 0]}), [(1, 5), (5, 5)])
@example(of_months({"a": [0] * 6, "b": [0, 4, 0, 1, 0, 0], "c": [0, 0, 0, 2, 3, 0]}), [(1, 5), (1, 2)])
@given(grids, st.lists(spans, min_size=2, max_size=3, unique=True))
def test_whatever_the_numbers_and_periods_an_attacker_works_out_nothing(
    grid: Grid, chosen: list[tuple[int, int]]
) -> None:
    found = in_turn([edition(grid, *span) for span in chosen])
    assert audit(found.as_published(), RULE) == []
    for span in chosen:
        one = edition(grid, *span)
        assert all(found.shown[key] == one.counts[cell] for cell in one.counts if (key := one.key(cell)) in found.shown)
    assert_nothing_is_told(found, chosen)


# Those of each kind who come in one month only, and those who come in all of them.
people = st.fixed_dictionaries({(m, kind): monthly for m in range(MONTHS + 1) for kind in KINDS}).map(
    lambda numbers: [
        (kind, {month} if month else set(range(1, MONTHS + 1)))
        for (month, kind), number in numbers.items()
        for _ in range(number)
    ]
)


def of_people(found: Sequence[tuple[str, set[int]]], first: int, last: int) -> Table:
    """People by kind, each once in the period."""
    counts = {
        (kind,): sum(1 for of, months in found if of == kind and any(first <= month <= last for month in months))
        for kind in KINDS
    }
    within = {"area": "X", "period": period(first, last)}
    return Table("victims", ("kind",), {**counts, (ALL,): sum(counts.values())}, each_once=True, within=within)


FIVE = [("a", {1, 2, 3, 4, 5, 6}), ("a", {3}), *[(kind, {month}) for kind in "bc" for month in (1, 3, 3, 3, 3)]]


@settings(max_examples=20, deadline=None)
@example(FIVE, [(1, 3), (1, 1)])
@given(people, st.lists(spans, min_size=2, max_size=3, unique=True))
def test_people_who_count_once_are_protected_over_periods_that_do_not_add_up(
    found: list[tuple[str, set[int]]], chosen: list[tuple[int, int]]
) -> None:
    protected = in_turn([of_people(found, *span) for span in chosen])
    assert audit(protected.as_published(), RULE) == []
    for longer in chosen:
        for shorter in chosen:
            if longer != shorter and longer[0] <= shorter[0] and shorter[1] <= longer[1]:
                for kind in KINDS:
                    keys = [of_people(found, *span).key((kind,)) for span in (longer, shorter)]
                    if all(key in protected.shown for key in keys):
                        assert not 0 < protected.shown[keys[0]] - protected.shown[keys[1]] < RULE.smallest_at_city


def test_what_is_counted_once_is_kept_for_the_editions_that_follow() -> None:
    one = of_people([("a", {1})] * 9, 1, 3)
    found = protect([one], RULE)
    assert found.as_published().each_once == {"victims"}
    later = protect(
        [replace(one, each_once=False, within={"area": "X", "period": period(1, 6)})], RULE, found.as_published()
    )
    assert later.each_once == {"victims"}


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2024-01-01/2024-06-30", Span(2024 * 12, 2024 * 12 + 5)),
        ("2023-12-01/2024-02-29", Span(2023 * 12 + 11, 2024 * 12 + 1)),
        ("2024-01-02/2024-06-30", None),
        ("2024-01-01/2024-06-29", None),
        ("2024-06-01/2024-01-31", None),
        ("January", None),
        ("", None),
    ],
)
def test_a_period_of_whole_months_is_read(text: str, span: Span | None) -> None:
    found = read(frozenset({("of", "v"), ("period", text), ("as of", "x")}))
    assert (found.span if found else None) == span
    if span and found:
        assert span.text == text
        assert found.family == {("of", "v")}


def test_a_month_of_a_table_is_that_month() -> None:
    found = read(frozenset({("of", "v"), ("period", period(1, 6)), ("month", "2024-03")}))
    assert found is not None
    assert found.span == Span(2024 * 12 + 2, 2024 * 12 + 2)
    assert found.period == Span(2024 * 12, 2024 * 12 + 5)


def test_one_edition_alone_is_linked_to_nothing() -> None:
    one = edition(QUARTER, 1, 3)
    keys = [one.key(cell) for cell in one.counts]
    assert links((), keys, one.sums(), ()) == []


def test_other_areas_and_365_days_are_linked_to_themselves_alone() -> None:
    year = {"area": "X", "period": "2023-07-02/2024-06-30"}
    old, new = (frozenset({("of", "v"), *year.items(), ("as of", day)}) for day in ("May", "June"))
    elsewhere = frozenset({("of", "v"), ("area", "Y"), ("period", period(1, 3))})
    assert links([old, elsewhere], [new], (), ()) == [Sum(new, (old,))]


def test_of_sums_that_can_not_all_be_as_few_as_can_be_are_left_out() -> None:
    a, b, whole, other = (frozenset({("of", text)}) for text in ("a", "b", "whole", "other"))
    known = {a: Known(3, 3), b: Known(4, 4), whole: Known(7, 7), other: Known(9, 9)}
    right, wrong = Sum(whole, (a, b)), Sum(other, (a, b))
    assert fitting([wrong, right], [], known) == [right]
    assert fitting([], [right], known) == []
    assert fitting([right], [wrong], known) == [], "where the tables themselves do not add up nothing follows"
