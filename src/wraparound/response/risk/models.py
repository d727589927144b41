"""Risk instruments as versioned data, and assessments whose answers are frozen with the question as shown."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id
from wraparound.response.risk.states import AssessmentState


class Instrument(models.Model):
    """A risk tool, such as the Dash or the DARA."""

    key = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=100)
    is_totalled = models.BooleanField(help_text="Whether yes answers are counted. The DARA's never are.")
    about = models.TextField(blank=True)

    data_classes = holds(Retention.REFERENCE, open="id key name is_totalled about")

    def __str__(self) -> str:
        return self.name


class InstrumentVersion(models.Model):
    """One version of a tool: an assessment belongs to the version that it was begun with."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=30)
    effective_from = models.DateField()
    source = models.TextField(blank=True)
    acknowledgement = models.TextField(blank=True, help_text="Whose the questions are; shown with their wording.")
    scales = models.JSONField(
        default=dict, help_text="{kind: [{code, label, affirms}]}: the answers that items of that kind have."
    )
    is_provisional = models.BooleanField(default=False)

    data_classes = holds(
        Retention.REFERENCE,
        open="id instrument version effective_from source acknowledgement scales is_provisional",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instrument", "version"], name="one_row_per_instrument_version")]

    def __str__(self) -> str:
        return f"{self.instrument} {self.version}"


class Item(models.Model):
    """One topic of a tool, in our own words; licensed wording is loaded by the deploying authority."""

    version = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="items")
    key = models.SlugField(max_length=40)
    number = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=200)
    hint = models.CharField(max_length=300, blank=True, help_text="What to mind when asking, in our own words.")
    licensed_wording = models.TextField(blank=True)
    kind = models.CharField(max_length=20, help_text="yesno, frequency or free.")
    group = models.CharField(max_length=60, blank=True)
    is_counted = models.BooleanField(default=False)
    asked_if_item = models.SlugField(max_length=40, blank=True, help_text="Asked only when that item ...")
    asked_if_answer = models.CharField(max_length=20, blank=True, help_text="... has this answer.")
    is_provisional = models.BooleanField(default=False)

    data_classes = holds(
        Retention.REFERENCE,
        open="id version key number topic hint licensed_wording kind group is_counted asked_if_item asked_if_answer"
        " is_provisional",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="one_item_per_key")]
        ordering = ["number", "asked_if_item", "pk"]  # what hangs on an answer comes after its question

    def __str__(self) -> str:
        return self.topic


class Grade(models.TextChoices):
    """The three national levels, which are defined in words (domain rules 1.2)."""

    STANDARD = "standard", "Standard"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class Assessment(models.Model):
    """One use of a tool about one victim. Signed, it is frozen."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="assessments")
    instrument_version = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey("people.SourceRecord", on_delete=models.PROTECT, related_name="assessments")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    assessor = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=20, choices=[(s.value, s.label) for s in AssessmentState], default=AssessmentState.DRAFT
    )
    started_at = models.DateTimeField(default=timezone.now)
    safe_to_talk = models.CharField(
        max_length=20,
        blank=True,
        help_text="What was found before asking: yes, or not_present (from records).",
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    answers = models.JSONField(
        default=dict,
        help_text="{item key: {answer, source, note}}; when signed also number, topic, question and what the answer"
        " was called, as they were shown.",
    )
    ticks = models.PositiveSmallIntegerField(null=True, blank=True)
    indicated_grade = models.CharField(max_length=20, choices=Grade.choices, blank=True)
    grade = models.CharField(max_length=20, choices=Grade.choices, blank=True)
    judgement_reason = models.TextField(blank=True)
    lower_reason = models.TextField(blank=True, help_text="Why it is lower than the assessment before.")
    missed = models.TextField(blank=True, help_text="What the questions missed.")
    children_safeguarding = models.CharField(max_length=20, blank=True, help_text="made, not_needed or not_made.")
    children_safeguarding_why = models.TextField(blank=True)
    explanation = models.JSONField(default=dict, help_text="What fired and why, and the rule version.")
    rule_version = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1)

    data_classes = holds(
        Retention.CASE,
        internal="id matter instrument_version organisation assessor state started_at signed_at rule_version version",
        personal="subject",
        locating="answers",  # also where the perpetrator and the children are
        special="safe_to_talk ticks indicated_grade grade judgement_reason lower_reason missed children_safeguarding"
        " children_safeguarding_why explanation",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_at__isnull=False) & ~Q(grade=""),
                name="signed_with_a_time_and_a_grade",
            )
        ]
        indexes = [
            models.Index(fields=["matter", "-started_at"]),
            models.Index(fields=["assessor", "state", "started_at"]),  # Today: drafts to finish
            models.Index(fields=["organisation", "state", "started_at"]),
        ]

    def __str__(self) -> str:
        return str(self.pk)
