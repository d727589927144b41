"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class KitConfig(AppConfig):
    """The app `kit`."""

    name = "wraparound.kit"
    label = "kit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every query say ``among``."""
        from wraparound.kit import bulk  # noqa: F401  registers the lookup
