"""Whether an incident is domestic abuse by sections 1 to 3 of the Domestic Abuse Act 2021: a decision with its reasons.

Pure. The ages are those on the day of the incident; the limb of "personally connected" comes from `people.rules`.
Source: domain rules 10.1; the ages are parameters of the rule set `cases.act`.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from wraparound.response.cases.params import ActTests

REFERENCE_PREFIX = "B"
"""What a case's reference begins with, such as ``B-7KQ-4XM``."""


class ActCode(enum.StrEnum):
    """What the tests say. Several may hold: abuse of a 17-year-old is s1 and prompts children's services."""

    DOMESTIC_ABUSE = "domestic_abuse"
    UNDER_AGE = "under_age"
    PROMPT_CHILDREN = "prompt_children"
    NOT_CONNECTED = "not_connected"
    CONNECTION_UNKNOWN = "connection_unknown"
    AGE_UNKNOWN = "age_unknown"
    BEHAVIOUR_NOT_STATED = "behaviour_not_stated"
    CHILD_VICTIM = "child_victim"
    CHILD_NOT_RELATED = "child_not_related"
    NO_CHILD = "no_child"

    @property
    def label(self) -> str:
        """How the outcome reads on a page."""
        return _LABELS[self]


_LABELS = {
    ActCode.DOMESTIC_ABUSE: "Domestic abuse (s1)",
    ActCode.UNDER_AGE: "Not s1: someone is under 16. Child-protection route",
    ActCode.PROMPT_CHILDREN: "Someone is 16 or 17: tell children's services",
    ActCode.NOT_CONNECTED: "Not s1: not personally connected",
    ActCode.CONNECTION_UNKNOWN: "Not yet answered: how they are connected isn't known",
    ActCode.AGE_UNKNOWN: "An age isn't known",
    ActCode.BEHAVIOUR_NOT_STATED: "The kind of behaviour isn't stated",
    ActCode.CHILD_VICTIM: "Victim in their own right (s3)",
    ActCode.CHILD_NOT_RELATED: "Not s3 as recorded: not related to either",
    ActCode.NO_CHILD: "Not s3: 18 or over",
}


@dataclass(frozen=True)
class ActReason:
    """One step of a test: its section, what it says here, in a sentence."""

    section: str
    sentence: str


@dataclass(frozen=True)
class ActOutcome:
    """What the tests say, and why. `limb` is the letter of s2(1), "" for none."""

    codes: tuple[ActCode, ...]
    limb: str
    reasons: tuple[ActReason, ...]

    def as_json(self, rule_label: str) -> dict[str, object]:
        """How an incident keeps it, with the version of the rule set that it was told by."""
        return {
            "codes": [code.value for code in self.codes],
            "limb": self.limb,
            "reasons": [{"section": r.section, "sentence": r.sentence} for r in self.reasons],
            "rule": rule_label,
        }


def age_on(born: date | None, day: date) -> int | None:
    """Full years on a day; someone born on 29 February is a year older from 1 March.

    None where the birthday isn't known.
    """
    if born is None or born > day:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def act_tests(
    *,
    victim_age: int | None,
    perpetrator_age: int | None,
    has_perpetrator: bool,
    relationship: str,
    limb: str,
    limb_reason: str,
    abuse_kinds: Collection[str],
    rules: ActTests,
) -> ActOutcome:
    """Apply s1 and s2 to one incident between a victim and a perpetrator.

    `relationship` is the code of the file; `limb` the letter of s2(1) that it falls under, with its reason. Under the
    minimum age on either side it isn't s1, whatever else holds; between that and 18 children's services are prompted.
    """
    ages = [("victim", victim_age)] + ([("perpetrator", perpetrator_age)] if has_perpetrator else [])
    codes: list[ActCode] = []
    reasons = _age_reasons(ages, rules, codes)
    connected = _connection(codes, reasons, has_perpetrator, relationship, limb, limb_reason)
    if abuse_kinds:
        named = ", ".join(sorted(kind.replace("_", " ") for kind in abuse_kinds))
        reasons.append(ActReason("s1(3)", f"The behaviour recorded is: {named}."))
    else:
        codes.append(ActCode.BEHAVIOUR_NOT_STATED)
        reasons.append(ActReason("s1(3)", "The force records domestic abuse; the kind of behaviour isn't stated."))
    if connected and ActCode.UNDER_AGE not in codes:
        codes.insert(0, ActCode.DOMESTIC_ABUSE)
    return ActOutcome(tuple(codes), limb, tuple(reasons))


def _age_reasons(ages: list[tuple[str, int | None]], rules: ActTests, codes: list[ActCode]) -> list[ActReason]:
    reasons = []
    for who, age in ages:
        if age is None:
            reasons.append(
                ActReason("s1(2)(a)", f"The {who}'s age isn't known: the test assumes {rules.minimum_age} or over.")
            )
            code = ActCode.AGE_UNKNOWN
        elif age < rules.minimum_age:
            route = "the child-protection route comes first"
            reasons.append(ActReason("s1(2)(a)", f"The {who} was {age}, under {rules.minimum_age}: not s1; {route}."))
            code = ActCode.UNDER_AGE
        elif age < rules.prompt_children_under:
            reasons.append(
                ActReason("s1(2)(a)", f"The {who} was {age}: the Act applies, and children's services are told.")
            )
            code = ActCode.PROMPT_CHILDREN
        else:
            reasons.append(ActReason("s1(2)(a)", f"The {who} was {age}, so {rules.minimum_age} or over."))
            continue
        if code not in codes:
            codes.append(code)
    return reasons


def _connection(
    codes: list[ActCode],
    reasons: list[ActReason],
    has_perpetrator: bool,
    relationship: str,
    limb: str,
    limb_reason: str,
) -> bool:
    if limb:
        reasons.append(ActReason("s2(1)", limb_reason))
        return True
    if relationship == "none":
        codes.append(ActCode.NOT_CONNECTED)
        reasons.append(ActReason("s2(1)", limb_reason or "They are recorded as not connected."))
        return False
    codes.append(ActCode.CONNECTION_UNKNOWN)
    sentence = limb_reason if has_perpetrator else "The perpetrator isn't known, so the connection can't be told."
    reasons.append(ActReason("s2(1)", sentence or "How they are connected isn't recorded."))
    return False


def child_test(*, age: int | None, related_to: Collection[str], exposure: str, rules: ActTests) -> ActOutcome:
    """Apply s3 to a child connected to an incident.

    `related_to` holds "victim" or "perpetrator" for each to whom a relationship is recorded; `exposure` is the code
    of the file. To see, to hear, or to feel the effects is enough: a child who was elsewhere may be a victim too.
    """
    if age is not None and age >= rules.child_under:
        reason = ActReason("s3(4)", f"They were {age}, so {rules.child_under} or over.")
        return ActOutcome((ActCode.NO_CHILD,), "", (reason,))
    codes: list[ActCode] = []
    reasons: list[ActReason] = []
    if age is None:
        codes.append(ActCode.AGE_UNKNOWN)
        reasons.append(ActReason("s3(4)", f"The child's age isn't known: the test assumes under {rules.child_under}."))
    how = {"saw": "saw it", "heard": "heard it", "injured": "was injured"}.get(exposure, "may have felt its effects")
    reasons.append(ActReason("s3(2)(a)", f"The child {how}."))
    if related_to:
        who = " and the ".join(sorted(related_to, reverse=True))
        reasons.append(ActReason("s3(2)(b)", f"A relationship to the {who} is recorded."))
        return ActOutcome((ActCode.CHILD_VICTIM, *codes), "", tuple(reasons))
    reasons.append(ActReason("s3(2)(b)", "No relationship to the victim or the perpetrator is recorded."))
    return ActOutcome((ActCode.CHILD_NOT_RELATED, *codes), "", tuple(reasons))
