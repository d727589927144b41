"""A session as a whole: apologies, observers, conflicts, quorum, order, review, adjourning."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.web import for_roles
from wraparound.foundation.commitments import presenters as commitments
from wraparound.foundation.meetings import queries as meetings
from wraparound.foundation.meetings import services as sessions
from wraparound.foundation.meetings.models import AttendanceStatus, Session
from wraparound.foundation.meetings.permissions import ATTENDING, RUNNING
from wraparound.foundation.partners.models import Organisation, User
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput
from wraparound.kit.forms import Form
from wraparound.kit.paging import page_of
from wraparound.response.marac import queries, services
from wraparound.response.marac.forms.sitting import (
    AdjournForm,
    ApologiesForm,
    ConflictForm,
    InquorateForm,
    ObserverForm,
)
from wraparound.response.marac.organisations import at_the_table
from wraparound.response.marac.presenters import session_screen as screen
from wraparound.response.marac.presenters import sitting as present
from wraparound.response.marac.presenters.loads import session_choices
from wraparound.response.marac.queries.reviewing import incomplete_before, since
from wraparound.response.marac.services.sitting import kinds_in_words
from wraparound.response.marac.views.heads import actor_of, add_error

attending = for_roles(*ATTENDING)
running = for_roles(*RUNNING)


def _page(request: HttpRequest, template: str, session: Session, form: Form, **more: object) -> HttpResponse:
    context = {"session": session, "form": form, **more}
    return render(request, template, context, status=422 if form.errors else 200)


@attending
def apologies(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """An agency can't come: whether it sent what it knows, and when."""
    actor = actor_of(request)
    found = meetings.session_for(actor, pk)
    seats = _own_seats(request, found)
    posted = request.POST if request.method == "POST" else None
    chosen = request.GET.get("organisation", str(actor.organisation_id))
    form = ApologiesForm(
        posted, agencies=[(key, one.short_name) for key, one in seats.items()], initial={"organisation": chosen}
    )
    if posted is not None and form.is_valid():
        given = form.cleaned_data
        try:
            sessions.record_attendance(
                session=found,
                organisation=seats[given["organisation"]],
                status=AttendanceStatus.APOLOGIES,
                information_sent=given["information_sent"],
                information_sent_on=given["information_sent_on"],
                by=actor,
            )
        except BadInput as stop:
            add_error(form, stop)
        else:
            return redirect("marac:session", pk=found.pk)
    return _page(request, "marac/apologies.html", found, form)


def _own_seats(request: HttpRequest, session: Session) -> dict[str, Organisation]:
    """Whom the reader may note: chair and co-ordinator everyone at the table, others their own agency."""
    actor = actor_of(request)
    seats = screen.seats(actor, session)
    return {
        str(seat.organisation.pk): seat.organisation
        for seat in seats
        if actor.role in RUNNING or seat.organisation.pk == actor.organisation_id
    }


@attending
@require_POST
def no_conflict(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Whoever is there for an agency knows nobody on the agenda."""
    found = meetings.session_for(actor_of(request), pk)
    organisation = _own_seats(request, found).get(request.POST.get("organisation", ""))
    if organisation is None:
        raise BadInput("Choose an agency of this session.", "organisation")
    sessions.declare_no_conflict(session=found, organisation=organisation, by=actor_of(request))
    return redirect("marac:session", pk=found.pk)


@for_roles(Role.MARAC_COORDINATOR)
def conflict(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Someone at the table knows a person in a case: the case closes to them at once."""
    actor = actor_of(request)
    found = meetings.session_for(actor, pk)
    page = screen.session_page(actor, found)
    items = {str(one.pk): f"{one.number} {one.reference}" for one in page.strip}
    users: dict[str, User] = {str(one.pk): one for one in at_the_table([s.organisation for s in page.seats])}
    posted = request.POST if request.method == "POST" else None
    names = [(key, user.name) for key, user in users.items()]
    form = ConflictForm(posted, items=list(items.items()), users=names)
    if posted is not None and form.is_valid():
        item = meetings.item_for(actor, uuid.UUID(form.cleaned_data["item"]))
        services.declare_conflict(item=item, user=users[form.cleaned_data["user"]], by=actor)
        messages.success(request, "Noted. That case is closed to them from now on.")
        return redirect("marac:session", pk=found.pk)
    return _page(request, "marac/conflict.html", found, form)


# --- observers ----------------------------------------------------------------------------------------------


@running
def observers(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who listens, and whether they signed."""
    actor = actor_of(request)
    found = meetings.session_for(actor, pk)
    form = ObserverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            sessions.note_observer(
                session=found,
                name=given["name"],
                organisation_name=given["organisation_name"],
                signed_on=given["signed_on"],
                by=actor,
            )
        except BadInput as stop:
            add_error(form, stop)
        else:
            return redirect("marac:session-observers", pk=found.pk)
    lines = present.observer_lines(meetings.observers_of(actor, found))
    return _page(request, "marac/observers.html", found, form, lines=lines)


@running
@require_POST
def observer(request: HttpRequest, pk: uuid.UUID, observer_pk: uuid.UUID) -> HttpResponse:
    """An observer signed today, or isn't admitted."""
    actor = actor_of(request)
    found = meetings.session_for(actor, pk)
    held = meetings.observer_for(actor, found, observer_pk)
    if request.POST.get("step") == "leave_out":
        sessions.leave_out_observer(observer=held, by=actor)
    else:
        sessions.sign_observer(observer=held, by=actor)
    return redirect("marac:session-observers", pk=found.pk)


# --- quorum, order, review ----------------------------------------------------------------------------------


@running
def inquorate(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The chair goes on without a quorum, and says why; the other two ways are on the same page."""
    actor = actor_of(request)
    found = meetings.session_for(actor, pk)
    missing = services.missing_for_quorum(found)
    form = InquorateForm(
        request.POST if request.method == "POST" else None, initial={"because": found.inquorate_because}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.go_on_inquorate(session=found, because=form.cleaned_data["because"], by=actor)
        except BadInput as stop:
            add_error(form, stop)
        else:
            messages.success(request, "The session goes on. Why stands in its record.")
            return redirect("marac:session", pk=found.pk)
    return _page(request, "marac/inquorate.html", found, form, missing=kinds_in_words(missing))


@running
@require_POST
def order(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Hear the riskiest first."""
    found = meetings.session_for(actor_of(request), pk)
    services.order_by_urgency(session=found, by=actor_of(request))
    messages.success(request, "The riskiest stand first now, then the oldest.")
    return redirect("marac:session", pk=found.pk)


@attending
@require_safe
def review(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What earlier sessions promised and isn't done, the two ways of failing kept apart."""
    actor = actor_of(request)
    found = meetings.session_for(actor, pk)
    pages = {
        kind: page_of(request, rows.select_related("organisation", "owner"), order=["due_on", "pk"], name=kind)
        for kind, rows in incomplete_before(actor, found).items()
    }
    shown = iter(commitments.rows(actor, [row for page in pages.values() for row in page.rows]))
    context = {
        "session": found,
        "groups": {kind: ([next(shown) for _ in page.rows], page) for kind, page in pages.items()},
        "since": since(found),
        "standing": present.standing_of(found),
        "may_run": actor.role in RUNNING and found.state in ("planned", "open"),
    }
    return render(request, "marac/review.html", context)


@running
@require_POST
def reviewed(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """They were gone through."""
    found = sessions.review_done(session=meetings.session_for(actor_of(request), pk), by=actor_of(request))
    messages.success(request, "Noted that earlier commitments were gone through.")
    return redirect("marac:session", pk=found.pk)


# --- adjourning ---------------------------------------------------------------------------------------------


@running
def adjourn(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Adjourn the whole session: what wasn't heard goes to a later one."""
    actor = actor_of(request)
    found = meetings.session_for(actor, pk)
    later = session_choices(queries.sessions_after(actor, found))
    form = AdjournForm(request.POST if request.method == "POST" else None, sessions=later)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        to = meetings.session_for(actor, uuid.UUID(given["to_session"]))
        try:
            services.adjourn_session(
                session=found, to=to, reason=given["because"], interim_safety=given["interim_safety"], by=actor
            )
        except BadInput as stop:
            add_error(form, stop)
        else:
            messages.success(request, "Adjourned. What wasn’t heard is on the later agenda.")
            return redirect("marac:session", pk=found.pk)
    return _page(request, "marac/adjourn.html", found, form)
