"""The criteria of past referrals, by the product's own rules, on what was known on the day on which each came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wraparound.demo.city.chance import LONDON
from wraparound.demo.city.stories import Journey
from wraparound.demo.loading.history import History
from wraparound.kit.bulk import rewrite
from wraparound.response.marac.facts import facts_of_referral
from wraparound.response.marac.in_force import criteria_rules, screening_rules
from wraparound.response.marac.models import Screening
from wraparound.response.marac.rules import urgency
from wraparound.response.marac.services.evaluating import apply_rules, stored_form


def evaluate_past(history: History, journeys: Sequence[Journey]) -> None:
    """Compute and keep the criteria of these referrals, and what their screening showed of them."""
    area = history.loading.area
    referrals = []
    for journey in sorted(journeys, key=lambda one: one.received_at):
        referral = history.referrals[journey.key]
        on = referral.received_at.astimezone(LONDON).date()
        rule = criteria_rules(area, on)
        facts = facts_of_referral(referral, rule.params, on)
        known = [incident for incident in facts.incidents if incident.reported_at <= referral.received_at]
        found = apply_rules(replace(facts, incidents=known), rule)
        ranked = urgency(found, children=len(journey.family.children))
        referral.criteria = stored_form(found, rule, on=str(on)) | {"urgency": list(ranked.reasons)}
        referral.rule_version, referral.urgency = rule.label, ranked.rank
        referrals.append(referral)
    rewrite(referrals, ["criteria", "rule_version", "urgency"])
    screenings = list(Screening.objects.filter(referral__in=[referral.pk for referral in referrals]))
    by_id = {referral.pk: referral for referral in referrals}
    for screening in screenings:
        of = by_id[screening.referral_id]
        label = screening_rules(area, screening.at.astimezone(LONDON).date()).label
        screening.criteria, screening.rule_version = of.criteria, f"{of.rule_version}; {label}"[:60]
    rewrite(screenings, ["criteria", "rule_version"])
