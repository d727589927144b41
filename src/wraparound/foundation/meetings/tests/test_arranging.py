"""How sessions are arranged: chairs, mode and room, emergencies, the order of an agenda, who listens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from wraparound.foundation.access.services import exclude
from wraparound.foundation.meetings import queries, services
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.meetings.tests.conftest import STARTS, Room
from wraparound.foundation.partners.models import User
from wraparound.kit.errors import BadInput, NotNow, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _before_it_starts() -> Any:
    with time_machine.travel(STARTS - timedelta(hours=2), tick=False):
        yield


def user_of(actor: Any) -> User:
    return User.objects.get(pk=actor.user_id)


# --- the rota -----------------------------------------------------------------------------------------------


def test_only_a_chair_is_set_and_a_gap_may_be_left(room: Room) -> None:
    with pytest.raises(BadInput, match="isn’t a chair"):
        services.set_chair(session=room.session, chair=user_of(room.representative), by=room.coordinator)
    assert services.set_chair(session=room.session, chair=user_of(room.chair), by=room.coordinator).chair_id
    assert services.set_chair(session=room.session, chair=None, by=room.chair).chair_id is None
    with pytest.raises(Refused):
        services.set_chair(session=room.session, chair=None, by=room.representative)


def test_a_swap_passes_a_gap_on(room: Room) -> None:
    later = room.later()
    services.set_chair(session=room.session, chair=user_of(room.chair), by=room.coordinator)
    first, second = services.swap_chairs(session=room.session, other=later, by=room.coordinator)
    assert (first.chair_id, second.chair_id) == (None, room.chair.user_id)
    with pytest.raises(BadInput):
        services.swap_chairs(session=later, other=later, by=room.coordinator)


# --- mode and room ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"mode": "by pigeon"}, "mode"),
        ({"capacity": 0}, "capacity"),
        ({"mode": "asynchronous"}, "closes_on"),
        ({"mode": "asynchronous", "closes_at": STARTS - timedelta(minutes=1)}, "closes_on"),
    ],
)
def test_a_session_is_not_arranged_without_sense(room: Room, change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as stop:
        services.arrange_session(
            **({"session": room.session, "mode": "meeting", "capacity": 8, "by": room.chair} | change)
        )
    assert stop.value.field == field


def test_how_it_is_held_stands_once_it_has_begun(room: Room) -> None:
    arranged = services.arrange_session(session=room.session, mode="daily_call", capacity=3, by=room.coordinator)
    assert (arranged.mode, arranged.capacity) == ("daily_call", 3)
    services.open_session(session=room.session, by=room.chair)
    with pytest.raises(NotNow):
        services.arrange_session(session=room.session, mode="meeting", capacity=3, by=room.coordinator)


# --- emergencies --------------------------------------------------------------------------------------------


def call(room: Room, **more: Any) -> Session:
    given = {"starts_at": STARTS, "mode": "meeting", "because": "For one case", "by": room.chair} | more
    return services.call_emergency(panel=room.session.panel, **given)


def test_an_emergency_takes_the_next_free_minute_and_again_is_the_first(room: Room) -> None:
    called = call(room)
    assert called.starts_at == STARTS + timedelta(minutes=1)
    assert called.chair_id == room.chair.user_id
    assert call(room) == called
    assert call(room, because="For another").starts_at == STARTS + timedelta(minutes=2)


@pytest.mark.parametrize("change", [{"because": " "}, {"starts_at": STARTS - timedelta(hours=3)}])
def test_an_emergency_needs_a_reason_and_a_time_to_come(room: Room, change: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        call(room, **change)


def test_the_chair_lists_on_an_emergency_and_on_nothing_else(room: Room) -> None:
    services.put_on_agenda(session=call(room), matter=room.matters[0], because="Tonight", by=room.chair)
    with pytest.raises(Refused):
        services.put_on_agenda(session=room.session, matter=room.matters[0], because="Tonight", by=room.chair)


def test_an_emergency_is_known_to_those_to_whom_its_case_is_open(room: Room) -> None:
    called = call(room)
    assert not queries.sessions_visible_to(room.representative).filter(pk=called.pk).exists()
    services.put_on_agenda(session=called, matter=room.matters[0], because="Tonight", by=room.chair)
    assert queries.sessions_visible_to(room.representative).filter(pk=called.pk).exists()


# --- the agenda ---------------------------------------------------------------------------------------------


def test_an_order_leaves_the_places_of_what_the_actor_may_not_know(room: Room) -> None:
    first, hidden, third = room.listed(3)
    exclude(matter=hidden.matter, by=room.coordinator, reason="Her cousin", user=user_of(room.chair))
    services.order_agenda(session=room.session, items=[third.pk, hidden.pk, first.pk], by=room.chair)
    order = AgendaItem.objects.filter(session=room.session).order_by("position").values_list("pk", flat=True)
    assert list(order) == [third.pk, hidden.pk, first.pk]
    assert AgendaItem.objects.get(pk=hidden.pk).position == 2


def test_a_case_that_moves_keeps_why_it_was_listed(room: Room) -> None:
    item = room.listed(1)[0]
    moved = services.move_item(item=item, to=room.later(), event="defer", by=room.chair)
    assert moved.listed_because == "High risk"
    with pytest.raises(NotNow, match="deferred"):
        services.move_item(item=item, to=room.later(), event="defer", by=room.chair)
    back = services.put_on_agenda(session=room.session, matter=item.matter, because="After all", by=room.coordinator)
    assert (back.pk, back.state) == (item.pk, "listed")


# --- who listens, who apologises ----------------------------------------------------------------------------


def test_information_is_sent_with_apologies_only(room: Room) -> None:
    def noted(status: str, **more: Any) -> Any:
        return services.record_attendance(
            session=room.session, organisation=room.housing, status=status, by=room.representative, **more
        )

    sent = noted("apologies", information_sent=True)
    assert (sent.information_sent, sent.information_sent_on) == (True, timezone.localdate())
    with pytest.raises(BadInput):
        noted("apologies", information_sent=True, information_sent_on=timezone.localdate() + timedelta(days=1))
    there = noted("present", information_sent=True)
    assert (there.information_sent, there.information_sent_on, there.user_id) == (
        None,
        None,
        room.representative.user_id,
    )


def test_a_conflict_is_asked_of_who_is_there(room: Room) -> None:
    with pytest.raises(NotNow):
        services.declare_no_conflict(session=room.session, organisation=room.housing, by=room.representative)
    services.record_attendance(
        session=room.session, organisation=room.housing, status="present", by=room.representative
    )
    noted = services.declare_no_conflict(session=room.session, organisation=room.housing, by=room.representative)
    assert noted.conflicts == "none"


def test_an_observer_signs_before_the_session_begins(room: Room) -> None:
    observer = services.note_observer(
        session=room.session, name="Una", organisation_name="", signed_on=None, by=room.coordinator
    )
    with pytest.raises(NotNow, match="Una hasn’t signed"):
        services.open_session(session=room.session, by=room.chair)
    assert services.sign_observer(observer=observer, by=room.chair).signed_on == timezone.localdate()
    services.open_session(session=room.session, by=room.chair)
    with pytest.raises(NotNow):
        services.leave_out_observer(observer=observer, by=room.chair)
