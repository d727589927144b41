"""Writing a referral in the browser, without JavaScript: resumed, checked, sent once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import Address, EqualityAnswer, Relationship, SourceRecord
from wraparound.response.marac import services
from wraparound.response.marac.models import Referral, ReferralDraft
from wraparound.response.marac.tests import factories

pytestmark = pytest.mark.django_db

STEPS: dict[str, dict[str, Any]] = {
    "victim": {
        "given_names": "Amina",
        "family_name": "Noor",
        "aliases": "Mina\nA. Noor",
        "dob-day": "27",
        "dob-month": "3",
        "dob-year": "1992",
        "dob_alternatives": "28 3 1992",
        "sex": "female",
    },
    "address": {"lines": "12 Alder Road\nFenport", "postcode": "fe1 2ab", "kind": "confidential"},
    "contact": {
        "phone": "07700 900 982",
        "safe": "yes",
        "times": "weekdays 9:30 to 14:30",
        "voicemail_allowed": "no",
        "note": "He checks letters",
        "agreed_with_idva": "no",
    },
    "fears": {
        "afraid_of": "Him and his brother",
        "safe_to_talk_to": "Her sister",
        "not_safe_to_talk_to": "The neighbour",
        "what_she_wants": "To stay in the flat",
    },
    "equality": {
        "ethnicity": "known:6",
        "disability": "known:no",
        "sexual_orientation": "not_asked",
        "gender_identity": "declined",
        "religion": "not_known",
        "pregnancy": "known:neither",
    },
    "language": {
        "language": "so",
        "interpreter_needed": "yes",
        "interpreter_note": "A woman, not from here",
    },
    "perpetrators": {},
    "children": {"any": "yes"},
    "reasons": {
        "reasons": ["professional_judgement", "repeat"],
        "judgement_reason": "She is terrified.",
        "repeat_listed_on-day": "3",
        "repeat_listed_on-month": "3",
        "repeat_listed_on-year": "2025",
        "narrative": "He waits at her work. She moved to 12 Alder Road, Fenport.",
        "abuse_kinds": ["physical", "controlling_coercive"],
    },
    "police": {"wants_police": "no", "wants_police_why_not": "Afraid of his family", "crime_number": "20FN/1"},
    "earlier": {"other_marac": "yes", "other_marac_where_when": "Northmoor, 2023"},
    "consent": {"victim_aware": "yes", "consent": "yes", "lawful_basis": "public_task"},
    "referrer": {"referrer_contact": "01632 960 000"},
}
PERPETRATOR = {
    "given_names": "Daud",
    "family_name": "Noor",
    "sex": "male",
    "relationship": "spouse",
    "ended": "yes",
    "separated_on-day": "12",
    "separated_on-month": "10",
    "separated_on-year": "2025",
    "shared_child": "yes",
    "same_address": "no",
    "lines": "4 Birch Street",
    "postcode": "FE2 2AA",
}
CHILD = {
    "given_names": "Sami",
    "family_name": "Noor",
    "to_victim": "child",
    "to_perpetrator": "child",
    "lives_with_victim": "yes",
}


@pytest.fixture
def browser(client_for: Any, officer: Actor) -> Client:
    return client_for(officer)


def begin(browser: Client) -> str:
    answer = browser.post("/marac/refer")
    assert answer.status_code == 302
    return str(answer["Location"])


def fill(browser: Client, draft: str, leave_out: str = "") -> None:
    for row in ("perpetrators", "children"):
        given = PERPETRATOR if row == "perpetrators" else CHILD
        assert browser.post(f"{draft}/{row}/new", {**given, "version": 0}).status_code == 302
    for key, given in STEPS.items():
        if key != leave_out:
            answer = browser.post(f"{draft}/{key}", {**given, "version": 0})
            assert answer.status_code == 302, (key, answer.text)


def send(browser: Client, draft: str, token: str = "") -> Any:
    version = ReferralDraft.objects.get(pk=draft.rsplit("/", 1)[1]).version
    return browser.post(f"{draft}/check", {"version": version, **({"once": token} if token else {})})


def test_a_referral_from_the_first_page_to_the_last(browser: Client, housing: Any) -> None:
    page = browser.get("/marac/refer?q=Amina Noor")
    assert page.status_code == 200
    assert "Nobody that you may know of fits" in page.text
    draft = begin(browser)
    ids = re.findall(r'\sid="([^"]+)"', browser.get(draft).text)
    assert sorted(ids) == sorted(set(ids))
    for key in STEPS:
        assert browser.get(f"{draft}/{key}").status_code == 200, key
    fill(browser, draft)
    overview = browser.get(draft).text
    assert "13 of 13 steps are complete" in overview
    check = browser.get(f"{draft}/check").text
    assert "Send the referral" in check
    assert "27 March 1992" in check
    answer = send(browser, draft)
    referral = Referral.objects.get()
    assert answer["Location"] == f"/marac/referrals/{referral.pk}"
    assert referral.victim.aliases == ["Mina", "A. Noor"]
    assert referral.victim.dob_alternatives == ["1992-03-28"]
    assert referral.victim.interpreter_needed is True
    assert referral.wants_police_why == "Afraid of his family"
    assert referral.repeat_listed_on is not None
    assert Address.objects.get(record=referral.victim).kind == "confidential"
    states = dict(EqualityAnswer.objects.values_list("characteristic", "state"))
    assert states == {
        "ethnicity": "known",
        "disability": "known",
        "sexual_orientation": "not_asked",
        "gender_identity": "declined",
        "religion": "not_known",
        "pregnancy": "known",
    }
    assert referral.pregnancy == "no"
    related = Relationship.objects.get()
    assert (related.kind, related.limb, related.ended) == ("spouse", "a", "yes")
    shown = browser.get(answer["Location"])
    assert shown.status_code == 200
    assert "To be screened" in shown.text
    assert "He waits at her work." in shown.text


def test_a_confidential_address_is_in_no_page_of_the_sent_referral(
    browser: Client, client_for: Any, coordinator: Actor, idva: Actor
) -> None:
    draft = begin(browser)
    fill(browser, draft)
    place = send(browser, draft)["Location"]
    screen = place.replace("/referrals/", "/screening/")
    case = f"/marac/case/{Referral.objects.get().matter.case.pk}"
    for client, path in (
        (browser, place),
        (client_for(coordinator), place),
        (client_for(coordinator), screen),
        (client_for(idva), place),
        (client_for(idva), case),
    ):
        text = client.get(path).text
        assert "Noor" in text
        assert "12 Alder" not in text, path
        assert "FE1 2AB" not in text, path


def test_who_may_not_call_reads_contact_through_the_idva(
    browser: Client, client_for: Any, someone: Any, housing: Any, idva: Actor
) -> None:
    draft = begin(browser)
    fill(browser, draft)
    place = send(browser, draft)["Location"]
    lead = client_for(someone(Role.AGENCY_LEAD, housing))
    assert "900 982" in client_for(idva).get(place).text
    assert "Contact through the IDVA" in lead.get(place).text


@pytest.mark.parametrize("missing", ["reasons", "consent", "police"])
def test_it_cannot_be_sent_before_every_step_is_complete(browser: Client, missing: str) -> None:
    draft = begin(browser)
    fill(browser, draft, leave_out=missing)
    page = browser.get(f"{draft}/check").text
    assert "be sent yet" in page
    assert "Send the referral" not in page
    assert send(browser, draft).status_code == 422
    assert not Referral.objects.exists()


def test_sending_twice_makes_one_referral(browser: Client) -> None:
    draft = begin(browser)
    fill(browser, draft)
    first = send(browser, draft, token="0" * 32)
    second = send(browser, draft, token="0" * 32)
    third = send(browser, draft)
    assert first["Location"] == second["Location"] == third["Location"]
    assert Referral.objects.count() == 1
    assert SourceRecord.objects.count() == 3


def test_what_changed_since_the_check_is_checked_again(browser: Client) -> None:
    draft = begin(browser)
    fill(browser, draft)
    answer = browser.post(f"{draft}/check", {"version": 1})
    assert answer.status_code == 200
    assert "Check again" in answer.text
    assert not Referral.objects.exists()


def test_a_half_typed_step_is_kept_and_resumed(browser: Client) -> None:
    draft = begin(browser)
    half = {"lines": "12 Alder Road", "version": 0, "then": "later"}
    assert browser.post(f"{draft}/address", half)["Location"] == draft
    assert "In progress" in browser.get(draft).text
    page = browser.get(f"{draft}/address").text
    assert "12 Alder Road" in page
    assert "There is a problem" not in page
    assert "Go on with a draft" in browser.get("/marac/refer").text


def test_a_step_with_a_mistake_says_what_is_wrong_and_keeps_the_words(browser: Client) -> None:
    draft = begin(browser)
    answer = browser.post(
        f"{draft}/consent", {"victim_aware": "no", "consent": "not_sought", "lawful_basis": "public_task"}
    )
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "Why have they not been told" in answer.text


def test_a_stale_answer_is_blanked_when_its_question_is_no_longer_asked(browser: Client) -> None:
    draft = begin(browser)
    no = {
        "victim_aware": "no",
        "victim_aware_why_not": "Not safe",
        "consent": "not_sought",
        "lawful_basis": "public_task",
    }
    browser.post(f"{draft}/consent", {**no, "version": 0})
    browser.post(f"{draft}/consent", {**no, "victim_aware": "yes", "version": 1})
    held = ReferralDraft.objects.get().answers["consent"]["values"]
    assert "victim_aware_why_not" not in held


def test_saying_that_there_are_no_children_takes_them_off(browser: Client) -> None:
    draft = begin(browser)
    browser.post(f"{draft}/children/new", {**CHILD, "version": 0})
    browser.post(f"{draft}/children", {"any": "no", "version": 0})
    assert ReferralDraft.objects.get().answers["children"]["rows"] == []


def test_people_are_added_changed_and_removed_without_javascript(browser: Client) -> None:
    draft = begin(browser)
    browser.post(f"{draft}/perpetrators/new", {**PERPETRATOR, "version": 0})
    browser.post(f"{draft}/perpetrators/new", {**PERPETRATOR, "given_names": "Bashir", "version": 0})
    rows = ReferralDraft.objects.get().answers["perpetrators"]["rows"]
    page = browser.get(f"{draft}/perpetrators").text
    assert "Daud Noor" in page
    assert "Bashir Noor" in page
    changed = browser.post(
        f"{draft}/perpetrators/{rows[1]['id']}", {**PERPETRATOR, "given_names": "Basir", "version": 1}
    )
    assert changed.status_code == 302
    browser.post(f"{draft}/perpetrators/remove", {"row": rows[0]["id"]})
    rows = ReferralDraft.objects.get().answers["perpetrators"]["rows"]
    assert [row["values"]["given_names"] for row in rows] == ["Basir"]
    assert browser.get(f"{draft}/perpetrators/{rows[0]['id']}").status_code == 200
    assert browser.get(f"{draft}/perpetrators/nobody").status_code == 404
    assert browser.get(f"{draft}/nothing").status_code == 404


def test_who_is_still_to_be_named_comes_before_the_next_step(browser: Client) -> None:
    draft = begin(browser)
    assert browser.post(f"{draft}/perpetrators", {})["Location"] == f"{draft}/perpetrators/new"
    assert browser.post(f"{draft}/children", {"any": "yes", "version": 0})["Location"] == f"{draft}/children/new"
    assert browser.post(f"{draft}/children", {"any": "no", "version": 1})["Location"] == f"{draft}/reasons"
    browser.post(f"{draft}/children/new", {**CHILD, "version": 0})
    assert ReferralDraft.objects.get().answers["children"]["values"] == {"any": "yes"}


def test_two_windows_on_one_step_show_both_versions(browser: Client) -> None:
    draft = begin(browser)
    browser.post(f"{draft}/referrer", {"referrer_contact": "First window", "version": 0})
    answer = browser.post(f"{draft}/referrer", {"referrer_contact": "Second window", "version": 0})
    assert answer.status_code == 409
    assert "First window" in answer.text
    assert "Second window" in answer.text
    same = browser.post(f"{draft}/referrer", {"referrer_contact": "First window", "version": 0})
    assert same.status_code == 302


def test_it_saves_by_itself_and_says_the_new_version(browser: Client) -> None:
    draft = begin(browser)
    htmx = {"headers": {"HX-Request": "true"}}
    first = browser.post(f"{draft}/fears/save", {"afraid_of": "Him", "version": 0, "once": "1" * 32}, **htmx)
    assert first.status_code == 200
    assert 'value="1"' in first.text
    stale = browser.post(f"{draft}/fears/save", {"afraid_of": "Someone else", "version": 0}, **htmx)
    assert stale.status_code == 409
    assert 'id="saved"' in stale.text
    assert ReferralDraft.objects.get().answers["fears"]["values"] == {"afraid_of": "Him"}
    new = browser.post(f"{draft}/children/save", {"row": "new", "given_names": "S", "version": 0}, **htmx)
    assert "Not saved yet" in new.text


def test_continuing_while_it_saves_by_itself_is_no_conflict(browser: Client) -> None:
    draft = begin(browser)
    page = {"version": 0, "once": "2" * 32}
    htmx = {"headers": {"HX-Request": "true"}}
    assert browser.post(f"{draft}/referrer/save", {"referrer_contact": "016", **page}, **htmx).status_code == 200
    assert browser.post(f"{draft}/referrer", {"referrer_contact": "01632 960 000", **page}).status_code == 302
    held = ReferralDraft.objects.get().answers["referrer"]
    assert (held["values"]["referrer_contact"], held["version"]) == ("01632 960 000", 2)
    elsewhere = {"version": 0, "once": "3" * 32}
    assert browser.post(f"{draft}/referrer", {"referrer_contact": "Other", **elsewhere}).status_code == 409


def test_a_draft_is_its_authors_alone(
    browser: Client, client_for: Any, someone: Any, housing: Any, coordinator: Actor
) -> None:
    draft = begin(browser)
    colleague = client_for(someone(Role.PRACTITIONER, housing))
    for path in ("", "/victim", "/check", "/delete", "/perpetrators/new"):
        assert colleague.get(f"{draft}{path}").status_code == 404
        assert client_for(coordinator).get(f"{draft}{path}").status_code == 404
    assert colleague.post(f"{draft}/victim", STEPS["victim"]).status_code == 404
    assert colleague.post(f"{draft}/victim/save", STEPS["victim"]).status_code == 404


def test_a_draft_is_deleted_after_asking(browser: Client) -> None:
    draft = begin(browser)
    assert "Delete this draft?" in browser.get(f"{draft}/delete").text
    assert browser.post(f"{draft}/delete").status_code == 302
    assert not ReferralDraft.objects.exists()


def test_search_before_create_offers_the_case_that_one_may_know_of_and_hides_the_other(
    browser: Client, client_for: Any, officer: Actor, someone: Any, police: Any
) -> None:
    theirs = factories.refer(someone(Role.PRACTITIONER, police))
    hidden = browser.get("/marac/refer?q=Amina Noor").text
    assert "Nobody that you may know of" in hidden
    assert theirs.matter.case.reference not in hidden
    mine = factories.refer(officer, factories.answers(children=()))
    shown = browser.get("/marac/refer?q=Amina Noor").text
    assert mine.matter.case.reference in shown
    assert "Refer this case" in shown
    assert theirs.matter.case.reference not in shown
    answer = browser.post("/marac/refer", {"matter": mine.matter_id})
    again = browser.post("/marac/refer", {"matter": mine.matter_id})
    assert answer["Location"] == again["Location"]
    held = ReferralDraft.objects.get().answers
    assert held["victim"]["values"]["record"] == str(mine.victim_id)
    assert held["perpetrators"]["rows"][0]["values"]["relationship"] == "spouse"
    assert "address" not in held  # confidential: it is typed again by who knows it
    assert browser.post("/marac/refer", {"matter": theirs.matter_id}).status_code == 404


def test_referring_a_case_again_brings_the_earlier_referrals_records_up_to_date(
    browser: Client, officer: Actor
) -> None:
    mine = factories.refer(officer, factories.answers(children=()))
    draft = browser.post("/marac/refer", {"matter": mine.matter_id})["Location"]
    with acting_as(officer):
        found = ReferralDraft.objects.get()
        for key in ("address", "contact", "fears", "equality", "language", "reasons", "police", "earlier", "consent"):
            version = services.step_version(found, key)
            services.save_step(draft=found, step=key, values=STEPS[key], version=version, by=officer)
            found.refresh_from_db()
        services.save_step(draft=found, step="children", values={"any": "no"}, version=0, by=officer)
    row = found.answers["perpetrators"]["rows"][0]
    rest = {**PERPETRATOR, "record": row["values"]["record"], "version": 0}
    assert browser.post(f"{draft}/perpetrators/{row['id']}", rest).status_code == 302
    before = SourceRecord.objects.count()
    assert send(browser, draft).status_code == 302
    assert SourceRecord.objects.count() == before
    assert ReferralDraft.objects.get().answers == {}  # what was given is kept once, frozen in the referral
    assert Referral.objects.filter(matter=mine.matter).count() == 2
