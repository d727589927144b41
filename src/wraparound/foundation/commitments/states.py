"""The life of a commitment. Overdue is not a state: it is computed from the day.

The two ways of failing are kept apart, as the SafeLives minutes template does (domain rules 3.4): no longer
possible because circumstances changed, and not done.
"""

from __future__ import annotations

import enum


class State(enum.StrEnum):
    """Where a promise stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    CLAIMED_NOT_POSSIBLE = "claimed_not_possible"
    NO_LONGER_POSSIBLE = "no_longer_possible"
    NOT_DONE = "not_done"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            State.PROPOSED: "Proposed",
            State.ACCEPTED: "Accepted",
            State.DECLINED: "Declined",
            State.DONE: "Done",
            State.CLAIMED_NOT_POSSIBLE: "Said to be no longer possible",
            State.NO_LONGER_POSSIBLE: "No longer possible",
            State.NOT_DONE: "Not done",
        }[self]


OPEN_STATES = frozenset({State.PROPOSED, State.ACCEPTED, State.CLAIMED_NOT_POSSIBLE})
PROMISED = OPEN_STATES - {State.PROPOSED}  # an agency's word stands; a proposal is nobody's promise yet


class Mover(enum.StrEnum):
    """Whose move it is in a state."""

    OWNER = "owner"  # the owning organisation
    COORDINATOR = "coordinator"
    NOBODY = "nobody"  # the end


START = State.PROPOSED

# (state, event) -> next state. Code, tests and the diagram in the docs come from this table.
TRANSITIONS: dict[tuple[State, str], State] = {
    (State.PROPOSED, "accept"): State.ACCEPTED,
    (State.PROPOSED, "decline"): State.DECLINED,
    (State.ACCEPTED, "do"): State.DONE,
    (State.ACCEPTED, "claim_not_possible"): State.CLAIMED_NOT_POSSIBLE,
    (State.ACCEPTED, "set_not_done"): State.NOT_DONE,
    (State.CLAIMED_NOT_POSSIBLE, "confirm_not_possible"): State.NO_LONGER_POSSIBLE,
    (State.CLAIMED_NOT_POSSIBLE, "refuse_not_possible"): State.ACCEPTED,
}

MOVES: dict[State, Mover] = {
    State.PROPOSED: Mover.OWNER,
    State.ACCEPTED: Mover.OWNER,
    State.CLAIMED_NOT_POSSIBLE: Mover.COORDINATOR,
    State.DECLINED: Mover.NOBODY,
    State.DONE: Mover.NOBODY,
    State.NO_LONGER_POSSIBLE: Mover.NOBODY,
    State.NOT_DONE: Mover.NOBODY,
}

# What is said to someone whose step comes in a state that doesn't allow it.
STANDS: dict[State, str] = {
    State.PROPOSED: "This commitment was proposed and not answered yet: accept it or decline it first.",
    State.ACCEPTED: "This commitment was accepted and is still to be kept.",
    State.DECLINED: "This commitment was declined.",
    State.DONE: "This commitment is done.",
    State.CLAIMED_NOT_POSSIBLE: "This is said to be no longer possible: the co-ordinator decides about that first.",
    State.NO_LONGER_POSSIBLE: "This commitment ended: it is no longer possible.",
    State.NOT_DONE: "This commitment ended as not done.",
}


def after(state: State, event: str) -> State | None:
    """The state to which `event` leads from `state`, or None where it isn't allowed."""
    return TRANSITIONS.get((state, event))


def leading_to(event: str) -> State:
    """Where `event` leads, from wherever it is allowed."""
    return next(state for (_, name), state in TRANSITIONS.items() if name == event)


# How each step reads in the history, after the word "Commitment". The last four change no state.
STEPS: dict[str, str] = {
    "propose": "proposed",
    "accept": "accepted",
    "decline": "declined",
    "do": "done",
    "claim_not_possible": "said to be no longer possible",
    "confirm_not_possible": "ended: no longer possible",
    "refuse_not_possible": "still to be done",
    "set_not_done": "not done",
    "make": "made",
    "escalate": "escalated to the agency's lead",
    "assign": "given to someone of the agency",
    "give_back": "given back to the agency",
}
