"""Who may take which step: a table of roles."""

from __future__ import annotations

import pytest

from wraparound.foundation.access.decisions import can, check
from wraparound.foundation.access.services import involve
from wraparound.foundation.commitments import permissions, services
from wraparound.foundation.commitments.permissions import VERBS
from wraparound.foundation.commitments.states import State
from wraparound.foundation.commitments.tests.factories import SYSTEM, World, in_state, perpetrators_worker, proposed
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import Refused, Unknown

pytestmark = pytest.mark.django_db

OWNERS = {"accept", "decline", "do", "assign", "claim_not_possible", "set_not_done", "see"}
COORDINATORS = {"confirm_not_possible", "refuse_not_possible", "set_not_done", "see"}
WHO = {
    "representative": OWNERS,
    "lead": OWNERS,
    "coordinator": COORDINATORS,
    "chair": {"see"},
    "idva": {"see"},
    "officer": {"see"},
}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("verb", VERBS)
def test_who_may_take_which_step(world: World, who: str, verb: str) -> None:
    commitment = proposed(world)
    actor = getattr(world, who)
    assert can(actor, verb, commitment) is (verb in WHO[who])
    if verb not in WHO[who]:
        with pytest.raises(Refused) as stop:
            check(actor, verb, commitment)
        assert stop.value.sentence.endswith(".")


@pytest.mark.parametrize("verb", VERBS)
def test_another_agencys_commitment_is_not_there(world: World, verb: str, childrens_trust: object) -> None:
    stranger = world.someone(Role.MARAC_REPRESENTATIVE, childrens_trust)
    with pytest.raises(Unknown):
        check(stranger, verb, proposed(world))


@pytest.mark.parametrize("role", [r for r in Role if r not in permissions.KEEPERS])
def test_other_roles_of_the_owner_keep_no_commitments(world: World, role: Role) -> None:
    involve(matter=world.matter, organisation=world.housing, purpose="test", given_for="all", by=SYSTEM)
    actor = world.someone(role, world.housing)
    assert not any(can(actor, verb, proposed(world)) for verb in OWNERS - {"see"})


def test_nobody_confirms_their_own_claim(world: World) -> None:
    own = services.make(
        matter=world.matter,
        organisation=world.marac_team,
        what="Send the minutes",
        due_on=proposed(world).due_on,
        by=world.coordinator,
    )
    claimed = services.claim_not_possible(
        commitment=own, reason="Not needed", version=own.version, by=world.coordinator
    )
    with pytest.raises(Refused, match="another co-ordinator"):
        services.confirm_not_possible(commitment=claimed, version=claimed.version, by=world.coordinator)
    services.confirm_not_possible(commitment=claimed, version=claimed.version, by=world.other_coordinator)


def test_only_chair_or_coordinator_note_another_agencys_word(world: World) -> None:
    for actor, allowed in [
        (world.coordinator, True),
        (world.chair, True),
        (world.officer, False),
        (world.idva, False),
    ]:
        assert permissions.can_make(actor, world.matter, world.housing) is allowed
        assert permissions.can_propose(actor, world.matter)
    assert permissions.can_make(world.officer, world.matter, world.police)


def test_a_police_clerk_proposes_nothing(world: World) -> None:
    clerk = world.someone(Role.POLICE_CLERK, world.police)
    with pytest.raises(Refused):
        permissions.check_can_propose(clerk, world.matter)


def test_the_perpetrators_worker_never_sees_what_is_marked(world: World, childrens_trust: object) -> None:
    worker = perpetrators_worker(world.someone, world.matter, childrens_trust)
    open_to_all = proposed(world)
    marked = proposed(world, "Move her to the refuge", never_to_perpetrator=True)
    assert can(worker, "see", open_to_all)
    assert not can(worker, "see", marked)
    assert can(world.officer, "see", marked)


def test_who_also_works_with_the_victim_sees_what_is_marked(world: World, childrens_trust: object) -> None:
    worker = perpetrators_worker(world.someone, world.matter, childrens_trust)
    involve(
        matter=world.matter,
        organisation=childrens_trust,
        purpose="t",
        given_for="support",
        by=SYSTEM,
        facing="victim",
    )
    assert can(worker, "see", proposed(world, never_to_perpetrator=True))


def test_the_bool_twin_says_what_the_check_says(world: World) -> None:
    claimed = in_state(world, State.CLAIMED_NOT_POSSIBLE)
    assert permissions.can_confirm_not_possible(world.coordinator, claimed)
    assert not permissions.can_confirm_not_possible(world.representative, claimed)
