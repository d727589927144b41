"""Panels and their sessions: when they sit, in which mode, under which chair, and how each ended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from wraparound.foundation.meetings.states import SessionState
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
    closes_at = models.DateTimeField(
        null=True, blank=True, help_text="Asynchronous: until when agencies file what they know."
    )
    is_emergency = models.BooleanField(default=False, help_text="Called outside the rhythm.")
    called_because = models.CharField(max_length=300, blank=True)
    called_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    inquorate_because = models.CharField(
        max_length=300, blank=True, help_text="Why the chair went on without a quorum."
    )
    inquorate_missing = models.JSONField(default=list, help_text="Kinds of agency that were missing then.")
    inquorate_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    inquorate_at = models.DateTimeField(null=True, blank=True)
    adjourned_because = models.CharField(max_length=300, blank=True)
    adjourned_at = models.DateTimeField(null=True, blank=True)
    adjourned_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(
        null=True, blank=True, help_text="When what earlier sessions promised was gone through."
    )
    reviewed_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    data_classes = holds(
        Retention.CASE,
        internal="id panel starts_at mode capacity chair state opened_at closed_at rule_version closes_at is_emergency"
        " called_because called_by inquorate_because inquorate_missing inquorate_by inquorate_at adjourned_because"
        " adjourned_at adjourned_to reviewed_at reviewed_by",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["panel", "starts_at"], name="one_session_per_panel_and_time"),
            models.CheckConstraint(
                condition=Q(is_emergency=False) | ~Q(called_because=""), name="an_emergency_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="adjourned") | Q(adjourned_at__isnull=False) & ~Q(adjourned_because=""),
                name="an_adjournment_has_a_time_and_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"])]

    def __str__(self) -> str:
        return f"{self.panel}, {self.starts_at:%d %b %Y}"
