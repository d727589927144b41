"""Repeats found, and reversed roles: lists, and the page on which a person decides."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from wraparound.foundation.access.decisions import can
from wraparound.foundation.access.web import for_roles
from wraparound.foundation.people.queries import guidance_for_person
from wraparound.kit.errors import BadInput, ChangedMeanwhile
from wraparound.kit.forms import Form
from wraparound.kit.paging import page_of
from wraparound.response.marac.forms.repeats import REPEAT, RepeatForm, RoleReviewForm
from wraparound.response.marac.models import RepeatProposal, RoleReview
from wraparound.response.marac.permissions.repeats import REVIEWING_ROLES
from wraparound.response.marac.presenters import repeats as present
from wraparound.response.marac.queries import repeats as queries
from wraparound.response.marac.repeat_states import RepeatState, RoleReviewState
from wraparound.response.marac.services import repeats as services
from wraparound.response.marac.views.heads import actor_of, add_error, whole_number

WAITING, ROLES, DECIDED, REVIEWED = "waiting", "roles", "decided", "reviewed"


@require_safe
@for_roles(*REVIEWING_ROLES)
def repeat_list(request: HttpRequest) -> HttpResponse:
    """What was found, the oldest first; reversed roles apart; and what was decided, the latest first."""
    actor = actor_of(request)
    show = request.GET.get("show", WAITING)
    if show in (ROLES, REVIEWED):
        reviews = queries.role_reviews_waiting(actor)
        if show == REVIEWED:
            reviews = queries.role_reviews_visible_to(actor).exclude(state=RoleReviewState.OPEN)
        page = page_of(request, reviews, order=["found_at" if show == ROLES else "-found_at", "pk"])
        return _list(request, page, present.lines(page.rows), show)
    rows = queries.repeats_waiting(actor)
    if show == DECIDED:
        rows = queries.repeats_visible_to(actor).exclude(state=RepeatState.PROPOSED)
    found = page_of(request, rows, order=["-found_at" if show == DECIDED else "found_at", "pk"])
    return _list(request, found, present.lines(found.rows), DECIDED if show == DECIDED else WAITING)


def _list(request: HttpRequest, page: object, lines: list[present.AskedLine], show: str) -> HttpResponse:
    return render(request, "marac/repeats.html", {"page": page, "lines": lines, "show": show})


@for_roles(*REVIEWING_ROLES)
def repeat(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One proposed repeat: who, what came since, by which rule; a co-ordinator confirms it or says why not."""
    actor = actor_of(request)
    found = queries.repeat_for(actor, pk)
    form = RepeatForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, found, form)
        except BadInput as stop:
            add_error(form, stop)
        except ChangedMeanwhile as stop:
            stop.back = request.path
            raise
        else:
            return redirect("marac:repeats")
    return render(request, "marac/repeat.html", _about(request, found, form), status=422 if form.errors else 200)


def _decide(request: HttpRequest, found: RepeatProposal, form: RepeatForm) -> None:
    given, version, by = form.cleaned_data, whole_number(request.POST.get("version")), actor_of(request)
    if given["decision"] == REPEAT:
        done = services.confirm_repeat(proposal=found, version=version, reason=given["note"], by=by)
        asked = "The new referral is marked as one." if done.referral_id else "Whoever holds what came since is asked."
        messages.success(request, f"A repeat. {asked}")
    else:
        services.refuse_repeat(proposal=found, reason=given["reason"], version=version, by=by)
        messages.success(request, "Not a repeat. Something new would ask again.")


@for_roles(*REVIEWING_ROLES)
def role_review(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One review: someone heard as a victim is named as the perpetrator. Who does what to whom?"""
    actor = actor_of(request)
    found = queries.role_review_for(actor, pk)
    form = RoleReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        version = whole_number(request.POST.get("version"))
        try:
            services.decide_roles(review=found, version=version, by=actor, **form.cleaned_data)
        except BadInput as stop:
            add_error(form, stop)
        except ChangedMeanwhile as stop:
            stop.back = request.path
            raise
        else:
            messages.success(request, "Reviewed. Nobody is listed by it.")
            return redirect("marac:repeats")
    return render(request, "marac/role_review.html", _about(request, found, form), status=422 if form.errors else 200)


def _about(request: HttpRequest, found: RepeatProposal | RoleReview, form: Form) -> dict[str, object]:
    actor = actor_of(request)
    victim = found.earlier.victim.person_id
    return {
        "found": found,
        "form": form,
        "case": found.matter.case,
        "shown": present.shown(actor, found),
        "banner": guidance_for_person(actor, victim),
        "victim_person_id": victim,
        "may_decide": can(actor, "decide", found),
    }
