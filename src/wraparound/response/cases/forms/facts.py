"""Forms of standing facts: each kind asks what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from wraparound.kit.forms import (
    CheckboxField,
    DateInputField,
    Form,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    given,
)
from wraparound.response.cases.fact_rules import ASKED
from wraparound.response.cases.fact_services import NO, YES
from wraparound.response.cases.models import FactKind, OrderKind


class FactForm(Form):
    """One standing fact. What its kind doesn't ask is left out of the form."""

    answer = RadiosField(label="Was it made?", choices=[(YES, "Yes"), (NO, "No")], inline=True)
    order_kind = SelectField(label="Which order?", choices=OrderKind.choices, blank="Choose the order")
    text = TextareaField(label="In words", max_length=2000, rows=3)
    on = DateInputField(label="On which day?", required=False)
    why_not = TextareaField(label="Why was it not made?", max_length=2000, rows=3, missing="Say why it was not made")
    source = SelectField(label="Who says so?", choices=[], blank="Choose an agency")
    as_at = DateInputField(label="On which day did they say so?", past=True)
    never_to_perpetrator = CheckboxField(
        label="Never to the perpetrator", hint="The mark travels with it.", required=False
    )
    conditions: ClassVar[Any] = []

    def __init__(self, *args: Any, kind: str, sources: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        asked = ASKED[kind]
        self.conditions = (
            [given("answer", YES).require("text", "on"), given("answer", NO).require("why_not")]
            if asked.is_made
            else []
        )
        super().__init__(*args, **kwargs)
        self.fields["text"].label = asked.text
        self.fields["on"].label = asked.on
        self.fields["on"].required = asked.on_is_needed
        cast(SelectField, self.fields["source"]).choices = list(sources)
        unasked = {
            "answer": not asked.is_made,
            "why_not": not asked.is_made,
            "order_kind": kind != FactKind.ORDER,
            "on": not asked.on,
        }
        for name in [name for name, is_unasked in unasked.items() if is_unasked]:
            del self.fields[name]


class EndFactForm(Form):
    """How it ended."""

    because = TextField(
        label="How did it end?", hint="For example: released without charge, hearing held, order lapsed", max_length=300
    )
