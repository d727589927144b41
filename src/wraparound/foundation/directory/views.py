"""The directory of services, for everyone with a role."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from wraparound.foundation.access.web import Request
from wraparound.foundation.directory import queries
from wraparound.foundation.directory.forms import SearchForm
from wraparound.kit.paging import page_of


def service_list(request: Request) -> HttpResponse:
    """Services by words and kind."""
    form = SearchForm(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    words, kind = wanted.get("words", ""), wanted.get("kind", "")
    found = queries.services(request.actor, words=words, kind=kind)
    context = {
        "form": form,
        "page": page_of(request, found, order=["name", "pk"]),
        "active": bool(words) + bool(kind),
    }
    return render(request, "directory/list.html", context)


def service(request: Request, slug: str) -> HttpResponse:
    """One service and how to refer to it."""
    return render(request, "directory/service.html", {"service": queries.service(request.actor, slug)})
