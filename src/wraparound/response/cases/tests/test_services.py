"""Opening cases, who is in them, the ledger, and the chronology over every source."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone

from wraparound.foundation.access.models import Facing, Involvement
from wraparound.foundation.access.services import end_involvement, involve
from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.models import User
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import Appearance
from wraparound.foundation.people.services import record_person
from wraparound.foundation.people.values import PersonValues
from wraparound.kit.errors import BadInput, Refused, Unknown
from wraparound.kit.registry import search_providers
from wraparound.response.cases import queries, services
from wraparound.response.cases.models import Case, CaseParty, Disclosure
from wraparound.response.cases.tests.factories import child_row, incident_row

pytestmark = pytest.mark.django_db
SYSTEM = system("test")


@pytest.fixture
def case(police, area):
    return services.open_case(organisation=police, area=area, by=SYSTEM)


@pytest.fixture
def officer(someone, police):
    return someone(Role.PRACTITIONER, police)


def record(organisation, ref="X1"):
    return record_person(
        organisation=organisation, external_ref=ref, values=PersonValues(family_name="Lark"), by=SYSTEM
    )


def test_a_case_opens_to_its_owner_and_to_nobody_else(case, officer, someone, housing):
    assert queries.case_for(officer, case.pk) == case
    assert queries.case_of_matter(case.matter_id) == case
    with pytest.raises(Unknown):
        queries.case_for(someone(Role.PRACTITIONER, housing), case.pk)
    assert not queries.cases_visible_to(someone(Role.ADMINISTRATOR, officer and case.matter.organisation)).exists()


def test_a_pair_has_one_case_however_often_it_is_opened(police, area):
    one = services.open_case(organisation=police, area=area, by=SYSTEM, pair_key="1:a:b")
    two = services.open_case(organisation=police, area=area, by=SYSTEM, pair_key="1:a:b")
    assert one == two
    assert Case.objects.count() == 1


def test_only_some_roles_may_be_let_in(police, area, officer, someone):
    case = services.open_case(organisation=police, area=area, by=SYSTEM, roles=[Role.AGENCY_LEAD])
    assert queries.cases_visible_to(someone(Role.AGENCY_LEAD, police)).get() == case
    assert not queries.cases_visible_to(officer).exists()


def test_a_party_is_added_once_and_appears_in_the_matter(case, police, officer):
    person = record(police)
    for _ in range(2):
        services.add_party(case=case, record=person, role="perpetrator", by=officer)
    services.add_party(case=case, record=record(police, "X2"), role="victim", by=officer)
    assert CaseParty.objects.count() == 2
    shielded = dict(Appearance.objects.values_list("record__external_ref", "shielded"))
    assert shielded == {"X1": False, "X2": True}
    assert [party.role for party in queries.parties(officer, case)] == ["victim", "perpetrator"]
    with pytest.raises(BadInput):
        services.add_party(case=case, record=person, role="witness", by=officer)


def test_strangers_write_nothing(case, someone, housing, police):
    stranger = someone(Role.PRACTITIONER, housing)
    calls = (
        lambda: services.add_party(case=case, record=record(police), role="victim", by=stranger),
        lambda: services.add_note(case=case, text="x", happened_at=timezone.now(), by=stranger),
        lambda: services.exclude_me(case=case, by=stranger),
        lambda: services.record_exception(
            case=case, to_organisation=police, what="x", why="x", how="x", lawful_basis="x", by=stranger
        ),
    )
    for call in calls:
        with pytest.raises(Unknown):
            call()


def test_a_note_needs_words_and_a_time_that_has_passed(case, officer):
    with pytest.raises(BadInput, match="Write what happened"):
        services.add_note(case=case, text=" ", happened_at=timezone.now(), by=officer)
    with pytest.raises(BadInput, match="still to come"):
        services.add_note(case=case, text="x", happened_at=timezone.now() + timedelta(hours=1), by=officer)


def test_a_note_kept_within_its_agency_stays_there(case, officer, someone, housing):
    involve(matter=case.matter, organisation=housing, purpose="housing", given_for="referral", by=SYSTEM)
    for text, own in (("for all", False), ("for us", True)):
        services.add_note(case=case, text=text, happened_at=timezone.now(), by=officer, agency_only=own)
    texts = [entry.detail for entry in queries.chronology(officer, case.matter_id, {"note"})]
    assert set(texts) == {"for all", "for us"}
    other = someone(Role.PRACTITIONER, housing)
    assert [entry.detail for entry in queries.chronology(other, case.matter_id, {"note"})] == ["for all"]


def test_only_the_coordinator_excludes_others_and_never_the_owner(case, officer, someone, marac_team, housing, police):
    involve(matter=case.matter, organisation=marac_team, purpose="MARAC", given_for="referral", by=SYSTEM)
    coordinator = someone(Role.MARAC_COORDINATOR, marac_team)
    with pytest.raises(Refused):
        services.exclude(case=case, by=officer, reason="x", organisation=housing)
    with pytest.raises(BadInput, match="owns the case"):
        services.exclude(case=case, by=coordinator, reason="x", organisation=police)
    services.exclude(case=case, by=coordinator, reason="knows him", organisation=housing)


def test_the_ledger_is_filled_by_whoever_is_let_in_once(case, housing, police, deliver):
    given = involve(
        matter=case.matter,
        organisation=housing,
        purpose="MARAC",
        given_for="session",
        by=SYSTEM,
        lawful_basis="public_task",
    )
    deliver()
    services.disclose_involvement(involvement_id=given.pk, by=SYSTEM)
    services.disclose_involvement(involvement_id=uuid.uuid4(), by=SYSTEM)
    services.disclose_involvement(involvement_id=Involvement.objects.get(organisation=police).pk, by=SYSTEM)
    entry = Disclosure.objects.get()
    assert (entry.from_organisation, entry.to_organisation) == (police, housing)
    assert (entry.why, entry.lawful_basis, entry.is_exception) == ("MARAC", "public_task", False)


def test_references_are_free_and_each_once_although_random_ones_collide(case, monkeypatch):
    drawn = iter([case.reference, "B-222-222", "B-222-222", "B-222-333", "B-222-222", "B-222-444"])
    monkeypatch.setattr(services, "new_reference", lambda prefix: next(drawn))
    assert services.free_references(3) == ["B-222-222", "B-222-333", "B-222-444"]


def test_another_person_or_role_on_the_same_ground_is_no_further_disclosure(case, housing, someone, deliver):
    worker = someone(Role.PRACTITIONER, housing)
    let_in = partial(involve, matter=case.matter, organisation=housing, purpose="Safety", by=SYSTEM)
    first = let_in(given_for="commitment", roles=(Role.AGENCY_LEAD,))
    let_in(given_for="commitment", user=User.objects.get(pk=worker.user_id))
    deliver()
    assert [entry.key for entry in Disclosure.objects.all()] == [f"involvement:{first.pk}"]
    let_in(given_for="session", facing=Facing.PERPETRATOR)  # another ground, and other people
    deliver()
    assert Disclosure.objects.count() == 2
    for given in Involvement.objects.filter(organisation=housing):
        end_involvement(involvement=given, at=timezone.now(), by=SYSTEM)
    let_in(given_for="commitment", roles=(Role.AGENCY_LEAD,))  # again, after it had ended
    deliver()
    assert Disclosure.objects.count() == 3


@pytest.mark.parametrize("missing", ["what", "why", "how", "lawful_basis"])
def test_an_exception_is_typed_whole_or_not_at_all(case, officer, housing, missing):
    said = {"what": "Bail", "why": "Risk", "how": "telephone", "lawful_basis": "public_task"} | {missing: " "}
    with pytest.raises(BadInput) as refused:
        services.record_exception(case=case, to_organisation=housing, by=officer, **said)
    assert refused.value.field == missing
    assert not Disclosure.objects.exists()


def test_an_exception_is_neither_to_oneself_nor_in_the_future(case, officer, housing, police):
    said = {"what": "Bail", "why": "Risk", "how": "telephone", "lawful_basis": "public_task", "by": officer}
    with pytest.raises(BadInput, match="own organisation"):
        services.record_exception(case=case, to_organisation=police, **said)
    later = timezone.now() + timedelta(days=1)
    with pytest.raises(BadInput, match="still to come"):
        services.record_exception(case=case, to_organisation=housing, at=later, **said)


def test_the_grade_is_kept_and_lists_rise_with_what_happened(case, officer):
    services.set_grade(case=case, grade="high", by=officer)
    services.set_grade(case=case, grade="high", by=officer)
    case.refresh_from_db()
    assert (case.grade, case.version) == ("high", 2)
    early, late = datetime(2020, 1, 1, tzinfo=UTC), timezone.now() + timedelta(minutes=1)
    services.something_happened(matter_id=case.matter_id, at=early)
    assert Case.objects.get().last_event_at > early
    services.something_happened(matter_id=case.matter_id, at=late)
    assert Case.objects.get().last_event_at == late


def test_criteria_find_the_incidents_between_two_people(take_in, police):
    take_in(
        [
            incident_row(1),
            incident_row(2, victim_ref="V-000001", perpetrator_ref="P-000001", occurred_from="2025-01-01T10:00Z"),
            incident_row(3, victim_ref="V-000001"),
        ]
    )
    case = Case.objects.filter(incidents__incident_ref="INC-000001").first()
    people = {role: {p.record.person_id} for p in case.parties.all() for role in [p.role]}
    since = datetime(2025, 6, 1, tzinfo=UTC)
    found = queries.police_incidents_between(people["victim"], people["perpetrator"], since)
    assert [incident.incident_ref for incident in found] == ["INC-000001"]


def test_an_imported_case_is_in_the_chronology_and_found_by_its_numbers(take_in, officer, someone, housing):
    take_in([incident_row(1)], [child_row(1)])
    case = Case.objects.get()
    kinds = [entry.kind for entry in queries.chronology(officer, case.matter_id)]
    assert "incident" in kinds
    entry = next(e for e in queries.chronology(officer, case.matter_id) if e.kind == "incident")
    assert "Harbour" not in f"{entry.title}{entry.detail}"
    for words in (case.reference, "INC-000001", "CR-000001"):
        assert [found.text for found in search_providers["cases"](officer, words, 5)] == [case.reference]
        assert not list(search_providers["cases"](someone(Role.PRACTITIONER, housing), words, 5))
    with pytest.raises(Unknown):
        queries.chronology(someone(Role.PRACTITIONER, housing), case.matter_id)
