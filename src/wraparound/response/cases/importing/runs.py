"""The life of an import: a file is kept, checked, confirmed, imported; or cancelled; or refused with a sentence.

Whoever works on a run holds its lock (`locks`). A run whose worker died is taken up again from what was committed.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.notices.services import tell
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.queries import holders_of, organisation_of
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, NotNow
from wraparound.kit.events import emit
from wraparound.kit.files import FileRefused
from wraparound.response.cases.importing import sources
from wraparound.response.cases.importing.columns import CHILDREN, INCIDENTS
from wraparound.response.cases.importing.effects import LEASE, PREVIEW, Import, Preview, TakenOver, Tell, lines_of
from wraparound.response.cases.importing.engine import Effect, Pass
from wraparound.response.cases.importing.facts import Facts
from wraparound.response.cases.importing.locks import sole_worker
from wraparound.response.cases.importing.store import Writing
from wraparound.response.cases.models import ImportRun, UrgentRow
from wraparound.response.cases.permissions import check_can_import
from wraparound.response.cases.states import ImportState, after

UNCONFIRMED_FOR = timedelta(days=14)
AT_ONCE = 1_000_000  # bytes: about a day of a large force, and a second or two
_MOST_SHOWN_REASONS = 40


def upload(
    *,
    by: Actor,
    name: str,
    chunks: Iterable[bytes],
    children_name: str = "",
    children_chunks: Iterable[bytes] | None = None,
) -> ImportRun:
    """Keep the files that a clerk sent. The same files sent again lead to the import that isn't confirmed yet.

    Raises Refused unless a police clerk acts.
    """
    check_can_import(by)
    run = ImportRun(
        organisation=organisation_of(by),
        file_name=name[:200],
        children_name=children_name[:200],
        started_by_id=by.user_id,
    )
    _keep_files(run, chunks, children_chunks)
    with transaction.atomic():
        # One upload of an organisation at a time looks for its like.
        type(run.organisation).objects.select_for_update(no_key=True).get(pk=run.organisation_id)
        same = _like(run, (ImportState.UPLOADED, ImportState.PREVIEWING, ImportState.PREVIEWED, ImportState.RUNNING))
        if same is None:
            run.save(force_insert=True)
            log.write(by, "upload_import", run)
            return run
    sources.forget(run.pk)
    return same


def _keep_files(run: ImportRun, chunks: Iterable[bytes], children_chunks: Iterable[bytes] | None) -> None:
    try:
        kept = sources.keep(run.pk, INCIDENTS, chunks)
        run.file_path, run.file_digest, run.total_bytes = kept.path, kept.digest, kept.size
        if children_chunks is not None:
            kept = sources.keep(run.pk, CHILDREN, children_chunks)
            run.children_path, run.children_digest = kept.path, kept.digest
            run.total_bytes += kept.size
    except BaseException:
        sources.forget(run.pk)
        raise


def _like(run: ImportRun, states: Iterable[ImportState]) -> ImportRun | None:
    """An import of the same files, by the same organisation, in one of these states."""
    return ImportRun.objects.filter(
        organisation_id=run.organisation_id,
        started_by_id=run.started_by_id,
        file_digest=run.file_digest,
        children_digest=run.children_digest,
        state__in=[state.value for state in states],
    ).first()


def begin_from_command_line(*, file: str, children: str | None, organisation_id: int) -> tuple[ImportRun, bool]:
    """The run of a command: a new one, or the one of the same files that was cut off. Second: whether it goes on."""
    run = ImportRun(organisation_id=organisation_id, file_name=_name(file), children_name=_name(children or ""))
    _keep_files(run, sources.chunks_of(file), sources.chunks_of(children) if children else None)
    with lifted("import"), transaction.atomic():
        cut_off = _like(run, (ImportState.RUNNING,))
        if cut_off is None:
            _begin(run)
            return run, False
    if Path(_path(cut_off.file_path)).exists():
        sources.forget(run.pk)
    else:
        sources.move(run.pk, cut_off.pk)
    return cut_off, True


def begin_beside(run: ImportRun, *, file: str, children: str | None) -> ImportRun:
    """A run of the same files beside one that another process is at."""
    other = ImportRun(organisation_id=run.organisation_id, file_name=_name(file), children_name=_name(children or ""))
    _keep_files(other, sources.chunks_of(file), sources.chunks_of(children) if children else None)
    _begin(other)
    return other


def _begin(run: ImportRun) -> None:
    run.state = ImportState.RUNNING
    run.started_at = timezone.now()
    run.lease_until = timezone.now() + LEASE
    with lifted("import"):
        run.save(force_insert=True)
        log.write(system("import"), "begin_import", run)


def _path(kept: str) -> str:
    return str(Path(settings.VAR) / kept)


def _name(path: str) -> str:
    """A file's own name; a letter of it that isn't UTF-8 becomes a question mark."""
    return os.fsencode(path.rsplit("/", 1)[-1]).decode("utf-8", errors="replace")[:200]


def confirm(*, run: ImportRun, by: Actor) -> ImportRun:
    """Let what was checked be imported. Confirming again changes nothing.

    Raises NotNow where it wasn't checked, was cancelled or could not be read.
    """
    check(by, "confirm", run)
    with transaction.atomic():
        current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if current.state in (ImportState.RUNNING, ImportState.DONE):
            return current
        _move(current, "begin", "It wasn't checked yet, was cancelled, or couldn't be read.")
        current.rows_done = current.children_done = 0
        current.started_at = timezone.now()
        current.report = {"unknown": current.preview.get("unknown", {})}
        current.save()
        log.write(by, "confirm_import", current)
    return current


def cancel(*, run: ImportRun, by: Actor) -> ImportRun:
    """Drop what was uploaded and not confirmed, with its files. Cancelling again changes nothing."""
    check(by, "cancel", run)
    with transaction.atomic():
        current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if current.state == ImportState.CANCELLED:
            return current
        _cancel(current)
        log.write(by, "cancel_import", current)
    sources.forget(run.pk)
    return current


def _cancel(run: ImportRun) -> None:
    _move(run, "cancel", "It is being imported, or was. It can't be cancelled any more.")
    run.finished_at = timezone.now()
    run.save()
    lines_of(run.pk, PREVIEW).delete()


def _move(run: ImportRun, event: str, otherwise: str) -> None:
    state = after(run.state, event)
    if state is None:
        raise NotNow(otherwise)
    run.state = state


def deal_with(*, urgent: UrgentRow, how: str, by: Actor) -> UrgentRow:
    """Say what was done about a rejected row that could not wait. Saying it again changes nothing."""
    check(by, "deal_with", urgent)
    if not how.strip():
        raise BadInput("Say what you did: corrected and sent again, told the officer, or why nothing is needed.", "how")
    with transaction.atomic():
        current = UrgentRow.objects.select_for_update(of=("self",)).get(pk=urgent.pk)
        if current.dealt_with_at is None:
            current.dealt_with_at = timezone.now()
            current.dealt_with_how = how.strip()[:300]
            current.save(update_fields=["dealt_with_at", "dealt_with_how"])
            log.write(by, "deal_with_urgent_row", current)
    return current


def tell_of_urgent_rows(run_id: uuid.UUID) -> None:
    """Tell whoever imports a run, or every clerk of its force, that some of its rows can't wait. Once for a run."""
    run = ImportRun.objects.select_related("organisation", "started_by").get(pk=run_id)
    clerks = [run.started_by] if run.started_by is not None else holders_of(Role.POLICE_CLERK, run.organisation)
    tell(
        clerks,
        "urgent_rows",
        "Rejected rows of an import speak of high risk. They are in no case until they are corrected.",
        key=f"urgent-rows:{run.pk}",
        link=reverse("cases:urgent-list"),
        role=Role.POLICE_CLERK,
    )


# --- the work -----------------------------------------------------------------------------------------------


def start(run: ImportRun) -> None:
    """Have a run worked on: a day's file at once, a long one by a worker. Losing the call loses nothing (`take_up`)."""
    from wraparound.response.cases.tasks import work_on_import

    if run.total_bytes <= AT_ONCE and not connection.in_atomic_block:
        work_on(run.pk)
    else:
        transaction.on_commit(lambda: work_on_import.enqueue(str(run.pk)))


def take_up(now: datetime) -> int:
    """Have the runs worked on that somebody left behind. Returns how many."""
    from wraparound.response.cases.tasks import work_on_import

    found = left_behind(now)
    for run_id in found:
        ImportRun.objects.filter(pk=run_id).update(lease_until=now)  # so that it isn't taken up again at once
        work_on_import.enqueue(str(run_id))
    return len(found)


def work_on(run_id: uuid.UUID, tell: Tell | None = None, wait: float = 0.0) -> bool:
    """Check or import a run, whichever it waits for, from where it stands.

    False where there was nothing to do: another process is at it, or has finished it.
    """
    with lifted("import"), sole_worker(run_id, wait) as is_ours:
        if not is_ours:
            return False
        run = ImportRun.objects.select_related("organisation").get(pk=run_id)
        try:
            if run.state in (ImportState.UPLOADED, ImportState.PREVIEWING):
                _preview(run)
            elif run.state == ImportState.RUNNING:
                _import(run, tell)
            else:
                return False
        except FileRefused as refused:
            _refuse(run, refused.sentence)
        except TakenOver:
            return False
    return True


def _preview(run: ImportRun) -> None:
    run.state = ImportState.PREVIEWING
    run.lease_until = timezone.now() + LEASE
    run.rows_done = 0
    run.save()
    lines_of(run.pk, PREVIEW).delete()  # of a check that was cut off
    effect = Preview(run)
    facts, _ = sources.facts_for(run.organisation)
    told, unknown, columns = _go_through(run, facts, effect)
    by_reason = [
        {"file": file, "column": column, "reason": reason, "count": count}
        for (file, column, reason), count in effect.warnings.most_common(_MOST_SHOWN_REASONS)
    ]
    with transaction.atomic():
        run.preview = {
            "told": told,
            "unknown": unknown,
            "urgent": effect.urgent,
            "warnings": sum(effect.warnings.values()),
            "by_reason": by_reason,
            **{file: tally.as_json() for file, tally in effect.tallies.items()},
        }
        run.columns = columns
        run.rows_total = sum(tally.read for tally in effect.tallies.values())
        run.state = ImportState.PREVIEWED
        run.lease_until = None
        run.save()


def _import(run: ImportRun, tell: Tell | None) -> None:
    of_the_clerk = run.organisation if run.started_by_id else None
    facts, area = sources.facts_for(of_the_clerk, run.started_at, run.organisation_id)
    effect = Import(Writing(run, facts, area, system("import")), tell)
    _, unknown, columns = _go_through(run, facts, effect)
    with transaction.atomic():
        current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if current.state != ImportState.RUNNING:
            raise TakenOver
        current.report = {"incidents": {}, "children": {}, **effect.run.report, "unknown": unknown}
        current.columns = columns
        current.rows_total = current.rows_done + current.children_done
        current.state = ImportState.DONE
        current.finished_at = timezone.now()
        current.lease_until = None
        current.save()
        lines_of(run.pk, PREVIEW).delete()
        emit("cases.incidents_imported", run=run.pk)
    sources.forget(run.pk)


def _go_through(
    run: ImportRun, facts: Facts, effect: Effect
) -> tuple[dict[str, str], dict[str, list[str]], dict[str, list[str]]]:
    """Both files, one after the other. Gives how each was read, its unknown columns and its header."""
    names = {INCIDENTS: run.file_name, CHILDREN: run.children_name}
    children_path = _path(run.children_path) if run.children_path else None
    owners = {run.organisation_id, facts.fallback_owner, *facts.owners.values()}
    with sources.opened(_path(run.file_path), children_path, names) as (incidents, children):
        through = Pass(facts, effect, owners)
        through.incidents(incidents)
        if children is not None:
            through.children(children)
        tables = {INCIDENTS: incidents, CHILDREN: children}
        there: dict[str, Any] = {file: table for file, table in tables.items() if table is not None}
        return (
            {file: table.told for file, table in there.items()},
            {file: table.unknown_columns for file, table in there.items()},
            {file: table.columns for file, table in there.items()},
        )


def _refuse(run: ImportRun, sentence: str) -> None:
    """Keep why a file can't be read. What was committed before a file broke off in its middle stays."""
    with transaction.atomic():
        run.refresh_from_db()
        run.state = ImportState.REFUSED
        run.error = sentence[:500]
        run.finished_at = timezone.now()
        run.lease_until = None
        run.save()
        lines_of(run.pk, PREVIEW).delete()
    sources.forget(run.pk)


def left_behind(now: datetime) -> list[uuid.UUID]:
    """Runs that wait for work and at which nobody has worked for a while: their worker died, or never began."""
    waiting = ImportRun.objects.filter(
        state__in=[ImportState.UPLOADED, ImportState.PREVIEWING, ImportState.RUNNING]
    ).order_by("created_at")
    found = []
    for run in waiting:
        last = run.lease_until or run.started_at or run.created_at
        if last + LEASE < now:
            found.append(run.pk)
    return found


def tidy_up(now: datetime) -> int:
    """Cancel what was checked and then confirmed by nobody for a fortnight, and remove files that nothing needs."""
    dropped = 0
    for run in ImportRun.objects.filter(state=ImportState.PREVIEWED, created_at__lt=now - UNCONFIRMED_FOR):
        with transaction.atomic():
            current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
            if current.state != ImportState.PREVIEWED:
                continue
            _cancel(current)
            log.write(system("import"), "cancel_import", current)
        sources.forget(run.pk)
        dropped += 1
    over = (ImportState.DONE, ImportState.REFUSED, ImportState.CANCELLED)
    live = ImportRun.objects.exclude(state__in=over).values_list("pk", flat=True)
    return dropped + sources.sweep(set(live), now)
