"""Several areas' sessions for who administers them: when, how full, with whom, and how many cases. Nobody's case.

How many are on an agenda is counted whole: the role opens no case, so that a number tells it of nobody. A session that
was called for one case stays out, as it does for everyone to whom that case isn't open.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.meetings import queries as meetings
from wraparound.foundation.meetings.models import AgendaItem, Attendance, AttendanceStatus, Panel, Session
from wraparound.foundation.meetings.queries import ON_THE_AGENDA
from wraparound.foundation.meetings.rules import quorum
from wraparound.foundation.meetings.states import SessionState
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.models import OrganisationKind
from wraparound.foundation.rulesets.queries import RuleInForce, RuleMissing
from wraparound.response.marac.in_force import session_rules
from wraparound.response.marac.params import SessionMode
from wraparound.response.marac.returns.drawing import TASK, panels_for, rule_for
from wraparound.response.marac.returns.params import MaracReturn
from wraparound.response.marac.returns.populations import YES, children, heard, hearings, known_to
from wraparound.response.marac.returns.quarters import Quarter, quarter_of

AHEAD = timedelta(days=28)


@dataclass(frozen=True)
class Seat:
    """One session of one area, without a word of what is on it."""

    session: Session
    number: int
    missing: tuple[str, ...]  # kinds of agency without which there was no quorum
    asks_for_quorum: bool

    @property
    def is_full(self) -> bool:
        """Whether it has as many cases as it can hear, or more."""
        return self.number >= self.session.capacity


@dataclass(frozen=True)
class AreaLine:
    """One area: its sessions of the next four weeks, and its last whole quarter."""

    panel: Panel
    sessions: int
    places: int
    on_agenda: int
    without_chair: int
    cases: int
    people: int
    repeats: int
    children: int

    @property
    def load(self) -> float:
        """How much of the places is taken."""
        return self.on_agenda / self.places if self.places else 0.0


def last_quarter() -> Quarter:
    """The last whole one."""
    return quarter_of(today()).previous


def sessions_of_areas(actor: Actor, *, area_code: str = "", past: bool = False) -> QuerySet[Session]:
    """The sessions of the areas that `actor` knows of: those to come and of today, or those before. Raises Refused."""
    panels = [panel for panel in panels_for(actor) if not area_code or panel.area.code == area_code]
    rows = meetings.sessions_visible_to(actor).filter(panel__in=panels).select_related("panel__area", "chair")
    since = timezone.now() - timedelta(hours=12)
    return rows.filter(starts_at__lt=since) if past else rows.filter(starts_at__gte=since)


def seats(actor: Actor, sessions: Sequence[Session]) -> list[Seat]:
    """Sessions with their load and, of those that were held, whether they had a quorum. Two queries and the rules."""
    ids = [session.pk for session in sessions]
    with acting_as(system(TASK)):
        items = known_to(actor, AgendaItem.objects.filter(session__in=ids, state__in=ON_THE_AGENDA)).order_by()
        numbers: dict[uuid.UUID, int] = dict(items.values_list("session_id").annotate(number=Count("pk")))
        noted = Attendance.objects.filter(session__in=ids).exclude(status=AttendanceStatus.APOLOGIES)
        there: dict[uuid.UUID, list[str]] = {}
        for session_id, kind in noted.values_list("session_id", "organisation__kind"):
            there.setdefault(session_id, []).append(kind)
    return [_seat(session, numbers.get(session.pk, 0), there.get(session.pk, [])) for session in sessions]


def _seat(session: Session, number: int, there: Collection[str]) -> Seat:
    asks = session.mode != SessionMode.ASYNCHRONOUS and session.state == SessionState.CLOSED
    if not asks:
        return Seat(session, number, (), False)
    try:
        rules = session_rules(session.panel.area, today(session.starts_at)).params
    except RuleMissing:  # an area whose rules nobody has loaded here: it can't be said
        return Seat(session, number, (), False)
    missing = quorum(there, rules.quorum_kinds).missing
    return Seat(session, number, tuple(OrganisationKind(kind).label for kind in missing), True)


def area_lines(actor: Actor, quarter: Quarter, now: datetime | None = None) -> list[AreaLine]:
    """Each area with its coming load and its quarter, the fullest first. Raises Refused."""
    panels = panels_for(actor)
    begin = now or timezone.now()
    coming = meetings.sessions_visible_to(actor).filter(
        panel__in=panels, starts_at__gte=begin - timedelta(hours=12), starts_at__lt=begin + AHEAD
    )
    planned: dict[int, dict[str, int]] = {
        row["panel_id"]: row
        for row in coming.order_by()
        .values("panel_id")
        .annotate(
            sessions=Count("pk"), places=Sum("capacity", default=0), empty=Count("pk", filter=Q(chair__isnull=True))
        )
    }
    with acting_as(system(TASK)):
        listed = AgendaItem.objects.filter(session__in=list(coming.values_list("pk", flat=True)))
        listed = known_to(actor, listed.filter(state__in=ON_THE_AGENDA)).order_by()
        on_agenda: dict[int, int] = dict(listed.values_list("session__panel_id").annotate(number=Count("pk")))
        totals = _totals(panels, quarter, actor)
    lines = []
    for panel in panels:
        plan = planned.get(panel.pk, {})
        lines.append(
            AreaLine(
                panel=panel,
                sessions=plan.get("sessions", 0),
                places=plan.get("places", 0),
                on_agenda=on_agenda.get(panel.pk, 0),
                without_chair=plan.get("empty", 0),
                **totals.get(panel.pk, {"cases": 0, "people": 0, "repeats": 0, "children": 0}),
            )
        )
    return sorted(lines, key=lambda line: (-line.load, line.panel.name))


def _totals(panels: Sequence[Panel], quarter: Quarter, actor: Actor) -> dict[int, dict[str, int]]:
    """Cases, people, repeats and children of each panel: two queries for each rule set that they follow."""
    by_rule: dict[int, tuple[RuleInForce[MaracReturn], list[Panel]]] = {}
    for panel in panels:
        rule = rule_for(panel, quarter)
        by_rule.setdefault(rule.id, (rule, []))[1].append(panel)
    found: dict[int, dict[str, int]] = {}
    for rule, group in by_rule.values():
        rows = heard(group, quarter, actor)
        panel_of = "item__session__panel_id"
        counted = hearings(rows, rule.params).order_by().values(panel_of)
        for row in counted.annotate(
            cases=Count("pk"),
            people=Count("referral__victim__person_id", distinct=True),
            repeats=Count("pk", filter=Q(repeat=YES)),
        ):
            found[row[panel_of]] = {name: row[name] for name in ("cases", "people", "repeats")} | {"children": 0}
        for row in children(rows, rule.params).order_by().values(panel_of).annotate(number=Count("pk")):
            found[row[panel_of]]["children"] = row["number"]
    return found
