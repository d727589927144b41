"""The life of an edition: drawn by the machine, written on and signed off by an analyst, frozen by a second person."""

from __future__ import annotations

import enum


class EditionState(enum.StrEnum):
    """Where an edition stands."""

    DRAWING = "drawing"
    DRAFT = "draft"
    SIGNED_OFF = "signed_off"
    FROZEN = "frozen"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            EditionState.DRAWING: "Being drawn",
            EditionState.DRAFT: "Draft",
            EditionState.SIGNED_OFF: "Signed off, to be agreed",
            EditionState.FROZEN: "Agreed and frozen",
        }[self]


EDITION_START = EditionState.DRAWING
EDITION_TRANSITIONS: dict[tuple[EditionState, str], EditionState] = {
    (EditionState.DRAWING, "draw"): EditionState.DRAFT,
    (EditionState.DRAFT, "refresh"): EditionState.DRAWING,
    (EditionState.DRAFT, "write"): EditionState.DRAFT,
    # From here on neither numbers nor words change ...
    (EditionState.DRAFT, "sign_off"): EditionState.SIGNED_OFF,
    # ... unless the second reader sends it back, until it is frozen for good.
    (EditionState.SIGNED_OFF, "send_back"): EditionState.DRAFT,
    (EditionState.SIGNED_OFF, "freeze"): EditionState.FROZEN,
}
EDITION_MOVES: dict[EditionState, str] = {
    EditionState.DRAWING: "system",
    EditionState.DRAFT: "analyst",
    EditionState.SIGNED_OFF: "second reader",
    EditionState.FROZEN: "nobody",
}


def edition_after(state: str, event: str) -> EditionState | None:
    """The state to which `event` leads from `state`, or None where it isn't allowed."""
    return EDITION_TRANSITIONS.get((EditionState(state), event))
