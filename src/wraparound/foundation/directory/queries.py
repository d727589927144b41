"""Reads of the directory."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from wraparound.foundation.access import decisions
from wraparound.foundation.areas.models import Area
from wraparound.foundation.areas.queries import lineage
from wraparound.foundation.directory.models import Service, ServiceKind
from wraparound.foundation.partners.actors import Actor

_SEARCHED = ("name", "what", "for_whom", "organisation__name", "organisation__short_name")


def services(actor: Actor, *, words: str = "", kind: str = "", area: Area | None = None) -> QuerySet[Service]:
    """The services that fit: every word somewhere in its name, organisation, what it does or for whom; of one kind;
    serving the area, that is the area itself or what it is part of. Ordered by name.
    """
    found = decisions.visible(actor, Service.objects.select_related("organisation", "area"))
    for word in words.split():
        anywhere = Q()
        for field in _SEARCHED:
            anywhere |= Q(**{f"{field}__icontains": word})
        found = found.filter(anywhere)
    if kind in ServiceKind.values:
        found = found.filter(kind=kind)
    if area is not None:
        found = found.filter(Q(area__isnull=True) | Q(area__in=lineage(area)))
    return found.order_by("name", "pk")


def service(actor: Actor, slug: str) -> Service:
    """One service. Raises Unknown where there is none."""
    return decisions.get_visible(actor, Service.objects.select_related("organisation", "area"), slug=slug)


def helpline() -> Service | None:
    """The partnership's helpline, as its pack names it, for the places that always show it."""
    from wraparound.foundation.areas.pack import current_pack

    return Service.objects.filter(slug=current_pack().about.helpline_service, is_public=True).first()
