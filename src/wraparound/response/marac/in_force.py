"""The MARAC's rule sets in force for an area on a day, typed."""

from __future__ import annotations

from datetime import date

from wraparound.foundation.areas.models import Area
from wraparound.foundation.rulesets.queries import RuleInForce, in_force
from wraparound.response.marac.params import (
    MaracAsynchronous,
    MaracClocks,
    MaracCriteria,
    MaracDeferrals,
    MaracFlags,
    MaracForecast,
    MaracMinutes,
    MaracResearch,
    MaracScreening,
    MaracSessions,
    MaracSharing,
    MaracTransfer,
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


def deferral_rules(area: Area, on: date) -> RuleInForce[MaracDeferrals]:
    """How far a case may be put off without the chair."""
    return in_force("marac.deferrals", area, on, MaracDeferrals)


def asynchronous_rules(area: Area, on: date) -> RuleInForce[MaracAsynchronous]:
    """The closing date of a session without a meeting."""
    return in_force("marac.asynchronous", area, on, MaracAsynchronous)


def forecast_rules(area: Area, on: date) -> RuleInForce[MaracForecast]:
    """How the coming load is forecast."""
    return in_force("marac.forecast", area, on, MaracForecast)


def screening_rules(area: Area, on: date) -> RuleInForce[MaracScreening]:
    """Reasons for not listing, and the challenge route."""
    return in_force("marac.screening", area, on, MaracScreening)


def sharing_rules(area: Area, on: date) -> RuleInForce[MaracSharing]:
    """Lawful bases, and the purpose under which the MARAC shares."""
    return in_force("marac.sharing", area, on, MaracSharing)


def research_rules(area: Area, on: date) -> RuleInForce[MaracResearch]:
    """By when agencies answer, where they look, and how they are chased."""
    return in_force("marac.research", area, on, MaracResearch)


def flag_rules(area: Area, on: date) -> MaracFlags:
    """By when agencies flag their records."""
    return in_force("marac.flags", area, on, MaracFlags).params


def minutes_rules(area: Area, on: date) -> MaracMinutes:
    """By when minutes are approved, and what stands at their head."""
    return in_force("marac.minutes", area, on, MaracMinutes).params


def transfer_rules(area: Area, on: date) -> RuleInForce[MaracTransfer]:
    """What goes with a case to another area, and what the move does to the repeat clock."""
    return in_force("marac.transfer", area, on, MaracTransfer)


def provisional_criteria(rule: RuleInForce[MaracCriteria]) -> frozenset[str]:
    """Codes of the criteria whose parameters nobody has seen in a source."""
    unsure = {code for code, params in _PARAMS_OF.items() if rule.is_provisional_in(*params)}
    return frozenset(unsure | ({JUDGEMENT} if rule.is_provisional else set()))
