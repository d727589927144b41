"""The table of blocking keys, kept in step with the records."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Max, Min

from wraparound.foundation.people.models import BlockingKey, SourceRecord
from wraparound.foundation.people.queries.held import held_values
from wraparound.foundation.people.rules import blocking_keys
from wraparound.foundation.people.values import PersonValues
from wraparound.kit.bulk import insert
from wraparound.kit.events import emit

RECORDS_AN_EVENT = 200


def write_keys(*, new: Sequence[tuple[SourceRecord, PersonValues]], changed: Sequence[SourceRecord]) -> list[UUID]:
    """Make the keys of new and changed records; returns the records that have any, in order. Runs as the system."""
    wanted = [(record.pk, blocking_keys(values)) for record, values in new]
    if changed:
        BlockingKey.objects.filter(record__in=[record.pk for record in changed]).delete()
        held = held_values(changed)
        wanted += [(record.pk, blocking_keys(held[record.pk])) for record in changed]
    insert(BlockingKey, [{"key": key, "record_id": record_id} for record_id, keys in wanted for key in keys])
    return [record_id for record_id, keys in wanted if keys]


def refresh_keys(record: SourceRecord) -> None:
    """Make the keys of one record anew, after an address or a number was added."""
    write_keys(new=[], changed=[record])


def say_that_they_arrived(organisation_id: int, record_ids: Sequence[UUID]) -> None:
    """Have candidates looked for in the background: each event holds the numbers of the first and last key of some.

    `record_ids` as `write_keys` returns them: in the order in which their keys were numbered.
    """
    some = [record_ids[start : start + RECORDS_AN_EVENT] for start in range(0, len(record_ids), RECORDS_AN_EVENT)]
    ends = {record_id for ids in some for record_id in (ids[0], ids[-1])}
    rows = BlockingKey.objects.filter(record__in=ends).values_list("record_id")
    numbers = {record_id: (first, last) for record_id, first, last in rows.annotate(Min("pk"), Max("pk"))}
    for ids in some:
        first, last = numbers[ids[0]][0], numbers[ids[-1]][1]
        emit("people.records_arrived", organisation=organisation_id, first_key=first, last_key=last)
