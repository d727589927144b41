"""Flag and tag: an agency's own flags, and how the MARAC's agencies keep theirs."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.decisions import can, check
from wraparound.foundation.access.web import for_roles
from wraparound.kit.errors import BadInput, ChangedMeanwhile
from wraparound.kit.paging import page_of
from wraparound.response.marac import queries, services
from wraparound.response.marac.forms.flags import SetFlagForm
from wraparound.response.marac.models import AgencyFlag
from wraparound.response.marac.permissions.flags import FLAGGING, READING, WATCHING
from wraparound.response.marac.presenters.flags import flag_lines
from wraparound.response.marac.views.heads import actor_of, add_error, whole_number

LISTS = {
    "": (queries.flags_waiting, ["due_at", "pk"]),
    "standing": (queries.flags_standing, ["stands_until", "pk"]),
    "ended": (queries.flags_ended, ["-asked_at", "pk"]),
}


@require_safe
@for_roles(*READING)
def flags(request: HttpRequest) -> HttpResponse:
    """Flags to be set and removed; those that stand; those that ended."""
    actor = actor_of(request)
    show = request.GET.get("show", "")
    show = show if show in LISTS else ""
    rows, order = LISTS[show]
    page = page_of(request, rows(actor), order=order)
    context = {"page": page, "lines": flag_lines(actor, page.rows), "show": show, "watches": actor.role in WATCHING}
    return render(request, "marac/flags.html", context)


@for_roles(*READING)
def flag(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One agency's flag: answered here by the agency."""
    actor = actor_of(request)
    found = queries.flag_for(actor, pk)
    form = SetFlagForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        check(actor, "set", found)
        if form.is_valid() and _answer(request, form, found):
            messages.success(request, "Noted. The case is open to you no longer than your other part in it.")
            return redirect("marac:flags")
    context = {
        "flag": found,
        "line": flag_lines(actor, [found])[0],
        "form": form if can(actor, "set", found) else None,
        "may_remove": can(actor, "remove", found),
    }
    return render(request, "marac/flag.html", context, status=422 if form.errors else 200)


@require_POST
@for_roles(*FLAGGING)
def flag_removed(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The lapsed flag is gone from the agency's own system."""
    actor = actor_of(request)
    found = queries.flag_for(actor, pk)
    services.remove_flag(flag=found, version=whole_number(request.POST.get("version")), by=actor)
    messages.success(request, "Noted: your flag is removed. What was heard stays on record.")
    return redirect("marac:flags")


def _answer(request: HttpRequest, form: SetFlagForm, found: AgencyFlag) -> bool:
    version = whole_number(request.POST.get("version"))
    try:
        if form.cleaned_data["answer"] == "set":
            services.set_flag(
                flag=found, reference=form.cleaned_data["reference"], version=version, by=actor_of(request)
            )
        else:
            services.hold_no_record(flag=found, version=version, by=actor_of(request))
    except BadInput as stop:
        add_error(form, stop)
    except ChangedMeanwhile as stop:
        stop.back = request.path
        raise
    return not form.errors
