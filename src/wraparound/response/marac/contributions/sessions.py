"""What sessions show on pages of others: what waits for the chair, gaps in the rota, the load ahead, deferrals."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Count, Min
from django.urls import reverse

from wraparound.foundation.meetings.permissions import RUNNING
from wraparound.foundation.meetings.queries import to_sum_up
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.jinja import clock, shortday
from wraparound.kit.registry import ChronologyEntry, TodayRow
from wraparound.response.marac.presenters.planning import forecast_shown
from wraparound.response.marac.presenters.sitting import deferrals_shown
from wraparound.response.marac.queries.deferrals import deferrals_asked, deferrals_of_matter
from wraparound.response.marac.queries.load import gaps_of, load_ahead, upcoming_without_chair
from wraparound.response.marac.queries.sessions import MARAC

HIGH, SOME, LITTLE = 3, 2, 1


def for_the_chair(actor: Actor) -> Iterable[TodayRow]:
    """Deferrals past the limits, and cases to sum up after a closing date."""
    if actor.role is not Role.MARAC_CHAIR:
        return
    asked = deferrals_asked(actor).order_by().aggregate(number=Count("pk"), oldest=Min("asked_at"))
    if asked["number"]:
        yield TodayRow(
            title="Deferrals to decide",
            count=asked["number"],
            sentence="Past the limits of the rule set: may they wait?",
            oldest_at=asked["oldest"],
            href=reverse("marac:deferrals"),
            button="Decide",
            risk=HIGH,
        )
    found = to_sum_up(actor, MARAC).order_by().aggregate(number=Count("pk"), oldest=Min("heard_at"))
    if found["number"]:
        yield TodayRow(
            title="Cases to sum up",
            count=found["number"],
            sentence="Heard by a closing date: agencies have filed what they know.",
            oldest_at=found["oldest"],
            href=reverse("marac:to-sum-up"),
            button="Sum up",
            risk=HIGH,
        )


def planning_ahead(actor: Actor) -> Iterable[TodayRow]:
    """The load ahead against its room, and the next session that nobody chairs."""
    if actor.role not in RUNNING:
        return
    load = load_ahead(actor) if actor.role is Role.MARAC_COORDINATOR else None
    gaps = upcoming_without_chair(actor) if load is None else gaps_of(load)
    if gaps:
        first = gaps[0]
        yield TodayRow(
            title="Gaps in the rota",
            count=len(gaps),
            sentence=f"Of the next fortnight. The first: {shortday(first.starts_at)}, {clock(first.starts_at)}.",
            href=reverse("marac:rota"),
            button="Fill them",
            risk=SOME,
        )
    if load is not None and load.forecast.capacity:
        shown = forecast_shown(load)
        yield TodayRow(
            title="Load",
            count=load.forecast.listed + load.forecast.waiting,
            sentence=shown.headline,
            href=reverse("marac:calendar"),
            button="Calendar",
            is_late=bool(load.forecast.short_by),
            risk=SOME if load.forecast.short_by else LITTLE,
        )


def chronology(actor: Actor, matter_id: uuid.UUID) -> Iterable[ChronologyEntry]:
    """That a case was put off, why, and what was done meanwhile."""
    found = deferrals_of_matter(actor, matter_id)
    for one, shown in zip(found, deferrals_shown(actor, found), strict=True):
        title = f"{shown.kind} to a later session" if shown.decided else "Putting it off waits for the chair"
        detail = f"{shown.reason} Until then: {shown.interim_safety}"
        yield ChronologyEntry(one.asked_at, "MARAC", "session", title, detail, href=shown.href)
