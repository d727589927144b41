"""The site's own few pages: Today, search, about, health."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html

from wraparound.foundation.access.permissions import can_look_in_emergency
from wraparound.foundation.access.web import Request, for_roles, public
from wraparound.foundation.areas.pack import PackError, current_pack
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE
from wraparound.interfaces.today import next_steps, rows_for
from wraparound.kit.forms.text import clean_text
from wraparound.kit.registry import Found, search_providers

MOST_RESULTS = 25


def today(request: HttpRequest) -> HttpResponse:
    """What waits for me, oldest and riskiest first."""
    actor = cast(Request, request).actor
    context = {"rows": rows_for(actor), "at": timezone.now(), "next_steps": next_steps(actor)}
    return TemplateResponse(request, "interfaces/today.html", context)


@for_roles(*WORKING_WITH_PEOPLE)
def search(request: HttpRequest) -> HttpResponse:
    """People, cases and references that the actor may know of, and nothing that hints at others."""
    actor = cast(Request, request).actor
    words = " ".join(clean_text(request.GET.get("q", "")).split())[:100]
    found: list[Found] = []
    if words:
        for provider in search_providers:
            found.extend(_taken(provider(actor, words, MOST_RESULTS), MOST_RESULTS - len(found)))
    links = [[r.kind, format_html('<a class="govuk-link" href="{}">{}</a>', r.href, r.text), r.detail] for r in found]
    context = {"words": words, "found": found, "results": links, "most": MOST_RESULTS}
    context["emergency"] = can_look_in_emergency(actor)
    return TemplateResponse(request, "interfaces/search.html", context)


def _taken(results: Iterable[Found], limit: int) -> list[Found]:
    taken: list[Found] = []
    for result in results:
        if len(taken) >= limit:
            break
        taken.append(result)
    return taken


@public
def about(request: HttpRequest) -> HttpResponse:
    """What this is, under which licence, and whose data it carries."""
    try:
        attribution = current_pack().about.attribution
    except PackError:
        attribution = ()
    return TemplateResponse(
        request, "interfaces/about.html", {"synthetic": settings.SYNTHETIC, "attribution": attribution}
    )


@public
@transaction.non_atomic_requests
def health(request: HttpRequest) -> HttpResponse:
    """Whether the process and its database answer. Says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            answered = cursor.fetchone() == (1,)
    except DatabaseError:
        answered = False
    return JsonResponse({"status": "ok" if answered else "unwell"}, status=200 if answered else 503)


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or that another site sent."""
    return TemplateResponse(request, "errors/csrf.html", {}, status=403)


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address: the same answer as for a record that the reader may not know of."""
    return TemplateResponse(request, "errors/404.html", {}, status=404)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke: nothing of it is shown.

    Without the request, so that nothing is asked of the session, the database or the frame, any of which may be what
    broke; the stylesheet by its plain name, which needs no list of files.
    """
    page = render_to_string("errors/500.html", {"stylesheet": f"{settings.STATIC_URL}dist/app.css"})
    return HttpResponse(page, status=500)
