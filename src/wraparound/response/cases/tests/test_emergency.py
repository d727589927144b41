"""Looking in an emergency, from the search page to the review: what opens, to whom, until when, and what never does."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from wraparound.foundation.access.decisions import facing_of, is_open
from wraparound.foundation.access.models import AccessLogEntry, EmergencyLook, Facing, Involvement
from wraparound.foundation.access.services import declare_knowing_someone, exclude, involve
from wraparound.foundation.access.states import LookState
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.commitments.permissions import can_propose
from wraparound.foundation.notices.models import Notice
from wraparound.foundation.partners.actors import actor_for, system
from wraparound.foundation.partners.models import Membership, Organisation, OrganisationKind, Team, User
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.foundation.people.models import Address, SourceRecord
from wraparound.foundation.people.permissions import can_type
from wraparound.foundation.people.presenters import until_words
from wraparound.foundation.people.services import add_address, emergencies, record_person
from wraparound.foundation.people.values import PersonValues
from wraparound.response.cases import services
from wraparound.response.cases.models import Case, Disclosure

pytestmark = pytest.mark.django_db

FORM, NOTHING, LOOKS = "/people/emergency/", "/people/emergency/nothing", "/people/emergency/looks/"
WHY = "She is in my office, he is outside, and I must know whether he carries a knife."
SAID = {
    "family_name": "O'Brien",
    "given_names": "Síobhán",
    "dob-day": "9",
    "dob-month": "9",
    "dob-year": "1984",
    "reason": WHY,
}
AS_HIM = {"family_name": "Vane", "given_names": "Laurence", "dob-day": "4", "dob-month": "4", "dob-year": "1980"}
BY = system("test")
HOURS = 2  # the tests' pack says so


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """Nobody waits in these tests, but where the waiting is what is tested."""
    monkeypatch.setattr(emergencies, "NOTHING_AFTER", 0.0)


@pytest.fixture
def case(police, area):
    """The force's case of her and him."""
    case = services.open_case(organisation=police, area=area, by=BY)
    her = PersonValues(family_name="O'Brien", given_names="Síobhán", dob=date(1984, 9, 9), sex="female")
    him = PersonValues(family_name="Vane", given_names="Laurence", dob=date(1980, 4, 4), sex="male")
    for ref, values, role in (("V1", her, "victim"), ("P1", him, "perpetrator")):
        record = record_person(organisation=police, external_ref=ref, values=values, by=BY)
        services.add_party(case=case, record=record, role=role, by=BY)
    add_address(record=victim(), lines="4 Larkmeadow Rise", postcode="B99 9ZZ", kind="confidential", by=BY)
    return case


@pytest.fixture
def officer(someone, housing):
    """A housing officer, to whom nothing of it is open."""
    return someone(Role.PRACTITIONER, housing)


def victim():
    return SourceRecord.objects.get(external_ref="V1")


def ask(client, **values):
    return client.post(FORM, {**SAID, **values})


def shown_to(client):
    """The page where nothing can be opened, without the tokens of its forms."""
    return re.sub(r'(name="(csrfmiddlewaretoken|once)" value=")[^"]*', r"\1", client.get(NOTHING).text)


# --- what opens ---------------------------------------------------------------------------------------------


def test_from_the_search_page_to_the_case_and_back_to_the_review(case, officer, police, someone, client_for, deliver):
    client, page = client_for(officer), f"/cases/{case.pk}"
    governance, lead = someone(Role.INFORMATION_GOVERNANCE, police), someone(Role.AGENCY_LEAD, police)
    found = client.get("/search", {"q": "O'Brien"}).text
    assert "Nothing that you can open was found" in found
    assert f'href="{FORM}"' in found
    assert client.get(page).status_code == 404
    form = client.get(FORM).text
    assert "to you alone, for 2 hours" in form

    answer = ask(client)
    person = f"/people/{victim().person_id}/"
    assert (answer.status_code, answer["Location"]) == (302, person)
    shown = client.get(person).text
    until = until_words(EmergencyLook.objects.get().ends_at)
    assert f"Opened to you alone, until {until}" in shown
    assert f"Open to you until {until} for this emergency." in shown
    assert "larkmeadow" not in shown.lower()
    assert "for this emergency." in client.get(page).text
    assert "Open to you now" in client.get(FORM).text
    assert "O&#39;Brien" in client.get(FORM).text

    deliver()
    disclosed = Disclosure.objects.get()
    assert disclosed.lawful_basis.startswith("Vital interests")
    assert "emergency" in disclosed.how
    for actor in (governance, lead):
        told = Notice.objects.get(user=actor.user_id)
        assert told.link == LOOKS
        reader = client_for(actor)
        assert "opened to someone in an emergency" in reader.get("/notices/").text
        assert "he carries a knife" in reader.get(LOOKS).text
        assert not {"O'Brien", "Vane", "Síobhán"} & set(told.text.split())
    assert not Notice.objects.filter(user=officer.user_id).exists()

    reviewer = client_for(governance)
    assert "Emergency looks to review" in reader_of_today(reviewer)
    look = EmergencyLook.objects.get()
    said = {"finding": "justified", "note": "The police were called; he was outside."}
    assert reviewer.post(f"{LOOKS}{look.pk}", said).status_code == 302
    assert "No look waits" in reviewer.get(LOOKS).text
    assert "Justified" in reviewer.get(f"{LOOKS}?show=reviewed").text
    assert "The police were called" in reviewer.get(f"{LOOKS}{look.pk}").text
    assert "Emergency looks to review" not in reader_of_today(reviewer)
    look.refresh_from_db()
    assert (look.state, look.reviewed_by_id, look.version) == (LookState.JUSTIFIED, governance.user_id, 2)


def reader_of_today(client):
    return client.get("/").text.split('id="main-content"')[1]


def test_it_opens_to_nobody_else_and_stays_as_it_is_when_asked_again(case, officer, housing, someone, client_for):
    colleague = someone(Role.PRACTITIONER, housing)
    client = client_for(officer)
    assert ask(client).status_code == 302
    first = Involvement.objects.get(given_for="emergency")
    assert ask(client, reason="Another reason that is just as long").status_code == 302
    assert Involvement.objects.get(given_for="emergency").ends_at == first.ends_at
    look = EmergencyLook.objects.get()
    assert (look.ends_at, look.ends_at - look.opened_at) == (first.ends_at, timedelta(hours=HOURS))
    assert look.reason == WHY
    assert look.rule_version.startswith("access.emergency ")
    assert is_open(officer, case.matter_id)
    assert not is_open(colleague, case.matter_id)


def test_whoever_sees_it_already_is_led_there_and_nothing_is_opened(case, police, someone, client_for):
    client = client_for(someone(Role.PRACTITIONER, police))
    assert ask(client)["Location"] == f"/people/{victim().person_id}/"
    assert not EmergencyLook.objects.exists()


def test_two_of_one_name_and_birthday_are_listed_to_choose_from(case, officer, idva_service, area, client_for):
    values = PersonValues(family_name="O'Brien", given_names="Síobhán", dob=date(1984, 9, 9))
    other = services.open_case(organisation=idva_service, area=area, by=BY)
    record = record_person(organisation=idva_service, external_ref="I1", values=values, by=BY)
    services.add_party(case=other, record=record, role="victim", by=BY)
    client = client_for(officer)
    assert ask(client)["Location"] == FORM
    assert EmergencyLook.objects.count() == 2
    shown = client.get(FORM).text
    assert all(f"/people/{pk}/" in shown for pk in SourceRecord.objects.values_list("person_id", flat=True)[:1])
    assert f"/people/{record.person_id}/" in shown


# --- what never opens ---------------------------------------------------------------------------------------


def excluded_themselves(case, officer):
    involve(
        matter=case.matter,
        organisation=Organisation.objects.get(pk=officer.organisation_id),
        purpose="x",
        given_for="x",
        ends_at=timezone.now() + timedelta(seconds=30),
        by=BY,
    )
    with acting_as(officer):
        declare_knowing_someone(matter=case.matter, by=officer)


def excluded_with_all(case, officer):
    organisation = Organisation.objects.get(pk=officer.organisation_id)
    exclude(matter=case.matter, organisation=organisation, reason="Related", by=BY)


@pytest.mark.parametrize("way", [excluded_themselves, excluded_with_all])
def test_whoever_is_excluded_gets_byte_for_byte_what_is_said_where_nothing_is_held(way, case, officer, client_for):
    way(case, officer)
    before = AccessLogEntry.objects.count()
    client = client_for(officer)
    client.get(FORM)
    held, page_of_held = ask(client), shown_to(client)
    nothing, page_of_nothing = ask(client, family_name="Nobody"), shown_to(client)
    assert [response.status_code for response in (held, nothing)] == [302, 302]
    assert held["Location"] == nothing["Location"] == NOTHING
    assert dict(held.headers) == dict(nothing.headers)
    assert (held.content, held.cookies.output()) == (nothing.content, nothing.cookies.output())
    assert page_of_held == page_of_nothing
    assert "Nothing is held that can be opened" in page_of_nothing
    assert not EmergencyLook.objects.exists()
    entries = list(AccessLogEntry.objects.order_by("pk")[before:])
    entries = [entry for entry in entries if entry.verb != "see"]
    kept = [
        {f.attname: getattr(e, f.attname) for f in e._meta.concrete_fields if f.name not in ("id", "at")}
        for e in entries
    ]
    assert len(kept) == 2
    assert kept[0] == kept[1]
    assert kept[0]["verb"] == "look_in_emergency_in_vain"
    assert (kept[0]["detail"], kept[0]["matter_id"]) == ({}, None)


def test_nothing_is_answered_no_sooner_for_one_than_for_the_other(case, officer, client_for, monkeypatch):
    excluded_with_all(case, officer)
    waited = []
    monkeypatch.setattr(emergencies, "_not_before", waited.append)
    client = client_for(officer)
    ask(client), ask(client, family_name="Nobody")
    assert len(waited) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"family_name": "O'Brian"},
        {"given_names": "Siobhan Mary"},
        {"dob-day": "8"},
        {"dob-day": "10", "dob-month": "9"},
    ],
)
def test_somebody_like_her_is_not_found(other, case, officer, client_for):
    assert ask(client_for(officer), **other)["Location"] == NOTHING
    assert not Involvement.objects.filter(given_for="emergency").exists()


def test_an_exclusion_made_while_it_is_open_closes_it(case, officer, client_for):
    client = client_for(officer)
    ask(client)
    with acting_as(officer):
        declare_knowing_someone(matter=case.matter, by=officer)
    assert client.get(f"/cases/{case.pk}").status_code == 404
    assert "Open to you now" not in client.get(FORM).text


@pytest.mark.parametrize("way", ["organisation", "team"])
def test_a_perpetrators_worker_looks_as_such(way, case, police, housing, someone, client_for):
    if way == "organisation":
        service = Organisation.objects.filter(kind=OrganisationKind.PERPETRATOR_SERVICE)[0]
        worker = someone(Role.PRACTITIONER, service)
    else:
        worker = someone(Role.PRACTITIONER, housing)
        team = Team.objects.create(organisation=housing, name="Programme", works_with_perpetrators=True)
        Membership.objects.filter(pk=worker.membership_id).update(team=team)
        worker = actor_for(Membership.objects.get(pk=worker.membership_id))
    client = client_for(worker)
    assert ask(client)["Location"] == NOTHING
    assert not EmergencyLook.objects.exists()
    assert ask(client, **AS_HIM)["Location"].startswith("/people/")
    assert facing_of(worker, case.matter_id) == Facing.PERPETRATOR
    assert EmergencyLook.objects.get().involvement.facing == Facing.PERPETRATOR
    shown = client.get(f"/cases/{case.pk}").text
    assert "Vane" in shown
    assert "Brien" not in shown
    assert client.get(f"/people/{victim().person_id}/").status_code == 404


def test_what_is_open_for_an_emergency_is_opened_no_further(case, idva_service, someone, client_for):
    idva = someone(Role.IDVA, idva_service)
    with acting_as(idva):
        assert not can_propose(idva, case.matter)
    ask(client_for(idva))
    address = Address.objects.get()
    Address.objects.filter(pk=address.pk).update(kind="unconfirmed")
    address.refresh_from_db()
    with acting_as(idva):
        assert is_open(idva, case.matter_id)
        assert not can_propose(idva, case.matter)
        assert not can_type(idva, address)
    involve(matter=case.matter, organisation=idva_service, purpose="support", given_for="referral", by=BY)
    with acting_as(idva):
        assert can_propose(idva, case.matter)
        assert can_type(idva, address)


# --- who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(Role))
def test_it_is_for_those_who_work_with_people_and_no_clerk(role, case, housing, someone, client_for):
    client = client_for(someone(role, housing))
    may = role in WORKING_WITH_PEOPLE and role is not Role.POLICE_CLERK
    assert client.get(FORM).status_code == (200 if may else 403)
    assert ask(client).status_code == (302 if may else 403)
    assert EmergencyLook.objects.exists() is may
    if role in WORKING_WITH_PEOPLE:
        assert (FORM in client.get("/search").text) is may


# --- when it ends -------------------------------------------------------------------------------------------


def test_after_some_hours_everything_is_closed_by_itself(case, officer, client_for):
    client = client_for(officer)
    ask(client)
    assert client.get(f"/cases/{case.pk}").status_code == 200
    with acting_as(officer):
        assert Case.objects.filter(pk=case.pk).exists()
    later = EmergencyLook.objects.get().ends_at + timedelta(seconds=1)
    with time_machine.travel(later, tick=False):
        client = client_for(officer)
        for path in (f"/cases/{case.pk}", f"/cases/{case.pk}/chronology", f"/people/{victim().person_id}/"):
            assert client.get(path).status_code == 404
        assert case.reference not in client.get("/cases/").text
        assert "Brien" not in client.get("/search?q=brien").text.split("<main")[1].split("Nothing that you")[0]
        assert "Open to you now" not in client.get(FORM).text
        assert not is_open(officer, case.matter_id)
        with acting_as(officer):  # as if a page forgot to ask the wall
            seen = connection.vendor != "postgresql"
            assert Case.objects.filter(pk=case.pk).exists() is seen
            assert SourceRecord.objects.filter(external_ref="V1").exists() is seen
        assert ask(client).status_code == 302
        assert EmergencyLook.objects.count() == 2


# --- the review ---------------------------------------------------------------------------------------------


@pytest.fixture
def look(case, officer, client_for):
    ask(client_for(officer), reason=f"{WHY} She fled to 4 larkmeadow rise, b99 9zz.")
    return EmergencyLook.objects.get()


REVIEW = {"finding": "not_justified", "note": "Nobody had called; asked the agency why."}


def test_the_reason_leaves_by_the_one_redaction(look, police, someone, client_for):
    client = client_for(someone(Role.INFORMATION_GOVERNANCE, police))
    for path in (LOOKS, f"{LOOKS}{look.pk}"):
        page = client.get(path).text
        assert "She fled to" in page
        assert "larkmeadow" not in page.lower()
        assert "b99 9zz" not in page.lower()


def test_the_lead_reviews_only_where_nobody_is_there_for_governance(look, police, someone, client_for):
    lead = client_for(someone(Role.AGENCY_LEAD, police))
    governance = someone(Role.INFORMATION_GOVERNANCE, police)
    path = f"{LOOKS}{look.pk}"
    assert "Somebody else of your organisation" in lead.get(path).text
    assert lead.post(path, REVIEW).status_code == 403
    exclude(matter=look.matter, user=User.objects.get(pk=governance.user_id), reason="Related", by=BY)
    assert client_for(governance).get(path).status_code == 404
    assert "No look waits" in client_for(governance).get(LOOKS).text
    assert lead.post(path, REVIEW).status_code == 302
    assert EmergencyLook.objects.get().state == LookState.NOT_JUSTIFIED


def test_other_agencies_do_not_know_of_it(look, housing, marac_team, someone, client_for):
    for organisation in (housing, marac_team):
        for role in (Role.INFORMATION_GOVERNANCE, Role.AGENCY_LEAD):
            client = client_for(someone(role, organisation))
            assert client.get(f"{LOOKS}{look.pk}").status_code == 404
            assert "knife" not in client.get(LOOKS).text


def test_nobody_reviews_their_own(case, police, someone, client_for):
    owner = someone(Role.AGENCY_LEAD, police)
    Involvement.objects.filter(matter=case.matter).update(roles=",practitioner,")
    client = client_for(owner)
    ask(client)
    look = EmergencyLook.objects.get()
    page = client.get(f"{LOOKS}{look.pk}")
    assert page.status_code == 200
    assert "Somebody else of your organisation" in page.text
    assert client.post(f"{LOOKS}{look.pk}", REVIEW).status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyLook.objects.filter(pk=look.pk).update(
            state="justified", reviewed_at=timezone.now(), reviewed_by=owner.user_id
        )


def test_it_is_decided_once(look, police, someone, client_for):
    client = client_for(someone(Role.INFORMATION_GOVERNANCE, police))
    assert client.post(f"{LOOKS}{look.pk}", REVIEW).status_code == 302
    assert client.post(f"{LOOKS}{look.pk}", REVIEW | {"finding": "justified"}).status_code == 409
    assert EmergencyLook.objects.get().state == LookState.NOT_JUSTIFIED


@pytest.mark.parametrize("said", [{"finding": ""}, {"finding": "waiting"}, {"note": ""}, {"note": "   "}])
def test_a_review_says_what_was_found(said, look, police, someone, client_for):
    client = client_for(someone(Role.INFORMATION_GOVERNANCE, police))
    assert client.post(f"{LOOKS}{look.pk}", REVIEW | said).status_code == 200
    assert EmergencyLook.objects.get().state == LookState.WAITING


def test_one_that_nobody_reviewed_ages_in_sight(look, police, someone, client_for):
    governance = someone(Role.INFORMATION_GOVERNANCE, police)
    assert "late" not in client_for(governance).get(LOOKS).text.split("<main")[1]
    with time_machine.travel(look.review_due_at + timedelta(days=2), tick=False):
        client = client_for(governance)
        assert "2 d late" in " ".join(client.get(LOOKS).text.split()).replace("<strong>", "").replace("</strong>", "")
        assert "Emergency looks to review" in client.get("/").text


# --- bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "Danger"},
        {"reason": "x" * 40},
        {"reason": " " * 40},
        {"reason": "word " * 300},
        {"family_name": ""},
        {"given_names": ""},
        {"family_name": "-"},
        {"given_names": "12"},
        {"dob-day": ""},
        {"dob-year": "3000"},
        {"dob-month": "13"},
    ],
)
def test_a_form_that_is_not_whole_is_shown_again(wrong, case, officer, client_for):
    answer = ask(client_for(officer), **wrong)
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert not EmergencyLook.objects.exists()
