"""Free text of a matter as one reader may have it: the one redaction rule, asked once for a whole page."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from wraparound.foundation.access import decisions
from wraparound.foundation.access.models import Facing
from wraparound.foundation.access.redaction import Audience, HeldAddress, text_for
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.queries import held_addresses_of_matters


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
    """Whose worker `actor` is in each matter; the system is everyone's."""
    if actor.is_system:
        return dict.fromkeys(matter_ids, Facing.ALL.value)
    return decisions.facings_of(actor, matter_ids)
