"""Records of a JSON-lines file: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

from wraparound.kit.files.rows import CELL_LIMIT, Problem, Row, column_name, too_long

_LINE_LIMIT = 2 * CELL_LIMIT


class _Twice(ValueError):
    """A name stands twice in one object."""


class JsonRows:
    """The objects of a file, a line each. Columns are met as they come: `columns` grows with them."""

    def __init__(self, file: IO[bytes], encoding: str, columns: list[str]) -> None:
        self.file, self.encoding, self.columns = file, encoding, columns
        self._known = set(columns)

    def __iter__(self) -> Iterator[Row]:
        line = 0
        while raw := self.file.readline(_LINE_LIMIT):
            line += 1
            if len(raw) >= _LINE_LIMIT and not raw.endswith(b"\n"):
                length = len(raw) + self._skip_line()
                yield Row(line, {}, too_long("", length, "bytes"))
            elif raw.strip():
                yield self._row(line, raw)

    def _skip_line(self) -> int:
        skipped = 0
        while part := self.file.readline(_LINE_LIMIT):
            skipped += len(part)
            if part.endswith(b"\n"):
                break
        return skipped

    def _row(self, line: int, raw: bytes) -> Row:
        try:
            found = json.loads(raw.decode(self.encoding), object_pairs_hook=_once_each)
        except _Twice as twice:
            return Row(line, {}, Problem(str(twice), "This name stands twice in the object of this line."))
        except (ValueError, RecursionError):
            return Row(line, {}, Problem("", "This line isn't a JSON object."))
        if not isinstance(found, dict):
            return Row(line, {}, Problem("", "This line isn't a JSON object."))
        values: dict[str, str] = {}
        problem = None
        for name, value in found.items():
            column = column_name(name)
            if column.lower() in self._known:
                column = column.lower()
            elif column not in self._known:
                self._known.add(column)
                self.columns.append(column)
            text = _text(value)
            if text is None:
                problem = Problem(column, "This value is an object or a list of such. Write it as text.")
                text = json.dumps(value)
            if len(text) > CELL_LIMIT:
                problem = too_long(column, len(text))
                text = text[:1000]
            values[column] = text
        return Row(line, values, problem)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(name)
        found[name] = value
    return found


def _whole(text: str) -> str:
    """Text without halves of letters, which JSON can say and no database can keep."""
    return text if text.isascii() else text.encode("utf-8", errors="replace").decode("utf-8")


def _text(value: Any) -> str | None:
    """A value as the cell of a table: a list of plain values is joined by semicolons. None where it can't be one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, list):
        parts = [_text(part) for part in value]
        if all(part is not None for part in parts) and not any(isinstance(part, list) for part in value):
            return ";".join(part for part in parts if part is not None)
    return None
