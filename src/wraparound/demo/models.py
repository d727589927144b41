"""That a database holds an invented city, and which: so that it is built once, and never into real data."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from wraparound.kit.data_classes import Retention, holds


class SyntheticBuild(models.Model):
    """One city that was built into this database."""

    pack = models.CharField(max_length=60)
    scale = models.FloatField()
    seed = models.BigIntegerField()
    until = models.DateField()
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it was interrupted.")
    counts = models.JSONField(default=dict)
    truth_path = models.CharField(max_length=500, blank=True)
    rows_per_second = models.FloatField(default=0)

    data_classes = holds(
        Retention.OPERATIONAL,
        internal="id pack scale seed until started_at finished_at counts truth_path rows_per_second",
    )

    def __str__(self) -> str:
        return f"{self.pack} at {self.scale}, seed {self.seed}, until {self.until}"
