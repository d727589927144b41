"""The pages of commitments."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.web import Request, for_roles
from wraparound.foundation.areas import clocks
from wraparound.foundation.commitments import forms, presenters, queries, services
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.permissions import KEEPERS
from wraparound.foundation.commitments.registry import labels_for
from wraparound.foundation.partners.models import Organisation, OrganisationKind
from wraparound.foundation.partners.queries import organisations_of_kind
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, ChangedMeanwhile
from wraparound.kit.forms import Form
from wraparound.kit.paging import page_of
from wraparound.kit.registry import matter_frames

SCOPES = [(queries.MINE, "Mine"), (queries.AGENCY, "My agency"), (queries.ALL, "All")]
work = for_roles(*KEEPERS)


@work
@require_safe
def commitment_list(request: Request) -> HttpResponse:
    """Mine, my agency's or all, by the day on which they are due."""
    form = forms.FilterForm(request.GET, agencies=_agencies())
    wanted = form.cleaned_data if form.is_valid() else {}
    scope = wanted.get("scope")
    if scope not in dict(SCOPES):  # who runs the MARAC keeps an eye on everyone's promises
        runs_it = request.actor.has_role(Role.MARAC_COORDINATOR, Role.MARAC_CHAIR)
        scope = queries.ALL if runs_it else queries.AGENCY
    state, period, agency = wanted.get("state") or "open", wanted.get("period") or "all", wanted.get("agency")
    found = queries.listed(
        request.actor, scope=scope, state=state, agency=int(agency) if agency else None, since=_since(period)
    )
    page = page_of(request, found, order=["due_on", "pk"])
    query = f"state={state}&agency={agency or ''}&period={period}"
    context = {
        "form": form,
        "page": page,
        "rows": presenters.rows(request.actor, page.rows),
        "tabs": [(text, f"?scope={key}&{query}", key == scope) for key, text in SCOPES],
        "active": (state != "open") + bool(agency) + (period != "all"),
        "clear": f"?scope={scope}",
        "state": queries.FILTERS[state].label,
    }
    return render(request, "commitments/list.html", context)


@work
@require_safe
def ledger(request: Request) -> HttpResponse:
    """Agencies and what became of their promises."""
    form = forms.PeriodForm(request.GET or {"period": "365"})
    period = (form.cleaned_data["period"] if form.is_valid() else "") or "365"
    lines = queries.ledger(request.actor, _since(period))
    context = {
        "form": form,
        "rows": presenters.ledger_rows(lines, period),
        "columns": presenters.LEDGER_COLUMNS,
    }
    return render(request, "commitments/ledger.html", context)


def _agencies() -> QuerySet[Organisation]:
    """Every agency: who is in the partnership is no secret, and a list of those that have work here would be one."""
    return organisations_of_kind(*OrganisationKind.values)


def _since(period: str) -> date | None:
    return clocks.today() - timedelta(days=int(period)) if period.isdecimal() else None


@work
@require_safe
def of_matter(request: Request, matter_id: uuid.UUID) -> HttpResponse:
    """Every commitment of one matter."""
    page = page_of(request, queries.for_matter(request.actor, matter_id), order=["ended", "due_on", "pk"])
    frames = (frame(request.actor, matter_id, "Commitments") for frame in matter_frames)
    template, around = next((found for found in frames if found), ("commitments/alone.html", {}))
    context = around | {
        "around": template,
        "page": page,
        "rows": presenters.rows(request.actor, page.rows),
        "matter": ("", "") if around else labels_for(request.actor, [matter_id]).get(matter_id, ("", "")),
        "matter_id": matter_id,
    }
    return render(request, "commitments/matter.html", context)


@work
def new(request: Request, matter_id: uuid.UUID) -> HttpResponse:
    """One's own agency's promise, or a proposal to another."""
    matter = queries.matter_for(request.actor, matter_id)
    agencies = _agencies()
    form = forms.NewForm(
        request.POST or None, agencies=agencies, initial={"agency": str(request.actor.organisation_id)}
    )
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        organisation = agencies.get(pk=int(wanted["agency"]))
        is_own = organisation.pk == request.actor.organisation_id
        with _errors_on(form):
            write = services.make if is_own else services.propose
            made = write(
                matter=matter,
                organisation=organisation,
                what=wanted["what"],
                due_on=wanted["due_on"],
                never_to_perpetrator=wanted["never_to_perpetrator"],
                by=request.actor,
            )
            words = "The commitment stands." if is_own else f"Proposed. {organisation.short_name} is told and answers."
            messages.success(request, words)
            return HttpResponseRedirect(reverse("commitments:commitment", args=[made.pk]))
    label = labels_for(request.actor, [matter_id]).get(matter_id, ("", ""))
    return render(request, "commitments/new.html", {"form": form, "matter": label, "matter_id": matter_id})


@work
@require_safe
def commitment(request: Request, pk: uuid.UUID) -> HttpResponse:
    """One commitment and its history."""
    found = queries.commitment_for(request.actor, pk)
    return render(request, "commitments/commitment.html", {"shown": presenters.detail(request.actor, found)})


@work
@require_safe
def evidence(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The file given as evidence: handed out to be saved, never shown by the browser itself."""
    found = queries.evidence_file(request.actor, pk)
    name, content_type = presenters.file_name(found)
    with found.evidence_file.open("rb") as file:
        response = HttpResponse(file.read(), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


# --- steps --------------------------------------------------------------------------------------------------


@work
@require_POST
def accept(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Take on what was proposed."""
    return _at_once(request, pk, "accept", services.accept, "Accepted. You own it until someone else is named.")


@work
@require_POST
def confirm(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Circumstances changed: it is no longer possible."""
    return _at_once(
        request, pk, "confirm_not_possible", services.confirm_not_possible, "Ended: it is no longer possible."
    )


def _at_once(request: Request, pk: uuid.UUID, event: str, take: Callable[..., Commitment], done: str) -> HttpResponse:
    form = forms.StepForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    with _leading_back(pk):
        take(commitment=queries.one(request.actor, pk), version=version, by=request.actor)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("commitments:commitment", args=[pk]))


@dataclass(frozen=True)
class StepPage:
    """What the page of one step says."""

    event: str
    heading: str
    lede: str
    button: str
    done: str
    is_warning: bool = False


@work
def decline(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Decline what was proposed."""
    page = StepPage("decline", "Decline this commitment", "Nobody is bound by a proposal.", "Decline", "Declined.")
    return _with_reason(request, pk, page, forms.DeclineForm, services.decline)


@work
def not_possible(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Say that circumstances changed."""
    page = StepPage(
        "claim_not_possible",
        "No longer possible",
        "Circumstances changed, so that it can't be done any more, or needn't be.",
        "Send to the co-ordinator",
        "Sent to the co-ordinator, who confirms it or says why it is still to be done.",
    )
    return _with_reason(request, pk, page, forms.NotPossibleForm, services.claim_not_possible)


@work
def refuse(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Say that it is still to be done."""
    page = StepPage(
        "refuse_not_possible",
        "Still to be done",
        "The agency said that it is no longer possible. If you don't agree, it stands.",
        "Say that it stands",
        "The commitment stands, and the agency is told.",
    )
    return _with_reason(request, pk, page, forms.RefuseForm, services.refuse_not_possible)


@work
def not_done(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Say that it was not done."""
    page = StepPage(
        "set_not_done",
        "Not done",
        "It could have been done and was not. This ends the commitment, and the agency's lead is told at once.",
        "Set to not done",
        "Set to not done. The agency's lead is told.",
        is_warning=True,
    )
    return _with_reason(request, pk, page, forms.NotDoneForm, services.set_not_done)


def _with_reason(
    request: Request, pk: uuid.UUID, page: StepPage, form_class: type[forms.StepForm], take: Callable[..., Commitment]
) -> HttpResponse:
    def write(found: Commitment, wanted: dict[str, Any]) -> None:
        take(commitment=found, reason=wanted["reason"], version=wanted["version"], by=request.actor)

    return _step(request, pk, page, lambda found, data: form_class(data, initial={"version": found.version}), write)


@work
def do(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Record with what evidence it was done."""
    page = StepPage(
        "do",
        "Record as done",
        "A commitment is done when there is evidence: one line of what, when and who.",
        "Record as done",
        "Done, with its evidence.",
    )

    def build(found: Commitment, data: Any) -> forms.StepForm:
        initial = {"version": found.version, "on": clocks.today(), "who": request.user.name}
        return forms.DoForm(data, request.FILES or None, initial=initial)

    def write(found: Commitment, wanted: dict[str, Any]) -> None:
        given = services.Evidence(
            what=wanted["what"],
            on=wanted["on"],
            who=wanted["who"],
            reference=wanted["reference"],
            file=wanted["file"] or None,
            told=wanted["told"],
        )
        services.do(commitment=found, evidence=given, version=wanted["version"], by=request.actor)

    return _step(request, pk, page, build, write)


@work
def assign(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Say who of the agency does it."""
    page = StepPage(
        "assign", "Who does it", "The person you name is told, and sees the case while it is open.", "Save", "Saved."
    )

    def build(found: Commitment, data: Any) -> forms.StepForm:
        initial = {"version": found.version, "owner": str(found.owner_id or "")}
        return forms.AssignForm(data, people=queries.keepers(found), initial=initial)

    def write(found: Commitment, wanted: dict[str, Any]) -> None:
        services.assign(commitment=found, owner=wanted["owner"], version=wanted["version"], by=request.actor)

    return _step(request, pk, page, build, write)


def _step(
    request: Request,
    pk: uuid.UUID,
    page: StepPage,
    build: Callable[[Commitment, Any], forms.StepForm],
    write: Callable[[Commitment, dict[str, Any]], None],
) -> HttpResponse:
    """The page of a step: its form, or the step and back to the commitment."""
    is_post = request.method == "POST"
    found = queries.one(request.actor, pk) if is_post else queries.ready_for(request.actor, pk, page.event)
    form = build(found, request.POST if is_post else None)
    if is_post and form.is_valid():
        with _errors_on(form), _leading_back(pk):
            write(found, form.cleaned_data)
            messages.success(request, page.done)
            return HttpResponseRedirect(reverse("commitments:commitment", args=[pk]))
    row = presenters.rows(request.actor, [found])[0]
    return render(request, "commitments/step.html", {"form": form, "page": page, "row": row})


@contextmanager
def _errors_on(form: Form) -> Iterator[None]:
    """A value that a service can't take is said beside its question."""
    try:
        yield
    except BadInput as stop:
        field = {"organisation": "agency"}.get(stop.field, stop.field)
        form.add_error(field if field in form.fields else None, stop.sentence)


@contextmanager
def _leading_back(pk: uuid.UUID) -> Iterator[None]:
    """Where both versions are shown, the way on leads to the commitment as it is now."""
    try:
        yield
    except ChangedMeanwhile as stop:
        stop.back = reverse("commitments:commitment", args=[pk])
        raise
