"""What surrounds every page: whose partnership this is, who is signed in, and where they may go."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest

from wraparound.foundation.areas.pack import PackError, current_pack
from wraparound.foundation.notices.queries import unread_count
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.kit.registry import nav_items


@dataclass(frozen=True)
class NavLink:
    """One entry of the navigation, as this reader has it."""

    text: str
    href: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True)
class RoleChoice:
    """One role that the reader holds and may act in."""

    id: str
    label: str
    current: bool


@dataclass
class Frame:
    """The frame of one request's page. Its parts are read when a template asks, so that few queries are made."""

    request: HttpRequest
    synthetic: bool = field(default_factory=lambda: settings.SYNTHETIC)
    personas: bool = field(default_factory=lambda: settings.PERSONAS)

    @property
    def _actor(self) -> Actor | None:
        return getattr(self.request, "actor", None)

    @property
    def signed_in(self) -> bool:
        """Whether someone is signed in and holds a role."""
        return self._actor is not None

    @cached_property
    def partnership(self) -> str:
        """The pack's own name for the header."""
        try:
            return current_pack().title
        except PackError:
            return ""

    @property
    def user_name(self) -> str:
        """Who is signed in."""
        return getattr(self.request.user, "name", "")

    @property
    def role_name(self) -> str:
        """The role acted in."""
        return self._actor.role.label if self._actor and self._actor.role else ""

    @property
    def organisation_name(self) -> str:
        """The organisation acted for."""
        membership = getattr(self.request, "membership", None)
        return membership.organisation.short_name if membership else ""

    @property
    def memberships(self) -> list[RoleChoice]:
        """The roles that the reader holds now."""
        current = getattr(self.request, "membership", None)
        return [
            RoleChoice(
                id=str(m.pk),
                label=f"{Role(m.role).label}, {m.organisation.short_name}",
                current=current is not None and m.pk == current.pk,
            )
            for m in getattr(self.request, "memberships", [])
        ]

    @property
    def may_search(self) -> bool:
        """Whether the role opens records about people at all."""
        return self._actor is not None and self._actor.role in WORKING_WITH_PEOPLE

    @cached_property
    def unread_notices(self) -> int:
        """Notices not read yet."""
        return unread_count(self._actor) if self._actor else 0

    @cached_property
    def nav(self) -> list[NavLink]:
        """The navigation, for the role acted in."""
        from django.urls import reverse

        if self._actor is None:
            return []
        path = self.request.path
        entries: list[tuple[str, str, str, int | None]] = [("Today", reverse("today"), "", None)]
        for item in nav_items:
            if not item.roles or self._actor.role in item.roles:
                href = reverse(item.url_name)
                count = self.unread_notices if item.url_name == "notices:list" else None
                entries.append((item.text, href, item.prefix or href, count))
        # The entry whose prefix says most of the address is where the reader stands: Imports, not Cases.
        prefixes = [prefix for _, _, prefix, _ in entries if prefix and path.startswith(prefix)]
        here = max(prefixes, key=len) if prefixes else ""
        return [
            NavLink(text, href, prefix == here if prefix else path == href, count)
            for text, href, prefix, count in entries
        ]


def frame(request: HttpRequest) -> dict[str, Frame]:
    """The context processor that gives `frame` to every template."""
    return {"frame": Frame(request)}
