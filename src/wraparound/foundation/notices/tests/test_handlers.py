"""Who is told what of a commitment: the right people, once, and nobody who mustn't know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from wraparound.foundation.access.services import exclude
from wraparound.foundation.areas import clocks
from wraparound.foundation.commitments import services
from wraparound.foundation.commitments.states import State
from wraparound.foundation.commitments.tests.factories import (
    World,
    a_world,
    accepted,
    evidence,
    in_state,
    proposed,
    user_of,
)
from wraparound.foundation.notices import handlers
from wraparound.foundation.notices.models import Notice, OutgoingEmail
from wraparound.foundation.partners.models import User
from wraparound.foundation.partners.roles import Role
from wraparound.kit.models import Event

pytestmark = pytest.mark.django_db
Deliver = Callable[[], int]


@pytest.fixture
def world(area: Any, police: Any, housing: Any, idva_service: Any, marac_team: Any, someone: Any) -> World:
    """A matter, the agencies around it, and people in their roles: all there for a long time."""
    with time_machine.travel(datetime(2025, 1, 6, 9, 0, tzinfo=UTC), tick=False):
        return a_world(area, police, housing, idva_service, marac_team, someone)


def told_of(kind: str) -> set[str]:
    """The names of those who were told."""
    return set(Notice.objects.filter(kind=f"commitments.{kind}").values_list("user__name", flat=True))


def mailed_of(kind: str) -> set[str]:
    keys = Notice.objects.filter(kind=f"commitments.{kind}").values("key")
    return set(OutgoingEmail.objects.filter(key__in=keys).values_list("user__name", flat=True))


REP, LEAD = {"Rae Representative"}, {"Lee Lead"}
COORDINATORS = {"Cory Coordinator", "Orla Coordinator"}
# The step that is taken last, what it is told as, who is told, and who of them gets an e-mail.
TABLE: list[tuple[State, str, set[str], set[str]]] = [
    (State.PROPOSED, "made", REP, REP),
    (State.DECLINED, "made", set(), set()),  # answered before anybody was told of it
    (State.ACCEPTED, "accepted", {"Cory Coordinator"}, set()),
    (State.DECLINED, "declined", COORDINATORS, COORDINATORS),
    (State.DONE, "done", {"Cory Coordinator"}, set()),
    (State.CLAIMED_NOT_POSSIBLE, "claimed_not_possible", COORDINATORS, COORDINATORS),
    (State.NO_LONGER_POSSIBLE, "not_possible", REP, set()),
    (State.NOT_DONE, "not_done", COORDINATORS, set()),
    (State.NOT_DONE, "escalated", LEAD, LEAD),
]


@pytest.mark.parametrize(("state", "kind", "told", "mailed"), TABLE)
def test_who_is_told(world: World, deliver: Deliver, state: State, kind: str, told: set[str], mailed: set[str]) -> None:
    in_state(world, state)
    deliver()
    assert told_of(kind) == told
    assert mailed_of(kind) == mailed


def test_a_refused_claim_is_told_to_who_must_go_on(world: World, deliver: Deliver) -> None:
    claimed = in_state(world, State.CLAIMED_NOT_POSSIBLE)
    services.refuse_not_possible(commitment=claimed, reason="r", version=claimed.version, by=world.coordinator)
    deliver()
    assert told_of("claim_refused") == REP


def test_who_is_named_is_told(world: World, deliver: Deliver) -> None:
    commitment = proposed(world)
    fitter = world.someone(Role.PRACTITIONER, world.housing, "Fern Fitter")
    services.assign(commitment=commitment, owner=user_of(fitter), version=1, by=world.lead)
    deliver()
    assert told_of("assigned") == {"Fern Fitter"}


def test_reminders_go_to_the_owner_and_escalations_to_the_lead(world: World, deliver: Deliver) -> None:
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        accepted(world, days=8)
    for days in (1, 6, 30):
        with time_machine.travel(start + timedelta(days=days), tick=False):
            services.chase(timezone.now())
            services.chase(timezone.now())
    deliver()
    assert told_of("reminded") == REP
    assert Notice.objects.filter(kind="commitments.reminded").count() == 2
    assert told_of("escalated") == LEAD


def test_where_an_agency_has_no_lead_the_coordinators_are_told(
    world: World, deliver: Deliver, childrens_trust: Any
) -> None:
    worker = world.someone(Role.MARAC_REPRESENTATIVE, childrens_trust, "Tia Trust")
    commitment = services.make(
        matter=world.matter,
        organisation=childrens_trust,
        what="Visit",
        due_on=clocks.today(),
        by=world.chair,
        agreed_in=world.matter.pk,
    )
    services.set_not_done(commitment=commitment, reason="r", version=1, by=worker)
    deliver()
    assert told_of("made") == {"Tia Trust"}
    assert told_of("escalated") == COORDINATORS


def test_where_nobody_is_named_and_no_representative_is_there_the_lead_is_told(
    world: World, deliver: Deliver, childrens_trust: Any
) -> None:
    world.someone(Role.PRACTITIONER, childrens_trust, "Una Usual")
    world.someone(Role.AGENCY_LEAD, childrens_trust, "Liv Lead")
    proposed(world, organisation=childrens_trust)
    deliver()
    assert told_of("made") == {"Liv Lead"}


@pytest.mark.parametrize("state", [State.DECLINED, State.DONE, State.NOT_DONE, State.NO_LONGER_POSSIBLE])
def test_an_excluded_user_is_never_told(world: World, deliver: Deliver, state: State) -> None:
    excluded = [world.other_coordinator, world.lead]
    for actor in excluded:
        exclude(matter=world.matter, by=world.coordinator, reason="Conflict", user=user_of(actor))
    in_state(world, state)
    deliver()
    names = {user.name for user in User.objects.filter(pk__in=[actor.user_id for actor in excluded])}
    everyone = set(Notice.objects.values_list("user__name", flat=True))
    assert everyone
    assert not everyone & names
    assert not {user_of(actor).email for actor in excluded} & {to for message in mail.outbox for to in message.to}


def test_what_is_never_to_reach_the_perpetrator_is_not_told_to_who_works_with_them(
    world: World, deliver: Deliver, childrens_trust: Any
) -> None:
    from wraparound.foundation.commitments.tests.factories import perpetrators_worker

    worker = perpetrators_worker(world.someone, world.matter, childrens_trust)
    marked = proposed(world, "Move her", never_to_perpetrator=True)
    memberships = worker.membership_id
    assert memberships not in [m.pk for m in handlers._who_see(marked, _memberships(worker.user_id))]
    open_to_all = proposed(world, "Programme")
    assert memberships in [m.pk for m in handlers._who_see(open_to_all, _memberships(worker.user_id))]


def _memberships(user_id: Any) -> Any:
    from wraparound.foundation.partners.models import Membership

    return Membership.objects.filter(user_id=user_id)


def test_delivered_again_nobody_is_told_again(world: World, deliver: Deliver) -> None:
    in_state(world, State.NOT_DONE)
    deliver()
    before = (Notice.objects.count(), len(mail.outbox))
    for event in Event.objects.filter(name__startswith="commitments."):
        if event.name == "commitments.escalated":
            handlers.tell_of_escalation(event)
        elif event.name == "commitments.made":
            handlers.tell_of_commitment_made(event)
        else:
            handlers.tell_of_step(event)
    deliver()
    assert (Notice.objects.count(), len(mail.outbox)) == before


def test_no_notice_says_what_was_promised_or_of_whom(world: World, deliver: Deliver) -> None:
    commitment = proposed(world, "Change Ann Smith's locks at 9 Refuge Road")
    deliver()
    commitment = services.accept(commitment=commitment, version=1, by=world.representative)
    given = evidence(what="Ann Smith's locks changed", who="J. Fitter")
    services.do(commitment=commitment, evidence=given, version=commitment.version, by=world.representative)
    deliver()
    for notice in Notice.objects.all():
        assert not any(word in notice.text for word in ("Smith", "Refuge", "Fitter", "locks")), notice.text
        assert str(commitment.pk) in notice.link
    assert {(m.subject, m.body) for m in mail.outbox} == {
        ("You have a task in Wraparound", "You have a task in Wraparound. Sign in: http://localhost:8000\n")
    }


def test_each_event_of_commitments_is_heard() -> None:
    from wraparound.kit.events import handlers_of

    events = {*handlers.MESSAGES, "commitments.made", "commitments.escalated"}
    for name in events:
        assert any(key.startswith("wraparound.foundation.notices") for key in handlers_of(name)), name
