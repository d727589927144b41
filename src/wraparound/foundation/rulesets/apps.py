"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RulesetsConfig(AppConfig):
    """The app `rulesets`."""

    name = "wraparound.foundation.rulesets"
    label = "rulesets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the schemas of every app's `params`, and contribute the loaders and the page."""
        from wraparound.foundation.rulesets import loading
        from wraparound.kit.registry import pack_loaders

        autodiscover_modules("params")
        pack_loaders.add("rule sets", loading.load_rulesets, order=40)
        pack_loaders.add("code lists", loading.load_codes, order=50)
