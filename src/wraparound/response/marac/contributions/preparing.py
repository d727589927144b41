"""What the preparation of a session shows on pages of others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.jinja import clock, shortday
from wraparound.kit.registry import TodayRow
from wraparound.response.marac.permissions.preparing import CHASING
from wraparound.response.marac.queries.research import Owing, owing_agencies, progress_of_agency, to_hear

HIGH = 3
MOST_NAMED = 4


def research(actor: Actor) -> Iterator[TodayRow]:
    """What the own agency is asked; for who co-ordinates, what agencies still owe. One query."""
    if actor.role in CHASING:
        yield from _outstanding(actor)
    elif actor.has_role(Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD):
        yield from _asked(actor)


def _asked(actor: Actor) -> Iterator[TodayRow]:
    now = timezone.now()
    waiting = [one for one in progress_of_agency(actor, now) if one.answered < one.asked]
    if not waiting:
        return
    first = waiting[0]
    late = sum(one.late for one in waiting)
    yield TodayRow(
        title="Research for the MARAC",
        count=sum(one.asked - one.answered for one in waiting),
        sentence=(
            f"{first.answered} of {first.asked} answered for {shortday(first.starts_at)},"
            f" due {_when(first.due_at)}.{f' {late} late.' if late else ''}"
        ),
        oldest_at=None,
        href=reverse("marac:research"),
        button="Answer",
        is_late=bool(late),
        risk=HIGH,
    )


def _outstanding(actor: Actor) -> Iterator[TodayRow]:
    owing = owing_agencies(actor, timezone.now())
    if not owing:
        return
    of_next = [one for one in owing if one.session_id == owing[0].session_id]
    yield TodayRow(
        title="Research outstanding",
        count=sum(one.number for one in owing),
        sentence=f"For {shortday(of_next[0].starts_at)}: {words_of(of_next)}.",
        oldest_at=min(one.asked_at for one in owing),
        href=reverse("marac:research-outstanding"),
        button="Chase",
        is_late=any(one.late for one in owing),
        risk=HIGH,
    )


def to_be_heard(actor: Actor) -> Iterator[TodayRow]:
    """The IDVA's: what she said is written down before the session, not after. One query."""
    if actor.role is not Role.IDVA:
        return
    found = to_hear(actor).order_by().aggregate(number=Count("pk"), oldest=Min("received_at"))
    if found["number"]:
        yield TodayRow(
            title="To be heard before the session",
            count=found["number"],
            sentence="On an agenda, and nothing that she said is written down yet.",
            oldest_at=found["oldest"],
            href=reverse("marac:to-hear"),
            button="Write",
            risk=HIGH,
        )


def words_of(owing: list[Owing]) -> str:
    """The agencies and how much each owes, those that owe most first: "Adult Social Care 3 · Mental Health 1"."""
    named = " · ".join(f"{one.short_name} {one.number}" for one in owing[:MOST_NAMED])
    more = f" · {len(owing) - MOST_NAMED} more" if len(owing) > MOST_NAMED else ""
    return f"{named}{more} (due {_when(min(one.due_at for one in owing))})"


def _when(due_at: datetime) -> str:
    at = timezone.localtime(due_at)
    return clock(at) if at.date() == timezone.localdate() else f"{shortday(at)} {clock(at)}"
