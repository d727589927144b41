"""Free text of a matter as one reader may have it: the one redaction rule, asked once for a whole page."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from wraparound.foundation.access.decisions import open_involvements
from wraparound.foundation.access.models import Facing
from wraparound.foundation.access.redaction import Audience, HeldAddress, text_for
from wraparound.foundation.access.shown import asked_once
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.queries import held_addresses_of_matters

_WIDEST_FIRST = (Facing.ALL, Facing.VICTIM, Facing.CHILD, Facing.PERPETRATOR)


class Redactor:
    """What of the texts of some matters `actor` may read. The same few queries however many the matters are."""

    def __init__(self, actor: Actor, matter_ids: Iterable[uuid.UUID]) -> None:
        ids = set(matter_ids)
        self._user_id = str(actor.user_id or "")
        self._facings = facings_of(actor, ids)
        self._addresses: dict[uuid.UUID, list[HeldAddress]] = held_addresses_of_matters(ids) if ids else {}

    def text(self, matter_id: uuid.UUID, text: str) -> str:
        """`text`, which belongs to the matter, without the addresses that are protected from the reader."""
        if not text:
            return ""
        audience = Audience(user_id=self._user_id, facing=self._facings[matter_id])
        return text_for(text, self._addresses.get(matter_id, []), audience)

    def is_for_perpetrators_worker(self, matter_id: uuid.UUID) -> bool:
        """Whether the reader works with the perpetrator in this matter."""
        return self._facings[matter_id] == Facing.PERPETRATOR


def facings_of(actor: Actor, matter_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Whose worker `actor` is in each matter: as `access.decisions.facing_of`, in one query for all of them."""
    ids = set(matter_ids)
    if actor.is_system:
        return dict.fromkeys(ids, Facing.ALL.value)
    known: dict[uuid.UUID, str] = asked_once(("facings", actor), dict)
    if new := ids - known.keys():
        known |= _facings_of(actor, new)
    return {matter_id: known[matter_id] for matter_id in ids}


def _facings_of(actor: Actor, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    held: dict[uuid.UUID, set[str]] = {matter_id: set() for matter_id in ids}
    found = open_involvements(actor).filter(matter_id__in=ids).values_list("matter_id", "facing")
    for matter_id, facing in found:
        held[matter_id].add(facing)
    return {
        matter_id: next((f.value for f in _WIDEST_FIRST if f in facings), Facing.PERPETRATOR.value)
        for matter_id, facings in held.items()
    }
