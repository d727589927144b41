"""Numbers that agencies supply: each row is kept or set aside with its reason, and loading again changes nothing."""

from __future__ import annotations

import calendar
import csv
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wraparound.evidence.store.engine import open_store
from wraparound.evidence.store.loading import FileReport, load_paths
from wraparound.evidence.store.supplied import SECTIONS
from wraparound.evidence.store.tests.files import SAMPLES

COLUMNS = ["section", "series", "step", "area", "start", "end", "category", "value", "base", "source", "how"]
GOOD = {
    "section": "hub",
    "series": "Calls answered",
    "area": "E08000025",
    "start": "2025-01-01",
    "end": "2025-01-31",
    "value": "120",
    "source": "A return",
}
ANSWER = {"section": "surveys", "series": "Is help missing?", "category": "Yes", "base": "200", "how": "On the web"}
ACTION = {"section": "last-plan", "series": "Safer nights", "category": "Marshals", "value": "Done"}


def write(path: Path, rows: list[dict[str, str]], columns: list[str] | None = None) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns or COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows({**GOOD, **row} for row in rows)
    return path


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., FileReport]:
    def run(rows: list[dict[str, str]], name: str = "a.csv") -> FileReport:
        (report,) = load_paths([write(tmp_path / name, rows)], tmp_path / "store")
        assert report.rows_read == report.rows_kept + report.set_aside.total()
        return report

    return run


def kept(folder: Path) -> list[dict[str, Any]]:
    store = open_store(folder / "store")
    return sorted(store.rows(store.table("supplied")), key=lambda row: row["line"])


def test_a_row_is_kept_as_it_is_written(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    report = load([{"value": "1,200", "base": "2500", "step": "1", "how": "Counted"}, ANSWER, ACTION])
    assert (report.kind, report.rows_kept, dict(report.set_aside)) == ("supplied", 3, {})
    first, answer, action = kept(tmp_path)
    assert (first["value"], first["base"], first["step"], first["category"]) == (1200, 2500, 1, "")
    assert (first["month"], first["starts"], first["ends"]) == (date(2025, 1, 1), date(2025, 1, 1), date(2025, 1, 31))
    assert (answer["category"], answer["how"]) == ("Yes", "On the web")
    assert (action["value"], action["status"]) == (None, "done")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"section": ""}, "no section"),
        ({"section": "crime"}, f"unknown section: the known ones are {', '.join(SECTIONS)}"),
        ({"series": ""}, "no series"),
        ({"series": "x" * 301}, "a text is longer than 300 characters"),
        ({"how": "x" * 301}, "a text is longer than 300 characters"),
        ({"area": ""}, "no area"),
        ({"start": "spring"}, "the period can't be read: start and end are days such as 2025-01-31"),
        ({"end": ""}, "the period can't be read: start and end are days such as 2025-01-31"),
        ({"start": "2025-02-01"}, "it ends before it starts"),
        ({"start": "2025-01-02"}, "the period isn't whole months"),
        ({"end": "2025-01-30"}, "the period isn't whole months"),
        ({"value": ""}, "no number"),
        ({"value": "many"}, "no number"),
        ({"value": "=1+1"}, "no number"),
        ({"value": "12.5"}, "the number isn't whole"),
        ({"value": "12 %"}, "no number"),
        ({"value": "-1"}, "the number is negative"),
        ({"value": "1e30"}, "the number is too large to be one"),
        ({"base": "some"}, "the base is no whole number"),
        ({"base": "119.5"}, "the base is no whole number"),
        ({"base": "119"}, "the number is above its base"),
        ({"step": "first"}, "the step is no whole number from 1 on"),
        ({"step": "0"}, "the step is no whole number from 1 on"),
        ({"source": ""}, "no source"),
        (ANSWER | {"how": ""}, "how people were asked isn't said"),
        (ANSWER | {"section": "residents", "how": ""}, "how people were asked isn't said"),
        (ACTION | {"value": ""}, "no status"),
        (ACTION | {"value": "7"}, "the status is none of done, on track, late, not begun, dropped"),
        (ACTION | {"category": ""}, "no action: the category says which"),
    ],
)
def test_a_row_that_cannot_be_used_is_set_aside_with_its_reason(
    load: Callable[..., FileReport], change: dict[str, str], reason: str
) -> None:
    report = load([change, {"series": "A good one"}])
    assert (report.rows_kept, dict(report.set_aside)) == (1, {reason: 1})


def test_a_number_given_again_keeps_its_first_row(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    report = load([{"value": "1"}, {"value": "2"}, {"value": "3", "category": "All"}, {"value": "4", "category": "x"}])
    assert (report.rows_kept, dict(report.set_aside)) == (2, {"repeated row": 2})
    assert [row["value"] for row in kept(tmp_path)] == [1, 4]
    later = load([{"value": "9"}, {"value": "9", "start": "2025-02-01", "end": "2025-02-28"}], "b.csv")
    assert (later.rows_kept, dict(later.set_aside)) == (1, {"row loaded before": 1})


def test_the_same_content_again_changes_nothing(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    load([{}])
    again = load([{}], "other-name.csv")
    assert (again.already_loaded, again.rows_kept, len(kept(tmp_path))) == (True, 1, 1)


def test_what_a_spreadsheet_makes_of_it_is_read(tmp_path: Path) -> None:
    row = GOOD | {"start": "01/02/2025", "end": "28/02/2025", "source": "Gwasanaeth Môn", "value": "1 "}
    text = ";".join(COLUMNS).upper() + "\r\n" + ";".join(row.get(name, "") for name in COLUMNS) + "\r\n"
    (tmp_path / "utf8.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (tmp_path / "latin.csv").write_bytes(text.replace("Calls", "Cals").encode("latin-1"))
    utf8, latin = load_paths([tmp_path / "utf8.csv", tmp_path / "latin.csv"], tmp_path / "store")
    for report in (utf8, latin):
        assert (report.rows_kept, report.months, report.flags["days_written_with_slashes"]) == (1, {"2025-02"}, 1)
    assert "isn't UTF-8" in " ".join(latin.warnings)
    assert {row["source"] for row in kept(tmp_path)} <= {"Gwasanaeth Môn", "Gwasanaeth MÃ´n"}


def test_a_text_is_kept_on_one_line_and_without_what_no_page_can_show(
    tmp_path: Path, load: Callable[..., FileReport]
) -> None:
    load([{"series": "Calls\nanswered\x01 ", "category": "a\tb"}, {"series": "=1+1 <b>"}])
    first, formula = kept(tmp_path)
    assert (first["series"], first["category"]) == ("Calls answered", "a b")
    assert formula["series"] == "=1+1 <b>"  # disarmed where it is written into a table


def test_parts_that_do_not_add_up_and_periods_that_overlap_are_flagged(load: Callable[..., FileReport]) -> None:
    year = {"end": "2025-12-31", "series": "Calls received", "value": "900"}
    report = load(
        [{}, {"category": "a", "value": "70"}, {"category": "b", "value": "60"}, {**year}, year | {"end": "2025-01-31"}]
    )
    assert report.flags["parts_that_do_not_add_up"] == 1
    assert report.flags["series_with_overlapping_periods"] == 1
    assert "the parts give 130, the whole says 120" in report.warnings[0]
    assert "periods overlap" in report.warnings[1]


def test_parts_that_add_up_are_not_flagged(load: Callable[..., FileReport]) -> None:
    report = load([{}, {"category": "a", "value": "70"}, {"category": "b", "value": "50"}])
    assert not report.flags["parts_that_do_not_add_up"]
    assert not report.warnings


def test_a_column_that_could_name_someone_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [{}], [*COLUMNS, "victim_name"])
    (report,) = load_paths([path], tmp_path / "store")
    assert "column victim_name, which could name" in report.error


def test_the_sample_is_whole_synthetic_and_says_what_is_missing(tmp_path: Path) -> None:
    (report,) = load_paths([SAMPLES / "supplied"], tmp_path / "store")
    with (SAMPLES / "supplied" / "birmingham-2025.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["section"] for row in rows} == set(SECTIONS)
    assert (report.rows_read, report.rows_kept, report.flags["synthetic"]) == (len(rows), len(rows), len(rows))
    (manifest,) = open_store(tmp_path / "store").manifests
    assert manifest.is_synthetic
    assert "Invented return of a hub" in manifest.source
    assert "not open unless the source says so" in manifest.licence
    assert manifest.quality["base"] == pytest.approx(sum(not row["base"] for row in rows) / len(rows), abs=1e-6)
    assert manifest.quality["series"] == 0


VALUES = st.sampled_from(["0", "3", "120", "", "x", "-4", "1.5", "7,000"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "section": st.sampled_from(["hub", "surveys", "last-plan", "Cross border", "nowhere", ""]),
            "series": st.sampled_from(["a", "b", ""]),
            "step": st.sampled_from(["", "1", "2", "one"]),
            "start": st.sampled_from(["2025-01-01", "2025-02-01", "01/03/2025", "2025-01-15", ""]),
            "end": st.sampled_from(["2025-01-31", "2025-02-28", "31/03/2025", "2025-04-01", ""]),
            "category": st.sampled_from(["", "x", "y", "all"]),
            "value": st.one_of(VALUES, st.sampled_from(["done", "late"])),
            "base": st.one_of(st.just(""), VALUES),
            "source": st.sampled_from(["s", "s", ""]),
            "how": st.sampled_from(["h", ""]),
        }
    ),
    max_size=14,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROWS, min_size=1, max_size=3))
def test_every_row_is_kept_or_set_aside_and_no_number_stands_twice(files: list[list[dict[str, str]]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [write(folder / f"{number}.csv", rows) for number, rows in enumerate(files)]
        for report in load_paths(paths, folder / "store"):
            assert not report.error
            assert report.rows_read == report.rows_kept + report.set_aside.total()
        rows = kept(folder)
        keys = [tuple(row[k] for k in ("section", "series", "area", "starts", "ends", "category")) for row in rows]
        assert len(keys) == len(set(keys))
        for row in rows:
            assert row["section"] in SECTIONS
            assert row["starts"].day == 1
            assert row["ends"].day == calendar.monthrange(row["ends"].year, row["ends"].month)[1]
            assert (row["value"] is None) == (row["section"] == "last-plan") == (row["status"] is not None)
            assert row["base"] is None or row["value"] is None or 0 <= row["value"] <= row["base"]
        assert all(report.already_loaded for report in load_paths(paths, folder / "store"))
        assert len(kept(folder)) == len(rows)
