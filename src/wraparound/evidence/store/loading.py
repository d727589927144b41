"""`evidence load`: files into the store. A load counts whole or not at all, once, and says what became of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq

from wraparound.evidence.store.catalogue import DATASETS
from wraparound.evidence.store.contents import Content, files_under, is_zip, opened, opened_members
from wraparound.evidence.store.duplicates import find_repeats
from wraparound.evidence.store.engine import connect_duckdb, open_store
from wraparound.evidence.store.manifests import Manifest, find_manifest, write_manifest
from wraparound.evidence.store.places import store_path
from wraparound.evidence.store.police import months_in
from wraparound.evidence.store.profiles import Profile, profile
from wraparound.evidence.store.recognition import load_content
from wraparound.evidence.store.staging import COPY, Staged, macros, text
from wraparound.evidence.store.vintages import known_codes
from wraparound.kit.errors import BadInput

LOADED_BEFORE = "month_of_force_loaded_before"
MONTH_DIFFERS = "month_differs_from_name"
POLICE = {"street", "outcomes", "stop_search"}


@dataclass
class FileReport:
    """What became of one file, or of one kind of file in an archive."""

    path: str
    kind: str = ""
    rows_read: int = 0
    rows_kept: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    months: set[str] = field(default_factory=set)
    forces: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    already_loaded: bool = True
    error: str = ""

    def add(self, manifest: Manifest, *, already_loaded: bool) -> None:
        """Count a load in."""
        self.kind = manifest.kind
        self.rows_read += manifest.rows_read
        self.rows_kept += manifest.rows_kept
        self.set_aside.update(manifest.set_aside)
        self.flags.update(manifest.flags)
        self.months.update(manifest.months)
        self.forces.update(manifest.forces)
        self.warnings += [one for one in manifest.warnings if one not in self.warnings]
        self.already_loaded = self.already_loaded and already_loaded

    def as_json(self) -> dict[str, Any]:
        """As `evidence load --json` prints it."""
        if self.error:
            return {"path": self.path, "kind": self.kind or "unknown", "error": self.error} | _nothing()
        return {
            "path": self.path,
            "kind": self.kind,
            "rows_read": self.rows_read,
            "rows_kept": self.rows_kept,
            "set_aside": dict(self.set_aside),
            "flags": dict(self.flags),
            "months": sorted(self.months),
            "forces": sorted(self.forces),
            "warnings": self.warnings,
            "already_loaded": self.already_loaded,
        }


def _nothing() -> dict[str, Any]:
    return {"rows_read": 0, "rows_kept": 0, "set_aside": {}, "flags": {}, "months": [], "forces": []}


@dataclass
class _Taken:
    """A content that was opened: staged now, or loaded long ago."""

    shown: str
    content: Content
    staged: Staged | None
    manifest: Manifest | None


def load_paths(paths: Iterable[Path], store: Path | None = None) -> list[FileReport]:
    """Load files and folders. A file that can't be loaded has its error in its report; the others go on."""
    where = store or store_path()
    where.mkdir(parents=True, exist_ok=True)
    connection = connect_duckdb(spill_to=where / "spill").con
    macros(connection)
    known_codes(connection)
    with TemporaryDirectory(prefix="staged-", dir=where) as folder:
        taken: list[_Taken] = []
        failed: list[FileReport] = []
        seen: set[str] = set()
        for path in files_under(paths):
            _take(connection, path, where, Path(folder), taken, failed, seen)
        settled = _settle(connection, [one for one in taken if one.staged], where)
    connection.close()
    return _reports(taken, settled) + failed


def _take(
    connection: Any,
    path: Path,
    store: Path,
    folder: Path,
    taken: list[_Taken],
    failed: list[FileReport],
    seen: set[str],
) -> None:
    """Stage each content of a file."""
    try:
        for content in _contents(path):
            manifest = find_manifest(store, content.sha256)
            staged = None
            if manifest is None and content.sha256 not in seen:
                try:
                    staged = load_content(connection, content, folder)
                except BadInput as error:
                    failed.append(FileReport(content.shown, error=error.sentence))
                    continue
                seen.add(content.sha256)
            taken.append(_Taken(str(path), content, staged, manifest))
    except BadInput as error:
        failed.append(FileReport(str(path), error=error.sentence))
    except OSError as error:
        failed.append(FileReport(str(path), error=f"{path.name} can't be read: {error.strerror}."))


def _contents(path: Path) -> Iterator[Content]:
    if path.exists() and is_zip(path):
        yield from opened_members(path)
    else:
        with opened(path) as content:
            yield content


def _settle(connection: Any, taken: Sequence[_Taken], store: Path) -> dict[str, Manifest]:
    """Set repeats aside, move what stays into the store, and write the manifests last of all."""
    staged = {one.content.sha256: one for one in taken}
    before = open_store(store)
    loaded = {(m.kind, force, month) for m in before.manifests for force in m.forces for month in m.months}
    for dataset in DATASETS:
        having = {sha256: one.staged for sha256, one in staged.items() if one.staged and dataset in one.staged.parts}
        parts = [one.parts[dataset] for one in having.values()]
        repeats = find_repeats(connection, dataset, parts, before.parts(dataset))
        for number, (sha256, one) in enumerate(having.items()):
            mine = repeats.get(one.parts[dataset], {})
            one.set_aside_in(dataset, mine)
            target = store / dataset / f"{sha256}.parquet"
            one.parts[dataset] = _keep(connection, one, dataset, number, sum(mine.values()), target)
            if mine and dataset == one.counts_in:
                one.profile = profile(connection, dataset, target)
    manifests = {sha256: _manifest(connection, one, loaded) for sha256, one in staged.items()}
    for manifest in manifests.values():
        write_manifest(store, manifest)
    return manifests


def _keep(connection: Any, staged: Staged, dataset: str, number: int, repeats: int, target: Path) -> Path:
    """The rows of a part that have no reason to be set aside, in the store."""
    part = staged.parts[dataset]
    target.parent.mkdir(parents=True, exist_ok=True)
    if not repeats and staged.profile and not staged.profile.reasons:
        part.replace(target)
        return target
    unfinished = target.with_suffix(".part")
    connection.execute(
        f"copy (select * exclude (file_row_number) from read_parquet({text(part)}, file_row_number=true)"
        f" where reason is null and file_row_number not in (select row from repeat where part = {number}))"
        f" to {text(unfinished)} {COPY}"
    ).fetchall()
    unfinished.replace(target)
    part.unlink()
    return target


def _manifest(connection: Any, taken: _Taken, loaded: set[tuple[str, str, str]]) -> Manifest:
    """What the load did, with the quality of what was kept."""
    staged, content = taken.staged, taken.content
    assert staged is not None
    found = staged.profile or profile(connection, staged.counts_in, staged.parts[staged.counts_in])
    kept = {dataset: pq.read_metadata(path).num_rows for dataset, path in staged.parts.items()}
    flags, warnings = Counter(found.flags) + staged.flags, list(staged.warnings)
    flags.update(dict.fromkeys(found.flags, 0))
    _tell_months(found, staged, content, flags, warnings)
    again = sorted(f"{f} {month}" for f in found.forces for month in found.months if (staged.kind, f, month) in loaded)
    if again and staged.counts_in in POLICE:
        flags[LOADED_BEFORE] = kept[staged.counts_in]
        warnings.append(
            f"Another file of {', '.join(again)} is in the store already. Rows with an id count once; rows without one"
            " can't be told apart, and count again. See `evidence list` and `evidence forget`."
        )
    return Manifest(
        sha256=content.sha256,
        name=content.name,
        kind=staged.kind,
        rows_read=staged.rows_read,
        rows_kept=staged.rows_read - staged.set_aside.total(),
        set_aside=dict(staged.set_aside),
        flags=dict(flags),
        months=tuple(found.months),
        forces=found.forces,
        parts=kept,
        quality=found.quality,
        warnings=tuple(warnings),
        source=staged.source,
        licence=staged.licence,
        loaded_at=datetime.now(UTC).isoformat(timespec="microseconds"),
        is_synthetic=staged.is_synthetic,
    )


def _tell_months(found: Profile, staged: Staged, content: Content, flags: Counter[str], warnings: list[str]) -> None:
    """Flag rows of another month than the name of the file or of its folder claims. The record is believed."""
    claimed = months_in(content.name) if staged.counts_in in POLICE else set()
    differing = sum(count for month, count in found.months.items() if claimed and claimed != {month})
    if differing:
        flags[MONTH_DIFFERS] = differing
        warnings.append(
            f"The name says {' and '.join(sorted(claimed))}, the records say {', '.join(found.months)}."
            " The records are believed."
        )


def _reports(taken: Sequence[_Taken], settled: dict[str, Manifest]) -> list[FileReport]:
    """One report for each file, or for each kind of thing in an archive."""
    reports: dict[tuple[str, str], FileReport] = {}
    counted: set[str] = set()
    for one in taken:
        sha256 = one.content.sha256
        manifest = one.manifest or settled[sha256]
        report = reports.setdefault((one.shown, manifest.kind), FileReport(one.shown))
        report.add(manifest, already_loaded=one.manifest is not None or sha256 in counted)
        counted.add(sha256)
    return list(reports.values())
