"""Steps about the victim-survivor."""

from __future__ import annotations

from typing import Any, ClassVar

from wraparound.foundation.people.models import AddressKind
from wraparound.foundation.rulesets.queries import code_choices
from wraparound.kit.forms import (
    Form,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    YesNoField,
    given,
)
from wraparound.response.marac.forms.fields import (
    YES_NO_UNKNOWN,
    characteristic_choices,
    person_fields,
)


class NamedForm(Form):
    """A form of one person: a name of some kind is needed to look anyone up."""

    who: ClassVar[str] = "this person"
    sex_required: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.fields
        self.fields = {**person_fields(sex_required=self.sex_required), **own}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(name) for name in ("given_names", "family_name", "aliases")) and not self.errors:
            self.add_error("family_name", f"Give a name of {self.who}, even if it is only part of one")
        return data


class VictimForm(NamedForm):
    """Who is referred."""

    who = "the victim-survivor"


class AddressForm(Form):
    """Where the victim-survivor lives, and who knows it. It fixes which MARAC hears the case."""

    lines = TextareaField(label="Address", rows=3, max_length=400, required=False)
    postcode = TextField(label="Postcode", width=10, max_length=12, required=False)
    kind = RadiosField(
        label="Who knows this address, and is it safe?",
        choices=[
            (AddressKind.SHARED.value, "Shared with the perpetrator, or known to them"),
            (AddressKind.SAFE.value, "Safe: the perpetrator does not know it"),
            (AddressKind.CONFIDENTIAL.value, "Confidential, such as a refuge"),
            (AddressKind.UNSAFE_AREA.value, "In an area that is unsafe for them"),
            (AddressKind.UNCONFIRMED.value, "Not known"),
        ],
        hints={
            AddressKind.CONFIDENTIAL.value: "It is shown to nobody but the people named for it.",
            AddressKind.UNCONFIRMED.value: "It is treated like a confidential one until someone finds out.",
        },
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("lines") and not data.get("postcode") and data.get("kind") in ("safe", "shared"):
            self.add_error("lines", "Give the address, or choose “Not known”")
        return data


class ContactForm(Form):
    """How the victim-survivor may be reached without being put at risk."""

    phone = TextField(label="Telephone", width=20, max_length=40, required=False, inputmode="tel")
    safe = RadiosField(
        label="Is it safe to call this number?",
        choices=YES_NO_UNKNOWN,
        hint="Unless you know that it is safe, nobody but the IDVA will try.",
        inline=False,
    )
    times = TextField(
        label="When is it safe?", hint="For example, weekdays 9:30 to 14:30, when the children are at school"
    )
    voicemail_allowed = YesNoField(label="May a message be left?", missing="Say whether a message may be left")
    note = TextField(
        label="What should a caller mind?",
        hint="A code word, who else picks up, who checks the post or the phone.",
        max_length=300,
        required=False,
    )
    agreed_with_idva = YesNoField(
        label="Have you agreed with the IDVA service that you may go on contacting them?",
        hint="Otherwise contact goes through the IDVA, so that they are not called by everyone at once.",
    )
    conditions: ClassVar[Any] = [given("safe", "yes").require("times", "voicemail_allowed")]


class FearsForm(Form):
    """Who frightens them, who may and may not be spoken to, and what they themselves want."""

    afraid_of = TextareaField(
        label="Who are they afraid of?",
        hint="Everyone, not only the person named as perpetrator: relatives, friends, a former partner.",
        required=False,
    )
    safe_to_talk_to = TextareaField(label="Who is it safe to talk to?", rows=3, required=False)
    not_safe_to_talk_to = TextareaField(
        label="Who must NOT be spoken to?",
        hint="Relatives, a school contact, a colleague: anyone who might pass it on.",
        rows=3,
        required=False,
    )
    what_she_wants = TextareaField(
        label="What do they want to happen?", hint="In their own words where you have them.", required=False
    )


class EqualityForm(Form):
    """Each characteristic, or that it was not asked, declined, or is not known: four different things."""

    ethnicity = SelectField(label="Ethnic group")
    disability = SelectField(
        label="Disabled, as the Equality Act has it", hint="A physical or mental impairment with a long-term effect."
    )
    sexual_orientation = SelectField(label="Sexual orientation")
    gender_identity = SelectField(label="Gender identity")
    religion = SelectField(label="Religion or belief")
    pregnancy = SelectField(label="Pregnancy or maternity", hint="Ask in every case: risk often rises with it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            assert isinstance(field, SelectField)
            field.choices = characteristic_choices(name)
            field.blank = "Choose an answer"


class LanguageForm(Form):
    """Language, interpreter, and what a worker should know before meeting them."""

    language = SelectField(label="First language", blank="Choose a language", required=False)
    interpreter_needed = RadiosField(label="Is an interpreter needed?", choices=YES_NO_UNKNOWN, inline=True)
    interpreter_note = TextField(
        label="Which interpreter would be safe?",
        hint="Never a relative or friend. Say if the community is small, or if a woman or a man is preferred.",
        required=False,
        max_length=300,
    )
    gp = TextField(label="GP practice", required=False)
    occupation = TextField(label="Occupation and employer", required=False)
    conditions: ClassVar[Any] = [given("interpreter_needed", "yes").ask("interpreter_note")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        assert isinstance(language, SelectField)
        language.choices = code_choices("languages")
