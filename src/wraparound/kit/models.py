"""The outbox, and the forms that were sent once."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds
from wraparound.kit.ids import new_id


class Event(models.Model):
    """Something that happened, written in the transaction in which it happened. Ids only, no names."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    data_classes = holds(Retention.OPERATIONAL, internal="id name payload at")

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class Delivery(models.Model):
    """One event for one handler: done at most once, tried again until it is."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=120)
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True, help_text="The kind of error: never its text.")

    data_classes = holds(Retention.OPERATIONAL, internal="id event handler attempts lease_until done_at last_error")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="one_delivery_per_handler")]
        indexes = [models.Index(fields=["done_at", "lease_until"])]

    def __str__(self) -> str:
        return f"{self.handler} of {self.event_id}"


class SentForm(models.Model):
    """A form that was sent: sending it again leads to where the first one led, and does nothing."""

    token = models.CharField(max_length=64, primary_key=True)
    user_id = models.UUIDField(null=True)
    path = models.CharField(max_length=400)
    led_to = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    data_classes = holds(Retention.OPERATIONAL, internal="token user_id path led_to at")

    def __str__(self) -> str:
        return self.path
