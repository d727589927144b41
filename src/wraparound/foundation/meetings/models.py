"""Panels and their sessions: what is on the agenda, who was there, what was said of each matter."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from wraparound.foundation.meetings.states import ItemState, SessionState
from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id


class Panel(models.Model):
    """A standing meeting of agencies, such as an area's MARAC."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, help_text="marac; later: matac, board.")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="panels")
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="panels")

    data_classes = holds(Retention.REFERENCE, open="id slug name kind organisation area")

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """One sitting of a panel."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField()
    mode = models.CharField(max_length=20)
    capacity = models.PositiveIntegerField()
    chair = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=20, choices=[(s.value, s.label) for s in SessionState], default=SessionState.PLANNED
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    rule_version = models.CharField(max_length=60, blank=True)

    data_classes = holds(
        Retention.CASE,
        internal="id panel starts_at mode capacity chair state opened_at closed_at rule_version",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["panel", "starts_at"], name="one_session_per_panel_and_time")]
        indexes = [models.Index(fields=["starts_at"])]

    def __str__(self) -> str:
        return f"{self.panel}, {self.starts_at:%d %b %Y}"


class AgendaItem(models.Model):
    """A matter on a session's agenda. It has no stored number: numbers are counted for each reader."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="items")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="agenda_items")
    position = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=20, choices=[(s.value, s.label) for s in ItemState], default=ItemState.LISTED)
    listed_by = models.ForeignKey("partners.User", null=True, on_delete=models.PROTECT, related_name="+")
    listed_at = models.DateTimeField(default=timezone.now)
    listed_because = models.CharField(max_length=300, blank=True)
    risk_summary = models.TextField(blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    data_classes = holds(
        Retention.CASE,
        internal="id session matter position state listed_by listed_at heard_at version",
        special="listed_because risk_summary",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "matter"], name="one_agenda_item_per_session_and_matter")
        ]
        ordering = ["position", "listed_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


class AttendanceStatus(models.TextChoices):
    """Who was there for an organisation."""

    PRESENT = "present", "Present"
    DEPUTY = "deputy", "Deputy present"
    APOLOGIES = "apologies", "Apologies"


class Attendance(models.Model):
    """An organisation at a session."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendance")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=AttendanceStatus.choices)
    recorded_at = models.DateTimeField(default=timezone.now)

    data_classes = holds(Retention.CASE, internal="id session organisation user status recorded_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "organisation"], name="one_attendance_per_organisation")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.status}"


class SharedInformation(models.Model):
    """What an organisation shared about a matter at a session: fact or opinion, and who must not see it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="shared")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    is_opinion = models.BooleanField(default=False)
    never_to_perpetrator = models.BooleanField(default=False)
    by = models.ForeignKey("partners.User", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    data_classes = holds(
        Retention.CASE,
        internal="id item matter organisation is_opinion never_to_perpetrator by at",
        special="text",
    )

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)
