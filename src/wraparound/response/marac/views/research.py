"""Research: the inbox of an agency, one request, and what is outstanding."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.decisions import can
from wraparound.foundation.access.web import for_roles
from wraparound.foundation.areas.queries import partnership_area
from wraparound.foundation.meetings.queries import session_for
from wraparound.foundation.people import queries as people
from wraparound.kit.errors import BadInput
from wraparound.kit.paging import page_of
from wraparound.response.cases.models import PartyRole
from wraparound.response.cases.queries import parties
from wraparound.response.marac import services
from wraparound.response.marac.forms.research import SHARE, EntryForm, NothingKnownForm, PromiseForm, SystemsForm
from wraparound.response.marac.models import ResearchRequest
from wraparound.response.marac.permissions.preparing import CHASING, HEARING, RESEARCHING
from wraparound.response.marac.presenters import research as present
from wraparound.response.marac.presenters.words import late_by
from wraparound.response.marac.queries import research as queries
from wraparound.response.marac.states import ResearchState
from wraparound.response.marac.views.heads import actor_of, add_error, uuid_or_none, whole_number

researching = for_roles(*RESEARCHING)
chasing = for_roles(*CHASING)


@researching
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The cases that the agency is asked about, those that wait first due."""
    actor = actor_of(request)
    answered = request.GET.get("show") == "answered"
    rows = queries.research_of_agency(actor)
    waiting = rows.filter(state=ResearchState.WAITING)
    page = page_of(request, rows.exclude(state=ResearchState.WAITING) if answered else waiting, order=["due_at", "pk"])
    area = partnership_area()
    context = {
        "page": page,
        "rows": present.inbox_rows(actor, page.rows),
        "progress": queries.progress_of_agency(actor, timezone.now()),
        "answered": answered,
        "systems": queries.systems_of_agency(actor, area) if area is not None else [],
        "done": _just_done(request),
        "due_words": present.due_words,
    }
    return render(request, "marac/research.html", context)


def _just_done(request: HttpRequest) -> ResearchRequest | None:
    """The case of which nothing is known as one has just said: its undo stands at the top."""
    pk = uuid_or_none(request.GET.get("done"))
    if pk is None:
        return None
    rows = queries.research_of_agency(actor_of(request))
    return rows.filter(pk=pk, state=ResearchState.NOTHING_KNOWN).first()


@researching
def one(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One case: whom to look up, what was found, and one more thing to share or to keep."""
    actor = actor_of(request)
    found = _own(request, pk)
    form = EntryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.add_entry(
                request=found,
                kind=given["kind"],
                text=given["text"],
                is_opinion=given["is_opinion"] == "opinion",
                agency_only=given["share"] != SHARE,
                why_not_shared=given["why_not_shared"],
                never_to_perpetrator=given["never_to_perpetrator"],
                by=actor,
            )
        except BadInput as stop:
            add_error(form, stop)
        else:
            messages.success(
                request, "Kept." if given["share"] != SHARE else "Shared with the agencies of the session."
            )
            return redirect("marac:research-request", found.pk)
    return render(request, "marac/research_request.html", _about(request, found, form), status=_status(form))


def _status(form: EntryForm) -> int:
    return 422 if form.errors else 200


def _own(request: HttpRequest, pk: uuid.UUID) -> ResearchRequest:
    """The agency's own request; anyone else's is no more there than in the inbox."""
    rows = queries.research_of_agency(actor_of(request)).filter(pk=pk).values("pk")
    return queries.research_request(actor_of(request), rows[0]["pk"] if rows else uuid.UUID(int=0))


def _about(request: HttpRequest, found: ResearchRequest, form: EntryForm) -> dict[str, object]:
    actor = actor_of(request)
    systems = queries.systems_of_agency(actor, found.matter.area)
    victim = next((p for p in parties(actor, found.matter.case) if p.role == PartyRole.VICTIM), None)
    return {
        "found": found,
        "row": present.inbox_rows(actor, [found])[0],
        "banner": people.guidance_for_person(actor, victim.record.person_id) if victim else None,
        "victim": victim,
        "lines": present.lines_of(actor, queries.entries_of(actor, found)),
        "searches": [(present.search_words(s), s.undone_at, s.undone_by) for s in queries.searches_of(actor, found)],
        "form": form,
        "nothing": NothingKnownForm(systems=systems, prefix="nothing", initial={"systems": systems}),
        "may_answer": can(actor, "answer", found),
    }


@researching
@require_POST
def nothing_known(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Nothing is known: one click in the inbox, with the agency's systems; or those that were ticked."""
    actor = actor_of(request)
    found = _own(request, pk)
    systems = queries.systems_of_agency(actor, found.matter.area)
    names = systems
    if "nothing-form" in request.POST:
        form = NothingKnownForm(request.POST, systems=systems, prefix="nothing")
        names = form.names() if form.is_valid() else []
    try:
        services.say_nothing_known(request=found, systems=names, by=actor)
    except BadInput as stop:
        messages.error(request, stop.sentence)
        return redirect("marac:research-request", found.pk)
    return _back(request, found, f"{reverse('marac:research')}?done={found.pk}")


def _back(request: HttpRequest, found: ResearchRequest, otherwise: str) -> HttpResponse:
    """To the case in the session, where one came from there."""
    if request.POST.get("back") == "session":
        return redirect("marac:session-item", found.item.session_id, found.item_id)
    return redirect(otherwise)


@researching
@require_POST
def undo(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take *nothing known* back."""
    found = services.undo_nothing_known(request=_own(request, pk), by=actor_of(request))
    messages.success(request, "Undone: it is outstanding again.")
    return _back(request, found, reverse("marac:research-request", args=[found.pk]))


@researching
@require_POST
def take_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back something that was shared or kept by mistake."""
    entry = services.take_back(entry=queries.entry_for(actor_of(request), pk), by=actor_of(request))
    messages.success(request, "Taken back. Nobody else is shown it any more.")
    return redirect("marac:research-request", entry.request_id)


@researching
def systems(request: HttpRequest) -> HttpResponse:
    """The systems in which the agency looks."""
    actor = actor_of(request)
    area = partnership_area()
    held = queries.systems_of_agency(actor, area) if area is not None else []
    form = SystemsForm(request.POST or None, initial={"systems": "\n".join(held)})
    if request.method == "POST" and form.is_valid():
        try:
            services.name_systems(systems=form.cleaned_data["systems"], by=actor)
        except BadInput as stop:
            add_error(form, stop)
        else:
            messages.success(request, "Remembered for everyone in your agency.")
            return redirect("marac:research")
    return render(request, "marac/research_systems.html", {"form": form}, status=422 if form.errors else 200)


@for_roles(*HEARING)
def promise(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What an agency offers becomes a commitment."""
    actor = actor_of(request)
    entry = queries.entry_for(actor, pk)
    form = PromiseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.promise_offer(entry=entry, due_on=form.cleaned_data["due_on"], by=actor)
        except BadInput as stop:
            add_error(form, stop)
        else:
            messages.success(request, "It stands among the commitments of the session.")
            return redirect("marac:session-item", entry.request.item.session_id, entry.request.item_id)
    context = {"form": form, "entry": entry, "line": present.lines_of(actor, [entry])[0]}
    return render(request, "marac/research_promise.html", context, status=422 if form.errors else 200)


# --- for who co-ordinates -----------------------------------------------------------------------------------


@chasing
@require_safe
def outstanding(request: HttpRequest) -> HttpResponse:
    """What agencies still owe the sessions to come, by agency and one by one."""
    actor = actor_of(request)
    page = page_of(request, queries.outstanding(actor), order=["due_at", "pk"])
    sessions: dict[uuid.UUID, list[queries.Owing]] = {}
    for owing in queries.owing_agencies(actor, timezone.now()):
        sessions.setdefault(owing.session_id, []).append(owing)
    context = {
        "page": page,
        "sessions": sessions,
        "due_words": present.due_words,
        "chased_words": present.chased_words,
        "late_by": late_by,
    }
    return render(request, "marac/research_outstanding.html", context)


@chasing
@require_POST
def chase(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask one agency again about one case."""
    found = queries.research_request(actor_of(request), pk)
    services.chase(request=found, by=actor_of(request))
    messages.success(request, f"{found.organisation.short_name} was asked again.")
    return _back(request, found, reverse("marac:research-outstanding"))


@chasing
@require_POST
def chase_session(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask all agencies again that owe a session something, or one of them."""
    found = session_for(actor_of(request), pk)
    agency = request.POST.get("organisation", "")
    if agency and whole_number(agency) < 0:
        raise BadInput("Choose an agency of this session.", "organisation")
    done = services.chase_session(
        session=found, by=actor_of(request), organisation_id=whole_number(agency) if agency else None
    )
    if done:
        messages.success(request, f"Asked again: {done} request{'s' if done != 1 else ''}.")
    else:
        messages.info(request, "Nobody was asked again: all have answered, or were asked only just now.")
    return redirect("marac:research-outstanding")
