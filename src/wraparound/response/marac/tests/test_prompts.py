"""Prompts: incidents ask the agency that holds them; a person answers or refers; further abuse asks again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from wraparound.foundation.access.services import declare_knowing_someone
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import SourceRecord
from wraparound.kit.errors import BadInput, NotNow, Refused, Unknown
from wraparound.response.cases.importing.commands import import_incidents
from wraparound.response.cases.tests.factories import incident_row, incidents_file
from wraparound.response.marac import services
from wraparound.response.marac.models import CriteriaPrompt, Referral, ReferralDraft
from wraparound.response.marac.states import PromptState, ReferralState
from wraparound.response.marac.tests import factories

pytestmark = pytest.mark.django_db
NOW = "2026-03-02T09:00:00Z"
QUIET = {"dara_grade": "standard", "dash_ticks": "3", "flags": ""}
PAIR = {"victim_ref": "V-000001", "perpetrator_ref": "P-000001"}


@pytest.fixture(autouse=True)
def _on_a_monday_in_march(time_machine: Any) -> None:
    time_machine.move_to(NOW)


@pytest.fixture
def bring(tmp_path: Path, deliver: Any) -> Any:
    """Import rows as the police clerk's file, and let the criteria be computed."""
    counter = iter(range(1000))

    def run(*rows: dict[str, str]) -> None:
        import_incidents(incidents_file(tmp_path / f"incidents-{next(counter)}.csv", rows))
        deliver()

    return run


def on(number: int, day: str, **cells: str) -> dict[str, str]:
    moment = {"occurred_from": f"{day}T20:00:00+00:00", "occurred_to": "", "reported_at": f"{day}T21:00:00+00:00"}
    return incident_row(number, **{**QUIET, **PAIR, **moment, **cells})


def fired(prompt: CriteriaPrompt) -> list[str]:
    return [o["code"] for o in prompt.criteria["outcomes"] if o["fired"]]


def test_quiet_incidents_ask_nothing(bring: Any) -> None:
    bring(on(1, "2026-02-03"), on(2, "2026-02-04", victim_ref="V-9", perpetrator_ref="P-9"))
    assert not CriteriaPrompt.objects.exists()


@pytest.mark.parametrize(
    ("cells", "code"),
    [({"dara_grade": "high"}, "visible_high_risk"), ({"dash_ticks": "14"}, "visible_high_risk")],
)
def test_high_risk_asks_the_agency_that_holds_it_once(
    bring: Any, police: Any, cells: dict[str, str], code: str
) -> None:
    bring(on(1, "2026-02-03", **cells))
    prompt = CriteriaPrompt.objects.get()
    assert prompt.organisation == police
    assert fired(prompt) == [code]
    assert prompt.rule_version == "marac.criteria 2023-FEN.1"
    assert prompt.due_at > prompt.raised_at
    bring(on(1, "2026-02-03", **cells))
    assert CriteriaPrompt.objects.get().raised_at == prompt.raised_at
    assert not Referral.objects.exists()


def test_five_incidents_in_twelve_months_are_escalation_here(bring: Any) -> None:
    bring(*(on(n, f"2026-02-0{n}") for n in range(1, 5)))
    assert not CriteriaPrompt.objects.exists()
    bring(on(5, "2026-02-05"))
    assert fired(CriteriaPrompt.objects.get()) == ["potential_escalation"]


def test_an_incident_whose_perpetrator_nobody_knows_can_ask_too(bring: Any) -> None:
    bring(
        on(
            1,
            "2026-02-03",
            dara_grade="high",
            perpetrator_ref="",
            perpetrator_family_name="",
            perpetrator_given_names="",
        )
    )
    assert fired(CriteriaPrompt.objects.get()) == ["visible_high_risk"]


def test_answering_needs_a_reason_and_the_right_agency(
    bring: Any, clerk: Actor, idva: Actor, someone: Any, marac_team: Any, police: Any
) -> None:
    bring(on(1, "2026-02-03", dara_grade="high"))
    prompt = CriteriaPrompt.objects.get()
    with acting_as(clerk), pytest.raises(BadInput):
        services.answer_prompt(prompt=prompt, reason="  ", by=clerk)
    for stranger in (idva, someone(Role.MARAC_COORDINATOR, marac_team)):
        with acting_as(stranger), pytest.raises(Unknown):
            services.answer_prompt(prompt=prompt, reason="No.", by=stranger)
    with acting_as(clerk):
        services.answer_prompt(prompt=prompt, reason="In another area's MARAC.", by=clerk)
        services.answer_prompt(prompt=prompt, reason="In another area's MARAC.", by=clerk)
        with pytest.raises((NotNow, Refused)):
            services.answer_prompt(prompt=prompt, reason="Something else.", by=clerk)
    prompt.refresh_from_db()
    assert (prompt.state, prompt.answer_reason) == (PromptState.ANSWERED, "In another area's MARAC.")


def test_new_evidence_reopens_an_answered_prompt_and_keeps_the_answer(bring: Any, clerk: Actor) -> None:
    bring(on(1, "2026-02-03", dara_grade="high"))
    with acting_as(clerk):
        services.answer_prompt(prompt=CriteriaPrompt.objects.get(), reason="She has moved away.", by=clerk)
    bring(on(1, "2026-02-03", dara_grade="high"), on(2, "2026-02-20"))
    assert CriteriaPrompt.objects.get().state == PromptState.ANSWERED  # nothing new that counts
    bring(on(3, "2026-02-28", dara_grade="high"))
    prompt = CriteriaPrompt.objects.get()
    assert prompt.state == PromptState.OPEN
    assert prompt.criteria["earlier_answers"][0]["reason"] == "She has moved away."


def referred(clerk: Actor, client_for: Any) -> Referral:
    """The clerk refers from the prompt, on its prefilled draft."""
    client: Client = client_for(clerk)
    prompt = CriteriaPrompt.objects.get()
    draft = client.post(f"/marac/prompts/{prompt.pk}/refer")["Location"]
    found = ReferralDraft.objects.get(pk=draft.rsplit("/", 1)[1])
    assert found.answers["reasons"]["values"]["reasons"] == ["dara_high"]
    assert found.answers["victim"]["values"]["family_name"] == "Green"
    assert found.answers["perpetrators"]["rows"][0]["values"]["relationship"] == "spouse"
    victim, perpetrator = (
        SourceRecord.objects.get(external_ref="V-000001"),
        SourceRecord.objects.get(external_ref="P-000001"),
    )
    from dataclasses import replace

    given = factories.answers(
        victim=replace(
            factories.ANSWERS.victim, record_id=str(victim.pk), values=replace(factories.VICTIM, family_name="Green")
        ),
        perpetrators=(
            replace(
                factories.ANSWERS.perpetrators[0],
                record_id=str(perpetrator.pk),
                values=replace(factories.PERPETRATOR, family_name="Green"),
            ),
        ),
        children=(),
    )
    return factories.refer(clerk, given, draft=found)


def test_a_referral_from_a_prompt_uses_the_case_leaves_the_files_records_alone_and_answers_it(
    bring: Any, clerk: Actor, client_for: Any, police: Any
) -> None:
    bring(on(1, "2026-02-03", dara_grade="high"))
    prompt = CriteriaPrompt.objects.get()
    referral = referred(clerk, client_for)
    prompt.refresh_from_db()
    assert prompt.state == PromptState.REFERRED
    assert referral.matter_id == prompt.matter_id
    victims = SourceRecord.objects.filter(organisation=police, person=referral.victim.person_id).order_by("created_at")
    assert [(v.external_ref[:6], v.given_names, v.version) for v in victims] == [
        ("V-0000", "Amina", 1),
        ("marac:", "Amina", 1),
    ]
    assert "visible_high_risk" in [o["code"] for o in referral.criteria["outcomes"] if o["fired"]]


def test_what_happens_between_referral_and_hearing_joins_the_case_and_after_it_asks_again(
    bring: Any,
    clerk: Actor,
    client_for: Any,
    coordinator: Actor,
    idva: Actor,
    area: Any,
    time_machine: Any,
    deliver: Any,
) -> None:
    bring(on(1, "2026-02-03", dara_grade="high"))
    referral = referred(clerk, client_for)
    version = referral.version
    bring(on(2, "2026-03-01", flags="strangulation"))
    referral.refresh_from_db()
    assert CriteriaPrompt.objects.get().state == PromptState.REFERRED
    assert referral.version > version  # who screens sees it
    session = factories.a_session(area)
    with acting_as(coordinator):
        services.screen_accept(referral=referral, reason="Yes.", version=referral.version, by=coordinator)
        referral.refresh_from_db()
        item = services.list_on_session(referral=referral, session=session, version=referral.version, by=coordinator)
        meetings.open_session(session=session, by=coordinator)
        item.refresh_from_db()
        meetings.hear_item(item=item, risk_summary="High.", version=item.version, by=coordinator)
    deliver()
    referral.refresh_from_db()
    assert referral.state == ReferralState.HEARD
    time_machine.move_to("2026-09-02T09:00:00Z")
    bring(on(3, "2026-09-01", dara_grade="medium", abuse_kinds="physical"))
    prompt = CriteriaPrompt.objects.get()
    assert prompt.state == PromptState.OPEN
    assert "repeat" in fired(prompt)


def test_an_unanswered_prompt_ages_in_sight_and_a_late_one_says_so(
    bring: Any, clerk: Actor, client_for: Any, time_machine: Any
) -> None:
    bring(on(1, "2026-02-03", dara_grade="high"))
    prompt = CriteriaPrompt.objects.get()
    client = client_for(clerk)
    page = client.get("/marac/prompts").text
    assert "Waiting for an answer" in page
    assert " late" not in page
    time_machine.move_to(prompt.due_at + timedelta(days=1))
    client = client_for(clerk)
    assert "1 d late" in client.get("/marac/prompts").text
    today = client.get("/").text
    assert "Will you refer to MARAC?" in today
    assert "past the time for an answer" in today


def test_the_page_of_a_prompt_explains_and_takes_the_answer(
    bring: Any, clerk: Actor, idva: Actor, client_for: Any
) -> None:
    bring(on(1, "2026-02-03", dara_grade="high", flags="strangulation"))
    prompt = CriteriaPrompt.objects.get()
    client, place = client_for(clerk), f"/marac/prompts/{prompt.pk}"
    page = client.get(place).text
    assert "DARA graded high on 3 February 2026" in page
    assert "Strangulation or suffocation" in page
    assert "Contact safety" in page
    assert client.post(place, {"reason": ""}).status_code == 422
    assert client.post(place, {"reason": "Already with Northmoor."}).status_code == 302
    assert "Already with Northmoor." in client.get(place).text
    assert "Answered: not referred" in client.get("/marac/prompts?show=answered").text
    assert client_for(idva).get(place).status_code == 403


def test_an_excluded_clerk_has_no_prompt_no_count_and_no_page(bring: Any, clerk: Actor, client_for: Any) -> None:
    bring(on(1, "2026-02-03", dara_grade="high"))
    prompt = CriteriaPrompt.objects.get()
    with acting_as(clerk):
        declare_knowing_someone(matter=prompt.matter, by=clerk)
    client = client_for(clerk)
    assert client.get(f"/marac/prompts/{prompt.pk}").status_code == 404
    assert "No prompt waits" in client.get("/marac/prompts").text
    assert "Will you refer to MARAC?" not in client.get("/").text
