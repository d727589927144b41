"""What a pass over the files does: nothing but tell (a dry run), keep a preview, or import."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.partners.models import Organisation
from wraparound.kit.bulk import insert
from wraparound.kit.events import emit
from wraparound.kit.ids import ids_together
from wraparound.response.cases.importing.columns import CHILDREN, FILE_NAMES, INCIDENTS
from wraparound.response.cases.importing.engine import Batch
from wraparound.response.cases.importing.store import Writing, write_children, write_incidents
from wraparound.response.cases.importing.tally import Line, Tally
from wraparound.response.cases.models import ImportLine, ImportRun, UrgentRow
from wraparound.response.cases.states import ImportState

LEASE = timedelta(minutes=2)
PREVIEW, FINAL = "preview", "final"
_TRIES = 8
_SHOWN_WARNINGS = 200


Tell = Callable[[str], None]
"""Is told how far an import has come, in a sentence, after each batch."""


class TakenOver(Exception):
    """Another process goes on with this run: nothing of this batch was written here."""


class _Clock:
    """Turns rows and the part of the file that was read into a speed and a time left."""

    def __init__(self, tell: Tell | None) -> None:
        self.tell, self.began, self.rows = tell, time.monotonic(), 0

    def step(self, file: str, rows: int, fraction: float) -> None:
        """Tell that so many rows more were settled, and how much of the file was read."""
        self.rows += rows
        if self.tell is None:
            return
        seconds = max(time.monotonic() - self.began, 0.001)
        parts = [f"{self.rows:,} rows", f"{self.rows / seconds:,.0f} rows/s"]
        if fraction > 0:
            parts.insert(1, f"{fraction:.0%} of {FILE_NAMES[file]}")
            parts.append(f"about {seconds * (1 - fraction) / fraction:,.0f} s left")
        self.tell(", ".join(parts))


class DryRun:
    """Tells what an import would do. Writes nothing at all."""

    def __init__(self, tell: Tell | None = None) -> None:
        self.tallies = {INCIDENTS: Tally(), CHILDREN: Tally()}
        self.lines: list[Line] = []
        self._clock = _Clock(tell)

    def done(self, file: str) -> int:
        """Nothing was done before."""
        return 0

    def settle(self, file: str, make: Callable[[], Batch], fraction: float) -> None:
        """Count a batch and keep its lines, without the rows."""
        batch = make()
        for outcome, number in batch.tally.counts.items():
            self.tallies[file].counts[outcome] += number
        self.lines += [Line(x.file, x.line, x.problem, x.is_rejection, x.urgent_because) for x in batch.lines]
        self._clock.step(file, batch.tally.read, fraction)


class Preview:
    """Keeps what an import would do with its run: the numbers, every rejected row, the warnings by their reason."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self.tallies = {INCIDENTS: Tally(), CHILDREN: Tally()}
        self.warnings: Counter[tuple[str, str, str]] = Counter()
        self.urgent = 0
        self._shown = 0

    def done(self, file: str) -> int:
        """A preview begins at the beginning."""
        return 0

    def settle(self, file: str, make: Callable[[], Batch], fraction: float) -> None:
        """Keep a batch's numbers and lines."""
        batch = make()
        for outcome, number in batch.tally.counts.items():
            self.tallies[file].counts[outcome] += number
        kept = []
        for line in batch.lines:
            if line.is_rejection:
                self.urgent += bool(line.urgent_because)
                kept.append(line)
                continue
            self.warnings[file, line.problem.column, line.problem.reason] += 1
            if self._shown < _SHOWN_WARNINGS:
                self._shown += 1
                kept.append(line)
        with transaction.atomic():
            store_lines(self.run, PREVIEW, kept)
            done = self.tallies[INCIDENTS].read + self.tallies[CHILDREN].read
            ImportRun.objects.filter(pk=self.run.pk).update(rows_done=done, lease_until=timezone.now() + LEASE)


class Import:
    """Writes each batch in one transaction with how far the run got."""

    def __init__(self, writing: Writing, tell: Tell | None = None) -> None:
        self.writing, self.run = writing, writing.run
        self._clock = _Clock(tell)
        self._done = {INCIDENTS: self.run.rows_done, CHILDREN: self.run.children_done}

    def done(self, file: str) -> int:
        """How many rows of a file are committed."""
        return self._done[file]

    def settle(self, file: str, make: Callable[[], Batch], fraction: float) -> None:
        """Write a batch. Tries again when the database was busy; raises TakenOver where another process went on."""
        for attempt in range(_TRIES):
            try:
                with transaction.atomic(), ids_together():
                    batch, report = self._write(make)
                break
            except OperationalError:  # another writer held the database for too long, or a deadlock was broken
                if attempt == _TRIES - 1 or not connection.is_usable():
                    raise
                time.sleep(0.2 * 2**attempt)
        self.run.report = report
        self._done[file] += batch.tally.read
        self._clock.step(file, batch.tally.read, fraction)

    def _write(self, make: Callable[[], Batch]) -> tuple[Batch, dict[str, Any]]:
        # One import of an organisation at a time writes a batch: the next one sees what this one wrote.
        owners = sorted({*self.writing.facts.owners.values(), self.writing.facts.fallback_owner})
        list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=owners).order_by("pk"))
        batch = make()
        write_incidents(self.writing, batch.new, batch.changed)
        write_children(self.writing, batch.children)
        store_lines(self.run, FINAL, batch.lines)
        add_urgent_rows(self.run, batch.lines)
        return batch, self._mark(batch)

    def _mark(self, batch: Batch) -> dict[str, Any]:
        """Write how far the run got, if nobody else did meanwhile. Gives the numbers up to here."""
        report = dict(self.run.report)
        report[batch.file] = batch.tally.plus(report.get(batch.file, {}))
        column = {INCIDENTS: "rows_done", CHILDREN: "children_done"}[batch.file]
        changes: dict[str, Any] = {column: self._done[batch.file] + batch.tally.read}
        marked = ImportRun.objects.filter(
            pk=self.run.pk,
            state=ImportState.RUNNING,
            rows_done=self._done[INCIDENTS],
            children_done=self._done[CHILDREN],
        ).update(report=report, lease_until=timezone.now() + LEASE, **changes)
        if not marked:
            raise TakenOver
        if batch.tally.read > batch.tally.counts["unchanged"] + batch.tally.counts["rejected"]:
            numbers = {f"rows_{outcome}": number for outcome, number in batch.tally.as_json().items()}
            log.write(self.writing.by, "import_batch", self.run, matter_id=None, file=batch.file, **numbers)
        return report


def store_lines(run: ImportRun, phase: str, lines: Iterable[Line]) -> None:
    """Keep lines of the report; of a rejection with its row, to be corrected."""
    insert(ImportLine, [_stored(run, phase, line) for line in lines])


def _stored(run: ImportRun, phase: str, line: Line) -> dict[str, Any]:
    row: dict[str, Any] = {}
    if line.is_rejection and line.row is not None:
        row = {"values": line.row.values, "more": list(line.row.more)}
    return {
        "run_id": run.pk,
        "phase": phase,
        "file": line.file,
        "line": line.line,
        "severity": "rejected" if line.is_rejection else "warning",
        "column": _storable(line.problem.column)[:60],
        "shape": line.problem.shape[:100],
        "reason": _storable(line.problem.reason)[:300],
        "is_urgent": bool(line.urgent_because),
        "row": _storable(row),
    }


def _storable(row: Any) -> Any:
    """Text that any database can keep: PostgreSQL takes no NUL."""
    if isinstance(row, str):
        return row.replace("\x00", "")
    if isinstance(row, dict):
        return {_storable(key): _storable(value) for key, value in row.items()}
    return [_storable(part) for part in row]


def add_urgent_rows(run: ImportRun, lines: list[Line]) -> None:
    """Make a task of each rejected row that can't wait, once for its content. Emits ``cases.urgent_rows_found``."""
    found: dict[str, UrgentRow] = {}
    for line in lines:
        if line.urgent_because and line.row is not None:
            digest = _digest(line)
            found.setdefault(
                digest,
                UrgentRow(
                    run=run,
                    organisation_id=run.organisation_id,
                    clerk_id=run.started_by_id,
                    file=line.file,
                    line=line.line,
                    incident_ref=_storable(line.row.values.get("incident_ref", "").strip())[:100],
                    row_digest=digest,
                    why=line.urgent_because,
                ),
            )
    if not found:
        return
    known = UrgentRow.objects.filter(organisation_id=run.organisation_id, row_digest__in=list(found))
    for digest in known.values_list("row_digest", flat=True):
        del found[digest]
    if found:
        UrgentRow.objects.bulk_create(found.values(), ignore_conflicts=True)
        emit("cases.urgent_rows_found", run=run.pk)


def _digest(line: Line) -> str:
    assert line.row is not None
    content = [line.file, sorted(line.row.values.items()), list(line.row.more)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def seconds_left(run: ImportRun, now: datetime) -> tuple[float, float | None]:
    """Rows per second since a run began, and the seconds that it will take still, as far as can be told."""
    done = run.rows_done + run.children_done
    if run.started_at is None or not done:
        return 0.0, None
    speed = done / max((now - run.started_at).total_seconds(), 0.1)
    return speed, (run.rows_total - done) / speed if run.rows_total and speed else None


def lines_of(run_id: uuid.UUID, phase: str) -> Any:
    """The lines of a run, in the order of the files."""
    return ImportLine.objects.filter(run_id=run_id, phase=phase).order_by("pk")
