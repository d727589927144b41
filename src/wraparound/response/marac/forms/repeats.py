"""Deciding on a proposed repeat, and on who does what to whom."""

from __future__ import annotations

from typing import Any, ClassVar

from wraparound.kit.forms import CheckboxesField, Form, RadiosField, TextareaField, given
from wraparound.response.marac.repeat_states import RoleOutcome
from wraparound.response.marac.services.repeats import WEIGHED

REPEAT, NO_REPEAT = "repeat", "no_repeat"


class RepeatForm(Form):
    """A person says whether it is a repeat."""

    decision = RadiosField(
        label="Is it a repeat?",
        choices=[(REPEAT, "Yes, a repeat"), (NO_REPEAT, "No")],
        missing="Choose whether it is a repeat",
    )
    note = TextareaField(label="Anything a colleague should know?", required=False, rows=2, max_length=500)
    reason = TextareaField(
        label="Why is it not a repeat?",
        hint="For example, the report was withdrawn as mistaken. Something new would ask again.",
        rows=3,
        max_length=500,
    )
    conditions: ClassVar[Any] = [
        given("decision", REPEAT).ask("note"),
        given("decision", NO_REPEAT).require("reason"),
    ]


class RoleReviewForm(Form):
    """Who does what to whom, what was looked at, and why."""

    weighed = CheckboxesField(
        label="What did you look at?", choices=list(WEIGHED.items()), missing="Say what you looked at"
    )
    outcome = RadiosField(
        label="Who does what to whom?",
        choices=[(one.value, one.label) for one in RoleOutcome],
        missing="Choose what the review found",
    )
    reason = TextareaField(
        label="In words: who does what to whom, and how do you know?",
        hint="Whoever reported first, or cried, or had the injury, is not by that the victim.",
        rows=6,
        max_length=4000,
    )
