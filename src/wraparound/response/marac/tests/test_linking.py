"""One person known once: a link brings the police's case to the referral, and undoing it takes it away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from wraparound.foundation.access.decisions import is_open
from wraparound.foundation.access.models import Involvement
from wraparound.foundation.access.services import declare_knowing_someone
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.notices.models import Notice
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import LinkDecision, LinkProposal
from wraparound.foundation.people.services import decide_same, undo_link
from wraparound.response.cases.importing.commands import import_incidents
from wraparound.response.cases.models import Case
from wraparound.response.cases.tests.factories import incident_row, incidents_file
from wraparound.response.marac.models import Referral
from wraparound.response.marac.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_monday_in_march(time_machine: Any) -> None:
    time_machine.move_to("2026-03-02T09:00:00Z")


@pytest.fixture
def reviewer(someone: Any, marac_team: Any) -> Actor:
    return someone(Role.LINK_REVIEWER, marac_team)


@pytest.fixture
def police_case(tmp_path: Path, deliver: Any) -> Case:
    """Five incidents between two people: enough for escalation here."""
    rows = [
        incident_row(
            number,
            victim_ref="V-1",
            perpetrator_ref="P-1",
            dash_ticks="3",
            dara_grade="standard",
            occurred_from=f"2026-02-0{number}T20:00:00+00:00",
            occurred_to="",
            reported_at=f"2026-02-0{number}T21:00:00+00:00",
        )
        for number in range(1, 6)
    ]
    import_incidents(incidents_file(tmp_path / "incidents.csv", rows))
    deliver()
    return Case.objects.get()


@pytest.fixture
def misspelt(police_case: Case, officer: Actor, coordinator: Actor, deliver: Any) -> Referral:
    """A housing officer refers the same two people, spelt otherwise."""
    victim = replace(
        factories.VICTIM,
        given_names="Ameena",
        family_name="Greene",
        dob=date(1990, 5, 17),
        phones=(("07700 900123", "safe"),),
    )
    other = replace(factories.PERPETRATOR, given_names="David", family_name="Greene", dob=date(1987, 11, 2))
    given = factories.answers(
        victim=replace(
            factories.ANSWERS.victim,
            values=victim,
            contact=replace(factories.ANSWERS.victim.contact, phone="07700 900123"),
        ),
        perpetrators=(replace(factories.ANSWERS.perpetrators[0], values=other),),
        children=(),
    )
    referral = factories.refer(officer, given)
    deliver()
    return referral


def decide_all(reviewer: Actor) -> None:
    with acting_as(reviewer):
        for proposal in LinkProposal.objects.filter(state="open"):
            decide_same(proposal=proposal, reason="Same name and birthday.", by=reviewer)


def fired(referral: Referral) -> set[str]:
    referral.refresh_from_db()
    return {o["code"] for o in referral.criteria["outcomes"] if o["fired"]}


def test_before_anyone_decides_nothing_is_linked(misspelt: Referral, police_case: Case, coordinator: Actor) -> None:
    assert LinkProposal.objects.filter(state="open").count() == 2
    assert not is_open(coordinator, police_case.matter_id)
    assert fired(misspelt) == {"professional_judgement"}


def test_a_link_opens_the_police_case_to_the_marac_and_computes_the_criteria_anew(
    misspelt: Referral, police_case: Case, coordinator: Actor, officer: Actor, reviewer: Actor, deliver: Any
) -> None:
    version = misspelt.version
    decide_all(reviewer)
    deliver()
    assert is_open(coordinator, police_case.matter_id)
    assert Involvement.objects.get(given_for="link").lawful_basis.startswith("Public task")
    assert not is_open(officer, police_case.matter_id)
    assert fired(misspelt) == {"professional_judgement", "potential_escalation"}
    assert misspelt.version > version
    told = Notice.objects.filter(user_id=coordinator.user_id, text__contains="appears in another case too")
    assert told.exists()
    assert not any("Green" in notice.text for notice in told)


def test_undoing_the_link_closes_it_again(
    misspelt: Referral, police_case: Case, coordinator: Actor, reviewer: Actor, deliver: Any
) -> None:
    decide_all(reviewer)
    deliver()
    with acting_as(reviewer):
        for decision in LinkDecision.objects.filter(same=True):
            undo_link(decision=decision, reason="Two sisters-in-law.", by=reviewer)
    deliver()
    assert not is_open(coordinator, police_case.matter_id)
    assert fired(misspelt) == {"professional_judgement"}


def test_an_exclusion_from_the_police_case_closes_the_referral_once_they_are_linked(
    misspelt: Referral, police_case: Case, someone: Any, police: Any, marac_team: Any, reviewer: Actor, deliver: Any
) -> None:
    knows = someone(Role.MARAC_COORDINATOR, marac_team)
    clerk = someone(Role.POLICE_CLERK, police, user_id=knows.user_id)
    with acting_as(clerk):
        declare_knowing_someone(matter=police_case.matter, by=clerk)
    assert is_open(knows, misspelt.matter_id)
    decide_all(reviewer)
    deliver()
    assert not is_open(knows, misspelt.matter_id)
    linked = Notice.objects.filter(user_id=knows.user_id, text__contains="appears in another case too")
    assert not linked.exists()
