"""The questions: a page of them, saving as one types, and two people at once."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from wraparound.foundation.access.web import for_roles
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE
from wraparound.kit.errors import BadInput, ChangedMeanwhile, NotNow
from wraparound.kit.jinja import clock
from wraparound.response.cases import queries as cases
from wraparound.response.risk import presenters, queries, rules, services
from wraparound.response.risk.forms import answers_from
from wraparound.response.risk.models import Assessment
from wraparound.response.risk.presenters import Part
from wraparound.response.risk.rules import Answers
from wraparound.response.risk.states import AssessmentState
from wraparound.response.risk.views.heads import about, actor_of, whole_number

LAYOUT_COOKIE = "risk_layout"
ALL, PARTS = "all", "parts"
A_YEAR = 365 * 24 * 3600


@for_roles(*WORKING_WITH_PEOPLE)
def form(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The questions: all on one page, or one group per page."""
    actor = actor_of(request)
    assessment = queries.assessment_for(actor, pk)
    if assessment.state != AssessmentState.DRAFT:
        return redirect("risk:assessment", assessment.pk)
    if request.method == "POST":
        return _save(request, assessment)
    queries.look_at(actor, assessment)
    return _form_page(request, assessment, assessment.answers)


@require_POST
@for_roles(*WORKING_WITH_PEOPLE)
def autosave(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The same, as one types: answers with the line that says what is saved, and the running summary."""
    if request.headers.get("HX-Request") != "true":
        return form(request, pk)
    actor = actor_of(request)
    assessment = queries.assessment_for(actor, pk)
    try:
        saved = services.save_answers(
            assessment=assessment,
            answers=_sent(request, assessment),
            version=whole_number(request.POST.get("version")),
            by=actor,
        )
    except ChangedMeanwhile:
        sentence = "Not saved: someone else changed this. Choose Save to see both versions; your words are still here."
        return render(request, "risk/_not_saved.html", {"sentence": sentence}, status=409)
    except (NotNow, BadInput) as stop:
        return render(request, "risk/_not_saved.html", {"sentence": f"Not saved. {stop.sentence}"}, status=409)
    context = {
        "saved": f"Saved {clock(timezone.now())}",
        "version": saved.version,
        "explanation": queries.explanation_of(saved),
        "grade": saved.indicated_grade,
    }
    return render(request, "risk/_saved.html", context)


def _parts(assessment: Assessment) -> list[Part]:
    return presenters.parts_of(queries.questions_of(assessment.instrument_version))


def _shown_parts(request: HttpRequest, assessment: Assessment) -> tuple[list[Part], Part | None]:
    """All parts, and the one that this page shows (None: all of them)."""
    parts = _parts(assessment)
    asked_for = request.POST.get("part") if request.method == "POST" else request.GET.get("part")
    if request.method == "POST" and asked_for == ALL:
        return parts, None
    if request.method != "POST" and request.COOKIES.get(LAYOUT_COOKIE) == ALL:
        return parts, None
    index = whole_number(asked_for)
    return parts, next((part for part in parts if part.index == index), parts[0])


def _sent(request: HttpRequest, assessment: Assessment) -> dict[str, dict[str, str]]:
    """The answers that the page sent, for the questions that it showed."""
    parts, shown = _shown_parts(request, assessment)
    questions = [question for part in ([shown] if shown else parts) for question in part.questions]
    read = queries.reader_of(actor_of(request), assessment.matter_id)
    return answers_from(request.POST, questions, assessment.answers, read)


def _save(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    answers = _sent(request, assessment)
    open_choices = [name for name in request.POST.getlist("clash") if not request.POST.get(f"keep-{name}")]
    if open_choices:
        return _conflict_page(request, assessment, answers, "Choose which version to keep in each row.")
    version = whole_number(request.POST.get("version"))
    try:
        services.save_answers(assessment=assessment, answers=answers, version=version, by=actor_of(request))
    except ChangedMeanwhile:
        return _conflict_page(request, queries.assessment_for(actor_of(request), assessment.pk), answers)
    except BadInput as stop:
        return _form_page(request, assessment, {**assessment.answers, **answers}, stop.sentence, status=422)
    return _onward(request, assessment)


def _onward(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """Where the button that was pressed leads."""
    then = request.POST.get("then", "next")
    parts, shown = _shown_parts(request, assessment)
    here = reverse("risk:form", args=[assessment.pk])
    if then == "later":
        messages.success(request, "Saved. It waits for you on Today.")
        case = cases.case_of_matter(assessment.matter_id)
        return redirect("risk:history", case.pk) if case else redirect("today")
    if then in (ALL, PARTS):
        response = redirect(here)
        response.set_cookie(
            LAYOUT_COOKIE, then, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
        return response
    if then.startswith("part-"):
        return redirect(f"{here}?part={whole_number(then.removeprefix('part-'))}")
    if then == "stay":
        return redirect(here)
    if shown is None or shown.index == len(parts):
        return redirect("risk:judgement", assessment.pk)
    return redirect(f"{here}?part={shown.index + 1}")


def _form_page(
    request: HttpRequest, assessment: Assessment, answers: Answers, error: str = "", status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    parts, shown = _shown_parts(request, assessment)
    questions = queries.questions_of(assessment.instrument_version)
    read = queries.reader_of(actor, assessment.matter_id)
    sections = [(part, presenters.rows_of(part, questions, answers, read)) for part in ([shown] if shown else parts)]
    explanation = queries.explanation_of(assessment, rules.cleaned(questions, answers))
    context = {
        **about(request, assessment),
        "parts": parts,
        "shown": shown,
        "sections": sections,
        "explanation": explanation,
        "grade": explanation.grade,
        "error": error,
        "acknowledgement": assessment.instrument_version.acknowledgement,
        "has_wording": any(question.wording for question in questions),
        "version": assessment.version,
    }
    return render(request, "risk/form.html", context, status=status)


def _conflict_page(request: HttpRequest, assessment: Assessment, mine: Answers, error: str = "") -> HttpResponse:
    """Both versions, part by part; nothing is saved until each is chosen, and nothing is lost."""
    questions = queries.questions_of(assessment.instrument_version)
    read = queries.reader_of(actor_of(request), assessment.matter_id)
    merged = rules.cleaned(questions, {**assessment.answers, **mine})
    context = {
        **about(request, assessment),
        "clashes": presenters.clashes(questions, merged, assessment.answers, read),
        "mine": [(f"{part}-{key}", read(text)) for key, entry in mine.items() for part, text in entry.items()],
        "part": request.POST.get("part", ""),
        "then": request.POST.get("then", "next"),
        "version": assessment.version,
        "error": error,
    }
    return render(request, "risk/conflict.html", context, status=409)
