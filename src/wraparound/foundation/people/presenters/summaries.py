"""Someone in one line: in search results, in lists, and on Today."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import SourceRecord
from wraparound.foundation.people.queries import open_proposals, search
from wraparound.kit.jinja import day
from wraparound.kit.registry import Found, TodayRow

_MADE_HERE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|:(victim|perpetrator-\d+|child-\d+)$")


def age_on(dob: date | None, on: date) -> int | None:
    """Whole years of age on a day, or None where the birthday isn't known."""
    if dob is None or dob > on:
        return None
    return on.year - dob.year - ((on.month, on.day) < (dob.month, dob.day))


def age_of(record: SourceRecord) -> int | None:
    """The age today of whoever a record is about."""
    return age_on(record.dob, today())


def born(record: SourceRecord) -> str:
    """The birthday with the age: "27 March 1992 (34)"; or that it isn't known."""
    if record.dob is None:
        return "Not known"
    age = age_of(record)
    return day(record.dob) + (f" ({age})" if age is not None else "")


def reference_of(record: SourceRecord) -> str:
    """The agency's own reference. One that was made here, for an agency that gave none, tells nobody anything."""
    return "" if _MADE_HERE.search(record.external_ref) else record.external_ref


def holder_of(record: SourceRecord) -> str:
    """Who holds a record, and under which reference: "Fenmoor Police V-000002"."""
    return f"{record.organisation.short_name} {reference_of(record)}".strip()


def found_people(actor: Actor, words: str, limit: int) -> Iterable[Found]:
    """Search results: a name, a birthday and who holds the record. Never an address or a number."""
    for found in search(actor, words, limit):
        record = found.record
        birthday = f"born {day(record.dob)}" if record.dob else "birthday not known"
        yield Found(
            kind="Person",
            text=record.full_name,
            href=reverse("people:person", args=[found.person_id]),
            detail=f"{birthday} · {holder_of(record)}",
        )


def links_today(actor: Actor) -> Iterable[TodayRow]:
    """The link reviewer's row of Today: how many pairs wait, and since when. Two queries."""
    if not actor.has_role(Role.LINK_REVIEWER):
        return
    waiting = open_proposals(actor)
    count = waiting.count()
    if count:
        oldest = waiting.order_by("proposed_at").values_list("proposed_at", flat=True)[0]
        yield TodayRow(
            title="Records that may be one person",
            count=count,
            sentence="Each pair waits for you to decide; nothing is linked by a score.",
            oldest_at=oldest,
            href=reverse("people:link-queue"),
            button="Review",
        )
