"""A case that moves with the victim-survivor: to another area's MARAC, or from one."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id
from wraparound.response.marac.repeat_states import TransferState


class Direction(models.TextChoices):
    """Whether the case leaves for another area or comes from one."""

    OUT = "out", "To another area"
    IN = "in", "From another area"


class Move(models.TextChoices):
    """How long the victim-survivor is expected to stay away."""

    PERMANENT = "permanent", "For good"
    TEMPORARY = "temporary", "For a time"
    UNKNOWN = "unknown", "Not known yet"


class Transfer(models.Model):
    """One record of one move: what was sent or came, that it arrived, and who took over from whom."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey("access.Matter", on_delete=models.PROTECT, related_name="transfers")
    referral = models.ForeignKey("marac.Referral", on_delete=models.PROTECT, related_name="transfers")
    direction = models.CharField(max_length=10, choices=Direction.choices)
    state = models.CharField(
        max_length=20, choices=[(s.value, s.label) for s in TransferState], default=TransferState.PREPARED
    )
    other_area = models.CharField(max_length=200)
    other_marac = models.CharField(max_length=200, blank=True)
    other_contact = models.CharField(max_length=300, blank=True, help_text="The other co-ordinator: name, secure mail.")
    move = models.CharField(max_length=20, choices=Move.choices, default=Move.UNKNOWN)
    reason = models.TextField()
    lawful_basis = models.CharField(max_length=100)
    heard_there_on = models.DateField(null=True, blank=True, help_text="When the other MARAC heard it last.")
    contents: models.JSONField[Any] = models.JSONField(default=list, help_text="Codes of what is sent or came.")
    why_contents = models.TextField(blank=True, help_text="Why so much is needed there and not more.")
    pack: models.JSONField[Any] = models.JSONField(
        default=list, help_text="The pack as it was sent, frozen: [{title, rows: [[question, answer]]}]."
    )
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey("partners.User", null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey("partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirm_by = models.DateTimeField(null=True, blank=True, help_text="When to ask whether it has arrived.")
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.CharField(max_length=200, blank=True, help_text="Who confirmed it, over there or here.")
    idva_there = models.CharField(max_length=300, blank=True, help_text="The other area's IDVA, as the IDVA writes it.")
    handed_over_at = models.DateTimeField(null=True, blank=True)
    handed_over_by = models.ForeignKey(
        "partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    handover_note = models.TextField(blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)
    rule_version = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1)

    data_classes = holds(
        Retention.CASE,
        internal="id matter referral direction state lawful_basis contents made_at made_by sent_at sent_by confirm_by"
        " received_at handed_over_at handed_over_by rule_version version",
        personal="other_contact received_by idva_there",
        special="move reason heard_there_on why_contents pack handover_note ended_reason",
        locating="other_area other_marac",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="received") | Q(received_at__isnull=False), name="transfer_received_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["matter", "direction"],
                condition=Q(state__in=("prepared", "sent")),
                name="one_transfer_on_its_way_per_matter_and_direction",
            ),
        ]
        indexes = [models.Index(fields=["state", "confirm_by"])]

    def __str__(self) -> str:
        return str(self.pk)
