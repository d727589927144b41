"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    """The app `commitments`."""

    name = "wraparound.foundation.commitments"
    label = "commitments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Contribute to Today, the navigation, chronologies, the wall and the tick."""
        from wraparound.foundation.access import database
        from wraparound.foundation.commitments import (
            case_parts,
            chronology,
            handlers,  # noqa: F401  it registers
            permissions,
            services,
            today,
        )
        from wraparound.kit.registry import (
            NavItem,
            case_panels,
            case_tabs,
            chronology_sources,
            nav_items,
            tick_jobs,
            today_sections,
        )

        of_a_commitment = "EXISTS (SELECT 1 FROM commitments_commitment c WHERE c.id = commitment_id)"
        database.walled("commitments_commitment", "wraparound_open(matter_id)")
        database.walled("commitments_commitmentchange", of_a_commitment)
        database.walled("commitments_chase", of_a_commitment)
        database.append_only("commitments_commitmentchange")

        roles = frozenset(role.value for role in permissions.KEEPERS)
        nav_items.add("commitments", NavItem("Commitments", "commitments:list", roles, "/commitments/"), order=60)
        today_sections.add("commitments.ours", today.our_commitments)
        today_sections.add("commitments.escalated", today.escalated)
        today_sections.add("commitments.overdue", today.overdue)
        case_tabs.add("commitments", case_parts.tab, order=70)
        case_panels.add("commitments", case_parts.panel, order=70)
        chronology_sources.add("commitments", chronology.commitments_of)
        tick_jobs.add("commitments.chase", services.chase)
