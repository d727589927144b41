"""What apps above contribute to the pages of commitments."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable

from wraparound.foundation.partners.actors import Actor
from wraparound.kit.registry import Register

MatterLabels = Callable[[Actor, Iterable[uuid.UUID]], dict[uuid.UUID, tuple[str, str]]]
"""Given an Actor and matters' ids: for those that the actor may open, {matter id: (text, address)}, in one query."""

matter_labels: Register[MatterLabels] = Register("matter label")


def labels_for(actor: Actor, matter_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """How each matter is named to `actor`, and where it opens. A matter that nobody names is left out."""
    wanted = list(dict.fromkeys(matter_ids))
    labels: dict[uuid.UUID, tuple[str, str]] = {}
    if wanted:
        for contribute in matter_labels:
            labels.update(contribute(actor, wanted))
    return labels
