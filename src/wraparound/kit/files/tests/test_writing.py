"""What is written is safe in a spreadsheet and is read back as it was."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from wraparound.kit.errors import BadInput
from wraparound.kit.files import CsvWriter, XlsxWriter, open_table, protected, unprotected

DANGEROUS = ["=1+1", "+44 7700 900123", "-", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@x", "＝1", "=cmd|' /C calc'!A0"]
HARMLESS = ["", "'", "O'Brien", "'quoted'", "a=b", "5 - 3", "'' x", "王小明"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_cell_that_would_run_leaves_with_an_apostrophe(text):
    assert protected(text) == f"'{text}"
    assert unprotected(protected(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_a_cell_that_would_not_is_left_alone(text):
    assert protected(text) == text
    assert unprotected(text) == text


@given(st.text())
def test_protection_is_taken_away_exactly(text):
    assert unprotected(protected(text)) == text
    assert protected(text)[:1] not in {"=", "+", "-", "@", "\t", "\r"}


def test_csv_out_and_in(tmp_path):
    path = tmp_path / "out.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = CsvWriter(stream, ["ref", "=odd", "note"])
        for number, text in enumerate(DANGEROUS + HARMLESS):
            writer.write({"ref": str(number), "note": text, "=odd": 'x,\r\n"y"'})
    with open_table(path, name="out.csv", known=["ref", "note"], required=["ref"]) as table:
        rows = list(table)
    assert [row.values["note"] for row in rows] == DANGEROUS + HARMLESS
    assert rows[0].values["'=odd"] == 'x,\r\n"y"'


def test_csv_keeps_what_stands_beyond_the_header():
    stream = io.StringIO(newline="")
    CsvWriter(stream, ["a"]).write({"a": "1"}, more=["=2"])
    assert stream.getvalue() == "a\r\n1,'=2\r\n"


def test_excel_out_and_in(tmp_path):
    path = tmp_path / "out.xlsx"
    writer = XlsxWriter(["ref", "note"])
    texts = [text for text in DANGEROUS + HARMLESS if "\r" not in text]
    for number, text in enumerate(texts):
        writer.write({"ref": str(number), "note": text})
    with path.open("wb") as stream:
        writer.save(stream)
    with open_table(path, name="out.xlsx", known=["ref", "note"], required=["ref"]) as table:
        assert [row.values.get("note", "") for row in table] == texts
    kinds = {cell.data_type for row in load_workbook(path).active.iter_rows() for cell in row}
    assert "f" not in kinds


def test_excel_says_when_a_text_does_not_fit():
    with pytest.raises(BadInput, match="longer than an Excel cell"):
        XlsxWriter(["note"]).write({"note": "x" * 40_000})
