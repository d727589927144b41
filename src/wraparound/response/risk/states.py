"""The life of an assessment."""

from __future__ import annotations

import enum


class AssessmentState(enum.StrEnum):
    """Where an assessment stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    ABANDONED = "abandoned"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            AssessmentState.DRAFT: "Being completed",
            AssessmentState.SIGNED: "Signed",
            AssessmentState.ABANDONED: "Abandoned",
        }[self]


START = AssessmentState.DRAFT
TRANSITIONS: dict[tuple[AssessmentState, str], AssessmentState] = {
    (AssessmentState.DRAFT, "sign"): AssessmentState.SIGNED,
    (AssessmentState.DRAFT, "abandon"): AssessmentState.ABANDONED,
}
MOVES: dict[AssessmentState, str] = {
    AssessmentState.DRAFT: "assessor",
    AssessmentState.SIGNED: "nobody",
    AssessmentState.ABANDONED: "nobody",
}
