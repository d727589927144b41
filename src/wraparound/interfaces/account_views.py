"""Thin pages of roles and accounts. The rules are in `partners.services`."""

from __future__ import annotations

import uuid
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from wraparound.foundation.access import web
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.access.web import Request, for_roles
from wraparound.foundation.partners.queries import (
    membership_of_organisation,
    memberships_of_organisation,
    organisation_of,
    persona_memberships,
)
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.partners.services import add_membership, add_user, end_membership
from wraparound.interfaces.account_forms import EndForm, MembershipForm
from wraparound.interfaces.sessions import PERSONA
from wraparound.kit.errors import BadInput
from wraparound.kit.paging import page_of


@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Act in another of one's own roles."""
    try:
        wanted = uuid.UUID(request.POST.get("membership", ""))
    except ValueError as error:
        raise BadInput("Choose one of your roles.", "membership") from error
    web.act_as(request, wanted)
    return redirect("today")


@for_roles(Role.ADMINISTRATOR)
def membership_list(request: HttpRequest) -> HttpResponse:
    """Who holds which role in the administrator's own organisation."""
    actor = cast(Request, request).actor
    page = page_of(request, memberships_of_organisation(actor), order=["user__name", "pk"])
    context = {"page": page, "organisation": organisation_of(actor)}
    return TemplateResponse(request, "interfaces/memberships.html", context)


@for_roles(Role.ADMINISTRATOR)
def membership_new(request: HttpRequest) -> HttpResponse:
    """Give someone an account and a role."""
    actor = cast(Request, request).actor
    organisation = organisation_of(actor)
    form = MembershipForm(request.POST or None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        try:
            values = form.cleaned_data
            user = add_user(email=values["email"], name=values["name"], password=values["password"], by=actor)
            add_membership(
                user=user, organisation=organisation, role=Role(values["role"]), team=values.get("team"), by=actor
            )
        except BadInput as error:
            form.add_error(error.field or None, error.sentence)
        else:
            messages.success(request, "The role was given. It opens with their next page.")
            return redirect("accounts:list")
    return TemplateResponse(request, "interfaces/membership_new.html", {"form": form, "organisation": organisation})


@for_roles(Role.ADMINISTRATOR)
def membership_end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End a role, at once, in open sessions too."""
    actor = cast(Request, request).actor
    membership = membership_of_organisation(actor, pk)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end_membership(membership=membership, because=form.cleaned_data["because"], by=actor)
        messages.success(request, "The role has ended, in open sessions too.")
        return redirect("accounts:list")
    return TemplateResponse(request, "interfaces/membership_end.html", {"form": form, "membership": membership})


def closed(request: HttpRequest) -> HttpResponse:
    """Nobody signs up by themselves."""
    return TemplateResponse(request, "interfaces/closed.html", {}, status=404)


def personas(request: HttpRequest) -> HttpResponse:
    """In the demo: everyone whom one can be, with one click."""
    if not settings.PERSONAS:
        raise Http404
    return TemplateResponse(request, "interfaces/personas.html", {"groups": persona_memberships()})


@require_POST
def persona_sign_in(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """In the demo: sign in as a persona, in the role of the button."""
    if not settings.PERSONAS:
        raise Http404
    membership = next((m for _, group in persona_memberships() for m in group if m.pk == pk), None)
    if membership is None:
        raise Http404
    with lifted("persona"):
        login(request, membership.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    request.session[PERSONA] = True
    request.session[web.MEMBERSHIP_KEY] = str(membership.pk)
    return HttpResponseRedirect(reverse("today"))
