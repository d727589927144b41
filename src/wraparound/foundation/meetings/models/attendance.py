"""Who was there: agencies, what those who weren't sent instead, and observers."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id


class AttendanceStatus(models.TextChoices):
    """Who was there for an organisation."""

    PRESENT = "present", "Present"
    DEPUTY = "deputy", "Deputy present"
    APOLOGIES = "apologies", "Apologies"


class Conflicts(models.TextChoices):
    """What someone at the table said, at the start, of knowing anyone who is to be heard."""

    NOT_ASKED = "not_asked", "Not asked yet"
    NONE = "none", "Knows nobody on the agenda"
    DECLARED = "declared", "Declared, and left out of that case"


class Attendance(models.Model):
    """An organisation at a session."""

    session = models.ForeignKey("meetings.Session", on_delete=models.PROTECT, related_name="attendance")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=AttendanceStatus.choices)
    recorded_at = models.DateTimeField(default=timezone.now)
    information_sent = models.BooleanField(null=True, blank=True, help_text="With apologies: what the agency knows.")
    information_sent_on = models.DateField(null=True, blank=True)
    conflicts = models.CharField(max_length=20, choices=Conflicts.choices, default=Conflicts.NOT_ASKED)

    data_classes = holds(
        Retention.CASE,
        internal="id session organisation user status recorded_at information_sent information_sent_on conflicts",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "organisation"], name="one_attendance_per_organisation")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.status}"


class Observer(models.Model):
    """Someone who listens without an agency's part: only with a signed statement of confidentiality."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey("meetings.Session", on_delete=models.PROTECT, related_name="observers")
    name = models.CharField(max_length=200)
    organisation_name = models.CharField(max_length=200, blank=True)
    signed_on = models.DateField(null=True, blank=True, help_text="The day on which confidentiality was signed.")
    noted_by = models.ForeignKey("partners.User", null=True, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(
        Retention.CASE, internal="id session organisation_name signed_on noted_by noted_at", personal="name"
    )

    class Meta:
        ordering = ["noted_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["session", "name"], name="one_observer_of_a_name")]

    def __str__(self) -> str:
        return str(self.pk)
