"""A manifest says what one load read, kept and set aside, and where it came from. It makes the load's rows count."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

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
    found = [one for path in (store / FOLDER).glob("*.json") for one in _read(path)]
    there = {path for dataset in {name for one in found for name in one.parts} for path in _files(store / dataset)}
    ended = [one for one in found if all(one.part(store, name) in there for name in one.parts)]
    last = {one.sha256: one for one in sorted(ended, key=lambda one: (one.loaded_at, one.sha256))}
    yield from sorted(last.values(), key=lambda one: (one.loaded_at, one.sha256))


def _files(folder: Path) -> list[Path]:
    return [folder / name for name in os.listdir(folder)] if folder.is_dir() else []


def write_manifest(store: Path, manifest: Manifest) -> None:
    """Keep it, whole or not at all."""
    _write(store / FOLDER / f"{manifest.sha256}.json", [manifest])


def write_manifests(store: Path, manifests: Iterable[Manifest]) -> None:
    """Keep the manifests of one run: those whose parts are shared together, for they may be thousands."""
    together: list[Manifest] = []
    for one in manifests:
        if one.shared:
            together.append(one)
        else:
            write_manifest(store, one)
    if together:
        digest = hashlib.sha256("".join(one.sha256 for one in together).encode()).hexdigest()
        _write(store / FOLDER / f"shared-{digest}.json", together)


def _write(path: Path, manifests: Sequence[Manifest]) -> None:
    """One manifest as an object to be read by people; several as a list, one a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if len(manifests) == 1:
        told = json.dumps(manifests[0].as_json(), ensure_ascii=False, indent=1)
    else:
        told = "[" + ",\n".join(json.dumps(one.as_json(), ensure_ascii=False) for one in manifests) + "]"
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(told)
    Path(name).replace(path)


def _read(path: Path) -> list[Manifest]:
    found = json.loads(path.read_text(encoding="utf-8"))
    manifests = found if isinstance(found, list) else [found]
    for data in manifests:
        for name in ("months", "forces", "warnings"):
            data[name] = tuple(data.get(name, ()))
    return [Manifest(**data) for data in manifests]


def forget_load(store: Path, begins: str) -> Manifest:
    """Take a load out of the store. Rows of later loads that were set aside for it don't come back: load them anew.

    Raises BadInput where none or several loads begin so.
    """
    kept = {path: _read(path) for path in (store / FOLDER).glob("*.json")}
    found = {one.sha256: one for those in kept.values() for one in those if begins and one.sha256.startswith(begins)}
    if len(found) != 1:
        raise BadInput(f"{'No load' if not found else 'More than one load'} begins with {begins or 'nothing'}.")
    manifest = next(iter(found.values()))
    for dataset in manifest.shared:
        _take_out(manifest.part(store, dataset), manifest.sha256)
    for path, those in kept.items():
        others = [one for one in those if one.sha256 != manifest.sha256]
        if not others:
            path.unlink()
        elif len(others) < len(those):
            _write(path, others)
    for dataset in set(manifest.parts) - set(manifest.shared):
        manifest.part(store, dataset).unlink(missing_ok=True)
    return manifest


def _take_out(part: Path, sha256: str) -> None:
    """Write a part anew without a load's rows, in place of the old one. The last load leaves an empty part."""
    if not part.exists():
        return
    import pyarrow.compute as pc  # here, so that reading manifests doesn't wait for it
    import pyarrow.parquet as pq

    unfinished = part.with_suffix(".part")
    with pq.ParquetFile(part) as old, pq.ParquetWriter(unfinished, old.schema_arrow, compression="zstd") as new:
        for group in range(old.num_row_groups):
            rows = old.read_row_group(group)
            new.write_table(rows.filter(pc.field("load") != sha256))
    unfinished.replace(part)
