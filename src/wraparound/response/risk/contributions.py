"""What risk shows on pages of others: Today, the chronology, and the tab and panel of a case."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE
from wraparound.kit.registry import ChronologyEntry, TodayRow
from wraparound.response.cases.models import Case
from wraparound.response.risk import presenters, queries
from wraparound.response.risk.models import Assessment, Grade
from wraparound.response.risk.permissions import can_see_history
from wraparound.response.risk.states import AssessmentState

HIGH_RISK, SOME_RISK = 3, 1
TAB = "Risk"


def drafts_to_finish(actor: Actor) -> Iterator[TodayRow]:
    """One's own drafts, and those that a colleague left and can't finish."""
    if actor.role not in WORKING_WITH_PEOPLE:
        return
    yield from _row(
        queries.drafts_of(actor),
        "Risk assessments to finish",
        "Begun by you and not signed yet. Until then nobody else can go by them.",
    )
    yield from _row(
        queries.left_drafts(actor),
        "Risk assessments left by a colleague",
        "Whoever began them can't finish them. Take one over, or begin anew.",
    )


def _row(drafts: QuerySet[Assessment], title: str, sentence: str) -> Iterator[TodayRow]:
    found = drafts.order_by().aggregate(
        number=Count("pk"), oldest=Min("started_at"), high=Count("pk", filter=Q(indicated_grade=Grade.HIGH))
    )
    if not found["number"]:
        return
    high = f" {found['high']} would be high by the answers so far." if found["high"] else ""
    yield TodayRow(
        title=title,
        count=found["number"],
        sentence=sentence + high,
        oldest_at=found["oldest"],
        href=reverse("risk:drafts"),
        button="Finish",
        risk=HIGH_RISK if found["high"] else SOME_RISK,
    )


def chronology(actor: Actor, matter_id: uuid.UUID) -> Iterable[ChronologyEntry]:
    """Each signed assessment, when it was signed."""
    read = queries.reader_of(actor, matter_id)
    signed = queries.assessments_for(actor, matter_id).filter(state=AssessmentState.SIGNED)
    for assessment in signed:
        row = presenters.history_row(assessment, read)
        yield ChronologyEntry(
            at=assessment.signed_at or assessment.started_at,
            organisation=row.organisation,
            kind="assessment",
            title=f"Risk assessed: {assessment.grade} ({row.note})",
            detail=row.reason,
            href=row.href,
        )


def tab(actor: Actor, case: Case) -> tuple[str, str] | None:
    """The tab "Risk"; not for whoever works with the perpetrator there."""
    if not can_see_history(actor, case.matter_id):
        return None
    return (TAB, reverse("risk:history", args=[case.pk]))


def panel(actor: Actor, case: Case) -> dict[str, Any] | None:
    """The latest assessment and how the grades went, for the overview of a case."""
    if not can_see_history(actor, case.matter_id):
        return None
    read = queries.reader_of(actor, case.matter_id)
    signed = queries.signed_of(actor, case.matter_id)
    trend = presenters.trend_of(signed)
    actions = [
        ("All assessments", reverse("risk:history", args=[case.pk])),
        ("Begin an assessment", reverse("risk:begin", args=[case.pk])),
    ]
    return {
        "title": "Risk",
        "template": "risk/_panel.html",
        "latest": presenters.history_row(signed[-1], read) if signed else None,
        "trend": trend,
        "actions": actions,
    }
