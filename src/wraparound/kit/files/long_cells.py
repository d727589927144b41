"""Walking over a record that is too long to hold: its cells are measured, and only their beginnings kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO

from wraparound.kit.files.rows import KEPT_OF_A_LONG_CELL

_CHUNK = 1 << 18


@dataclass
class LongRecord:
    """What was found of it. `closed` is False where its last quotation mark has no fellow."""

    cells: list[str] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)  # in bytes
    lines: int = 0
    end: int = 0  # where the next record begins, or how far it was looked for
    closed: bool = False


class _Walker:
    """A reader of one record, byte by byte in effect, by leaps from one telling sign to the next."""

    def __init__(self, delimiter: bytes, encoding: str) -> None:
        self.delimiter, self.encoding = delimiter, encoding
        self.plain_end = re.compile(b"[" + re.escape(delimiter) + b"\n]")
        self.record = LongRecord()
        self.kept, self.length = bytearray(), 0
        self.state = "start"

    def keep(self, part: bytes) -> None:
        self.length += len(part)
        if len(self.kept) < KEPT_OF_A_LONG_CELL:
            self.kept += part[: KEPT_OF_A_LONG_CELL - len(self.kept)]

    def end_cell(self) -> None:
        self.record.cells.append(bytes(self.kept).decode(self.encoding, errors="ignore").rstrip("\r"))
        self.record.lengths.append(self.length)
        self.kept, self.length = bytearray(), 0
        self.state = "start"

    def take(self, chunk: bytes) -> int | None:
        """Walk through a chunk. The position after the record's line end, or None where it goes on. Raises ValueError
        at a quotation mark that stands wrongly."""
        at = 0
        while at < len(chunk):
            if self.state == "start":
                self.state = "quoted" if chunk[at : at + 1] == b'"' else "plain"
                at += self.state == "quoted"
            elif self.state == "quoted":
                at = self._quoted(chunk, at)
            elif self.state == "after quote":
                at, is_over = self._after_quote(chunk, at)
                if is_over:
                    return at
            else:
                found = self.plain_end.search(chunk, at)
                stop = found.start() if found else len(chunk)
                self.keep(chunk[at:stop])
                at = stop + 1
                if found:
                    self.end_cell()
                    if found.group() == b"\n":
                        self.record.lines += 1
                        return at
        return None

    def _quoted(self, chunk: bytes, at: int) -> int:
        stop = chunk.find(b'"', at)
        part = chunk[at:] if stop < 0 else chunk[at:stop]
        self.record.lines += part.count(b"\n")
        self.keep(part)
        if stop < 0:
            return len(chunk)
        self.state = "after quote"
        return stop + 1

    def _after_quote(self, chunk: bytes, at: int) -> tuple[int, bool]:
        sign = chunk[at : at + 1]
        if sign == b'"':
            self.keep(sign)
            self.state = "quoted"
        elif sign == self.delimiter:
            self.end_cell()
        elif sign == b"\n":
            self.end_cell()
            self.record.lines += 1
            return at + 1, True
        elif sign != b"\r":
            raise ValueError("a quotation mark stands in the middle of a cell")
        return at + 1, False


def walk(file: IO[bytes], start: int, delimiter: str, encoding: str, at_most: int) -> LongRecord:
    """The record that begins at byte `start`, looked at for `at_most` bytes."""
    walker = _Walker(delimiter.encode(), encoding)
    file.seek(start)
    position = start
    while position - start < at_most:
        chunk = file.read(_CHUNK)
        if not chunk:
            walker.record.closed = walker.state != "quoted"
            walker.record.end = position
            if walker.record.closed:
                walker.end_cell()
                walker.record.lines += 1
            return walker.record
        walker.record.end = position + len(chunk)
        try:
            end = walker.take(chunk)
        except ValueError:
            return walker.record
        if end is not None:
            walker.record.end, walker.record.closed = position + end, True
            return walker.record
        position += len(chunk)
    return walker.record
