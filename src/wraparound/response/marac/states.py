"""The life of a MARAC referral, of a criteria prompt, and of the duty to tell the survivor."""

from __future__ import annotations

import enum


class ReferralState(enum.StrEnum):
    """Where a referral stands. A draft is not a referral yet."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    NOT_LISTED = "not_listed"
    CHALLENGED = "challenged"
    LISTED = "listed"
    HEARD = "heard"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            ReferralState.RECEIVED: "To be screened",
            ReferralState.ACCEPTED: "Accepted, to be listed",
            ReferralState.NOT_LISTED: "Not listed",
            ReferralState.CHALLENGED: "Challenged, to be screened again",
            ReferralState.LISTED: "Listed",
            ReferralState.HEARD: "Heard",
            ReferralState.CLOSED: "Closed: the survivor was told, or an honest other ending",
        }[self]


REFERRAL_START = ReferralState.RECEIVED
REFERRAL_TRANSITIONS: dict[tuple[ReferralState, str], ReferralState] = {
    (ReferralState.RECEIVED, "accept"): ReferralState.ACCEPTED,
    (ReferralState.RECEIVED, "do_not_list"): ReferralState.NOT_LISTED,
    (ReferralState.NOT_LISTED, "challenge"): ReferralState.CHALLENGED,
    (ReferralState.CHALLENGED, "accept"): ReferralState.ACCEPTED,
    (ReferralState.CHALLENGED, "do_not_list"): ReferralState.NOT_LISTED,
    (ReferralState.ACCEPTED, "list"): ReferralState.LISTED,
    (ReferralState.LISTED, "take_off"): ReferralState.ACCEPTED,
    (ReferralState.LISTED, "put_off"): ReferralState.LISTED,
    (ReferralState.LISTED, "hear"): ReferralState.HEARD,
    (ReferralState.HEARD, "end_telling"): ReferralState.CLOSED,
}
REFERRAL_MOVES: dict[ReferralState, str] = {
    ReferralState.RECEIVED: "coordinator",
    ReferralState.ACCEPTED: "coordinator",
    ReferralState.NOT_LISTED: "referrer",
    ReferralState.CHALLENGED: "coordinator",
    ReferralState.LISTED: "chair",
    ReferralState.HEARD: "idva",
    ReferralState.CLOSED: "nobody",
}


# On their way to a hearing: what happens meanwhile joins the case in hand and is no repeat (domain rules 1.5).
WAITING = (ReferralState.RECEIVED, ReferralState.ACCEPTED, ReferralState.CHALLENGED, ReferralState.LISTED)
TO_SCREEN = (ReferralState.RECEIVED, ReferralState.CHALLENGED)


def referral_after(state: str, event: str) -> ReferralState | None:
    """The state to which `event` leads from `state`, or None where it isn't allowed."""
    return REFERRAL_TRANSITIONS.get((ReferralState(state), event))


class PromptState(enum.StrEnum):
    """Where a prompt to the agency that holds the incidents stands. Unanswered, it ages in sight."""

    OPEN = "open"
    REFERRED = "referred"
    ANSWERED = "answered"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            PromptState.OPEN: "Waiting for an answer",
            PromptState.REFERRED: "Referred to MARAC",
            PromptState.ANSWERED: "Answered: not referred",
        }[self]


PROMPT_START = PromptState.OPEN
PROMPT_TRANSITIONS: dict[tuple[PromptState, str], PromptState] = {
    (PromptState.OPEN, "refer"): PromptState.REFERRED,
    (PromptState.OPEN, "answer"): PromptState.ANSWERED,
    (PromptState.ANSWERED, "reopen"): PromptState.OPEN,
    # Further abuse after that referral has ended asks anew: a repeat is caught by the record, not by memory.
    (PromptState.REFERRED, "reopen"): PromptState.OPEN,
}
PROMPT_MOVES: dict[PromptState, str] = {
    PromptState.OPEN: "holder",
    PromptState.REFERRED: "nobody",
    PromptState.ANSWERED: "nobody",
}


class TellingState(enum.StrEnum):
    """Whether the survivor was told what was agreed. Each ending is an honest one (safety rule 10)."""

    WAITING = "waiting"
    TOLD = "told"
    UNSAFE = "unsafe"
    UNREACHABLE = "unreachable"
    DOES_NOT_WANT = "does_not_want"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            TellingState.WAITING: "To be told",
            TellingState.TOLD: "Told",
            TellingState.UNSAFE: "Unsafe to tell",
            TellingState.UNREACHABLE: "Unreachable",
            TellingState.DOES_NOT_WANT: "Does not want to know",
        }[self]


TELLING_START = TellingState.WAITING
TELLING_TRANSITIONS: dict[tuple[TellingState, str], TellingState] = {
    (TellingState.WAITING, "attempt"): TellingState.WAITING,
    (TellingState.WAITING, "tell"): TellingState.TOLD,
    (TellingState.WAITING, "end_unsafe"): TellingState.UNSAFE,
    (TellingState.WAITING, "end_unreachable"): TellingState.UNREACHABLE,
    (TellingState.WAITING, "end_does_not_want"): TellingState.DOES_NOT_WANT,
}
TELLING_MOVES: dict[TellingState, str] = {
    TellingState.WAITING: "idva",
    TellingState.TOLD: "nobody",
    TellingState.UNSAFE: "nobody",
    TellingState.UNREACHABLE: "nobody",
    TellingState.DOES_NOT_WANT: "nobody",
}


class ResearchState(enum.StrEnum):
    """Whether an agency has said what it knows of a listed case."""

    WAITING = "waiting"
    NOTHING_KNOWN = "nothing_known"
    ANSWERED = "answered"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            ResearchState.WAITING: "Outstanding",
            ResearchState.NOTHING_KNOWN: "Nothing known",
            ResearchState.ANSWERED: "Answered",
            ResearchState.LAPSED: "Never answered",
            ResearchState.WITHDRAWN: "No longer asked",
        }[self]


RESEARCH_START = ResearchState.WAITING
RESEARCH_TRANSITIONS: dict[tuple[ResearchState, str], ResearchState] = {
    (ResearchState.WAITING, "find_nothing"): ResearchState.NOTHING_KNOWN,
    (ResearchState.WAITING, "answer"): ResearchState.ANSWERED,
    (ResearchState.NOTHING_KNOWN, "undo"): ResearchState.WAITING,
    # Something was found after all.
    (ResearchState.NOTHING_KNOWN, "answer"): ResearchState.ANSWERED,
    (ResearchState.ANSWERED, "answer"): ResearchState.ANSWERED,
    (ResearchState.ANSWERED, "take_back"): ResearchState.WAITING,
    # The session closed, or the case was taken off its agenda.
    (ResearchState.WAITING, "lapse"): ResearchState.LAPSED,
    (ResearchState.WAITING, "withdraw"): ResearchState.WITHDRAWN,
    (ResearchState.WITHDRAWN, "reopen"): ResearchState.WAITING,
}
RESEARCH_MOVES: dict[ResearchState, str] = {
    ResearchState.WAITING: "agency",
    ResearchState.NOTHING_KNOWN: "agency",
    ResearchState.ANSWERED: "agency",
    ResearchState.LAPSED: "nobody",
    ResearchState.WITHDRAWN: "nobody",
}


def research_after(state: str, event: str) -> ResearchState | None:
    """The state to which `event` leads from `state`, or None where it isn't allowed."""
    return RESEARCH_TRANSITIONS.get((ResearchState(state), event))


class DeferralState(enum.StrEnum):
    """Whether a case may be put off: past the rule set's limits only the chair can say so."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """How the state is named on pages."""
        return {
            DeferralState.ASKED: "Waits for the chair",
            DeferralState.AGREED: "Put off",
            DeferralState.REFUSED: "Refused: it is heard as listed",
        }[self]


DEFERRAL_START = DeferralState.ASKED
DEFERRAL_TRANSITIONS: dict[tuple[DeferralState, str], DeferralState] = {
    (DeferralState.ASKED, "agree"): DeferralState.AGREED,
    (DeferralState.ASKED, "refuse"): DeferralState.REFUSED,
}
DEFERRAL_MOVES: dict[DeferralState, str] = {
    DeferralState.ASKED: "chair",
    DeferralState.AGREED: "nobody",
    DeferralState.REFUSED: "nobody",
}
