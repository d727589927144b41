"""Forms of looking in an emergency (`tests.posts`)."""

from __future__ import annotations

from typing import Any

from tests.posts import Send, Values, day, fixed
from tests.world import World
from tests.world_emergency import a_look, a_newcomer, her_of_housing
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role


def _danger(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    _, names, dob = her_of_housing(world)
    return {**names, **day("dob", dob), "reason": "She is here and he is on his way to her."}


def _waiting_look(world: World) -> tuple[Actor, dict[str, Any]]:
    return world.insider(Role.INFORMATION_GOVERNANCE), {"pk": a_look(world, a_newcomer(world)).pk}


EMERGENCY: dict[str, Send] = {
    "people:emergency": Send(_danger, lambda world: (a_newcomer(world), {})),
    "people:emergency-look": Send(fixed(finding="justified", note="The police were called."), _waiting_look),
}
