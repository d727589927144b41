"""People as each organisation holds them, how they are found, and in which matters they appear."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id


class Person(models.Model):
    """One human being: nothing but the thing that source records are linked to.

    Each source record begins as a person of its own, under the record's own id, so that undoing links always
    leads back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.CASE, internal="id created_at")

    def __str__(self) -> str:
        return str(self.pk)


class Sex(models.TextChoices):
    """As the police file has it; `blank` is not asked."""

    FEMALE = "female", "Female"
    MALE = "male", "Male"
    UNKNOWN = "unknown", "Not known"
    DECLINED = "declined", "Declined to say"


def name_of(given_names: str, family_name: str) -> str:
    """Given names and family name, or a phrase where neither is held."""
    return " ".join(part for part in (given_names, family_name) if part) or "Name not known"


class SourceRecord(models.Model):
    """What one organisation holds on someone. Never altered by another organisation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="source_records")
    external_ref = models.CharField(max_length=100)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="records")
    family_name = models.CharField(max_length=200, blank=True)
    given_names = models.CharField(max_length=200, blank=True)
    aliases = models.JSONField(default=list, help_text="Other names in use, as plain strings.")
    dob = models.DateField(null=True, blank=True)
    dob_alternatives = models.JSONField(default=list, help_text="Other birthdays in use, as ISO dates.")
    sex = models.CharField(max_length=20, choices=Sex.choices, blank=True)
    gender_identity = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=10, blank=True, help_text="ISO 639.")
    interpreter_needed = models.BooleanField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, help_text="Of the row it was last made from.")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(
        Retention.CASE,
        internal="id organisation person content_hash version created_at updated_at interpreter_needed",
        personal="external_ref family_name given_names aliases dob dob_alternatives sex language",
        special="gender_identity",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "external_ref"], name="one_source_record_per_external_ref")
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def full_name(self) -> str:
        """Given names and family name, or a phrase where neither is held."""
        return name_of(self.given_names, self.family_name)


class SourceRecordVersion(models.Model):
    """What a source record was before its organisation changed it."""

    record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    values = models.JSONField()
    replaced_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.CASE, internal="id record version replaced_at", locating="values")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "version"], name="one_row_per_source_record_version")]

    def __str__(self) -> str:
        return f"{self.record_id} v{self.version}"


class BlockingKey(models.Model):
    """One key under which a record is found among a million: kind and value in one string, such as ``n:SM0|1985``."""

    record = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="blocking_keys")
    key = models.CharField(max_length=60)

    data_classes = holds(Retention.CASE, internal="id record", personal="key")

    class Meta:
        indexes = [models.Index(fields=["key", "record"])]

    def __str__(self) -> str:
        return f"{self.record_id}"


class Appearance(models.Model):
    """A record appears in a matter: all that the foundation knows of who is in a case."""

    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="appearances")
    record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="appearances")
    shielded = models.BooleanField(
        default=True,
        help_text="Not opened by an involvement that faces the perpetrator. Everyone but the perpetrator is shielded.",
    )

    data_classes = holds(Retention.CASE, internal="id matter record shielded")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "record"], name="one_appearance_per_matter")]
        indexes = [models.Index(fields=["record", "matter"])]

    def __str__(self) -> str:
        return f"{self.record_id} in {self.matter_id}"
