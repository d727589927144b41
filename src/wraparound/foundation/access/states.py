"""The life of a look in an emergency: it waits until somebody of the agency that holds the case has checked it."""

from __future__ import annotations

import enum


class LookState(enum.StrEnum):
    """What was found of a look in an emergency."""

    WAITING = "waiting"
    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            LookState.WAITING: "Waits for review",
            LookState.JUSTIFIED: "Justified",
            LookState.NOT_JUSTIFIED: "Not justified",
        }[self]


class Reviewer(enum.StrEnum):
    """Whose move it is in a state."""

    GOVERNANCE = "governance"  # information governance of the agency that holds the case; where it has none, its lead
    NOBODY = "nobody"  # the end


LOOK_START = LookState.WAITING

# (state, event) -> next state. Code, tests and the diagram in the docs come from this table.
LOOK_TRANSITIONS: dict[tuple[LookState, str], LookState] = {
    (LookState.WAITING, "find_justified"): LookState.JUSTIFIED,
    (LookState.WAITING, "find_not_justified"): LookState.NOT_JUSTIFIED,
}

LOOK_MOVES: dict[LookState, Reviewer] = {
    LookState.WAITING: Reviewer.GOVERNANCE,
    LookState.JUSTIFIED: Reviewer.NOBODY,
    LookState.NOT_JUSTIFIED: Reviewer.NOBODY,
}
