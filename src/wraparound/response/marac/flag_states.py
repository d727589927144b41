"""The life of an agency's own flag on its records: set after a hearing, lapsed after the window, never deleted."""

from __future__ import annotations

import enum


class FlagState(enum.StrEnum):
    """Whether an agency says that its own records show that someone was heard at MARAC."""

    TO_SET = "to_set"
    SET = "set"
    NO_RECORD = "no_record"
    TO_REMOVE = "to_remove"
    REMOVED = "removed"
    LAPSED = "lapsed"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            FlagState.TO_SET: "To be set",
            FlagState.SET: "Set",
            FlagState.NO_RECORD: "Nothing to flag: the agency holds no record",
            FlagState.TO_REMOVE: "Lapsed: to be removed",
            FlagState.REMOVED: "Lapsed and removed",
            FlagState.LAPSED: "Lapsed: it was never confirmed as set",
        }[self]


FLAG_START = FlagState.TO_SET
FLAG_TRANSITIONS: dict[tuple[FlagState, str], FlagState] = {
    (FlagState.TO_SET, "set"): FlagState.SET,
    (FlagState.TO_SET, "hold_no_record"): FlagState.NO_RECORD,
    (FlagState.TO_SET, "lapse"): FlagState.LAPSED,
    (FlagState.SET, "lapse"): FlagState.TO_REMOVE,
    (FlagState.TO_REMOVE, "remove"): FlagState.REMOVED,
    # A repeat was heard: the window begins anew. Where the flag still stands, it simply stands longer.
    (FlagState.TO_REMOVE, "renew"): FlagState.SET,
    (FlagState.NO_RECORD, "reopen"): FlagState.TO_SET,
    (FlagState.REMOVED, "reopen"): FlagState.TO_SET,
    (FlagState.LAPSED, "reopen"): FlagState.TO_SET,
}
FLAG_MOVES: dict[FlagState, str] = {
    FlagState.TO_SET: "agency",
    FlagState.SET: "clock",
    FlagState.NO_RECORD: "nobody",
    FlagState.TO_REMOVE: "agency",
    FlagState.REMOVED: "nobody",
    FlagState.LAPSED: "nobody",
}
STANDING = (FlagState.TO_SET, FlagState.SET)
