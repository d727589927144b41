"""What every step of a commitment has in common: its row is locked, it is in the history, and it is told."""

from __future__ import annotations

from wraparound.foundation.access.decisions import get_visible
from wraparound.foundation.commitments.models import Commitment, CommitmentChange
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.errors import BadInput
from wraparound.kit.events import emit

LONGEST = 300


def locked(commitment: Commitment, by: Actor) -> Commitment:
    """The commitment as it is now, locked until the transaction ends. Raises Unknown where `by` may not see it."""
    return get_visible(by, Commitment.objects.select_for_update(of=("self",)), pk=commitment.pk)


def remember(commitment: Commitment, event: str, before: str, by: Actor, note: str = "") -> None:
    """Write one step into the history."""
    CommitmentChange.objects.create(
        commitment=commitment,
        event=event,
        from_state=before,
        to_state=commitment.state,
        by_id=by.user_id,
        by_organisation_id=by.organisation_id,
        note=note,
    )


def tell(what: str, commitment: Commitment, by: Actor, **more: object) -> None:
    """Emit `commitments.<what>` with the commitment, its matter and who did it."""
    emit(
        f"commitments.{what}",
        commitment=commitment.pk,
        matter=commitment.matter_id,
        by=by.user_id or "",
        version=commitment.version,
        **more,
    )


def line(text: str, field: str, missing: str) -> str:
    """One line of text that must be there. Raises BadInput, saying `missing`, where it isn't or is too long."""
    text = " ".join(text.split())
    if not text:
        raise BadInput(missing, field)
    if len(text) > LONGEST:
        raise BadInput(f"Say it in {LONGEST} characters or fewer.", field)
    return text
