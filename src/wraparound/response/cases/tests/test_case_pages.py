"""The pages of a case, as the people who work with it see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from wraparound.foundation.access.models import Exclusion
from wraparound.foundation.access.services import involve
from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.services import record_person
from wraparound.foundation.people.values import PersonValues
from wraparound.response.cases import services
from wraparound.response.cases.models import CaseNote, Disclosure

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(police, area):
    by = system("test")
    case = services.open_case(organisation=police, area=area, by=by)
    victim = PersonValues(
        family_name="O'Brien", given_names="Síobhán", address_lines="4 Larkmeadow Rise", postcode="B99 9ZZ"
    )
    other = PersonValues(family_name="王", given_names="伟")
    for ref, values, role in (("V1", victim, "victim"), ("P1", other, "perpetrator")):
        record = record_person(organisation=police, external_ref=ref, values=values, by=by)
        services.add_party(case=case, record=record, role=role, by=by)
    return case


@pytest.mark.parametrize("path", ["", "/chronology", "/people", "/sharing", "/notes/new", "/sharing/new"])
def test_each_page_opens_to_its_own_and_is_not_found_by_others(path, case, someone, client_for, police, housing):
    own = client_for(someone(Role.PRACTITIONER, police)).get(f"/cases/{case.pk}{path}")
    assert own.status_code == 200
    assert case.reference in own.text
    assert client_for(someone(Role.PRACTITIONER, housing)).get(f"/cases/{case.pk}{path}").status_code == 404
    assert client_for(someone(Role.ADMINISTRATOR, police)).get(f"/cases/{case.pk}{path}").status_code == 403


def test_the_list_filters_and_says_when_it_is_empty(case, someone, client_for, police, housing):
    client = client_for(someone(Role.PRACTITIONER, police))
    assert case.reference in client.get("/cases/").text
    assert case.reference not in client.get("/cases/?grade=high").text
    assert case.reference in client.get("/cases/?grade=none&held=own&is_open=yes").text
    assert "No case here is open to you" in client_for(someone(Role.PRACTITIONER, housing)).get("/cases/").text


def test_a_note_stands_in_the_chronology_without_a_protected_address(case, someone, client_for, police):
    client = client_for(someone(Role.PRACTITIONER, police))
    yesterday = timezone.localdate() - timedelta(days=1)
    values = {
        "happened_on-day": yesterday.day,
        "happened_on-month": yesterday.month,
        "happened_on-year": yesterday.year,
        "text": "She is at 4 larkmeadow rise, b99 9zz now.",
        "never_to_perpetrator": "yes",
    }
    assert client.post(f"/cases/{case.pk}/notes/new", values).status_code == 302
    page = client.get(f"/cases/{case.pk}/chronology").text
    assert "She is at" in page
    assert "larkmeadow" not in page.lower()
    assert "Never to the perpetrator" in page
    assert client.post(f"/cases/{case.pk}/notes/new", values | {"text": ""}).status_code == 200
    assert CaseNote.objects.count() == 1


def test_a_perpetrators_worker_sees_neither_the_victim_nor_what_is_marked(case, someone, client_for, housing, police):
    by = system("test")
    involve(
        matter=case.matter,
        organisation=housing,
        purpose="programme",
        given_for="programme",
        facing="perpetrator",
        by=by,
    )
    services.add_note(
        case=case,
        text="secret plan",
        happened_at=timezone.now(),
        never_to_perpetrator=True,
        by=someone(Role.PRACTITIONER, police),
    )
    client = client_for(someone(Role.PRACTITIONER, housing))
    for path in ("", "/chronology", "/people"):
        page = client.get(f"/cases/{case.pk}{path}").text
        assert "王" in page
        assert "Brien" not in page
        assert "secret plan" not in page
    assert "Brien" not in client.get("/cases/").text


def test_one_click_and_the_case_is_gone(case, someone, client_for, police):
    client = client_for(someone(Role.PRACTITIONER, police))
    response = client.post(f"/cases/{case.pk}/i-know-someone", follow=True)
    assert response.redirect_chain[-1][0] == "/"
    assert case.reference not in response.text
    for path in (f"/cases/{case.pk}", f"/cases/{case.pk}/people"):
        assert client.get(path).status_code == 404
    assert case.reference not in client.get("/cases/").text
    assert case.reference not in client.get(f"/search?q={case.reference}").text.split("<main")[1].split("“")[0]
    assert Exclusion.objects.filter(is_own_declaration=True).count() == 1


def test_a_coordinator_excludes_with_a_reason(case, someone, client_for, police, marac_team):
    involve(matter=case.matter, organisation=marac_team, purpose="MARAC", given_for="referral", by=system("test"))
    officer = someone(Role.PRACTITIONER, police)
    client = client_for(someone(Role.MARAC_COORDINATOR, marac_team))
    values = {"who": "user", "user": str(officer.user_id), "reason": ""}
    assert client.post(f"/cases/{case.pk}/exclude", values).status_code == 200
    assert client.post(f"/cases/{case.pk}/exclude", values | {"reason": "his brother"}).status_code == 302
    assert client_for(officer).get(f"/cases/{case.pk}").status_code == 404
    assert client_for(officer).get(f"/cases/{case.pk}/exclude").status_code == 403


def test_a_coordinator_sees_to_whom_it_is_closed_and_lifts_it(case, someone, client_for, police, marac_team, housing):
    involve(matter=case.matter, organisation=marac_team, purpose="MARAC", given_for="referral", by=system("test"))
    officer, coordinator = someone(Role.PRACTITIONER, police), someone(Role.MARAC_COORDINATOR, marac_team)
    client_for(officer).post(f"/cases/{case.pk}/i-know-someone")
    made = Exclusion.objects.get(user_id=officer.user_id)
    lift = f"/cases/{case.pk}/exclude/{made.pk}/lift"

    page = client_for(coordinator).get(f"/cases/{case.pk}/exclude").text
    assert "Knows someone here, as they said themselves" in page
    assert lift in page
    assert "Lift the exclusion" in client_for(coordinator).get(lift).text
    assert client_for(officer).get(f"/cases/{case.pk}").status_code == 404, "asking first changes nothing"
    assert client_for(coordinator).post(lift).status_code == 302
    assert client_for(officer).get(f"/cases/{case.pk}").status_code == 200
    assert "It is closed to nobody" in client_for(coordinator).get(f"/cases/{case.pk}/exclude").text
    assert "lifted already" in client_for(coordinator).get(lift).text


def test_nobody_lifts_their_own_nor_one_of_another_case(case, someone, client_for, police, marac_team):
    involve(matter=case.matter, organisation=marac_team, purpose="MARAC", given_for="referral", by=system("test"))
    officer, coordinator = someone(Role.PRACTITIONER, police), someone(Role.MARAC_COORDINATOR, marac_team)
    client_for(coordinator).post(f"/cases/{case.pk}/i-know-someone")
    own = Exclusion.objects.get(user_id=coordinator.user_id)
    assert client_for(coordinator).post(f"/cases/{case.pk}/exclude/{own.pk}/lift").status_code == 404
    assert client_for(officer).post(f"/cases/{case.pk}/exclude/{own.pk}/lift").status_code == 403
    second = someone(Role.MARAC_COORDINATOR, marac_team)
    assert client_for(second).post(f"/cases/{case.pk}/exclude/{case.pk}/lift").status_code == 404
    own.refresh_from_db()
    assert own.lifted_at is None


def test_a_disclosure_made_outside_is_typed_in(case, someone, client_for, police, housing):
    client = client_for(someone(Role.PRACTITIONER, police))
    today = timezone.localdate() - timedelta(days=1)
    page = client.get(f"/cases/{case.pk}/sharing/new").text
    basis = page.split('name="lawful_basis"')[1].split('<option value="')[2].split('"')[0]
    values = {
        "to_organisation": str(housing.pk),
        "on-day": today.day,
        "on-month": today.month,
        "on-year": today.year,
        "what": "Bail conditions",
        "why": "He may come back",
        "how": "by telephone",
        "lawful_basis": basis,
        "consent": "no",
    }
    assert client.post(f"/cases/{case.pk}/sharing/new", values).status_code == 302
    assert Disclosure.objects.filter(is_exception=True, to_organisation=housing).count() == 1
    assert "Bail conditions" in client.get(f"/cases/{case.pk}/sharing").text


def test_another_agency_that_is_let_in_is_entered_by_itself(case, housing, deliver, someone, client_for, police):
    involve(matter=case.matter, organisation=housing, purpose="MARAC", given_for="session", by=system("test"))
    deliver()
    assert Disclosure.objects.filter(to_organisation=housing, is_exception=False).count() == 1
    assert housing.short_name in client_for(someone(Role.PRACTITIONER, police)).get(f"/cases/{case.pk}/sharing").text
