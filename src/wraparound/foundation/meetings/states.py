"""The life of a session and of an item on its agenda."""

from __future__ import annotations

import enum


class SessionState(enum.StrEnum):
    """Where a session stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {SessionState.PLANNED: "Planned", SessionState.OPEN: "In session", SessionState.CLOSED: "Closed"}[self]


class ItemState(enum.StrEnum):
    """Where a matter stands on an agenda."""

    LISTED = "listed"
    HEARD = "heard"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {ItemState.LISTED: "Listed", ItemState.HEARD: "Heard", ItemState.WITHDRAWN: "Taken off"}[self]


SESSION_START = SessionState.PLANNED
SESSION_TRANSITIONS: dict[tuple[SessionState, str], SessionState] = {
    (SessionState.PLANNED, "open"): SessionState.OPEN,
    (SessionState.OPEN, "close"): SessionState.CLOSED,
}
SESSION_MOVES: dict[SessionState, str] = {
    SessionState.PLANNED: "chair",
    SessionState.OPEN: "chair",
    SessionState.CLOSED: "nobody",
}

ITEM_START = ItemState.LISTED
ITEM_TRANSITIONS: dict[tuple[ItemState, str], ItemState] = {
    (ItemState.LISTED, "hear"): ItemState.HEARD,
    (ItemState.LISTED, "take_off"): ItemState.WITHDRAWN,
}
ITEM_MOVES: dict[ItemState, str] = {
    ItemState.LISTED: "chair",
    ItemState.HEARD: "nobody",
    ItemState.WITHDRAWN: "nobody",
}

# What is said to someone whose step comes in a state that doesn't allow it.
SESSION_STANDS: dict[SessionState, str] = {
    SessionState.PLANNED: "This session hasn't been opened yet.",
    SessionState.OPEN: "This session has begun.",
    SessionState.CLOSED: "This session is closed: what was said in it stands as it is.",
}
ITEM_STANDS: dict[ItemState, str] = {
    ItemState.LISTED: "This is listed and hasn't been heard yet.",
    ItemState.HEARD: "This was heard already.",
    ItemState.WITHDRAWN: "This was taken off the agenda.",
}
