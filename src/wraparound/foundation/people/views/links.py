"""The link reviewer's queue, decisions and their history."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.web import Request, for_roles
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people import forms, presenters, queries, services
from wraparound.foundation.people.views.pages import errors_on
from wraparound.kit.paging import page_of

review = for_roles(Role.LINK_REVIEWER)


@review
@require_safe
def queue(request: Request) -> HttpResponse:
    """Pairs that wait, the likeliest first."""
    page = page_of(request, queries.open_proposals(request.actor), order=["-score", "pk"])
    return render(request, "people/link_queue.html", {"page": page, "rows": presenters.queue_rows(page.rows)})


@review
def pair(request: Request, pk: uuid.UUID) -> HttpResponse:
    """One pair side by side, to be decided on."""
    proposal = queries.proposal_for(request.actor, pk)
    form = forms.LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decide = services.decide_same if form.cleaned_data["decision"] == "same" else services.decide_different
        with errors_on(form):
            decide(proposal=proposal, reason=form.cleaned_data["reason"], by=request.actor)
            messages.success(request, "Decided. You can take it back in the history.")
            return HttpResponseRedirect(reverse("people:link-queue"))
    others = queries.linked_already(request.actor, proposal)
    return render(request, "people/link_pair.html", {"form": form, "pair": presenters.pair_page(proposal, others)})


@review
@require_POST
def know_someone(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Leave a pair to a colleague, at once, and be closed out of the matters of both."""
    services.know_someone(proposal=queries.proposal_for(request.actor, pk), by=request.actor)
    messages.success(request, "The pair waits for a colleague. You will not see it again.")
    return HttpResponseRedirect(reverse("people:link-queue"))


@review
@require_safe
def history(request: Request) -> HttpResponse:
    """What was decided, the latest first."""
    page = page_of(request, queries.link_decisions(request.actor), order=presenters.history_query())
    return render(request, "people/link_history.html", {"page": page, "rows": presenters.decision_rows(page.rows)})


@review
def undo(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Take a decision back."""
    decision = queries.link_decision_for(request.actor, pk)
    form = forms.UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with errors_on(form):
            services.undo_link(decision=decision, reason=form.cleaned_data["reason"], by=request.actor)
            messages.success(request, "Taken back. The history keeps both.")
            return HttpResponseRedirect(reverse("people:link-history"))
    [row] = presenters.decision_rows([decision])
    return render(request, "people/link_undo.html", {"form": form, "row": row, "decision": decision})
