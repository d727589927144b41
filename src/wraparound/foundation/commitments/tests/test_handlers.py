"""How long involvement lasts, and what becomes of the work of someone who is excluded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from wraparound.foundation.access.decisions import is_open
from wraparound.foundation.access.models import Involvement
from wraparound.foundation.access.services import declare_knowing_someone, involve
from wraparound.foundation.commitments import services
from wraparound.foundation.commitments.states import State
from wraparound.foundation.commitments.tests.factories import (
    SYSTEM,
    World,
    accepted,
    again,
    evidence,
    in_state,
    proposed,
    user_of,
)
from wraparound.foundation.partners.models import Membership
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.partners.services import add_membership, end_membership

pytestmark = pytest.mark.django_db
DAYS_AFTER = 14  # commitments.chasing of Fenmoor


@pytest.mark.parametrize("state", [State.DONE, State.DECLINED, State.NO_LONGER_POSSIBLE, State.NOT_DONE])
def test_involvement_ends_so_many_days_after_the_last_commitment(
    world: World, state: State, deliver: Callable[[], int]
) -> None:
    in_state(world, state)
    deliver()
    assert is_open(world.representative, world.matter.pk)
    with time_machine.travel(timezone.now() + timedelta(days=DAYS_AFTER, minutes=1)):
        assert not is_open(world.representative, world.matter.pk)


def test_involvement_lasts_while_a_commitment_is_open(world: World, deliver: Callable[[], int]) -> None:
    open_one = proposed(world, "Ring her landlord")
    in_state(world, State.DONE)
    deliver()
    with time_machine.travel(timezone.now() + timedelta(days=100)):
        assert is_open(world.representative, world.matter.pk)
    services.decline(commitment=open_one, reason="Done by others", version=1, by=world.representative)
    deliver()
    with time_machine.travel(timezone.now() + timedelta(days=DAYS_AFTER + 1)):
        assert not is_open(world.representative, world.matter.pk)


def test_a_new_commitment_keeps_the_matter_open(world: World, deliver: Callable[[], int]) -> None:
    in_state(world, State.DONE)
    deliver()
    proposed(world, "Another thing")
    with time_machine.travel(timezone.now() + timedelta(days=100)):
        assert is_open(world.representative, world.matter.pk)


def test_what_was_given_for_something_else_stays(world: World, deliver: Callable[[], int]) -> None:
    involve(matter=world.matter, organisation=world.housing, purpose="p", given_for="referral", by=SYSTEM)
    in_state(world, State.DONE)
    deliver()
    with time_machine.travel(timezone.now() + timedelta(days=100)):
        assert is_open(world.representative, world.matter.pk)


def test_delivering_again_moves_no_end(world: World, deliver: Callable[[], int]) -> None:
    start = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        commitment = accepted(world)
        services.do(commitment=commitment, evidence=evidence(), version=commitment.version, by=world.representative)
        deliver()
    with time_machine.travel(start + timedelta(days=10), tick=False):
        from wraparound.foundation.commitments.handlers import let_involvement_end_after_done
        from wraparound.kit.models import Event

        let_involvement_end_after_done(Event.objects.get(name="commitments.done"))
    with time_machine.travel(start + timedelta(days=DAYS_AFTER, seconds=1), tick=False):
        assert not is_open(world.representative, world.matter.pk)


def test_who_knows_someone_here_gives_the_work_back_and_nothing_is_lost(
    world: World, deliver: Callable[[], int]
) -> None:
    commitment = accepted(world)
    ended = in_state(world, State.DONE, "Another thing")
    declare_knowing_someone(matter=world.matter, by=world.representative)
    deliver()
    given_back = again(commitment)
    assert (given_back.owner, given_back.state, given_back.version) == (None, State.ACCEPTED, commitment.version)
    assert again(ended).owner is not None
    assert is_open(world.lead, world.matter.pk)
    services.do(commitment=given_back, evidence=evidence(), version=given_back.version, by=world.lead)


def test_who_leaves_gives_the_work_back_once_no_role_is_left_to_do_it_in(
    world: World, deliver: Callable[[], int]
) -> None:
    commitment, owner = accepted(world), user_of(world.someone(Role.PRACTITIONER, world.housing))
    commitment = services.assign(commitment=commitment, owner=owner, version=commitment.version, by=world.lead)
    given = Involvement.objects.filter(user=owner, given_for="commitment", ends_at__isnull=True)
    second = add_membership(user=owner, organisation=world.housing, role=Role.IDVA, by=SYSTEM)
    first = Membership.objects.get(user=owner, role=Role.PRACTITIONER)
    end_membership(membership=first, because="Moved", by=SYSTEM)
    deliver()
    assert again(commitment).owner == owner
    assert given.exists()
    end_membership(membership=second, because="Left", by=SYSTEM)
    deliver()
    given_back = again(commitment)
    assert (given_back.owner, given_back.state, given_back.version) == (None, State.ACCEPTED, commitment.version)
    assert not given.exists()
    services.do(commitment=given_back, evidence=evidence(), version=given_back.version, by=world.lead)


def test_a_role_that_ends_by_its_date_gives_the_work_back_with_the_next_chase(world: World) -> None:
    commitment, owner = accepted(world), user_of(world.someone(Role.PRACTITIONER, world.housing))
    commitment = services.assign(commitment=commitment, owner=owner, version=commitment.version, by=world.lead)
    services.chase(timezone.now())
    assert again(commitment).owner == owner
    Membership.objects.filter(user=owner).update(ends_at=timezone.now())
    services.chase(timezone.now())
    services.chase(timezone.now())
    assert again(commitment).owner is None
    assert commitment.changes.filter(event="give_back").count() == 1
