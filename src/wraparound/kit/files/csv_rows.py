"""Records of a delimited text file, each told apart from the next even where a cell or a quotation mark goes wrong.

The csv module reads the records; this feeds it with the file's lines and sees to what it can't: a cell of forty
megabytes (measured and stepped over), a quotation mark that is never closed (its line is rejected and reading goes on
with the next one, so that it swallows no other row), and the line of the file on which each record begins.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import IO

from wraparound.kit.files.formulas import unprotected
from wraparound.kit.files.long_cells import LongRecord, walk
from wraparound.kit.files.rows import CELL_LIMIT, Problem, Row, too_long

RECORD_LIMIT = 2 * CELL_LIMIT
_TELLING_WIDTH = 7  # delimiters in a line of text by which it is taken for a whole row of the table
_WALKED_FOR_NOTHING = 20  # times the file's size: what may be walked in search of a missing quotation mark

UNCLOSED = (
    "A quotation mark in this line isn't closed, or stands in the middle of a cell. Within a cell that is in quotation "
    "marks, each one is written twice."
)
LINE_END = "A sign that ends lines (CR) stands in the middle of this line, outside quotation marks."
DAMAGED = "Some letters of this row can't be read in the file's encoding. Export it again as UTF-8."


class _TooLong(Exception):
    """The record passes the limit."""


class _Lines(Iterator[str]):
    """The file's lines for csv.reader; remembers those of the record being read, and where it began."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self.file, self.encoding = file, encoding
        self.line = 0
        self.position = file.tell()
        self.begin()

    def begin(self) -> None:
        """A record begins here."""
        self.taken: list[bytes] = []
        self.start, self.start_line = self.position, self.line + 1
        self.size, self.is_damaged = 0, False

    def __next__(self) -> str:
        raw = self.file.readline(RECORD_LIMIT)
        if not raw:
            raise StopIteration
        self.position += len(raw)
        self.size += len(raw)
        if self.size >= RECORD_LIMIT:
            raise _TooLong
        self.taken.append(raw)
        self.line += 1
        try:
            return raw.decode(self.encoding)
        except UnicodeDecodeError:
            self.is_damaged = True
            return raw.decode(self.encoding, errors="replace")

    def go_to(self, position: int, line: int) -> None:
        """Go on reading at a byte, of which `line` lines come before."""
        self.file.seek(position)
        self.position, self.line = position, line


class CsvRows:
    """The records of a text file after its header."""

    def __init__(
        self, file: IO[bytes], encoding: str, delimiter: str, columns: Sequence[str], required: Sequence[str], size: int
    ) -> None:
        self.lines = _Lines(file, encoding)
        self.delimiter, self.columns = delimiter, list(columns)
        self.required_at = [self.columns.index(name) for name in required]
        self.may_walk = _WALKED_FOR_NOTHING * size + 64 * CELL_LIMIT
        csv.field_size_limit(RECORD_LIMIT)
        self.reader = csv.reader(self.lines, delimiter=delimiter, strict=True)

    def __iter__(self) -> Iterator[Row]:
        while True:
            self.lines.begin()
            try:
                cells = next(self.reader)
            except StopIteration:
                return
            except _TooLong:
                yield self._long()
                continue
            except csv.Error as wrong:
                yield self._broken_line(LINE_END if "new-line" in str(wrong) else UNCLOSED)
                continue
            if not cells or (len(cells) == 1 and not cells[0].strip()):
                continue  # an empty line is no record
            if len(self.lines.taken) > 1 and self._swallowed():
                yield self._broken_line()
                continue
            yield self._row(cells)

    def _row(self, cells: list[str]) -> Row:
        line, width = self.lines.start_line, len(self.columns)
        notes: list[Problem] = []
        cells = [unprotected(cell) for cell in cells]
        values = dict(zip(self.columns, cells, strict=False))
        more = tuple(cells[width:])
        problem = None
        if any(extra.strip() for extra in more):
            problem = self._ragged(len(cells))
        elif len(cells) < width:
            sentence = f"The row has {len(cells)} cells, the header {width}: the rest is taken as empty."
            notes.append(Problem("", sentence))
        if self.lines.is_damaged:
            problem = Problem(self._damaged_column(values), DAMAGED)
        if self.lines.size > CELL_LIMIT:
            for column, cell in values.items():
                if len(cell) > CELL_LIMIT:
                    problem = too_long(column, len(cell))
                    values[column] = cell[:1000]
        return Row(line, values, problem, tuple(notes), more if problem else ())

    def _ragged(self, count: int) -> Problem:
        return Problem(
            "",
            f"The row has {count} cells, the header {len(self.columns)}. A cell that holds the delimiter must stand in "
            "quotation marks; as it is, its values stand in wrong columns.",
            f"{count} cells",
        )

    def _damaged_column(self, values: dict[str, str]) -> str:
        return next((column for column, cell in values.items() if "\ufffd" in cell), "")

    def _swallowed(self) -> bool:
        """Whether a quoted cell holds a whole row, after a line that is one too: a closing mark is missing."""
        if not self.lines.taken:  # the first line by itself is too long
            return False
        needed, sign = len(self.columns) - 1, self.delimiter.encode()
        if needed < _TELLING_WIDTH or self.lines.taken[0].count(sign) < needed:
            return False
        own = self._needed_cells(self.lines.taken[0])
        for raw in self.lines.taken[1:]:
            if raw.count(sign) < needed:
                continue
            if own and [_has_digit(cell) for cell in self._needed_cells(raw)] == [_has_digit(cell) for cell in own]:
                return True
        return False

    def _needed_cells(self, raw: bytes) -> list[str]:
        """The required cells of a line by itself; none where it isn't a whole row or some are empty or long."""
        text = raw.decode(self.lines.encoding, errors="replace")
        cells = next(csv.reader([text], delimiter=self.delimiter, quoting=csv.QUOTE_NONE), [])
        found = [cells[at] for at in self.required_at] if len(cells) >= len(self.columns) else []
        return found if all(0 < len(cell.strip()) <= 100 for cell in found) else []

    def _broken_line(self, reason: str = UNCLOSED) -> Row:
        """Reject the first line of the record alone, and read on after it."""
        lines = self.lines
        first = lines.taken[0]
        start, line = lines.start, lines.start_line
        lines.go_to(start + len(first), line)
        text = first.decode(lines.encoding, errors="replace").rstrip("\r\n")
        cells = next(csv.reader([text], delimiter=self.delimiter, quoting=csv.QUOTE_NONE), [])
        column = next((name for name, cell in zip(self.columns, cells, strict=False) if _opens_only(cell)), "")
        values = {name: _bare(cell) for name, cell in zip(self.columns, cells, strict=False)}
        more = tuple(cells[len(self.columns) :])
        return Row(line, values, Problem(column, reason), (), more)

    def _long(self) -> Row:
        lines = self.lines
        start, line = lines.start, lines.start_line
        if self._swallowed():
            return self._broken_line()
        record = walk(lines.file, start, self.delimiter, lines.encoding, at_most=self.may_walk)
        self.may_walk = max(2 * RECORD_LIMIT, self.may_walk - (record.end - start))
        if record.closed:
            lines.go_to(record.end, line + record.lines - 1)
            return self._measured(line, record)
        return self._open_and_long(start, line)

    def _measured(self, line: int, record: LongRecord) -> Row:
        longest = max(range(len(record.lengths)), key=record.lengths.__getitem__)
        column = self.columns[longest] if longest < len(self.columns) else ""
        values = {name: unprotected(cell) for name, cell in zip(self.columns, record.cells, strict=False)}
        problem = too_long(column, record.lengths[longest], "bytes")
        return Row(line, values, problem, (), tuple(record.cells[len(self.columns) :]))

    def _open_and_long(self, start: int, line: int) -> Row:
        """A mark that nothing closes: its line alone is lost, however much stands after it."""
        lines = self.lines
        if lines.taken:
            return self._broken_line()
        lines.file.seek(start)
        kept = lines.file.readline(RECORD_LIMIT)[:1000]
        lines.file.seek(start)
        end = start
        while part := lines.file.readline(RECORD_LIMIT):
            end += len(part)
            if part.endswith(b"\n"):
                break
        lines.go_to(end, line)
        text = kept.decode(lines.encoding, errors="ignore")
        values = {self.columns[0]: text} if self.columns else {}
        return Row(line, values, Problem("", UNCLOSED))


def _opens_only(cell: str) -> bool:
    return cell.count('"') % 2 == 1


def _has_digit(cell: str) -> bool:
    return any(sign.isdecimal() for sign in cell)


def _bare(cell: str) -> str:
    return unprotected(cell.strip().removeprefix('"').removesuffix('"'))
