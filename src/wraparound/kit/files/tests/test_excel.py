"""Excel workbooks: dates, numbers, limits."""

from __future__ import annotations

import datetime
import zipfile

import pytest
from openpyxl import Workbook

from wraparound.kit.files import FileRefused, open_table, xlsx_rows

KNOWN = ["ref", "at", "day", "count"]


def book(tmp_path, *rows, sheets=()):
    workbook = Workbook()
    sheet = workbook.active
    for title, content in sheets:
        other = workbook.create_sheet(title, 0)
        for row in content:
            other.append(row)
    for row in rows:
        sheet.append(row)
    path = tmp_path / "table.xlsx"
    workbook.save(path)
    return path


def read(path):
    with open_table(path, name="table.xlsx", known=KNOWN, required=["ref"]) as table:
        return table, list(table)


def test_values_come_as_the_format_writes_them(tmp_path):
    path = book(
        tmp_path,
        ["Ref", "at", "day", "count", None],
        ["A1", datetime.datetime(2026, 3, 1, 14, 30, 59, 999_700), datetime.date(1990, 2, 28), 14],
        [7, datetime.datetime(2026, 3, 1), "2026-03-02", 14.0],
        [],
        ["x", "'+44 7700", True, 1.5],
    )
    table, rows = read(path)
    assert table.told == "Excel"
    assert [row.line for row in rows] == [2, 3, 5]
    assert rows[0].values == {"ref": "A1", "at": "2026-03-01T14:31:00", "day": "1990-02-28", "count": "14"}
    assert rows[1].values["ref"] == "7"
    assert rows[1].values["at"] == "2026-03-01T00:00:00"
    assert rows[1].values["count"] == "14"
    assert rows[2].values == {"ref": "x", "at": "+44 7700", "day": "yes", "count": "1.5"}


def test_the_sheet_with_the_columns_is_read(tmp_path):
    path = book(tmp_path, ["ref", "at"], ["1", "x"], sheets=[("Notes", [["Read me"], ["ref"]])])
    assert [row.values["ref"] for row in read(path)[1]] == ["1"]


def test_values_beyond_the_header_reject_their_row(tmp_path):
    _, rows = read(book(tmp_path, ["ref", "at"], ["1", "x", "stray"], ["2", "y"]))
    assert [bool(row.problem) for row in rows] == [True, False]


def test_an_empty_workbook_and_another_zip_are_refused(tmp_path):
    with pytest.raises(FileRefused, match="the workbook is empty"):
        read(book(tmp_path))
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("incidents.csv", "ref\n1\n")
    with pytest.raises(FileRefused, match="a zip, not an Excel workbook"):
        read(path)


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet9.xml"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, part):
    path = book(tmp_path, ["ref"], ["1"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        package.writestr(part, b" " * (xlsx_rows.MOST_SHARED_TEXT + 1 if "shared" in part else 40_000_000))
    with pytest.raises(FileRefused, match=r"too large|far more than a table"):
        read(path)


def test_entities_are_refused(tmp_path):
    path = book(tmp_path, ["ref"], ["1"])
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><workbook>&b;</workbook>'
    other = tmp_path / "entities.xlsx"
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(other, "w") as written:
        for item in package.infolist():
            written.writestr(item, bomb if item.filename == "xl/workbook.xml" else package.read(item))
    with pytest.raises(FileRefused, match="can't be read"):
        read(other)
