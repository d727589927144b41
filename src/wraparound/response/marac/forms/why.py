"""Steps on why now, and on sharing."""

from __future__ import annotations

from typing import Any, ClassVar

from wraparound.foundation.rulesets.queries import code_choices
from wraparound.kit.forms import (
    CheckboxesField,
    DateInputField,
    Form,
    IntegerField,
    RadiosField,
    TextareaField,
    TextField,
    YesNoField,
    given,
)
from wraparound.response.marac.answers import REASONS


class ReasonsForm(Form):
    """Why this referral, in reasons (any one is enough) and in words."""

    reasons = CheckboxesField(
        label="Why are you referring?",
        hint="Choose all that apply. Any one of them is enough.",
        choices=list(REASONS.items()),
        missing="Choose at least one reason",
    )
    judgement_reason = TextareaField(label="What makes you concerned, beyond the number of ticks?", rows=4)
    dash_ticks = IntegerField(label="How many yes answers are in your Dash?", min_value=0, max_value=27, width=2)
    repeat_listed_on = DateInputField(
        label="When was the earlier case heard, or listed?", hint="About when is enough.", required=False, past=True
    )
    repeat_case_number = TextField(label="Its case number", width=20, max_length=60, required=False)
    narrative = TextareaField(
        label="What has happened, and what are you worried will happen?",
        hint="Facts first, with dates; then what you think. Leave out addresses: they have their own page.",
        rows=9,
        max_length=8000,
    )
    incident_on = DateInputField(label="When was the latest abuse?", required=False, past=True)
    abuse_kinds = CheckboxesField(label="What kind of abuse was it?", required=False, small=True)
    conditions: ClassVar[Any] = [
        given("reasons", "professional_judgement").require("judgement_reason"),
        given("reasons", "visible_high_risk").require("dash_ticks"),
        given("reasons", "repeat").ask("repeat_listed_on", "repeat_case_number"),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["abuse_kinds"]
        assert isinstance(kinds, CheckboxesField)
        kinds.choices = code_choices("abuse_kinds")


class PoliceForm(Form):
    """The police's part, and whether the victim-survivor wants it."""

    wants_police = RadiosField(
        label="Do they want to speak to the police?",
        choices=[("yes", "Yes"), ("no", "No"), ("not_asked", "Not asked yet")],
    )
    wants_police_why = TextareaField(label="Why, in their words?", rows=3, max_length=2000)
    wants_police_why_not = TextareaField(label="Why not, in their words?", rows=3, max_length=2000)
    crime_number = TextField(label="Crime or incident number", width=20, max_length=100, required=False)
    officer_in_case = TextField(label="Officer in the case", required=False)
    conditions: ClassVar[Any] = [
        given("wants_police", "yes").require("wants_police_why"),
        given("wants_police", "no").require("wants_police_why_not"),
    ]


class EarlierForm(Form):
    """Another area's MARAC."""

    other_marac = RadiosField(
        label="Has another MARAC heard them before?",
        hint="In another area, as victim-survivor or as perpetrator.",
        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
        missing="Say whether another MARAC has heard them",
    )
    other_marac_where_when = TextField(label="Where and when?", max_length=300)
    conditions: ClassVar[Any] = [given("other_marac", "yes").require("other_marac_where_when")]


class ConsentForm(Form):
    """What they know of this referral. Consent is asked for and respected; it is not what the referral rests on."""

    victim_aware = YesNoField(label="Does the victim-survivor know about this referral?")
    victim_aware_why_not = TextareaField(label="Why have they not been told?", rows=3, max_length=2000)
    consent = RadiosField(
        label="Do they agree to it?",
        choices=[("yes", "Yes"), ("no", "No"), ("not_sought", "Not asked: it was not safe or not possible")],
    )
    lawful_basis = RadiosField(
        label="On what basis do you share this?",
        hint="At high risk of serious harm you may share without agreement. Choose your own organisation's basis.",
    )
    conditions: ClassVar[Any] = [given("victim_aware", "no").require("victim_aware_why_not")]

    def __init__(self, *args: Any, bases: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        basis = self.fields["lawful_basis"]
        assert isinstance(basis, RadiosField)
        basis.choices = list((bases or {}).items())


class ReferrerForm(Form):
    """How the MARAC team reaches the referrer."""

    referrer_contact = TextField(
        label="How can the MARAC team reach you?", hint="A work telephone number and a secure work e-mail address."
    )
