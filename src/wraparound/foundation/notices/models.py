"""What someone is told: in the application with its link, outside it without a word that identifies anyone."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id

OF_A_LOOK = "access.emergency_opened"
"""The kind of a notice for whoever reviews a look in an emergency."""


class Notice(models.Model):
    """One thing one user is told in the application. A notice about a matter vanishes for who is excluded."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="notices")
    membership_role = models.CharField(max_length=30, blank=True)
    matter = models.ForeignKey("access.Matter", null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=60)
    text = models.CharField(max_length=300, help_text="No names: what is waiting, and why.")
    link = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=200, help_text="What it is about: the same key is told once.")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    data_classes = holds(
        Retention.OPERATIONAL,
        internal="id user membership_role matter kind text link key created_at read_at",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="told_once")]
        indexes = [models.Index(fields=["user", "read_at", "-created_at"])]

    def __str__(self) -> str:
        return str(self.pk)


class OutgoingEmail(models.Model):
    """An e-mail to a user. Its text is always the same: you have a task, sign in (safety rule 3)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    data_classes = holds(Retention.OPERATIONAL, internal="id user key created_at sent_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="mailed_once")]

    def __str__(self) -> str:
        return str(self.pk)
