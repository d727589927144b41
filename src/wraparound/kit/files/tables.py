"""One way into every table: CSV in any common shape, Excel, JSON lines."""

from __future__ import annotations

import csv
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO

from wraparound.kit.files.csv_rows import CsvRows
from wraparound.kit.files.encodings import Letters, open_letters
from wraparound.kit.files.json_rows import JsonRows
from wraparound.kit.files.rows import FileRefused, Row, column_name
from wraparound.kit.files.xlsx_rows import XlsxRows

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_HEADER_LIMIT = 1 << 18
_MOST_COLUMNS = 1_000
_MOST_BLANK_LINES = 20
_NOT_TABLES = {
    b"\xd0\xcf\x11\xe0": "The file is an old Excel file (.xls) or has a password. Save it as .xlsx or CSV without one.",
    b"%PDF": "The file is a PDF. Send the table itself, as CSV or Excel.",
    b"\x1f\x8b": "The file is packed (gzip). Unpack it first.",
    b"7z\xbc\xaf": "The file is packed (7z). Unpack it first.",
    b"Rar!": "The file is packed (rar). Unpack it first.",
    b"{\\rt": "The file is a text document (RTF). Send the table itself, as CSV or Excel.",
}


class Table:
    """An open table. `columns` are those of the header: known ones by their own names, others as they stand.

    `told` says how it was read ("CSV, comma, UTF-8"). Use it as a context manager, and iterate once.
    """

    def __init__(self, path: Path, name: str, known: Sequence[str], required: Sequence[str]) -> None:
        self.name = name
        self._known = {column.lower(): column for column in known}
        self._required = list(required)
        self._size = path.stat().st_size
        self._file: BinaryIO = path.open("rb")
        self._rewritten: IO[bytes] | None = None
        self._xlsx: XlsxRows | None = None
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        head = self._file.read(8)
        for beginning, sentence in _NOT_TABLES.items():
            if head.startswith(beginning):
                raise FileRefused(f"{self.name}: {sentence}")
        if head.startswith(b"PK"):
            self._open_xlsx()
            return
        try:
            letters = open_letters(self._file)
        except FileRefused as refused:
            raise FileRefused(f"{self.name}: {refused.sentence}") from refused
        self._rewritten = letters.file if letters.file is not self._file else None
        if _first_sign(letters) == b"[":
            raise FileRefused(f"{self.name}: this is one JSON list. Write one object on each line (JSON lines).")
        if _first_sign(letters) == b"{":
            self.columns = list(self._known.values())
            self.told = f"JSON lines, {letters.told}"
            self._rows: Iterator[Row] = iter(JsonRows(letters.file, letters.encoding, self.columns))
        else:
            self._open_csv(letters)

    def _open_csv(self, letters: Letters) -> None:
        start = letters.file.tell()
        first = letters.file.readline(_HEADER_LIMIT)
        skipped, said = 0, _said_delimiter(first)
        if said:
            skipped, start = 1, letters.file.tell()
            first = letters.file.readline(_HEADER_LIMIT)
        while first.endswith(b"\n") and not first.strip() and skipped < _MOST_BLANK_LINES:
            skipped, start = skipped + 1, letters.file.tell()
            first = letters.file.readline(_HEADER_LIMIT)
        text = first.decode(letters.encoding, errors="replace").rstrip("\r\n")
        delimiter, header = self._header([said] if said else list(_DELIMITERS), text)
        self.columns = self._columns(header, 1 + skipped)
        self.told = f"CSV, {_DELIMITERS.get(delimiter, 'its own delimiter')}, {letters.told}"
        size = os.fstat(letters.file.fileno()).st_size
        rows = CsvRows(letters.file, letters.encoding, delimiter, self.columns, self._required, size)
        rows.lines.go_to(start + len(first), 1 + skipped)
        self._rows = iter(rows)

    def _open_xlsx(self) -> None:
        try:
            self._xlsx = XlsxRows(self._file, list(self._known))
        except FileRefused as refused:
            raise FileRefused(f"{self.name}: {refused.sentence}") from refused
        if not self._xlsx.header:
            raise FileRefused(f"{self.name}: the workbook is empty. Its first row must be the header.")
        self.columns = self._columns(self._xlsx.header, self._xlsx.header_line)
        self._xlsx.columns = self.columns
        self.told = "Excel"
        self._rows = iter(self._xlsx)

    def _header(self, delimiters: Sequence[str], text: str) -> tuple[str, list[str]]:
        """The delimiter under which the header has most of the columns that are known, and its cells."""
        read = []
        for delimiter in delimiters:
            try:
                cells = next(csv.reader([text], delimiter=delimiter, strict=True), [])
            except csv.Error:
                cells = next(csv.reader([text], delimiter=delimiter), [])
            known = sum(1 for cell in cells if cell.strip().lower() in self._known)
            read.append((known, len(cells), delimiter, cells))
        _, _, delimiter, cells = max(read, key=lambda found: found[:2])
        return delimiter, cells

    def _columns(self, header: Sequence[str], line: int) -> list[str]:
        columns: list[str] = []
        for position, cell in enumerate(header, start=1):
            name = column_name(cell) or f"column {position}"
            columns.append(self._known.get(name.lower(), name))
        if len(columns) > _MOST_COLUMNS:
            raise FileRefused(f"{self.name}: the header has {len(columns):,} columns, more than any table of ours.")
        missing = [column for column in self._required if column not in columns]
        if missing and not set(columns) & set(self._known.values()):
            raise FileRefused(
                f"{self.name}: line {line} isn't the header of this table: none of its columns is there. It needs "
                f"{_listed(self._required)}, parted by a comma, semicolon, tab or bar."
            )
        if missing:
            some = "The columns" if len(missing) > 1 else "The column"
            verb = "are" if len(missing) > 1 else "is"
            raise FileRefused(f"{self.name}: {some} {_listed(missing)} {verb} missing from the header (line {line}).")
        twice = sorted({column for column in columns if columns.count(column) > 1})
        if twice:
            where = f"twice in the header (line {line})"
            raise FileRefused(f"{self.name}: the column {twice[0]} stands {where}. Remove one of them.")
        return columns

    @property
    def unknown_columns(self) -> list[str]:
        """Columns that the table's format doesn't have; of a JSON file, those met so far."""
        known = set(self._known.values())
        return [column for column in self.columns if column not in known]

    @property
    def fraction(self) -> float:
        """How much of the file was read, from 0 to 1."""
        if self._xlsx is not None:
            return 0.0
        file = self._rewritten or self._file
        size = os.fstat(file.fileno()).st_size
        return min(1.0, file.tell() / size) if size else 1.0

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        if self._xlsx is not None:
            self._xlsx.close()
        if self._rewritten is not None:
            self._rewritten.close()
        self._file.close()


def open_table(
    path: str | os.PathLike[str], *, name: str, known: Sequence[str], required: Collection[str] = ()
) -> Table:
    """Open a file as a table. `name` stands in messages; `known` are the format's columns, `required` those it needs.

    Column names are matched whatever their case and the spaces around them. Raises FileRefused for a file that isn't
    there, is empty or no table, lacks a required column or has one twice. A header alone is a table without rows.
    """
    wanted = [column for column in known if column in set(required)]
    try:
        return Table(Path(path), name, known, wanted)
    except (FileNotFoundError, IsADirectoryError) as missing:
        raise FileRefused(f"{name}: there is no such file.") from missing
    except PermissionError as closed:
        raise FileRefused(f"{name}: the file may not be read by this programme.") from closed


def _first_sign(letters: Letters) -> bytes:
    start = letters.file.tell()
    head = letters.file.read(4096).lstrip()
    letters.file.seek(start)
    return head[:1]


def _said_delimiter(first: bytes) -> str:
    """The delimiter that a first line such as ``sep=;`` says, as Excel writes it."""
    line = first.strip(b"\r\n").lower()
    return chr(line[4]) if line.startswith(b"sep=") and len(line) == 5 and line[4] < 128 else ""


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
