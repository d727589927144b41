from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wraparound.evidence.figures.rules import (
    INFINITY,
    CannotCompute,
    Interval,
    Reading,
    Relation,
    as_printed,
    exactly,
    holds,
    last_step,
    total,
)

D = Decimal
TRUE = st.decimals(min_value=-10_000, max_value=10_000, places=6, allow_nan=False, allow_infinity=False)
STEPS = st.sampled_from([D("0.01"), D("0.1"), D(1), D(10), D(100)])


@pytest.mark.parametrize(
    ("text", "reading", "step", "low", "high"),
    [
        ("39", Reading.ROUNDED, None, "38.5", "39.5"),
        ("5.27", Reading.ROUNDED, None, "5.265", "5.275"),
        ("34.0", Reading.ROUNDED, None, "33.95", "34.05"),
        ("-10", Reading.ROUNDED, None, "-10.5", "-9.5"),
        ("2500", Reading.ROUNDED, "100", "2450", "2550"),
        ("160", Reading.ROUNDED, "10", "155", "165"),
        ("24.12", Reading.TRUNCATED, None, "24.12", "24.13"),
        ("24192", Reading.EXACT, None, "24192", "24192"),
        ("45000", Reading.ABOUT, None, "40500", "49500"),
        ("20", Reading.ALMOST, None, "18", "20"),
        ("75", Reading.JUST_UNDER, None, "71.25", "75"),
        ("4000", Reading.JUST_OVER, None, "4000", "4200"),
        ("40", Reading.OVER, None, "40", "50"),
        ("35", Reading.AT_LEAST, None, "35", "Infinity"),
        ("15", Reading.AT_MOST, None, "0", "15"),
    ],
)
def test_a_printed_number_is_an_interval(text, reading, step, low, high):
    found = as_printed(text, reading, D(step) if step else None)
    assert (found.low, found.high) == (D(low), D(high))


def test_the_upper_end_of_a_rounded_number_belongs_to_the_next():
    thirty_nine = as_printed("39", Reading.ROUNDED)
    assert D("38.5") in thirty_nine
    assert D("39.5") not in thirty_nine
    assert not thirty_nine.meets(as_printed("40", Reading.ROUNDED))
    assert not as_printed("40", Reading.ROUNDED).meets(thirty_nine)


def test_words_have_no_interval():
    with pytest.raises(CannotCompute, match="not a number"):
        as_printed("12", Reading.TEXT)


@pytest.mark.parametrize(("text", "step"), [("39", "1"), ("5.27", "0.01"), ("34.0", "0.1"), ("2500", "1"), ("-3", "1")])
def test_the_last_step(text, step):
    assert last_step(text) == D(step)


@pytest.mark.parametrize(
    ("relation", "computed", "stated", "is_fine"),
    [
        (Relation.EQUALS, (1, 3), (3, 4), True),
        (Relation.EQUALS, (1, 2), (3, 4), False),
        (Relation.AT_MOST, (4, 6), (1, 5), True),
        (Relation.AT_MOST, (6, 7), (1, 5), False),
        (Relation.AT_LEAST, (1, 2), (2, 5), True),
        (Relation.AT_LEAST, (1, 2), (3, 5), False),
        (Relation.WITHIN_FACTOR, (10, 10), (20, 20), True),
        (Relation.WITHIN_FACTOR, (10, 10), (21, 21), False),
        (Relation.WITHIN_FACTOR, (21, 21), (10, 10), False),
    ],
)
def test_relations(relation, computed, stated, is_fine):
    assert holds(relation, _of(computed), _of(stated)) is is_fine


def test_nothing_is_divided_by_what_may_be_nought():
    with pytest.raises(CannotCompute, match="nought"):
        exactly(1) / _of((-1, 1))


def test_infinity_stays_an_answer():
    many = as_printed("5", Reading.AT_LEAST)
    assert (many * exactly(2)).high == INFINITY
    assert (many * exactly(0)) == exactly(0)
    assert (exactly(10) / many) == Interval(D(0), D(2))


def test_an_interval_does_not_run_backwards():
    with pytest.raises(ValueError, match="down to"):
        Interval(D(2), D(1))


@given(true=TRUE, step=STEPS)
def test_a_rounded_number_holds_what_was_rounded(true, step):
    printed = (true / step).quantize(D(1), ROUND_HALF_UP) * step
    found = as_printed(str(printed), Reading.ROUNDED, step)
    assert found.low <= true <= found.high


@given(numbers=st.lists(st.tuples(TRUE, STEPS), min_size=2, max_size=2))
def test_arithmetic_encloses_the_true_result(numbers):
    (a, step_a), (b, step_b) = numbers
    one, other = _rounded(a, step_a), _rounded(b, step_b)
    assert a + b in one + other
    assert a - b in one - other
    assert a * b in one * other
    if not other.low <= 0 <= other.high:
        quotient = a / b
        assert (one / other).low <= quotient + D("1e-20")
        assert (one / other).high >= quotient - D("1e-20")


@given(trues=st.lists(st.tuples(TRUE, STEPS), max_size=12))
def test_a_sum_of_rounded_parts_encloses_the_true_sum(trues):
    found = total([_rounded(true, step) for true, step in trues])
    assert sum((true for true, _ in trues), D(0)) in found


@given(
    part=st.integers(min_value=0, max_value=100_000),
    rest=st.integers(min_value=1, max_value=100_000),
    step=st.sampled_from([D("0.01"), D("0.1"), D(1)]),
)
def test_a_true_share_is_never_called_wrong(part, rest, step):
    true = 100 * D(part) / D(part + rest)
    printed = as_printed(str(true.quantize(step, ROUND_HALF_UP)), Reading.ROUNDED, step)
    computed = exactly(100) * exactly(part) / exactly(part + rest)
    # A share that lies on the edge exactly is printed as the next one up.
    assert holds(Relation.EQUALS, computed, printed)


@given(base=st.integers(1, 10_000), growth=st.integers(1, 50), years=st.integers(1, 10))
def test_a_root_encloses_the_true_root(base, growth, years):
    rate = 1 + D(growth) / 100
    found = exactly(base * rate**years) / exactly(base)
    root = found.root(exactly(years))
    assert root.low - D("1e-20") <= rate <= root.high + D("1e-20")


@given(one=TRUE, other=TRUE, step=STEPS)
def test_intervals_meet_both_ways_or_neither(one, other, step):
    first, second = _rounded(one, step), _rounded(other, step)
    assert first.meets(second) == second.meets(first)
    assert first.meets(first)


def _of(bounds):
    return Interval(D(bounds[0]), D(bounds[1]))


def _rounded(true, step):
    printed = (true / step).quantize(D(1), ROUND_HALF_UP) * step
    return as_printed(str(printed), Reading.ROUNDED, step)
