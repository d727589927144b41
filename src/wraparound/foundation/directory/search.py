"""What the directory contributes to the search box."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from wraparound.foundation.directory.queries import services
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.registry import Found


def find_services(actor: Actor, words: str, limit: int) -> Iterator[Found]:
    """Services with all the words."""
    for service in services(actor, words=words)[:limit]:
        yield Found(
            kind="Service",
            text=service.name,
            href=reverse("directory:service", args=[service.slug]),
            detail=f"{service.organisation.short_name}, {service.get_kind_display()}",
        )
