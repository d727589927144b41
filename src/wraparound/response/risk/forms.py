"""What the pages of an assessment ask. The questions of an instrument are data, so they are read by `answers_from`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from wraparound.kit.forms import CheckboxField, FileField, Form, RadiosField, TextareaField, clean_text, given
from wraparound.response.risk import rules
from wraparound.response.risk.models import Grade
from wraparound.response.risk.presenters import CHILDREN_LABELS, GRADE_MEANINGS, Read
from wraparound.response.risk.rules import Answers, Judgement, Question
from wraparound.response.risk.services import BeforeAsking

LONG_TEXT = 4_000


class BeginForm(Form):
    """Before the first question: who, with which instrument, and whether it is safe to talk."""

    subject = RadiosField(label="Whose risk is assessed?", missing="Select whose risk is assessed")
    instrument = RadiosField(label="Which assessment?", missing="Select which assessment to use")
    safe_to_talk = RadiosField(
        label="Is it safe to talk now?",
        hint="Ask first whether anyone can hear, and agree what to do if someone comes. Say why you ask, and that what "
        "is said may be shared with other agencies at MARAC.",
        choices=[
            ("yes", "Yes, they are alone and can talk"),
            ("not_present", "They are not with me: I am completing it from records and what others said"),
            ("no", "No"),
        ],
        missing="Say whether it is safe to talk now",
    )
    perpetrator_whereabouts = TextareaField(
        label="Where is the perpetrator now, and when may they come back?", required=False, rows=2, max_length=LONG_TEXT
    )
    children_whereabouts = TextareaField(
        label="Where are the children now, and who is with them?", required=False, rows=2, max_length=LONG_TEXT
    )
    groups = [
        ("What you are about to do", ("subject", "instrument")),
        ("Before you ask", ("safe_to_talk", "perpetrator_whereabouts", "children_whereabouts")),
    ]

    def __init__(
        self,
        *args: Any,
        subjects: Sequence[tuple[str, str]],
        instruments: Sequence[tuple[str, str, str]],
        **kwargs: Any,
    ) -> None:
        """`subjects` are (id, name), `instruments` (key, name, about)."""
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = list(subjects)  # type: ignore[attr-defined]  # a field with choices
        self.fields["instrument"].choices = [(key, name) for key, name, _ in instruments]  # type: ignore[attr-defined]
        self.fields["instrument"].hints = {key: about for key, _, about in instruments}  # type: ignore[attr-defined]
        if len(subjects) == 1:
            self.fields["subject"].initial = subjects[0][0]

    def before(self) -> BeforeAsking:
        """What was found before asking."""
        names = ("safe_to_talk", "perpetrator_whereabouts", "children_whereabouts")
        return BeforeAsking(**{name: self.cleaned_data[name] for name in names})


class JudgementForm(Form):
    """What a person makes of the answers. Grades below what the ticks indicate are not offered."""

    indicated = ""
    previous = ""

    grade = RadiosField(label="What is the grade?", missing="Select the grade")
    lower_reason = TextareaField(
        label="Why is it lower than the assessment before?",
        hint="What has changed since then, and how you know.",
        rows=3,
        missing="Say why it is lower than the assessment before",
    )
    judgement_reason = TextareaField(
        label="Your professional judgement",
        hint="Why it is this grade: what worries you beyond the answers, and how the victim-survivor sees the danger.",
        required=False,
        rows=5,
    )
    missed = TextareaField(
        label="What did the questions miss?",
        hint="Coercive control, honour, immigration, disability, debts, who else is in danger.",
        required=False,
        rows=3,
    )
    children_safeguarding = RadiosField(
        label="Has a children's safeguarding referral been made?",
        choices=list(CHILDREN_LABELS.items()),
        missing="Select whether a children's safeguarding referral was made",
    )
    children_safeguarding_why = TextareaField(
        label="About that referral",
        hint="When and to whom; or why it is not needed or has not been made.",
        required=False,
        rows=2,
    )

    def clean(self) -> dict[str, Any]:
        """Let the rules say what stands in the way, each at its own field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        found = rules.mistakes_in(self.judgement(), indicated=self.indicated, previous=self.previous)
        for field, sentence in found.items():
            if field not in self.errors:
                self.add_error(field, sentence)
        return cleaned

    def judgement(self) -> Judgement:
        """What was written, wrong or not."""
        return Judgement(**{name: self.cleaned_data.get(name) or "" for name in asdict(Judgement())})


def judgement_form(indicated: str, previous: str) -> type[JudgementForm]:
    """The form for an assessment whose ticks indicate one grade, after one that had another ("" for none)."""
    open_grades = rules.grades_open(indicated)
    lower = [grade for grade in open_grades if rules.is_lower(grade, previous)]
    labels = {grade: Grade(grade).label for grade in open_grades}
    hints = {grade: GRADE_MEANINGS[grade] for grade in open_grades}
    if indicated:
        hints[indicated] = f"What the answers indicate. {hints[indicated]}"
    fields: dict[str, Any] = {
        "grade": RadiosField(
            label="What is the grade?",
            hint="Your judgement may raise the grade that the answers indicate; it can't lower it."
            if indicated
            else "",
            choices=list(labels.items()),
            hints=hints,
            missing="Select the grade",
        ),
        "indicated": indicated,
        "previous": previous,
        "conditions": [given("grade", *lower).require("lower_reason")] if lower else [],
    }
    if not lower:
        fields["lower_reason"] = None  # not asked at all
    return type("JudgementFormInUse", (JudgementForm,), fields)


class WordingForm(Form):
    """A file of licensed wording."""

    file = FileField(
        label="File with the wording",
        hint="CSV with the columns key and wording, or JSON: an object of keys and wordings. UTF-8.",
        accept=".csv,.json",
        max_mb=1,
        missing="Choose a file",
    )
    has_permission = CheckboxField(
        label="My organisation holds the permission to use this wording",
        missing="Confirm that your organisation holds the permission to use this wording",
    )


def answers_from(
    data: Mapping[str, str], questions: Sequence[Question], held: Answers, read: Read
) -> dict[str, dict[str, str]]:
    """The answers that a page of the form sent, for the questions on it.

    A text that came back as it was shown stays as it is held, so that an address that was withheld from the reader
    is not lost by saving. `keep-<part>-<key>` = theirs takes what is held instead of what was sent.
    """
    found: dict[str, dict[str, str]] = {}
    for question in questions:
        entry = {}
        for part in rules.PARTS:
            name = f"{part}-{question.key}"
            stored = held.get(question.key, {}).get(part, "")
            if data.get(f"keep-{name}") == "theirs" or name not in data:
                entry[part] = stored
                continue
            sent = clean_text(data[name], lines=True)
            entry[part] = stored if stored and sent == read(stored) else sent
        found[question.key] = entry
    return found
