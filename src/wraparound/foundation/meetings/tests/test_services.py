"""Sessions, agendas, what is shared and who was there: kept, refused, and done once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from wraparound.foundation.access.services import declare_knowing_someone, exclude
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.commitments.tests.factories import user_of
from wraparound.foundation.meetings import queries, services
from wraparound.foundation.meetings.models import AgendaItem, Attendance, AttendanceStatus, Session
from wraparound.foundation.meetings.states import ItemState, SessionState
from wraparound.foundation.meetings.tests.conftest import STARTS, Room
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, ChangedMeanwhile, NotNow, Refused, Unknown
from wraparound.kit.models import Event

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return list(Event.objects.filter(name__startswith="meetings.").order_by("at").values_list("name", flat=True))


def again(item: AgendaItem) -> AgendaItem:
    return AgendaItem.objects.get(pk=item.pk)


def plan(room: Room, **more: Any) -> Session:
    options = {"panel": room.session.panel, "starts_at": STARTS, "mode": "meeting", "capacity": 8}
    return services.plan_session(**(options | {"by": room.coordinator} | more))


def test_one_session_per_panel_and_time(room: Room) -> None:
    assert plan(room) == room.session
    assert plan(room, starts_at=STARTS + timedelta(days=14)) != room.session
    with pytest.raises(BadInput):
        plan(room, starts_at=STARTS + timedelta(days=28), capacity=0)
    with pytest.raises(Refused):
        plan(room, by=room.representative)


# --- the agenda ---------------------------------------------------------------------------------------------


def test_listing_puts_at_the_end_and_tells_once(room: Room) -> None:
    first, second, third = room.listed()
    assert first.position < second.position < third.position
    assert room.listed()[0].pk == first.pk
    assert told() == ["meetings.item_listed"] * 3


def test_what_was_taken_off_can_be_listed_anew(room: Room) -> None:
    item = room.listed(1)[0]
    services.take_off(item=item, by=room.coordinator)
    services.take_off(item=item, by=room.coordinator)
    assert again(item).state == ItemState.WITHDRAWN
    assert room.listed(1)[0].pk == item.pk
    assert again(item).state == ItemState.LISTED
    assert told() == ["meetings.item_listed", "meetings.item_taken_off", "meetings.item_listed"]


def test_a_full_session_takes_another_by_a_persons_decision(room: Room) -> None:
    Session.objects.filter(pk=room.session.pk).update(capacity=1)
    assert len(room.listed(3)) == 3


def test_nothing_is_listed_on_a_closed_session(room: Room) -> None:
    services.open_session(session=room.session, by=room.chair)
    room.listed(1)  # an urgent one, while it sits
    services.close_session(session=room.session, by=room.chair)
    with pytest.raises(NotNow):
        services.put_on_agenda(session=room.session, matter=room.matters[4], because="", by=room.coordinator)


def test_nobody_lists_what_is_closed_to_them(room: Room) -> None:
    declare_knowing_someone(matter=room.matters[0], by=room.coordinator)
    with pytest.raises(Unknown):
        room.listed(1)
    with pytest.raises(Refused):
        services.put_on_agenda(session=room.session, matter=room.matters[1], because="", by=room.chair)


# --- running it ---------------------------------------------------------------------------------------------


def test_who_opens_it_as_chair_chairs_it(room: Room) -> None:
    assert services.open_session(session=room.session, by=room.chair).chair == user_of(room.chair)
    other = plan(room, starts_at=STARTS + timedelta(days=14))
    assert services.open_session(session=other, by=room.coordinator).chair is None


@pytest.mark.parametrize("who", ["representative", "practitioner"])
def test_only_chair_and_coordinator_run_a_session(room: Room, who: str) -> None:
    item = room.opened()[0]
    actor = getattr(room, who)
    expected = Unknown if who == "practitioner" else Refused
    for write in (services.open_session, services.close_session):
        with pytest.raises(expected):
            write(session=room.session, by=actor)
    for write in (services.hear_item, services.save_risk_summary):
        with pytest.raises(Refused):
            write(item=item, risk_summary="x", version=item.version, by=actor)
    with pytest.raises(Refused):
        services.take_off(item=item, by=actor)


def test_a_chair_who_knows_someone_cannot_touch_that_item(room: Room) -> None:
    items = room.opened()
    exclude(matter=items[1].matter, by=room.coordinator, reason="Conflict", user=user_of(room.chair))
    with pytest.raises(Unknown):
        services.hear_item(item=items[1], risk_summary="x", version=1, by=room.chair)
    services.hear_item(item=items[0], risk_summary="x", version=1, by=room.chair)
    assert services.close_session(session=room.session, by=room.chair).state == SessionState.CLOSED


def test_hearing_needs_an_open_session_and_a_summary(room: Room) -> None:
    item = room.listed(1)[0]
    with pytest.raises(NotNow):
        services.hear_item(item=item, risk_summary="x", version=1, by=room.chair)
    services.open_session(session=room.session, by=room.chair)
    with pytest.raises(BadInput):
        services.hear_item(item=item, risk_summary="  ", version=1, by=room.chair)
    heard = services.hear_item(item=item, risk_summary="Strangled twice", version=1, by=room.chair)
    assert (heard.state, heard.risk_summary) == (ItemState.HEARD, "Strangled twice")
    assert heard.heard_at is not None
    services.hear_item(item=item, risk_summary="Strangled twice", version=1, by=room.chair)
    assert told().count("meetings.item_heard") == 1


def test_the_summary_is_saved_as_it_is_written_and_never_silently_over_anothers(room: Room) -> None:
    item = room.opened()[0]
    saved = services.save_risk_summary(item=item, risk_summary="He has", version=1, by=room.chair)
    saved = services.save_risk_summary(item=item, risk_summary="He has a key", version=saved.version, by=room.chair)
    assert saved.version == 3
    with pytest.raises(ChangedMeanwhile) as stop:
        services.save_risk_summary(item=item, risk_summary="He has no key", version=2, by=room.coordinator)
    assert [(d.mine, d.theirs) for d in stop.value.differences] == [("He has no key", "He has a key")]
    with pytest.raises(ChangedMeanwhile):
        services.hear_item(item=item, risk_summary="He has no key", version=2, by=room.coordinator)
    assert again(item).risk_summary == "He has a key"
    assert services.save_risk_summary(item=item, risk_summary="He has a key", version=1, by=room.chair).version == 3


def test_after_the_close_what_was_said_stands(room: Room) -> None:
    item = room.opened()[0]
    services.close_session(session=room.session, by=room.chair)
    with pytest.raises(NotNow):
        services.save_risk_summary(item=item, risk_summary="x", version=1, by=room.chair)
    with pytest.raises(NotNow):
        share(room, item)
    with pytest.raises(NotNow):
        attend(room, "present")
    assert told()[-1] == "meetings.session_closed"
    services.close_session(session=room.session, by=room.chair)
    assert told().count("meetings.session_closed") == 1


# --- what is shared, and who was there ----------------------------------------------------------------------


def share(room: Room, item: AgendaItem, **more: Any) -> Any:
    options: dict[str, Any] = {"text": "He was seen there", "is_opinion": False, "never_to_perpetrator": False}
    return services.share_information(**({"item": item, "by": room.representative} | options | more))


def test_an_agency_shares_its_own_and_the_chair_notes_for_another(room: Room, police: Any) -> None:
    item = room.opened()[0]
    assert share(room, item).organisation == room.housing
    assert share(room, item, by=room.chair, organisation=police).organisation == police
    with pytest.raises(Refused):
        share(room, item, organisation=police)
    with pytest.raises(BadInput):
        share(room, item, text=" ")
    with pytest.raises(BadInput):
        share(room, item, text="x" * 4_001)


def test_the_same_said_twice_is_said_once(room: Room) -> None:
    item = room.opened()[0]
    assert share(room, item).pk == share(room, item, text=" He was seen there ").pk
    assert share(room, item, is_opinion=True).pk != share(room, item).pk


def attend(room: Room, status: str, **more: Any) -> Attendance:
    options = {"session": room.session, "organisation": room.housing, "by": room.coordinator} | more
    return services.record_attendance(status=status, **options)


def test_attendance_is_noted_once_and_corrected(room: Room) -> None:
    attend(room, AttendanceStatus.APOLOGIES, by=room.representative)
    noted = attend(room, AttendanceStatus.DEPUTY, user=user_of(room.representative))
    assert Attendance.objects.get() == noted
    assert noted.status == "deputy"
    with pytest.raises(BadInput):
        attend(room, "perhaps")
    with pytest.raises(Refused):
        attend(room, "present", organisation=room.marac_team, by=room.representative)
    with pytest.raises(Unknown):
        attend(room, "present", by=room.someone(Role.PRACTITIONER, room.housing))


def test_a_session_runs_behind_the_databases_own_wall(room: Room) -> None:
    with acting_as(room.coordinator):
        items = [
            services.put_on_agenda(session=room.session, matter=matter, because="", by=room.coordinator)
            for matter in room.matters[:2]
        ]
        services.put_on_agenda(session=room.session, matter=room.matters[0], because="", by=room.coordinator)
        services.take_off(item=items[1], by=room.coordinator)
    with acting_as(room.chair):
        services.open_session(session=room.session, by=room.chair)
        services.record_attendance(session=room.session, organisation=room.housing, status="present", by=room.chair)
        services.save_risk_summary(item=items[0], risk_summary="x", version=1, by=room.chair)
        services.hear_item(item=items[0], risk_summary="y", version=2, by=room.chair)
    with acting_as(room.representative):
        share(room, items[0])
        assert [n.number for n in queries.agenda_for(room.representative, room.session)] == [1]
    with acting_as(room.someone(Role.MARAC_REPRESENTATIVE, room.marac_team)):
        assert AgendaItem.objects.count() == 2
    stranger = room.someone(Role.MARAC_REPRESENTATIVE, Organisation.objects.get(kind="children"))
    with acting_as(stranger):
        assert queries.agenda_for(stranger, room.session) == []
        assert AgendaItem.objects.count() == (0 if connection.vendor == "postgresql" else 2)
