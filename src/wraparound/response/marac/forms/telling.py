"""Reaching and telling the victim-survivor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django import forms

from wraparound.foundation.areas.clocks import LONDON
from wraparound.kit.forms import (
    CheckboxesField,
    DateInputField,
    Form,
    RadiosField,
    TextareaField,
    TimeField,
    given,
)
from wraparound.response.marac.services.telling import OUTCOMES
from wraparound.response.marac.states import TellingState

Choices = Iterable[tuple[str, str]]


class AttemptForm(Form):
    """One attempt to reach them. Only ways that the contact rules allow are offered."""

    channel = RadiosField(label="How did you try?", missing="Choose how you tried", small=True)
    outcome = RadiosField(
        label="What came of it?", choices=list(OUTCOMES.items()), missing="Choose what came of it", small=True
    )
    note = TextareaField(label="What was said or agreed?", rows=3, max_length=2000, required=False)
    next_on = DateInputField(
        label="Was a next attempt agreed, and for when?",
        hint="The clock stands still until then. Leave it empty if none was agreed.",
        required=False,
        future=True,
    )
    next_at = TimeField(label="At what time?", hint="For example, 10:30", required=False)

    def __init__(self, *args: Any, channels: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel = self.fields["channel"]
        assert isinstance(channel, RadiosField)
        channel.choices = list(channels)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("next_on") and not data.get("next_at"):
            self.add_error("next_at", forms.ValidationError("Give the time of the next attempt too", code="required"))
        return data

    def next_attempt_at(self) -> datetime | None:
        """The agreed moment of the next attempt, or None; the form must be valid."""
        day, time = self.cleaned_data["next_on"], self.cleaned_data["next_at"]
        return datetime.combine(day, time, LONDON) if day and time else None


class EndForm(Form):
    """How the duty to tell ended. Every one of these is an honest ending."""

    ending = RadiosField(
        label="How did it end?",
        choices=[
            (TellingState.TOLD.value, "They were told"),
            (TellingState.UNSAFE.value, "It is unsafe to tell them"),
            (TellingState.UNREACHABLE.value, "They can't be reached"),
            (TellingState.DOES_NOT_WANT.value, "They do not want to know"),
        ],
        hints={TellingState.UNSAFE.value: "Nobody is pressed into an unsafe act. Say how you know."},
        missing="Choose how it ended",
    )
    channel = RadiosField(label="How were they told?", missing="Choose how they were told")
    told = CheckboxesField(label="What were they told of?", required=False, small=True)
    how = TextareaField(label="In a few words: how they took it, or how you know", rows=3, max_length=300)
    conditions: ClassVar[Any] = [given("ending", TellingState.TOLD.value).require("channel").ask("told")]

    def __init__(self, *args: Any, channels: Choices, commitments: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel, told = self.fields["channel"], self.fields["told"]
        assert isinstance(channel, RadiosField)
        assert isinstance(told, CheckboxesField)
        channel.choices = list(channels)
        told.choices = list(commitments)
