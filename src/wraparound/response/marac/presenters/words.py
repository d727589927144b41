"""Small things that many pages say: criteria with their reasons, lateness, tones of states, a redacted text."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from wraparound.foundation.areas.clocks import today
from wraparound.foundation.commitments.redacting import Redactor
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.jinja import ago
from wraparound.response.marac.states import PromptState, ReferralState, TellingState

Read = Callable[[str], str]


@dataclass(frozen=True)
class Why:
    """One criterion as `ui.why` shows it."""

    name: str
    fired: bool
    evidence: str
    rule_version: str
    provisional: bool


def why(criteria: dict[str, Any]) -> list[Why]:
    """The stored outcome of each criterion; those that are met first."""
    found = [
        Why(o["title"], o["fired"], " ".join(o["evidence"]), o["rule"], o["provisional"])
        for o in criteria.get("outcomes", [])
    ]
    return sorted(found, key=lambda one: not one.fired)


def met(criteria: dict[str, Any]) -> list[str]:
    """The titles of the criteria that are met."""
    return [o["title"] for o in criteria.get("outcomes", []) if o["fired"]]


def topics(criteria: dict[str, Any]) -> list[tuple[str, str]]:
    """(topic, where it was seen) of what a person should weigh."""
    return [(p["title"], "; ".join(p["seen_in"])) for p in criteria.get("prompts", [])]


def late_by(due_at: datetime | None) -> str:
    """How far past its time something is, in words, or ""."""
    return ago(due_at) if due_at is not None and due_at < timezone.now() else ""


def age(dob: date | None, on: date | None = None) -> str:
    """Age in whole years today, or ""."""
    if dob is None:
        return ""
    day = on or today()
    return str(day.year - dob.year - ((day.month, day.day) < (dob.month, dob.day)))


REFERRAL_TONES = {
    ReferralState.RECEIVED: "waiting",
    ReferralState.CHALLENGED: "waiting",
    ReferralState.ACCEPTED: "moving",
    ReferralState.LISTED: "moving",
    ReferralState.HEARD: "moving",
    ReferralState.NOT_LISTED: "stopped",
    ReferralState.CLOSED: "done",
}
PROMPT_TONES = {PromptState.OPEN: "waiting", PromptState.REFERRED: "done", PromptState.ANSWERED: "stopped"}
TELLING_TONES = {
    TellingState.WAITING: "waiting",
    TellingState.TOLD: "done",
    TellingState.UNSAFE: "stopped",
    TellingState.UNREACHABLE: "stopped",
    TellingState.DOES_NOT_WANT: "stopped",
}


def reader(actor: Actor, matter_id: uuid.UUID) -> Read:
    """How free text of a matter reads to `actor`: without the addresses that are kept from them."""
    redactor = Redactor(actor, {matter_id})
    return lambda text: redactor.text(matter_id, text)


def readers(actor: Actor, matter_ids: Iterable[uuid.UUID]) -> Callable[[uuid.UUID, str], str]:
    """The same for the rows of a list, in a fixed number of queries."""
    return Redactor(actor, set(matter_ids)).text
