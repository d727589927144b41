"""What an agency answers, and what she told her IDVA."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from wraparound.kit.forms import (
    CheckboxesField,
    CheckboxField,
    DateInputField,
    Form,
    RadiosField,
    TextareaField,
    TextField,
    given,
)
from wraparound.response.marac.forms.fields import LinesField
from wraparound.response.marac.models import Agreement, EntryKind

KEEP, SHARE = "keep", "share"


class NothingKnownForm(Form):
    """Where one looked and found nothing."""

    mark_optional = False
    systems = CheckboxesField(label="Which systems did you search?", required=False, small=True)
    another = TextField(label="Another system", required=False, max_length=100, width=30)

    def __init__(self, *args: Any, systems: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(CheckboxesField, self.fields["systems"]).choices = [(name, name) for name in systems]

    def names(self) -> list[str]:
        """The systems that were ticked or typed; the form must be valid."""
        return [*self.cleaned_data["systems"], self.cleaned_data["another"]]


class EntryForm(Form):
    """One thing that the agency found, or can offer."""

    mark_optional = False
    kind = RadiosField(label="What is it?", choices=EntryKind.choices, initial=EntryKind.INFORMATION.value, small=True)
    text = TextareaField(
        label="In words",
        hint="Only what bears on the risk: current, accurate, and no more than the session needs.",
        max_length=4000,
        rows=5,
        missing="Write what your agency knows, or say that nothing is known",
    )
    is_opinion = RadiosField(
        label="Is it", choices=[("fact", "A fact"), ("opinion", "An opinion")], initial="fact", inline=True, small=True
    )
    share = RadiosField(
        label="Who may have it?",
        choices=[(SHARE, "The agencies of the session"), (KEEP, "Only our own agency")],
        initial=SHARE,
        small=True,
    )
    why_not_shared = TextField(label="Why isn’t it shared?", max_length=300, missing="Say why it isn’t shared")
    never_to_perpetrator = CheckboxField(
        label="Never to the perpetrator", hint="The mark travels with it.", required=False
    )
    conditions: ClassVar[Any] = [given("share", KEEP).require("why_not_shared")]


class SystemsForm(Form):
    """The agency's own systems."""

    systems = LinesField(
        label="In which systems does your agency look?",
        hint="One on each line. They are kept with each “Nothing known”, so name those that you do search.",
        rows=6,
        missing="Name at least one system",
    )


class PromiseForm(Form):
    """By when an offer will be done."""

    due_on = DateInputField(label="By when?", missing="Say by which day it will be done")


class IdvaRecordForm(Form):
    """What she wants the session to know."""

    wants = TextareaField(label="What does she want?", rows=4, max_length=4000, required=False)
    fears = TextareaField(label="What, and whom, does she fear?", rows=4, max_length=4000, required=False)
    not_to_be_said = TextareaField(
        label="What must not be said?",
        hint="A banner tells it to those who speak at the session. It comes into no minutes and no paper pack.",
        rows=3,
        max_length=2000,
        required=False,
    )
    safe_contact = TextareaField(
        label="How is contact safe at present?",
        hint="The contact rules on her own page decide which ways may be used. Note here what to mind beyond them.",
        rows=3,
        max_length=2000,
        required=False,
    )
    interpreter = RadiosField(
        label="Does she need an interpreter?",
        choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
        required=False,
        inline=True,
        small=True,
    )
    language = TextField(label="Which language?", max_length=100, width=20, missing="Say which language")
    agrees = RadiosField(
        label="Does she agree that the agencies speak of her?",
        hint="It is asked out of respect. Sharing rests on the lawful basis of the referral.",
        choices=Agreement.choices,
        initial=Agreement.NOT_ASKED.value,
        small=True,
    )
    agrees_note = TextField(label="What did she say of it?", max_length=300, required=False)
    conditions: ClassVar[Any] = [given("interpreter", "yes").require("language")]
    groups = [
        ("What she said", ("wants", "fears")),
        ("For those who speak", ("not_to_be_said",)),
        ("Reaching her", ("safe_contact", "interpreter", "language")),
        ("Whether she agrees", ("agrees", "agrees_note")),
    ]
