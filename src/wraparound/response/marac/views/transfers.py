"""A case that moves to another area, or comes from one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.decisions import can, check
from wraparound.foundation.access.web import for_roles
from wraparound.foundation.areas.clocks import today
from wraparound.kit.errors import BadInput, ChangedMeanwhile
from wraparound.kit.forms import Form
from wraparound.kit.paging import page_of
from wraparound.response.marac.forms.transfers import (
    CallOffForm,
    HandOverForm,
    ReceiptForm,
    TransferInForm,
    TransferOutForm,
)
from wraparound.response.marac.in_force import sharing_rules, transfer_rules
from wraparound.response.marac.models import Referral, Transfer
from wraparound.response.marac.permissions.repeats import HANDING_OVER, MOVING, SEEING_TRANSFERS
from wraparound.response.marac.presenters import transfers as present
from wraparound.response.marac.queries import referral_for
from wraparound.response.marac.queries import transfers as queries
from wraparound.response.marac.services import transfers as services
from wraparound.response.marac.services.transfers import TransferValues
from wraparound.response.marac.views.heads import actor_of, add_error, banner_of, whole_number


@require_safe
@for_roles(*SEEING_TRANSFERS)
def transfer_list(request: HttpRequest) -> HttpResponse:
    """What is on its way between areas; late ones; all of them."""
    actor = actor_of(request)
    show = request.GET.get("show", "")
    rows = {
        "late": lambda: queries.transfers_late(actor, timezone.now()),
        "all": lambda: queries.transfers_visible_to(actor),
    }.get(show, lambda: queries.transfers_on_their_way(actor))()
    page = page_of(request, rows, order=["-made_at", "pk"])
    context = {"page": page, "lines": present.transfer_lines(page.rows), "show": show}
    return render(request, "marac/transfers.html", context)


@for_roles(*MOVING)
def transfer_out(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Prepare a case for another area's MARAC."""
    found = _referral(request, pk)
    area = found.matter.area
    form = TransferOutForm(
        request.POST if request.method == "POST" else None,
        contents=transfer_rules(area, today()).params.contents,
        bases=sharing_rules(area, today()).params.lawful_bases,
        initial={"move": "unknown", "lawful_basis": found.lawful_basis},
    )
    return _begun(request, found, form, services.prepare_transfer, "Prepared. Read the pack, then send it.")


@for_roles(*MOVING)
def transfer_in(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Record that a case came from another area's MARAC."""
    found = _referral(request, pk)
    form = TransferInForm(
        request.POST if request.method == "POST" else None,
        contents=transfer_rules(found.matter.area, today()).params.contents,
        initial={"move": "unknown"},
    )
    said = "Recorded. Its origin is shown on the agenda; what is missing is asked for."
    return _begun(request, found, form, services.record_transfer_in, said)


def _referral(request: HttpRequest, pk: uuid.UUID) -> Referral:
    found = referral_for(actor_of(request), pk)
    check(actor_of(request), "transfer", found)
    return found


def _begun(
    request: HttpRequest, found: Referral, form: Form, begin: Callable[..., Transfer], said: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"lawful_basis": found.lawful_basis, **form.cleaned_data}
        values = TransferValues(**given | {"contents": tuple(given["contents"])})
        try:
            made = begin(referral=found, values=values, by=actor_of(request))
        except BadInput as stop:
            add_error(form, stop)
        else:
            messages.success(request, said)
            return redirect("marac:transfer", made.pk)
    context = {
        "referral": found,
        "case": found.matter.case,
        "form": form,
        "banner": banner_of(request, found),
        "is_out": begin is services.prepare_transfer,
    }
    return render(request, "marac/transfer_new.html", context, status=422 if form.errors else 200)


@require_safe
@for_roles(*SEEING_TRANSFERS)
def transfer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One move: the pack, whether it has arrived, and the IDVAs' handover."""
    return _page(request, queries.transfer_for(actor_of(request), pk))


@require_safe
@for_roles(*SEEING_TRANSFERS)
def transfer_pack(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The pack on its own, for paper or a PDF."""
    actor = actor_of(request)
    found = queries.transfer_for(actor, pk)
    context = {"transfer": found, "shown": present.transfer_shown(actor, found), "case": found.matter.case}
    return render(request, "marac/transfer_pack.html", context)


@require_POST
@for_roles(*MOVING)
def transfer_send(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Send it as it is read now."""
    actor = actor_of(request)
    found = queries.transfer_for(actor, pk)
    version = whole_number(request.POST.get("version"))
    try:
        services.send_transfer(transfer=found, pack=present.pack_of(actor, found), version=version, by=actor)
    except ChangedMeanwhile as stop:
        stop.back = request.path.removesuffix("/send")
        raise
    messages.success(request, "Sent: the pack is kept as it went. Ask whether it has arrived.")
    return redirect("marac:transfer", found.pk)


@require_POST
@for_roles(*MOVING)
def transfer_receipt(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """It has arrived."""
    form = ReceiptForm(request.POST)
    return _step(request, pk, form, services.confirm_receipt, "receipt", "Its arrival is confirmed.")


@require_POST
@for_roles(*MOVING)
def transfer_call_off(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """It isn't sent after all."""
    return _step(request, pk, CallOffForm(request.POST), services.call_off_transfer, "call_off", "Called off.")


@require_POST
@for_roles(*HANDING_OVER)
def transfer_hand_over(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The IDVAs have spoken."""
    return _step(request, pk, HandOverForm(request.POST), services.hand_over, "hand_over", "The handover is recorded.")


def _step(
    request: HttpRequest, pk: uuid.UUID, form: Form, act: Callable[..., Transfer], name: str, said: str
) -> HttpResponse:
    actor = actor_of(request)
    found = queries.transfer_for(actor, pk)
    if form.is_valid():
        try:
            act(transfer=found, version=whole_number(request.POST.get("version")), by=actor, **form.cleaned_data)
        except BadInput as stop:
            add_error(form, stop)
        except ChangedMeanwhile as stop:
            stop.back = request.path.rpartition("/")[0]
            raise
        else:
            messages.success(request, said)
            return redirect("marac:transfer", found.pk)
    return _page(request, found, {name: form})


def _page(request: HttpRequest, found: Transfer, forms: dict[str, Form] | None = None) -> HttpResponse:
    actor = actor_of(request)
    given = forms or {}
    wrong = next((form for form in given.values() if form.errors), None)
    context = {
        "transfer": found,
        "case": found.matter.case,
        "shown": present.transfer_shown(actor, found),
        "banner": banner_of(request, found.referral),
        "form": wrong,
        "receipt": given.get("receipt", ReceiptForm()),
        "call_off": given.get("call_off", CallOffForm()),
        "hand_over": given.get(
            "hand_over", HandOverForm(initial={"idva_there": found.idva_there, "note": found.handover_note})
        ),
        "may": {verb: can(actor, verb, found) for verb in ("send", "confirm_receipt", "call_off", "hand_over")},
    }
    return render(request, "marac/transfer.html", context, status=422 if wrong else 200)
