"""Real files, their numbers computed a second time by Python's csv and json."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from wraparound.evidence.store.areas import ensure_area, load_area
from wraparound.evidence.store.engine import Store, open_store
from wraparound.evidence.store.loading import FileReport, load_paths
from wraparound.evidence.store.places import PACKS
from wraparound.evidence.store.tests.files import SAMPLES, read_sample

JANUARY = "police/2014-01-west-midlands-street.csv.gz"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, list[FileReport]]:
    where = tmp_path_factory.mktemp("store")
    reports = load_paths([SAMPLES / "police"], where)
    ensure_area(load_area("birmingham"), where)
    return open_store(where), reports


def report_of(reports: list[FileReport], name: str) -> FileReport:
    return next(report for report in reports if report.path.endswith(name))


def test_january_2014_in_birmingham(loaded: tuple[Store, list[FileReport]]) -> None:
    store, reports = loaded
    lookup, street = store.table("lookup"), store.table("street")
    codes = lookup.filter((lookup.to_code == "E08000025") & (lookup.from_vintage == "2011")).select("from_code")
    found = street.semi_join(codes, street.lsoa == codes.from_code).filter(street.force == "west-midlands")
    rows, asb = store.one(found.count()), store.one(found.is_asb.sum())
    wanted = [r for r in read_sample(JANUARY) if r["LSOA name"].startswith("Birmingham ")]
    assert (rows, asb, rows - asb) == (8214, 2090, 6124)
    assert rows == len(wanted)
    assert asb == sum(r["Crime type"] == "Anti-social behaviour" for r in wanted)
    by_category = {r["category_text"]: r["n"] for r in store.rows(found.group_by("category_text").agg(n=found.count()))}
    assert by_category["Violence and sexual offences"] == 1389
    assert by_category == {k: sum(r["Crime type"] == k for r in wanted) for k in {r["Crime type"] for r in wanted}}
    assert report_of(reports, JANUARY).flags["no_id"] == sum(not r["Crime ID"] for r in read_sample(JANUARY))


def test_rows_of_every_month_are_those_of_the_file(loaded: tuple[Store, list[FileReport]]) -> None:
    store, reports = loaded
    street = store.table("street")
    by_load = {row["load"]: row["n"] for row in store.rows(street.group_by("load").agg(n=street.count()))}
    for manifest in store.loaded("street"):
        assert by_load[manifest.sha256] == manifest.rows_kept == manifest.parts["street"]
    for month in range(1, 12):
        name = f"police/2014-{month:02}-warwickshire-street.csv.gz"
        rows = read_sample(name)
        identified = [row["Crime ID"] for row in rows if row["Crime ID"]]
        report = report_of(reports, name)
        assert report.rows_read == len(rows)
        assert report.set_aside.total() == len(identified) - len(set(identified))
        assert report.flags["no_lsoa"] == sum(not row["LSOA code"] for row in rows)
        assert report.flags["no_coordinates"] == sum(not row["Longitude"] for row in rows)
        assert report.forces == {"warwickshire"}


def test_june_2018_by_ward_counts_each_record_once(loaded: tuple[Store, list[FileReport]]) -> None:
    store, reports = loaded
    records = []
    with zipfile.ZipFile(SAMPLES / "police/birmingham-wards-2018-06.zip") as archive:
        for name in archive.namelist():
            records += json.loads(archive.read(name))
    once = {record["id"]: record for record in records}
    crimes = sum(record["category"] != "anti-social-behaviour" for record in once.values())
    assert (len(records), len(once), crimes) == (11405, 11139, 9153)
    report = report_of(reports, ".zip")
    assert (report.kind, report.rows_read, report.rows_kept) == ("street_api", 11405, 11139)
    assert report.set_aside == {"the same record under another ward": 266}
    assert report.months == {"2018-06"}
    assert report.flags["month_differs_from_name"] == 11139  # its folder said January
    api = store.table("street").filter(lambda t: t.origin == "api")
    assert store.one((~api.is_asb).sum()) == 9153
    assert store.one(api.ward.nunique()) == 68


def test_stop_and_search_and_outcomes(loaded: tuple[Store, list[FileReport]]) -> None:
    store, _ = loaded
    rows = read_sample("police/2020-01-leicestershire-stop-and-search.csv.gz")
    stops = store.table("stop_search")
    assert store.one(stops.count()) == len(rows)
    assert store.one(stops.no_coordinates.sum()) == sum(not row["Latitude"] for row in rows)
    assert store.rows(stops.select("force", "month").distinct()) == [
        {"force": "leicestershire", "month": date(2020, 1, 1)}
    ]
    assert store.one(store.table("outcomes").count()) == 12


def test_deprivation_2025(loaded: tuple[Store, list[FileReport]]) -> None:
    store, _ = loaded
    table = store.table("deprivation")
    overall = table.filter((table.edition == 2025) & (table.domain == "overall"))
    assert store.one(overall.count()) == 659
    first = overall.filter(overall.decile == 1)
    assert store.one(first.count()) == 282
    share = store.one(first.population.sum()) / store.one(overall.population.sum())
    assert round(100 * share, 1) == 44.6


def test_populations_of_the_city(loaded: tuple[Store, list[FileReport]]) -> None:
    store, _ = loaded
    table = store.table("population")
    city = table.filter((table.area_code == "E08000025") & (table.measure == "residents"))
    rows = store.rows(city.select("date", "sex", "age_from", "age_to", "ethnicity", "value", "is_total"))
    totals = {str(row["date"]): row["value"] for row in rows if row["is_total"]}
    assert totals == {"2011-03-27": 1_073_045, "2020-06-30": 1_140_525, "2021-03-21": 1_144_923}
    ages = [
        row for row in rows if str(row["date"]) == "2020-06-30" and row["sex"] == "" and row["age_from"] is not None
    ]
    assert sum(row["value"] for row in ages) == 1_140_525
    adults = sum(row["value"] for row in ages if 16 <= row["age_from"] <= 74)
    assert 5.5 * adults / 100 == pytest.approx(44_656.5, abs=0.05)
    groups = {row["ethnicity"]: row["value"] for row in rows if row["ethnicity"]}
    assert len(groups) == 19
    white = groups["White: English, Welsh, Scottish, Northern Irish or British"]
    assert round(100 * white / sum(groups.values()), 1) == 42.9
    lsoas = table.filter((table.area_kind == "lsoa") & (table.measure == "residents") & (table.date == "2011-03-27"))
    assert store.one(lsoas.value.sum()) == 1_073_045


def test_every_area_of_the_packs_loads_and_loads_once(tmp_path: Path) -> None:
    for folder in [*PACKS.glob("*/evidence"), SAMPLES / "areas" / "warwickshire"]:
        area = load_area(folder)
        first, second = ensure_area(area, tmp_path), ensure_area(area, tmp_path)
        assert not any(report.already_loaded for report in first)
        assert all(report.already_loaded for report in second)
        assert [r.rows_kept for r in first] == [r.rows_kept for r in second]
