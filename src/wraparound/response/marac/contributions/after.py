"""What comes after the session, on Today."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from wraparound.foundation.partners.actors import Actor
from wraparound.kit.registry import TodayRow
from wraparound.response.marac import queries
from wraparound.response.marac.permissions.flags import FLAGGING, WATCHING


def flags(actor: Actor) -> Iterator[TodayRow]:
    """An agency's flags to set and to remove; for the MARAC, the agencies that are late with theirs."""
    if actor.role not in FLAGGING | WATCHING:
        return
    found = queries.flags_summary(actor, timezone.now())
    to_set, to_remove, late = found["to_set"], found["to_remove"], found["late"]
    href = reverse("marac:flags")
    if actor.role in WATCHING:
        if late:
            agencies = found["agencies_late"]
            said = f"Not confirmed in time by {agencies} {'agency' if agencies == 1 else 'agencies'}."
            yield TodayRow("Flags outstanding", late, said, found["oldest"], href, "See", is_late=True, risk=1)
    elif to_set or to_remove:
        parts = [f"{to_set} to set" if to_set else "", f"{to_remove} to take off" if to_remove else ""]
        said = f"{', '.join(part for part in parts if part)}: say that your own records are marked, or no longer are."
        count = to_set + to_remove
        yield TodayRow(
            "Flags on your records", count, said, found["oldest"], href, "Answer", is_late=bool(late), risk=1
        )
