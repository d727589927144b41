"""The access log: one row a look or an act, never changed; sealed afterwards in a chain."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Model, QuerySet

from wraparound.foundation.access.models import AccessLogEntry, AccessLogSeal
from wraparound.foundation.partners.actors import Actor

SETTLED_AFTER = timedelta(minutes=5)
ROWS_A_SEAL = 5_000


def write(
    actor: Actor,
    verb: str,
    thing: Model | None = None,
    *,
    matter_id: uuid.UUID | None = None,
    **detail: str | int | bool | None,
) -> None:
    """Log that `actor` did `verb` to `thing`. `detail` holds ids, codes and versions: never names or text."""
    _entry(actor, verb, thing, matter_id, detail).save(force_insert=True)


def write_each(actor: Actor, verb: str, things: Iterable[tuple[Model, Mapping[str, str | int | bool | None]]]) -> None:
    """Log that `actor` did `verb` to each of several things, each with its detail: a row for each, in one statement."""
    AccessLogEntry.objects.bulk_create(_entry(actor, verb, thing, None, detail) for thing, detail in things)


def _entry(
    actor: Actor,
    verb: str,
    thing: Model | None,
    matter_id: uuid.UUID | None,
    detail: Mapping[str, str | int | bool | None],
) -> AccessLogEntry:
    if matter_id is None and thing is not None:
        matter_id = getattr(thing, "matter_id", None)
    return AccessLogEntry(
        user_id=actor.user_id,
        membership_id=actor.membership_id,
        organisation_id=actor.organisation_id,
        system_task=actor.system_task,
        role=actor.role or "",
        purpose=actor.purpose,
        verb=verb,
        matter_id=matter_id,
        thing_kind=thing._meta.label if thing is not None else "",
        thing_id=str(thing.pk) if thing is not None else "",
        detail=dict(detail),
    )


def seal(now: datetime) -> int:
    """Chain the settled rows that no seal covers yet. Returns how many rows were sealed."""
    sealed = 0
    while True:
        with transaction.atomic():
            last = AccessLogSeal.objects.select_for_update().order_by("-to_id").first()
            rows = _settled(AccessLogEntry.objects.filter(pk__gt=last.to_id if last else 0), now)
            if not rows:
                return sealed
            previous = last.digest if last else ""
            AccessLogSeal.objects.create(
                from_id=rows[0].pk,
                to_id=rows[-1].pk,
                rows=len(rows),
                previous=previous,
                digest=digest_of(previous, rows),
            )
            sealed += len(rows)


def _settled(unsealed: QuerySet[AccessLogEntry], now: datetime) -> list[AccessLogEntry]:
    """The next rows to seal: without a gap, up to the first that isn't settled.

    One that was told late, of something that happened earlier, may stand behind it: its turn comes with the next.
    """
    unsettled = unsealed.filter(at__gte=now - SETTLED_AFTER).order_by("pk").values_list("pk", flat=True).first()
    rows = unsealed if unsettled is None else unsealed.filter(pk__lt=unsettled)
    return list(rows.order_by("pk")[:ROWS_A_SEAL])


def digest_of(previous: str, rows: list[AccessLogEntry]) -> str:
    """SHA-256 over the seal before and every field of the rows, in order."""
    digest = hashlib.sha256(previous.encode())
    for row in rows:
        values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
        digest.update(json.dumps(values, default=str, sort_keys=True).encode())
    return digest.hexdigest()


def broken_seals() -> list[int]:
    """Ids of the seals that no longer fit the rows that they cover."""
    broken, previous = [], ""
    for seal_row in AccessLogSeal.objects.order_by("to_id"):
        rows = list(AccessLogEntry.objects.filter(pk__gte=seal_row.from_id, pk__lte=seal_row.to_id).order_by("pk"))
        fits = seal_row.previous == previous and len(rows) == seal_row.rows
        if not fits or digest_of(previous, rows) != seal_row.digest:
            broken.append(seal_row.pk)
        previous = seal_row.digest
    return broken
