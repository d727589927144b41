"""Flags, as an agency answers for its own and as the MARAC watches them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import get_visible, visible
from wraparound.foundation.partners.actors import Actor
from wraparound.response.marac.flag_states import FlagState
from wraparound.response.marac.models import AgencyFlag

WAITING = (FlagState.TO_SET, FlagState.TO_REMOVE)


def flags_waiting(actor: Actor) -> QuerySet[AgencyFlag]:
    """Those that an agency has to act on: to be set, or lapsed and to be removed."""
    return _read(actor).filter(state__in=WAITING)


def flags_standing(actor: Actor) -> QuerySet[AgencyFlag]:
    """Those that are set."""
    return _read(actor).filter(state=FlagState.SET)


def flags_ended(actor: Actor) -> QuerySet[AgencyFlag]:
    """Those that stand no longer, or never did. Nothing is deleted."""
    return _read(actor).filter(state__in=(FlagState.REMOVED, FlagState.LAPSED, FlagState.NO_RECORD))


def flag_for(actor: Actor, pk: uuid.UUID) -> AgencyFlag:
    """One flag, and the look at it in the log. Raises Unknown."""
    flag = get_visible(actor, AgencyFlag.objects.select_related("organisation", "set_by"), pk=pk)
    log.write(actor, "see", flag)
    return flag


def flags_of_matter(actor: Actor, matter_id: uuid.UUID) -> list[AgencyFlag]:
    """What each agency says of a case."""
    return list(_read(actor).filter(matter_id=matter_id).order_by("organisation__short_name", "pk"))


def flags_summary(actor: Actor, now: datetime) -> dict[str, Any]:
    """For Today: how many are to be set and to be removed, how many late, since when the oldest waits."""
    return (
        visible(actor, AgencyFlag.objects.filter(state__in=WAITING))
        .order_by()
        .aggregate(
            to_set=Count("pk", filter=Q(state=FlagState.TO_SET)),
            to_remove=Count("pk", filter=Q(state=FlagState.TO_REMOVE)),
            late=Count("pk", filter=Q(state=FlagState.TO_SET, due_at__lt=now)),
            agencies_late=Count("organisation", filter=Q(state=FlagState.TO_SET, due_at__lt=now), distinct=True),
            oldest=Min("asked_at"),
        )
    )


def _read(actor: Actor) -> QuerySet[AgencyFlag]:
    return visible(actor, AgencyFlag.objects.select_related("organisation"))
