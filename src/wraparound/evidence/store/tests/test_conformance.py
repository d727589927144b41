"""The same expressions, the same answers: on DuckDB always, on Spark where the extra is installed (`script/test spark`)."""

from __future__ import annotations

import csv
import importlib.util
import math
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from wraparound.evidence.store.areas import ensure_area, load_area
from wraparound.evidence.store.engine import Engine, Store, open_store
from wraparound.evidence.store.loading import load_paths
from wraparound.evidence.store.tests.files import SAMPLES, read_sample

HAS_SPARK = importlib.util.find_spec("pyspark") is not None
SPARK = [pytest.param(Engine.SPARK, marks=[pytest.mark.spark, pytest.mark.slow])] if HAS_SPARK else []


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    load_paths(sorted((SAMPLES / "police").glob("2014-0[123]-*.csv.gz")), folder)
    load_paths([SAMPLES / "supplied"], folder)
    ensure_area(load_area("birmingham"), folder)
    return folder


@pytest.fixture(scope="module", params=[Engine.DUCKDB, *SPARK])
def store(request: pytest.FixtureRequest, where: Path) -> Store:
    return open_store(where, request.param)


def rows_of() -> list[dict[str, str]]:
    found = []
    for name in ("west-midlands", "warwickshire"):
        for path in sorted((SAMPLES / "police").glob(f"2014-0[123]-{name}-street.csv.gz")):
            found += read_sample(f"police/{path.name}")
    return found


def test_counts_by_month_force_and_category(store: Store) -> None:
    street = store.table("street")
    found = store.rows(street.group_by("month", "force", "category_text").agg(n=street.count()))
    wanted = Counter((r["Month"], r["Reported by"], r["Crime type"]) for r in rows_of())
    assert {(str(r["month"])[:7], r["force"], r["category_text"]): r["n"] for r in found} == {
        (month, force.removesuffix(" Police").lower().replace(" ", "-"), kind): n
        for (month, force, kind), n in wanted.items()
    }


def test_shares_of_crimes_in_the_city(store: Store) -> None:
    street, lookup = store.table("street"), store.table("lookup")
    codes = lookup.filter((lookup.to_code == "E08000025") & (lookup.from_vintage == "2011")).select("from_code")
    city = street.semi_join(codes, street.lsoa == codes.from_code).filter(street.force == "west-midlands")
    crimes = city.filter(~city.is_asb)
    violent = (crimes.category == "violence-and-sexual-offences").cast("int64").sum()
    found = store.rows(crimes.agg(n=crimes.count(), violent=violent))[0]
    assert (found["n"], found["violent"]) == (6124, 1389)
    assert round(100 * found["violent"] / found["n"], 2) == 22.68


def test_wards_by_best_fit(store: Store) -> None:
    street, lookup = store.table("street"), store.table("lookup")
    wards = lookup.filter((lookup.to_kind == "ward") & (lookup.from_vintage == "2011")).select("from_code", "to_name")
    joined = street.filter(street.force == "west-midlands").join(wards, street.lsoa == wards.from_code)
    counted = joined.group_by("to_name").agg(n=joined.count())
    top = store.rows(counted.order_by([ibis.desc("n"), "to_name"]).limit(2))
    assert top == [{"to_name": "Ladywood", "n": 857}, {"to_name": "Bordesley & Highgate", "n": 434}]


def test_deprivation_by_lsoas_and_by_people(store: Store) -> None:
    table = store.table("deprivation")
    one = table.filter((table.edition == 2025) & (table.domain == "overall"))
    most = (one.decile == 1).cast("int64")
    found = store.rows(
        one.agg(n=one.count(), lsoas=most.sum(), people=(most * one.population).sum(), all=one.population.sum())
    )
    assert (found[0]["n"], found[0]["lsoas"]) == (659, 282)
    assert round(100 * found[0]["people"] / found[0]["all"], 1) == 44.6


def test_change_from_month_to_month(store: Store) -> None:
    street = store.table("street")
    county = street.filter(street.force == "warwickshire")
    months = county.group_by("month").agg(n=county.count())
    before = months.n.lag(1).over(ibis.window(order_by="month"))
    found = store.rows(months.mutate(change=months.n - before).order_by("month").select("n", "change"))
    counts = [row["n"] for row in found]
    assert counts == [3405, 3159, 3856]
    assert [row["change"] for row in found] == [None, *(b - a for a, b in pairwise(counts))]


def test_rank_within_groups_and_rows_that_are_missing(store: Store) -> None:
    street = store.table("street")
    counted = street.group_by("force", "category").agg(n=street.count())
    place = ibis.row_number().over(ibis.window(group_by="force", order_by=[ibis.desc("n"), "category"]))
    ranked = counted.mutate(place=place)
    first = store.rows(ranked.filter(ranked.place == 0).order_by("force").select("force", "category"))
    assert [row["category"] for row in first] == ["anti-social-behaviour"] * 2
    missing: dict[str, Any] = store.rows(
        street.agg(no_lsoa=street.lsoa.isnull().cast("int64").sum(), ids=street.id.nunique())
    )[0]
    rows = rows_of()
    assert missing["no_lsoa"] == sum(not row["LSOA code"] for row in rows)
    assert missing["ids"] == len({row["Crime ID"] for row in rows if row["Crime ID"]})


def test_tables_of_python_values_and_tables_without_rows(store: Store) -> None:
    codes = store.table_from([{"code": "E01009417"}, {"code": "E01000001"}], pa.schema([("code", pa.string())]))
    more = store.table_from([{"code": "E01009417"}, {"code": None}], pa.schema([("code", pa.string())]))
    street = store.table("street")
    here = street.semi_join(codes, street.lsoa == codes.code)
    assert store.one(here.count()) == sum(row["LSOA code"] in {"E01009417", "E01000001"} for row in rows_of())
    assert store.rows(codes.semi_join(more, codes.code == more.code)) == [{"code": "E01009417"}]
    assert store.one(store.table("offences").count()) == 0
    assert store.rows(store.table("weights")) == []


def test_numbers_that_were_supplied_with_their_days_and_blanks(store: Store) -> None:
    table = store.table("supplied")
    found = store.rows(table.filter(table.section == "hub", table.area == "E08000025"))
    with (SAMPLES / "supplied" / "birmingham-2025.csv").open(encoding="utf-8", newline="") as stream:
        wanted = [row for row in csv.DictReader(stream) if row["section"] == "hub"]
    assert sorted(
        (str(r["starts"]), str(r["ends"]), r["series"], r["category"] or "", r["value"]) for r in found
    ) == sorted((r["start"], r["end"], r["series"], r["category"], int(r["value"])) for r in wanted)
    assert sum(r["base"] is None for r in found) == sum(not r["base"] for r in wanted)
    assert all(r["step"] is None and isinstance(r["starts"], date) for r in found)


def test_dates_points_and_cells_of_a_grid(store: Store) -> None:
    street = store.table("street").filter(lambda t: t.lon.notnull())
    cells = street.mutate(x=(street.lon / 0.5).floor().cast("int64"), y=(street.lat / 0.5).floor().cast("int64"))
    found = store.rows(cells.group_by("x", "y", "month").agg(n=cells.count(), east=cells.lon.max()))
    wanted = Counter(
        (math.floor(float(r["Longitude"]) / 0.5), math.floor(float(r["Latitude"]) / 0.5), r["Month"])
        for r in rows_of()
        if r["Longitude"]
    )
    assert {(r["x"], r["y"], f"{r['month']:%Y-%m}"): r["n"] for r in found} == wanted
    assert all(isinstance(r["month"], date) and isinstance(r["east"], float) for r in found)
