"""Prompts to the agency that holds the incidents: a list that ages in sight, and one of them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.decisions import can
from wraparound.foundation.access.web import for_roles
from wraparound.foundation.people.queries import guidance_for_person
from wraparound.kit.errors import BadInput
from wraparound.kit.paging import page_of
from wraparound.response.cases.models import PartyRole
from wraparound.response.cases.queries import case_for, incidents_for, parties, parties_of_cases
from wraparound.response.marac import queries, services
from wraparound.response.marac.forms.deciding import AnswerForm
from wraparound.response.marac.models import CriteriaPrompt
from wraparound.response.marac.permissions import ANSWERING
from wraparound.response.marac.presenters import words
from wraparound.response.marac.presenters.prompts import incident_rows, prompt_lines, prompt_shown
from wraparound.response.marac.presenters.referrals import people_rows
from wraparound.response.marac.views.heads import actor_of, add_error


@require_safe
@for_roles(*ANSWERING)
def prompts(request: HttpRequest) -> HttpResponse:
    """What the criteria ask of one's agency: those that wait, the soonest due first; or those that were answered."""
    actor = actor_of(request)
    answered = request.GET.get("show") == "answered"
    if answered:
        rows = queries.prompts_visible_to(actor).exclude(answered_at__isnull=True)
        page = page_of(request, rows, order=["-answered_at", "pk"])
    else:
        page = page_of(request, queries.open_prompts(actor), order=["due_at", "pk"])
    people = parties_of_cases(actor, [prompt.matter.case.pk for prompt in page.rows])
    context = {"page": page, "lines": prompt_lines(page.rows, people), "answered": answered}
    return render(request, "marac/prompts.html", context)


@for_roles(*ANSWERING)
def prompt(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One prompt: what fired and on which incidents; refer, or answer why not."""
    actor = actor_of(request)
    found = queries.prompt_for(actor, pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_prompt(prompt=found, reason=form.cleaned_data["reason"], by=actor)
        except BadInput as stop:
            add_error(form, stop)
        else:
            messages.success(request, "Answered. New evidence would ask you again.")
            return redirect("marac:prompts")
    return render(request, "marac/prompt.html", _about(request, found, form), status=422 if form.errors else 200)


def _about(request: HttpRequest, found: CriteriaPrompt, form: AnswerForm) -> dict[str, object]:
    actor = actor_of(request)
    case = case_for(actor, found.matter.case.pk)
    people = parties(actor, case)
    incidents = list(incidents_for(actor, found.matter_id)[:12])
    victim = next((party.record.person_id for party in people if party.role == PartyRole.VICTIM), None)
    return {
        "victim_person_id": victim,
        "banner": guidance_for_person(actor, victim) if victim is not None else None,
        "prompt": found,
        "shown": prompt_shown(actor, found),
        "case": case,
        "people": people_rows(people),
        "why": words.why(found.criteria),
        "topics": words.topics(found.criteria),
        "incidents": incident_rows(incidents),
        "form": form,
        "may_answer": can(actor, "answer", found),
    }


@require_POST
@for_roles(*ANSWERING)
def refer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin a referral of the prompt's case, filled in from what is held."""
    actor = actor_of(request)
    found = queries.prompt_for(actor, pk)
    case = case_for(actor, found.matter.case.pk)
    filled = services.prefilled_answers(by=actor, case=case, prompt=found)
    draft = services.start_draft(by=actor, prompt=found, answers=filled)
    return redirect("marac:refer-draft", draft.pk)
