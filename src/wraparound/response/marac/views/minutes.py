"""Minutes: a session's, one case's, approved by the chair; and the paper pack for those who must have one."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.web import for_roles
from wraparound.foundation.meetings import queries as meetings
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.meetings.permissions import ATTENDING, RUNNING
from wraparound.foundation.meetings.services import approve_minutes
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, Unknown
from wraparound.response.marac import services
from wraparound.response.marac.forms.sessions import DraftAgainForm
from wraparound.response.marac.presenters import minutes as present
from wraparound.response.marac.queries.minutes import minutes_of_item, minutes_to_read
from wraparound.response.marac.views.heads import actor_of, add_error, whole_number


def _found(request: HttpRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> tuple[Session, AgendaItem]:
    item = meetings.item_for(actor_of(request), item_pk)
    if item.session_id != pk:
        raise Unknown
    return meetings.session_for(actor_of(request), pk), item


@require_safe
@for_roles(*ATTENDING)
def of_session(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The minutes of each case that was heard in a session."""
    actor = actor_of(request)
    session = meetings.session_for(actor, pk)
    agenda = meetings.agenda_for(actor, session)
    references = present.references_of(actor, [one.item for one in agenda])
    lines = present.minutes_of_session(actor, agenda, references)
    context = {"session": session, "title": present.title_of(session), "lines": lines}
    return render(request, "marac/session_minutes.html", context)


@require_safe
@for_roles(*ATTENDING)
def minutes(request: HttpRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """The minutes of one case: the newest version, or another of them."""
    session, item = _found(request, pk, item_pk)
    return _show(request, session, item, None)


def _show(request: HttpRequest, session: Session, item: AgendaItem, form: DraftAgainForm | None) -> HttpResponse:
    actor = actor_of(request)
    asked = request.GET.get("version")
    context: dict[str, object] = {
        "session": session,
        "item": item,
        "title": present.title_of(session),
        "reference": present.references_of(actor, [item]).get(item.matter_id, "Case"),
        "may_draft": actor.role in RUNNING,
        "may_approve": actor.role is Role.MARAC_CHAIR,
        "form": form or DraftAgainForm(),
    }
    if asked is None and not minutes_of_item(actor, item):
        return render(request, "marac/minutes_none.html", context)
    found, versions = minutes_to_read(actor, item, None if asked is None else whole_number(asked))
    context |= {
        "minutes": found,
        "shown": present.minutes_shown(actor, found, versions),
        "versions": [(one.number, one.get_state_display(), one.drafted_at) for one in versions],
    }
    return render(request, "marac/minutes.html", context, status=422 if form and form.errors else 200)


@require_POST
@for_roles(*RUNNING)
def draft(request: HttpRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """Draft them from what is recorded now; after an approval with the reason."""
    session, item = _found(request, pk, item_pk)
    form = DraftAgainForm(request.POST)
    if form.is_valid():
        try:
            kept = services.draft_minutes(item=item, why=form.cleaned_data["why"], by=actor_of(request))
        except BadInput as stop:
            add_error(form, stop)
        else:
            messages.success(request, f"Version {kept.number} is drafted from what is recorded.")
            return redirect("marac:minutes", pk=session.pk, item_pk=item.pk)
    return _show(request, session, item, form)


@require_POST
@for_roles(Role.MARAC_CHAIR)
def approve(request: HttpRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """The chair approves the version that was read; the next draft of the session follows."""
    actor = actor_of(request)
    session, item = _found(request, pk, item_pk)
    found, _ = minutes_to_read(actor, item, whole_number(request.POST.get("number")))
    approve_minutes(minutes=found, by=actor)
    messages.success(request, "Approved.")
    return redirect("marac:session-minutes", pk=session.pk)


@require_safe
@for_roles(*ATTENDING)
def pack(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Every case of a session on paper: to print, for those who must."""
    actor = actor_of(request)
    session = meetings.session_for(actor, pk)
    context = {"session": session, "title": present.title_of(session), "cases": present.pack_of(actor, session)}
    return render(request, "marac/session_pack.html", context)
