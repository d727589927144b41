"""What every rule set's parameters are made of, and the register of their schemas.

An app declares the parameters that its rules need as a frozen pydantic model and registers it by name:

    @rule_params("marac.criteria")
    class MaracCriteria(RuleParams):
        high_risk_ticks: int

A pack's file of that name is checked against the model when it is loaded, and `queries.in_force` returns the
model, typed. A rule set that has no schema can't be loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict


class RuleParams(BaseModel):
    """Parameters of one rule set: immutable, and no parameter that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")


P = TypeVar("P", bound=RuleParams)

SCHEMAS: dict[str, type[RuleParams]] = {}


def rule_params(name: str) -> Callable[[type[P]], type[P]]:
    """Register the schema of the rule set `name`. Raises ValueError when the name is taken."""

    def register(schema: type[P]) -> type[P]:
        if name in SCHEMAS:
            raise ValueError(f"the rule set {name} has a schema already: {SCHEMAS[name].__name__}")
        SCHEMAS[name] = schema
        return schema

    return register
