"""Source records: new, the same, changed; and never altered by another organisation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from wraparound.foundation.access.redaction import WITHHELD_CELL
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import (
    Address,
    BlockingKey,
    ContactRule,
    EqualityAnswer,
    Person,
    SourceRecord,
    SourceRecordVersion,
)
from wraparound.foundation.people.services import PersonValues, bulk_record_people, keys, record_person
from wraparound.foundation.people.tests.factories import AISHA, BY, recorded
from wraparound.kit.errors import BadInput, Refused
from wraparound.kit.models import Event

pytestmark = pytest.mark.django_db


def test_a_new_record_holds_what_was_said(police: Any) -> None:
    record = recorded(police, " V-1 ")
    assert (record.external_ref, record.full_name, record.dob) == ("V-1", "Aisha Khan", date(1992, 3, 27))
    assert record.person_id == record.pk
    address = Address.objects.get(record=record)
    assert (address.lines, address.postcode, address.kind) == ("14 Larch Road", "B11 1AA", "unconfirmed")
    rule = ContactRule.objects.get(record=record)
    assert (rule.value, rule.safety, rule.confirmed_at) == ("07700 900123", "unknown", None)
    answer = EqualityAnswer.objects.get(record=record)
    assert (answer.characteristic, answer.state, answer.code, answer.said_by) == ("ethnicity", "known", "4", "file")


def test_the_same_again_changes_nothing(police: Any) -> None:
    outcomes = [bulk_record_people(organisation=police, people=[("V1", AISHA)], by=BY)["V1"].outcome for _ in range(3)]
    assert outcomes == ["new", "same", "same"]
    assert SourceRecord.objects.get().version == 1
    assert Person.objects.count() == Address.objects.count() == ContactRule.objects.count() == 1
    assert not SourceRecordVersion.objects.exists()


def test_a_change_keeps_what_was_before(police: Any) -> None:
    recorded(police, "V1")
    record = recorded(police, "V1", replace(AISHA, given_names="Ayesha", postcode="B12 9ZZ", address_lines="2 Oak Way"))
    assert (record.version, record.given_names) == (2, "Ayesha")
    version = SourceRecordVersion.objects.get()
    assert (version.version, version.values["given_names"]) == (1, "Aisha")
    assert version.values["dob"] == "1992-03-27"
    former, now = Address.objects.order_by("recorded_at")
    assert former.ended_at is not None
    assert (now.lines, now.ended_at) == ("2 Oak Way", None)
    made = set(BlockingKey.objects.values_list("key", flat=True))
    assert "c:B129ZZ|A" in made
    assert "c:B111AA|A" not in made


def test_what_is_not_supplied_stays(police: Any) -> None:
    recorded(police, "V1")
    record = recorded(police, "V1", PersonValues(family_name="Khan", equality={"ethnicity": ("not_asked", "")}))
    assert (record.given_names, record.dob) == ("Aisha", date(1992, 3, 27))
    assert Address.objects.get().ended_at is None
    assert EqualityAnswer.objects.get(replaced_at=None).code == "4"


def test_a_withheld_address_means_keep_what_is_held(police: Any) -> None:
    recorded(police, "V1")
    recorded(police, "V1", replace(AISHA, address_lines=WITHHELD_CELL, postcode=WITHHELD_CELL, given_names="A"))
    assert Address.objects.get().lines == "14 Larch Road"


def test_a_file_that_calls_a_number_unsafe_always_counts(police: Any) -> None:
    recorded(police, "V1", replace(AISHA, phones=(("07700 900123", "safe"),)))
    recorded(police, "V1", replace(AISHA, phones=(("+44 7700 900123", "unsafe"),)))
    held = ContactRule.objects.order_by("recorded_at", "ended_at")
    assert sorted((rule.safety, rule.ended_at is None) for rule in held) == [("safe", False), ("unsafe", True)]


def test_a_person_who_confirmed_a_number_is_not_overruled_by_a_file_that_calls_it_safe(
    police: Any, someone: Any
) -> None:
    record = recorded(police, "V1", replace(AISHA, phones=(("07700 900123", "unsafe"),)))
    ContactRule.objects.filter(record=record).update(confirmed_at="2026-01-01T00:00:00Z")
    recorded(police, "V1", replace(AISHA, phones=(("07700 900123", "safe"),)))
    assert ContactRule.objects.get().safety == "unsafe"


def test_two_organisations_hold_two_records_under_one_reference(police: Any, housing: Any) -> None:
    assert recorded(police, "1").pk != recorded(housing, "1").pk


def test_nobody_writes_another_organisations_record(police: Any, housing: Any, someone: Any) -> None:
    actor = someone(Role.PRACTITIONER, housing)
    record_person(organisation=housing, external_ref="H1", values=AISHA, by=actor)
    with pytest.raises(Refused):
        record_person(organisation=police, external_ref="V1", values=AISHA, by=actor)
    with pytest.raises(Refused):
        record_person(organisation=housing, external_ref="H2", values=AISHA, by=someone(Role.ADMINISTRATOR, housing))


@pytest.mark.parametrize("ref", ["", "   ", "x" * 101])
def test_a_reference_is_needed(police: Any, ref: str) -> None:
    with pytest.raises(BadInput):
        recorded(police, ref)


def test_a_reference_that_comes_twice_in_a_batch_is_written_once(police: Any) -> None:
    written = bulk_record_people(
        organisation=police, people=[("V1", AISHA), ("V1", replace(AISHA, given_names="Aysha"))], by=BY
    )
    assert written["V1"].record.given_names == "Aysha"
    assert SourceRecord.objects.count() == 1


def test_a_batch_takes_as_many_queries_as_twice_of_it(police: Any, django_assert_num_queries: Any) -> None:
    def people(start: int, many: int) -> list[tuple[str, PersonValues]]:
        return [(f"V{n}", replace(AISHA, given_names=f"Given{n}")) for n in range(start, start + many)]

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    bulk_record_people(organisation=police, people=people(0, 20), by=BY)
    counts = []
    for start, many in ((100, 20), (200, 40)):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            bulk_record_people(organisation=police, people=people(start, many), by=BY)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_events_tell_which_records_arrived_in_portions(police: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "RECORDS_AN_EVENT", 2)
    people = [(f"V{n}", replace(AISHA, given_names=f"Given{n}")) for n in range(5)]
    bulk_record_people(organisation=police, people=people, by=BY)
    events = Event.objects.filter(name="people.records_arrived")
    seen = []
    for event in events:
        between = (int(event.payload["first_key"]), int(event.payload["last_key"]))
        ids = set(BlockingKey.objects.filter(pk__range=between).values_list("record__external_ref", flat=True))
        assert len(ids) <= 2
        seen += sorted(ids)
    assert sorted(seen) == [f"V{n}" for n in range(5)]


def test_a_name_in_another_script_is_kept_as_it_is_written(police: Any) -> None:
    record = recorded(police, "V1", PersonValues(family_name="خان", given_names="عائشة", aliases=("王 伟",)))
    record.refresh_from_db()
    assert (record.full_name, record.aliases) == ("عائشة خان", ["王 伟"])
