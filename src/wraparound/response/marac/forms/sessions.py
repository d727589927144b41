"""Forms of the session screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from wraparound.kit.forms import CheckboxField, DateInputField, Form, RadiosField, SelectField, TextareaField, TextField


class ShareForm(Form):
    """What an agency shares about a case."""

    mark_optional = False
    organisation = SelectField(label="Agency", choices=[])
    text = TextareaField(label="What the agency knows", max_length=4000, rows=3)
    is_opinion = RadiosField(
        label="Is it", choices=[("fact", "A fact"), ("opinion", "An opinion")], initial="fact", inline=True, small=True
    )
    never_to_perpetrator = CheckboxField(label="Never to the perpetrator", required=False)

    def __init__(self, *args: Any, agencies: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(SelectField, self.fields["organisation"]).choices = list(agencies)


class CommitForm(Form):
    """Who will do what, by when."""

    mark_optional = False
    organisation = SelectField(label="Agency", choices=[], blank="Choose an agency")
    what = TextField(label="What will be done?", max_length=300)
    due_on = DateInputField(label="By when?", missing="Say by which day it will be done")
    never_to_perpetrator = CheckboxField(label="Never to the perpetrator", required=False)

    def __init__(self, *args: Any, agencies: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(SelectField, self.fields["organisation"]).choices = list(agencies)


class SummaryForm(Form):
    """The chair's summary of the risk."""

    mark_optional = False
    risk_summary = TextareaField(label="Risk summary", max_length=4000, rows=5, required=False)


class DraftAgainForm(Form):
    """Why minutes that were approved are drafted again."""

    why = TextField(
        label="Why are they drafted again?",
        hint="Asked only where a version was approved already.",
        required=False,
        max_length=300,
    )
