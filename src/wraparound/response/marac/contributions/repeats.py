"""Repeats found and reversed roles, on Today."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, TypeVar

from django.db.models import Count, Min, Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.registry import ChronologyEntry, TodayRow
from wraparound.response.marac.presenters.transfers import transfer_lines
from wraparound.response.marac.presenters.words import reader
from wraparound.response.marac.queries import repeats as queries
from wraparound.response.marac.queries import transfers
from wraparound.response.marac.repeat_states import RepeatState, TransferState

HIGH, SOME = 3, 2
M = TypeVar("M", bound=Model)


def repeats(actor: Actor) -> Iterator[TodayRow]:
    """What the record found and a person must say: repeats for the co-ordinator, reversed roles for the chair too."""
    if not actor.has_role(Role.MARAC_COORDINATOR, Role.MARAC_CHAIR):
        return
    if actor.role is Role.MARAC_COORDINATOR:
        found = _counted(queries.repeats_waiting(actor))
        if found["number"]:
            yield TodayRow(
                title="Repeats found",
                count=found["number"],
                sentence="Further abuse between two people who were heard. Nothing opens until you confirm it.",
                oldest_at=found["oldest"],
                href=reverse("marac:repeats"),
                button="Confirm",
                risk=HIGH,
            )
    turned = _counted(queries.role_reviews_waiting(actor))
    if turned["number"]:
        yield TodayRow(
            title="Who does what to whom?",
            count=turned["number"],
            sentence="Someone heard as a victim is named as the perpetrator. None is listed until it is reviewed.",
            oldest_at=turned["oldest"],
            href=f"{reverse('marac:repeats')}?show=roles",
            button="Review",
            risk=HIGH,
        )


def moves(actor: Actor) -> Iterator[TodayRow]:
    """Cases that move between areas: what nobody confirmed in time, and handovers that wait for the IDVA."""
    if not actor.has_role(Role.MARAC_COORDINATOR, Role.IDVA):
        return
    now = timezone.now()
    rows = transfers.transfers_on_their_way(actor).select_related(None)
    if actor.role is Role.IDVA:
        rows = rows.filter(handed_over_at__isnull=True)
    late = Count("pk", filter=Q(state=TransferState.SENT, confirm_by__lt=now))
    found = rows.order_by().aggregate(number=Count("pk"), oldest=Min("made_at"), late=late)
    if found["number"]:
        words = f" {found['late']} that nobody confirmed in time." if found["late"] else ""
        speak = "Speak with the IDVA there: risks now, and how they can be reached."
        yield TodayRow(
            title="Moves between areas",
            count=found["number"],
            sentence=speak if actor.role is Role.IDVA else f"On their way, or not handed over yet.{words}",
            oldest_at=found["oldest"],
            href=reverse("marac:transfers"),
            button="See",
            is_late=bool(found["late"]),
            risk=HIGH if actor.role is Role.IDVA else SOME,
        )


def chronology(actor: Actor, matter_id: uuid.UUID) -> Iterator[ChronologyEntry]:
    """Moves, and what was decided of repeats and of reversed roles."""
    read = reader(actor, matter_id)
    for row in transfers.transfers_of_matter(actor, matter_id):
        line = transfer_lines([row])[0]
        at = row.received_at or row.sent_at or row.made_at
        title = f"{line.where}: {line.state.lower()}"
        yield ChronologyEntry(at, "MARAC", "referral", title, read(row.reason), line.href)
    for proposal in queries.repeats_visible_to(actor).filter(matter_id=matter_id):
        if proposal.decided_at is not None:
            title = f"Repeat: {RepeatState(proposal.state).label.lower()}"
            href = reverse("marac:repeat", args=[proposal.pk])
            yield ChronologyEntry(proposal.decided_at, "MARAC", "referral", title, proposal.why, href)


def _counted(rows: QuerySet[M]) -> dict[str, Any]:
    return rows.select_related(None).order_by().aggregate(number=Count("pk"), oldest=Min("found_at"))
