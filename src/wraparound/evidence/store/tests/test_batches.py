"""Many street files in one reading are what they are one by one: reports, rows, and each load on its own to forget."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wraparound.evidence.store import batches, words
from wraparound.evidence.store.engine import open_store
from wraparound.evidence.store.loading import load_paths
from wraparound.evidence.store.manifests import forget_load, read_manifests
from wraparound.evidence.store.tests.files import street


def several(folder: Path) -> list[Path]:
    return [
        street(folder / "1.csv", [{"Crime ID": "x", "Location": " blanks around "}, {"Crime ID": "x"}, {}]),
        street(folder / "2.csv.gz", [{"Crime ID": "x"}, {"Crime ID": "y", "LSOA code": "E01033769"}]),
        street(folder / "3.csv", [{"Crime ID": "y", "Month": "2014-02"}, {"Month": "never"}], without=["Context"]),
        street(folder / "4.csv", [{"Reported by": "", "Falls within": ""}, {"LSOA code": "95GG47S2"}]),
    ]


@pytest.mark.parametrize("size", [1, 500, 64_000_000])
def test_reports_and_rows_are_the_same_whatever_the_batches(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH", size)
    reports = load_paths(several(tmp_path), tmp_path / "store")
    assert [(r.rows_read, r.rows_kept, dict(r.set_aside)) for r in reports] == [
        (3, 2, {"repeated id": 1}),
        (2, 1, {"repeated id": 1}),
        (2, 0, {"the month can't be read": 1, "repeated id": 1}),
        (2, 2, {}),
    ]
    assert [r.flags["no_id"] for r in reports] == [1, 0, 0, 2]
    store = open_store(tmp_path / "store")
    table = store.table("street")
    assert store.rows(table.filter(table.id == "x").select("location")) == [{"location": "blanks around"}]
    kept = {(r["lsoa"], r["lsoa_vintage"]) for r in store.rows(table.select("lsoa", "lsoa_vintage"))}
    assert kept == {("E01009417", "2011"), ("E01033769", "2021"), ("95GG47S2", "")}
    last = store.loaded("street")[-1]
    assert (last.quality["lsoa_vintage"], last.quality["force"], last.quality["reported_by"]) == (0.5, 0.5, 0.5)


def test_a_load_is_forgotten_without_its_neighbours(tmp_path: Path) -> None:
    load_paths(several(tmp_path), tmp_path / "store")
    first, second = list(read_manifests(tmp_path / "store"))[:2]
    assert first.shared == second.shared != {}
    forget_load(tmp_path / "store", first.sha256)
    store = open_store(tmp_path / "store")
    table = store.table("street")
    loads = {row["load"] for row in store.rows(table.select("load").distinct())}
    assert first.sha256 not in loads
    assert second.sha256 in loads
    again = load_paths(several(tmp_path), tmp_path / "store")
    assert [r.already_loaded for r in again] == [False, True, True, True]
    assert again[0].rows_kept == 2


def test_a_load_whose_part_never_came_is_none(tmp_path: Path) -> None:
    paths = several(tmp_path)
    load_paths(paths, tmp_path / "store")
    for part in (tmp_path / "store" / "street").glob("*.parquet"):
        part.unlink()
    assert not open_store(tmp_path / "store").manifests
    reports = load_paths(paths, tmp_path / "store")
    assert not any(r.already_loaded for r in reports)
    assert sum(r.rows_kept for r in reports) == 5


def test_one_odd_file_is_read_alone_and_the_others_together(tmp_path: Path) -> None:
    odd = street(tmp_path / "2b.csv", [{"Location": "Rhodd Môn", "Crime ID": "z"}])
    odd.write_bytes(odd.read_text(encoding="utf-8").encode("latin-1"))
    reports = load_paths([*several(tmp_path)[:2], odd], tmp_path / "store")
    assert [r.rows_kept for r in reports] == [2, 1, 1]
    assert "isn't UTF-8" in reports[2].warnings[0]
    shared = [bool(one.shared) for one in read_manifests(tmp_path / "store")]
    assert sorted(shared) == [False, True, True]


@pytest.mark.parametrize("at_once", [True, False])
def test_another_file_of_the_same_month_warns_loudly(tmp_path: Path, at_once: bool) -> None:
    first, second = street(tmp_path / "a.csv", [{}, {}]), street(tmp_path / "b.csv", [{}, {"Crime ID": "n"}])
    runs = [[first, second]] if at_once else [[first], [second]]
    report = [load_paths(paths, tmp_path / "store") for paths in runs][-1][-1]
    assert report.flags["month_of_force_loaded_before"] == 2
    assert report.warnings[0].startswith("COUNTED TWICE? Another file of west-midlands 2014-01")
    assert "the 1 row without one" in report.warnings[0]


def test_the_api_names_no_force_but_tells_the_transport_polices(tmp_path: Path) -> None:
    record = {"category": "burglary", "location_type": "Force", "month": "2018-06"}
    records = [{**record, "id": 1}, {**record, "id": 2, "location_type": "BTP"}]
    (tmp_path / "a.json").write_text(json.dumps(records))
    report = load_paths([tmp_path / "a.json"], tmp_path / "store")[0]
    assert (report.forces, report.flags["location_type_btp"]) == (set(), 1)
    (tmp_path / "b.json").write_text(json.dumps([{**records[1], "id": 3}]))
    assert load_paths([tmp_path / "b.json"], tmp_path / "store")[0].forces == {"btp"}


@pytest.mark.parametrize(("size", "many", "is_shared"), [(1, 2_000, True), (64_000_000, 2_000, True), (1, 3, False)])
def test_words_that_a_later_batch_says_first(
    tmp_path: Path, size: int, many: int, is_shared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH", size)
    monkeypatch.setattr(words, "MANY", many)
    kinds = ["Anti-social behaviour", " Criminal damage and arson ", "Drugs", "It's new", "Robbery"]
    for number, kind in enumerate(kinds):
        by = {"Reported by": f"Force {number} Police"} if number else {"Reported by": "", "Falls within": ""}
        row = {**by, "Crime type": kind, "Last outcome category": f"Outcome {number}", "Crime ID": str(number)}
        street(tmp_path / "files" / str(number) / "2014-01-kent-street.csv", [row])
    reports = load_paths([tmp_path / "files"], tmp_path / "store")
    assert [r.rows_kept for r in reports] == [1] * 5
    store = open_store(tmp_path / "store")
    found = store.rows(store.table("street").order_by("id").select("force", "category", "outcome", "is_asb"))
    assert [tuple(row.values()) for row in found] == [
        ("kent", "anti-social-behaviour", "Outcome 0", True),
        ("force-1", "criminal-damage-arson", "Outcome 1", False),
        ("force-2", "drugs", "Outcome 2", False),
        ("force-3", "it-s-new", "Outcome 3", False),
        ("force-4", "robbery", "Outcome 4", False),
    ]
    assert bool(store.manifests[-1].shared) is is_shared


def test_what_repeats_cost_each_of_many_loads_is_told_by_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 1)
    ids = [["a", "b"], ["b", "c", "d", ""], ["a"]]
    for number, file in enumerate(ids):
        street(tmp_path / "files" / f"{number}.csv", [{"Crime ID": one, "Lo": str(number)} for one in file])
    first = load_paths([tmp_path / "files" / "0.csv"], tmp_path / "store")[0]
    reports = [first, *load_paths([tmp_path / "files"], tmp_path / "store")[1:]]
    assert [(r.rows_kept, dict(r.set_aside), r.flags["no_id"]) for r in reports] == [
        (2, {}, 0),
        (3, {"id loaded before": 1}, 1),
        (0, {"id loaded before": 1}, 0),
    ]
