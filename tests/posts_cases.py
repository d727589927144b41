"""What is sent to the addresses of cases and imports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.cast import person, user_of
from tests.posts import Send, Values, by, day, fixed
from tests.world import World
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership
from wraparound.foundation.partners.roles import Role
from wraparound.response.cases.models import Case
from wraparound.response.cases.queries import lawful_bases


def _note(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return {"text": "She rang", **day("happened_on", today() - timedelta(days=1))}


def _disclosure(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    basis = lawful_bases(Case.objects.get(pk=world.things["case"]))[0][0]
    words = {"what": "Where he works", "why": "He drives near her", "how": "by telephone", "consent": "not_sought"}
    other = {"to_organisation": str(world.cast.elsewhere.pk), "lawful_basis": basis}
    return {**words, **other, **day("on", today() - timedelta(days=1))}


def _colleague(world: World) -> Actor:
    """A new officer: what is declared about them closes nothing to the others of the tests."""
    return person(Role.PRACTITIONER, world.cast.police, f"Colleague {Membership.objects.count()}")


def _i_know_someone(world: World) -> tuple[Actor, dict[str, Any]]:
    return _colleague(world), {"pk": world.things["case"]}


def _someone_else(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    newest = Membership.objects.filter(organisation=world.cast.police, role=Role.PRACTITIONER).order_by("-starts_at")[0]
    return {"who": "user", "user": str(newest.user_id), "reason": "Related to him"}


def _to_exclude(world: World) -> tuple[Actor, dict[str, Any]]:
    assert user_of(_colleague(world)).is_active
    return world.insider(Role.MARAC_COORDINATOR), {"pk": world.things["case"]}


CASES = {
    "cases:note-new": Send(_note, by(Role.PRACTITIONER, pk="case"), repeats=True),
    "cases:disclosure-new": Send(_disclosure, by(Role.PRACTITIONER, pk="case"), repeats=True),
    "cases:exclude-me": Send(fixed(), _i_know_someone),
    "cases:exclude": Send(_someone_else, _to_exclude),
}
