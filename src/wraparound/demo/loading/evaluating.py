"""The criteria of past referrals, by the product's own rules, on what was known on the day on which each came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wraparound.demo.city.chance import LONDON
from wraparound.demo.city.stories import Journey
from wraparound.demo.loading.context import in_batches
from wraparound.demo.loading.history import History
from wraparound.kit.bulk import rewrite
from wraparound.response.marac.facts import Asked, facts_of_referrals
from wraparound.response.marac.in_force import criteria_rules, screening_rules
from wraparound.response.marac.models import Referral, Screening
from wraparound.response.marac.rules import urgency
from wraparound.response.marac.services.evaluating import apply_rules, stored_form

AT_ONCE = 300


def evaluate_past(history: History, journeys: Sequence[Journey]) -> None:
    """Compute and keep the criteria of these referrals, and what their screening showed of them."""
    area = history.loading.area
    referrals: list[Referral] = []
    for batch in in_batches(sorted(journeys, key=lambda one: one.received_at), AT_ONCE):
        referrals += _evaluated(history, batch)
    rewrite(referrals, ["criteria", "rule_version", "urgency"])
    by_id = {referral.pk: referral for referral in referrals}
    screenings = list(Screening.objects.filter(referral__in=list(by_id)))
    for screening in screenings:
        of = by_id[screening.referral_id]
        label = screening_rules(area, screening.at.astimezone(LONDON).date()).label
        screening.criteria, screening.rule_version = of.criteria, f"{of.rule_version}; {label}"[:60]
    rewrite(screenings, ["criteria", "rule_version"])


def _evaluated(history: History, journeys: Sequence[Journey]) -> list[Referral]:
    """The referrals of these journeys with their criteria on them, unsaved."""
    referrals = [history.referrals[journey.key] for journey in journeys]
    days = [referral.received_at.astimezone(LONDON).date() for referral in referrals]
    rules = [criteria_rules(history.loading.area, on) for on in days]
    asked = [Asked(*one) for one in zip(referrals, (rule.params for rule in rules), days, strict=True)]
    known = facts_of_referrals(asked)
    for journey, referral, on, rule, facts in zip(journeys, referrals, days, rules, known, strict=True):
        incidents = [incident for incident in facts.incidents if incident.reported_at <= referral.received_at]
        found = apply_rules(replace(facts, incidents=incidents), rule)
        ranked = urgency(found, children=len(journey.family.children))
        referral.criteria = stored_form(found, rule, on=str(on)) | {"urgency": list(ranked.reasons)}
        referral.rule_version, referral.urgency = rule.label, ranked.rank
    return referrals
