"""The life of a session and of an item on its agenda."""

from __future__ import annotations

import enum


class SessionState(enum.StrEnum):
    """Where a session stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    ADJOURNED = "adjourned"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            SessionState.PLANNED: "Planned",
            SessionState.OPEN: "In session",
            SessionState.CLOSED: "Closed",
            SessionState.ADJOURNED: "Adjourned",
        }[self]


class ItemState(enum.StrEnum):
    """Where a matter stands on an agenda. One that was deferred or adjourned stands on a later agenda anew."""

    LISTED = "listed"
    HEARD = "heard"
    WITHDRAWN = "withdrawn"
    DEFERRED = "deferred"
    ADJOURNED = "adjourned"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            ItemState.LISTED: "Listed",
            ItemState.HEARD: "Heard",
            ItemState.WITHDRAWN: "Taken off",
            ItemState.DEFERRED: "Deferred",
            ItemState.ADJOURNED: "Adjourned",
        }[self]


SESSION_START = SessionState.PLANNED
SESSION_TRANSITIONS: dict[tuple[SessionState, str], SessionState] = {
    (SessionState.PLANNED, "open"): SessionState.OPEN,
    (SessionState.PLANNED, "adjourn"): SessionState.ADJOURNED,
    (SessionState.OPEN, "close"): SessionState.CLOSED,
    (SessionState.OPEN, "adjourn"): SessionState.ADJOURNED,
}
SESSION_MOVES: dict[SessionState, str] = {
    SessionState.PLANNED: "chair",
    SessionState.OPEN: "chair",
    SessionState.CLOSED: "nobody",
    SessionState.ADJOURNED: "nobody",
}
SESSION_ENDED = (SessionState.CLOSED, SessionState.ADJOURNED)

ITEM_START = ItemState.LISTED
ITEM_TRANSITIONS: dict[tuple[ItemState, str], ItemState] = {
    (ItemState.LISTED, "hear"): ItemState.HEARD,
    (ItemState.LISTED, "take_off"): ItemState.WITHDRAWN,
    (ItemState.LISTED, "defer"): ItemState.DEFERRED,
    (ItemState.LISTED, "adjourn"): ItemState.ADJOURNED,
}
ITEM_MOVES: dict[ItemState, str] = {
    ItemState.LISTED: "chair",
    ItemState.HEARD: "nobody",
    ItemState.WITHDRAWN: "nobody",
    ItemState.DEFERRED: "nobody",
    ItemState.ADJOURNED: "nobody",
}
# Gone from this agenda: the same matter may be listed on it anew.
ITEM_GONE = (ItemState.WITHDRAWN, ItemState.DEFERRED, ItemState.ADJOURNED)


class MinutesState(enum.StrEnum):
    """Where one version of a case's minutes stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            MinutesState.DRAFT: "Draft: not approved yet",
            MinutesState.APPROVED: "Approved",
            MinutesState.REPLACED: "Replaced by a later version",
        }[self]


MINUTES_START = MinutesState.DRAFT
MINUTES_TRANSITIONS: dict[tuple[MinutesState, str], MinutesState] = {
    (MinutesState.DRAFT, "approve"): MinutesState.APPROVED,
    (MinutesState.DRAFT, "replace"): MinutesState.REPLACED,
    (MinutesState.APPROVED, "replace"): MinutesState.REPLACED,
}
MINUTES_MOVES: dict[MinutesState, str] = {
    MinutesState.DRAFT: "chair",
    MinutesState.APPROVED: "chair",
    MinutesState.REPLACED: "nobody",
}

# What is said to someone whose step comes in a state that doesn't allow it.
SESSION_STANDS: dict[SessionState, str] = {
    SessionState.PLANNED: "This session hasn't been opened yet.",
    SessionState.OPEN: "This session has begun.",
    SessionState.CLOSED: "This session is closed: what was said in it stands as it is.",
    SessionState.ADJOURNED: "This session was adjourned: its cases are on a later one.",
}
ITEM_STANDS: dict[ItemState, str] = {
    ItemState.LISTED: "This is listed and hasn't been heard yet.",
    ItemState.HEARD: "This was heard already.",
    ItemState.WITHDRAWN: "This was taken off the agenda.",
    ItemState.DEFERRED: "This was deferred: it is on a later agenda.",
    ItemState.ADJOURNED: "This was adjourned: it is on a later agenda.",
}
