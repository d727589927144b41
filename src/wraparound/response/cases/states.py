"""The life of an import. Code, tests and the diagram in the docs come from this table."""

from __future__ import annotations

import enum


class ImportState(enum.StrEnum):
    """Where an import stands."""

    UPLOADED = "uploaded"
    PREVIEWING = "previewing"
    PREVIEWED = "previewed"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return _LABELS[self]


_LABELS = {
    ImportState.UPLOADED: "Uploaded",
    ImportState.PREVIEWING: "Being checked",
    ImportState.PREVIEWED: "Checked, to be confirmed",
    ImportState.RUNNING: "Being imported",
    ImportState.DONE: "Imported",
    ImportState.REFUSED: "Could not be read",
    ImportState.CANCELLED: "Cancelled",
}


class Mover(enum.StrEnum):
    """Whose move it is in a state."""

    CLERK = "clerk"
    SYSTEM = "system"
    NOBODY = "nobody"


START = ImportState.UPLOADED

# (state, event) -> next state. An import from the command line is begun without a preview.
TRANSITIONS: dict[tuple[ImportState, str], ImportState] = {
    (ImportState.UPLOADED, "check"): ImportState.PREVIEWING,
    (ImportState.UPLOADED, "begin"): ImportState.RUNNING,
    (ImportState.UPLOADED, "cancel"): ImportState.CANCELLED,
    (ImportState.PREVIEWING, "checked"): ImportState.PREVIEWED,
    (ImportState.PREVIEWING, "refuse"): ImportState.REFUSED,
    (ImportState.PREVIEWED, "begin"): ImportState.RUNNING,
    (ImportState.PREVIEWED, "cancel"): ImportState.CANCELLED,
    (ImportState.RUNNING, "finish"): ImportState.DONE,
    (ImportState.RUNNING, "refuse"): ImportState.REFUSED,
}

MOVES: dict[ImportState, Mover] = {
    ImportState.UPLOADED: Mover.SYSTEM,
    ImportState.PREVIEWING: Mover.SYSTEM,
    ImportState.PREVIEWED: Mover.CLERK,
    ImportState.RUNNING: Mover.SYSTEM,
    ImportState.DONE: Mover.NOBODY,
    ImportState.REFUSED: Mover.NOBODY,
    ImportState.CANCELLED: Mover.NOBODY,
}


def after(state: str, event: str) -> ImportState | None:
    """The state to which `event` leads from `state`, or None where it isn't allowed."""
    return TRANSITIONS.get((ImportState(state), event))
