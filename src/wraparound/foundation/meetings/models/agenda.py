"""What is on an agenda, and what agencies shared about it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from wraparound.foundation.meetings.states import ItemState
from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id


class AgendaItem(models.Model):
    """A matter on a session's agenda. It has no stored number: numbers are counted for each reader."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey("meetings.Session", on_delete=models.PROTECT, related_name="items")
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="agenda_items")
    position = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=20, choices=[(s.value, s.label) for s in ItemState], default=ItemState.LISTED)
    listed_by = models.ForeignKey("partners.User", null=True, on_delete=models.PROTECT, related_name="+")
    listed_at = models.DateTimeField(default=timezone.now)
    listed_because = models.CharField(max_length=300, blank=True)
    risk_summary = models.TextField(blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    summed_up_at = models.DateTimeField(
        null=True, blank=True, help_text="Asynchronous: when the chair summed up, after the closing date."
    )
    version = models.PositiveIntegerField(default=1)

    data_classes = holds(
        Retention.CASE,
        internal="id session matter position state listed_by listed_at heard_at summed_up_at version",
        special="listed_because risk_summary",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "matter"], name="one_agenda_item_per_session_and_matter")
        ]
        ordering = ["position", "listed_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


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
