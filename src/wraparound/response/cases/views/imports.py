"""The pages of imports: upload, check, confirm, report; and the rows that can't wait."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.web import Request, for_roles
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, Unknown
from wraparound.kit.paging import page_of
from wraparound.response.cases.forms.imports import DealtWithForm, UploadForm
from wraparound.response.cases.importing import queries, runs
from wraparound.response.cases.importing.columns import COLUMNS, FILE_NAMES
from wraparound.response.cases.importing.reports import names_of
from wraparound.response.cases.models import ImportRun
from wraparound.response.cases.presenters import imports as present
from wraparound.response.cases.states import MOVES, ImportState, Mover

SHOWN_REJECTIONS = 20
clerk = for_roles(Role.POLICE_CLERK)


@clerk
@require_safe
def import_list(request: Request) -> HttpResponse:
    """The force's imports, the newest first."""
    page = page_of(request, queries.imports_of(request.actor), order=["-created_at", "pk"])
    context = {"page": page, "rows": present.list_rows(page.rows)}
    return TemplateResponse(request, "cases/import_list.html", context)


@clerk
def import_new(request: Request) -> HttpResponse:
    """Choose the day's files. They are checked at once; nothing is imported until it is confirmed."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        incidents, children = form.cleaned_data["incidents"], form.cleaned_data["children"]
        run = runs.upload(
            by=request.actor,
            name=incidents.name,
            chunks=incidents.chunks(),
            children_name=children.name if children else "",
            children_chunks=children.chunks() if children else None,
        )
        runs.start(run)
        return redirect("cases:import", pk=run.pk)
    return TemplateResponse(request, "cases/import_new.html", {"form": form})


@clerk
@require_safe
def import_(request: Request, pk: uuid.UUID) -> HttpResponse:
    """An import: how far it is, what its check found, or its report."""
    run = queries.import_for(request.actor, pk)
    context = {"run": run, "state": present.state_of(run), "is_moving": _is_moving(run)}
    if context["is_moving"]:
        return TemplateResponse(request, "cases/import_progress.html", context | _progress(run))
    rejected = queries.lines_for(request.actor, run, "rejected")
    context |= {
        "parts": present.parts(run),
        "rejections": present.rejection_rows(run, rejected[:SHOWN_REJECTIONS]),
        "shown": SHOWN_REJECTIONS,
        "warnings": present.warning_rows(run, queries.warnings_by_reason(request.actor, run)),
        "urgent": present.urgent_rows_shown(queries.urgent_of_run(request.actor, run)),
        "is_checked": run.state == ImportState.PREVIEWED,
        "is_done": run.state == ImportState.DONE,
        "is_cancelled": run.state == ImportState.CANCELLED,
    }
    return TemplateResponse(request, "cases/import.html", context)


def _is_moving(run: ImportRun) -> bool:
    return MOVES[ImportState(run.state)] == Mover.SYSTEM


def _progress(run: ImportRun) -> dict[str, Any]:
    return {"progress": present.progress_of(run, timezone.now())}


@clerk
@require_safe
def import_progress(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The progress bar alone; when the work is over, the page is to be fetched anew."""
    run = queries.import_for(request.actor, pk)
    context = {"run": run, "is_moving": _is_moving(run)} | _progress(run)
    response = TemplateResponse(request, "cases/_import_progress.html", context)
    if not context["is_moving"]:
        response["HX-Refresh"] = "true"
    return response


@clerk
@require_safe
def import_lines(request: Request, pk: uuid.UUID, severity: str) -> HttpResponse:
    """Every rejection, or every warning, of an import."""
    run = queries.import_for(request.actor, pk)
    if severity not in ("rejected", "warning"):
        raise Unknown
    page = page_of(request, queries.lines_for(request.actor, run, severity), order=["pk"], size=100)
    is_rejected = severity == "rejected"
    rows = present.rejection_rows(run, page.rows) if is_rejected else present.warning_lines(run, page.rows)
    context = {"run": run, "page": page, "rows": rows, "title": "Rejected rows" if is_rejected else "Warnings"}
    return TemplateResponse(request, "cases/import_lines.html", context)


@clerk
@require_safe
def import_rejected(request: Request, pk: uuid.UUID, file: str) -> HttpResponse:
    """The rejected rows of one file, to be corrected and sent again."""
    run = queries.import_for(request.actor, pk)
    if file not in COLUMNS:
        raise Unknown
    columns = run.columns.get(file) or COLUMNS[file]
    lines = queries.lines_for(request.actor, run, "rejected").filter(file=file)
    response = StreamingHttpResponse(
        present.rejected_file(request.actor, columns, lines.iterator(chunk_size=500)),
        content_type="text/csv; charset=utf-8",
    )
    name = FILE_NAMES[file].replace(".csv", "")
    response["Content-Disposition"] = f'attachment; filename="{name}-rejected.csv"'
    return cast(HttpResponse, response)


@clerk
@require_POST
def import_confirm(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Let what was checked be imported."""
    run = runs.confirm(run=queries.import_for(request.actor, pk), by=request.actor)
    runs.start(run)
    return redirect("cases:import", pk=pk)


@clerk
@require_POST
def import_cancel(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Drop what was uploaded."""
    runs.cancel(run=queries.import_for(request.actor, pk), by=request.actor)
    messages.success(request, "The import was cancelled. Nothing of it was taken in, and its file is gone.")
    return redirect("cases:import-list")


# Long work of their own, in transactions of their own; sent twice, the second finds what the first made.
import_new.runs_outside_a_transaction = True  # type: ignore[attr-defined]  # the mark that kit.once reads
import_confirm.runs_outside_a_transaction = True  # type: ignore[attr-defined]  # the mark that kit.once reads


@clerk
@require_safe
def urgent_list(request: Request) -> HttpResponse:
    """The rejected rows that can't wait, the oldest first."""
    page = page_of(request, queries.urgent_rows(request.actor), order=["created_at", "pk"])
    context = {"page": page, "rows": present.urgent_rows_shown(page.rows)}
    return TemplateResponse(request, "cases/urgent_list.html", context)


@clerk
def urgent(request: Request, pk: uuid.UUID) -> HttpResponse:
    """One rejected row that can't wait: what it says, and what was done about it."""
    found = queries.urgent_for(request.actor, pk)
    form = DealtWithForm(request.POST) if request.method == "POST" else DealtWithForm()
    if form.is_bound and form.is_valid():
        try:
            runs.deal_with(urgent=found, how=form.cleaned_data["how"], by=request.actor)
        except BadInput as error:
            form.add_error(error.field or None, error.sentence)
        else:
            messages.success(request, "It is off the list of what waits.")
            return redirect("cases:urgent-list")
    line = queries.rejected_row(request.actor, found)
    context = {
        "urgent": found,
        "form": form,
        "file": names_of(found.run)[found.file],
        "cells": present.cells_of(line),
        "reason": line.reason if line else "",
        "column": line.column if line else "",
    }
    return TemplateResponse(request, "cases/urgent.html", context)
