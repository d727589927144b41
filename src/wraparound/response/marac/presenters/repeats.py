"""Proposed repeats and reversed roles: who, what came since, by which rule, and what follows from a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.rulesets.queries import label_of
from wraparound.kit.jinja import ago, day, moment
from wraparound.response.marac.models import RepeatProposal, RoleReview
from wraparound.response.marac.presenters.words import reader
from wraparound.response.marac.repeat_states import RepeatState, RoleOutcome, RoleReviewState
from wraparound.response.marac.services.repeats import WEIGHED

Asked = RepeatProposal | RoleReview
_TONES = {
    RepeatState.PROPOSED: "waiting",
    RepeatState.CONFIRMED: "done",
    RepeatState.NOT_A_REPEAT: "stopped",
    RepeatState.WITHDRAWN: "stopped",
    RoleReviewState.OPEN: "waiting",
    RoleReviewState.DECIDED: "done",
    RoleReviewState.WITHDRAWN: "stopped",
}


@dataclass(frozen=True)
class AskedLine:
    """One of them in a list."""

    href: str
    reference: str
    who: str
    heard: str
    came: str
    found: str
    state: str
    tone: str


def lines(rows: Sequence[Asked]) -> list[AskedLine]:
    """In the order given. The rows must have been read for the actor."""
    return [_line(row) for row in rows]


def _line(row: Asked) -> AskedLine:
    state = _state(row)
    return AskedLine(
        href=href_of(row),
        reference=row.matter.case.reference,
        who=f"{row.earlier.victim.full_name} and {row.perpetrator.full_name}",
        heard=heard_on(row),
        came="; ".join(_in_short(item) for item in row.evidence[-3:]),
        found=ago(row.found_at),
        state=state.label,
        tone=_TONES[state],
    )


def href_of(row: Asked) -> str:
    """Its page."""
    return reverse("marac:repeat" if isinstance(row, RepeatProposal) else "marac:role-review", args=[row.pk])


def question_of(row: Asked) -> str:
    """What it asks, for a link."""
    if isinstance(row, RepeatProposal):
        return f"Is this a repeat? {row.why}"
    return "The roles are reversed. Who does what to whom?"


def heard_on(row: Asked) -> str:
    """The day of the earlier hearing, where it has one of its own."""
    telling = getattr(row.earlier, "telling", None)
    at = telling.item.heard_at if telling is not None else None
    return day(at) if at else f"referred {day(row.earlier.received_at)}"


def _state(row: Asked) -> RepeatState | RoleReviewState:
    return RepeatState(row.state) if isinstance(row, RepeatProposal) else RoleReviewState(row.state)


def _in_short(item: Mapping[str, Any]) -> str:
    what = "a referral" if item["kind"] == "referral" else "an incident"
    return f"{what} by {item['by']}, {day(date.fromisoformat(item['on']))}"


def came_since(row: Asked) -> list[list[str]]:
    """What came since as a table: when, what, kinds of abuse, marks, who told and when."""
    return [
        [
            day(date.fromisoformat(item["on"])),
            "Referral to MARAC" if item["kind"] == "referral" else f"Incident {item['reference']}",
            "; ".join(label_of("abuse_kinds", code) for code in item["abuse"]) or "Not stated",
            _marks(item),
            f"{item['by']}, {day(date.fromisoformat(item['told_on']))}",
        ]
        for item in row.evidence
    ]


def _marks(item: Mapping[str, Any]) -> str:
    marks = [label_of("incident_flags", code) for code in item["marks"]]
    if item["is_recorded_crime"]:
        marks.append("Recorded as a crime")
    if item.get("is_reversed"):
        marks.append("Reported with the roles reversed; reviewed")
    return "; ".join(marks) or "None"


@dataclass(frozen=True)
class AskedShown:
    """One of them on its page."""

    line: AskedLine
    facts: list[tuple[str, str]]
    came: list[list[str]]
    what_follows: str
    decided: str
    outcome: str
    weighed: list[str]
    reason: str
    referral_href: str
    referral_words: str
    earlier_href: str


def shown(actor: Actor, row: Asked) -> AskedShown:
    """Everything of one that `actor` may read. It must have been read for the actor."""
    read = reader(actor, row.matter_id)
    by = row.decided_by.name if row.decided_by else ""
    codes = row.weighed if isinstance(row, RoleReview) else []
    referral = row.referral
    return AskedShown(
        line=_line(row),
        facts=_facts(row),
        came=came_since(row),
        what_follows=_what_follows(row),
        decided=f"{moment(row.decided_at)}, by {by}" if row.decided_at else "",
        outcome=RoleOutcome(row.outcome).label if isinstance(row, RoleReview) and row.outcome else "",
        weighed=[WEIGHED[code] for code in codes if code in WEIGHED],
        reason=read(row.reason),
        referral_href=reverse("marac:referral", args=[referral.pk]) if referral else "",
        referral_words=f"{referral.matter.case.reference}, {referral.organisation.short_name}" if referral else "",
        earlier_href=reverse("marac:referral", args=[row.earlier_id]),
    )


def _facts(row: Asked) -> list[tuple[str, str]]:
    earlier = row.earlier
    facts = [
        ("Heard as victim-survivor", earlier.victim.full_name),
        ("Heard as perpetrator", row.perpetrator.full_name),
        ("Referred", f"{day(earlier.received_at)}, by {earlier.organisation.name}"),
        ("Heard", heard_on(row)),
    ]
    if isinstance(row, RepeatProposal):
        facts += [
            ("Window", f"{day(row.anchor_on)} to {day(row.last_day)}, both days included"),
            ("Rule set", row.rule_version),
        ]
    return facts


def _what_follows(row: Asked) -> str:
    if isinstance(row, RoleReview):
        return "No outcome lists anybody. As before: what came is put forward as a repeat, for a person to confirm."
    if any(item["kind"] == "referral" for item in row.evidence):
        return "The new referral is marked as a repeat. It is still screened and listed by a person."
    agencies = ", ".join(dict.fromkeys(item["by"] for item in row.evidence))
    return (
        f"{agencies} is told that the two were heard, and is asked to refer. Nothing opens and nothing is listed"
        " until it does."
    )


def questions(rows: Iterable[Asked]) -> list[tuple[str, str]]:
    """(what is asked, its page), for the pages of a case and of a referral."""
    return [(question_of(row), href_of(row)) for row in rows]
