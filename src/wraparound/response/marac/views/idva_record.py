"""What she told her IDVA: read by those who speak at the session, written by the IDVA service."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from wraparound.foundation.access.web import for_roles
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people import queries as people
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Unknown
from wraparound.kit.paging import page_of
from wraparound.response.cases.models import PartyRole
from wraparound.response.cases.permissions import sees_victim
from wraparound.response.cases.queries import case_for, look_at, parties
from wraparound.response.marac import queries as marac
from wraparound.response.marac.forms.research import IdvaRecordForm
from wraparound.response.marac.permissions.preparing import HEARING, can_speak_for_her, check_can_speak_for_her
from wraparound.response.marac.presenters.idva_record import record_shown, values_shown
from wraparound.response.marac.presenters.tellings import attempts_shown
from wraparound.response.marac.queries import research as queries
from wraparound.response.marac.services import HerWords, save_idva_record
from wraparound.response.marac.views.heads import actor_of, add_error, whole_number


@for_roles(Role.IDVA)
@require_safe
def to_hear(request: HttpRequest) -> HttpResponse:
    """Cases that a session will hear, of which the service has recorded nothing that she said yet."""
    actor = actor_of(request)
    page = page_of(request, queries.to_hear(actor), order=["received_at", "pk"])
    sessions = queries.sessions_of(actor, [one.matter_id for one in page.rows])
    lines = [(one, sessions.get(one.matter_id)) for one in page.rows]
    return render(request, "marac/to_hear.html", {"page": page, "lines": lines})


@for_roles(*HEARING)
def record(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What she wants and fears, how she may be reached, whether she agrees, and what must not be said."""
    actor = actor_of(request)
    case = case_for(actor, pk)
    if not sees_victim(actor, case.matter_id):
        raise Unknown
    held = queries.idva_record_of(actor, case.matter_id)
    may_write = can_speak_for_her(actor)
    own = held if held is not None and held.organisation_id == actor.organisation_id else None
    form = IdvaRecordForm(request.POST if request.method == "POST" else None, initial=values_shown(actor, own))
    if request.method == "POST":
        check_can_speak_for_her(actor)
    if request.method == "POST" and form.is_valid():
        given = {name: value or "" for name, value in form.cleaned_data.items()}
        given["interpreter"] = given["interpreter"] if given["interpreter"] in ("yes", "no") else ""
        try:
            version = whole_number(request.POST.get("version"))
            save_idva_record(matter=case.matter, words=HerWords(**given), version=version, by=actor)
        except BadInput as stop:
            add_error(form, stop)
        except ChangedMeanwhile as stop:
            stop.back = request.path
            raise
        else:
            messages.success(request, "Kept. The session hears it.")
            return redirect("marac:idva-record", case.pk)
    look_at(actor, case, "idva_record")
    victim = next((p for p in parties(actor, case) if p.role == PartyRole.VICTIM), None)
    context = {
        "case": case,
        "form": form,
        "may_write": may_write,
        "version": own.version if own is not None else 0,
        "shown": record_shown(actor, held),
        "history": [record_shown(actor, one) for one in queries.idva_record_history(actor, case.matter_id)],
        "attempts": attempts_shown(actor, marac.attempts_of(actor, case.matter_id)),
        "referral": marac.referrals_of_matter(actor, case.matter_id).first(),
        "victim": victim,
        "banner": people.guidance_for_person(actor, victim.record.person_id) if victim else None,
    }
    return render(request, "marac/idva_record.html", context, status=422 if form.errors else 200)
