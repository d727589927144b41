"""Repeats found and reversed roles, on Today."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db.models import Count, Min, Model, QuerySet
from django.urls import reverse

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.registry import TodayRow
from wraparound.response.marac.queries import repeats as queries

HIGH = 3
M = TypeVar("M", bound=Model)


def repeats(actor: Actor) -> Iterator[TodayRow]:
    """What the record found and a person must say: repeats for the co-ordinator, reversed roles for the chair too."""
    if not actor.has_role(Role.MARAC_COORDINATOR, Role.MARAC_CHAIR):
        return
    if actor.role is Role.MARAC_COORDINATOR:
        found = _counted(queries.repeats_waiting(actor))
        if found["number"]:
            yield TodayRow(
                title="Repeats found",
                count=found["number"],
                sentence="Further abuse between two people who were heard. Nothing opens until you confirm it.",
                oldest_at=found["oldest"],
                href=reverse("marac:repeats"),
                button="Confirm",
                risk=HIGH,
            )
    turned = _counted(queries.role_reviews_waiting(actor))
    if turned["number"]:
        yield TodayRow(
            title="Who does what to whom?",
            count=turned["number"],
            sentence="Someone heard as a victim is named as the perpetrator. None is listed until it is reviewed.",
            oldest_at=turned["oldest"],
            href=f"{reverse('marac:repeats')}?show=roles",
            button="Review",
            risk=HIGH,
        )


def _counted(rows: QuerySet[M]) -> dict[str, Any]:
    return rows.select_related(None).order_by().aggregate(number=Count("pk"), oldest=Min("found_at"))
