"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The app `people`."""

    name = "wraparound.foundation.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Contribute policies, the wall beneath them, search results and the link reviewer's row of Today."""
        from wraparound.foundation.access.permissions import REVIEWING
        from wraparound.foundation.access.services import carried_by
        from wraparound.foundation.partners.roles import Role
        from wraparound.foundation.people import handlers, params, permissions, walls  # noqa: F401  they register
        from wraparound.foundation.people.presenters import emergencies_today, found_people, links_today
        from wraparound.foundation.people.services.exclusions import carry, left_over
        from wraparound.kit.registry import NavItem, nav_items, search_providers, today_sections

        permissions.register()
        walls.install()
        carried_by(carry, left_over)
        search_providers.add("people", found_people, order=10)
        today_sections.add("people.links", links_today)
        today_sections.add("people.emergencies", emergencies_today, order=5)
        reviewers = frozenset({Role.LINK_REVIEWER.value})
        answering = frozenset(role.value for role in REVIEWING)
        looks = NavItem("Emergency looks", "people:emergency-looks", answering, "/people/emergency/looks/")
        nav_items.add("people.emergencies", looks, order=80)
        nav_items.add("people.links", NavItem("Links", "people:link-queue", reviewers, "/people/links/"), order=20)
