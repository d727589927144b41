"""What apps above contribute to the pages of commitments."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable

from wraparound.foundation.access.shown import asked_once
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.registry import Register

MatterLabels = Callable[[Actor, Iterable[uuid.UUID]], dict[uuid.UUID, tuple[str, str]]]
"""Given an Actor and matters' ids: for those that the actor may open, {matter id: (text, address)}, in one query."""

matter_labels: Register[MatterLabels] = Register("matter label")


def labels_for(actor: Actor, matter_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """How each matter is named to `actor`, and where it opens. A matter that nobody names is left out.

    On one page a matter is asked about once.
    """
    wanted = list(dict.fromkeys(matter_ids))
    known: dict[uuid.UUID, tuple[str, str] | None] = asked_once(("matter labels", actor), dict)
    if new := [matter_id for matter_id in wanted if matter_id not in known]:
        found: dict[uuid.UUID, tuple[str, str]] = {}
        for contribute in matter_labels:
            found.update(contribute(actor, new))
        known.update({matter_id: found.get(matter_id) for matter_id in new})
    return {matter_id: label for matter_id in wanted if (label := known[matter_id]) is not None}
