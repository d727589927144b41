"""`evidence load`: files into the store. A load counts whole or not at all, once, and says what became of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from wraparound.evidence.store.batches import Batch, stage_batch
from wraparound.evidence.store.contents import Content, files_under, is_zip, opened, opened_members
from wraparound.evidence.store.engine import open_duckdb
from wraparound.evidence.store.manifests import Manifest, read_manifests
from wraparound.evidence.store.places import store_path
from wraparound.evidence.store.recognition import load_content, street_header
from wraparound.evidence.store.settling import settle
from wraparound.evidence.store.staging import Staged, macros
from wraparound.evidence.store.vintages import known_codes
from wraparound.evidence.store.words import Words
from wraparound.kit.errors import BadInput

CONTENT_AGAIN = "loaded before, with the same content"


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

    def add(self, manifest: Manifest, *, already_loaded: bool = False) -> None:
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
    """A content that was opened: staged now, loaded long ago, or to be staged with its batch."""

    shown: str
    content: Content
    staged: Staged | None = None
    manifest: Manifest | None = None


@dataclass
class _Run:
    """One `evidence load`: what was opened, in the order in which a first row counts as first."""

    connection: Any
    folder: Path
    loaded: dict[str, Manifest]  # by checksum, before this run
    taken: list[_Taken] = field(default_factory=list)
    failed: list[FileReport] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    batch: Batch = field(default_factory=Batch)
    words: Words = field(default_factory=Words)

    def take(self, path: Path) -> None:
        """Stage each content of a file, or keep it for its batch."""
        try:
            for content in _contents(path):
                self._take(path, content)
        except BadInput as error:
            self.failed.append(FileReport(str(path), error=error.sentence))
        except OSError as error:
            self.failed.append(FileReport(str(path), error=f"{path.name} can't be read: {error.strerror}."))

    def _take(self, path: Path, content: Content) -> None:
        one = _Taken(str(path), content, manifest=self.loaded.get(content.sha256))
        if one.manifest is None and content.sha256 not in self.seen:
            header = street_header(content)
            if header is not None:
                one.content = content.held_in(self.folder)
                self.batch.add(one.content, header)
            elif not self._stage(one):
                return
            self.seen.add(content.sha256)
        self.taken.append(one)
        if self.batch.is_full:
            self.read_batch()

    def _stage(self, one: _Taken) -> bool:
        try:
            one.staged = load_content(self.connection, one.content, self.folder)
        except BadInput as error:
            self.failed.append(FileReport(one.content.shown, error=error.sentence))
        return one.staged is not None

    def read_batch(self) -> None:
        """Stage the files that wait. One that can't be read with the others is read alone, and then fails alone."""
        batch, self.batch = self.batch, Batch()
        if not batch.contents:
            return
        staged, alone = stage_batch(self.connection, batch, self.folder, self.words)
        waiting = {one.content.sha256: one for one in self.taken if one.staged is None and one.manifest is None}
        for sha256, found in staged.items():
            waiting[sha256].staged = found
        refused = {content.sha256 for content in alone if not self._stage(waiting[content.sha256])}
        if refused:
            self.taken = [one for one in self.taken if one.content.sha256 not in refused]
        for content in batch.contents:
            if content.is_copy:
                content.path.unlink()


def load_paths(paths: Iterable[Path], store: Path | None = None) -> list[FileReport]:
    """Load files and folders. A file that can't be loaded has its error in its report; the others go on."""
    where = store or store_path()
    where.mkdir(parents=True, exist_ok=True)
    connection = open_duckdb(spill_to=where / "spill")
    macros(connection)
    known_codes(connection)
    with TemporaryDirectory(prefix="staged-", dir=where) as folder:
        run = _Run(connection, Path(folder), {one.sha256: one for one in read_manifests(where)})
        for path in files_under(paths):
            run.take(path)
        run.read_batch()
        settled = settle(connection, {one.content: one.staged for one in run.taken if one.staged}, where)
    connection.close()
    return _reports(run.taken, settled) + run.failed


def _contents(path: Path) -> Iterator[Content]:
    if path.exists() and is_zip(path):
        yield from opened_members(path)
    else:
        with opened(path) as content:
            yield content


def _reports(taken: Sequence[_Taken], settled: dict[str, Manifest]) -> list[FileReport]:
    """One report for each file, or for each kind of thing in an archive.

    Where an archive brings something new, what it repeats of earlier ones isn't kept again, and is counted so.
    """
    reports: dict[tuple[str, str], FileReport] = {}
    counted: set[str] = set()
    again: list[tuple[FileReport, Manifest]] = []
    for one in taken:
        sha256 = one.content.sha256
        manifest = one.manifest or settled[sha256]
        report = reports.setdefault((one.shown, manifest.kind), FileReport(one.shown, manifest.kind))
        if one.manifest is not None or sha256 in counted:
            again.append((report, manifest))
        else:
            report.add(manifest)
        counted.add(sha256)
    is_new = {id(report): not report.already_loaded for report in reports.values()}
    for report, manifest in again:
        if is_new[id(report)]:
            report.rows_read += manifest.rows_read
            report.set_aside.update({CONTENT_AGAIN: manifest.rows_read})
        else:
            report.add(manifest, already_loaded=True)
    return list(reports.values())
