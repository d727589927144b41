"""Forecasts and the simulation as measures: what is refused, what is given, and that nothing is lost on the way."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest

from wraparound.evidence.foresight.capacity import MEASURES, read_assumptions, simulate, what_if
from wraparound.evidence.foresight.measured import (
    CHANGE,
    CHANGE_ERROR,
    ERROR,
    EXPECTED,
    HELD,
    MEAN,
    MISSED,
    OFF,
    RECORDED,
    SERVICES,
)
from wraparound.evidence.foresight.series import next_month
from wraparound.evidence.measures.context import Context
from wraparound.evidence.measures.registry import compute
from wraparound.evidence.measures.results import MeasureResult, Period, Place, Status
from wraparound.evidence.store.areas import ensure_area, load_area
from wraparound.evidence.store.engine import open_store
from wraparound.evidence.store.writing import write_rows
from wraparound.foundation.areas.pack import open_pack

FENMOOR = Place("X06000001", "Fenmoor", "2025")
FIRST, LAST = date(2011, 1, 1), Period(date(2014, 12, 1), date(2014, 12, 31))
FORECASTS = ("forecast.crimes", "forecast.asb")
TESTED = ("forecast.crimes_tested", "forecast.asb_tested")
CAPACITY = ("capacity.marac", "capacity.idvas", "capacity.refuge", "capacity.assumptions")


def crimes_in(number: int) -> int:
    """Two crimes more in each later year, and a season."""
    return 20 + 2 * (number // 12) + round(6 * math.sin(number % 12 / 12 * 2 * math.pi))


def street(
    month: date, number: int, *, is_asb: bool = False, force: str = "", origin: str = "api"
) -> dict[str, object]:
    kind = "anti-social-behaviour" if is_asb else "burglary"
    return {
        "id": f"{month}-{kind}-{force}-{number}",
        "month": month,
        "force": force,
        "lsoa_vintage": "",
        "ward": "X05000001",
        "category": kind,
        "category_text": kind,
        "is_asb": is_asb,
        "origin": origin,
        "no_id": False,
        "no_lsoa": True,
        "no_coordinates": True,
    }


def of_months(folder: Path, months: int, *, without: int | None = None) -> Context:
    """Crimes and nine incidents a month, the last month being December 2014; one of them left out."""
    ensure_area(load_area("fenmoor"), folder)
    rows, month = [], next_month(date(2015, 1, 1), -months)
    for number in range(months):
        if number != without:
            rows += [street(month, i) for i in range(crimes_in(number))]
            rows += [street(month, i, is_asb=True) for i in range(9)]
        month = next_month(month)
    write_rows(folder, "street", rows, source="invented")
    return Context(open_store(folder), FENMOOR, LAST)


def of_what(results: list[MeasureResult], what: str) -> dict[str, MeasureResult]:
    return {one.breakdown["month"]: one for one in results if one.breakdown["what"] == what}


@pytest.mark.parametrize(("months", "without", "left"), [(35, None, 35), (48, 20, 27)])
def test_under_36_months_without_a_gap_all_is_refused_with_the_reason(
    tmp_path: Path, months: int, without: int | None, left: int
) -> None:
    context = of_months(tmp_path, months, without=without)
    for id_ in (*FORECASTS, *TESTED):
        (found,) = compute(id_, context)
        assert found.status is Status.REFUSED
        assert found.value is None
        assert f"at least 36 months, and there are {left}" in (found.reason or "")


def test_where_nothing_is_loaded_it_is_not_available(tmp_path: Path) -> None:
    for id_ in (*FORECASTS, *TESTED):
        (found,) = compute(id_, Context(open_store(tmp_path), FENMOOR, LAST))
        assert found.status is Status.NOT_AVAILABLE


def test_from_36_months_on_a_year_is_expected_each_month_with_its_bounds_and_the_naive_ways_beside(
    tmp_path: Path,
) -> None:
    results = compute("forecast.crimes", of_months(tmp_path, 36))
    known, ahead = of_what(results, RECORDED), of_what(results, EXPECTED)
    assert [one.value for one in known.values()] == [crimes_in(number) for number in range(36)]
    assert list(ahead) == [f"2015-{month:02d}" for month in range(1, 13)]
    for one in ahead.values():
        assert one.interval is not None
        assert one.value is not None
        assert one.interval.low <= one.value <= one.interval.high
        assert one.interval.method == "forecast 95%"
    assert ahead["2015-02"].period == Period(date(2015, 2, 1), date(2015, 2, 28))
    assert {one.value for one in of_what(results, "naive").values()} == {crimes_in(35)}
    a_year_before = [one.value for one in of_what(results, "seasonal naive").values()]
    assert a_year_before == [crimes_in(number) for number in range(24, 36)]


def test_each_way_is_tested_and_the_least_wrong_is_published(tmp_path: Path) -> None:
    context = of_months(tmp_path, 48)
    tested = compute("forecast.crimes_tested", context)
    off = {one.breakdown["way"]: one for one in tested if one.breakdown["what"] == OFF}
    assert {"naive", "seasonal naive"} < set(off)
    assert [one.breakdown["published"] for one in off.values()] == ["yes"] + ["no"] * (len(off) - 1)
    assert min(one.value or 0 for one in off.values()) == next(iter(off.values())).value
    assert off["naive"].value > off["seasonal naive"].value  # type: ignore[operator]  # there is a season
    for one in tested:
        if one.breakdown["what"] == HELD:
            assert one.value == pytest.approx(100 * (one.numerator or 0) / (one.denominator or 1))
    assert {one.breakdown["what"] for one in tested} == {OFF, MISSED, HELD}


def test_a_few_rows_of_another_force_make_no_month_of_the_place(tmp_path: Path) -> None:
    ensure_area(load_area("fenmoor"), tmp_path)
    own = [street(date(2014, month, 1), i, force="fen", origin="csv") for month in (10, 12) for i in range(50)]
    strange = [street(date(2014, 11, 1), i, force="over-the-border", origin="csv") for i in range(2)]
    write_rows(tmp_path, "street", own + strange, source="invented")
    (found,) = compute("forecast.crimes", Context(open_store(tmp_path), FENMOOR, LAST))
    assert "there are 1" in (found.reason or "")


def test_an_area_without_assumptions_simulates_nothing(tmp_path: Path) -> None:
    for pack in ("", "fenmoor"):
        for id_ in CAPACITY:
            (found,) = compute(id_, Context(open_store(tmp_path), FENMOOR, LAST, pack=pack))
            assert found.status is Status.NOT_AVAILABLE
            assert "foresight/capacity.json" in (found.reason or "")


def test_what_is_simulated_is_told_whole(tmp_path: Path) -> None:
    context = Context(open_store(tmp_path), Place("E08000025", "Birmingham", "2011"), LAST, pack="birmingham")
    run = simulate(read_assumptions(open_pack("birmingham")), what_if(1.2, 0.75), replications=1_000, seed=1)
    expected = {
        (outcome.measure, result.scenario.name, what): value
        for result in run.scenarios
        for outcome in result.outcomes
        for what, value in (
            (MEAN, outcome.mean),
            (ERROR, outcome.error),
            (CHANGE, outcome.change),
            (CHANGE_ERROR, outcome.change_error),
        )
        if value is not None
    }
    found = [one for id_, _, _ in SERVICES for one in compute(id_, context)]
    told = {tuple(one.breakdown[part] for part in ("outcome", "scenario", "what")): one.value for one in found}
    assert len(found) == len(told)
    assert told == expected
    assert {one.breakdown["outcome"] for one in found} == set(MEASURES)
    assert all(one.interval for one in found if one.breakdown["what"] == MEAN)
    assert found[0].period == Period(date(2015, 1, 1), date(2015, 12, 31))


def test_every_assumption_is_told_with_whether_it_was_seen(tmp_path: Path) -> None:
    context = Context(open_store(tmp_path), Place("E08000025", "Birmingham", "2011"), LAST, pack="birmingham")
    found = compute("capacity.assumptions", context)
    stated = read_assumptions(open_pack("birmingham")).assumptions
    assert [(one.breakdown["assumption"], one.breakdown["status"], one.value) for one in found] == [
        (one.key, one.status, one.value) for one in stated
    ]
    assert [one.breakdown["from"] for one in found] == [one.source for one in stated]
