"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The app `notices`."""

    name = "wraparound.foundation.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Contribute the navigation, the wall and the sending of e-mails."""
        from wraparound.foundation.access import database
        from wraparound.foundation.notices import emergencies, handlers, permissions, services  # noqa: F401  they register
        from wraparound.foundation.notices.models import OF_A_LOOK
        from wraparound.kit.registry import NavItem, nav_items, tick_jobs

        database.walled(
            "notices_notice",
            "user_id::text = wraparound_setting('user') AND (matter_id IS NULL OR wraparound_open(matter_id)"
            f" OR kind = '{OF_A_LOOK}' AND NOT wraparound_excluded(matter_id))",
        )
        nav_items.add("notices", NavItem("Notices", "notices:list", frozenset(), "/notices/"), order=98)
        tick_jobs.add("notices.send_emails", services.send_emails)
