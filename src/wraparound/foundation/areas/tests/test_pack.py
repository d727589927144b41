"""Reading a pack: what is wrong is told with its file, line and column."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from wraparound.foundation.areas.pack import PackError, current_pack, open_pack
from wraparound.foundation.areas.tests.builders import PACKS, SpoiltPack

TEXT_FILES = sorted(path for path in PACKS.rglob("*") if path.is_file())


@pytest.fixture
def spoilt(tmp_path: Path, settings: Any) -> SpoiltPack:
    return SpoiltPack(tmp_path, settings)


def test_the_pack_in_use_is_the_one_that_the_setting_names(settings: Any) -> None:
    settings.PACK = "birmingham"
    pack = current_pack()
    assert (pack.slug, pack.title, pack.about.marac_organisation) == ("birmingham", "Birmingham", "wm-marac")
    assert pack.about.area.code == "E08000025"
    assert not pack.about.is_invented


def test_the_second_pack_says_of_itself_that_it_is_invented() -> None:
    pack = open_pack("fenmoor")
    assert pack.about.is_invented
    assert "(invented)" in pack.about.header_name


@pytest.mark.parametrize("slug", ["nowhere", "../packs/fenmoor", "", "Fenmoor", "/etc"])
def test_a_pack_that_is_not_there_is_told_with_those_that_are(slug: str) -> None:
    with pytest.raises(PackError, match=r"There is no pack .*birmingham, fenmoor"):
        open_pack(slug)


def test_a_row_knows_its_line_also_after_a_cell_with_line_breaks(spoilt: SpoiltPack) -> None:
    spoilt.write("notes.csv", 'a,b\n1,"two\nlines"\n\n2,x\n')
    rows = list(spoilt.open().rows("notes.csv", ("a", "b")))
    assert [(row["a"], row.line) for row in rows] == [("1", 2), ("2", 5)]
    assert str(rows[1].error("b", "no.")) == "fenmoor/notes.csv, line 5, column b: no."


def test_a_byte_order_mark_is_no_part_of_the_first_column(spoilt: SpoiltPack) -> None:
    spoilt.write("notes.csv", "\ufeffa,b\n1,2\n")
    assert next(spoilt.open().rows("notes.csv", ("a",)))["a"] == "1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,c\n1,2\n", "fenmoor/notes.csv, line 1: the column b is missing"),
        ("a,b,b\n1,2,3\n", "line 1: the column b stands there twice"),
        ("a,b\n1,2\n1,2,3\n", "fenmoor/notes.csv, line 3: 3 cells where the header has 2"),
        ("a,b\n1,2\n3\n", "line 3: 1 cells where the header has 2"),
        ('a,b\n1,"2" x\n', "fenmoor/notes.csv, line 2: "),
        ("", "line 1: the column a is missing"),
    ],
)
def test_broken_csv_is_told_with_its_line(spoilt: SpoiltPack, text: str, message: str) -> None:
    spoilt.write("notes.csv", text)
    with pytest.raises(PackError) as told:
        list(spoilt.open().rows("notes.csv", ("a", "b")))
    assert message in str(told.value)


def test_text_that_is_not_utf_8_is_told(spoilt: SpoiltPack) -> None:
    (spoilt.path / "notes.csv").write_bytes("a,b\nZo\xeb,1\n".encode("latin-1"))
    with pytest.raises(PackError, match=r"notes\.csv: line \d+ or after is not UTF-8"):
        list(spoilt.open().rows("notes.csv"))
    (spoilt.path / "notes.json").write_bytes(b'{"a": "\xeb"}')
    with pytest.raises(PackError, match=r"notes\.json is not UTF-8"):
        spoilt.open().json("notes.json")


def test_broken_json_is_told_with_line_and_column(spoilt: SpoiltPack) -> None:
    spoilt.write("notes.json", '{"a": 1,\n "b": }')
    with pytest.raises(PackError, match=r"fenmoor/notes\.json, line 2, column 7: Expecting value"):
        spoilt.open().json("notes.json")


def test_a_missing_file_is_told(spoilt: SpoiltPack) -> None:
    with pytest.raises(PackError, match=r"The pack has no file fenmoor/notes\.csv"):
        list(spoilt.open().rows("notes.csv"))


@pytest.mark.parametrize(
    ("method", "cell", "message"),
    [
        ("needed", "", "this must be filled in"),
        ("flag", "true", "write yes or no, not 'true'"),
        ("day", "2.11.2026", "write a date as 2026-11-02, not '2.11.2026'"),
        ("day", "2026-02-30", "write a date as"),
        ("number", "-3", "write a whole number, not '-3'"),
        ("number", "1e3", "write a whole number"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told(spoilt: SpoiltPack, method: str, cell: str, message: str) -> None:
    spoilt.write("notes.csv", f"a,b\n1,{cell}\n")
    (row,) = spoilt.open().rows("notes.csv")
    with pytest.raises(PackError) as told:
        getattr(row, method)("b")
    assert str(told.value).startswith("fenmoor/notes.csv, line 2, column b: ")
    assert message in str(told.value)


def test_cells_are_read_by_what_they_are(spoilt: SpoiltPack) -> None:
    spoilt.write("notes.csv", "flag,day,number,none,kind\nyes, 2026-11-02 ,12,,ward\n")
    (row,) = spoilt.open().rows("notes.csv")
    assert row.flag("flag") is True
    assert row.day("day") == date(2026, 11, 2)
    assert row.number("number") == 12
    assert row.number("none") is None
    assert row.one_of("kind", ["ward", "lsoa"]) == "ward"
    with pytest.raises(PackError, match="'ward' is none of lsoa"):
        row.one_of("kind", ["lsoa"])


def test_what_pack_json_must_say_is_checked(spoilt: SpoiltPack) -> None:
    spoilt.edit_json("pack.json", lambda about: about.pop("marac_organisation"))
    with pytest.raises(PackError, match=r"fenmoor/pack\.json, marac_organisation: Field required"):
        spoilt.open()
    spoilt.edit_json("pack.json", lambda about: about.update(marac_organisation="x", slug="other"))
    with pytest.raises(PackError, match="it says 'other', but its folder is 'fenmoor'"):
        spoilt.open()


def test_packs_are_small_and_hold_nothing_that_runs() -> None:
    assert sum(path.stat().st_size for path in TEXT_FILES) < 10_000_000
    assert {path.suffix for path in TEXT_FILES} == {".csv", ".json", ".geojson", ".gz", ".md"}
