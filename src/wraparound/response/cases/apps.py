"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig

WALLED = (
    "cases_case",
    "cases_caseparty",
    "cases_incident",
    "cases_incidentversion",
    "cases_childexposure",
    "cases_childexposureversion",
    "cases_casenote",
    "cases_disclosure",
)


class CasesConfig(AppConfig):
    """The app `cases`."""

    name = "wraparound.response.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the wall, the handlers and the contributions."""
        from wraparound.foundation.access import database
        from wraparound.foundation.commitments.registry import matter_labels
        from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE
        from wraparound.foundation.people.panels import person_panels
        from wraparound.kit import registry
        from wraparound.response.cases import contributions, handlers, params, permissions  # noqa: F401  they register

        for table in WALLED:
            database.walled(table)
        database.append_only("cases_disclosure")
        registry.nav_items.add(
            "cases", registry.NavItem("Cases", "cases:list", frozenset(WORKING_WITH_PEOPLE), "/cases/"), order=10
        )
        registry.today_sections.add("cases.open", contributions.open_cases, order=60)
        registry.search_providers.add("cases", contributions.search, order=5)
        registry.chronology_sources.add("cases.incidents", contributions.incidents)
        registry.chronology_sources.add("cases.notes", contributions.notes)
        registry.chronology_sources.add("cases.involvements", contributions.involvements)
        matter_labels.add("cases", contributions.matter_labels)
        person_panels.add("cases.roles", contributions.roles_in_cases)
