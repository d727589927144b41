"""Drawing a return for someone: may they, of which MARAC, by which definitions; and the cases behind a number.

The numbers are whole: the return is of all cases, also of those that aren't open to whoever draws it. Only who is kept
from a case counts without it, as everywhere. The cases behind a number are narrowed to the reader anew, and nothing
says how many are left out.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import visible
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.meetings import queries as meetings
from wraparound.foundation.meetings.models import AgendaItem, Panel
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.rulesets.queries import RuleInForce, in_force
from wraparound.kit.errors import BadInput, Unknown
from wraparound.response.marac.in_force import session_rules
from wraparound.response.marac.organisations import core_organisations
from wraparound.response.marac.returns import quality
from wraparound.response.marac.returns.counting import Counted, count, of_row, populated
from wraparound.response.marac.returns.params import MaracBenchmarks, MaracReturn
from wraparound.response.marac.returns.permissions import check_can_read_return
from wraparound.response.marac.returns.quarters import Quarter
from wraparound.response.marac.returns.suppression import Withheld, withhold
from wraparound.response.marac.returns.tables import POPULATIONS, TableSpec, specs, whole

TASK = "marac.return"
MARAC = "marac"


@dataclass(frozen=True)
class Drawn:
    """A return, and what is withheld of it: None where it stays inside the partnership."""

    quarter: Quarter
    panel: Panel
    counted: Counted
    withheld: Withheld | None
    is_complete: bool  # the quarter is over


def panels_for(actor: Actor) -> list[Panel]:
    """The MARACs whose return `actor` may draw. Raises Refused."""
    check_can_read_return(actor)
    return list(meetings.panels(actor, MARAC))


def panel_for(actor: Actor, area_code: str = "") -> Panel:
    """The MARAC of an area by its code; without one, the first that `actor` knows of. Raises Refused or BadInput."""
    known = panels_for(actor)
    return among(known, area_code)


def among(known: Sequence[Panel], area_code: str) -> Panel:
    """The MARAC of an area among those that someone knows of. Raises BadInput."""
    found = [panel for panel in known if not area_code or panel.area.code == area_code]
    if not known:
        raise BadInput("No MARAC that you know of is set up here. Ask whoever keeps the reference pack.", "area")
    if not found:
        codes = ", ".join(f"{panel.area.code} ({panel.area.name})" for panel in known)
        raise BadInput(f"There is no MARAC of the area {area_code[:40]!r} to draw a return of. Known: {codes}.", "area")
    return found[0]


def rule_for(panel: Panel, quarter: Quarter) -> RuleInForce[MaracReturn]:
    """The definitions in force on the quarter's last day, or today where it isn't over. Raises RuleMissing."""
    return in_force("marac.return", panel.area, min(quarter.last, today()), MaracReturn)


def draw(*, quarter: Quarter, panel: Panel, publish: bool, by: Actor) -> Drawn:
    """Count a quarter of a MARAC, whole; with `publish` also what must be withheld outside. Logged. Raises Refused."""
    check_can_read_return(by)
    rule = rule_for(panel, quarter)
    with acting_as(system(TASK)):
        counted = count([panel], quarter, rule, reader=by)
    log.write(by, "draw_return", panel, quarter=quarter.code, published=publish, rule=rule.version)
    return Drawn(quarter, panel, counted, withhold(counted) if publish else None, quarter.last < today())


def table_of(panel: Panel, quarter: Quarter, table: str, row: str) -> tuple[TableSpec, str]:
    """A table of the definitions and the label of one of its rows. Raises Unknown."""
    rule = rule_for(panel, quarter)
    known = (*specs(rule.params), *(whole(population) for population in POPULATIONS))
    spec = next((spec for spec in known if spec.code == table and row in dict(spec.rows)), None)
    label = dict(spec.rows).get(row) if spec else None
    if spec is None or label is None:
        raise Unknown
    return spec, label


def cases_behind(*, quarter: Quarter, panel: Panel, spec: TableSpec, row: str, by: Actor) -> QuerySet[AgendaItem]:
    """The hearings behind one number, of those that are open to `by`. Logged."""
    check_can_read_return(by)
    rows = populated([panel], quarter, rule_for(panel, quarter).params, by)[spec.population]
    log.write(by, "see_return_cases", panel, quarter=quarter.code, table=spec.code, row=row)
    with acting_as(system(TASK)):
        items: list[uuid.UUID] = list(of_row(rows, spec, row).order_by().values_list("item_id", flat=True))
    found = visible(by, AgendaItem.objects.filter(pk__in=items))
    return found.select_related("session", "matter")


@dataclass(frozen=True)
class Quality:
    """The quality view of a quarter."""

    quarter: Quarter
    panel: Panel
    counted: Counted
    cases_of_year: int
    rule: RuleInForce[MaracBenchmarks]
    attendance: list[quality.AttendanceLine]
    research: list[quality.ResearchLine]
    told: quality.Told
    measured: list[quality.Measured]
    posts: list[quality.Posts]
    referring: list[quality.Referring]


def draw_quality(*, quarter: Quarter, panel: Panel, by: Actor) -> Quality:
    """The quality view of a quarter of a MARAC. Logged. Raises Refused, and RuleMissing without benchmarks."""
    check_can_read_return(by)
    day = min(quarter.last, today())
    definitions, rule = rule_for(panel, quarter), in_force("marac.benchmarks", panel.area, day, MaracBenchmarks)
    expected = core_organisations(panel.area, session_rules(panel.area, day).params.core_kinds)
    with acting_as(system(TASK)):
        counted = count([panel], quarter, definitions, quality.TABLES, reader=by)
        of_year = quality.cases_by_agency([panel], quality.year_to(quarter), definitions.params, by)
        cases_of_year = sum(of_year.values())
        found = Quality(
            quarter=quarter,
            panel=panel,
            counted=counted,
            cases_of_year=cases_of_year,
            rule=rule,
            attendance=quality.attendance([panel], quarter, expected),
            research=quality.research([panel], quarter, by),
            told=quality.told([panel], quarter, by),
            measured=quality.measured(counted, cases_of_year, rule.params),
            posts=quality.posts(cases_of_year, rule.params),
            referring=quality.referring(counted, of_year, rule.params.people),
        )
    log.write(by, "draw_return_quality", panel, quarter=quarter.code)
    return found
