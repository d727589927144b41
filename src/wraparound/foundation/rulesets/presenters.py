"""How a rule set reads: its parameters in words, what is provisional, what differs from the version before."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby
from typing import Any

from wraparound.foundation.areas.params import DeadlineRule
from wraparound.foundation.areas.presenters import in_words
from wraparound.foundation.rulesets.models import RuleSet, RuleStatus
from wraparound.foundation.rulesets.queries import RuleInForce
from wraparound.kit.rule_params import RuleParams

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FIELD_WORDS = {"dara": "DARA", "dash": "Dash", "marac": "MARAC", "idva": "IDVA", "dob": "date of birth"}


@dataclass(frozen=True)
class ListedRuleSet:
    """A rule set of one area as the list shows it: the version in force, and how many others there are."""

    rule_set: RuleSet
    is_in_force: bool
    others: int

    @property
    def is_provisional(self) -> bool:
        """Whether it was seen in no source."""
        return self.rule_set.status == RuleStatus.PROVISIONAL

    @property
    def has_provisional_part(self) -> bool:
        """Whether some of its parameters were seen in no source."""
        return bool(self.rule_set.provisional_params)


@dataclass(frozen=True)
class Parameter:
    """One parameter in words. `before` holds what the version before said, where that differs."""

    label: str
    lines: tuple[str, ...]
    is_provisional: bool
    before: tuple[str, ...] = ()


def listed(rows: Iterable[RuleSet], on: date) -> list[ListedRuleSet]:
    """One line for each name and area of `rows` (newest first in each): what is in force on a day, else the newest."""
    found = []
    for _, group in groupby(rows, key=lambda row: (row.name, row.area_id)):
        versions = list(group)
        current = next((row for row in versions if holds_on(row, on)), None)
        found.append(ListedRuleSet(current or versions[0], current is not None, len(versions) - 1))
    return found


def holds_on(row: RuleSet, on: date) -> bool:
    """Whether this version is in force on a day; its last day is included."""
    return row.effective_from <= on and (row.effective_to is None or on <= row.effective_to)


def dates_in_words(row: RuleSet) -> str:
    """From when to when it holds."""
    start = f"From {row.effective_from.day} {row.effective_from:%B %Y}"
    return start if row.effective_to is None else f"{start} to {row.effective_to.day} {row.effective_to:%B %Y}"


def parameters(rule: RuleInForce[Any], before: RuleInForce[Any] | None = None) -> list[Parameter]:
    """Every parameter of a rule set, and what the version `before` it said where that was something else."""
    found = []
    for name in type(rule.params).model_fields:
        lines = tuple(_lines(name, getattr(rule.params, name)))
        earlier = tuple(_lines(name, getattr(before.params, name))) if before else lines
        found.append(
            Parameter(
                label=label(name),
                lines=lines,
                is_provisional=rule.is_provisional_in(name),
                before=earlier if earlier != lines else (),
            )
        )
    return found


def label(name: str) -> str:
    """A parameter's name as words: "high_risk_ticks" is "High risk ticks"."""
    words = " ".join(_FIELD_WORDS.get(word, word) for word in name.split("_"))
    return words[0].upper() + words[1:]


def _lines(name: str, value: object) -> list[str]:
    """A value in one or more lines."""
    if isinstance(value, Mapping):
        return [f"{text} ({code})" if isinstance(text, str) else f"{code}: {text}" for code, text in value.items()]
    if isinstance(value, tuple) and value and isinstance(value[0], RuleParams):
        return [_words(name, part) for part in value]
    return [_words(name, value)]


def _words(name: str, value: object) -> str:
    """A value in one line."""
    if value is None:
        return "none"
    if isinstance(value, DeadlineRule):
        return in_words(value)
    if isinstance(value, RuleParams):
        parts = ((part, getattr(value, part)) for part in type(value).model_fields)
        return "; ".join(f"{label(part).lower()}: {_words(part, inner)}" for part, inner in parts)
    if isinstance(value, tuple):
        return ", ".join(_words(name, part) for part in value) or "none"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, enum.Enum):
        return str(value.value).replace("_", " ")
    if isinstance(value, int) and "weekday" in name:
        return _WEEKDAYS[value]
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    return text.replace("_", " ") if text.islower() and " " not in text else text
