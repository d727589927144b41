"""Forms of what comes after a session (`tests.posts`)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.posts import Send, Values, fixed
from tests.posts_marac import an_item
from tests.world import World
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.meetings.models import AgendaItem
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.response.marac import services as marac
from wraparound.response.marac.models import AgencyFlag


def _flag(world: World) -> tuple[Actor, dict[str, Any]]:
    """The lead's flag on a case of its own that was heard."""
    lead = world.insider(Role.AGENCY_LEAD)
    item = an_item(world, heard=True)
    return lead, {"pk": AgencyFlag.objects.get(item=item, organisation_id=lead.organisation_id).pk}


def _flag_to_remove(world: World) -> tuple[Actor, dict[str, Any]]:
    lead, thing = _flag(world)
    with acting_as(lead):
        found = AgencyFlag.objects.get(pk=thing["pk"])
        found = marac.set_flag(flag=found, reference="H-1", version=found.version, by=lead)
    AgencyFlag.objects.filter(pk=found.pk).update(stands_until=timezone.now() - timedelta(days=2))
    marac.lapse_flags()
    return lead, thing


def _version(**values: str) -> Any:
    def data(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
        found = AgencyFlag.objects.filter(pk=thing["pk"]).first()
        return values | {"version": str(found.version if found else 0)}

    return data


def _heard(world: World) -> tuple[Actor, dict[str, Any]]:
    item = an_item(world, heard=True)
    return world.insider(Role.MARAC_CHAIR), {"pk": item.session_id, "item_pk": item.pk}


def _drafted(world: World) -> tuple[Actor, dict[str, Any]]:
    chair, thing = _heard(world)
    with acting_as(chair):
        marac.draft_minutes(item=AgendaItem.objects.get(pk=thing["item_pk"]), by=chair)
    return chair, thing


AFTER: dict[str, Send] = {
    "marac:flag": Send(_version(answer="set", reference="H-2209"), _flag),
    "marac:flag-removed": Send(_version(), _flag_to_remove),
    "marac:minutes-draft": Send(fixed(why="What she said was put right"), _heard),
    "marac:minutes-approve": Send(fixed(number="1"), _drafted),
}
