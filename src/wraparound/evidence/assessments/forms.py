"""What an analyst fills in: which assessment, what they make of a section, why an edition is sent back."""

from __future__ import annotations

from typing import Any, cast

from wraparound.evidence.assessments.known import known_areas
from wraparound.evidence.assessments.models import AssessmentKind
from wraparound.kit.forms import Form, HiddenField, RadiosField, SelectField, TextareaField, TextField


class NewEditionForm(Form):
    """Which assessment, of which area, for which months."""

    kind = RadiosField(
        label="Which assessment?",
        choices=list(AssessmentKind.choices),
        hints={
            "strategic": "What was recorded, where and when, and what lies behind it.",
            "needs": "Who needs protection and support, what there is, and what is lacking.",
        },
        missing="Choose which assessment to make",
    )
    area = SelectField(label="Of which area?", choices=[], blank="Choose an area", missing="Choose an area")
    first = TextField(
        label="From which month?", hint="Such as 2014-01", width=10, max_length=7, missing="Write the first month"
    )
    last = TextField(
        label="To which month?", hint="Such as 2014-12", width=10, max_length=7, missing="Write the last month"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = cast(SelectField, self.fields["area"])
        areas.choices = list(known_areas().items())


class NarrativeForm(Form):
    """What people make of a section."""

    text = TextareaField(
        label="What do you make of it?",
        hint="What the numbers mean here, and what partners know that they don't show. Nothing about any one person.",
        rows=10,
        max_length=8000,
        missing="Write what you make of it",
    )
    version = HiddenField(required=False)


class SendBackForm(Form):
    """Why an edition is sent back."""

    because = TextareaField(
        label="What should be changed?", rows=3, max_length=500, missing="Say what should be changed"
    )
    version = HiddenField(required=False)
