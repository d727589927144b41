"""Reads of the wall's own tables and rules."""

from __future__ import annotations

from django.conf import settings

from wraparound.foundation.access.params import SessionTimeouts
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.areas.models import Area
from wraparound.foundation.rulesets.queries import RuleMissing, in_force

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
