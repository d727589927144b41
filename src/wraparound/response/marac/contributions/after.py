"""What comes after the session, on Today."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.registry import TodayRow
from wraparound.response.marac import queries
from wraparound.response.marac.permissions.flags import FLAGGING, WATCHING
from wraparound.response.marac.queries.minutes import minutes_to_approve


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


def minutes(actor: Actor) -> Iterator[TodayRow]:
    """Drafts that wait for the chair."""
    if not actor.has_role(Role.MARAC_CHAIR):
        return
    found = (
        minutes_to_approve(actor)
        .order_by()
        .aggregate(number=Count("pk"), oldest=Min("drafted_at"), sessions=Count("item__session", distinct=True))
    )
    if found["number"]:
        first = minutes_to_approve(actor).order_by("drafted_at").values_list("item__session", flat=True).first()
        many = found["sessions"]
        said = f"Drafted from what was recorded, of {many} session{'s' if many != 1 else ''}. Read, and approve."
        href = reverse("marac:session-minutes", args=[first])
        yield TodayRow("Minutes to approve", found["number"], said, found["oldest"], href, "Read", risk=1)
