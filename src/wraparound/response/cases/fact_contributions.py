"""What standing facts show on pages of others: Today, a case's tab and overview, the chronology."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse

from wraparound.foundation.access.redaction import text_for
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.registry import ChronologyEntry, TodayRow
from wraparound.response.cases import queries
from wraparound.response.cases.fact_queries import KEEPING, all_facts_of, facts_ending
from wraparound.response.cases.models import Case
from wraparound.response.cases.presenters.facts import fact_words, label_of, standing_rows

SOME = 2


def ending(actor: Actor) -> Iterator[TodayRow]:
    """Bail, custody, orders and hearings whose day is near or has passed, for the IDVA and the agency that said so.

    The co-ordinator sees them on each case and in the session; that list is for who keeps them current. One query.
    """
    if actor.role not in KEEPING | {Role.IDVA}:
        return
    found = (
        facts_ending(actor)
        .order_by()
        .aggregate(number=Count("pk"), next=Min("on"), passed=Count("pk", filter=Q(on__lt=today())))
    )
    if found["number"]:
        passed = found["passed"]
        coming = found["number"] - passed
        parts = [f"{coming} to come" if coming else "", f"{passed} passed: say what came of it" if passed else ""]
        yield TodayRow(
            title="Bail, custody, orders, hearings",
            count=found["number"],
            sentence=f"{' · '.join(part for part in parts if part)}.",
            href=reverse("cases:facts-ending"),
            button="Look",
            is_late=bool(passed),
            risk=SOME,
        )


def tab(actor: Actor, case: Case) -> tuple[str, str]:
    """The tab "Standing"."""
    return ("Standing", reverse("cases:facts", args=[case.pk]))


def panel(actor: Actor, case: Case) -> dict[str, Any]:
    """What is so at present, on the overview of a case."""
    rows = standing_rows(actor, case, queries.reader_of(actor, case.matter_id))
    return {
        "title": "What is so at present",
        "rows": rows or [("Bail, orders and custody", "Nothing is recorded yet")],
        "actions": [("Keep current", reverse("cases:facts", args=[case.pk]))],
    }


def chronology(actor: Actor, matter_id: uuid.UUID) -> Iterator[ChronologyEntry]:
    """Each standing fact when it was entered, those too that are over."""
    reader = queries.reader_of(actor, matter_id)
    for fact in all_facts_of(actor, matter_id):
        marks: tuple[str, ...] = ("Never to the perpetrator",) if fact.never_to_perpetrator else ()
        marks += ("Over",) if fact.ended_at else ()
        yield ChronologyEntry(
            at=fact.at,
            organisation=fact.organisation.short_name,
            kind="fact",
            title=label_of(fact),
            detail=fact_words(fact, text_for(fact.text, reader.addresses, reader.audience)),
            href=reverse("cases:facts", args=[fact.case_id]),
            marks=marks,
        )
