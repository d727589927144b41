"""A manifest says what one load read, kept and set aside, and where it came from. It makes the load's rows count."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from wraparound.kit.errors import BadInput

FOLDER = "loads"


@dataclass(frozen=True)
class Manifest:
    """One load: `rows_read` = `rows_kept` + the sum of `set_aside`. `parts` are rows written, by dataset."""

    sha256: str  # of the content, uncompressed: the same months as .csv and .csv.gz are one load
    name: str  # the file's name, without the folders above it
    kind: str
    rows_read: int
    rows_kept: int
    set_aside: dict[str, int] = field(default_factory=dict)
    flags: dict[str, int] = field(default_factory=dict)
    months: tuple[str, ...] = ()
    forces: tuple[str, ...] = ()
    parts: dict[str, int] = field(default_factory=dict)
    quality: dict[str, Any] = field(default_factory=dict)  # by field: the share of kept rows without a value
    warnings: tuple[str, ...] = ()
    source: str = ""
    licence: str = ""
    loaded_at: str = ""
    is_synthetic: bool = False
    shared: dict[str, str] = field(
        default_factory=dict
    )  # by dataset: the part's name where other loads' rows lie in it

    def part(self, store: Path, dataset: str) -> Path:
        """The Parquet file in which the load's rows of a dataset lie."""
        return store / dataset / self.shared.get(dataset, f"{self.sha256}.parquet")

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


def read_manifests(store: Path) -> Iterator[Manifest]:
    """The loads of a store, oldest first. One whose parts aren't there didn't end, and isn't one."""
    found = [_read(path) for path in (store / FOLDER).glob("*.json")]
    there = {path for dataset in {name for one in found for name in one.parts} for path in _files(store / dataset)}
    ended = [one for one in found if all(one.part(store, name) in there for name in one.parts)]
    yield from sorted(ended, key=lambda one: (one.loaded_at, one.sha256))


def find_manifest(store: Path, sha256: str) -> Manifest | None:
    """The load of this content, if there was one that ended."""
    path = store / FOLDER / f"{sha256}.json"
    found = _read(path) if path.exists() else None
    return found if found and all(found.part(store, name).exists() for name in found.parts) else None


def _files(folder: Path) -> list[Path]:
    return [folder / name for name in os.listdir(folder)] if folder.is_dir() else []


def write_manifest(store: Path, manifest: Manifest) -> None:
    """Keep it, whole or not at all."""
    folder = store / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(manifest.as_json(), stream, ensure_ascii=False, indent=1)
    Path(name).replace(folder / f"{manifest.sha256}.json")


def _read(path: Path) -> Manifest:
    data = json.loads(path.read_text(encoding="utf-8"))
    for name in ("months", "forces", "warnings"):
        data[name] = tuple(data.get(name, ()))
    return Manifest(**data)


def forget_load(store: Path, begins: str) -> Manifest:
    """Take a load out of the store. Rows of later loads that were set aside for it don't come back: load them anew.

    Raises BadInput where none or several loads begin so.
    """
    found = [path for path in (store / FOLDER).glob("*.json") if begins and path.name.startswith(begins)]
    if len(found) != 1:
        raise BadInput(f"{'No load' if not found else 'More than one load'} begins with {begins or 'nothing'}.")
    manifest = _read(found[0])
    for dataset in manifest.shared:
        _take_out(manifest.part(store, dataset), manifest.sha256)
    found[0].unlink()
    for dataset in set(manifest.parts) - set(manifest.shared):
        manifest.part(store, dataset).unlink(missing_ok=True)
    return manifest


def _take_out(part: Path, sha256: str) -> None:
    """Write a part anew without a load's rows, in place of the old one. The last load leaves an empty part."""
    if not part.exists():
        return
    unfinished = part.with_suffix(".part")
    with pq.ParquetFile(part) as old, pq.ParquetWriter(unfinished, old.schema_arrow, compression="zstd") as new:
        for group in range(old.num_row_groups):
            rows = old.read_row_group(group)
            new.write_table(rows.filter(pc.field("load") != sha256))
    unfinished.replace(part)
