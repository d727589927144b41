"""The forms of commitments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from wraparound.foundation.commitments.evidence_files import ENDINGS, MOST_BYTES
from wraparound.foundation.commitments.models import Told
from wraparound.foundation.commitments.queries import FILTERS
from wraparound.foundation.partners.models import Organisation, User
from wraparound.kit.forms import (
    CheckboxField,
    DateInputField,
    FileField,
    Form,
    HiddenField,
    RadiosField,
    SelectField,
    TextField,
)

PERIODS = [("90", "Last 3 months"), ("365", "Last 12 months"), ("all", "All time")]


class FilterForm(Form):
    """What of the list is shown."""

    mark_optional = False
    scope = HiddenField(required=False)
    state = SelectField(label="State", required=False, choices=[(key, entry.label) for key, entry in FILTERS.items()])
    agency = SelectField(label="Agency", required=False, blank="All agencies")
    period = SelectField(label="Made in", required=False, choices=PERIODS[::-1])

    def __init__(self, *args: Any, agencies: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(SelectField, self.fields["agency"]).choices = [(str(agency.pk), agency.short_name) for agency in agencies]


class PeriodForm(Form):
    """Which promises the ledger counts."""

    mark_optional = False
    period = SelectField(label="Commitments made in", required=False, choices=PERIODS)


class NewForm(Form):
    """What an agency will do, and by when."""

    agency = SelectField(
        label="Which agency?",
        blank="Choose an agency",
        hint="For your own it stands at once. Another agency is asked, and accepts or declines.",
    )
    what = TextField(
        label="What will be done?", max_length=300, hint="One thing, so that anyone can tell whether it was done."
    )
    due_on = DateInputField(label="By which day?", hint="For example, 27 3 2026")
    never_to_perpetrator = CheckboxField(label="This must never reach the perpetrator", required=False)

    def __init__(self, *args: Any, agencies: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(SelectField, self.fields["agency"]).choices = [(str(agency.pk), agency.name) for agency in agencies]


class StepForm(Form):
    """A step that only needs to know which version it is taken on."""

    version = HiddenField()

    def clean_version(self) -> int:
        """The version as a number; anything else is as stale as can be."""
        text = str(self.cleaned_data["version"])
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


class DoForm(StepForm):
    """With what evidence it was done."""

    what = TextField(label="What was done?", max_length=300)
    on = DateInputField(label="When was it done?", past=True, hint="For example, 27 3 2026")
    who = TextField(label="Who did it?", max_length=200, width=30)
    reference = TextField(
        label="Reference",
        required=False,
        max_length=100,
        width=20,
        hint="Where it stands in your own system: a log, job or crime number.",
    )
    file = FileField(
        label="File",
        required=False,
        accept=ENDINGS,
        max_mb=MOST_BYTES // 1024 // 1024,
        hint="A PDF, or a picture as JPEG or PNG. Where and when a picture was taken is removed from it.",
    )
    told = RadiosField(
        label="Has the victim-survivor been told?",
        choices=Told.choices,
        hint="Only the IDVA, or the worker who is in contact with them, does that.",
    )


class DeclineForm(StepForm):
    """Why an agency declines."""

    reason = TextField(label="Why is it declined?", max_length=300, hint="The co-ordinator reads it.")


class NotPossibleForm(StepForm):
    """What changed."""

    reason = TextField(
        label="What has changed, so that it is no longer possible?",
        max_length=300,
        hint="The co-ordinator confirms it. If it could have been done but was not, say that it was not done instead.",
    )


class NotDoneForm(StepForm):
    """Why it was not done."""

    reason = TextField(label="Why was it not done?", max_length=300, hint="The agency's lead is told at once.")


class RefuseForm(StepForm):
    """Why it is still to be done."""

    reason = TextField(label="Why is it still to be done?", max_length=300, hint="The agency reads it.")


class AssignForm(StepForm):
    """Who of the agency will do it."""

    owner = SelectField(label="Who will do it?", blank="Choose a colleague")

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        cast(SelectField, self.fields["owner"]).choices = [(key, person.name) for key, person in self.people.items()]

    def clean_owner(self) -> User:
        """The person chosen."""
        return self.people[self.cleaned_data["owner"]]
