"""Forms about repeats, reversed roles and moves between areas (`tests.posts`)."""

from __future__ import annotations

from typing import Any

from tests import making
from tests.posts import Arrange, Form, Send, Values
from tests.posts_marac import someone_else
from tests.world import World
from tests.world_again import TRANSFER, a_repeat, a_review, a_transfer, out_values
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.response.marac.models import Referral, RepeatProposal, RoleReview, Transfer

Model = type[RepeatProposal] | type[RoleReview] | type[Transfer]


def _versioned(model: Model, **values: Any) -> Form:
    def form(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
        found = model.objects.filter(pk=thing["pk"]).first()
        return {"version": str(found.version if found else 0), **values}

    return form


def _referral(world: World) -> Referral:
    """Of a family of whom nothing was known until now."""
    return making.refer(world.cast, world.cast.extras["housing officer"], someone_else())


def _to_move(world: World) -> tuple[Actor, dict[str, Any]]:
    return world.insider(Role.MARAC_COORDINATOR), {"pk": _referral(world).pk}


def _moving(role: Role, *, is_sent: bool = False) -> Arrange:
    return lambda world: (world.insider(role), {"pk": a_transfer(world, _referral(world), is_sent=is_sent).pk})


def _out(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    own_words = {"reason": "She has family there", "why_contents": "They begin with nothing there"}
    return {**out_values(world), **own_words}


def _in(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return {**TRANSFER, "reason": "She has family here", "contents": ["minutes"]}


AGAIN: dict[str, Send] = {
    "marac:repeat": Send(
        _versioned(RepeatProposal, decision="no_repeat", reason="Reported in error"),
        lambda world: (world.insider(Role.MARAC_COORDINATOR), {"pk": a_repeat(world).pk}),
    ),
    "marac:role-review": Send(
        _versioned(RoleReview, outcome="cannot_tell", weighed=["fear"], reason="Spoke with each alone"),
        lambda world: (world.insider(Role.MARAC_COORDINATOR), {"pk": a_review(world).pk}),
    ),
    "marac:transfer-out": Send(_out, _to_move),
    "marac:transfer-in": Send(_in, _to_move),
    "marac:transfer-send": Send(_versioned(Transfer), _moving(Role.MARAC_COORDINATOR)),
    "marac:transfer-receipt": Send(
        _versioned(Transfer, received_by="J. Penn"), _moving(Role.MARAC_COORDINATOR, is_sent=True)
    ),
    "marac:transfer-call-off": Send(_versioned(Transfer, reason="She stays"), _moving(Role.MARAC_COORDINATOR)),
    "marac:transfer-hand-over": Send(
        _versioned(Transfer, idva_there="Priya, Larchshire", note="Not by letter"), _moving(Role.IDVA)
    ),
}
