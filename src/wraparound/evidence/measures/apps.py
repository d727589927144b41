"""The measures as an app: it has no tables, and its rule sets' schemas are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Name and label."""

    name = "wraparound.evidence.measures"
    label = "evidence_measures"
    verbose_name = "Evidence: measures"
