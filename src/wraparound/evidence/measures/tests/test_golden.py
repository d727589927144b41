"""The real month and the real wards, counted again by another method: plain Python over the files' own rows."""

from __future__ import annotations

import csv
import gzip
import itertools
import json
import math
import zipfile
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import false_discovery_control, norm
from statsmodels.stats.proportion import proportion_confint

from wraparound.evidence.measures import registry
from wraparound.evidence.measures.context import Context
from wraparound.evidence.measures.results import MeasureResult, Status
from wraparound.evidence.measures.tests.conftest import POLICE, ROOT

PACK = ROOT / "packs" / "birmingham"
ASB = "Anti-social behaviour"


def read(name: str) -> list[dict[str, str]]:
    with gzip.open(POLICE / name, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """Birmingham's rows: those whose LSOA is named for it."""
    found = read("2014-01-west-midlands-street.csv.gz")
    return [row for row in found if row["LSOA name"].startswith("Birmingham ")]


@pytest.fixture(scope="module")
def lookup() -> list[dict[str, str]]:
    with (PACK / "evidence" / "lookup.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def only(id_: str, context: Context) -> MeasureResult:
    (found,) = registry.compute(id_, context)
    return found


def shoelace_holds(rings: list[Any], lon: float, lat: float) -> bool:
    """Whether a polygon with holes holds a point, by counting the edges that a ray crosses."""
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in itertools.pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def test_rows_anti_social_behaviour_and_crimes(january: Context, rows: list[dict[str, str]]) -> None:
    asb = sum(row["Crime type"] == ASB for row in rows)
    assert (len(rows), asb, len(rows) - asb) == (8214, 2090, 6124)
    assert [only(f"recorded.{name}", january).value for name in ("rows", "asb", "crimes")] == [8214, 2090, 6124]


def test_violence_and_sexual_offences_as_a_share_of_crimes(january: Context, rows: list[dict[str, str]]) -> None:
    part = sum(row["Crime type"] == "Violence and sexual offences" for row in rows)
    low, high = proportion_confint(part, 6124, method="wilson")
    found = only("share.violence_and_sexual", january)
    assert found.value == pytest.approx(part / 6124 * 100) == pytest.approx(22.68, abs=0.005)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((low * 100, high * 100))
    assert (found.interval.low, found.interval.high) == pytest.approx((21.65, 23.75), abs=0.005)
    assert any("not domestic abuse" in caveat for caveat in found.caveats)


def test_shares_of_all_categories_are_all_crimes(january: Context, rows: list[dict[str, str]]) -> None:
    counts = Counter(row["Crime type"] for row in rows if row["Crime type"] != ASB)
    found = registry.compute("share.category", january)
    assert {one.breakdown["category"]: one.numerator for one in found} == counts
    assert sum(one.value or 0 for one in found) == pytest.approx(100)


def test_crimes_per_1000_on_the_census_of_the_same_vintage(january: Context) -> None:
    found = only("rate.crimes_per_1000", january)
    assert found.value == pytest.approx(6124 / 1_073_045 * 1000) == pytest.approx(5.71, abs=0.005)
    assert found.denominator == 1_073_045
    assert "2011" in (found.denominator_source or "")


def test_bands_of_the_hotspot_index(january: Context, rows: list[dict[str, str]], lookup: list[dict[str, str]]) -> None:
    counts = Counter(row["LSOA code"] for row in rows if row["Crime type"] != ASB)
    codes = [r["from_code"] for r in lookup if r["from_vintage"] == "2011" and r["to_code"] == "E08000025"]
    index = np.array([counts[code] for code in codes]) / (6124 / len(codes))
    expected = np.histogram(index, [0, 0.5, 1, 2, 3, math.inf])[0].tolist()
    found = registry.compute("hotspot.lsoa.bands", january)
    assert [one.value for one in found] == [*expected, len(codes)] == [192, 233, 166, 30, 18, 639]
    each = registry.compute("hotspot.lsoa.index", january)
    assert sum(one.numerator or 0 for one in each) == 6124


def test_hot_small_areas(january: Context, rows: list[dict[str, str]]) -> None:
    import shapely
    from pyproj import Transformer

    with gzip.open(PACK / "evidence" / "lsoa-2011.geojson.gz", "rt", encoding="utf-8") as stream:
        features = json.load(stream)["features"]
    to_metres = Transformer.from_crs(4326, 27700, always_xy=True)
    counts = Counter(row["LSOA code"] for row in rows if row["Crime type"] != ASB)
    codes, outlines = [], []
    for one in features:
        properties = [str(value) for value in one["properties"].values()]
        code = next(value for value in properties if value.startswith("E010"))
        metres = shapely.transform(
            shapely.geometry.shape(one["geometry"]), lambda xy: np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1]))
        )
        codes.append(code)
        outlines.append(metres)
    order = [i for i, code in enumerate(codes)]
    x = np.array([counts[codes[i]] for i in order], dtype=float)
    distance = np.array([shapely.distance(outlines[i], np.array(outlines)) for i in order])
    w = (distance <= 15).astype(float)
    n, mean, s = len(x), x.mean(), x.std()
    z = (w @ x - mean * w.sum(1)) / (s * np.sqrt((n * (w**2).sum(1) - w.sum(1) ** 2) / (n - 1)))
    passed = false_discovery_control(2 * norm.sf(np.abs(z))) <= 0.05
    expected = {codes[i] for i in order if passed[i] and z[i] > 0}
    assert n == 639
    assert len(expected) == 22
    found = registry.compute("hotspot.lsoa.gistar", january)
    assert {one.breakdown["lsoa"] for one in found} == expected
    assert only("hotspot.lsoa.gistar_hot", january).value == 22


def test_wards_by_best_fit(january: Context, rows: list[dict[str, str]], lookup: list[dict[str, str]]) -> None:
    fit = {r["from_code"]: r["to_name"] for r in lookup if r["to_kind"] == "ward" and r["from_vintage"] == "2011"}
    expected = Counter(fit[row["LSOA code"]] for row in rows)
    found = {one.breakdown["ward"]: one.value for one in registry.compute("ward.rows.best_fit", january)}
    assert len(found) == 69
    assert {ward: value for ward, value in found.items() if value} == expected
    assert (found["Ladywood"], found["Bordesley & Highgate"]) == (857, 434)


def test_wards_by_coordinates(january: Context, rows: list[dict[str, str]]) -> None:
    features = json.loads((PACK / "wards.geojson").read_text(encoding="utf-8"))["features"]
    found = {one.breakdown["code"]: one for one in registry.compute("ward.rows.coordinates", january)}
    points = Counter((float(row["Longitude"]), float(row["Latitude"])) for row in rows if row["Longitude"])
    for name, expected in (("Ladywood", 993), ("Bordesley & Highgate", 374)):
        (code,) = [code for code, one in found.items() if one.breakdown["ward"] == name]
        (feature,) = [one for one in features if code in map(str, one["properties"].values())]
        geometry = feature["geometry"]
        parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        held = sum(n for (lon, lat), n in points.items() if any(shoelace_holds(part, lon, lat) for part in parts))
        assert found[code].value == held == expected


def test_deprivation_by_areas_and_by_people(january: Context) -> None:
    with (PACK / "evidence" / "deprivation.csv").open(encoding="utf-8", newline="") as stream:
        index = [r for r in csv.DictReader(stream) if r["edition"] == "2025" and r["domain"] == "overall"]
    with (PACK / "evidence" / "population.csv").open(encoding="utf-8", newline="") as stream:
        people = {
            r["area_code"]: int(r["value"])
            for r in csv.DictReader(stream)
            if (r["vintage"], r["measure"], r["date"]) == ("2021", "residents", "2021-03-21")
            and r["area_kind"] == "lsoa"
        }
    worst = [r["lsoa"] for r in index if r["decile"] == "1"]
    areas, residents = only("deprivation.decile1.lsoas", january), only("deprivation.decile1.population", january)
    assert (areas.numerator, areas.denominator) == (len(worst), len(index)) == (282, 659)
    assert areas.value == pytest.approx(42.8, abs=0.05)
    assert residents.numerator == sum(people[code] for code in worst)
    assert residents.value == pytest.approx(44.6, abs=0.05)
    assert areas.interval is None
    assert residents.interval is None


def test_the_wards_of_june_2018(june: Context) -> None:
    seen: dict[Any, str] = {}
    read_all = crimes = 0
    with zipfile.ZipFile(POLICE / "birmingham-wards-2018-06.zip") as archive:
        for name in archive.namelist():
            for record in json.loads(archive.read(name)) if name.endswith(".json") else []:
                read_all += 1
                if record["id"] not in seen:
                    seen[record["id"]] = record["category"]
                    crimes += record["category"] != "anti-social-behaviour"
    assert (read_all, len(seen), crimes) == (11_405, 11_139, 9_153)
    assert only("recorded.rows", june).value == 11_139
    assert only("recorded.crimes", june).value == 9_153
    covered = only("ward.covered", june)
    assert (covered.value, covered.denominator) == (68, 69)
    assert any("68 of 69 wards: no file of Sutton Trinity" in caveat for caveat in covered.caveats)
    assert any("68 of 69" in one for one in registry.compute("ward.rows.coordinates", june)[0].caveats)


def test_rows_without_lsoas_are_not_fitted_to_wards(june: Context) -> None:
    found = only("ward.rows.best_fit", june)
    assert found.status is Status.NOT_AVAILABLE
    assert found.reason == "needs rows that carry the LSOA, of one vintage"
    assert only("hotspot.lsoa.bands", june).status is Status.REFUSED


def test_hexagons_hold_every_crime_with_a_point(january: Context) -> None:
    found = registry.compute("hotspot.h3.bands", january)
    each = registry.compute("hotspot.h3.index", january)
    assert sum(one.value or 0 for one in found[:-1]) == found[-1].value == len(each)
    assert sum(one.numerator or 0 for one in each) == 6124
    assert found[0].breakdown["resolution"] == "8"


def test_no_hotspot_of_domestic_abuse(january: Context) -> None:
    asked = replace(january, category="domestic-abuse")
    for id_ in ("hotspot.domestic_abuse", "hotspot.h3.bands", "hotspot.lsoa.bands", "hotspot.lsoa.gistar_hot"):
        found = only(id_, asked)
        assert found.status is Status.REFUSED
        assert found.value is None
        assert "somebody's home" in (found.reason or "")


def test_few_offences_are_coarsened_or_refused(january: Context) -> None:
    few = replace(january, category="possession-of-weapons")
    assert only("hotspot.lsoa.bands", few).status is Status.REFUSED
    bikes = registry.compute("hotspot.h3.bands", replace(january, category="robbery"))
    assert bikes[0].breakdown.get("resolution", "8") != "8" or bikes[0].status is Status.REFUSED
