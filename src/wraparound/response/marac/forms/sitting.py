"""Forms about a session as a whole: how it is held, who is there, what is put off."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, cast

from wraparound.foundation.meetings.rules import ASYNCHRONOUS, MODES
from wraparound.kit.forms import (
    DateInputField,
    Form,
    IntegerField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    TimeField,
    YesNoField,
    given,
)

Choices = Iterable[tuple[str, str]]
NOBODY = "nobody"


def _choose(form: Form, name: str, choices: Choices) -> None:
    cast(SelectField, form.fields[name]).choices = list(choices)


class ArrangeForm(Form):
    """Who chairs a session, how it is held, and what it can hold."""

    chair = SelectField(label="Who chairs it?")
    mode = RadiosField(label="How is it held?", choices=list(MODES.items()))
    closes_on = DateInputField(label="Until which day can agencies file what they know?")
    closes_at = TimeField(label="Until what time?")
    capacity = IntegerField(label="How many cases can it hold?", min_value=1, max_value=200, width=3)
    conditions: ClassVar[Any] = [given("mode", ASYNCHRONOUS).require("closes_on", "closes_at")]

    def __init__(self, *args: Any, chairs: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "chair", [(NOBODY, "Nobody yet: a gap in the rota"), *chairs])


class SwapForm(Form):
    """With which session to swap chairs."""

    other = SelectField(label="Swap its chair with the one of", blank="Choose a session")

    def __init__(self, *args: Any, sessions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "other", sessions)


class ApologiesForm(Form):
    """That an agency can't come, and whether it sent what it knows."""

    organisation = SelectField(label="Agency", blank="Choose an agency")
    information_sent = YesNoField(
        label="Has it sent what it knows?",
        missing="Say whether it sent what it knows: an empty chair that wrote is heard.",
    )
    information_sent_on = DateInputField(label="When was it sent?", past=True)
    conditions: ClassVar[Any] = [given("information_sent", "yes").require("information_sent_on")]

    def __init__(self, *args: Any, agencies: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "organisation", agencies)


class ObserverForm(Form):
    """Someone who listens."""

    name = TextField(label="Name", max_length=200)
    organisation_name = TextField(label="Where they work", max_length=200, required=False)
    signed = YesNoField(label="Have they signed the statement of confidentiality?")
    signed_on = DateInputField(label="When did they sign it?", past=True)
    conditions: ClassVar[Any] = [given("signed", "yes").require("signed_on")]


class InquorateForm(Form):
    """Why a session goes on without a quorum."""

    because = TextareaField(
        label="Why does it go on without them?",
        hint="Name nobody: everyone who attends reads it, and it goes into the minutes.",
        rows=3,
        max_length=300,
        missing="Say why the session goes on without a quorum",
    )


class ConflictForm(Form):
    """Who at the table knows someone, and in which case."""

    item = SelectField(label="In which case?", blank="Choose a case")
    user = SelectField(label="Who knows someone there?", blank="Choose a person")

    def __init__(self, *args: Any, items: Choices, users: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "item", items)
        _choose(self, "user", users)


class _PutOff(Form):
    to_session = SelectField(label="To which session?", blank="Choose a session")
    interim_safety = TextareaField(
        label="What is done for safety until then?",
        hint="Who does what from today on. Agencies do not wait for the session to act.",
        rows=4,
        missing="Say what is done for their safety until it is heard",
    )

    def __init__(self, *args: Any, sessions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "to_session", sessions)


class PutOffForm(_PutOff):
    """Why one case is put off, to when, and what is done meanwhile; a first commitment may be made with it."""

    reason = TextareaField(label="Why can’t it be heard then?", rows=3, max_length=500)
    with_commitment = YesNoField(label="Does an agency commit to it now?", initial=False)
    organisation = SelectField(label="Agency", blank="Choose an agency")
    what = TextField(label="What will be done?", max_length=300)
    due_on = DateInputField(label="By when?", missing="Say by which day it will be done")
    field_order: ClassVar[Any] = [
        "to_session",
        "reason",
        "interim_safety",
        "with_commitment",
        "organisation",
        "what",
        "due_on",
    ]
    conditions: ClassVar[Any] = [given("with_commitment", "yes").require("organisation", "what", "due_on")]

    def __init__(self, *args: Any, sessions: Choices, agencies: Choices, **kwargs: Any) -> None:
        super().__init__(*args, sessions=sessions, **kwargs)
        _choose(self, "organisation", agencies)


class AdjournForm(_PutOff):
    """Why a whole session is adjourned, to when, and what is done meanwhile."""

    because = TextareaField(
        label="Why is the session adjourned?",
        hint="Name nobody: everyone who attends reads it.",
        rows=3,
        max_length=300,
    )
    field_order: ClassVar[Any] = ["because", "to_session", "interim_safety"]


class DecideDeferralForm(Form):
    """What the chair says to putting a case off past the limits."""

    answer = RadiosField(
        label="Your decision",
        choices=[("agree", "It may wait: move it"), ("refuse", "No: it is heard as listed")],
        missing="Choose whether it may wait",
    )
    note = TextareaField(label="Why is it heard as listed?", rows=3, max_length=500)
    conditions: ClassVar[Any] = [given("answer", "refuse").require("note")]


class EmergencyForm(Form):
    """When an emergency MARAC sits, and why it can't wait."""

    on = DateInputField(label="On which day?", missing="Say on which day it sits")
    at = TimeField(label="At what time?")
    reason = TextareaField(
        label="Why can’t it wait for the next session?",
        hint="It stands with the case, for those to whom the case is open.",
        rows=3,
        max_length=300,
    )
