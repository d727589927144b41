"""The MARAC's return: the quarter's numbers, the cases behind one, the file, and the quality view."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from wraparound.foundation.access.web import for_roles
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.meetings.models import Panel
from wraparound.kit.paging import page_of
from wraparound.response.marac.forms.returns import INSIDE, PUBLISH, ReturnForm
from wraparound.response.marac.presenters import returns as present
from wraparound.response.marac.returns import drawing
from wraparound.response.marac.returns.permissions import READING
from wraparound.response.marac.returns.published import published_figures
from wraparound.response.marac.returns.quarters import Quarter, lately, quarter_of, read_quarter
from wraparound.response.marac.returns.shape import as_data
from wraparound.response.marac.returns.tables import HEARINGS, TOTAL
from wraparound.response.marac.views.heads import actor_of

reading = for_roles(*READING)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Wanted(NamedTuple):
    """What the page's address asks for."""

    quarter: Quarter
    panel: Panel
    publish: bool
    form: ReturnForm
    query: str


def _wanted(request: HttpRequest) -> Wanted:
    """The quarter (the last whole one where none is given), the MARAC, and for whom. Raises BadInput."""
    day = today()
    text = request.GET.get("quarter", "")
    quarter = read_quarter(text, today=day) if text else quarter_of(day).previous
    panels = drawing.panels_for(actor_of(request))
    panel = drawing.among(panels, request.GET.get("area", ""))
    kind = PUBLISH if request.GET.get("kind") == PUBLISH else INSIDE
    chosen = {"quarter": quarter.code, "area": panel.area.code, "kind": kind}
    quarters = sorted({*lately(day), quarter}, reverse=True)
    form = ReturnForm(chosen, quarters=quarters, panels=panels)
    query = f"quarter={quarter.code}&area={panel.area.code}&kind={kind}"
    return Wanted(quarter, panel, kind == PUBLISH, form, query)


@reading
@require_safe
def marac_return(request: HttpRequest) -> HttpResponse:
    """One quarter: what the national form asks for, and every table."""
    wanted = _wanted(request)
    drawn = drawing.draw(quarter=wanted.quarter, panel=wanted.panel, publish=wanted.publish, by=actor_of(request))
    found = as_data(drawn)
    context = {
        "found": found,
        "form": wanted.form,
        "query": wanted.query,
        "form_rows": present.form_rows(found),
        "tables": present.tables(found),
        "rule": drawn.counted.rule,
        "smallest": drawn.counted.rule.params.publish.smallest,
    }
    return TemplateResponse(request, "marac/return.html", context)


@reading
@require_safe
def return_file(request: HttpRequest) -> HttpResponse:
    """The same as an Excel file."""
    wanted = _wanted(request)
    drawn = drawing.draw(quarter=wanted.quarter, panel=wanted.panel, publish=wanted.publish, by=actor_of(request))
    stream = BytesIO()
    present.write_workbook(as_data(drawn), stream)
    response = HttpResponse(stream.getvalue(), content_type=XLSX)
    name = f"marac-return-{wanted.quarter.code}{'-to-publish' if wanted.publish else ''}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@reading
@require_safe
def return_cases(request: HttpRequest) -> HttpResponse:
    """The cases behind one number, of those that are open to the reader."""
    actor, wanted = actor_of(request), _wanted(request)
    table, row = request.GET.get("table", TOTAL), request.GET.get("row", HEARINGS)
    spec, label = drawing.table_of(wanted.panel, wanted.quarter, table, row)
    items = drawing.cases_behind(quarter=wanted.quarter, panel=wanted.panel, spec=spec, row=row, by=actor)
    page = page_of(request, items, order=["-session__starts_at", "pk"])
    context = {
        "wanted": wanted,
        "title": spec.title,
        "label": label,
        "page": page,
        "rows": present.cases(actor, page.rows),
    }
    return TemplateResponse(request, "marac/return_cases.html", context)


@reading
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """The quality view of a quarter."""
    wanted = _wanted(request)
    found = drawing.draw_quality(quarter=wanted.quarter, panel=wanted.panel, by=actor_of(request))
    del wanted.form.fields["kind"]
    context = {
        "found": found,
        "form": wanted.form,
        "query": wanted.query,
        "measures": present.measures(found),
        "told": present.told_rows(found),
        "posts": present.posts_rows(found),
        "published": published_figures(wanted.panel.area),
        "percent": present.percent,
    }
    return TemplateResponse(request, "marac/return_quality.html", context)
