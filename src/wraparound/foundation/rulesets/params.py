"""Moved to wraparound.kit.rule_params (import it from there)."""

from wraparound.kit.rule_params import SCHEMAS, RuleParams, rule_params

__all__ = ["SCHEMAS", "RuleParams", "rule_params"]
