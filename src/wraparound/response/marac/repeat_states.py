"""The life of a proposed repeat, of a review of who does what to whom, and of a transfer to or from another area."""

from __future__ import annotations

import enum


class RepeatState(enum.StrEnum):
    """Where the question stands whether what came after a hearing is a repeat."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    NOT_A_REPEAT = "not_a_repeat"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            RepeatState.PROPOSED: "To be confirmed",
            RepeatState.CONFIRMED: "A repeat",
            RepeatState.NOT_A_REPEAT: "Not a repeat",
            RepeatState.WITHDRAWN: "Withdrawn: what it rested on is no longer so",
        }[self]


REPEAT_START = RepeatState.PROPOSED
REPEAT_TRANSITIONS: dict[tuple[RepeatState, str], RepeatState] = {
    (RepeatState.PROPOSED, "confirm"): RepeatState.CONFIRMED,
    (RepeatState.PROPOSED, "refuse"): RepeatState.NOT_A_REPEAT,
    (RepeatState.PROPOSED, "withdraw"): RepeatState.WITHDRAWN,
    (RepeatState.WITHDRAWN, "reopen"): RepeatState.PROPOSED,
}
REPEAT_MOVES: dict[RepeatState, str] = {
    RepeatState.PROPOSED: "coordinator",
    RepeatState.CONFIRMED: "nobody",
    RepeatState.NOT_A_REPEAT: "nobody",
    RepeatState.WITHDRAWN: "nobody",
}


class RoleReviewState(enum.StrEnum):
    """Where a review of who does what to whom stands: someone heard as a victim is named as the perpetrator."""

    OPEN = "open"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            RoleReviewState.OPEN: "To be reviewed",
            RoleReviewState.DECIDED: "Reviewed",
            RoleReviewState.WITHDRAWN: "Withdrawn: what it rested on is no longer so",
        }[self]


ROLE_REVIEW_START = RoleReviewState.OPEN
ROLE_REVIEW_TRANSITIONS: dict[tuple[RoleReviewState, str], RoleReviewState] = {
    (RoleReviewState.OPEN, "decide"): RoleReviewState.DECIDED,
    (RoleReviewState.OPEN, "withdraw"): RoleReviewState.WITHDRAWN,
    (RoleReviewState.WITHDRAWN, "reopen"): RoleReviewState.OPEN,
}
ROLE_REVIEW_MOVES: dict[RoleReviewState, str] = {
    RoleReviewState.OPEN: "coordinator",
    RoleReviewState.DECIDED: "nobody",
    RoleReviewState.WITHDRAWN: "nobody",
}


class RoleOutcome(enum.StrEnum):
    """What a review found of who does what to whom. None of them lists anybody."""

    AS_BEFORE = "as_before"
    REVERSED = "reversed"
    BOTH = "both"
    CANNOT_TELL = "cannot_tell"

    @property
    def label(self) -> str:
        """How the outcome is named on pages."""
        return {
            RoleOutcome.AS_BEFORE: "As before: who was heard as the victim is the victim here too",
            RoleOutcome.REVERSED: "The other way round: who was heard as the perpetrator is harmed here",
            RoleOutcome.BOTH: "Each harms the other, and each needs their own support",
            RoleOutcome.CANNOT_TELL: "It can't be told from what is known",
        }[self]


class TransferState(enum.StrEnum):
    """Where a case stands on its way from one area's MARAC to another's."""

    PREPARED = "prepared"
    SENT = "sent"
    RECEIVED = "received"
    CALLED_OFF = "called_off"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            TransferState.PREPARED: "Being prepared",
            TransferState.SENT: "Sent: receipt isn't confirmed yet",
            TransferState.RECEIVED: "Received",
            TransferState.CALLED_OFF: "Called off",
        }[self]


TRANSFER_START = TransferState.PREPARED
TRANSFER_TRANSITIONS: dict[tuple[TransferState, str], TransferState] = {
    (TransferState.PREPARED, "send"): TransferState.SENT,
    (TransferState.PREPARED, "call_off"): TransferState.CALLED_OFF,
    (TransferState.SENT, "confirm_receipt"): TransferState.RECEIVED,
}
TRANSFER_MOVES: dict[TransferState, str] = {
    TransferState.PREPARED: "coordinator",
    TransferState.SENT: "coordinator",
    TransferState.RECEIVED: "nobody",
    TransferState.CALLED_OFF: "nobody",
}
