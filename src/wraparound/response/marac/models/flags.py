"""Flag and tag: each agency marks its own records of a heard case for as long as a repeat would count."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id
from wraparound.response.marac.flag_states import FlagState


class AgencyFlag(models.Model):
    """What one agency says of the flag in its own system for one case. The flag itself is there, not here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(
        "meetings.AgendaItem", on_delete=models.PROTECT, related_name="+", help_text="The latest hearing."
    )
    # Of its own: the agenda closes to an agency whose part has ended, and its flag must not vanish with it.
    heard_on = models.DateField(help_text="The day of that hearing.")
    state = models.CharField(max_length=20, choices=[(s.value, s.label) for s in FlagState], default=FlagState.TO_SET)
    stands_until = models.DateField(help_text="The last day on which it stands, itself included.")
    rule_version = models.CharField(max_length=60)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(help_text="The agency says by then that it is set.")
    reference = models.CharField(
        max_length=200, blank=True, help_text="The agency's own reference: how it finds what it flagged."
    )
    set_at = models.DateTimeField(null=True, blank=True)
    set_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lapsed_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    data_classes = holds(
        Retention.CASE,
        internal="id matter organisation item heard_on state stands_until rule_version asked_at due_at set_at set_by"
        " lapsed_at removed_at removed_by version",
        personal="reference",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "organisation"], name="one_flag_per_agency_and_case")]
        indexes = [
            models.Index(fields=["organisation", "state", "due_at", "id"]),
            models.Index(fields=["state", "stands_until"]),
        ]

    def __str__(self) -> str:
        return str(self.pk)
