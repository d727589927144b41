"""What comes of the main case again: a proposed repeat, reversed roles, and moves between areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.making import HIDDEN_IN, first_basis
from wraparound.foundation.access.decisions import visible
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import SourceRecord
from wraparound.response.marac.models import Referral, RepeatProposal, RoleReview, Transfer
from wraparound.response.marac.services import transfers
from wraparound.response.marac.services.transfers import TransferValues

if TYPE_CHECKING:
    from tests.world import World

TRANSFER = {
    "other_area": "Larchshire",
    "other_contact": "J. Penn, marac@larchshire.invalid",
    "move": "permanent",
    "reason": HIDDEN_IN,
}


def come_again(world: World) -> None:
    """One of each in the main case; the case goes to one area, and came from another."""
    world.things |= {"repeat": a_repeat(world).pk, "role review": a_review(world).pk}
    main = Referral.objects.get(pk=world.things["referral"])
    world.things["transfer"] = a_transfer(world, main).pk
    world.things["transfer in"] = a_transfer_in(world, main).pk


def a_repeat(world: World) -> RepeatProposal:
    """What came since the main case was heard, as the system proposes it: each time with another perpetrator."""
    main = Referral.objects.get(pk=world.things["referral"])
    return RepeatProposal.objects.create(
        matter_id=main.matter_id,
        earlier=main,
        perpetrator=_another(world, RepeatProposal),
        evidence=[_came("incident")],
        anchor_on=today(),
        last_day=today(),
        why="Further abuse",
        rule_version="test 1",
    )


def a_review(world: World) -> RoleReview:
    """The same with the roles reversed."""
    main = Referral.objects.get(pk=world.things["referral"])
    return RoleReview.objects.create(
        matter_id=main.matter_id, earlier=main, perpetrator=_another(world, RoleReview), evidence=[_came("incident")]
    )


def _another(world: World, model: type[RepeatProposal] | type[RoleReview]) -> SourceRecord:
    """A record that no row of the model names yet, of somebody whom the co-ordinator knows of."""
    known = visible(world.insider(Role.MARAC_COORDINATOR), SourceRecord.objects.all())
    return known.exclude(pk__in=model.objects.values("perpetrator")).order_by("created_at", "pk")[0]


def _came(kind: str) -> dict[str, Any]:
    day = today().isoformat()
    return {
        "kind": kind,
        "id": "00000000-0000-0000-0000-00000000a6a1",
        "on": day,
        "told_on": day,
        "by": "Police",
        "reference": "INC-AGAIN",
        "abuse": ["physical"],
        "marks": [],
        "is_recorded_crime": True,
    }


def out_values(world: World) -> dict[str, Any]:
    """What is said of a case that goes to another area."""
    chosen = {"contents": ["people", "referral", "risk", "minutes", "plan"], "why_contents": HIDDEN_IN}
    return {**TRANSFER, **chosen, "lawful_basis": first_basis(world.cast)}


def a_transfer(world: World, referral: Referral, *, is_sent: bool = False) -> Transfer:
    """A case that goes to another area."""
    coordinator = world.insider(Role.MARAC_COORDINATOR)
    values = out_values(world)
    with acting_as(coordinator):
        made = transfers.prepare_transfer(
            referral=referral,
            values=TransferValues(**{**values, "contents": tuple(values["contents"])}),
            by=coordinator,
        )
        if is_sent:
            made = transfers.send_transfer(transfer=made, pack=[], version=made.version, by=coordinator)
    return made


def a_transfer_in(world: World, referral: Referral) -> Transfer:
    """A case that came from another area."""
    coordinator = world.insider(Role.MARAC_COORDINATOR)
    with acting_as(coordinator):
        return transfers.record_transfer_in(
            referral=referral,
            values=TransferValues(**TRANSFER, contents=("minutes",), lawful_basis=first_basis(world.cast)),
            by=coordinator,
        )
