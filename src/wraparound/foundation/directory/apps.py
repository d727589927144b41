"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """The app `directory`."""

    name = "wraparound.foundation.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Contribute the loaders of organisations and services, the page, and search."""
        from wraparound.foundation.directory import loading, permissions, search
        from wraparound.kit.registry import NavItem, nav_items, pack_loaders, search_providers

        permissions.register_policies()
        pack_loaders.add("organisations", loading.load_organisations, order=60)
        pack_loaders.add("services", loading.load_services, order=70)
        nav_items.add("directory", NavItem("Directory", "directory:list", frozenset(), "/directory/"), order=90)
        search_providers.add("services", search.find_services, order=90)
