"""Reads of the wall's own tables and rules."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import get_visible, open_involvements, visible
from wraparound.foundation.access.models import EmergencyLook
from wraparound.foundation.access.params import EmergencyRules, SessionTimeouts
from wraparound.foundation.access.permissions import LOOKING
from wraparound.foundation.access.shown import asked_once
from wraparound.foundation.access.states import LookState
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.areas.models import Area
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.rulesets.queries import RuleInForce, RuleMissing, in_force

# Before a pack is loaded there is no rule set: the shortest sensible times hold.
BEFORE_ANY_PACK = SessionTimeouts(idle_minutes=15, absolute_minutes=480)


def session_timeouts() -> SessionTimeouts:
    """After how long sessions end, by the rule set `access.sessions` of the partnership."""
    area = partnership()
    if area is None:
        return BEFORE_ANY_PACK
    try:
        return in_force("access.sessions", area, today(), SessionTimeouts).params
    except RuleMissing:
        return BEFORE_ANY_PACK


def partnership() -> Area | None:
    """The area of the pack in use, or None before one is loaded."""
    from wraparound.foundation.areas.queries import partnership_area

    return partnership_area(settings.PACK)


def emergency_rules() -> RuleInForce[EmergencyRules]:
    """How one may look in an emergency, by the rule set `access.emergency` of the partnership. Raises RuleMissing."""
    area = partnership()
    if area is None:
        raise RuleMissing("No reference pack is loaded yet. Ask whoever keeps it.")
    return in_force("access.emergency", area, today(), EmergencyRules)


def live_looks(actor: Actor) -> dict[uuid.UUID, datetime]:
    """{matter: until when} of what is open to the actor by an emergency now. One query, once on a page; mostly none."""
    if actor.role not in LOOKING or actor.user_id is None:
        return {}
    return asked_once(("live looks", actor), lambda: dict(_live_looks(actor).values_list("matter_id", "ends_at")))


def only_in_emergency(actor: Actor, matter_ids: Collection[uuid.UUID]) -> bool:
    """Whether one of these matters is open to the actor by an emergency and by nothing else.

    Then they see it, and open it no further: to no other agency, and to themselves for no longer.
    """
    looked = [matter_id for matter_id in matter_ids if matter_id in live_looks(actor)]
    if not looked:
        return False
    others = open_involvements(actor).filter(matter__in=looked).exclude(emergency_look__isnull=False)
    return not set(looked) <= set(others.values_list("matter_id", flat=True))


def _live_looks(actor: Actor) -> QuerySet[EmergencyLook]:
    rows = visible(actor, EmergencyLook.objects.filter(user=actor.user_id, ends_at__gt=timezone.now()))
    return rows.filter(organisation=actor.organisation_id).order_by("ends_at", "pk")


def looks_into_own_cases(actor: Actor, *, reviewed: bool = False) -> QuerySet[EmergencyLook]:
    """Looks into the cases of the actor's organisation: those that wait, or those that were reviewed."""
    rows = visible(actor, EmergencyLook.objects.filter(owner_id=actor.organisation_id))
    rows = rows.exclude(state=LookState.WAITING) if reviewed else rows.filter(state=LookState.WAITING)
    return rows.select_related("user", "organisation", "owner", "membership", "reviewed_by")


def look_into_own_case(actor: Actor, pk: uuid.UUID) -> EmergencyLook:
    """One of them; reading it is a look that the log keeps. Raises Unknown where the actor may not know of it."""
    rows = EmergencyLook.objects.filter(owner_id=actor.organisation_id)
    found = get_visible(actor, rows.select_related("user", "organisation", "owner", "membership", "reviewed_by"), pk=pk)
    log.write(actor, "see", found)
    return found
