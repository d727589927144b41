"""Forecasts, refusals and tests on what is known. The eleven months are real (data.police.uk, 2014, OGL v3.0)."""

import gzip
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wraparound.evidence.foresight.forecast import back_test, forecast
from wraparound.evidence.foresight.from_store import force_series
from wraparound.evidence.foresight.methods import METHODS, NAIVE, SEASONAL_NAIVE, naive, seasonal_naive
from wraparound.evidence.foresight.series import Series, next_month, read_series
from wraparound.evidence.measures.results import Status
from wraparound.evidence.store.engine import open_store
from wraparound.evidence.store.loading import load_paths
from wraparound.kit.errors import BadInput, Refused

# Rows of the street files, January to November 2014.
WARWICKSHIRE = (3405, 3159, 3856, 3864, 3956, 3931, 4451, 3495, 3903, 3907, 3481)
WEST_MERCIA = (8116, 7800, 9130, 8811, 9340, 9658, 10381, 9483, 9574, 9001, 8472)
SEASON = 300 + 80 * np.sin(np.arange(72) * 2 * np.pi / 12)


def series(counts, area_kind="city", start=date(2014, 1, 1)):
    months = tuple(next_month(start, number) for number in range(len(counts)))
    return Series("test", months, tuple(int(count) for count in counts), area_kind)


@pytest.mark.parametrize("counts", [WARWICKSHIRE, WEST_MERCIA])
def test_eleven_months_are_refused_and_tried_without_a_season(counts):
    found = forecast(series(counts, "force"))
    assert found.status is Status.REFUSED
    assert "at least 36 months, and there are 11" in found.reason
    assert found.months == ()
    assert [score.method for score in found.scores].count(NAIVE) == 1
    assert SEASONAL_NAIVE not in [score.method for score in found.scores]
    assert {score.months for score in found.scores} == {9}


def test_the_naive_error_of_real_months_worked_out_by_hand():
    scores = {score.method: score for score in back_test(np.array(WARWICKSHIRE, dtype=float), METHODS[:1])}
    # From June, July and August on: three months each, expected to be as the last one.
    off = [520, 436, 28, 956, 548, 544, 408, 412, 14]
    assert scores[NAIVE].mae == pytest.approx(sum(off) / 9)


def test_months_of_36_are_forecast_and_35_are_not():
    assert forecast(series(SEASON[:36].round())).status is Status.AVAILABLE
    assert forecast(series(SEASON[:35].round())).status is Status.REFUSED


@pytest.mark.parametrize("area_kind", ["ward", "lsoa", "msoa", "hexagon"])
def test_no_forecast_is_made_for_a_small_area(area_kind):
    with pytest.raises(Refused, match=f"No forecast is made for a {area_kind}"):
        forecast(series(SEASON, area_kind))


def test_a_clear_season_is_found_and_stands_beside_the_naive_ways():
    chance = np.random.default_rng(4)
    found = forecast(series(chance.poisson(SEASON)))
    assert found.scores[0].method in ("smoothing with season", SEASONAL_NAIVE)
    assert set(found.beside) == {NAIVE, SEASONAL_NAIVE}
    naive_mae = next(score.mae for score in found.scores if score.method == NAIVE)
    assert found.scores[0].mae < 0.6 * naive_mae
    assert len(found.months) == 12
    assert found.months[0].month == "2020-01"
    assert all(month.low <= month.mean <= month.high for month in found.months)


def test_the_naive_way_is_published_where_it_is_least_wrong():
    counts = np.tile(np.arange(100, 220, 10), 5)  # every year exactly the same
    found = forecast(series(counts))
    assert found.method == SEASONAL_NAIVE
    assert [month.mean for month in found.months] == counts[:12].tolist()
    assert "No other way was less wrong" in " ".join(found.caveats)
    assert found.scores[0].mae == 0


def test_a_walk_is_best_expected_to_stay_where_it_is():
    steps = np.cumsum(np.random.default_rng(8).choice([-60, 60], 60)) + 3000
    found = forecast(series(steps))
    scores = {score.method: score for score in found.scores}
    assert scores[NAIVE].mae < scores["average"].mae
    assert scores[NAIVE].mae < scores[SEASONAL_NAIVE].mae


def test_intervals_of_real_noise_hold_about_what_they_say():
    held = []
    for seed in range(6):
        counts = np.random.default_rng(seed).poisson(400, 48)
        scores = back_test(counts.astype(float), [method for method in METHODS if method.name in ("average", NAIVE)])
        held += [score.coverage for score in scores]
    assert 0.88 < np.mean(held) <= 1


def test_nothing_is_tried_on_a_handful_of_months():
    found = forecast(series((5, 6, 7, 8)))
    assert (found.status, found.scores) == (Status.REFUSED, ())


@pytest.mark.parametrize("horizon", [0, 13])
def test_the_horizon_is_bounded(horizon):
    with pytest.raises(BadInput, match="1 to 12"):
        forecast(series(SEASON), horizon=horizon)


def test_naive_and_seasonal_naive_by_hand():
    history = np.array([*range(1, 13), *range(2, 14)], dtype=float)
    assert naive(history, 2).mean.tolist() == [13, 13]
    assert seasonal_naive(history, 3).mean.tolist() == [2, 3, 4]
    assert seasonal_naive(history, 1).high[0] == pytest.approx(2 + 1.96, abs=0.01)  # each year one more


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 500), min_size=9, max_size=30))
def test_no_count_breaks_the_simple_ways_and_none_is_below_nought(counts):
    simple = [method for method in METHODS if method.name in (NAIVE, SEASONAL_NAIVE, "average")]
    for score in back_test(np.array(counts, dtype=float), simple):
        assert score.mae >= 0
        assert 0 <= score.coverage <= 1
    for method in simple:
        if method.needs <= len(counts):
            assert (method.look(np.array(counts, dtype=float), 12).low >= 0).all()


def test_a_series_of_nothing_is_forecast_as_nothing():
    found = forecast(series([0] * 40))
    assert [month.mean for month in found.months] == [0] * 12


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("month,count\n2014-01,5\n2014-03,6\n", "without a gap"),
        ("month,count\n2014-01,5\n2014-01,6\n", "without a gap"),
        ("month,count\n2014-13,5\n", "line 2: write a month"),
        ("month,count\n2014-01,5\n2014-02,-3\n", "line 3: write a whole number"),
        ("month,count\n2014-01,\n", "line 2: write a whole number"),
        ("date,count\n2014-01,5\n", "no column month"),
        ("", "no column count and no column month, or no rows"),
    ],
)
def test_a_mistake_in_a_file_is_told_with_its_line(tmp_path, text, told):
    path = tmp_path / "counts.csv"
    path.write_text(text)
    with pytest.raises(BadInput, match=told):
        forecast(read_series(path))


def test_a_file_is_read(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("month,count\n2014-12,5\n2015-01,6\n", encoding="utf-8-sig")
    found = read_series(path)
    assert (found.label, found.counts, found.months[-1]) == ("counts", (5, 6), date(2015, 1, 1))


def test_bytes_that_are_no_text_are_told(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_bytes(b"month,count\n\xff\xfe\n")
    with pytest.raises(BadInput, match="not UTF-8"):
        read_series(path)


HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)


def street_file(folder, month, asb, crimes):
    rows = [f",{month},Warwickshire Police,Warwickshire Police,-1.5,52.3,On or near X,E01031000,Warwick 001A,%s,,"]
    lines = [HEADER, *[rows[0] % "Anti-social behaviour"] * asb, *[rows[0] % "Burglary"] * crimes]
    path = folder / f"{month}-warwickshire-street.csv.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


@pytest.mark.parametrize(("count", "expected"), [("rows", (5, 9)), ("asb", (2, 3)), ("crimes", (3, 6))])
def test_a_series_of_the_store(tmp_path, count, expected):
    files = [street_file(tmp_path, "2014-01", 2, 3), street_file(tmp_path, "2014-02", 3, 6)]
    load_paths(files, tmp_path / "store")
    found = force_series(open_store(tmp_path / "store"), f"warwickshire:{count}")
    assert (found.counts, found.area_kind) == (expected, "force")


@pytest.mark.parametrize(
    ("named", "told"), [("warwickshire:crime", "one of rows"), ("kent:rows", "Nothing is loaded of the force kent")]
)
def test_a_series_that_is_not_there_is_told(tmp_path, named, told):
    with pytest.raises(BadInput, match=told):
        force_series(open_store(tmp_path / "store"), named)
