"""What a file is, by what stands in it. Its name counts for nothing."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wraparound.evidence.store import deprivation, geography, offences, police, populations, recorded, supplied, weights
from wraparound.evidence.store.contents import Content
from wraparound.evidence.store.staging import Csv, Staged
from wraparound.kit.errors import BadInput

HEAD = 65_536
SHOWN = 90  # characters of a header that isn't known
Load = Callable[[Any, Csv, Content, Path], Staged]
KNOWN = "docs/reference/evidence-files.md lists the files that can be loaded."


@dataclass(frozen=True)
class Shape:
    """Columns that make a CSV what it is, in small letters, and what loads it."""

    columns: frozenset[str]
    load: Load


def _shape(columns: str, load: Load) -> Shape:
    return Shape(frozenset(columns.split("|")), load)


# The first that fits counts. What needs more columns stands before what needs fewer.
SHAPES = (
    _shape("offence_id|offence_code|from", offences.load_offences),
    _shape("month|crime type", police.load_street),
    _shape("month|outcome type", police.load_outcomes),
    _shape("type|date|object of search", police.load_stop_search),
    _shape("scheme|item|value|seen_at|kind_of_source", weights.refuse_quotations),
    _shape("scheme|kind|by|item|weight", weights.load_weights),
    _shape("section|series|start|end|value", supplied.load_supplied),
    _shape("area_code|area_kind|vintage|date|measure|value", populations.load_long),
    _shape("lsoa|vintage|edition|domain|rank|decile", deprivation.load_long),
    _shape("from_code|from_kind|from_vintage|to_code|to_kind|to_vintage", geography.load_lookup),
    _shape("lsoa11|wardcode|ward|share", geography.load_best_fit),
)


def load_content(connection: Any, content: Content, folder: Path) -> Staged:
    """Stage what a content holds. Raises BadInput with a sentence where it is none that is known, or no good one."""
    with content.path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head.strip():
        raise BadInput("The file is empty.")
    name = Path(content.name).name
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if start[:4] == b"PAR1":
        return _load_parquet(connection, content, folder)
    if start[:2] == b"PK":
        return geography.load_workbook(connection, content, folder)
    if start[:1] in (b"[", b"{"):
        return _load_json(connection, content, folder, start)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadInput(f"{name} is in UTF-16. Save it as UTF-8 (in Excel: CSV UTF-8) and load that.")
    if b"\0" in head or not any(sign in head for sign in b"\r\n,;\t"):  # a header alone may end without a line's end
        raise BadInput(f"{name} is no table, JSON or workbook. {KNOWN}")
    return _load_csv(connection, content, folder, head)


def _load_json(connection: Any, content: Content, folder: Path, start: bytes) -> Staged:
    if start[:1] == b"[":
        told = next((t for t in (p.read_bytes()[:HEAD] for p in content.members) if b'"category"' in t), start)
        if b'"category"' in told and b'"month"' in told:
            return police.load_api(connection, content, folder)
        if start.strip() == b"[]":
            raise BadInput("The file holds no records.")
    elif b'"FeatureCollection"' in start:
        return geography.load_boundaries(connection, content, folder)
    try:
        json.loads(content.path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(f"{Path(content.name).name} isn't whole JSON: {error}.") from error
    raise BadInput(f"{Path(content.name).name} is JSON of a kind that isn't known. {KNOWN}")


def street_header(content: Content) -> list[str] | None:
    """The columns of a street CSV with commas, which can be read together with others; nothing where it isn't one."""
    with content.path.open("rb") as stream:
        head = stream.read(HEAD).removeprefix(b"\xef\xbb\xbf")
    if head[:1] in b"\r\n\t [{" or head[:4] == b"PAR1" or head[:2] == b"PK" or b"\0" in head or b"\n" not in head:
        return None
    header, delimiter = _header(head)
    names = frozenset(name.strip().lower() for name in header)
    shape = next((one for one in SHAPES if one.columns <= names), None)
    return header if delimiter == "," and shape is not None and shape.load is police.load_street else None


def _header(head: bytes) -> tuple[list[str], str]:
    line = head.lstrip(b"\xef\xbb\xbf").replace(b"\r", b"\n").lstrip(b"\n").split(b"\n")[0].decode("utf-8", "replace")
    delimiter = max(",;\t|", key=line.count)
    return next(csv.reader([line], delimiter=delimiter), []), delimiter


def _load_csv(connection: Any, content: Content, folder: Path, head: bytes) -> Staged:
    header, delimiter = _header(head)
    read = Csv(connection, content.path, header, delimiter)
    names = frozenset(read.header)
    for shape in SHAPES:
        if shape.columns <= names:
            return shape.load(connection, read, content, folder)
    for recognise in (populations.recognise, deprivation.recognise, geography.recognise, recorded.recognise):
        load = recognise(read)
        if load is not None:
            return load(connection, read, content, folder)
    shown = ", ".join(header)[:SHOWN]
    raise BadInput(f"{Path(content.name).name} begins with “{shown}”, which is no table that is known here. {KNOWN}")


def _load_parquet(connection: Any, content: Content, folder: Path) -> Staged:
    """A Parquet table is read as the same table in CSV would be."""
    from wraparound.evidence.store.staging import text

    target = folder / f"{content.sha256}.csv"
    connection.execute(
        f"copy (select * from read_parquet({text(content.path)})) to {text(target)} (header, delimiter ',')"
    )
    as_csv = Content(content.shown, content.name, target, content.sha256)
    try:
        with target.open("rb") as stream:
            return _load_csv(connection, as_csv, folder, stream.read(HEAD))
    finally:
        target.unlink()
