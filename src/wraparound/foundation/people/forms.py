"""The forms on people's pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wraparound.foundation.access.states import LookState
from wraparound.foundation.people.models import (
    AddressKind,
    AnswerState,
    ChannelKind,
    ChannelSafety,
    Characteristic,
    RelationshipKind,
)
from wraparound.foundation.rulesets.queries import code_choices
from wraparound.kit.forms import (
    DateInputField,
    Form,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    YesNoField,
    given,
)

ADDRESS_KINDS = {
    AddressKind.UNCONFIRMED: "Nobody has said what it is. It is protected like a confidential one.",
    AddressKind.SAFE: "Post and visits are safe. It may be shown to those who work on the case.",
    AddressKind.SHARED: "The perpetrator lives there or comes there. Nothing is ever sent to it.",
    AddressKind.CONFIDENTIAL: "A refuge, or a place to keep from the perpetrator. Only those named for it read it.",
    AddressKind.UNSAFE_AREA: "Near the perpetrator, their family or friends. It is protected like a confidential one.",
}


class ContactForm(Form):
    """How someone may be reached, or may not."""

    channel = RadiosField(label="How", choices=ChannelKind.choices, missing="Select how they may be reached")
    value = TextField(
        label="Number or address", required=False, hint="Leave it empty only to say that nothing of this kind is safe."
    )
    safety = RadiosField(
        label="Is it safe?",
        choices=ChannelSafety.choices,
        hints={
            ChannelSafety.SAFE: "They said so, or you know it from them.",
            ChannelSafety.UNSAFE: "It is blocked for everyone from now on.",
            ChannelSafety.UNKNOWN: "Only the IDVA may try it, by one voice call.",
        },
        missing="Select whether it is safe",
    )
    times = TextField(label="When is it safe?", required=False, hint="For example, 09:30 to 14:30 on weekdays")
    voicemail = YesNoField(label="May a voicemail be left?", required=False)
    note = TextField(
        label="What to mind", required=False, max_length=300, hint="A code word, who picks up, who checks the post"
    )
    conditions = [given("safety", "safe").ask("times"), given("channel", "phone").ask("voicemail")]


class AddressForm(Form):
    """A new address of someone."""

    lines = TextField(label="Address", max_length=400, required=False)
    postcode = TextField(label="Postcode", max_length=12, width=10, required=False)
    kind = RadiosField(
        label="What is this address?",
        choices=AddressKind.choices,
        hints=ADDRESS_KINDS,
        initial=AddressKind.UNCONFIRMED,
        missing="Select what this address is",
    )


class AddressKindForm(Form):
    """What an address is."""

    kind = RadiosField(
        label="What is this address?",
        choices=AddressKind.choices,
        hints=ADDRESS_KINDS,
        missing="Select what this address is",
    )


class ReaderForm(Form):
    """Why someone needs to read a protected address."""

    reason = TextField(label="Why do you need to read it?", max_length=300, hint="It is kept with your name.")


class EqualityForm(Form):
    """One characteristic: known, or why it isn't."""

    state = RadiosField(label="What is known?", choices=AnswerState.choices, missing="Select what is known")
    code = SelectField(label="Which?", blank="Choose one", required=False)
    own_words = TextField(label="In the person's own words", max_length=60, required=False)
    said_by = RadiosField(
        label="Who said so?",
        choices=[("self", "The person"), ("professional", "A professional")],
        hints={"self": "Always the better answer: nobody else can say it."},
        missing="Select who said so",
    )

    def __init__(self, *args: Any, characteristic: str, **kwargs: Any) -> None:
        choices = [(code, label) for code, label in code_choices(characteristic) if code not in ("declined", "unknown")]
        self.answer_field = "code" if choices else "own_words"
        self.conditions = [given("state", "known").require(self.answer_field)]
        super().__init__(*args, **kwargs)
        del self.fields["own_words" if choices else "code"]
        if choices:
            self.fields["code"].choices = choices  # type: ignore[attr-defined]
        self.fields["state"].label = f"{Characteristic(characteristic).label}: what is known?"


class RelationshipForm(Form):
    """How this person is related to another in the same case."""

    other = SelectField(label="To whom?", blank="Choose a person")
    direction = RadiosField(
        label="Which way round?",
        choices=[("from", "This person is the one named below, of the other"), ("to", "The other is, of this person")],
        hints={
            "from": "For example: this person is the other's parent.",
            "to": "For example: the other is this person's parent.",
        },
        missing="Select which way round it is",
    )
    kind = SelectField(label="How are they related?", choices=RelationshipKind.choices, blank="Choose one")
    ended = RadiosField(
        label="Has it ended?", choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")], required=False
    )
    separated_on = DateInputField(label="When did they separate?", required=False, past=True)
    shared_child = YesNoField(label="Are they, or were they, parents of the same child?", required=False)
    conditions = [given("ended", "yes").ask("separated_on")]

    def __init__(self, *args: Any, others: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].choices = list(others)  # type: ignore[attr-defined]


class LinkForm(Form):
    """The link reviewer's decision on a pair."""

    decision = RadiosField(
        label="Are these records one person?",
        choices=[("same", "The same person"), ("different", "Not the same person")],
        hints={
            "same": "Their records show as one person to whoever may see both. Nobody's record is changed.",
            "different": "This is remembered for good, and the pair is not proposed again.",
        },
        missing="Select whether they are one person",
    )
    reason = TextareaField(label="Why?", max_length=300, rows=3, hint="A sentence that a colleague can follow later.")


class UndoForm(Form):
    """Why a decision on a link is taken back."""

    reason = TextareaField(label="Why?", max_length=300, rows=3, hint="A sentence that a colleague can follow later.")


class EmergencyForm(Form):
    """Whom someone who is in danger is, wholly, and why a case has to be opened now."""

    family_name = TextField(label="Family name", max_length=100)
    given_names = TextField(label="Given names", max_length=100, hint="All of them, as they stand in their papers.")
    dob = DateInputField(
        label="Birthday", past=True, hint="As they say it, for example 27 3 1992. Only the very same is found."
    )
    reason = TextareaField(
        label="Why must you look now?",
        hint="In your own words: who is in danger, and what you must know to help. It is read afterwards.",
        max_length=1000,
        missing="Say why you must look now",
    )


class ReviewForm(Form):
    """Whether a look in an emergency was right."""

    finding = RadiosField(
        label="Was it justified?",
        choices=[(state.value, state.label) for state in LookState if state is not LookState.WAITING],
        missing="Select whether it was justified",
    )
    note = TextareaField(
        label="What you found",
        hint="What the emergency was, or what you have asked the other agency. It is kept with the look.",
        max_length=1000,
    )
