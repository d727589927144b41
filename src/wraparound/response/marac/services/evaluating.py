"""Computing the criteria and keeping the outcome: which rule, on which evidence. It decides nothing."""

from __future__ import annotations

from typing import Any

from wraparound.foundation.areas.clocks import today
from wraparound.foundation.areas.models import Area
from wraparound.foundation.rulesets.queries import RuleInForce
from wraparound.response.marac.facts import facts_of_referral
from wraparound.response.marac.in_force import criteria_rules, provisional_criteria
from wraparound.response.marac.models import Referral
from wraparound.response.marac.params import MaracCriteria
from wraparound.response.marac.rules import Criteria, Facts, criteria, urgency

Stored = dict[str, Any]


def evaluate(referral: Referral, *, children: int) -> bool:
    """Compute the criteria of a referral anew and put them on it, unsaved. Says whether anything but the day changed.

    By the rules of the day on which it was received, on what is known today.
    """
    rule = criteria_rules(referral.matter.area, today(referral.received_at))
    on = max(today(), today(referral.received_at))
    found = apply_rules(facts_of_referral(referral, rule.params, on), rule)
    ranked = urgency(found, children=children)
    stored = stored_form(found, rule, on=str(on))
    stored["urgency"] = list(ranked.reasons)
    changed = _without_day(stored) != _without_day(referral.criteria)
    if changed:
        referral.criteria, referral.rule_version, referral.urgency = stored, rule.label, ranked.rank
    return changed


def apply_rules(facts: Facts, rule: RuleInForce[MaracCriteria]) -> Criteria:
    """The outcome under a rule set in force, with its provisional marks."""
    return criteria(facts, rule.params, rule_label=rule.label, provisional=provisional_criteria(rule))


def rule_for(area: Area) -> RuleInForce[MaracCriteria]:
    """The criteria in force today."""
    return criteria_rules(area, today())


def stored_form(found: Criteria, rule: RuleInForce[MaracCriteria], *, on: str) -> Stored:
    """An outcome as it is stored: with its reasons, so that the page and the log can't differ."""
    return {
        "on": on,
        "rule": rule.label,
        "rule_title": rule.title,
        "outcomes": [
            {
                "code": outcome.code,
                "title": outcome.title,
                "fired": outcome.fired,
                "evidence": list(outcome.evidence),
                "ids": list(outcome.ids),
                "rule": outcome.rule_label,
                "provisional": outcome.is_provisional,
            }
            for outcome in found.outcomes
        ],
        "prompts": [
            {"topic": prompt.topic, "title": prompt.title, "seen_in": list(prompt.seen_in)} for prompt in found.prompts
        ],
    }


def evidence_ids(stored: Stored) -> set[str]:
    """Everything that the met criteria rest on."""
    return {pk for outcome in stored.get("outcomes", []) if outcome["fired"] for pk in outcome["ids"]}


def _without_day(stored: Stored) -> Stored:
    return {key: value for key, value in stored.items() if key != "on"}
