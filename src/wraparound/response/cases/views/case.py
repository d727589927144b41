"""The pages of a case."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.web import Request, for_roles
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.kit.errors import BadInput
from wraparound.kit.paging import page_of
from wraparound.response.cases import queries, services
from wraparound.response.cases.forms.case import (
    CaseFilterForm,
    ChronologyFilterForm,
    DisclosureForm,
    ExclusionForm,
    NoteForm,
)
from wraparound.response.cases.presenters import case as present

working = for_roles(*WORKING_WITH_PEOPLE)


@working
@require_safe
def case_list(request: Request) -> HttpResponse:
    """The cases that one may open, the latest event first."""
    form = CaseFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.filtered(
        request.actor,
        grade=wanted.get("grade") or "",
        held=wanted.get("held") or "",
        is_open=bool(wanted.get("is_open")),
    )
    page = page_of(request, found, order=["-last_event_at", "pk"])
    context = {
        "form": form,
        "page": page,
        "rows": present.rows(request.actor, page.rows),
        "active": sum(bool(wanted.get(name)) for name in ("grade", "held", "is_open")),
    }
    return TemplateResponse(request, "cases/case_list.html", context)


@working
@require_safe
def case(request: Request, pk: uuid.UUID) -> HttpResponse:
    """A case at a glance."""
    found = queries.case_for(request.actor, pk)
    queries.look_at(request.actor, found)
    context = {
        "head": present.head(request.actor, found, "Overview"),
        "overview": present.overview(request.actor, found),
    }
    return TemplateResponse(request, "cases/case.html", context | {"icons": present.ICONS})


@working
@require_safe
def chronology(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Everything that happened, from every agency, as far as the reader may see."""
    found = queries.case_for(request.actor, pk)
    queries.look_at(request.actor, found, "chronology")
    entries = queries.chronology(request.actor, found.matter_id)
    form = ChronologyFilterForm(request.GET, agencies=sorted({e.organisation for e in entries if e.organisation}))
    wanted = form.cleaned_data if form.is_valid() else {}
    kinds, agency = wanted.get("kind") or [], wanted.get("agency") or ""
    shown = [e for e in entries if (not kinds or e.kind in kinds) and (not agency or e.organisation == agency)]
    context = {
        "head": present.head(request.actor, found, "Chronology"),
        "form": form,
        "months": present.by_month(shown),
        "total": len(shown),
        "active": bool(kinds) + bool(agency),
        "icons": present.ICONS,
    }
    return TemplateResponse(request, "cases/chronology.html", context)


@working
@require_safe
def people(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Who is in the case, how they are related, and how the children were exposed."""
    found = queries.case_for(request.actor, pk)
    queries.look_at(request.actor, found, "people")
    head = present.head(request.actor, found, "People")
    parties = present.distinct(queries.parties(request.actor, found))
    incidents = list(queries.incidents_for(request.actor, found.matter_id)[: present.MOST_DRAWN])
    nodes, edges = present.family(parties, incidents) if head.reader.sees_victim else ([], [])
    context = {
        "head": head,
        "nodes": nodes,
        "edges": edges,
        "children": present.children(queries.exposures_for(request.actor, found.matter_id), head.reader),
    }
    return TemplateResponse(request, "cases/people.html", context)


@working
@require_safe
def sharing(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The ledger: what went from whom to whom, why and on what basis."""
    found = queries.case_for(request.actor, pk)
    queries.look_at(request.actor, found, "sharing")
    head = present.head(request.actor, found, "Sharing")
    page = page_of(request, queries.disclosures_for(request.actor, found.matter_id), order=["-at", "pk"])
    context = {"head": head, "page": page, "rows": present.disclosure_rows(page.rows, head.reader)}
    return TemplateResponse(request, "cases/sharing.html", context)


@working
def note_new(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Write a note into the chronology."""
    found = queries.case_for(request.actor, pk)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.add_note(
                case=found,
                text=values["text"],
                happened_at=form.moment,
                agency_only=values["agency_only"],
                never_to_perpetrator=values["never_to_perpetrator"],
                by=request.actor,
            )
        except BadInput as error:
            form.add_error("happened_on" if error.field == "happened_at" else error.field or None, error.sentence)
        else:
            messages.success(request, "The note stands in the chronology.")
            return redirect("cases:chronology", pk=found.pk)
    return TemplateResponse(request, "cases/note_new.html", {"form": form, "case": found})


@working
def disclosure_new(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Type in what was disclosed outside the system."""
    found = queries.case_for(request.actor, pk)
    others = queries.other_organisations(request.actor)
    form = DisclosureForm(
        request.POST or None,
        organisations=[(str(o.pk), o.name) for o in others],
        bases=queries.lawful_bases(found),
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.record_exception(
                case=found,
                to_organisation=next(o for o in others if str(o.pk) == values["to_organisation"]),
                what=values["what"],
                why=values["why"],
                how=values["how"],
                lawful_basis=values["lawful_basis"],
                consent=values["consent"],
                at=form.moment,
                by=request.actor,
            )
        except BadInput as error:
            form.add_error("on" if error.field == "at" else error.field or None, error.sentence)
        else:
            messages.success(request, "It stands in the ledger.")
            return redirect("cases:sharing", pk=found.pk)
    return TemplateResponse(request, "cases/disclosure_new.html", {"form": form, "case": found})


@working
@require_POST
def exclude_me(request: Request, pk: uuid.UUID) -> HttpResponse:
    """ "I know someone here": removed at once. What is said afterwards names nothing."""
    services.exclude_me(case=queries.case_for(request.actor, pk), by=request.actor)
    messages.success(
        request,
        "You were removed, and your work on it was passed on. Nothing is lost. "
        "Was it a mistake? A MARAC co-ordinator can undo it.",
    )
    return redirect("today")


@for_roles(Role.MARAC_COORDINATOR)
def exclude(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Close the case to someone, or to an organisation, who must not know of it."""
    found = queries.case_for(request.actor, pk)
    users, organisations = queries.who_could_be_excluded(request.actor, found)
    form = ExclusionForm(
        request.POST or None,
        users=[(str(u.pk), u.name) for u in users],
        organisations=[(str(o.pk), o.name) for o in organisations],
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.exclude(
                case=found,
                user=next((u for u in users if str(u.pk) == values["user"]), None),
                organisation=next((o for o in organisations if str(o.pk) == values["organisation"]), None),
                reason=values["reason"],
                by=request.actor,
            )
        except BadInput as error:
            form.add_error(error.field or None, error.sentence)
        else:
            messages.success(request, "The case is closed to them from now on.")
            return redirect("cases:case", pk=found.pk)
    standing = present.exclusion_rows(queries.exclusions_of(request.actor, found), found)
    return TemplateResponse(request, "cases/exclude.html", {"form": form, "case": found, "standing": standing})


@for_roles(Role.MARAC_COORDINATOR)
def lift_exclusion(request: Request, pk: uuid.UUID, exclusion: uuid.UUID) -> HttpResponse:
    """Let someone know of the case again: asked first, since they then see all of it."""
    found = queries.case_for(request.actor, pk)
    standing = queries.exclusion_of(request.actor, found, exclusion)
    if request.method == "POST":
        services.lift_exclusion(case=found, exclusion=standing, by=request.actor)
        messages.success(request, "The case is no longer closed to them.")
        return redirect("cases:exclude", pk=found.pk)
    row = present.exclusion_rows([standing], found)[0]
    return TemplateResponse(request, "cases/exclusion_lift.html", {"case": found, "row": row})
