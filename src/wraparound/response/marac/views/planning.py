"""Planning: the calendar with its forecast, the rota of chairs, how one session is held, an emergency MARAC."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.decisions import check
from wraparound.foundation.access.web import for_roles
from wraparound.foundation.areas.clocks import LONDON, today
from wraparound.foundation.meetings import queries as meetings
from wraparound.foundation.meetings import services as sessions
from wraparound.foundation.meetings.models import Session
from wraparound.foundation.meetings.permissions import ATTENDING, RUNNING
from wraparound.foundation.meetings.rules import ASYNCHRONOUS
from wraparound.foundation.meetings.states import SessionState
from wraparound.kit.errors import BadInput, ChangedMeanwhile
from wraparound.response.marac import queries, services
from wraparound.response.marac.forms.sitting import NOBODY, ArrangeForm, EmergencyForm, SwapForm
from wraparound.response.marac.presenters import planning as present
from wraparound.response.marac.presenters.referrals import referral_shown
from wraparound.response.marac.queries.load import load_ahead, sessions_between
from wraparound.response.marac.services.listing import closing_date
from wraparound.response.marac.views.heads import actor_of, add_error, banner_of, uuid_or_none, whole_number

YEARS_SHOWN = 50


@for_roles(*ATTENDING)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Five weeks of sessions with their load; and, for those who run them, what is foreseen."""
    actor = actor_of(request)
    first = present.monday_of(_day(request.GET.get("from", "")))
    found = sessions_between(actor, first, first + timedelta(weeks=present.WEEKS) - timedelta(days=1))
    may_run = actor.role in RUNNING
    load = load_ahead(actor) if may_run else None
    context = {
        "weeks": present.calendar(first, found),
        "earlier": first - timedelta(weeks=present.WEEKS),
        "later": first + timedelta(weeks=present.WEEKS),
        "forecast": present.forecast_shown(load) if load else None,
        "may_run": may_run,
    }
    return render(request, "marac/calendar.html", context)


@for_roles(*RUNNING)
@require_safe
def rota(request: HttpRequest) -> HttpResponse:
    """Who chairs which session to come, gaps in sight."""
    lines = present.rota(queries.sessions_to_list_on(actor_of(request)))
    return render(request, "marac/rota.html", {"lines": lines, "gaps": sum(one.has_gap for one in lines)})


@for_roles(*RUNNING)
def arrange(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How one session is held, what it can hold, and who chairs it."""
    found = meetings.session_for(actor_of(request), pk)
    chairs = {str(one.pk): one for one in meetings.chairs()}
    posted = request.POST if request.method == "POST" else None
    form = ArrangeForm(posted, chairs=[(pk, one.name) for pk, one in chairs.items()], initial=_as_it_is(found))
    if posted is not None and form.is_valid():
        try:
            _arrange(request, found, form)
            sessions.set_chair(session=found, chair=chairs.get(form.cleaned_data["chair"]), by=actor_of(request))
        except BadInput as stop:
            add_error(form, stop)
        else:
            messages.success(request, "Kept.")
            return redirect("marac:session", pk=found.pk)
    context = {"session": found, "form": form, "swap": SwapForm(sessions=_others(request, found))}
    return render(request, "marac/arrange.html", context, status=422 if form.errors else 200)


@for_roles(*RUNNING)
@require_POST
def swap(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Two sessions exchange their chairs."""
    actor = actor_of(request)
    found = meetings.session_for(actor, pk)
    other = uuid_or_none(request.POST.get("other"))
    if other is None:
        messages.error(request, "Choose the session with which it swaps its chair.")
        return redirect("marac:session-arrange", pk=found.pk)
    sessions.swap_chairs(session=found, other=meetings.session_for(actor, other), by=actor)
    messages.success(request, "Swapped. Both chairs are told.")
    return redirect("marac:rota")


@for_roles(*RUNNING)
def emergency(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Call an emergency MARAC for one case, at once or at a time."""
    actor = actor_of(request)
    found = queries.referral_for(actor, pk)
    check(actor, "call_emergency", found)
    posted = request.POST if request.method == "POST" else None
    soon = (timezone.now() + timedelta(minutes=30)).astimezone(LONDON).replace(second=0, microsecond=0)
    form = EmergencyForm(posted, initial={"on": soon.date(), "at": soon.time()})
    if posted is not None and form.is_valid():
        given = form.cleaned_data
        starts_at = datetime.combine(given["on"], given["at"], LONDON)
        version = whole_number(posted.get("version"))
        try:
            item = services.call_emergency(
                referral=found, starts_at=starts_at, reason=given["reason"], version=version, by=actor
            )
        except BadInput as stop:
            add_error(form, BadInput(stop.sentence, "on" if stop.field == "starts_at" else stop.field))
        except ChangedMeanwhile as stop:
            stop.back = request.path
            raise
        else:
            messages.success(request, "Called. The agencies, the IDVAs and the chairs are told now.")
            return redirect("marac:session", pk=item.session_id)
    context = {
        "referral": found,
        "form": form,
        "banner": banner_of(request, found),
        "shown": referral_shown(actor, found),
    }
    return render(request, "marac/emergency.html", context, status=422 if form.errors else 200)


def _as_it_is(session: Session) -> dict[str, object]:
    closing = session.closes_at or closing_date(session.panel.area, session.starts_at)
    local = closing.astimezone(LONDON)
    return {
        "chair": str(session.chair_id) if session.chair_id else NOBODY,
        "mode": session.mode,
        "capacity": session.capacity,
        "closes_on": local.date(),
        "closes_at": local.time(),
    }


def _arrange(request: HttpRequest, session: Session, form: ArrangeForm) -> None:
    """Once a session has begun only its chair can change."""
    if session.state != SessionState.PLANNED:
        return
    given = form.cleaned_data
    is_filed = given["mode"] == ASYNCHRONOUS
    sessions.arrange_session(
        session=session,
        mode=given["mode"],
        capacity=given["capacity"],
        closes_at=datetime.combine(given["closes_on"], given["closes_at"], LONDON) if is_filed else None,
        by=actor_of(request),
    )


def _others(request: HttpRequest, session: Session) -> list[tuple[str, str]]:
    coming = queries.sessions_to_list_on(actor_of(request))
    return [(str(one.session.pk), present.session_words(one.session)) for one in coming if one.session.pk != session.pk]


def _day(text: str) -> date:
    """A day from an address; today for anything else, and for years in which no calendar shows anything."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today()
    return day if abs(day.year - today().year) <= YEARS_SHOWN else today()
