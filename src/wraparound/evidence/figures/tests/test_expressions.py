from decimal import Decimal

import pytest

from wraparound.evidence.figures.expressions import BadExpression, check_syntax, references, value_of
from wraparound.evidence.figures.rules import CannotCompute, Interval, exactly


class Numbers:
    """Three figures and a column, as a register would have them."""

    known = {
        "FIG-001": [exactly(10)],
        "FIG-002.part": [Interval(Decimal(1), Decimal(2))],
        "TAB-01.n[a | b]": [exactly(3), exactly(4)],
    }

    def values(self, reference):
        if reference not in self.known:
            raise CannotCompute(f"there is no {reference}")
        return self.known[reference]

    def days(self, reference):
        return 365

    def rank(self, reference):
        return 2


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1 + 2 * 3", 7, 7),
        ("(1 + 2) * 3", 9, 9),
        ("10 - 4 - 3", 3, 3),
        ("100 / 10 / 5", 2, 2),
        ("FIG-001 * FIG-002.part", 10, 20),
        ("FIG-001 - FIG-002.part", 8, 9),
        ("sum(TAB-01.n[a | b]) / 2", "3.5", "3.5"),
        ("days(FIG-001)", 365, 365),
        ("rank(TAB-01.n[a])", 2, 2),
        ("range(FIG-001, 40)", 10, 40),
        ("2.5*4", 10, 10),
    ],
)
def test_values(text, low, high):
    found = value_of(text, Numbers())
    assert (found.low, found.high) == (Decimal(low), Decimal(high))


def test_a_root_is_close_to_its_value():
    found = value_of("root(FIG-001 * 100, 3)", Numbers())
    assert found.low <= 10 <= found.high
    assert found.high - found.low < Decimal("1e-20")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1 +", "ends too early"),
        ("(1 + 2", "missing"),
        ("1 2", "too much"),
        ("-1", "can't stand"),
        ("sin(1)", "no function"),
        ("days(3)", "takes a figure"),
        ("FIG-1 ! 2", "not understood"),
        ("TAB-01.n[a | b] + 1", "add them with sum"),
        ("__import__", "not understood"),
    ],
)
def test_what_is_no_expression_is_told(text, why):
    with pytest.raises(BadExpression, match=why):
        value_of(text, Numbers())


def test_form_is_checked_without_numbers():
    check_syntax("100 * FIG-999 / sum(TAB-77.x[*]) - days(FIG-3)")
    with pytest.raises(BadExpression):
        check_syntax("100 *")


def test_what_is_missing_can_not_be_computed():
    with pytest.raises(CannotCompute, match="FIG-009"):
        value_of("FIG-009 + 1", Numbers())


def test_references_are_named_in_order():
    assert references("FIG-002.part / sum(TAB-14a.number[*]) + FIG-001") == [
        "FIG-002.part",
        "TAB-14a.number[*]",
        "FIG-001",
    ]
