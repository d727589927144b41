"""Minutes and what they are of, narrowed to what the actor may know of."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import visible
from wraparound.foundation.meetings.models import AgendaItem, Minutes
from wraparound.foundation.meetings.states import MinutesState
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.errors import Unknown
from wraparound.response.marac.models import ResearchEntry, ResearchRequest
from wraparound.response.marac.states import ResearchState


def minutes_of_item(actor: Actor, item: AgendaItem) -> list[Minutes]:
    """Every version of a case's minutes, the newest first."""
    return list(_read(actor).filter(item=item).order_by("-number"))


def minutes_to_read(actor: Actor, item: AgendaItem, number: int | None = None) -> tuple[Minutes, list[Minutes]]:
    """The version asked for, or the newest, with all versions; the look at it goes into the log. Raises Unknown."""
    versions = minutes_of_item(actor, item)
    found = next((one for one in versions if number is None or one.number == number), None)
    if found is None:
        raise Unknown
    log.write(actor, "see", found, number=found.number)
    return found, versions


def minutes_of_items(actor: Actor, item_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Minutes]:
    """The newest version of each item's minutes, in one query."""
    rows = _read(actor).filter(item__in=list(item_ids)).exclude(state=MinutesState.REPLACED).order_by("number")
    return {one.item_id: one for one in rows}


def minutes_to_approve(actor: Actor) -> QuerySet[Minutes]:
    """Drafts that wait for a chair."""
    return visible(actor, Minutes.objects.filter(state=MinutesState.DRAFT))


def entries_for_paper(actor: Actor, items: Iterable[AgendaItem]) -> dict[uuid.UUID, list[ResearchEntry]]:
    """What agencies share of each item, without a word that one keeps to itself: the own agency's neither."""
    found: dict[uuid.UUID, list[ResearchEntry]] = {}
    rows = visible(actor, ResearchEntry.objects.filter(request__item__in=[item.pk for item in items]))
    shared = rows.filter(agency_only=False, taken_back_at__isnull=True).select_related("organisation", "request")
    for entry in shared.order_by("at", "pk"):
        found.setdefault(entry.request.item_id, []).append(entry)
    return found


def without_entries(actor: Actor, items: Iterable[AgendaItem]) -> dict[uuid.UUID, list[ResearchRequest]]:
    """Which agencies know nothing of each item, and which have not answered."""
    found: dict[uuid.UUID, list[ResearchRequest]] = {}
    states = (ResearchState.NOTHING_KNOWN, ResearchState.WAITING, ResearchState.LAPSED)
    rows = visible(actor, ResearchRequest.objects.filter(item__in=[item.pk for item in items], state__in=states))
    for request in rows.select_related("organisation").order_by("organisation__short_name", "pk"):
        found.setdefault(request.item_id, []).append(request)
    return found


def _read(actor: Actor) -> QuerySet[Minutes]:
    return visible(actor, Minutes.objects.select_related("approved_by", "drafted_by", "item__session"))
