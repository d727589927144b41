"""Quarters: their days, and what is said of one that is none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wraparound.kit.errors import BadInput
from wraparound.response.marac.returns.quarters import Period, Quarter, lately, quarter_of, read_quarter

TODAY = date(2025, 8, 14)


@pytest.mark.parametrize("text", ["2025Q3", "2025q3", " 2025-Q3 "])
def test_a_quarter_is_read_as_people_write_it(text: str) -> None:
    assert read_quarter(text, today=TODAY) == Quarter(2025, 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2025Q5", "such as 2025Q3"),
        ("2025Q0", "such as 2025Q3"),
        ("Q3 2025", "such as 2025Q3"),
        ("2025", "such as 2025Q3"),
        ("", "such as 2025Q3"),
        ("٢٠٢٥Q3", "such as 2025Q3"),
        ("2025Q3; DROP TABLE", "such as 2025Q3"),
        ("2002Q4", "no MARAC in 2002"),
        ("2025Q4", "begins on 1 October 2025"),
        ("9999Q4", "begins on 1 October 9999"),
    ],
)
def test_what_is_no_quarter_is_said_so(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as found:
        read_quarter(text, today=TODAY)
    assert found.value.field == "quarter"


@given(st.dates(date(2003, 1, 1), date(2100, 12, 31)))
def test_each_day_lies_in_one_quarter(day: date) -> None:
    quarter = quarter_of(day)
    assert quarter.first <= day <= quarter.last
    assert quarter.following.first == quarter.last + timedelta(days=1)
    assert quarter.following.previous == quarter
    assert quarter.ends_at == quarter.following.starts_at


def test_a_quarters_words() -> None:
    quarter = Quarter(2025, 4)
    assert (quarter.code, quarter.label) == ("2025Q4", "October to December 2025")
    assert [one.code for one in lately(TODAY, 4)] == ["2025Q3", "2025Q2", "2025Q1", "2024Q4"]


def test_a_period_has_its_last_day() -> None:
    period = Period(date(2025, 1, 1), date(2025, 12, 31))
    assert period.ends_at == Quarter(2026, 1).starts_at
