"""Questions that depend on an answer: who is asked, who must answer, and what is blanked.

``given("victim_aware", "no").require("why_not")`` says that "why_not" is asked only where the answer is "no",
and must then be answered; ``.ask(...)`` asks without insisting. Several conditions may name the same field: it is
asked when any of them holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class Condition:
    """One answer, or one of several, and the fields that hang on it."""

    def __init__(self, field: str, values: tuple[str, ...]) -> None:
        self.field = field
        self.values = values
        self.required: dict[str, str] = {}
        self.optional: tuple[str, ...] = ()

    def require(self, *fields: str, message: str = "") -> Condition:
        """These must be answered where the condition holds; ``message`` replaces their own "missing" line."""
        self.required.update(dict.fromkeys(fields, message))
        return self

    def ask(self, *fields: str) -> Condition:
        """These may be answered where the condition holds."""
        self.optional += fields
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Whether the answers meet the condition; an answer that is absent or invalid meets none."""
        return not self._words(answers.get(self.field)).isdisjoint(self.values)

    @staticmethod
    def _words(value: Any) -> set[str]:
        if value is None or value == "":
            return set()
        if isinstance(value, bool):
            return {"yes" if value else "no"}
        if isinstance(value, (list, tuple, set, frozenset)):
            return {str(item) for item in value}
        return {str(value)}


def given(field: str, *values: str) -> Condition:
    """Where the answer to ``field`` is one of ``values`` (for a yes or no question or a tick: "yes", "no")."""
    if not values:
        raise ValueError(f"given({field!r}) needs at least one answer")
    return Condition(field, values)


def open_fields(conditions: Iterable[Condition], answers: Mapping[str, Any]) -> tuple[set[str], dict[str, str]]:
    """The fields that are asked now, and those that must be answered with their message.

    A field that hangs on a question which is itself not asked is not asked: conditions are followed down.
    """
    conditions = tuple(conditions)
    hanging = {name for condition in conditions for name in condition.fields}
    asked: set[str] = set()
    while True:
        holding = [
            condition
            for condition in conditions
            if (condition.field not in hanging or condition.field in asked) and condition.holds(answers)
        ]
        found = {name for condition in holding for name in condition.fields}
        if found == asked:
            required = {name: text for condition in holding for name, text in condition.required.items()}
            return asked, required
        asked = found
