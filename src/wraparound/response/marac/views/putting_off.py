"""Putting one case off: deferred before its session, adjourned in it; past the limits the chair decides."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from wraparound.foundation.access.decisions import can
from wraparound.foundation.access.web import for_roles
from wraparound.foundation.commitments import services as commitments
from wraparound.foundation.meetings import queries as meetings
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.meetings.permissions import RUNNING
from wraparound.foundation.meetings.states import SessionState
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE
from wraparound.kit.errors import BadInput, Unknown
from wraparound.kit.paging import page_of
from wraparound.response.cases.presenters.case import head
from wraparound.response.cases.queries import case_of_matter
from wraparound.response.marac import queries, services
from wraparound.response.marac.forms.sitting import DecideDeferralForm, PutOffForm
from wraparound.response.marac.models import DeferralKind
from wraparound.response.marac.presenters import session_screen as screen
from wraparound.response.marac.presenters import sitting as present
from wraparound.response.marac.presenters.loads import session_choices
from wraparound.response.marac.queries.deferrals import deferral_for, deferrals_asked, deferrals_of_matter
from wraparound.response.marac.states import DeferralState
from wraparound.response.marac.views.heads import actor_of, add_error


@for_roles(*RUNNING)
def put_off(request: HttpRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """Why it can't be heard, when it will be, and what is done for safety until then."""
    actor = actor_of(request)
    item = meetings.item_for(actor, item_pk)
    if item.session_id != pk:
        raise Unknown
    found = meetings.session_for(actor, pk)
    seats = {str(one.organisation.pk): one.organisation for one in screen.seats(actor, found)}
    posted = request.POST if request.method == "POST" else None
    form = PutOffForm(
        posted,
        sessions=session_choices(queries.sessions_after(actor, found)),
        agencies=[(key, one.short_name) for key, one in seats.items()],
    )
    if posted is not None and form.is_valid():
        try:
            return _put_off(request, found, item, form, seats)
        except BadInput as stop:
            add_error(form, stop)
    case = case_of_matter(item.matter_id)
    assert case is not None, "a MARAC's agenda holds cases only"
    context = {
        "session": found,
        "item": item,
        "form": form,
        "head": head(actor, case, "MARAC"),
        "put_off": present.deferrals_shown(actor, deferrals_of_matter(actor, item.matter_id)),
        "verb": "Adjourn" if found.state == SessionState.OPEN else "Defer",
    }
    return render(request, "marac/put_off.html", context, status=422 if form.errors else 200)


def _put_off(
    request: HttpRequest, session: Session, item: AgendaItem, form: PutOffForm, seats: dict[str, Organisation]
) -> HttpResponse:
    actor, given = actor_of(request), form.cleaned_data
    with transaction.atomic():
        deferral = services.put_off(
            item=item,
            to=meetings.session_for(actor, uuid.UUID(given["to_session"])),
            kind=DeferralKind.ADJOURNED if session.state == SessionState.OPEN else DeferralKind.DEFERRED,
            reason=given["reason"],
            interim_safety=given["interim_safety"],
            by=actor,
        )
        if given["with_commitment"]:
            commitments.propose(
                matter=item.matter,
                organisation=seats[given["organisation"]],
                what=given["what"],
                due_on=given["due_on"],
                agreed_in=session.pk,
                by=actor,
            )
    if deferral.state == DeferralState.ASKED:
        messages.info(request, "It needs the chair, who is told. Until then it stays on this agenda.")
    else:
        messages.success(request, f"Put off to {present.deferral_shown(actor, deferral).to}.")
    return redirect("marac:session", pk=session.pk)


@for_roles(*RUNNING)
@require_safe
def deferrals(request: HttpRequest) -> HttpResponse:
    """What waits for the chair."""
    actor = actor_of(request)
    page = page_of(request, deferrals_asked(actor), order=["asked_at", "pk"])
    return render(request, "marac/deferrals.html", {"page": page, "lines": present.deferrals_shown(actor, page.rows)})


@for_roles(*WORKING_WITH_PEOPLE)
def deferral(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One deferral: why, until when, what is done meanwhile; the chair decides on it here."""
    actor = actor_of(request)
    found = deferral_for(actor, pk)
    form = DecideDeferralForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        agree = form.cleaned_data["answer"] == "agree"
        services.decide_deferral(deferral=found, agree=agree, note=form.cleaned_data["note"], by=actor)
        messages.success(request, "It may wait: it is on the later agenda." if agree else "It is heard as listed.")
        return redirect("marac:deferral", pk=found.pk)
    context = {
        "shown": present.deferral_shown(actor, found),
        "form": form if can(actor, "decide", found) else None,
    }
    return render(request, "marac/deferral.html", context, status=422 if form.errors else 200)
