"""Assessments, their editions, what people wrote in them, and what was frozen. None of it is about a person."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from wraparound.evidence.assessments.states import EDITION_START, EditionState
from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id


class AssessmentKind(models.TextChoices):
    """Which assessment the law asks for."""

    STRATEGIC = "strategic", "Community safety strategic assessment"
    NEEDS = "needs", "Domestic abuse needs assessment"


class Assessment(models.Model):
    """An assessment of an area, year after year."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20, choices=AssessmentKind.choices)
    area_slug = models.CharField(max_length=80, help_text="The pack's name, or that of the area's folder.")
    area_name = models.CharField(max_length=200)
    begun_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.REFERENCE, open="id kind area_slug area_name begun_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "area_slug"], name="one_assessment_of_a_kind_for_an_area")
        ]

    def __str__(self) -> str:
        return f"{self.kind}-{self.area_slug}"


class Edition(models.Model):
    """An assessment of one period: drawn, written on, signed off, frozen."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(help_text="Counted from 1 within the assessment.")
    first_month = models.DateField(help_text="First day of the first month.")
    last_month = models.DateField(help_text="First day of the last month.")
    state = models.CharField(max_length=20, choices=[(s.value, s.label) for s in EditionState], default=EDITION_START)
    document = models.JSONField(default=dict, blank=True, help_text="As drawn (`documents.Document`).")
    handed_out = models.JSONField(
        default=dict,
        blank=True,
        help_text="What its files have printed of our own records, for disclosure control: {published, follows}.",
    )
    trouble = models.CharField(max_length=500, blank=True, help_text="Why the last drawing failed, in a sentence.")
    version = models.PositiveIntegerField(default=1)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often its drawing was begun.")
    asked_at = models.DateTimeField(default=timezone.now, help_text="When it was last asked to be drawn.")
    asked_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(null=True, blank=True)
    signed_off_at = models.DateTimeField(null=True, blank=True)
    signed_off_by = models.ForeignKey(
        "partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_back_because = models.CharField(max_length=500, blank=True)

    data_classes = holds(
        Retention.REFERENCE,
        open="id assessment number first_month last_month state document drawn_at",
        internal="handed_out trouble version attempts asked_at asked_by signed_off_at signed_off_by sent_back_because",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="one_edition_of_a_number"),
            models.CheckConstraint(
                condition=Q(first_month__lte=F("last_month")), name="an_editions_months_are_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["signed_off", "frozen"]) | Q(signed_off_at__isnull=False),
                name="a_signed_edition_says_when",
            ),
        ]
        indexes = [models.Index(fields=["-asked_at", "id"]), models.Index(fields=["state", "asked_at"])]

    def __str__(self) -> str:
        return str(self.pk)


class SectionNarrative(models.Model):
    """What people make of one section, beside its computed tables. It stays when those are drawn anew."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="narratives")
    section = models.CharField(max_length=60, help_text="The section's key.")
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    data_classes = holds(Retention.REFERENCE, internal="id edition section text version written_at written_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "section"], name="one_narrative_of_a_section"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class FrozenEdition(models.Model):
    """An edition as it was agreed: results, pictures and words. Both databases refuse to change or delete the row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="frozen")
    document = models.JSONField()
    narratives = models.JSONField(help_text="{section: {text, by, on}}")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the document and the narratives.")
    frozen_at = models.DateTimeField(default=timezone.now)
    frozen_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    data_classes = holds(Retention.AUDIT, open="id edition document digest frozen_at", internal="narratives frozen_by")

    def __str__(self) -> str:
        return str(self.pk)
