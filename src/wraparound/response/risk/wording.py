"""Reading a file of licensed wording: item key and text, from CSV or JSON. Pure."""

from __future__ import annotations

import csv
import io
import json

from wraparound.kit.errors import BadInput

COLUMNS = ("key", "wording")
FIELD = "file"


def read_wording(name: str, content: bytes) -> dict[str, str]:
    """{item key: wording}. Raises BadInput, with the line where there is one, for what can't be read."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise BadInput(f"The file is not UTF-8 text: byte {wrong.start + 1} can't be read.", FIELD) from wrong
    found = _from_json(text) if name.lower().endswith(".json") else _from_csv(text)
    if not found:
        raise BadInput("The file has no wording in it.", FIELD)
    return found


LONGEST = 100_000


def _from_json(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise BadInput(f"Line {wrong.lineno}, column {wrong.colno}: {wrong.msg}.", FIELD) from wrong
    except RecursionError as wrong:
        raise BadInput("The file must be one object of keys and wordings, with no others inside.", FIELD) from wrong
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise BadInput('The file must be an object of keys and wordings: {"injury": "..."}.', FIELD)
    return found


def _from_csv(text: str) -> dict[str, str]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: dict[str, str] = {}
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        if sorted(header) != sorted(COLUMNS):
            raise BadInput("Line 1: the columns must be key and wording.", FIELD)
        for row in rows:
            if not any(row):
                continue
            if len(row) != len(header):
                raise BadInput(f"Line {rows.line_num}: {len(row)} cells where the header has 2.", FIELD)
            if max(map(len, row)) > LONGEST:  # said here too: another part of the process may allow csv more
                raise BadInput(f"Line {rows.line_num}: a field larger than {LONGEST:,} characters.", FIELD)
            cells = dict(zip(header, row, strict=True))
            key = cells["key"].strip()
            if key in found:
                raise BadInput(f"Line {rows.line_num}: the key “{key[:60]}” stands there twice.", FIELD)
            found[key] = cells["wording"].strip()
    except csv.Error as wrong:
        raise BadInput(f"Line {rows.line_num}: {wrong}.", FIELD) from wrong
    return found
