"""A person's page, and what may be written from it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.web import Request, for_roles
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.foundation.people import forms, presenters, queries, services
from wraparound.foundation.people.models import Characteristic, SourceRecord
from wraparound.foundation.people.permissions import can_name_reader
from wraparound.kit.errors import BadInput, Unknown
from wraparound.kit.forms import Form

readers = for_roles(*sorted(WORKING_WITH_PEOPLE), Role.LINK_REVIEWER, Role.INFORMATION_GOVERNANCE)
work = for_roles(*sorted(WORKING_WITH_PEOPLE))


@contextmanager
def errors_on(form: Form) -> Iterator[None]:
    """Show a service's sentence about a value beside the field that it is about."""
    try:
        yield
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, error.sentence)


@readers
@require_safe
def person(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Who we think this is, and who says so."""
    try:
        file = queries.person_file(request.actor, pk)
    except Unknown:
        now = queries.person_now(request.actor, pk)
        if now is None:
            raise
        return HttpResponseRedirect(reverse("people:person", args=[now]))
    context = {"page": presenters.person_page(request.actor, file), "characteristics": Characteristic.choices}
    return render(request, "people/person.html", context)


def _own(request: Request, pk: uuid.UUID) -> SourceRecord:
    """The reader's own organisation's record of the person, begun now where there is none."""
    return services.own_record_for(person=queries.person_for(request.actor, pk), by=request.actor)


def _title(request: Request, pk: uuid.UUID) -> tuple[str, str]:
    """The person's name and the address of their page; raises Unknown where the reader may not know of them."""
    queries.person_for(request.actor, pk)
    records = queries.records_of_person(request.actor, pk)
    return records[0].full_name, reverse("people:person", args=[pk])


def _back(request: Request, record: SourceRecord, anchor: str, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return HttpResponseRedirect(f"{reverse('people:person', args=[record.person_id])}#{anchor}")


@work
def add_contact(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Say how someone may be reached."""
    name, href = _title(request, pk)
    form = forms.ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        rule = services.ChannelValues(
            channel=said["channel"],
            value=said["value"],
            safety=said["safety"],
            times=said["times"],
            voicemail_allowed=bool(said["voicemail"]),
            note=said["note"],
        )
        with errors_on(form), transaction.atomic():
            record = _own(request, pk)
            services.add_contact_rule(record=record, rule=rule, by=request.actor)
            return _back(request, record, "contact", "The contact rule stands from now on, for everyone.")
    context = {"form": form, "name": name, "href": href, "title": "How to reach them"}
    return render(request, "people/form.html", context)


@work
@require_POST
def confirm_contact(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Say that a contact rule still holds."""
    rule = queries.contact_rule_for(request.actor, pk)
    services.confirm_contact_rule(rule=rule, by=request.actor)
    return _back(request, rule.record, "contact", "Confirmed as of today.")


@work
@require_POST
def tried_contact(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Log the one call that may be tried."""
    rule = queries.contact_rule_for(request.actor, pk)
    services.record_try(rule=rule, by=request.actor)
    return _back(
        request,
        rule.record,
        "contact",
        "Logged. This number may not be tried again until someone knows that it is safe.",
    )


@work
def add_address(request: Request, pk: uuid.UUID) -> HttpResponse:
    """A new address, with what it is."""
    name, href = _title(request, pk)
    form = forms.AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with errors_on(form), transaction.atomic():
            record = _own(request, pk)
            services.add_address(record=record, by=request.actor, **form.cleaned_data)
            return _back(request, record, "addresses", "The address is recorded, and protected by what you said it is.")
    context = {"form": form, "name": name, "href": href, "title": "Add an address"}
    return render(request, "people/form.html", context)


@work
def type_address(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Say what an address is."""
    address = queries.address_to_type(request.actor, pk)
    form = forms.AddressKindForm(request.POST or None, initial={"kind": address.kind})
    if request.method == "POST" and form.is_valid():
        services.type_address(address=address, kind=form.cleaned_data["kind"], by=request.actor)
        return _back(request, address.record, "addresses", "The address is protected by what you said it is.")
    audience, named = queries.address_file(request.actor, address)
    text = presenters.address_line(named, address, audience)
    context = {
        "form": form,
        "address": address,
        "text": text,
        "may_read": audience.user_id in named,
        "may_name": can_name_reader(request.actor, address),
        "href": reverse("people:person", args=[address.record.person_id]),
    }
    return render(request, "people/address.html", context)


@work
def read_address(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Name oneself as a reader of a protected address, and say why."""
    address = queries.address_to_type(request.actor, pk)
    form = forms.ReaderForm(request.POST or None)
    back = reverse("people:address-type", args=[address.pk])
    if request.method == "POST" and form.is_valid():
        with errors_on(form):
            reason = form.cleaned_data["reason"]
            services.name_address_reader(address=address, user=request.user, reason=reason, by=request.actor)
            return HttpResponseRedirect(back)
    context = {
        "form": form,
        "name": address.record.full_name,
        "href": back,
        "title": "Read a protected address",
        "what_happens": "It is shown to you from now on, and to nobody else by this. It changes nothing on record.",
    }
    return render(request, "people/form.html", context)


@work
def equality(request: Request, pk: uuid.UUID, characteristic: str) -> HttpResponse:
    """Record one equality characteristic."""
    if characteristic not in Characteristic.values:
        raise Http404
    name, href = _title(request, pk)
    form = forms.EqualityForm(request.POST or None, characteristic=characteristic)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with errors_on(form), transaction.atomic():
            record = _own(request, pk)
            services.set_equality_answer(
                record=record,
                characteristic=characteristic,
                state=said["state"],
                code=said[form.answer_field],
                said_by=said["said_by"],
                by=request.actor,
            )
            return _back(request, record, "equality", "Recorded.")
    context = {"form": form, "name": name, "href": href, "title": Characteristic(characteristic).label}
    return render(request, "people/form.html", context)


@work
def add_relationship(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Say how this person is related to another in the same case."""
    name, href = _title(request, pk)
    around = queries.people_around(request.actor, pk)
    choices = [(str(record.pk), record.full_name) for record in around]
    form = forms.RelationshipForm(request.POST or None, others=choices)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        other = queries.record_around(request.actor, pk, said["other"])
        with errors_on(form), transaction.atomic():
            own = _own(request, pk)
            first, second = (own, other) if said["direction"] == "from" else (other, own)
            services.record_relationship(
                from_record=first,
                to_record=second,
                kind=said["kind"],
                ended=said["ended"],
                separated_on=said["separated_on"],
                shared_child=bool(said["shared_child"]),
                by=request.actor,
            )
            return _back(request, own, "relationships", "The relationship is recorded, with what the Act says of it.")
    context = {"form": form, "name": name, "href": href, "title": "Add a relationship", "nobody": not around}
    return render(request, "people/form.html", context)
