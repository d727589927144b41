"""The pages of evidence: assessments and their editions, published figures, and what the store holds."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wraparound.evidence.assessments import presenters as present
from wraparound.evidence.assessments import queries, services
from wraparound.evidence.assessments.documents import Report
from wraparound.evidence.assessments.files import FORMATS
from wraparound.evidence.assessments.forms import NarrativeForm, NewEditionForm, SendBackForm
from wraparound.evidence.assessments.models import Edition
from wraparound.evidence.assessments.permissions import AGREEING, READING, WRITING, can_write
from wraparound.evidence.assessments.states import EditionState
from wraparound.evidence.figures.register import NoFigures, read_register
from wraparound.evidence.figures.reports import check_register
from wraparound.foundation.access.decisions import can
from wraparound.foundation.access.web import Request, for_roles
from wraparound.foundation.areas.pack import current_pack
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Unknown
from wraparound.kit.paging import page_of

reading = for_roles(*READING)
writing = for_roles(*WRITING)
agreeing = for_roles(*AGREEING)


def _actor(request: HttpRequest) -> Actor:
    return cast(Request, request).actor


def _version(request: HttpRequest) -> int:
    """The version that a form carries; -1, which none ever is, for anything that is no number."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1


@reading
@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    """Every edition, the newest first."""
    page = page_of(request, queries.editions_to_read(_actor(request)), order=["-asked_at", "pk"])
    context = {"page": page, "rows": present.edition_rows(page.rows), "may_write": can_write(_actor(request))}
    return TemplateResponse(request, "assessments/list.html", context)


@writing
@require_http_methods(["GET", "HEAD", "POST"])
def edition_new(request: HttpRequest) -> HttpResponse:
    """Which assessment, of which area and months. It is drawn by a worker."""
    from wraparound.evidence.assessments.making import wanted  # heavy: not with every page of the house

    form = NewEditionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            edition = services.begin(asked=wanted(**form.cleaned_data), by=_actor(request))
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else "first", error.sentence)
        else:
            services.start(edition)
            return redirect("assessments:edition", pk=edition.pk)
    return TemplateResponse(request, "assessments/new.html", {"form": form}, status=422 if form.errors else 200)


@reading
@require_safe
def edition(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The report, with what may be done with it; while it is drawn the first time, how far it is."""
    return _show(request, queries.look_at(_actor(request), pk), None)


def _show(request: HttpRequest, found: Edition, form: SendBackForm | None) -> HttpResponse:
    actor = _actor(request)
    context: dict[str, object] = {
        "edition": found,
        "title": found.assessment.get_kind_display(),
        "period": present.period_text(found),
        "state": queries.state_text(found),
        "tone": present.tone_of(found),
    }
    if not found.document:
        return TemplateResponse(request, "assessments/drawing.html", context)
    report = queries.report_of(actor, found)
    is_draft = found.state == EditionState.DRAFT
    may_write = is_draft and can(actor, "write", found)
    may_agree = found.state == EditionState.SIGNED_OFF and can(actor, "agree", found)
    context |= {
        "report": report,
        "downloads": present.downloads(found),
        "is_drawing": found.state == EditionState.DRAWING,
        "may_write": may_write,
        "may_agree": may_agree,
        "edit_urls": present.edit_urls(found, report) if may_write else {},
        "form": form or SendBackForm(initial={"version": found.version}),
    }
    status = 422 if form is not None and form.errors else 200
    return TemplateResponse(request, "assessments/edition.html", context, status=status)


@reading
@require_safe
def progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How far the drawing is; when it is over, the page is to be fetched anew."""
    found = queries.edition_for(_actor(request), pk)
    is_moving = found.state == EditionState.DRAWING
    response = TemplateResponse(request, "assessments/_progress.html", {"edition": found, "is_moving": is_moving})
    if not is_moving:
        response["HX-Refresh"] = "true"
    return response


@writing
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """What people make of one section, beside what was computed."""
    actor = _actor(request)
    found = queries.edition_for(actor, pk)
    before = queries.narrative_of(actor, found, key)
    initial = {"text": before.text if before else "", "version": before.version if before else 0}
    form = NarrativeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.write_narrative(
                edition=found, section=key, text=form.cleaned_data["text"], version=_version(request), by=actor
            )
        except ChangedMeanwhile as changed:
            raise ChangedMeanwhile(changed.differences, request.path) from changed
        messages.success(request, "Written.")
        return redirect(f"{present.page_of_edition(found)}#{key}")
    section = next(one for one in queries.report_of(actor, found).document.sections if one.key == key)
    context = {"form": form, "edition": found, "section": section, "title": found.assessment.get_kind_display()}
    return TemplateResponse(request, "assessments/write.html", context, status=422 if form.errors else 200)


@writing
@require_POST
def refresh(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Draw the computed tables anew; the words stay."""
    actor = _actor(request)
    found = services.refresh(edition=queries.edition_for(actor, pk), version=_version(request), by=actor)
    services.start(found)
    return redirect("assessments:edition", pk=pk)


@writing
@require_POST
def sign_off(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The analyst's word that it can be read."""
    actor = _actor(request)
    services.sign_off(edition=queries.edition_for(actor, pk), version=_version(request), by=actor)
    messages.success(request, "Signed off. Somebody else agrees to it, or sends it back.")
    return redirect("assessments:edition", pk=pk)


@agreeing
@require_POST
def send_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The second reader's wish for a change."""
    actor = _actor(request)
    found = queries.edition_for(actor, pk)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    services.send_back(edition=found, because=form.cleaned_data["because"], version=_version(request), by=actor)
    messages.success(request, "Sent back.")
    return redirect("assessments:edition", pk=pk)


@agreeing
@require_POST
def freeze(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The second reader's agreement: it never changes again."""
    actor = _actor(request)
    services.freeze(edition=queries.edition_for(actor, pk), version=_version(request), by=actor)
    messages.success(request, "Agreed and frozen. It doesn't change any more.")
    return redirect("assessments:edition", pk=pk)


@reading
@require_safe
def file(request: HttpRequest, pk: uuid.UUID, ending: str) -> HttpResponse:
    """The edition as a file."""
    if ending not in FORMATS:
        raise Unknown
    actor = _actor(request)
    found = queries.look_at(actor, pk)
    report: Report = queries.report_of(actor, found)
    services.hand_out(edition=found, by=actor)
    make, kind = FORMATS[ending]
    response = HttpResponse(make(report), content_type=kind)
    name = f"{report.document.reference}-edition-{found.number}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@reading
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The published figures, their arithmetic done again, and where they contradict each other."""
    try:
        found = present.figures_shown(check_register(read_register(current_pack())).as_data())
    except NoFigures as none:
        return TemplateResponse(request, "assessments/figures.html", {"lacking": none.sentence})
    return TemplateResponse(request, "assessments/figures.html", {"found": found})


@reading
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What the store holds: each file with what became of its rows."""
    from wraparound.evidence.store.engine import open_store  # heavy: not with every page of the house

    return TemplateResponse(request, "assessments/data.html", {"rows": present.load_rows(open_store().manifests)})
