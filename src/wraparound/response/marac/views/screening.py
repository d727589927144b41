"""The co-ordinator's desk: what is to screen, screening one, listing, taking off."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from wraparound.foundation.access.decisions import check
from wraparound.foundation.access.web import for_roles
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.meetings.models import Session
from wraparound.foundation.meetings.queries import session_for
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.errors import BadInput, ChangedMeanwhile
from wraparound.kit.paging import page_of
from wraparound.response.cases.queries import case_of_matter
from wraparound.response.marac import queries, services
from wraparound.response.marac.forms.deciding import ACCEPT, LATER, ListForm, ScreenForm, TakeOffForm
from wraparound.response.marac.in_force import screening_rules
from wraparound.response.marac.models import Referral
from wraparound.response.marac.permissions import JUDGING_CHALLENGES, SCREENING
from wraparound.response.marac.presenters import words
from wraparound.response.marac.presenters.coming import coming
from wraparound.response.marac.presenters.loads import session_choices
from wraparound.response.marac.presenters.referrals import referral_lines, referral_shown, screenings_shown
from wraparound.response.marac.views.heads import actor_of, add_error, banner_of, uuid_or_none, whole_number


@require_safe
@for_roles(*JUDGING_CHALLENGES)
def to_screen(request: HttpRequest) -> HttpResponse:
    """What waits to be screened, the riskiest first and then the oldest; and what waits for a session."""
    actor = actor_of(request)
    waiting = page_of(request, queries.to_screen(actor), order=["-urgency", "received_at", "pk"])
    accepted = page_of(request, queries.to_list(actor), order=["-urgency", "received_at", "pk"], name="accepted")
    context = {
        "waiting": waiting,
        "waiting_lines": referral_lines(waiting.rows),
        "accepted": accepted,
        "accepted_lines": referral_lines(accepted.rows),
        "sessions": queries.fortnight(actor),
        "may_list": actor.role in SCREENING,
    }
    return render(request, "marac/screening_list.html", context)


@for_roles(*JUDGING_CHALLENGES)
def screen(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One referral with its criteria explained; a person accepts it or does not list it."""
    actor = actor_of(request)
    found = queries.referral_for(actor, pk)
    check(actor, "screen", found)
    sessions = queries.sessions_to_list_on(actor)
    rules = screening_rules(found.matter.area, today())
    posted = request.POST if request.method == "POST" else None
    form = ScreenForm(
        posted,
        sessions=session_choices(sessions),
        reasons=rules.params.not_listed_reasons,
        initial={"accept_reason": _proposed_reason(found), "session": LATER},
    )
    if posted is not None and form.is_valid():
        try:
            return _decide(request, found, form)
        except BadInput as stop:
            add_error(form, stop)
        except ChangedMeanwhile as stop:
            stop.back = request.path
            raise
    return render(request, "marac/screen.html", _about(request, found, form), status=422 if form.errors else 200)


def _decide(request: HttpRequest, found: Referral, form: ScreenForm) -> HttpResponse:
    actor = actor_of(request)
    given = form.cleaned_data
    version = whole_number(request.POST.get("version"))
    if given["outcome"] != ACCEPT:
        services.screen_do_not_list(
            referral=found,
            reason_code=given["reason_code"],
            reason=given["refuse_reason"],
            version=version,
            by=actor,
        )
        messages.success(request, "Not listed. The referrer is told why, and how to challenge it.")
        return redirect("marac:screening-list")
    with transaction.atomic():
        accepted = services.screen_accept(referral=found, reason=given["accept_reason"], version=version, by=actor)
        session = _session(actor, given["session"])
        if session is not None and actor.role in SCREENING:
            services.list_on_session(referral=accepted, session=session, version=accepted.version, by=actor)
    messages.success(request, "Accepted and listed." if session else "Accepted. It waits to be listed on a session.")
    return redirect("marac:screening-list")


def _session(actor: Actor, chosen: str) -> Session | None:
    pk = uuid_or_none(chosen)
    return session_for(actor, pk) if pk is not None else None


def _proposed_reason(found: Referral) -> str:
    """What the co-ordinator would write most often: they read it and change it."""
    titles = words.met(found.criteria)
    return f"Meets: {', '.join(titles)}." if titles else ""


def _about(request: HttpRequest, found: Referral, form: ScreenForm) -> dict[str, object]:
    actor = actor_of(request)
    read = words.reader(actor, found.matter_id)
    rule = screening_rules(found.matter.area, today())
    screenings = list(found.screenings.select_related("by").order_by("at"))
    return {
        "referral": found,
        "case": case_of_matter(found.matter_id),
        "form": form,
        "banner": banner_of(request, found),
        "shown": referral_shown(actor, found),
        "why": words.why(found.criteria),
        "topics": words.topics(found.criteria),
        "rule_title": found.criteria.get("rule_title", ""),
        "screening_rule": rule.label,
        "earlier": referral_lines(queries.earlier_of(actor, found)),
        "screenings": screenings_shown(actor, screenings, rule.params.not_listed_reasons),
        "challenges": [(read(one.reason), one.by.name, one.at) for one in found.challenges.select_related("by")],
        "late": words.late_by(found.screen_by),
        "coming": coming(actor, found),
        "may_list": actor.role in SCREENING,
    }


@for_roles(*SCREENING)
def list_on(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose the session on which an accepted referral is heard, with each one's load in sight."""
    actor = actor_of(request)
    found = queries.referral_for(actor, pk)
    check(actor, "list", found)
    sessions = queries.sessions_to_list_on(actor)
    form = ListForm(request.POST if request.method == "POST" else None, sessions=session_choices(sessions))
    if request.method == "POST" and form.is_valid():
        session = _session(actor, form.cleaned_data["session"])
        if session is not None:
            try:
                version = whole_number(request.POST.get("version"))
                services.list_on_session(referral=found, session=session, version=version, by=actor)
            except ChangedMeanwhile as stop:
                stop.back = request.path
                raise
            messages.success(request, "Listed. The agencies of the MARAC can see it now.")
            return redirect("marac:screening-list")
    context = {
        "referral": found,
        "case": case_of_matter(found.matter_id),
        "form": form,
        "sessions": sessions,
        "banner": banner_of(request, found),
        "shown": referral_shown(actor, found),
    }
    return render(request, "marac/list_on.html", context, status=422 if form.errors else 200)


@for_roles(*SCREENING)
def take_off(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a referral off its session; it waits to be listed again."""
    actor = actor_of(request)
    found = queries.referral_for(actor, pk)
    check(actor, "take_off", found)
    form = TakeOffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            version = whole_number(request.POST.get("version"))
            services.take_off(referral=found, reason=form.cleaned_data["reason"], version=version, by=actor)
        except BadInput as stop:
            add_error(form, stop)
        except ChangedMeanwhile as stop:
            stop.back = request.path
            raise
        else:
            messages.success(request, "Taken off. It waits to be listed again.")
            return redirect("marac:referral", found.pk)
    context = {
        "referral": found,
        "form": form,
        "banner": banner_of(request, found),
        "shown": referral_shown(actor, found),
    }
    return render(request, "marac/take_off.html", context, status=422 if form.errors else 200)
