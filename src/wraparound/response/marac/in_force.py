"""The MARAC's rule sets in force for an area on a day, typed."""

from __future__ import annotations

from datetime import date

from wraparound.foundation.areas.models import Area
from wraparound.foundation.rulesets.queries import RuleInForce, in_force
from wraparound.response.marac.params import (
    MaracClocks,
    MaracCriteria,
    MaracScreening,
    MaracSessions,
    MaracSharing,
)
from wraparound.response.marac.rules.criteria import ESCALATION, HIGH_RISK, JUDGEMENT, REPEAT

_PARAMS_OF = {
    HIGH_RISK: ("high_risk_ticks", "dara_grade"),
    ESCALATION: ("escalation_incidents", "escalation_months"),
    REPEAT: ("repeat_months", "repeat_anchor", "repeat_scope"),
}


def criteria_rules(area: Area, on: date) -> RuleInForce[MaracCriteria]:
    """When the criteria are met."""
    return in_force("marac.criteria", area, on, MaracCriteria)


def clocks(area: Area, on: date) -> MaracClocks:
    """The deadlines."""
    return in_force("marac.clocks", area, on, MaracClocks).params


def session_rules(area: Area, on: date) -> RuleInForce[MaracSessions]:
    """Cadence, capacity and who belongs to the sessions."""
    return in_force("marac.sessions", area, on, MaracSessions)


def screening_rules(area: Area, on: date) -> RuleInForce[MaracScreening]:
    """Reasons for not listing, and the challenge route."""
    return in_force("marac.screening", area, on, MaracScreening)


def sharing_rules(area: Area, on: date) -> RuleInForce[MaracSharing]:
    """Lawful bases, and the purpose under which the MARAC shares."""
    return in_force("marac.sharing", area, on, MaracSharing)


def provisional_criteria(rule: RuleInForce[MaracCriteria]) -> frozenset[str]:
    """Codes of the criteria whose parameters nobody has seen in a source."""
    unsure = {code for code, params in _PARAMS_OF.items() if rule.is_provisional_in(*params)}
    return frozenset(unsure | ({JUDGEMENT} if rule.is_provisional else set()))
