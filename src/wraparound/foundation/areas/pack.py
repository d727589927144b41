"""Reading a reference pack: plain files that make the programme one area's (docs/reference/pack-format.md).

A mistake in a pack is told with its file, line and column, so that whoever keeps the pack can correct it.
"""

from __future__ import annotations

import csv
import functools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO, TypeVar

from django.conf import settings
from pydantic import BaseModel, ConfigDict, ValidationError

from wraparound.kit.errors import Stop

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_YES_NO = {"yes": True, "no": False}
M = TypeVar("M", bound=BaseModel)


class PackError(Stop):
    """A pack that can't be read. The sentence names the file, and the line and column where there are such."""


class AreaKey(BaseModel):
    """Which area, beyond doubt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    kind: str
    vintage: str


class About(BaseModel):
    """What `pack.json` says of the pack."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str
    title: str
    header_name: str
    is_invented: bool
    area: AreaKey  # the partnership's
    region: AreaKey | None = None  # the wider one that the police or the MARAC works in
    marac_organisation: str
    helpline_service: str = ""
    place_names: tuple[str, ...] = ()
    attribution: tuple[str, ...] = ()


class Row(dict[str, str]):
    """One line of a CSV file: its cells by column, stripped, and where it stands."""

    def __init__(self, cells: dict[str, str], file: str, line: int) -> None:
        super().__init__(cells)
        self.file = file
        self.line = line

    def error(self, column: str, why: str) -> PackError:
        """What is wrong with one of its cells."""
        return PackError(f"{self.file}, line {self.line}, column {column}: {why}")

    def needed(self, column: str) -> str:
        """A cell that must be filled. Raises PackError when it is empty."""
        value = self.get(column, "")
        if not value:
            raise self.error(column, "this must be filled in.")
        return value

    def flag(self, column: str) -> bool:
        """A cell that says yes or no. Raises PackError for anything else."""
        value = self.needed(column)
        if value not in _YES_NO:
            raise self.error(column, f"write yes or no, not {value!r}.")
        return _YES_NO[value]

    def day(self, column: str) -> date:
        """A cell with a date written as 2026-11-02. Raises PackError for anything else."""
        value = self.needed(column)
        try:
            return date.fromisoformat(value)
        except ValueError as wrong:
            raise self.error(column, f"write a date as 2026-11-02, not {value!r}.") from wrong

    def number(self, column: str) -> int | None:
        """A cell with a whole number from nought up, or None where it is empty. Raises PackError otherwise."""
        value = self.get(column, "")
        if not value:
            return None
        if not (value.isascii() and value.isdecimal()):
            raise self.error(column, f"write a whole number, not {value!r}.")
        return int(value)

    def one_of(self, column: str, allowed: Sequence[str]) -> str:
        """A cell with one of some codes. Raises PackError, naming them, for anything else."""
        value = self.needed(column)
        if value not in allowed:
            raise self.error(column, f"{value!r} is none of {', '.join(allowed)}.")
        return value


@dataclass(frozen=True)
class Pack:
    """One area's reference data: a folder of CSV, JSON and GeoJSON files, and nothing that runs."""

    slug: str
    title: str
    path: Path
    about: About

    def has(self, name: str) -> bool:
        """Whether the pack has this file."""
        return (self.path / name).is_file()

    def files(self, folder: str, ending: str) -> list[str]:
        """The names, with their folder, of the files of one folder that end so, in order."""
        return sorted(f"{folder}/{file.name}" for file in (self.path / folder).glob(f"*{ending}"))

    def rows(self, name: str, columns: Sequence[str] = ()) -> Iterator[Row]:
        """The lines of a CSV file. `columns` must be among its header; others are handed over too.

        Raises PackError for a missing file or column, a line with too many or too few cells, or bad encoding.
        """
        where = f"{self.slug}/{name}"
        with _opened(self.path / name, where) as file:
            reader = csv.reader(file, strict=True)
            try:
                header = [column.strip() for column in next(reader, [])]
                _check_header(where, header, columns)
                line = reader.line_num + 1
                for cells in reader:
                    if any(cells):
                        yield _row(where, line, header, cells)
                    line = reader.line_num + 1
            except csv.Error as wrong:
                raise PackError(f"{where}, line {reader.line_num}: {wrong}.") from wrong
            except UnicodeDecodeError as wrong:
                raise PackError(f"{where}: line {reader.line_num + 1} or after is not UTF-8 text.") from wrong

    def json(self, name: str) -> Any:
        """A JSON file. Raises PackError for a missing file or broken JSON, with its line and column."""
        return read_json(self.path / name, f"{self.slug}/{name}")


def read_json(path: Path, where: str) -> Any:
    """A JSON file of a pack, called `where` in messages. Raises PackError as `Pack.json` does."""
    with _opened(path, where) as file:
        try:
            return json.load(file)
        except json.JSONDecodeError as wrong:
            raise PackError(f"{where}, line {wrong.lineno}, column {wrong.colno}: {wrong.msg}.") from wrong
        except UnicodeDecodeError as wrong:
            raise PackError(f"{where} is not UTF-8 text.") from wrong


def _opened(path: Path, where: str) -> TextIO:
    try:
        return path.open(encoding="utf-8-sig", newline="")
    except FileNotFoundError as missing:
        raise PackError(f"The pack has no file {where}.") from missing


def open_pack(slug: str) -> Pack:
    """The pack of that name in the packs' folder. Raises PackError where there is none, or its pack.json is wrong."""
    return _open_pack(Path(settings.PACKS_DIR), slug)


def current_pack() -> Pack:
    """The pack that this installation runs (setting WRAPAROUND_PACK)."""
    return open_pack(settings.PACK)


@functools.cache
def _open_pack(folder: Path, slug: str) -> Pack:
    path = folder / slug
    if not _SLUG.fullmatch(slug) or not path.is_dir():
        there = ", ".join(sorted(p.parent.name for p in folder.glob("*/pack.json"))) or "none"
        raise PackError(f"There is no pack {slug!r}. Packs that are here: {there}.")
    about = checked(About, read_json(path / "pack.json", f"{slug}/pack.json"), f"{slug}/pack.json")
    if about.slug != slug:
        raise PackError(f"{slug}/pack.json, slug: it says {about.slug!r}, but its folder is {slug!r}.")
    return Pack(slug, about.title, path, about)


def checked(model: type[M], value: object, where: str) -> M:
    """`value` as a `model`. Raises PackError naming the first wrong part by its path, after `where`."""
    try:
        return model.model_validate(value)
    except ValidationError as wrong:
        raise PackError(f"{where}, {first_mistake(wrong)}") from wrong


def first_mistake(wrong: ValidationError) -> str:
    """The first thing that a schema found wrong, with its path: "params.bands.0.grade: Field required."."""
    first = wrong.errors()[0]
    path = ".".join(str(part) for part in first["loc"]) or "the whole of it"
    more = wrong.error_count() - 1
    return f"{path}: {first['msg']}." + (f" ({more} more mistakes follow.)" if more else "")


def _check_header(where: str, header: list[str], columns: Sequence[str]) -> None:
    missing = [column for column in columns if column not in header]
    if missing:
        raise PackError(f"{where}, line 1: the column {missing[0]} is missing.")
    twice = [column for column in header if header.count(column) > 1]
    if twice:
        raise PackError(f"{where}, line 1: the column {twice[0]} stands there twice.")


def _row(where: str, line: int, header: list[str], cells: list[str]) -> Row:
    if len(cells) != len(header):
        raise PackError(f"{where}, line {line}: {len(cells)} cells where the header has {len(header)}.")
    return Row({column: cell.strip() for column, cell in zip(header, cells, strict=True)}, where, line)
