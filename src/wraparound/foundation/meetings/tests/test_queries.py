"""What a reader finds of sessions: numbers and loads without a gap, nothing of what is closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wraparound.foundation.access.services import declare_knowing_someone
from wraparound.foundation.areas import clocks
from wraparound.foundation.commitments import services as commitments
from wraparound.foundation.commitments.tests.factories import SYSTEM, perpetrators_worker
from wraparound.foundation.meetings import chronology, presenters, queries, services
from wraparound.foundation.meetings.tests.conftest import STARTS, Room
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.services import PersonValues, record_appearance, record_person
from wraparound.kit.errors import Unknown

pytestmark = pytest.mark.django_db


def test_numbers_are_counted_for_each_reader_so_that_an_exclusion_leaves_no_gap(room: Room) -> None:
    items = room.listed(4)
    declare_knowing_someone(matter=room.matters[1], by=room.representative)
    seen = queries.agenda_for(room.representative, room.session)
    assert [(n.number, n.item.pk) for n in seen] == [(1, items[0].pk), (2, items[2].pk), (3, items[3].pk)]
    assert [n.number for n in queries.agenda_for(room.coordinator, room.session)] == [1, 2, 3, 4]
    assert queries.loads(room.representative, [room.session]) == {room.session.pk: 3}
    assert queries.loads(room.coordinator, [room.session]) == {room.session.pk: 4}


def test_what_was_taken_off_has_no_number(room: Room) -> None:
    items = room.listed(3)
    services.take_off(item=items[0], by=room.coordinator)
    assert [(n.number, n.item.pk) for n in queries.agenda_for(room.chair, room.session)] == [
        (1, items[1].pk),
        (2, items[2].pk),
    ]
    assert list(queries.unheard_items(room.session)) == items[1:]


def test_an_excluded_reader_finds_no_item_shared_words_or_chronology(room: Room) -> None:
    item = room.opened()[0]
    services.share_information(
        item=item, text="Known to us", is_opinion=False, never_to_perpetrator=False, by=room.chair
    )
    matter = item.matter
    assert len(list(chronology.sessions_of(room.representative, matter.pk))) == 2
    declare_knowing_someone(matter=matter, by=room.representative)
    assert list(chronology.sessions_of(room.representative, matter.pk)) == []
    assert queries.shared_for(room.representative, item) == []
    assert not queries.items_of_matter(room.representative, matter.pk).exists()
    with pytest.raises(Unknown):
        queries.item_for(room.representative, item.pk)


def test_sessions_are_known_to_those_who_attend_them(room: Room) -> None:
    for role, knows in [
        (Role.MARAC_REPRESENTATIVE, True),
        (Role.IDVA, True),
        (Role.AGENCY_LEAD, True),
        (Role.PRACTITIONER, False),
        (Role.POLICE_CLERK, False),
        (Role.ADMINISTRATOR, False),
    ]:
        actor = room.someone(role, room.housing)
        assert queries.sessions_visible_to(actor).exists() is knows, role
        assert queries.panels(actor, "marac").exists() is knows, role
    with pytest.raises(Unknown):
        queries.session_for(room.practitioner, room.session.pk)
    assert queries.session_for(room.representative, room.session.pk) == room.session


def test_a_practitioner_finds_their_own_case_on_an_agenda(room: Room) -> None:
    room.listed(1)
    assert queries.items_of_matter(room.practitioner, room.matters[0].pk).count() == 1


def test_the_next_sessions(room: Room) -> None:
    later = services.plan_session(
        panel=room.session.panel,
        starts_at=STARTS + timedelta(days=14),
        mode="meeting",
        capacity=8,
        by=room.coordinator,
    )
    before = STARTS - timedelta(hours=1)
    assert queries.next_sessions(room.chair, before) == [room.session, later]
    assert queries.next_sessions(room.chair, before, limit=1) == [room.session]
    assert queries.next_sessions(room.chair, before, kind="board") == []
    services.open_session(session=room.session, by=room.chair)
    services.close_session(session=room.session, by=room.chair)
    assert queries.next_sessions(room.chair, before) == [later]


def test_an_agenda_and_loads_cost_the_same_however_long(room: Room) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            agenda = queries.agenda_for(room.chair, room.session)
            presenters.items_shown(room.chair, [n.item for n in agenda])
            queries.loads(room.chair, [room.session])
        return len(found)

    room.listed(2)
    cost()  # what is remembered for the length of a transaction is remembered now
    before = cost()
    room.listed(5)
    assert cost() == before


def test_quorum_counts_deputies_and_no_apologies(room: Room, police: Any) -> None:
    services.record_attendance(session=room.session, organisation=police, status="deputy", by=room.chair)
    services.record_attendance(session=room.session, organisation=room.housing, status="apologies", by=room.chair)
    attendance = queries.attendance_of(room.chair, room.session)
    found = queries.quorum_of(attendance, ["police", "housing"])
    assert (found.is_met, found.missing) == (False, ("housing",))
    assert queries.attendance_of(room.practitioner, room.session) == []


def test_what_was_promised_in_the_session(room: Room) -> None:
    item = room.opened()[0]
    made = commitments.make(
        matter=item.matter,
        organisation=room.housing,
        what="Change the locks",
        due_on=clocks.today(),
        by=room.chair,
        agreed_in=room.session.pk,
    )
    commitments.propose(
        matter=item.matter,
        organisation=room.housing,
        what="On another day",
        due_on=clocks.today(),
        by=room.coordinator,
    )
    assert queries.commitments_from(room.representative, item) == [made]


# --- who works with the perpetrator, and protected addresses -------------------------------------------------


def test_the_perpetrators_worker_has_neither_the_summary_nor_what_is_marked(room: Room, childrens_trust: Any) -> None:
    item = room.opened()[0]
    worker = perpetrators_worker(room.someone, item.matter, childrens_trust)
    for text, mark in [("He has work", False), ("She has left him", True)]:
        services.share_information(
            item=item, text=text, is_opinion=False, never_to_perpetrator=mark, by=room.representative
        )
    services.hear_item(item=item, risk_summary="She is in refuge", version=item.version, by=room.chair)
    shared = presenters.shared_lines(worker, queries.shared_for(worker, item))
    assert [line.text for line in shared] == ["He has work"]
    item.refresh_from_db()
    shown = presenters.items_shown(worker, [item])[item.pk]
    assert (shown.because, shown.risk_summary) == ("", presenters.NOT_FOR_YOU)
    told = " ".join(entry.detail for entry in chronology.sessions_of(worker, item.matter_id))
    assert "refuge" not in told
    assert "left him" not in told
    marks = {line.text: line.mark for line in presenters.shared_lines(SYSTEM, queries.shared_for(SYSTEM, item))}
    assert marks == {"He has work": "", "She has left him": "Never to the perpetrator"}


def test_a_protected_address_is_in_nothing_that_is_shown(room: Room, police: Any) -> None:
    values = PersonValues(
        family_name="Smith", address_lines="9 Refuge Road", postcode="ZZ9 9ZZ", address_kind="confidential"
    )
    record = record_person(organisation=police, external_ref="P1", values=values, by=SYSTEM)
    record_appearance(matter=room.matters[0], records=record, by=SYSTEM)
    item = room.opened()[0]
    services.share_information(
        item=item, text="Seen at 9 Refuge Road", is_opinion=False, never_to_perpetrator=False, by=room.chair
    )
    services.save_risk_summary(item=item, risk_summary="He knows ZZ99ZZ", version=item.version, by=room.chair)
    item.refresh_from_db()
    lines = presenters.shared_lines(room.chair, queries.shared_for(room.chair, item))
    assert [line.text for line in lines] == ["Seen at [address withheld]"]
    assert presenters.items_shown(room.chair, [item])[item.pk].risk_summary == "He knows [address withheld]"
