"""The sessions of several areas, for who administers them: calendar, load, chairs, quorum, quarter. Nobody's case."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from wraparound.foundation.access.web import for_roles
from wraparound.foundation.partners.roles import Role
from wraparound.kit.paging import page_of
from wraparound.response.marac.returns import region
from wraparound.response.marac.views.heads import actor_of


@for_roles(Role.REGIONAL_ADMINISTRATOR)
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Each area with its load and its quarter, and the sessions to come or before, of one area or of all."""
    actor, quarter = actor_of(request), region.last_quarter()
    lines = region.area_lines(actor, quarter)
    codes = {line.panel.area.code for line in lines}
    area = request.GET.get("area", "")
    area = area if area in codes else ""
    past = request.GET.get("when") == "past"
    rows = region.sessions_of_areas(actor, area_code=area, past=past)
    page = page_of(request, rows, order=["-starts_at", "pk"] if past else ["starts_at", "pk"], size=20)
    context = {
        "lines": lines,
        "quarter": quarter,
        "area": area,
        "past": past,
        "page": page,
        "seats": region.seats(actor, page.rows),
    }
    return TemplateResponse(request, "marac/region.html", context)
