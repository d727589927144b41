"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class RiskConfig(AppConfig):
    """The app `risk`."""

    name = "wraparound.response.risk"
    label = "risk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Contribute the instruments, and the history of risk to the pages of a case and to Today."""
        from wraparound.foundation.access import database
        from wraparound.foundation.partners.roles import Role
        from wraparound.kit import registry
        from wraparound.response.risk import contributions, loading, permissions

        permissions.register_policies()
        database.walled("risk_assessment", "wraparound_open(matter_id)")
        registry.pack_loaders.add("risk.instruments", loading.load_instruments, order=55)
        registry.today_sections.add("risk.drafts", contributions.drafts_to_finish, order=40)
        registry.chronology_sources.add("risk", contributions.chronology)
        registry.nav_items.add(
            "risk.instruments",
            registry.NavItem(
                "Risk instruments", "risk:instruments", frozenset({Role.ADMINISTRATOR}), "/risk/instruments/"
            ),
            order=95,
        )
        registry.case_tabs.add("risk", contributions.tab, order=40)
        registry.case_panels.add("risk", contributions.panel, order=20)
