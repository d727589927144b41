from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wraparound.evidence.figures.periods import Days, read_period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2013 survey", "2013-01-01", "2013-12-31"),
        ("2009-2018", "2009-01-01", "2018-12-31"),
        ("2023 to 2024", "2023-01-01", "2024-12-31"),
        ("2023/24", "2023-04-01", "2024-03-31"),
        ("2019/20 to 2020/21", "2019-04-01", "2021-03-31"),
        ("Q2 2021/22", "2021-07-01", "2021-09-30"),
        ("Q4 2021/22", "2022-01-01", "2022-03-31"),
        ("2022/23 school year", "2022-09-01", "2023-08-31"),
        ("Jan 2020", "2020-01-01", "2020-01-31"),
        ("Sept 2021", "2021-09-01", "2021-09-30"),
        ("Jan-Dec 2024", "2024-01-01", "2024-12-31"),
        ("Nov 2018-Oct 2021", "2018-11-01", "2021-10-31"),
        ("Oct 2020 to Oct 2021", "2020-10-01", "2021-10-31"),
        ("23 Mar 2020-30 Mar 2021", "2020-03-23", "2021-03-30"),
        ("10 Feb 2021", "2021-02-10", "2021-02-10"),
        ("year to March 2020", "2019-04-01", "2020-03-31"),
        ("year to Dec 2020", "2020-01-01", "2020-12-31"),
        ("mid-2020", "2020-06-30", "2020-06-30"),
        ("2011 census", "2011-03-27", "2011-03-27"),
        ("2021 census", "2021-03-21", "2021-03-21"),
    ],
)
def test_periods_as_papers_print_them(text, start, end):
    assert read_period(text) == Days(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("text", "end"), [("to March 2024", "2024-03-31"), ("to 2018", "2018-12-31"), ("to 2020/21", "2021-03-31")]
)
def test_a_period_without_a_beginning_has_an_end_only(text, end):
    found = read_period(text)
    assert found == Days(None, date.fromisoformat(end))
    assert found.count is None


@pytest.mark.parametrize(
    "text", ["", "-", "not stated", "Covid", "early 2022", "last year", "2023/25", "2024 census", "Movember 2021"]
)
def test_words_without_days_have_none(text):
    assert read_period(text) is None


def test_the_days_are_counted_with_both_ends():
    assert read_period("23 Mar 2020-30 Mar 2021").count == 373
    assert read_period("2023/24").count == 366


@pytest.mark.parametrize(
    ("one", "other", "do"),
    [
        ("2023/24", "2024", True),
        ("2022/23", "2023/24", False),
        ("to March 2024", "2024", False),
        ("to March 2024", "to March 2024", True),
    ],
)
def test_overlap(one, other, do):
    assert read_period(one).overlaps(read_period(other)) is do
    assert read_period(other).overlaps(read_period(one)) is do


@given(year=st.integers(1990, 2099))
def test_every_financial_year_is_a_year(year):
    found = read_period(f"{year}/{(year + 1) % 100:02}")
    assert found.start == date(year, 4, 1)
    assert found.count in (365, 366)
