"""What is wrong with a file is said in a sentence, costs no row in silence, and stops no other file."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wraparound.evidence.store.engine import open_store
from wraparound.evidence.store.loading import CONTENT_AGAIN, FileReport, load_paths
from wraparound.evidence.store.tests.files import ROW, STREET, street


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., FileReport]:
    def run(*paths: Path) -> FileReport:
        reports = load_paths(paths, tmp_path / "store")
        for report in reports:
            assert report.rows_read == report.rows_kept + report.set_aside.total()
        return reports[-1]

    return run


def table(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("without", "flag"),
    [(["Crime ID"], "no_id"), (["LSOA code", "LSOA name"], "no_lsoa"), (["Longitude", "Latitude"], "no_coordinates")],
)
def test_a_force_without_a_column_loses_no_row(
    tmp_path: Path, load: Callable[..., FileReport], without: list[str], flag: str
) -> None:
    report = load(street(tmp_path / "a.csv", [{}, {}, {}], without=without))
    assert (report.rows_kept, report.flags[flag], dict(report.set_aside)) == (3, 3, {})


@pytest.mark.parametrize(
    ("lon", "lat", "missing"),
    [("0", "0", 1), ("0.000000", "51.477900", 0), ("-1.9", "0", 1), ("181", "52.5", 1), ("", "52.5", 1)],
)
def test_greenwich_is_a_place_and_nought_for_both_is_none(
    tmp_path: Path, load: Callable[..., FileReport], lon: str, lat: str, missing: int
) -> None:
    report = load(street(tmp_path / "a.csv", [{"Longitude": lon, "Latitude": lat}]))
    assert (report.rows_kept, report.flags["no_coordinates"]) == (1, missing)


def test_a_file_in_utf16_is_told_how_to_be_saved(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    path = street(tmp_path / "a.csv", [{}])
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    assert "UTF-16. Save it as UTF-8" in load(path).error


def test_identical_rows_without_an_id_all_stay(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    assert load(street(tmp_path / "a.csv", [{}] * 5)).rows_kept == 5


def test_a_repeated_id_keeps_its_first_row(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    rows = [{"Crime ID": "x", "Location": "first"}, {"Crime ID": "y"}, {"Crime ID": "x", "Location": "second"}]
    report = load(street(tmp_path / "a.csv", rows))
    assert (report.rows_kept, dict(report.set_aside)) == (2, {"repeated id": 1})
    store = open_store(tmp_path / "store")
    kept = store.table("street")
    assert store.rows(kept.filter(kept.id == "x").select("location")) == [{"location": "first"}]


def test_an_id_of_an_earlier_load_is_set_aside(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    load(street(tmp_path / "a.csv", [{"Crime ID": "x"}, {}]))
    report = load(street(tmp_path / "b.csv", [{"Crime ID": "x", "Month": "2014-02"}, {"Crime ID": "z"}, {}]))
    assert (report.rows_kept, dict(report.set_aside)) == (2, {"id loaded before": 1})


def test_an_id_in_two_files_of_one_run_counts_once(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    first = street(tmp_path / "a.csv", [{"Crime ID": "x"}])
    second = street(tmp_path / "b.csv", [{"Crime ID": "x", "Month": "2014-02"}])
    reports = load_paths([first, second], tmp_path / "store")
    assert [r.rows_kept for r in reports] == [1, 0]


def test_the_records_month_beats_the_folders(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    report = load(street(tmp_path / "2013-12" / "2013-12-west-midlands-street.csv", [{}, {"Month": "2013-12"}]))
    assert report.months == {"2013-12", "2014-01"}
    assert report.flags["month_differs_from_name"] == 1
    assert "The records are believed" in report.warnings[0]


def test_a_truncated_gz_loads_nothing_and_stops_no_other(tmp_path: Path) -> None:
    whole = street(tmp_path / "a.csv.gz", [{"Crime ID": str(n)} for n in range(2000)])
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(whole.read_bytes()[:-400])
    good = street(tmp_path / "good.csv", [{}])
    reports = {Path(r.path).name: r for r in load_paths([cut, good], tmp_path / "store")}
    assert "cut.csv.gz is cut short or damaged" in reports["cut.csv.gz"].error
    assert reports["good.csv"].rows_kept == 1
    store = open_store(tmp_path / "store")
    assert store.one(store.table("street").count()) == 1


def test_a_truncated_zip_loads_nothing(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for month in ("2014-01", "2014-02"):
            text = street(tmp_path / "one.csv", [{"Month": month}] * 3).read_text()
            archive.writestr(f"{month}/{month}-west-midlands-street.csv", text)
    report = load(path)
    assert (report.kind, report.rows_kept, report.months) == ("street", 6, {"2014-01", "2014-02"})
    path.write_bytes(path.read_bytes()[:-60])
    assert load(path).error


def test_what_an_archive_repeats_of_an_earlier_one_is_not_kept_again(tmp_path: Path) -> None:
    first, second, third = (
        street(tmp_path / f"{month}.csv", [{"Month": month}, {"Month": month, "Crime ID": f"of {month}"}]).read_text()
        for month in ("2014-01", "2014-02", "2014-03")
    )
    for name, texts in (("a", (first, second)), ("b", (second, third))):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            for i, text in enumerate(texts):
                archive.writestr(f"{i}.csv", text)
    for store, together in ((tmp_path / "one", True), (tmp_path / "two", False)):
        paths = [tmp_path / "a.zip", tmp_path / "b.zip"]
        a, b = load_paths(paths, store) if together else [load_paths([path], store)[0] for path in paths]
        assert (a.rows_read, a.rows_kept, a.set_aside.total()) == (4, 4, 0)
        assert (b.rows_read, b.rows_kept, b.set_aside, b.months) == (4, 2, {CONTENT_AGAIN: 2}, {"2014-03"})
        assert not b.already_loaded
        kept = open_store(store)
        assert kept.one(kept.table("street").count()) == a.rows_kept + b.rows_kept
        assert all(report.already_loaded and not report.set_aside for report in load_paths(paths, store))


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(STREET))
    report = load(path)
    assert (report.kind, report.rows_read, report.error) == ("street", 0, "")


def test_the_same_months_plain_and_packed_are_one_load(tmp_path: Path) -> None:
    plain = street(tmp_path / "a.csv", [{}, {"Crime ID": "x"}])
    packed = street(tmp_path / "b.csv.gz", [{}, {"Crime ID": "x"}])
    first = load_paths([plain], tmp_path / "store")[0]
    again = load_paths([packed], tmp_path / "store")[0]
    assert (again.rows_read, again.rows_kept, again.already_loaded) == (first.rows_read, first.rows_kept, True)
    store = open_store(tmp_path / "store")
    assert store.one(store.table("street").count()) == 2


def test_mixed_vintages_are_kept_apart_and_flagged(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    rows = [{"LSOA code": "E01000010"}] * 2 + [{"LSOA code": "E01033769"}] + [{"LSOA code": "E01009417"}]
    report = load(street(tmp_path / "a.csv", rows))
    assert report.flags["mixed_lsoa_vintages"] == 1
    store = open_store(tmp_path / "store")
    kept = store.table("street")
    found = {(r["lsoa"], r["lsoa_vintage"]) for r in store.rows(kept.select("lsoa", "lsoa_vintage"))}
    assert found == {("E01000010", "2011"), ("E01033769", "2021"), ("E01009417", "2011")}


def test_codes_of_2021_take_their_file_with_them(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    load(street(tmp_path / "a.csv", [{"LSOA code": "E01033769"}, {"LSOA code": "E01009417"}]))
    store = open_store(tmp_path / "store")
    assert store.one(store.table("street").filter(lambda t: t.lsoa_vintage == "2021").count()) == 2


def test_rows_that_cannot_be_read_are_set_aside_with_a_reason(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    path = street(
        tmp_path / "a.csv", [{}, {"Month": "January"}, {"Crime type": ""}, dict(zip(STREET, STREET, strict=True))]
    )
    with path.open("a", encoding="utf-8") as stream:
        stream.write("only,three,fields\n")
    report = load(path)
    assert (report.rows_read, report.rows_kept) == (5, 1)
    assert dict(report.set_aside) == {
        "the month can't be read": 1,
        "no crime type": 1,
        "the header again": 1,
        "the row isn't written as the header says": 1,
    }


def test_a_file_that_is_not_utf8_is_read_and_told(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    path = street(tmp_path / "a.csv", [{"Location": "Rhodd Môn"}])
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    report = load(path)
    assert report.rows_kept == 1
    assert "isn't UTF-8" in report.warnings[0]


def test_a_census_table_that_does_not_add_up_is_refused(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    rows = [
        {"lsoa21_code": code, "total_residents": 1000, "ethnic_group": group, "n": n}
        for code in ("E01000001", "E01000002")
        for group, n in (("White", 400), ("Asian", 300))
    ]
    assert "doesn't add up: in 2 of 2 areas" in load(table(tmp_path / "a.csv", rows)).error


def test_percentages_in_the_count_column_are_refused(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    rows = [
        {"lsoa21_code": "E01000001", "total_residents": 1000, "ethnic_group": "White", "n": 61.5},
        {"lsoa21_code": "E01000001", "total_residents": 1000, "ethnic_group": "Asian", "n": 38.5},
    ]
    assert "look like percentages" in load(table(tmp_path / "a.csv", rows)).error


@pytest.mark.parametrize("total", [",100", ""])
def test_whole_percentages_are_known_by_adding_up_to_a_hundred_everywhere(
    tmp_path: Path, load: Callable[..., FileReport], total: str
) -> None:
    head = "lsoa21_code,lsoa21_name,ethnic_group,n" + (",total_residents" if total else "")
    rows = [f"E0100{area},Area {area},{group},{n}{total}" for area in range(3) for group, n in (("A", 61), ("B", 39))]
    path = tmp_path / "a.csv"
    path.write_text("\n".join([head, *rows]) + "\n")
    assert "add up to a hundred" in load(path).error
    path.write_text("\n".join([head, *rows[:-1], rows[-1].replace(",39", ",41")]) + "\n")
    assert "add up to a hundred" in load(path).error, "rounded"
    more = [f"E0200{area},Area {area},{group},{n}{total}" for area in range(97) for group, n in (("A", 60), ("B", 40))]
    path.write_text("\n".join([head, *rows[:-1], rows[-1].replace(",39", ",c"), *more, "Source: ONS"]) + "\n")
    assert "add up to a hundred" in load(path).error, "one withheld, and a last line that is no area"
    path.write_text("\n".join([head, *rows[:4]]) + "\n")
    assert load(path).rows_kept == 4, "two small areas may have a hundred residents each"


def test_rows_marked_as_percentages_are_set_aside(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    rows = [
        {
            "ltla21_code": "E08000025",
            "ltla21_name": "Birmingham",
            "ethnic_group": f"White: Irish {what}",
            "value": value,
        }
        for what, value in (("(number)", 16964), ("(percent)", 1.5))
    ]
    report = load(table(tmp_path / "a.csv", rows))
    assert (report.rows_kept, dict(report.set_aside)) == (1, {"a percentage, not a count": 1})
    store = open_store(tmp_path / "store")
    assert store.rows(store.table("population").select("ethnicity", "value")) == [
        {"ethnicity": "White: Irish", "value": 16964}
    ]


WEIGHT = {"scheme": "Ours", "kind": "harm", "by": "category", "weight": "10", "unit": "days", "source": "our table"}


def test_a_weights_file_that_lacks_a_class_says_which(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    report = load(table(tmp_path / "a.csv", [{**WEIGHT, "item": "Burglary"}, {**WEIGHT, "item": "Robbery"}]))
    assert report.rows_kept == 2
    assert report.flags["classes_without_weight"] == 11
    assert "shoplifting" in report.warnings[0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"source": ""}, "no source"),
        ({"kind": "pain"}, "kind is neither harm nor cost"),
        ({"weight": "lots"}, "the weight is no number"),
        ({"weight": "-3"}, "the weight is no number"),
        ({"by": "mood"}, "by is neither offence_code nor category"),
    ],
)
def test_a_weight_that_cannot_be_used(
    tmp_path: Path, load: Callable[..., FileReport], change: dict[str, str], reason: str
) -> None:
    report = load(table(tmp_path / "a.csv", [{**WEIGHT, "item": "Burglary", **change}]))
    assert dict(report.set_aside) == {reason: 1}


def test_weights_from_newspapers_are_refused_as_what_they_are(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    row = {
        "scheme": "x",
        "item": "Homicide",
        "value": 1,
        "unit": "GBP",
        "price_year": "",
        "seen_at": "",
        "kind_of_source": "newspaper",
    }
    assert "newspapers and web pages quoted" in load(table(tmp_path / "a.csv", [row])).error


OFFENCE = {
    "offence_id": "1",
    "offence_code": "8N",
    "from": "2025-01-01T20:00",
    "to": "2025-01-01T22:00",
    "victim": "p1",
}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"to": "2024-12-31T22:00"}, "it ends before it begins"),
        ({"from": "evening"}, "the time can't be read"),
        ({"offence_id": ""}, "no offence_id"),
        ({"offence_code": ""}, "no offence_code"),
    ],
)
def test_an_offence_that_cannot_be_used(
    tmp_path: Path, load: Callable[..., FileReport], change: dict[str, str], reason: str
) -> None:
    assert dict(load(table(tmp_path / "a.csv", [{**OFFENCE, **change}])).set_aside) == {reason: 1}


def test_the_months_of_an_extract_are_those_in_which_its_offences_began(
    tmp_path: Path, load: Callable[..., FileReport]
) -> None:
    rows = [OFFENCE, {**OFFENCE, "offence_id": "2", "from": "2025-03-31T23:00", "to": "2025-04-01T02:00"}]
    assert load(table(tmp_path / "a.csv", rows)).months == {"2025-01", "2025-03"}


@pytest.mark.parametrize("column", ["victim_name", "suspect_surname", "date_of_birth", "postcode", "home_address"])
def test_an_extract_that_could_name_someone_is_refused(
    tmp_path: Path, load: Callable[..., FileReport], column: str
) -> None:
    assert f"column {column}, which could name" in load(table(tmp_path / "a.csv", [{**OFFENCE, column: "x"}])).error


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "The file is empty."),
        ("letter.csv", b"Dear all,\nplease find attached\n", "no table that is known"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no table, JSON or workbook"),
        ("cut.json", b'[{"category": "burg', "isn't whole JSON"),
        ("other.json", b'{"a": 1}', "JSON of a kind that isn't known"),
        ("none.json", b"[]", "holds no records"),
        ("pop.csv", b"lsoa,pop\nE01000001,5\n", "no day and no vintage"),
        ("broken.zip", b"PK\x03\x04 and no more", "can't be opened"),
    ],
)
def test_a_file_that_is_none_we_know(
    tmp_path: Path, load: Callable[..., FileReport], name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert sentence in load(tmp_path / name).error


def test_a_file_that_is_not_there(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    assert "There is no file" in load(tmp_path / "nowhere.csv").error


def test_boundaries_in_metres_are_refused(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    square = [[[400000, 280000], [400100, 280000], [400100, 280100], [400000, 280000]]]
    feature = {
        "type": "Feature",
        "properties": {"LSOA21CD": "E01"},
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert "aren't in degrees" in load(tmp_path / "a.geojson").error


def test_deprivation_on_the_wrong_lsoas_is_set_aside(tmp_path: Path, load: Callable[..., FileReport]) -> None:
    row = {"lsoa": "E01000001", "vintage": "2021", "edition": 2019, "domain": "overall", "rank": 1, "decile": 1}
    report = load(table(tmp_path / "a.csv", [row]))
    assert dict(report.set_aside) == {"the edition is not on LSOAs of this vintage": 1}


def test_the_command_leaves_with_2_and_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command_line: Callable[[list[str]], Any]
) -> None:
    monkeypatch.setenv("WRAPAROUND_VAR", str(tmp_path / "var"))
    good = street(tmp_path / "good.csv", [ROW])
    bad = tmp_path / "bad.csv.gz"
    bad.write_bytes(gzip.compress(b"x" * 999)[:-4])
    result = command_line(["evidence", "load", str(good), str(bad), "--json"])
    files = json.loads(result.output)["files"]
    assert result.exit_code == 2
    assert [("error" in file, file["rows_kept"]) for file in files] == [(False, 1), (True, 0)]
    assert command_line(["evidence", "load", str(good)]).exit_code == 0
    load_id = json.loads(command_line(["evidence", "list", "--json"]).output)["loads"][0]["sha256"]
    assert "out of the store" in command_line(["evidence", "forget", load_id[:10]]).output
    assert not open_store(tmp_path / "var" / "evidence" / "store").has("street")
