"""Minutes: one document for each case that was heard, drafted from what is recorded and approved by the chair."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from wraparound.foundation.meetings.states import MinutesState
from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id


class Minutes(models.Model):
    """One version of the minutes of one case at one session. A version that was replaced stays on record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey("meetings.AgendaItem", on_delete=models.PROTECT, related_name="minutes")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text="Version: counted from 1.")
    state = models.CharField(
        max_length=20, choices=[(s.value, s.label) for s in MinutesState], default=MinutesState.DRAFT
    )
    body = models.JSONField(
        help_text="[{heading, lines: [{text, agency, never}]}]; never: not for who works with the perpetrator."
    )
    why = models.CharField(max_length=300, blank=True, help_text="Why it was drafted again after an approval.")
    drafted_at = models.DateTimeField(default=timezone.now)
    drafted_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    data_classes = holds(
        Retention.CASE,
        internal="id item matter number state drafted_at drafted_by approved_at approved_by",
        special="body why",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="one_minutes_per_item_and_version"),
            models.UniqueConstraint(fields=["item"], condition=Q(state="draft"), name="one_draft_of_minutes_per_item"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="approved"), name="one_approved_minutes_per_item"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="approved_minutes_say_by_whom",
            ),
        ]
        ordering = ["item", "-number"]

    def __str__(self) -> str:
        return str(self.pk)
