"""What is still to be said to victim-survivors, and the attempts to reach them."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import get_visible, visible
from wraparound.foundation.partners.actors import Actor
from wraparound.response.marac.models import Referral, SurvivorContact, Telling
from wraparound.response.marac.queries.referrals import referrals_visible_to
from wraparound.response.marac.states import WAITING, TellingState

_WITH = (
    "referral__victim",
    "referral__matter__case",
    "referral__organisation",
    "organisation",
    "worker",
    "item__session",
)


def tellings_waiting(actor: Actor) -> QuerySet[Telling]:
    """What waits, of one's own service for the IDVA, of all for who co-ordinates; order by ``due_at``."""
    return visible(actor, Telling.objects.select_related(*_WITH)).filter(state=TellingState.WAITING)


def tellings_late(actor: Actor, now: datetime) -> QuerySet[Telling]:
    """Those past their time; an agreed next attempt that lies ahead stops the clock (safety rule 10)."""
    paused = Q(next_attempt_at__isnull=False, next_attempt_at__gt=now)
    return tellings_waiting(actor).filter(due_at__lt=now).exclude(paused)


def telling_for(actor: Actor, pk: uuid.UUID) -> Telling:
    """One telling, and the look at it in the log. Raises Unknown."""
    telling = get_visible(actor, Telling.objects.select_related(*_WITH, "referral__matter__area"), pk=pk)
    log.write(actor, "see", telling)
    return telling


def telling_of_matter(actor: Actor, matter_id: uuid.UUID) -> Telling | None:
    """The latest telling of a case, as far as the actor may know of it."""
    rows = visible(actor, Telling.objects.select_related(*_WITH)).filter(matter_id=matter_id)
    return rows.order_by("-item__heard_at", "pk").first()


def attempts_of(actor: Actor, matter_id: uuid.UUID) -> list[SurvivorContact]:
    """The attempts to reach the victim-survivor of a case that the actor may read, the newest first."""
    rows = visible(actor, SurvivorContact.objects.filter(matter_id=matter_id)).select_related("by", "organisation")
    return list(rows.order_by("-at", "pk"))


def contacts_due(actor: Actor) -> QuerySet[Referral]:
    """Referrals on their way to a session whose victim-survivor the actor's service has not tried to reach yet.

    Order by ``contact_by``.
    """
    tried = SurvivorContact.objects.filter(
        matter_id=OuterRef("matter_id"), organisation_id=actor.organisation_id, at__gte=OuterRef("received_at")
    )
    rows = referrals_visible_to(actor).filter(state__in=WAITING, contact_by__isnull=False)
    return rows.filter(~Exists(tried))
