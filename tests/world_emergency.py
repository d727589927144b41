"""Looks in an emergency: into housing's own case, for its reviewers, and into the main one, for the police's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from tests.cast import person, user_of
from tests.making import HIDDEN_IN
from wraparound.foundation.access import services as access
from wraparound.foundation.access.models import EmergencyLook, Matter
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people import services as people
from wraparound.response.marac.models import Referral

if TYPE_CHECKING:
    from tests.world import World

HER = {"family_name": "Thistlewood", "given_names": "Marigold Ann"}, date(1991, 5, 17)
"""The woman of the main family, as the police hold her (`tests.making`)."""


def look_in_emergencies(world: World) -> None:
    """A duty worker, to whom neither case is open, looks into both; the reviewers' colleagues may know of neither."""
    cast = world.cast
    looker = person(Role.PRACTITIONER, cast.children, "Duty Worker")
    cast.extras["duty worker"] = looker
    cast.extras["the force's governance"] = person(Role.INFORMATION_GOVERNANCE, cast.police, "Force Governance")
    third = Matter.objects.get(marac_referrals=world.things["third referral"])
    assert third.organisation == cast.housing, "housing reviews looks into its own case"
    second = cast.extras["second co-ordinator"]
    with acting_as(second):
        for role in (Role.INFORMATION_GOVERNANCE, Role.AGENCY_LEAD):
            access.exclude(matter=third, user=user_of(cast.excluded[role]), reason="His cousin", by=second)
    world.things |= {
        "emergency look": a_look(world, looker).pk,
        "main look": look_for(looker, world.matter, *HER, f"He is outside. {HIDDEN_IN}").pk,
    }


def a_newcomer(world: World) -> Actor:
    """Someone new on duty, to whom no case is open."""
    return person(Role.PRACTITIONER, world.cast.children, f"On Duty {Membership.objects.count()}")


def her_of_housing(world: World) -> tuple[Matter, dict[str, str], date]:
    """Housing's own case, and the woman whom it is about."""
    referral = Referral.objects.select_related("victim", "matter").get(pk=world.things["third referral"])
    names = {"family_name": referral.victim.family_name, "given_names": referral.victim.given_names}
    assert referral.victim.dob is not None
    return referral.matter, names, referral.victim.dob


def a_look(world: World, by: Actor) -> EmergencyLook:
    """A look into housing's own case."""
    return look_for(by, *her_of_housing(world), "She is here, and he is on his way to her.")


def look_for(by: Actor, matter: Matter, names: Mapping[str, str], dob: date, reason: str) -> EmergencyLook:
    """Look for someone by name and birthday, and find their case among what opened."""
    with acting_as(by):
        assert people.look_in_emergency(**names, dob=dob, reason=reason, by=by) is not None
    return EmergencyLook.objects.get(matter=matter, user=by.user_id)
