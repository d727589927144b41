"""Instruments for administrators, and the wording that they load."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from wraparound.foundation.access.web import for_roles
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput
from wraparound.response.risk import queries, services
from wraparound.response.risk.forms import WordingForm
from wraparound.response.risk.views.heads import actor_of
from wraparound.response.risk.wording import read_wording


@require_safe
@for_roles(Role.ADMINISTRATOR)
def instruments(request: HttpRequest) -> HttpResponse:
    """Every version of every instrument, and how much of it has licensed wording."""
    return render(request, "risk/instruments.html", {"versions": queries.versions_with_wording()})


@for_roles(Role.ADMINISTRATOR)
def wording(request: HttpRequest, pk: int) -> HttpResponse:
    """Load licensed wording into a version of an instrument."""
    version = queries.version(pk)
    form = WordingForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            rows = read_wording(upload.name, upload.read())
            changed = services.load_licensed_wording(instrument_version=version, rows=rows, by=actor_of(request))
        except BadInput as stop:
            form.add_error("file", stop.sentence)
        else:
            messages.success(request, f"Loaded. {changed} of {len(rows)} wordings are new or changed.")
            return redirect("risk:wording", version.pk)
    context = {"version": version, "form": form, "questions": queries.questions_of(version)}
    return render(request, "risk/wording.html", context, status=422 if form.is_bound else 200)
