"""Who appears in which matter: all that the foundation knows of the parties of a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from wraparound.foundation.access.models import Matter
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.models import Appearance, SourceRecord
from wraparound.foundation.people.services.exclusions import carry_between_matters_of
from wraparound.kit.bulk import insert


@dataclass(frozen=True)
class Appears:
    """That a record appears in a matter. `shielded`: not opened by work with the perpetrator."""

    matter_id: UUID
    record_id: UUID
    shielded: bool = True


def record_appearance(
    *, matter: Matter, records: SourceRecord | Iterable[SourceRecord], by: Actor, shielded: bool = True
) -> None:
    """Let records appear in a matter. Idempotent.

    `shielded` is False for the perpetrator's record only: what is shielded doesn't open through an involvement
    that faces the perpetrator. Exclusions that follow any of the people hold in the matter at once, and its own
    in their other matters. The caller has checked that `by` may add people to the matter.
    """
    several = [records] if isinstance(records, SourceRecord) else list(records)
    record_appearances(appearances=[Appears(matter.pk, record.pk, shielded) for record in several], by=by)


def record_appearances(*, appearances: Iterable[Appears], by: Actor) -> None:
    """The same for many matters at once, in a fixed number of queries: for importers."""
    wanted = list({(a.matter_id, a.record_id): a for a in appearances}.values())
    if not wanted:
        return
    with transaction.atomic(), lifted("record_appearance"):
        insert(
            Appearance,
            [{"matter_id": a.matter_id, "record_id": a.record_id, "shielded": a.shielded} for a in wanted],
            ignore_conflicts=True,
        )
        records = SourceRecord.objects.filter(pk__in={a.record_id for a in wanted})
        carry_between_matters_of(set(records.values_list("person_id", flat=True)))
