"""Questions that several steps share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from wraparound.foundation.people.models import AnswerState, Sex
from wraparound.foundation.rulesets.queries import code_choices
from wraparound.kit.forms import DateInputField, HiddenField, RadiosField, TextareaField, TextField

YES_NO_UNKNOWN = [("yes", "Yes"), ("no", "No"), ("unknown", "Not known")]
NOT_SAID = [
    (AnswerState.NOT_ASKED.value, "Not asked yet"),
    (AnswerState.DECLINED.value, "Asked, and declined to say"),
    (AnswerState.NOT_KNOWN.value, "Not known"),
]

# Codes of a pack's list that are no answer: our own four states say these.
_STATES_IN_LISTS = frozenset({"declined", "unknown", "not_asked", "not_known"})


def known_choices(list_name: str) -> list[tuple[str, str]]:
    """The answers of a characteristic's list, without those that say that there is none."""
    return [(code, label) for code, label in code_choices(list_name) if code not in _STATES_IN_LISTS]


def characteristic_choices(list_name: str) -> list[tuple[str, str]]:
    """One list for the page: each known answer as "known:code", then the three ways of having none."""
    return [(f"known:{code}", label) for code, label in known_choices(list_name)] + NOT_SAID


def read_characteristic(answer: str) -> tuple[str, str]:
    """(state, code) of an answer of `characteristic_choices`; nothing said is "not asked"."""
    state, _, code = (answer or AnswerState.NOT_ASKED.value).partition(":")
    return state, code


class LinesField(TextareaField):
    """Several short answers, one on each line; gives a list without blanks and repeats."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=options.pop("max_length", 1000), rows=options.pop("rows", 2), **options)

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value) or ""
        return list(dict.fromkeys(line.strip()[:200] for line in str(text).split("\n") if line.strip()))


class DaysField(LinesField):
    """Several days, one on each line, as people write them; gives a list of dates."""

    _day = DateInputField(label="Each date", past=True, required=False)

    def clean(self, value: Any) -> list[Any]:
        return [self._read(line) for line in super().clean(value)]

    def _read(self, line: str) -> date:
        parts: Sequence[str] = [part for part in re.split(r"[\s/.,-]+", line) if part]
        if len(parts) != 3:
            raise ValidationError(f"“{line[:30]}” must be a date, like 27 3 1992", code="date")
        if len(parts[0]) == 4:
            parts = parts[::-1]
        found = self._day.clean(tuple(parts))
        assert found is not None  # three parts: a date, or an error above
        return found


def person_fields(*, sex_required: bool = True) -> dict[str, Any]:
    """Names, dates of birth and sex, for a form of anyone."""
    return {
        "record": HiddenField(required=False, max_length=40),
        "given_names": TextField(label="Given names", required=False, width=30),
        "family_name": TextField(label="Family name", required=False, width=30),
        "aliases": LinesField(
            label="Other names they use or have used",
            hint="Maiden names, nicknames, spellings in other documents. One on each line.",
            required=False,
        ),
        "dob": DateInputField(label="Date of birth", hint="For example, 27 3 1992", required=False, past=True),
        "dob_alternatives": DaysField(
            label="Other dates of birth in use",
            hint="Where papers disagree, give the others too. One on each line, like 27 3 1992.",
            required=False,
        ),
        "sex": RadiosField(label="Sex", choices=Sex.choices, required=sex_required, small=True),
    }
