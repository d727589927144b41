"""Whom the actor sees by an emergency now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from wraparound.foundation.access.decisions import visible
from wraparound.foundation.access.queries import live_looks
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.models import Appearance, SourceRecord


@dataclass(frozen=True)
class OpenNow:
    """The people of one case that is open by an emergency, each by one record that the actor sees."""

    until: datetime
    records: list[SourceRecord]


def open_by_emergency(actor: Actor) -> list[OpenNow]:
    """What is open to the actor by an emergency, what ends first at the top. One query where nothing is."""
    looks = live_looks(actor)
    if not looks:
        return []
    rows = visible(actor, SourceRecord.objects.filter(appearances__matter__in=looks)).distinct()
    records = {record.pk: record for record in rows.order_by("family_name", "given_names", "pk")}
    people: dict[UUID, dict[UUID, SourceRecord]] = {matter_id: {} for matter_id in looks}
    appear = Appearance.objects.filter(matter__in=looks, record__in=records).values_list("matter_id", "record_id")
    order = {pk: place for place, pk in enumerate(records)}
    for matter_id, record_id in sorted(appear, key=lambda one: order[one[1]]):
        people[matter_id].setdefault(records[record_id].person_id, records[record_id])
    return [OpenNow(until, list(people[matter_id].values())) for matter_id, until in looks.items()]


def open_until(actor: Actor, record_ids: Iterable[UUID]) -> datetime | None:
    """Until when an emergency opens a case of these records to the actor; None where none does."""
    looks = live_looks(actor)
    if not looks:
        return None
    matters = Appearance.objects.filter(record__in=list(record_ids), matter__in=looks).values_list(
        "matter_id", flat=True
    )
    return min((looks[matter_id] for matter_id in matters), default=None)
