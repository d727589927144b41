"""What was decided on links, and what of it stands. Unnarrowed: for services."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q

from wraparound.foundation.people.models import LinkDecision, SourceRecord
from wraparound.foundation.people.rules import held_apart


def standing(decisions: Iterable[LinkDecision]) -> list[LinkDecision]:
    """The decisions that nothing has undone, in the order in which they were made.

    One that undoes "the same person" stands itself, as a split that is remembered. One that undoes "not the
    same person" only takes that back.
    """
    ordered = sorted(decisions, key=lambda decision: decision.decided_at)
    undone = {decision.undoes_id for decision in ordered if decision.undoes_id}
    return [d for d in ordered if d.pk not in undone and not (d.undoes_id and d.same)]


def decisions_on(record_ids: Collection[UUID]) -> list[LinkDecision]:
    """Every decision in which one of these records is a side."""
    touches = Q(record_a__in=record_ids) | Q(record_b__in=record_ids)
    return list(LinkDecision.objects.filter(touches).order_by("decided_at"))


def persons_apart(person_ids: Collection[UUID]) -> set[frozenset[UUID]]:
    """Pairs of persons, one of them among these, of whom records were decided not to be one person."""
    records = SourceRecord.objects.filter(person__in=person_ids).values_list("pk", flat=True)
    decided = [(d.record_a_id, d.record_b_id) for d in standing(decisions_on(list(records))) if not d.same]
    if not decided:
        return set()
    sides = {record_id for pair in decided for record_id in pair}
    person = dict(SourceRecord.objects.filter(pk__in=sides).values_list("pk", "person_id"))
    return held_apart(person, decided)
