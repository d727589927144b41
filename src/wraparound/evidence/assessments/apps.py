"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from datetime import datetime

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """The app `assessments`."""

    name = "wraparound.evidence.assessments"
    label = "assessments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register policies, what the databases hold, the navigation, and what the tick does."""
        from wraparound.evidence.assessments import contributions, permissions
        from wraparound.foundation.access import database
        from wraparound.kit import registry

        database.append_only("assessments_frozenedition")
        registry.tick_jobs.add("assessments.drawings", _take_up)
        registry.today_sections.add("assessments", contributions.editions, order=45)
        roles = frozenset(role.value for role in permissions.READING)
        registry.nav_items.add(
            "evidence", registry.NavItem("Evidence", "assessments:list", roles, "/evidence/"), order=60
        )


def _take_up(now: datetime) -> int:
    from wraparound.evidence.assessments.services import take_up

    return take_up(now)
