"""Forms of the pages of a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from wraparound.foundation.areas.clocks import LONDON
from wraparound.kit.forms import (
    CheckboxesField,
    CheckboxField,
    DateInputField,
    Form,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    TimeField,
    given,
)
from wraparound.response.cases.presenters.case import GRADES

KINDS = [
    ("incident", "Incidents"),
    ("assessment", "Risk assessments"),
    ("referral", "Referrals"),
    ("session", "Sessions"),
    ("commitment", "Commitments"),
    ("contact", "Contacts"),
    ("note", "Notes"),
    ("fact", "What was so"),
    ("involvement", "Who is involved"),
]


class CaseFilterForm(Form):
    """Which cases of the list."""

    mark_optional = False
    grade = SelectField(label="Risk", choices=[*GRADES.items(), ("none", "Not assessed")], required=False, blank="Any")
    held = RadiosField(
        label="Held by",
        choices=[("", "Anyone"), ("own", "My organisation"), ("others", "Other organisations")],
        required=False,
        small=True,
    )
    is_open = CheckboxField(label="Open ones only", required=False)


class ChronologyFilterForm(Form):
    """Which lines of a chronology."""

    mark_optional = False
    kind = CheckboxesField(label="Kinds", choices=KINDS, required=False)
    agency = SelectField(label="Agency", choices=[], required=False, blank="Any")

    def __init__(self, *args: Any, agencies: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(SelectField, self.fields["agency"]).choices = [(name, name) for name in agencies]


class NoteForm(Form):
    """A note into the chronology."""

    happened_on = DateInputField(label="When did it happen?", past=True)
    happened_time = TimeField(label="At what time?", hint="If you know it, such as 14:30", required=False)
    text = TextareaField(label="What happened?", max_length=4000, rows=6)
    agency_only = CheckboxField(label="Only for my own organisation", required=False)
    never_to_perpetrator = CheckboxField(
        label="Never to the perpetrator", hint="The mark travels with the note.", required=False
    )

    @property
    def moment(self) -> datetime:
        """The time in Europe/London; noon where only the day is known (midnight today, if it isn't noon yet)."""
        day, at = self.cleaned_data["happened_on"], self.cleaned_data.get("happened_time")
        if at is None:
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)
            return noon if noon <= datetime.now(LONDON) else noon.replace(hour=0)
        return datetime.combine(day, at, tzinfo=LONDON)


class ExclusionForm(Form):
    """Who must not know of the case, and why."""

    who = RadiosField(label="Who must not know?", choices=[("user", "One person"), ("organisation", "An organisation")])
    user = SelectField(label="Which person?", choices=[], blank="Choose a person")
    organisation = SelectField(label="Which organisation?", choices=[], blank="Choose an organisation")
    reason = TextField(label="Why?", hint="It is kept with the exclusion and can be reviewed.", max_length=300)
    conditions = [given("who", "user").require("user"), given("who", "organisation").require("organisation")]

    def __init__(
        self, *args: Any, users: Sequence[tuple[str, str]], organisations: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        cast(SelectField, self.fields["user"]).choices = list(users)
        cast(SelectField, self.fields["organisation"]).choices = list(organisations)


class DisclosureForm(Form):
    """What was disclosed outside the system."""

    to_organisation = SelectField(label="To whom?", choices=[], blank="Choose an organisation")
    on = DateInputField(label="When?", past=True)
    what = TextField(label="What was disclosed?", max_length=300)
    why = TextField(label="Why?", hint="Which risk it answers", max_length=300)
    how = SelectField(
        label="How?",
        choices=[
            ("by telephone", "By telephone"),
            ("in person", "In person"),
            ("by secure e-mail", "By secure e-mail"),
            ("in writing", "In writing"),
            ("in court", "In court"),
        ],
    )
    lawful_basis = SelectField(label="On which lawful basis?", choices=[], blank="Choose a basis")
    consent = RadiosField(
        label="Did she agree?", choices=[("yes", "Yes"), ("no", "No"), ("not_sought", "Not asked, or not safe to ask")]
    )

    def __init__(
        self, *args: Any, organisations: Sequence[tuple[str, str]], bases: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        cast(SelectField, self.fields["to_organisation"]).choices = list(organisations)
        cast(SelectField, self.fields["lawful_basis"]).choices = list(bases)

    @property
    def moment(self) -> datetime:
        """Noon of the day in Europe/London; its midnight where noon is still to come."""
        day = self.cleaned_data["on"]
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)
        return noon if noon <= datetime.now(LONDON) else noon.replace(hour=0)
