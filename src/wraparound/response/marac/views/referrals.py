"""A referral's page, one's own referrals, and challenging an outcome."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from wraparound.foundation.access.decisions import can, check
from wraparound.foundation.access.web import for_roles
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.meetings.permissions import RUNNING
from wraparound.foundation.meetings.queries import items_of_matter
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE
from wraparound.kit.errors import BadInput
from wraparound.kit.paging import page_of
from wraparound.response.cases import queries as cases
from wraparound.response.cases.presenters.case import head
from wraparound.response.marac import queries, services
from wraparound.response.marac.forms.deciding import ChallengeForm
from wraparound.response.marac.in_force import screening_rules
from wraparound.response.marac.models import Referral
from wraparound.response.marac.permissions import REFERRING
from wraparound.response.marac.presenters import words
from wraparound.response.marac.presenters.coming import coming
from wraparound.response.marac.presenters.referrals import referral_lines, referral_shown, screenings_shown
from wraparound.response.marac.presenters.tellings import attempts_shown, telling_words
from wraparound.response.marac.states import WAITING
from wraparound.response.marac.views.heads import actor_of, add_error, banner_of


@require_safe
@for_roles(*WORKING_WITH_PEOPLE)
def referral(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A referral: where it stands, whose move it is, why, and everything that was given."""
    found = queries.referral_for(actor_of(request), pk)
    return render(request, "marac/referral.html", _about(request, found))


_VERBS = ("screen", "challenge", "list", "take_off", "contact")


def _about(request: HttpRequest, found: Referral) -> dict[str, object]:
    actor = actor_of(request)
    screenings = list(found.screenings.select_related("by").order_by("at"))
    challenges = list(found.challenges.select_related("by").order_by("at"))
    read = words.reader(actor, found.matter_id)
    telling = queries.telling_of_matter(actor, found.matter_id)
    since, until = found.received_at, queries.until_the_next(actor, found)
    items = [one for one in items_of_matter(actor, found.matter_id)[:20] if _within(one.listed_at, since, until)]
    attempts = [one for one in queries.attempts_of(actor, found.matter_id) if _within(one.at, since, until)]
    return {
        "referral": found,
        "banner": banner_of(request, found),
        "shown": referral_shown(actor, found),
        "why": words.why(found.criteria),
        "topics": words.topics(found.criteria),
        "screenings": screenings_shown(actor, screenings, _reasons(found)),
        "challenges": [(read(one.reason), one.by.name, one.at) for one in challenges],
        "items": items,
        "telling": telling_words(telling if telling and telling.referral_id == found.pk else None),
        "attempts": attempts_shown(actor, attempts),
        "case": cases.case_of_matter(found.matter_id),
        "coming": coming(actor, found),
        "may": {verb: can(actor, verb, found) for verb in _VERBS},
        "may_call": actor.role in RUNNING and found.state in WAITING,
    }


def _within(at: datetime, since: datetime, until: datetime | None) -> bool:
    """Whether something that happened in a case belongs to one of its referrals."""
    return since <= at and (until is None or at < until)


def _reasons(found: Referral) -> dict[str, str]:
    return screening_rules(found.matter.area, today()).params.not_listed_reasons


@require_safe
@for_roles(*REFERRING)
def mine(request: HttpRequest) -> HttpResponse:
    """What one's agency has referred, as far as one may see it, the newest first."""
    page = page_of(request, queries.my_referrals(actor_of(request)), order=["-received_at", "pk"])
    context = {
        "page": page,
        "lines": referral_lines(page.rows),
        "drafts": list(queries.drafts_of(actor_of(request))[:5]),
    }
    return render(request, "marac/referrals.html", context)


@for_roles(*REFERRING)
def challenge(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for another look at what a screening decided."""
    actor = actor_of(request)
    found = queries.referral_for(actor, pk)
    check(actor, "challenge", found)
    form = ChallengeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.challenge(referral=found, reason=form.cleaned_data["reason"], by=actor)
        except BadInput as stop:
            add_error(form, stop)
        else:
            messages.success(request, "Your challenge was sent. Someone who did not decide before looks at it.")
            return redirect("marac:referral", found.pk)
    context = {
        "referral": found,
        "form": form,
        "banner": banner_of(request, found),
        "screenings": screenings_shown(actor, list(found.screenings.select_related("by")), _reasons(found)),
    }
    return render(request, "marac/challenge.html", context, status=422 if form.errors else 200)


@require_safe
@for_roles(*WORKING_WITH_PEOPLE)
def of_case(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The tab "MARAC" of a case: its referrals, sessions and what was said to the victim-survivor."""
    actor = actor_of(request)
    case = cases.case_for(actor, pk)
    found = list(queries.referrals_of_matter(actor, case.matter_id)[:20])
    cases.look_at(actor, case, "marac")
    context = {
        "head": head(actor, case, "MARAC"),
        "case": case,
        "lines": referral_lines(found),
        "items": list(items_of_matter(actor, case.matter_id)[:20]),
        "telling": telling_words(queries.telling_of_matter(actor, case.matter_id)),
        "attempts": attempts_shown(actor, queries.attempts_of(actor, case.matter_id)),
        "may_refer": actor.role in REFERRING,
        "is_on_its_way": any(one.state in WAITING for one in found),
    }
    return render(request, "marac/case.html", context)
