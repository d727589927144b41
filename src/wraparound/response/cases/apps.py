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
    "cases_standingfact",
)

_A_CLERKS = "wraparound_setting('role') = 'police_clerk'"
_OWN_FORCE = f"{_A_CLERKS} AND organisation_id::text = wraparound_setting('organisation')"
OF_THE_CLERK = {
    "cases_importrun": _OWN_FORCE,
    "cases_urgentrow": _OWN_FORCE,
    "cases_importline": "EXISTS (SELECT 1 FROM cases_importrun r WHERE r.id = run_id)",
}
"""Tables without a matter: an import belongs to the clerks of its force."""


class CasesConfig(AppConfig):
    """The app `cases`."""

    name = "wraparound.response.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the wall, the handlers and the contributions."""
        from wraparound.foundation.access import database
        from wraparound.foundation.commitments.registry import matter_labels
        from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
        from wraparound.foundation.people.panels import person_panels
        from wraparound.kit import registry
        from wraparound.response.cases import (  # noqa: F401  they register
            contributions,
            fact_contributions,
            handlers,
            params,
            permissions,
        )
        from wraparound.response.cases.importing import runs
        from wraparound.response.cases.presenters import imports

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
        registry.chronology_sources.add("cases.facts", fact_contributions.chronology)
        registry.case_tabs.add("cases.facts", fact_contributions.tab, order=10)
        registry.case_panels.add("cases.facts", fact_contributions.panel, order=20)
        registry.today_sections.add("cases.facts_ending", fact_contributions.ending, order=40)
        registry.nav_items.add(
            "cases.imports",
            registry.NavItem("Imports", "cases:import-list", frozenset({Role.POLICE_CLERK.value}), "/cases/imports"),
            order=12,
        )
        registry.today_sections.add("cases.imports", imports.today, order=5)
        registry.tick_jobs.add("cases.imports", runs.take_up)
        registry.tick_jobs.add("cases.imports_left_over", runs.tidy_up)
        for table, condition in OF_THE_CLERK.items():
            database.walled(table, condition)
        matter_labels.add("cases", contributions.matter_labels)
        registry.matter_frames.add("cases", contributions.matter_frame)
        person_panels.add("cases.roles", contributions.roles_in_cases)
