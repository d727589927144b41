"""Signed-in sessions: their time-outs, and the second factor that everyone must have."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from wraparound.foundation.access.queries import session_timeouts

STARTED = "wraparound_started"
SEEN = "wraparound_seen"
PERSONA = "wraparound_persona"


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: accounts are made by an organisation's administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always closed."""
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not for setting up the first second factor right after the password was given; else always."""
        request = self.request
        if app != "allauth.mfa" or is_mfa_enabled(request.user):
            return True
        records = get_authentication_records(request, request.user)
        return not records or time.time() - records[-1]["at"] > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


class TimeoutMiddleware:
    """Ends a session that was idle, or that lasted, for too long. The minutes are a rule set."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "_auth_user_id" in request.session:
            now = time.time()
            limits = session_timeouts()
            started = request.session.setdefault(STARTED, now)
            seen = request.session.get(SEEN, now)
            if now - seen > limits.idle_minutes * 60 or now - started > limits.absolute_minutes * 60:
                logout(request)
                request.session["wraparound_timed_out"] = True
            elif now - seen > 30 or SEEN not in request.session:
                request.session[SEEN] = now  # written twice a minute at most, not with each page
        return self.get_response(request)


class SecondFactorMiddleware:
    """Leads everyone without a second factor to set one up, before any page about anyone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """Redirect to the authenticator page unless one is set up; personas of the demo need none."""
        if not settings.REQUIRE_SECOND_FACTOR or not request.user.is_authenticated:
            return None
        if getattr(view, "gate_is_public", False) or getattr(view, "gate_is_account", False):
            return None
        if settings.PERSONAS and request.session.get(PERSONA):
            return None
        if is_mfa_enabled(request.user):
            return None
        messages.info(request, "Set up an authenticator app to go on. It keeps people's records safe.")
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
