"""Registers the site's frame."""

from __future__ import annotations

from django.apps import AppConfig


class InterfacesConfig(AppConfig):
    """The app `interfaces`."""

    name = "wraparound.interfaces"
    label = "interfaces"

    def ready(self) -> None:
        """Register the start-up checks."""
        from wraparound.foundation.partners.roles import Role
        from wraparound.interfaces import checks  # noqa: F401  its decorators register
        from wraparound.kit.registry import NavItem, nav_items

        nav_items.add(
            "accounts",
            NavItem("Accounts", "accounts:list", frozenset({Role.ADMINISTRATOR}), "/accounts/"),
            order=900,
        )
