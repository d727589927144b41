"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """The app `meetings`."""

    name = "wraparound.foundation.meetings"
    label = "meetings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Contribute the panels' loader, chronology entries and the wall."""
        from wraparound.foundation.access import database
        from wraparound.foundation.meetings import (  # noqa: F401  they register
            chronology,
            handlers,
            loading,
            permissions,
        )
        from wraparound.kit.registry import chronology_sources, pack_loaders

        database.walled("meetings_agendaitem", "wraparound_open(matter_id)")
        database.walled("meetings_sharedinformation", "wraparound_open(matter_id)")
        database.walled("meetings_minutes", "wraparound_open(matter_id)")
        chronology_sources.add("meetings", chronology.sessions_of)
        pack_loaders.add("panels", loading.load_panels, order=80)
