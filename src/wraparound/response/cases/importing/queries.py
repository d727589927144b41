"""Reads of imports, narrowed to the clerk's own organisation."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from wraparound.foundation.access.decisions import get_visible, visible
from wraparound.foundation.partners.actors import Actor
from wraparound.response.cases.importing.effects import FINAL, PREVIEW
from wraparound.response.cases.models import ImportLine, ImportRun, UrgentRow
from wraparound.response.cases.states import ImportState

_MOST_REASONS = 40


def imports_of(actor: Actor) -> QuerySet[ImportRun]:
    """The imports of the actor's organisation."""
    return visible(actor, ImportRun.objects.select_related("started_by"))


def import_for(actor: Actor, pk: uuid.UUID) -> ImportRun:
    """One import; raises Unknown for another organisation's."""
    return get_visible(actor, ImportRun.objects.select_related("started_by", "organisation"), pk=pk)


def phase_of(run: ImportRun) -> str:
    """Which lines a run has now: those of its check, or those of the import."""
    return FINAL if run.state in (ImportState.RUNNING, ImportState.DONE, ImportState.REFUSED) else PREVIEW


def lines_for(actor: Actor, run: ImportRun, severity: str) -> QuerySet[ImportLine]:
    """The rejections ("rejected") or the warnings ("warning") of an import, in the order of the files."""
    rows = ImportLine.objects.filter(run=run, phase=phase_of(run), severity=severity)
    return visible(actor, rows).order_by("pk")


@dataclass(frozen=True)
class ByReason:
    """How often one thing is warned of."""

    file: str
    column: str
    reason: str
    count: int


def warnings_by_reason(actor: Actor, run: ImportRun) -> list[ByReason]:
    """What the warnings are about, the most frequent first."""
    if run.state == ImportState.PREVIEWED:
        return [ByReason(**found) for found in run.preview.get("by_reason", [])]
    rows = lines_for(actor, run, "warning").order_by().values("file", "column", "reason")
    counted = rows.annotate(count=Count("pk")).order_by("-count", "file", "column", "reason")[:_MOST_REASONS]
    return [ByReason(**found) for found in counted]


def urgent_rows(actor: Actor) -> QuerySet[UrgentRow]:
    """The urgent tasks of the actor's organisation that nobody has dealt with, the oldest first."""
    return (
        visible(actor, UrgentRow.objects.filter(dealt_with_at__isnull=True))
        .select_related("run")
        .order_by("created_at", "pk")
    )


def urgent_of_run(actor: Actor, run: ImportRun) -> list[UrgentRow]:
    """The urgent tasks that an import brought, open ones first."""
    rows = visible(actor, UrgentRow.objects.filter(run=run)).select_related("run")
    return sorted(rows, key=lambda row: (row.dealt_with_at is not None, row.file, row.line))


def urgent_for(actor: Actor, pk: uuid.UUID) -> UrgentRow:
    """One urgent task; raises Unknown for another organisation's."""
    return get_visible(actor, UrgentRow.objects.select_related("run"), pk=pk)


def rejected_row(actor: Actor, urgent: UrgentRow) -> ImportLine | None:
    """The row that an urgent task is about, as it came."""
    lines = visible(actor, ImportLine.objects.filter(run=urgent.run_id, phase=FINAL, severity="rejected"))
    return lines.filter(file=urgent.file, line=urgent.line).first()


@dataclass(frozen=True)
class Waiting:
    """What waits for a clerk."""

    to_confirm: int
    to_confirm_since: datetime | None
    urgent: int
    urgent_since: datetime | None
    last: ImportRun | None


def waiting_for(actor: Actor) -> Waiting:
    """What waits for the clerks of the actor's organisation. Three queries."""
    runs = visible(actor, ImportRun.objects.filter(state=ImportState.PREVIEWED))
    confirm = runs.aggregate(number=Count("pk"), oldest=Min("created_at"))
    urgent = urgent_rows(actor).order_by().aggregate(number=Count("pk"), oldest=Min("created_at"))
    last = visible(actor, ImportRun.objects.filter(state=ImportState.DONE)).order_by("-finished_at", "pk").first()
    return Waiting(confirm["number"], confirm["oldest"], urgent["number"], urgent["oldest"], last)
