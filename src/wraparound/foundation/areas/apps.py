"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """The app `areas`."""

    name = "wraparound.foundation.areas"
    label = "areas"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Contribute the loaders of places and calendars, and the administrator's warning."""
        from wraparound.foundation.areas import loading
        from wraparound.foundation.areas.today import calendar_ends
        from wraparound.kit.registry import pack_loaders, today_sections

        pack_loaders.add("areas", loading.load_areas, order=10)
        pack_loaders.add("bank holidays", loading.load_holidays, order=20)
        pack_loaders.add("school terms", loading.load_school_terms, order=30)
        today_sections.add("bank holidays", calendar_ends, order=900)
