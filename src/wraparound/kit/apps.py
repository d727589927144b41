"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class KitConfig(AppConfig):
    """The app `kit`."""

    name = "wraparound.kit"
    label = "kit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every query say ``among``, and each tick tell the database how full its tables are."""
        from wraparound.kit import bulk, statistics  # noqa: F401  `bulk` registers the lookup
        from wraparound.kit.registry import tick_jobs

        tick_jobs.add("kit.statistics", lambda now: statistics.gather())
