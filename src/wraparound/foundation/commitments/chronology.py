"""What commitments add to a matter's chronology: that one was made, and what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.urls import reverse

from wraparound.foundation.access.decisions import visible
from wraparound.foundation.commitments.models import CommitmentChange
from wraparound.foundation.commitments.permissions import KEEPERS
from wraparound.foundation.commitments.redacting import Redactor
from wraparound.foundation.commitments.states import STEPS
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.registry import ChronologyEntry

TOLD = STEPS.keys() - {"assign", "give_back"}  # who of an agency does it is the agency's own affair


def commitments_of(actor: Actor, matter_id: uuid.UUID) -> Iterator[ChronologyEntry]:
    """One entry for each step that the actor may see; a way to it only in roles that its page is for."""
    rows = CommitmentChange.objects.filter(commitment__matter_id=matter_id, event__in=TOLD)
    redactor = Redactor(actor, [matter_id])
    for change in visible(actor, rows).select_related("commitment__organisation"):
        commitment = change.commitment
        what = redactor.text(matter_id, commitment.what)
        note = redactor.text(matter_id, change.note)
        yield ChronologyEntry(
            at=change.at,
            organisation=commitment.organisation.short_name,
            kind="commitment",
            title=f"Commitment {STEPS[change.event]}",
            detail=f"{what} ({note})" if note else what,
            href=reverse("commitments:commitment", args=[commitment.pk]) if actor.role in KEEPERS else "",
            marks=("Never to the perpetrator",) if commitment.never_to_perpetrator else (),
        )
