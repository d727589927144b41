"""From answers to a signature: judgement, check your answers, sign."""

from __future__ import annotations

import uuid
from dataclasses import asdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from wraparound.foundation.access import decisions
from wraparound.foundation.access.web import for_roles
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE
from wraparound.kit.errors import BadInput
from wraparound.response.risk import presenters, queries, rules, services
from wraparound.response.risk.forms import judgement_form
from wraparound.response.risk.states import AssessmentState
from wraparound.response.risk.views.heads import about, actor_of, whole_number


@for_roles(*WORKING_WITH_PEOPLE)
def judgement(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What a person makes of the answers: the grade, why, what was missed, the children."""
    actor = actor_of(request)
    assessment = queries.see(actor, pk)
    decisions.check(actor, "sign", assessment)
    previous = queries.previous_of(assessment)
    explanation = queries.explanation_of(assessment)
    chosen = judgement_form(explanation.grade, previous.grade if previous else "")
    held = services.judgement_of(assessment)
    read = queries.reader_of(actor, assessment.matter_id)
    shown = {name: read(text) for name, text in asdict(held).items()}
    form = chosen(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        given = form.judgement()
        kept = {n: getattr(held, n) if t == shown[n] else t for n, t in asdict(given).items()}
        services.save_judgement(
            assessment=assessment,
            judgement=rules.Judgement(**kept),
            version=whole_number(request.POST.get("version")),
            by=actor,
        )
        return redirect("risk:check", assessment.pk)
    version = request.POST.get("version") or assessment.version
    context = {
        **about(request, assessment),
        "form": form,
        "explanation": explanation,
        "grade": explanation.grade,
        "previous": previous,
        "version": version,
    }
    return render(request, "risk/judgement.html", context, status=422 if form.is_bound else 200)


@for_roles(*WORKING_WITH_PEOPLE)
def check(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Check your answers, then sign."""
    actor = actor_of(request)
    assessment = queries.see(actor, pk)
    if assessment.state == AssessmentState.SIGNED:
        return redirect("risk:assessment", assessment.pk)
    decisions.check(actor, "sign", assessment)
    held = services.judgement_of(assessment)
    if request.method == "POST":
        version = whole_number(request.POST.get("version"))
        try:
            services.sign(assessment=assessment, version=version, by=actor, **asdict(held))
        except BadInput as stop:
            messages.error(request, stop.sentence)
            return redirect("risk:judgement", assessment.pk)
        messages.success(request, "Signed. It can't be changed any more.")
        return redirect("risk:assessment", assessment.pk)
    previous = queries.previous_of(assessment)
    explanation = queries.explanation_of(assessment)
    read = queries.reader_of(actor, assessment.matter_id)
    questions = queries.questions_of(assessment.instrument_version)
    href = reverse("risk:judgement", args=[assessment.pk])
    context = {
        **about(request, assessment),
        "explanation": explanation,
        "grade": held.grade,
        "mistakes": rules.mistakes_in(held, indicated=explanation.grade, previous=previous.grade if previous else ""),
        "judgement_rows": presenters.judgement_rows(held, read, href),
        "sheet": presenters.sheet_of_draft(assessment, questions, read),
        "version": assessment.version,
    }
    return render(request, "risk/check.html", context)
