"""The table of blocking keys, kept in step with the records."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Max, Min

from wraparound.foundation.people.models import BlockingKey, SourceRecord
from wraparound.foundation.people.queries.held import held_values
from wraparound.foundation.people.rules import blocking_keys
from wraparound.foundation.people.values import PersonValues
from wraparound.kit.events import emit

RECORDS_AN_EVENT = 200


def write_keys(*, new: Sequence[tuple[SourceRecord, PersonValues]], changed: Sequence[SourceRecord]) -> list[UUID]:
    """Make the keys of new and changed records; returns the records that have any, in order. Runs as the system."""
    wanted = [(record.pk, blocking_keys(values)) for record, values in new]
    if changed:
        BlockingKey.objects.filter(record__in=[record.pk for record in changed]).delete()
        held = held_values(changed)
        wanted += [(record.pk, blocking_keys(held[record.pk])) for record in changed]
    _insert([(key, record_id) for record_id, keys in wanted for key in keys])
    return [record_id for record_id, keys in wanted if keys]


def refresh_keys(record: SourceRecord) -> None:
    """Make the keys of one record anew, after an address or a number was added."""
    write_keys(new=[], changed=[record])


def say_that_they_arrived(organisation_id: int, record_ids: Sequence[UUID]) -> None:
    """Have candidates looked for in the background: each event holds the numbers of the first and last key of some."""
    for start in range(0, len(record_ids), RECORDS_AN_EVENT):
        some = record_ids[start : start + RECORDS_AN_EVENT]
        keys = BlockingKey.objects.filter(record__in=some).aggregate(first=Min("pk"), last=Max("pk"))
        emit("people.records_arrived", organisation=organisation_id, first_key=keys["first"], last_key=keys["last"])


def _insert(rows: Sequence[tuple[str, UUID]]) -> None:
    """Straight into the table: seven rows a person, of which nothing is asked back, are most of an import."""
    if not rows:
        return
    as_stored = SourceRecord._meta.get_field("id").get_db_prep_value
    columns = [str(field.column) for field in (BlockingKey.key.field, BlockingKey.record.field)]
    quoted = [connection.ops.quote_name(name) for name in (BlockingKey._meta.db_table, *columns)]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO {} ({}, {}) VALUES (%s, %s)".format(*quoted),  # noqa: S608  names of our own model
            [(key, as_stored(record_id, connection, prepared=False)) for key, record_id in rows],
        )
