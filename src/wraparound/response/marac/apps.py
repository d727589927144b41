"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from datetime import datetime

from django.apps import AppConfig

_OF_MATTERS = ("criteriaprompt", "referral", "screening", "challenge", "telling", "survivorcontact")


class MaracConfig(AppConfig):
    """The app `marac`."""

    name = "wraparound.response.marac"
    label = "marac"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect handlers, policies, the wall, and what other pages show of the MARAC."""
        from wraparound.foundation.access import database
        from wraparound.kit.registry import tick_jobs
        from wraparound.response.marac import handlers, params, permissions  # noqa: F401  they register themselves

        for table in _OF_MATTERS:
            database.walled(f"marac_{table}", "wraparound_open(matter_id)")
        database.walled(
            "marac_referraldraft",
            "author_id::text = wraparound_setting('user') AND (matter_id IS NULL OR wraparound_open(matter_id))",
        )
        tick_jobs.add("marac.sessions", _plan_sessions)


def _plan_sessions(now: datetime) -> int:
    from wraparound.foundation.partners.actors import system
    from wraparound.response.marac.services import plan_sessions

    return plan_sessions(by=system("marac.sessions"), now=now)
