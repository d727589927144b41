"""Flags in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from wraparound.foundation.commitments.registry import labels_for
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.jinja import day
from wraparound.response.marac.flag_states import FlagState
from wraparound.response.marac.models import AgencyFlag
from wraparound.response.marac.presenters.words import late_by

TONES = {
    FlagState.TO_SET: "waiting",
    FlagState.SET: "done",
    FlagState.NO_RECORD: "stopped",
    FlagState.TO_REMOVE: "late",
    FlagState.REMOVED: "done",
    FlagState.LAPSED: "stopped",
}


@dataclass(frozen=True)
class FlagLine:
    """One agency's flag in a list."""

    href: str
    case: str
    case_href: str
    agency: str
    reference: str
    heard: str
    state: str
    tone: str
    late: str
    until: str
    when: str


def flag_lines(actor: Actor, flags: Sequence[AgencyFlag]) -> list[FlagLine]:
    """Flags that were read for the actor. A case that is closed to them by now has no name here."""
    labels = labels_for(actor, [flag.matter_id for flag in flags])
    lines = []
    for flag in flags:
        state = FlagState(flag.state)
        case, case_href = labels.get(flag.matter_id, ("A case that is closed to you now", ""))
        lines.append(
            FlagLine(
                href=reverse("marac:flag", args=[flag.pk]),
                case=case,
                case_href=case_href,
                agency=flag.organisation.short_name,
                reference=flag.reference,
                heard=day(flag.heard_on),
                state=state.label,
                tone=TONES[state],
                late=late_by(flag.due_at) if state is FlagState.TO_SET else "",
                until=day(flag.stands_until),
                when=day(flag.removed_at or flag.lapsed_at or flag.set_at or flag.asked_at),
            )
        )
    return lines
