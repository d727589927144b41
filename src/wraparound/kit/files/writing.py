"""Tables out as streams, safe to open in a spreadsheet, and read back by `open_table` as they were."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from typing import BinaryIO, Protocol, TextIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from wraparound.kit.errors import BadInput
from wraparound.kit.files.formulas import protected

_MOST_IN_AN_EXCEL_CELL = 32_767


class _Writes(Protocol):
    def write(self, text: str, /) -> object: ...


class CsvWriter:
    """Writes CSV: comma, CRLF, quotation marks where needed, formulas disarmed (`formulas`).

    `stream` takes text and should not translate line ends (``newline=""``).
    """

    def __init__(self, stream: TextIO | _Writes, columns: Sequence[str]) -> None:
        self.columns = list(columns)
        self._writer = csv.writer(stream, lineterminator="\r\n")
        self._writer.writerow([protected(column) for column in self.columns])

    def write(self, values: Mapping[str, str], more: Sequence[str] = ()) -> None:
        """Write one row. Columns without a value stay empty; `more` stands beyond the last column."""
        cells = [values.get(column, "") for column in self.columns]
        self._writer.writerow([protected(_writable(cell)) for cell in (*cells, *more)])


class XlsxWriter:
    """Writes an Excel workbook of one sheet, every cell as text, formulas disarmed. Call `save` at the end."""

    def __init__(self, columns: Sequence[str], title: str = "Table") -> None:
        self.columns = list(columns)
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(title[:31])
        self._sheet.append([protected(column) for column in self.columns])

    def write(self, values: Mapping[str, str]) -> None:
        """Write one row. Raises BadInput for a text that no Excel cell can hold whole."""
        cells = [protected(ILLEGAL_CHARACTERS_RE.sub("", values.get(column, ""))) for column in self.columns]
        for column, cell in zip(self.columns, cells, strict=True):
            if len(cell) > _MOST_IN_AN_EXCEL_CELL:
                raise BadInput(
                    f"A text in the column {column} is longer than an Excel cell can be. Export it as CSV.", column
                )
        self._sheet.append(cells)

    def save(self, stream: BinaryIO) -> None:
        """Write the workbook to a binary stream."""
        self._book.save(stream)


def _writable(cell: str) -> str:
    return cell.replace("\x00", "")
