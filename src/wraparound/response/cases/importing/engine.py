"""Going through the two files, batch by batch: the same for a preview, a dry run and the import itself.

Rows are judged one by one (purely), then a batch is settled: compared with the store and, in an import, written
together with how far it got. What happens to a row depends on the rows before it and the store alone, so an import
that was killed and goes on tells the same as one that never stopped.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Protocol

from wraparound.foundation.access.redaction import WITHHELD_CELL
from wraparound.kit.files import Problem, Row, Table
from wraparound.response.cases.importing import lookups
from wraparound.response.cases.importing.child_rows import JudgedChild, KnownIncident, incident_of, judge_child
from wraparound.response.cases.importing.columns import CHILDREN, INCIDENTS
from wraparound.response.cases.importing.facts import Facts
from wraparound.response.cases.importing.incident_rows import JudgedIncident, ParsedIncident, judge_incident
from wraparound.response.cases.importing.reading import Judged
from wraparound.response.cases.importing.store import PlacedChild
from wraparound.response.cases.importing.tally import ACCEPTED, CHANGED, REJECTED, UNCHANGED, Line, Tally
from wraparound.response.cases.importing.urgency import why_urgent

BATCH_ROWS = 500
BATCH_CHARACTERS = 4_000_000
_PART = "\x1f"


@dataclass
class Batch:
    """Some rows of one file, settled: what became of them, and what there is to write."""

    file: str
    tally: Tally = field(default_factory=Tally)
    lines: list[Line] = field(default_factory=list)
    new: list[ParsedIncident] = field(default_factory=list)
    changed: list[tuple[ParsedIncident, uuid.UUID]] = field(default_factory=list)
    children: list[PlacedChild] = field(default_factory=list)


class Effect(Protocol):
    """What a pass does with its batches."""

    def done(self, file: str) -> int:
        """How many rows of a file an earlier part has settled."""

    def settle(self, file: str, make: Callable[[], Batch], fraction: float) -> None:
        """Take a batch. `make` compares it with the store; it may be called again when the database was busy."""


class _Seen:
    """What stands in the file so far, in a few bytes a row: content, day and line by reference."""

    def __init__(self) -> None:
        self._rows: dict[bytes, bytes] = {}

    def add(self, key: str, digest: str, day: date, line: int) -> None:
        packed = bytes.fromhex(digest[:32]) + day.toordinal().to_bytes(4, "big") + line.to_bytes(5, "big")
        self._rows[key.encode()] = packed

    def get(self, key: str) -> tuple[bytes, date, int] | None:
        """The beginning of the digest, the day and the line of what stands under a key."""
        packed = self._rows.get(key.encode())
        if packed is None:
            return None
        return packed[:16], date.fromordinal(int.from_bytes(packed[16:20], "big")), int.from_bytes(packed[20:], "big")

    def forget(self, key: str) -> None:
        self._rows.pop(key.encode(), None)


@dataclass(frozen=True)
class _Taken:
    """A judged row, and whether it repeats one that stands in the file already."""

    row: Row
    judged: Judged
    is_repeat: bool = False


class Pass:
    """One pass over an incidents' file and, after it, a children's file."""

    def __init__(self, facts: Facts, effect: Effect, organisation_ids: Iterable[int]) -> None:
        self.facts, self.effect = facts, effect
        self.organisation_ids = list(organisation_ids)
        self._incidents, self._children = _Seen(), _Seen()
        self._forces: set[str] = set()
        self._rejected: dict[str, int] = {}

    # --- incidents ------------------------------------------------------------------------------------------

    def incidents(self, table: Table) -> None:
        """Go through the incidents. What an earlier part settled is judged again, to know what stands in the file."""
        for rows in _batches(islice(table, self.effect.done(INCIDENTS))):
            self._judge_incidents(rows)
        for rows in _batches(table):
            taken = self._judge_incidents(rows)
            self.effect.settle(INCIDENTS, lambda taken=taken: self._settle_incidents(taken), table.fraction)

    def _judge_incidents(self, rows: list[Row]) -> list[_Taken]:
        if _hold_withheld(rows):
            rows = lookups.restored_incidents(rows, self.facts, self.organisation_ids)
        return [self._judge_incident(row) for row in rows]

    def _judge_incident(self, row: Row) -> _Taken:
        judged = judge_incident(row, self.facts)
        parsed = judged.parsed
        if parsed is None:
            self._note_rejected(incident_of(row), row.line)
            return _Taken(row, judged)
        key = parsed.ref + _PART + parsed.force
        before = self._incidents.get(key)
        if before is None:
            self._incidents.add(key, parsed.digest, parsed.day, parsed.line)
            self._forces.add(parsed.force)
            return _Taken(row, judged)
        if before[0] == bytes.fromhex(parsed.digest[:32]):
            return _Taken(row, judged, is_repeat=True)
        return _Taken(row, JudgedIncident(row.line, _other_content("incident_ref", before[2]), judged.warnings))

    def _note_rejected(self, ref: str, line: int) -> None:
        if ref:
            self._rejected.setdefault(ref, line)

    def _settle_incidents(self, taken: list[_Taken]) -> Batch:
        batch = Batch(INCIDENTS)
        held = lookups.held_incidents(
            judged.parsed for t in taken if (judged := _incident(t)).parsed is not None and not t.is_repeat
        )
        for t in taken:
            judged = _incident(t)
            parsed = judged.parsed
            if parsed is None:
                self._reject(batch, t.row, judged)
                continue
            there = held.get((parsed.force, parsed.ref))
            if there is not None and there.organisation_id != parsed.owner:
                self._incidents.forget(parsed.ref + _PART + parsed.force)
                self._note_rejected(parsed.ref, parsed.line)
                problem = Problem(
                    "incident_ref", "This incident is held by another organisation. Only it may change it."
                )
                self._reject(batch, t.row, replace(judged, rejection=problem, parsed=None))
                continue
            self._accept(batch, judged)
            if t.is_repeat or (there is not None and there.digest == parsed.digest):
                batch.tally.add(UNCHANGED)
            elif there is not None:
                batch.tally.add(CHANGED)
                batch.changed.append((parsed, there.pk))
            else:
                batch.tally.add(ACCEPTED)
                batch.new.append(parsed)
        return batch

    # --- children -------------------------------------------------------------------------------------------

    def children(self, table: Table) -> None:
        """Go through the children, once the incidents were gone through."""
        for rows in _batches(islice(table, self.effect.done(CHILDREN))):
            self._judge_children(rows)
        for rows in _batches(table):
            taken = self._judge_children(rows)
            self.effect.settle(CHILDREN, lambda taken=taken: self._settle_children(taken), table.fraction)

    def _judge_children(self, rows: list[Row]) -> list[_Taken]:
        if _hold_withheld(rows):
            rows = lookups.restored_children(rows, self.facts, self.organisation_ids)
        elsewhere = {ref for row in rows if (ref := incident_of(row)) and self._in_file(ref) is None}
        stored = lookups.days_of_incidents(elsewhere - set(self._rejected), self.facts, self.organisation_ids)
        return [self._judge_child(row, stored) for row in rows]

    def _in_file(self, ref: str) -> KnownIncident | None:
        for force in sorted(self._forces):
            found = self._incidents.get(ref + _PART + force)
            if found is not None:
                return KnownIncident(day=found[1])
        if ref in self._rejected:
            return KnownIncident(rejected_line=self._rejected[ref])
        return None

    def _judge_child(self, row: Row, stored: dict[str, date]) -> _Taken:
        ref = incident_of(row)
        known = self._in_file(ref) or (KnownIncident(day=stored[ref]) if ref in stored else None)
        judged = judge_child(row, self.facts, known)
        parsed = judged.parsed
        if parsed is None:
            return _Taken(row, judged)
        key = parsed.incident_ref + _PART + parsed.child_ref
        before = self._children.get(key)
        if before is None:
            self._children.add(key, parsed.digest, date.min, parsed.line)
            return _Taken(row, judged)
        if before[0] == bytes.fromhex(parsed.digest[:32]):
            return _Taken(row, judged, is_repeat=True)
        return _Taken(row, JudgedChild(row.line, _other_content("child_ref", before[2]), judged.warnings))

    def _settle_children(self, taken: list[_Taken]) -> Batch:
        batch = Batch(CHILDREN)
        parsed_rows = [judged.parsed for t in taken if (judged := _child(t)).parsed is not None]
        refs = {parsed.incident_ref for parsed in parsed_rows}
        incidents = lookups.incidents_by_ref(refs, self.facts, self.organisation_ids, self._forces)
        held = lookups.held_exposures(incidents.values(), self.facts)
        for t in taken:
            judged = _child(t)
            parsed = judged.parsed
            if parsed is None:
                self._reject(batch, t.row, judged)
                continue
            self._accept(batch, judged)
            incident = incidents.get(parsed.incident_ref)  # not there yet in a preview of new incidents
            there = held.get((incident.pk, parsed.child_ref)) if incident is not None else None
            if t.is_repeat or (there is not None and there.digest == parsed.digest):
                batch.tally.add(UNCHANGED)
                continue
            batch.tally.add(CHANGED if there is not None else ACCEPTED)
            if incident is not None:
                batch.children.append(PlacedChild(parsed, incident, there.pk if there is not None else None))
        return batch

    # --- lines ----------------------------------------------------------------------------------------------

    def _reject(self, batch: Batch, row: Row, judged: Judged) -> None:
        assert judged.rejection is not None
        urgent = why_urgent(row, self.facts.import_rules)
        batch.tally.add(REJECTED)
        batch.lines.append(Line(batch.file, judged.line, judged.rejection, True, urgent, row))

    def _accept(self, batch: Batch, judged: Judged) -> None:
        batch.lines += [Line(batch.file, judged.line, warning) for warning in judged.warnings]


def _incident(taken: _Taken) -> JudgedIncident:
    assert isinstance(taken.judged, JudgedIncident)
    return taken.judged


def _child(taken: _Taken) -> JudgedChild:
    assert isinstance(taken.judged, JudgedChild)
    return taken.judged


def _other_content(column: str, line: int) -> Problem:
    return Problem(
        column,
        f"This reference stands in line {line} already, with other content. The first stands; correct one of them.",
    )


def _hold_withheld(rows: Iterable[Row]) -> bool:
    """Whether some cell says that it was withheld on its way out of an export."""
    return any(WITHHELD_CELL in value for row in rows for value in row.values.values())


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows by the batch: so many, or fewer where they are long."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(map(len, row.values.values()))
        if len(batch) >= BATCH_ROWS or size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
