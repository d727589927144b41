"""The rule sets of an area on a day, for the measures."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from wraparound.evidence.measures.context import Rules
from wraparound.evidence.measures.params import Disclosure, Hotspots, NeedsRules
from wraparound.foundation.areas.models import Area
from wraparound.foundation.rulesets.queries import RuleMissing, in_force
from wraparound.kit.rule_params import RuleParams

P = TypeVar("P", bound=RuleParams)


def rules_for(area: Area, on: date) -> Rules:
    """The rules that measures go by. One that no pack has stays out: what needs it then says so."""
    return Rules(
        disclosure=_found("evidence.disclosure", area, on, Disclosure),
        hotspots=_found("evidence.hotspots", area, on, Hotspots),
        needs=_found("evidence.needs", area, on, NeedsRules),
    )


def _found(name: str, area: Area, on: date, schema: type[P]) -> P | None:
    try:
        return in_force(name, area, on, schema).params
    except RuleMissing:
        return None
