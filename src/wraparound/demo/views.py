"""The files of the demo, to be downloaded and imported by the clerk. They hold invented people only."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from wraparound.demo.day import folder
from wraparound.foundation.access.web import public


@public
def files(request: HttpRequest) -> HttpResponse:
    """The days' files that there are, the newest first."""
    _check_is_demo()
    found = sorted(folder().glob("incidents-*.csv"), reverse=True)
    days = [(date.fromisoformat(path.stem[10:]), [path.name, f"incident_children-{path.name[10:]}"]) for path in found]
    return TemplateResponse(request, "demo/files.html", {"days": days})


@public
def file(request: HttpRequest, name: str) -> HttpResponse:
    """One of them, as a download."""
    _check_is_demo()
    path = next((path for path in folder().glob("*.csv") if path.name == name), None)
    if path is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{path.name}"'}
    return HttpResponse(path.read_bytes(), content_type="text/csv", headers=headers)


def _check_is_demo() -> None:
    if not settings.PERSONAS:
        raise Http404
