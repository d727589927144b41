"""Beginning an assessment, what there is of them, and one that is signed."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access import decisions
from wraparound.foundation.access.web import for_roles
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE
from wraparound.kit.errors import BadInput
from wraparound.kit.paging import page_of
from wraparound.response.cases import queries as cases
from wraparound.response.cases.presenters.case import head
from wraparound.response.risk import contributions, presenters, queries, services
from wraparound.response.risk.forms import BeginForm
from wraparound.response.risk.permissions import check_can_begin
from wraparound.response.risk.states import AssessmentState
from wraparound.response.risk.views.heads import about, actor_of, whole_number


@for_roles(*WORKING_WITH_PEOPLE)
def begin(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Before the first question: whose risk, which instrument, is it safe to talk."""
    actor = actor_of(request)
    case = cases.case_for(actor, pk)
    check_can_begin(actor, case.matter_id)
    victims = queries.victims_of(actor, case)
    offered = queries.instruments_offered()
    form = BeginForm(
        request.POST or None,
        subjects=[(str(record.pk), record.full_name) for record in victims],
        instruments=[(v.instrument.key, v.instrument.name, v.instrument.about) for v in offered],
    )
    if request.method == "POST" and form.is_valid():
        subject = next(record for record in victims if str(record.pk) == form.cleaned_data["subject"])
        try:
            draft = services.begin(
                matter=case.matter,
                subject=subject,
                instrument_key=form.cleaned_data["instrument"],
                by=actor,
                before=form.before(),
            )
        except BadInput as stop:
            form.add_error(stop.field or None, stop.sentence)
        else:
            return redirect("risk:form", draft.pk)
    banner = presenters.banner_for(actor, victims[0]) if victims else None
    cautions = [presenters.caution_for(record) for record in victims]
    context = {"case": case, "form": form, "victims": victims, "banner": banner, "cautions": cautions}
    return render(request, "risk/begin.html", context)


@require_safe
@for_roles(*WORKING_WITH_PEOPLE)
def history(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Every assessment of a case, the newest first, and how the grades went."""
    actor = actor_of(request)
    case = cases.case_for(actor, pk)
    rows = queries.history_of(actor, case.matter_id)
    page = page_of(request, rows, order=["-started_at", "pk"])
    shown = head(actor, case, contributions.TAB)
    read = queries.reading(shown.reader)
    context = {
        "head": shown,
        "page": page,
        "rows": [presenters.history_row(assessment, read) for assessment in page],
        "trend": None if page.previous_url else presenters.trend_of(page.rows),
    }
    return render(request, "risk/history.html", context)


@require_safe
@for_roles(*WORKING_WITH_PEOPLE)
def drafts(request: HttpRequest) -> HttpResponse:
    """One's own drafts, and those that colleagues left."""
    actor = actor_of(request)
    own = page_of(request, queries.drafts_of(actor), order=["started_at", "pk"])
    left = page_of(request, queries.left_drafts(actor), order=["started_at", "pk"], name="left")
    return render(request, "risk/drafts.html", {"own": own, "left": left})


@require_safe
@for_roles(*WORKING_WITH_PEOPLE)
def assessment(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A signed assessment, as it was signed; made to be printed too."""
    actor = actor_of(request)
    shown = queries.see(actor, pk)
    if shown.state == AssessmentState.DRAFT:
        return redirect("risk:form", shown.pk)
    read = queries.reader_of(actor, shown.matter_id)
    is_signed = shown.state == AssessmentState.SIGNED
    questions = queries.questions_of(shown.instrument_version)
    context = {
        **about(request, shown),
        "is_signed": is_signed,
        "explanation": shown.explanation,
        "grade": shown.grade,
        "note": presenters.note_of(shown),
        "judgement_rows": presenters.judgement_rows(services.judgement_of(shown), read) if is_signed else [],
        "sheet": presenters.sheet_of_signed(shown, read)
        if is_signed
        else presenters.sheet_of_draft(shown, questions, read),
    }
    return render(request, "risk/assessment.html", context)


@for_roles(*WORKING_WITH_PEOPLE)
def abandon(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Put a draft aside, after asking."""
    actor = actor_of(request)
    draft = queries.see(actor, pk)
    decisions.check(actor, "abandon", draft)
    if request.method == "POST":
        services.abandon(assessment=draft, version=whole_number(request.POST.get("version")), by=actor)
        messages.success(request, "The draft is abandoned.")
        case = cases.case_of_matter(draft.matter_id)
        return redirect("risk:history", case.pk) if case else redirect("today")
    return render(request, "risk/abandon.html", {**about(request, draft), "version": draft.version})


@require_POST
@for_roles(*WORKING_WITH_PEOPLE)
def take_over(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Become the assessor of a colleague's draft."""
    actor = actor_of(request)
    draft = queries.assessment_for(actor, pk)
    services.take_over(assessment=draft, version=whole_number(request.POST.get("version")), by=actor)
    messages.success(request, "You are the assessor now. You can finish and sign it.")
    return redirect("risk:form", draft.pk)
