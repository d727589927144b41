"""Standing facts of a case: what is so, entering what is newer, noting what is over; and what ends, over all cases."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from wraparound.foundation.access.redaction import text_for
from wraparound.foundation.access.web import Request, for_roles
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Unknown
from wraparound.kit.paging import page_of
from wraparound.response.cases import fact_queries, fact_services, queries
from wraparound.response.cases.fact_rules import ASKED
from wraparound.response.cases.fact_services import NO, FactValues
from wraparound.response.cases.forms.facts import EndFactForm, FactForm
from wraparound.response.cases.models import Case, FactKind, StandingFact
from wraparound.response.cases.presenters import case as present
from wraparound.response.cases.presenters import facts as present_facts

working = for_roles(*WORKING_WITH_PEOPLE)


@working
@require_safe
def facts(request: Request, pk: uuid.UUID) -> HttpResponse:
    """What is so at present, by kind, with who said so; and what was so before."""
    found = queries.case_for(request.actor, pk)
    head = present.head(request.actor, found, "Standing")
    queries.look_at(request.actor, found, "facts")
    shown = present_facts.standing(request.actor, found, head.reader)
    page = page_of(request, fact_queries.ended_facts_of(request.actor, found.matter_id), order=["-ended_at", "pk"])
    context = {
        "head": head,
        "facts": shown,
        "kinds": present_facts.kinds_for(head.reader),
        "missing": present_facts.missing_kinds(shown, head.reader),
        "page": page,
        "ended": present_facts.ended_shown(page.rows, head.reader),
    }
    return TemplateResponse(request, "cases/facts.html", context)


@working
def fact_new(request: Request, pk: uuid.UUID, kind: str) -> HttpResponse:
    """Enter a standing fact of a kind."""
    found = queries.case_for(request.actor, pk)
    reader = queries.reader_of(request.actor, found.matter_id)
    if kind not in dict(present_facts.kinds_for(reader)):
        raise Unknown
    return _form_page(request, found, kind, None)


@working
def fact_change(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Replace a fact by what is newer; what stood stays in the history."""
    fact = fact_queries.fact_for(request.actor, pk)
    return _form_page(request, fact.case, fact.kind, fact)


def _form_page(request: Request, case: Case, kind: str, fact: StandingFact | None) -> HttpResponse:
    sources = fact_queries.possible_sources(request.actor, case)
    form = FactForm(
        request.POST or None,
        kind=kind,
        sources=[(str(o.pk), o.name) for o in sources],
        initial=_initial(request, case, fact),
    )
    if request.method == "POST" and form.is_valid() and _enter(request, form, case, kind, fact, sources):
        messages.success(request, "It stands at the head of the case from now on.")
        return redirect("cases:facts", pk=case.pk)
    context = {"form": form, "case": case, "kind": kind, "label": FactKind(kind).label, "fact": fact}
    return TemplateResponse(request, "cases/fact_form.html", context)


def _initial(request: Request, case: Case, fact: StandingFact | None) -> dict[str, object]:
    first: dict[str, object] = {"as_at": today(), "source": str(request.actor.organisation_id)}
    if fact is None:
        return first
    reader = queries.reader_of(request.actor, case.matter_id)
    text = text_for(fact.text, reader.addresses, reader.audience)
    not_made = ASKED[fact.kind].is_made and fact.answer == NO
    return first | {
        "answer": fact.answer,
        "order_kind": fact.order_kind,
        "text": "" if not_made else text,
        "why_not": text if not_made else "",
        "on": fact.on,
        "source": str(fact.organisation_id),
        "never_to_perpetrator": fact.never_to_perpetrator,
    }


def _enter(
    request: Request,
    form: FactForm,
    case: Case,
    kind: str,
    fact: StandingFact | None,
    sources: list[Organisation],
) -> bool:
    values = form.cleaned_data
    not_made = values.get("answer") == NO
    try:
        fact_services.enter_fact(
            case=case,
            values=FactValues(
                kind=kind,
                text=values["why_not"] if not_made else values["text"],
                on=values.get("on"),
                as_at=values["as_at"],
                order_kind=values.get("order_kind") or "",
                answer=values.get("answer") or "",
                never_to_perpetrator=values["never_to_perpetrator"],
            ),
            source=next(o for o in sources if str(o.pk) == values["source"]),
            supersedes=fact,
            by=request.actor,
        )
    except BadInput as error:
        field = "why_not" if error.field == "text" and not_made else error.field
        form.add_error(field if field in form.fields else None, error.sentence)
    except ChangedMeanwhile as stop:
        stop.back = request.path
        raise
    return not form.errors


@working
def fact_end(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Note that a fact is over, and how."""
    fact = fact_queries.fact_for(request.actor, pk)
    form = EndFactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            fact_services.end_fact(fact=fact, because=form.cleaned_data["because"], by=request.actor)
        except BadInput as error:
            form.add_error(error.field or None, error.sentence)
        else:
            messages.success(request, "Noted. It stays in the history.")
            return redirect("cases:facts", pk=fact.case_id)
    reader = queries.reader_of(request.actor, fact.matter_id)
    context = {"form": form, "fact": fact, "shown": present_facts.ended_shown([fact], reader)[0], "case": fact.case}
    return TemplateResponse(request, "cases/fact_end.html", context)


@working
@require_safe
def facts_ending(request: Request) -> HttpResponse:
    """What ends soon, or has ended and nobody has said what came of it, over all cases."""
    page = page_of(request, fact_queries.facts_ending(request.actor), order=["on", "pk"])
    context = {"page": page, "rows": present_facts.ending_rows(request.actor, page.rows)}
    return TemplateResponse(request, "cases/facts_ending.html", context)
