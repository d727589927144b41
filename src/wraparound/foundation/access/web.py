"""The gate at the door of every page: who is signed in, in which membership, and that it still stands."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TypeVar, cast
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from wraparound.foundation.access.shown import showing
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import Actor, actor_for
from wraparound.foundation.partners.models import Membership, User
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import Refused
from wraparound.kit.stops import response_to

MEMBERSHIP_KEY = "wraparound_membership"
View = Callable[..., HttpResponseBase]
V = TypeVar("V", bound=View)


class Request(HttpRequest):
    """A request that passed the gate."""

    actor: Actor
    membership: Membership
    memberships: list[Membership]
    user: User


class ActorMiddleware:
    """Finds the membership acted in, anew at each request: one that has ended opens nothing from that moment on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        membership, memberships = _membership_of(request)
        held = cast(Request, request)
        held.memberships = memberships
        if membership is None:
            held.actor = cast(Actor, None)
            return self.get_response(request)
        held.membership = membership
        held.actor = actor_for(membership)
        with acting_as(held.actor), showing(request.method in ("GET", "HEAD")):
            return self.get_response(request)


def _membership_of(request: HttpRequest) -> tuple[Membership | None, list[Membership]]:
    if isinstance(request.user, AnonymousUser):
        return None, []
    wanted = request.session.get(MEMBERSHIP_KEY, "")
    live = Membership.objects.live().filter(user=request.user).select_related("organisation", "user", "team")
    # Few rows, and every request asks: put in order here, where it costs nothing.
    memberships = sorted(live, key=lambda one: (_ROLE_ORDER.get(one.role, 99), one.starts_at, one.pk))
    if not memberships:
        return None, []
    current = next((m for m in memberships if str(m.pk) == wanted), memberships[0])
    return current, memberships


_ROLE_ORDER = {role.value: position for position, role in enumerate(Role)}


def act_as(request: HttpRequest, membership_id: uuid.UUID) -> None:
    """Act in another of one's own live memberships from now on. Raises Refused for any other."""
    held = cast(Request, request)
    if not any(m.pk == membership_id for m in held.memberships):
        raise Refused("You don't hold that role now.")
    request.session[MEMBERSHIP_KEY] = str(membership_id)


def for_roles(*roles: Role) -> Callable[[V], V]:
    """Mark a page as for people acting in one of `roles`. An unmarked page is for everyone with a live role."""

    def mark(view: V) -> V:
        view.gate_roles = frozenset(roles)  # type: ignore[attr-defined]  # the mark that the gate reads
        return view

    return mark


def public(view: V) -> V:
    """Mark a page that opens without signing in. It may show nothing about anyone."""
    view.gate_is_public = True  # type: ignore[attr-defined]  # the mark that the gate reads
    return view


def account_page(view: V) -> V:
    """Mark a page of someone's own account, which opens to them without any role: sign-out, second factor."""
    view.gate_is_account = True  # type: ignore[attr-defined]  # the mark that the gate reads
    return view


class GateMiddleware:
    """Deny by default: each page opens only as it is marked, before any of its own code runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """Lead a stranger to sign in; refuse whoever acts in another role than the page is for."""
        if getattr(view, "gate_is_public", False):
            return None
        if isinstance(request.user, AnonymousUser):
            query = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('account_login')}?{query}")
        if getattr(view, "gate_is_account", False):
            return None
        actor = cast(Request, request).actor
        roles: frozenset[Role] = getattr(view, "gate_roles", frozenset())
        if actor is None:
            return response_to(request, Refused("Your account holds no role now. Ask your administrator."))
        if roles and actor.role not in roles:
            sentence = "This page isn't for the role that you act in. You can change roles at the top."
            return response_to(request, Refused(sentence))
        return None
