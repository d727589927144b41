"""Looking in an emergency, and the review of it afterwards (safety rule 6)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from wraparound.foundation.access.emergencies import review_look
from wraparound.foundation.access.permissions import LOOKING, REVIEWING, check_can_review
from wraparound.foundation.access.queries import emergency_rules, look_into_own_case, looks_into_own_cases
from wraparound.foundation.access.web import Request, for_roles
from wraparound.foundation.people import forms, presenters, queries, services
from wraparound.foundation.people.views.pages import errors_on
from wraparound.kit.paging import page_of

looking = for_roles(*sorted(LOOKING))
reviewing = for_roles(*sorted(REVIEWING))


@looking
def look(request: Request) -> HttpResponse:
    """Someone is in danger now: say whom it is about, and why."""
    rules = emergency_rules().params
    form = forms.EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with errors_on(form):
            opened = services.look_in_emergency(by=request.actor, **form.cleaned_data)
            return _led_on(request, opened)
    open_now = presenters.open_now(queries.open_by_emergency(request.actor))
    return render(request, "people/emergency.html", {"form": form, "rules": rules, "open_now": open_now})


def _led_on(request: Request, opened: services.Opened | None) -> HttpResponse:
    """To the person; to the list of what is open, where two share name and birthday; or to "nothing"."""
    if opened is None:
        return HttpResponseRedirect(reverse("people:emergency-nothing"))
    if opened.until is None:
        messages.info(request, "This was open to you already. Nothing more was opened.")
    else:
        until = presenters.until_words(opened.until)
        messages.success(request, f"Opened to you alone, until {until}. The agency that holds the case is told.")
    if len(opened.person_ids) > 1:
        return HttpResponseRedirect(reverse("people:emergency"))
    return HttpResponseRedirect(reverse("people:person", args=[opened.person_ids[0]]))


@looking
@require_safe
def nothing(request: Request) -> HttpResponse:
    """The one answer for whatever can't be opened."""
    return render(request, "people/emergency_nothing.html")


@reviewing
@require_safe
def look_list(request: Request) -> HttpResponse:
    """Looks into the cases of one's own organisation: those that wait, the oldest first; or those reviewed."""
    reviewed = request.GET.get("show") == "reviewed"
    rows = looks_into_own_cases(request.actor, reviewed=reviewed)
    page = page_of(request, rows, order=["-opened_at", "pk"] if reviewed else ["opened_at", "pk"])
    context = {"page": page, "rows": presenters.look_rows(request.actor, page.rows), "reviewed": reviewed}
    return render(request, "people/emergency_looks.html", context)


@reviewing
def review(request: Request, pk: uuid.UUID) -> HttpResponse:
    """One look, to be found right or not."""
    found = look_into_own_case(request.actor, pk)
    form = forms.ReviewForm(request.POST or None)
    if request.method == "POST":
        check_can_review(request.actor, found)
        if form.is_valid():
            with errors_on(form):
                review_look(look=found, by=request.actor, **form.cleaned_data)
                messages.success(request, "Reviewed. It is kept with the look.")
                return HttpResponseRedirect(reverse("people:emergency-looks"))
    row, may_review = presenters.look_page(request.actor, found)
    context = {"form": form, "row": row, "may_review": may_review}
    return render(request, "people/emergency_look.html", context)
