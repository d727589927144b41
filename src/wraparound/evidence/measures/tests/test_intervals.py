"""Intervals against a second method: scipy's and statsmodels' own, and what must hold of any."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2
from statsmodels.stats.proportion import proportion_confint

from wraparound.evidence.measures.intervals import byar, normal, ratio_of_rates, scaled, wilson, worst_case

shares = st.integers(1, 100_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@pytest.mark.parametrize("whole", [1, 7, 40, 12345])
def test_wilson_of_none_and_of_all_bounds_exactly(whole: int) -> None:
    assert wilson(0, whole).low == 0.0
    assert wilson(whole, whole).high == 100.0


@given(shares)
def test_wilson_is_that_of_scipy_and_statsmodels(share: tuple[int, int]) -> None:
    part, whole = share
    found = wilson(part, whole, 1.0)
    of_scipy = binomtest(part, whole).proportion_ci(0.95, method="wilson")
    assert (found.low, found.high) == pytest.approx((of_scipy.low, of_scipy.high), abs=1e-9)
    assert (found.low, found.high) == pytest.approx(proportion_confint(part, whole, method="wilson"), abs=1e-9)
    assert 0 <= found.low <= part / whole + 1e-12
    assert part / whole - 1e-12 <= found.high <= 1


@given(st.integers(10, 200_000))
def test_byar_comes_close_to_the_exact_interval_of_a_count(count: int) -> None:
    found = byar(count)
    assert found.low == pytest.approx(chi2.ppf(0.025, 2 * count) / 2, rel=0.005)
    assert found.high == pytest.approx(chi2.ppf(0.975, 2 * (count + 1)) / 2, rel=0.005)


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 3.66), (3, 0.60, 8.77), (10, 4.79, 18.39)])
def test_byar_of_small_counts(count: int, low: float, high: float) -> None:
    found = byar(count)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.02)


def test_a_rate_is_its_count_over_the_exposure() -> None:
    found, count = byar(6124, 1_073_045, 1000), byar(6124)
    assert found.low == pytest.approx(count.low / 1073.045)
    assert found.method == "byar 95%"


@given(shares, st.integers(0, 100_000))
def test_the_worst_case_holds_whatever_is_unknown(share: tuple[int, int], unknown: int) -> None:
    part, known = share
    found = worst_case(part, known, unknown, 1.0)
    for of_unknown in {0, unknown // 2, unknown}:
        assert found.low - 1e-12 <= (part + of_unknown) / (known + unknown) <= found.high + 1e-12
    if not unknown:
        assert found.low == found.high == part / known


def test_a_change_between_rates_has_the_change_inside() -> None:
    found = ratio_of_rates(88, 29, 56, 28)
    assert found.low < (88 / 29) / (56 / 28) * 100 - 100 < found.high
    # By another method: the exact conditional interval is wider, by little.
    exact = binomtest(88, 144).proportion_ci(0.95, method="exact")
    odds = [(p / (1 - p) * 28 / 29 - 1) * 100 for p in (exact.low, exact.high)]
    assert found.low == pytest.approx(odds[0], abs=3)
    assert found.high == pytest.approx(odds[1], abs=8)


def test_from_a_published_standard_error() -> None:
    found = normal(5.5, 0.2)
    assert (found.low, found.high) == pytest.approx((5.108, 5.892), abs=0.001)
    assert scaled(1, 2, "x", 10).high == 20


@pytest.mark.parametrize("wrong", [(1, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_is_refused(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="share needs"):
        wilson(*wrong)
    with pytest.raises(ValueError, match="share needs"):
        worst_case(*wrong, 0)


def test_what_is_no_rate_is_refused() -> None:
    for count, exposure in ((-1, 1), (1, 0)):
        with pytest.raises(ValueError, match="rate needs"):
            byar(count, exposure)
    with pytest.raises(ValueError, match="change needs"):
        ratio_of_rates(5, 28, 0, 28)
    assert math.isinf(ratio_of_rates(10**9, 1, 1e-9, 1).high) or ratio_of_rates(5, 28, 1, 28).high > 0
