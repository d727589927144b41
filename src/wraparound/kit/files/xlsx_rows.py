"""Rows of an Excel workbook (.xlsx), read as a stream. Dates come as dates, whole numbers without a point.

An .xlsx file is a zip of XML: what it would unpack to is bounded before anything is unpacked, and defusedxml, which
openpyxl uses by itself where it is installed, refuses entities.
"""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml import DEFUSEDXML

from wraparound.kit.files.formulas import unprotected
from wraparound.kit.files.rows import CELL_LIMIT, FileRefused, Problem, Row, too_long

MOST_UNPACKED = 1_000_000_000
MOST_SHARED_TEXT = 80_000_000
_MOST_RATIO = 300
_MOST_PARTS = 2_000

if not DEFUSEDXML:
    raise ImportError("openpyxl doesn't use defusedxml: install the packages of requirements.txt")

_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    DefusedXmlException,
    KeyError,
    ValueError,
    OSError,
    SyntaxError,
    TypeError,
)


def check_package(file: BinaryIO) -> None:
    """Raise FileRefused unless the zip is a workbook that unpacks to something of sense."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as wrong:
        raise FileRefused("The file begins like an Excel workbook, but it is damaged. Save it again.") from wrong
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise FileRefused("The file is a zip, not an Excel workbook. Unpack it and send the table that is in it.")
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    shared = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    if len(parts) > _MOST_PARTS or unpacked > MOST_UNPACKED or shared > MOST_SHARED_TEXT:
        raise FileRefused("The workbook is too large to be read as Excel. Save it as CSV (UTF-8) and send that.")
    if unpacked > 10_000_000 and unpacked / packed > _MOST_RATIO:
        raise FileRefused("The workbook unpacks to far more than a table would. It isn't read. Save it as CSV (UTF-8).")


class XlsxRows:
    """The rows of the sheet whose first row has the columns that are needed; of the first sheet where none has."""

    def __init__(self, file: BinaryIO, known: Sequence[str]) -> None:
        check_package(file)
        file.seek(0)
        try:
            self.book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            self.sheet = self._sheet_with(known)
        except _BROKEN as wrong:
            raise FileRefused("The workbook can't be read. Open it in Excel and save it again, or as CSV.") from wrong
        self.total = int(self.sheet.max_row or 0) if self.sheet is not None else 0
        self.header: list[str] = []
        self._rows = self._all_rows()
        self.header_line, self.header = next(self._rows, (0, []))
        self.columns: list[str] = []

    def _sheet_with(self, known: Sequence[str]) -> Any:
        sheets = [sheet for sheet in self.book.worksheets if sheet.sheet_state == "visible"] or self.book.worksheets
        best, most = None, -1
        for sheet in sheets:
            sheet.reset_dimensions()
            first = next(sheet.iter_rows(max_row=1, values_only=True), ())
            count = len({str(cell).strip().lower() for cell in first if cell is not None} & set(known))
            if count > most:
                best, most = sheet, count
        return best

    def _all_rows(self) -> Iterator[tuple[int, list[str]]]:
        if self.sheet is None:
            return
        for number, cells in enumerate(self.sheet.iter_rows(), start=1):
            texts = [_text(cell) for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                yield number, texts

    def __iter__(self) -> Iterator[Row]:
        try:
            for line, cells in self._rows:
                yield self._row(line, cells)
        except _BROKEN as wrong:
            raise FileRefused("A part of the workbook can't be read. Open it in Excel and save it again.") from wrong

    def _row(self, line: int, cells: list[str]) -> Row:
        width = len(self.columns)
        values = {column: unprotected(cell) for column, cell in zip(self.columns, cells, strict=False)}
        more = tuple(cells[width:])
        problem = None
        if any(extra.strip() for extra in more):
            problem = Problem("", f"The row has values beyond the last column of the header ({width}).")
        for column, cell in values.items():
            if len(cell) > CELL_LIMIT:
                problem = too_long(column, len(cell))
                values[column] = cell[:1000]
        return Row(line, values, problem, (), more if problem else ())

    def close(self) -> None:
        """Close the workbook."""
        self.book.close()


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        return _moment(value, str(getattr(cell, "number_format", "") or ""))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _moment(value: datetime.datetime, number_format: str) -> str:
    # Excel keeps a moment as a fraction of days: what is a hair before a second is that second.
    value = (value + datetime.timedelta(microseconds=500_000)).replace(microsecond=0)
    has_time = "h" in number_format.lower() or value.time() != datetime.time()
    return value.isoformat() if has_time else value.date().isoformat()
