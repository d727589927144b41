"""The desk of the co-ordinator, the referrer's answers, and telling: pages and who opens them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from wraparound.foundation.access.services import declare_knowing_someone, involve
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.commitments import services as commitments
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.models import Membership, Team
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import ContactRule, SourceRecord
from wraparound.response.marac.models import Referral, SurvivorContact, Telling
from wraparound.response.marac.states import ReferralState, TellingState
from wraparound.response.marac.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral(officer: Actor, coordinator: Actor, idva: Actor) -> Referral:
    return factories.refer(officer)


def test_the_screening_list_and_page_explain_why(referral: Referral, coordinator: Actor, client_for: Any) -> None:
    client = client_for(coordinator)
    page = client.get("/marac/screening").text
    assert referral.matter.case.reference in page
    assert "Professional judgement" in page
    screen = client.get(f"/marac/screening/{referral.pk}").text
    assert "Rule: marac.criteria 2023-FEN.1" in screen
    assert "provisional" in screen
    assert "does not mean safe" in screen
    assert "Contact safety" in screen


def test_the_chair_finds_no_way_on_the_list_to_what_a_coordinator_does(
    officer: Actor, coordinator: Actor, chair: Actor, idva: Actor, client_for: Any
) -> None:
    waits, accepted = factories.refer(officer), factories.accepted(officer, coordinator)
    ways = [f'href="/marac/screening/{waits.pk}"', f'href="/marac/screening/{accepted.pk}/list"']
    for actor, leads in ((coordinator, True), (chair, False)):
        page = client_for(actor).get("/marac/screening").text
        assert [way in page for way in ways] == [leads, leads]
        assert waits.matter.case.reference in page


def test_accepting_and_listing_in_one_step(referral: Referral, coordinator: Actor, client_for: Any, area: Any) -> None:
    session = factories.a_session(area)
    client, place = client_for(coordinator), f"/marac/screening/{referral.pk}"
    assert "0 of 8 cases" in client.get(place).text
    wrong = client.post(place, {"version": referral.version})
    assert wrong.status_code == 422
    given = {
        "outcome": "accept",
        "accept_reason": "Meets them.",
        "session": str(session.pk),
        "version": referral.version,
    }
    assert client.post(place, given)["Location"] == "/marac/screening"
    referral.refresh_from_db()
    assert referral.state == ReferralState.LISTED
    assert client.get(place).status_code == 409  # nothing is left to screen


def test_not_listing_is_told_with_its_route_and_can_be_challenged_on_its_page(
    referral: Referral, coordinator: Actor, chair: Actor, officer: Actor, client_for: Any, deliver: Any
) -> None:
    given = {
        "outcome": "do_not_list",
        "reason_code": "below_threshold",
        "refuse_reason": "Outreach calls her today.",
        "accept_reason": "A stale answer",
        "version": referral.version,
    }
    assert client_for(coordinator).post(f"/marac/screening/{referral.pk}", given).status_code == 302
    deliver()
    mine, place = client_for(officer), f"/marac/referrals/{referral.pk}"
    page = mine.get(place).text
    assert "Outreach calls her today." in page
    assert "Not high risk; passed to the outreach team" in page
    assert "Ring the Fenmoor MARAC team" in page
    assert "A stale answer" not in page
    assert "1 not listed" in mine.get("/").text
    assert client_for(coordinator).get(f"{place}/challenge").status_code == 403  # the agency that referred does
    assert mine.get(f"{place}/challenge").status_code == 200
    assert mine.post(f"{place}/challenge", {"reason": ""}).status_code == 422
    assert mine.post(f"{place}/challenge", {"reason": "He was released today."}).status_code == 302
    assert "Challenged, to be screened again" in mine.get(place).text
    assert mine.get(f"{place}/challenge").status_code == 409  # it was, already
    assert "a chair or colleague looks" in client_for(coordinator).get("/marac/screening").text
    assert f"/marac/screening/{referral.pk}" in client_for(chair).get("/marac/screening").text
    assert client_for(coordinator).get(f"/marac/screening/{referral.pk}").status_code == 403
    again = client_for(chair).get(f"/marac/screening/{referral.pk}").text
    assert "He was released today." in again


def test_a_stale_screening_shows_both_versions(referral: Referral, coordinator: Actor, client_for: Any) -> None:
    given = {"outcome": "accept", "accept_reason": "Yes.", "version": referral.version + 5}
    answer = client_for(coordinator).post(f"/marac/screening/{referral.pk}", given)
    assert answer.status_code == 409
    assert "Open it again" in answer.text


def test_listing_and_taking_off(officer: Actor, coordinator: Actor, client_for: Any, area: Any) -> None:
    referral, session = factories.accepted(officer, coordinator), factories.a_session(area)
    client = client_for(coordinator)
    assert "List" in client.get("/marac/screening").text
    page = client.get(f"/marac/screening/{referral.pk}/list").text
    assert "0 of 8 cases" in page
    assert client.post(f"/marac/screening/{referral.pk}/list", {"version": referral.version}).status_code == 422
    given = {"session": str(session.pk), "version": referral.version}
    assert client.post(f"/marac/screening/{referral.pk}/list", given).status_code == 302
    referral.refresh_from_db()
    place = f"/marac/screening/{referral.pk}/take-off"
    assert client.get(place).status_code == 200
    assert client.post(place, {"reason": "Her IDVA is ill.", "version": referral.version}).status_code == 302
    referral.refresh_from_db()
    assert referral.state == ReferralState.ACCEPTED


def test_the_pages_of_a_referral_by_role(
    referral: Referral,
    officer: Actor,
    coordinator: Actor,
    idva: Actor,
    police_rep: Actor,
    someone: Any,
    housing: Any,
    client_for: Any,
) -> None:
    place = f"/marac/referrals/{referral.pk}"
    expected = {officer: 200, coordinator: 200, idva: 200, police_rep: 404, someone(Role.PRACTITIONER, housing): 404}
    for actor, status in expected.items():
        assert client_for(actor).get(place).status_code == status, actor.role
    assert client_for(someone(Role.LINK_REVIEWER, housing)).get(place).status_code == 403
    assert client_for(officer).get(f"/marac/screening/{referral.pk}").status_code == 403
    assert client_for(coordinator).get(f"/marac/screening/{officer.user_id}").status_code == 404


def test_work_with_the_perpetrator_finds_no_referral_tab_or_telling(
    referral: Referral, someone: Any, client_for: Any
) -> None:
    from wraparound.foundation.partners.models import Organisation

    service = Organisation.objects.get(kind="perpetrator_service")
    worker = someone(Role.PRACTITIONER, service)
    involve(
        matter=referral.matter,
        organisation=service,
        purpose="programme",
        given_for="programme",
        by=system("test"),
        facing="perpetrator",
    )
    _assert_sees_nothing_of_her(client_for(worker), referral)


def test_a_team_that_works_with_perpetrators_does_so_in_its_organisations_own_case(
    referral: Referral, officer: Actor, client_for: Any
) -> None:
    """The police referred her, and know all of the case; an offender manager of theirs sees it as his worker."""
    client = client_for(officer)
    assert client.get(f"/marac/referrals/{referral.pk}").status_code == 200
    team = Team.objects.create(
        organisation_id=officer.organisation_id, name="Offender management", works_with_perpetrators=True
    )
    her, him = referral.victim, SourceRecord.objects.get(pk=referral.perpetrators[0])
    assert her.organisation_id == officer.organisation_id
    assert client.get(f"/people/{her.person_id}/").status_code == 200
    Membership.objects.filter(pk=officer.membership_id).update(team=team)
    _assert_sees_nothing_of_her(client, referral)
    assert client.get(f"/people/{her.person_id}/").status_code == 404
    found = client.get("/search", {"q": her.family_name}).text
    assert str(her.person_id) not in found
    assert str(him.person_id) in found
    assert client.get(f"/people/{him.person_id}/").status_code == 200


def _assert_sees_nothing_of_her(client: Any, referral: Referral) -> None:
    case = referral.matter.case.pk
    assert client.get(f"/marac/referrals/{referral.pk}").status_code == 404
    page = client.get(f"/cases/{case}")
    assert page.status_code == 200
    assert f"/marac/case/{case}" not in page.text
    assert "To be left alone" not in client.get(f"/marac/case/{case}").text


def test_the_tab_panel_and_chronology_of_a_case(
    officer: Actor, coordinator: Actor, idva: Actor, client_for: Any, area: Any
) -> None:
    telling = factories.heard(officer, coordinator, factories.a_session(area))
    case, client = telling.referral.matter.case.pk, client_for(idva)
    tab = client.get(f"/marac/case/{case}").text
    assert "To be told" in tab
    assert "Heard" in tab
    assert "MARAC" in client.get(f"/cases/{case}").text
    chronology = client.get(f"/cases/{case}/chronology").text
    assert "Referred to MARAC" in chronology
    assert "Referral accepted" in chronology
    assert "12 Alder" not in chronology


# --- the IDVA -----------------------------------------------------------------------------------------------


@pytest.fixture
def telling(officer: Actor, coordinator: Actor, idva: Actor, area: Any) -> Telling:
    return factories.heard(officer, coordinator, factories.a_session(area))


def test_the_idva_sees_a_new_referral_before_it_is_screened_and_logs_an_attempt(
    referral: Referral, idva: Actor, officer: Actor, client_for: Any
) -> None:
    client = client_for(idva)
    assert "New referrals to reach" in client.get("/").text
    assert referral.matter.case.reference in client.get("/marac/contacts").text
    place = f"/marac/referrals/{referral.pk}/contact"
    page = client.get(place).text
    assert "Telephone 07700 900 982" in page
    assert "To be left alone" in page
    rule = ContactRule.objects.get(ended_at__isnull=True)
    assert (
        client.post(place, {"channel": str(rule.pk), "outcome": "spoke", "note": "She is safe tonight."}).status_code
        == 302
    )
    assert SurvivorContact.objects.get().outcome == "spoke"
    assert "Everyone who was referred has been tried" in client.get("/marac/contacts").text
    assert client_for(officer).get(place).status_code == 403


def test_telling_page_shows_what_was_agreed_and_what_is_not_promised(
    telling: Telling, coordinator: Actor, idva: Actor, housing: Any, police: Any, client_for: Any
) -> None:
    common = {
        "matter": telling.matter,
        "due_on": timezone.localdate() + timedelta(days=4),
        "agreed_in": telling.item.session_id,
        "by": coordinator,
    }
    with acting_as(coordinator):
        kept = commitments.make(organisation=housing, what="Change the locks", never_to_perpetrator=True, **common)
        commitments.propose(organisation=police, what="Mark the address", **common)
    client = client_for(idva)
    assert "Survivors to be told" in client.get("/").text
    page = client.get(f"/marac/tellings/{telling.pk}").text
    assert "Change the locks" in page
    assert "Mark the address" in page
    assert "Not promised yet" in page
    rule = ContactRule.objects.get(ended_at__isnull=True)
    end = f"/marac/tellings/{telling.pk}/end"
    assert client.get(end).status_code == 200
    assert client.post(end, {"ending": "told", "how": "By phone.", "version": telling.version}).status_code == 422
    given = {
        "ending": "told",
        "channel": str(rule.pk),
        "told": [str(kept.pk)],
        "how": "By phone; she is relieved.",
        "version": telling.version,
    }
    assert client.post(end, given).status_code == 302
    telling.refresh_from_db()
    assert telling.state == TellingState.TOLD
    assert telling.told == [str(kept.pk)]
    assert "she is relieved" in client.get(f"/marac/tellings/{telling.pk}").text
    assert client.get(end).status_code == 409


def test_the_page_refuses_a_way_that_is_not_allowed(telling: Telling, idva: Actor, client_for: Any) -> None:
    ContactRule.objects.update(safety="unsafe")
    rule, client = ContactRule.objects.get(ended_at__isnull=True), client_for(idva)
    place = f"/marac/tellings/{telling.pk}"
    page = client.get(place).text
    assert "Not allowed" in page
    assert "07700 900 982" not in page.split("Ways of reaching them")[1].split("What they fear")[0]
    answer = client.post(place, {"channel": str(rule.pk), "outcome": "spoke"})
    assert answer.status_code == 422
    assert not SurvivorContact.objects.exists()
    end = client.post(
        f"{place}/end", {"ending": "told", "channel": str(rule.pk), "how": "Rang.", "version": telling.version}
    )
    assert end.status_code == 422
    honest = {"ending": "unsafe", "how": "He answers her phone.", "version": telling.version}
    assert client.post(f"{place}/end", honest).status_code == 302


def test_an_agreed_next_attempt_stops_the_clock(
    telling: Telling, idva: Actor, coordinator: Actor, client_for: Any, time_machine: Any
) -> None:
    time_machine.move_to(telling.due_at + timedelta(hours=1))
    desk = client_for(coordinator)
    assert "Past the promised time" in desk.get("/").text
    client, rule = client_for(idva), ContactRule.objects.get(ended_at__isnull=True)
    later = timezone.localtime() + timedelta(days=2)
    given = {
        "channel": str(rule.pk),
        "outcome": "not_safe_now",
        "next_on-day": later.day,
        "next_on-month": later.month,
        "next_on-year": later.year,
        "next_at": "10:30",
    }
    assert client.post(f"/marac/tellings/{telling.pk}", given).status_code == 302
    assert "The clock stands still until the next attempt" in client.get(f"/marac/tellings/{telling.pk}").text
    assert "Past the promised time" not in desk.get("/").text
    assert "Nobody has waited past" in desk.get("/marac/tellings?show=late").text
    time_machine.move_to(later + timedelta(days=2))
    assert "Past the promised time" in client_for(coordinator).get("/").text


def test_taking_on_and_giving_back(telling: Telling, idva: Actor, client_for: Any, deliver: Any) -> None:
    client = client_for(idva)
    assert client.post(f"/marac/tellings/{telling.pk}/take").status_code == 302
    telling.refresh_from_db()
    assert telling.worker_id == idva.user_id
    assert client.post(f"/cases/{telling.referral.matter.case.pk}/i-know-someone").status_code == 302
    deliver()
    telling.refresh_from_db()
    assert telling.worker_id is None
    assert client.get(f"/marac/tellings/{telling.pk}").status_code == 404
    assert "Survivors to be told" not in client.get("/").text


def test_an_excluded_coordinator_counts_lists_and_opens_one_less(
    officer: Actor, coordinator: Actor, client_for: Any
) -> None:
    first = factories.refer(officer)
    second = factories.refer(officer, factories.answers(children=()))
    client = client_for(coordinator)
    assert "2" in client.get("/").text
    with acting_as(coordinator):
        declare_knowing_someone(matter=first.matter, by=coordinator)
    page = client.get("/marac/screening").text
    assert first.matter.case.reference not in page
    assert client.get(f"/marac/screening/{first.pk}").status_code == 404
    assert second.matter.case.reference != first.matter.case.reference


@pytest.mark.parametrize(
    "path",
    ["/marac/referrals", "/marac/refer", "/marac/screening", "/marac/tellings", "/marac/contacts", "/marac/prompts"],
)
def test_lists_ask_as_much_of_the_database_however_long_they_are(
    path: str,
    officer: Actor,
    coordinator: Actor,
    idva: Actor,
    clerk: Actor,
    client_for: Any,
    django_assert_max_num_queries: Any,
) -> None:
    actor = {
        "/marac/screening": coordinator,
        "/marac/tellings": idva,
        "/marac/contacts": idva,
        "/marac/prompts": clerk,
    }.get(path, officer)
    client = client_for(actor)

    def queries() -> int:
        with django_assert_max_num_queries(30) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    factories.refer(officer)
    few = queries()
    for _ in range(3):
        factories.refer(officer)
    assert queries() <= few + 1
