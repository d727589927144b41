"""`evidence load`: files into the store. A load counts whole or not at all, once, and says what became of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from wraparound.evidence.store.catalogue import DATASETS
from wraparound.evidence.store.contents import Content, files_under, is_zip, opened, opened_members
from wraparound.evidence.store.duplicates import find_repeats
from wraparound.evidence.store.engine import connect_duckdb, open_store
from wraparound.evidence.store.manifests import Manifest, find_manifest, write_manifest
from wraparound.evidence.store.places import store_path
from wraparound.evidence.store.recognition import load_content
from wraparound.evidence.store.staging import COPY, Staged, macros, text
from wraparound.kit.errors import BadInput

ALWAYS_TOLD = {"no_id", "no_lsoa", "no_coordinates"}
LOADED_BEFORE = "month_of_force_loaded_before"


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
            part = one.parts[dataset]
            one.set_aside_in(dataset, repeats.get(part, {}))
            one.parts[dataset] = _keep(connection, part, number, store / dataset / f"{sha256}.parquet")
    manifests = {sha256: _manifest(connection, one, loaded) for sha256, one in staged.items()}
    for manifest in manifests.values():
        write_manifest(store, manifest)
    return manifests


def _keep(connection: Any, part: Path, number: int, target: Path) -> Path:
    """The rows of a part that have no reason to be set aside, in the store."""
    target.parent.mkdir(parents=True, exist_ok=True)
    dropped = connection.execute(
        f"select (select count(*) from repeat where part = {number})"
        f" + (select count(reason) from read_parquet({text(part)}))"
    ).fetchone()[0]
    if dropped:
        unfinished = target.with_suffix(".part")
        connection.execute(
            f"copy (select * exclude (file_row_number) from read_parquet({text(part)}, file_row_number=true)"
            f" where reason is null and file_row_number not in (select row from repeat where part = {number}))"
            f" to {text(unfinished)} {COPY}"
        ).fetchall()
        unfinished.replace(target)
        part.unlink()
    else:
        part.replace(target)
    return target


def _manifest(connection: Any, taken: _Taken, loaded: set[tuple[str, str, str]]) -> Manifest:
    """What the load did, with the quality of what was kept."""
    staged, content = taken.staged, taken.content
    assert staged is not None
    kept = {dataset: _count(connection, path) for dataset, path in staged.parts.items()}
    main = staged.parts[staged.counts_in]
    quality, flags, months, forces = _quality(connection, staged.counts_in, main)
    again = sorted(
        f"{force or 'a force'} {month}" for force in forces for month in months if (staged.kind, force, month) in loaded
    )
    warnings = list(staged.warnings)
    if again and staged.counts_in in {"street", "stop_search", "outcomes"}:
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
        flags=flags | dict(staged.flags),
        months=tuple(months),
        forces=tuple(f for f in forces if f),
        parts=kept,
        quality=quality,
        warnings=tuple(warnings),
        source=staged.source,
        licence=staged.licence,
        loaded_at=datetime.now(UTC).isoformat(timespec="microseconds"),
        is_synthetic=staged.is_synthetic,
    )


def _count(connection: Any, path: Path) -> int:
    return int(connection.execute(f"select count(*) from read_parquet({text(path)})").fetchone()[0])


def _quality(
    connection: Any, dataset: str, path: Path
) -> tuple[dict[str, float], dict[str, int], list[str], list[str]]:
    """By column the share of rows without a value; rows with each flag; the months and the forces."""
    known = DATASETS[dataset]
    source = f"read_parquet({text(path)})"
    flags = [c.name for c in known.columns if c.name in ALWAYS_TOLD]
    asked = ["count(*)"]
    asked += [
        f"count(*) filter ({n} is null or {n} = '')" if t == "string" else f"count(*) - count({n})"
        for n, t in _typed(known)
    ]
    asked += [f"count(*) filter ({name})" for name in flags]
    found = connection.execute(f"select {', '.join(asked)} from {source}").fetchone()
    rows, missing, flagged = found[0], found[1 : -len(flags) or None], found[len(found) - len(flags) :]
    quality = {
        name: round(count / rows, 6) if rows else 0.0 for (name, _), count in zip(_typed(known), missing, strict=True)
    }
    months: list[str] = []
    if "month" in known.names:
        listed = connection.execute(f"select distinct strftime(month, '%Y-%m') from {source} order by 1").fetchall()
        months = [month for (month,) in listed if month]
    forces: list[str] = []
    if "force" in known.names:
        forces = [
            force or "" for (force,) in connection.execute(f"select distinct force from {source} order by 1").fetchall()
        ]
    plain = {name.strip('"'): share for name, share in quality.items()}
    return plain, dict(zip(flags, flagged, strict=True)), months, forces


def _typed(known: Any) -> list[tuple[str, str]]:
    return [(f'"{c.name}"', c.type) for c in known.columns if c.name not in ALWAYS_TOLD and c.name != "load"]


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
