"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The app `demo`."""

    name = "wraparound.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """In the demo, the clerk finds the files to import in the navigation."""
        from django.conf import settings

        from wraparound.foundation.partners.roles import Role
        from wraparound.kit.registry import NavItem, nav_items

        if settings.PERSONAS:
            item = NavItem("Demo files", "demo:files", frozenset({Role.POLICE_CLERK}))
            nav_items.add("demo.files", item, order=900)
