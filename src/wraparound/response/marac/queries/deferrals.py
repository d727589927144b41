"""Cases that were put off, or that wait for the chair to say whether they may be."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import get_visible, visible
from wraparound.foundation.meetings.models import AgendaItem
from wraparound.foundation.partners.actors import Actor
from wraparound.response.marac.models import Deferral
from wraparound.response.marac.states import DeferralState

_WITH = ("matter__case", "matter__area", "item", "from_session__panel", "to_session", "asked_by", "decided_by")


def deferrals_visible_to(actor: Actor) -> QuerySet[Deferral]:
    """Every deferral that the actor may know of."""
    return visible(actor, Deferral.objects.select_related(*_WITH))


def deferral_for(actor: Actor, pk: uuid.UUID) -> Deferral:
    """One deferral, and the look at it in the log. Raises Unknown."""
    found = get_visible(actor, Deferral.objects.select_related(*_WITH), pk=pk)
    log.write(actor, "see", found)
    return found


def deferrals_asked(actor: Actor) -> QuerySet[Deferral]:
    """Those that wait for the chair."""
    return deferrals_visible_to(actor).filter(state=DeferralState.ASKED)


def deferrals_of_matter(actor: Actor, matter_id: uuid.UUID) -> list[Deferral]:
    """How often and why a case was put off, the latest first."""
    return list(deferrals_visible_to(actor).filter(matter_id=matter_id).order_by("-asked_at", "pk")[:10])


def deferral_of_item(actor: Actor, item: AgendaItem) -> Deferral | None:
    """The latest deferral of an item, whatever came of it."""
    return deferrals_visible_to(actor).filter(item=item).order_by("-asked_at", "pk").first()
