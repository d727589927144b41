"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

# Roles (their values) that have the rules in their navigation; every other role reaches them by a link.
READERS = frozenset({"marac_coordinator", "marac_chair", "information_governance", "administrator"})


class RulesetsConfig(AppConfig):
    """The app `rulesets`."""

    name = "wraparound.foundation.rulesets"
    label = "rulesets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the schemas of every app's `params`, and contribute the calendars' rules, loaders and the page."""
        from wraparound.foundation.areas import clocks
        from wraparound.foundation.rulesets import loading, queries
        from wraparound.kit.registry import NavItem, nav_items, pack_loaders

        autodiscover_modules("params")
        clocks.read_rules_with(queries.calendar_rules)
        nav_items.add("rules", NavItem("Rules", "rulesets:list", READERS, "/rules/"), order=95)
        pack_loaders.add("rule sets", loading.load_rulesets, order=40)
        pack_loaders.add("code lists", loading.load_codes, order=50)
