"""Repeats and reversed roles: proposed by the system, confirmed by a person, and only then anything opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import LinkDecision
from wraparound.foundation.people.services import undo_link
from wraparound.kit.errors import BadInput, ChangedMeanwhile, NotNow, Refused, Unknown
from wraparound.response.cases.models import Case
from wraparound.response.marac import services
from wraparound.response.marac.models import CriteriaPrompt, Referral, RepeatProposal, RoleReview
from wraparound.response.marac.repeat_states import RepeatState, RoleReviewState
from wraparound.response.marac.services import repeats
from wraparound.response.marac.tests import factories
from wraparound.response.marac.tests.coming_again import GIVEN, TOLD, link, police_file, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_monday_in_march(time_machine: Any) -> None:
    time_machine.move_to("2026-03-02T09:00:00Z")


def test_an_incident_after_the_hearing_is_proposed_once_the_two_are_known_to_be_the_same(
    heard: Referral, reviewer: Actor, tmp_path: Path, deliver: Any
) -> None:
    police_file(tmp_path, deliver, "2026-04-11")
    assert not RepeatProposal.objects.exists()
    link(reviewer, deliver)
    found = proposed()
    assert (found.earlier, found.matter_id) == (heard, heard.matter_id)
    assert [(item["reference"], item["on"]) for item in found.evidence] == [("I-2026-04-11", "2026-04-11")]
    assert "10 April" not in found.why
    assert "11 April 2026" in found.why
    assert not CriteriaPrompt.objects.exists()


def test_it_is_proposed_once_whatever_arrives_twice(
    heard: Referral, reviewer: Actor, tmp_path: Path, deliver: Any
) -> None:
    police_file(tmp_path, deliver, "2026-04-11")
    link(reviewer, deliver)
    again = repeats.propose_after(matter_ids=[heard.matter_id, Case.objects.last().matter_id])
    assert (again.repeats, again.renewed, again.withdrawn) == (0, 0, 0)
    police_file(tmp_path, deliver, "2026-04-15")
    assert [item["on"] for item in proposed().evidence] == ["2026-04-11", "2026-04-15"]


def test_what_lay_between_referral_and_hearing_or_past_the_window_is_no_repeat(
    heard: Referral, reviewer: Actor, tmp_path: Path, deliver: Any, time_machine: Any
) -> None:
    time_machine.move_to("2027-04-20T09:00:00Z")
    police_file(tmp_path, deliver, "2026-03-04", "2027-03-03")
    link(reviewer, deliver)
    assert not RepeatProposal.objects.exists()


def test_the_last_day_of_the_window_counts(
    heard: Referral, reviewer: Actor, tmp_path: Path, deliver: Any, time_machine: Any
) -> None:
    time_machine.move_to("2027-04-20T09:00:00Z")
    police_file(tmp_path, deliver, "2027-03-02")
    link(reviewer, deliver)
    assert str(proposed().last_day) == "2027-03-02"


def test_a_referral_by_any_agency_is_proposed_and_marked_once_confirmed(
    heard: Referral, officer: Actor, coordinator: Actor, reviewer: Actor, deliver: Any
) -> None:
    again = factories.refer(officer, replace(GIVEN, reasons=TOLD), matter=heard.matter)
    deliver()
    link(reviewer, deliver)
    found = proposed()
    with acting_as(coordinator):
        done = repeats.confirm_repeat(proposal=found, version=found.version, by=coordinator)
        assert repeats.confirm_repeat(proposal=found, version=found.version, by=coordinator).version == done.version
    assert done.referral == again
    assert not CriteriaPrompt.objects.exists()
    assert Referral.objects.get(pk=again.pk).state == "received"


def test_confirming_asks_whoever_holds_the_incident_to_refer_and_the_referral_joins_it(
    heard: Referral, coordinator: Actor, reviewer: Actor, tmp_path: Path, deliver: Any, police: Any, someone: Any
) -> None:
    police_file(tmp_path, deliver, "2026-04-11")
    link(reviewer, deliver)
    found = proposed()
    with acting_as(coordinator):
        repeats.confirm_repeat(proposal=found, version=found.version, by=coordinator)
    deliver()
    prompt = CriteriaPrompt.objects.get()
    assert (prompt.organisation, prompt.state) == (police, "open")
    assert [o["code"] for o in prompt.criteria["outcomes"] if o["fired"]] == ["repeat"]
    police_officer = someone(Role.PRACTITIONER, police)
    with acting_as(police_officer):
        case = prompt.matter.case
        filled = services.prefilled_answers(by=police_officer, case=case, prompt=prompt)
        assert filled
    brought = factories.refer(police_officer, replace(GIVEN, reasons=TOLD), matter=prompt.matter)
    deliver()
    link(reviewer, deliver)
    found.refresh_from_db()
    assert (found.state, found.referral) == (RepeatState.CONFIRMED, brought)
    assert RepeatProposal.objects.count() == 1


def test_what_was_judged_is_asked_again_only_for_something_new(
    heard: Referral, coordinator: Actor, reviewer: Actor, tmp_path: Path, deliver: Any
) -> None:
    police_file(tmp_path, deliver, "2026-04-11")
    link(reviewer, deliver)
    found = proposed()
    with acting_as(coordinator):
        with pytest.raises(BadInput):
            repeats.refuse_repeat(proposal=found, reason=" ", version=found.version, by=coordinator)
        repeats.refuse_repeat(proposal=found, reason="Her brother's car.", version=found.version, by=coordinator)
    repeats.propose_after(matter_ids=[heard.matter_id])
    assert not RepeatProposal.objects.filter(state=RepeatState.PROPOSED).exists()
    police_file(tmp_path, deliver, "2026-04-15")
    assert [item["on"] for item in proposed().evidence] == ["2026-04-15"]


def test_a_link_undone_withdraws_it_and_made_again_proposes_it_again(
    heard: Referral, reviewer: Actor, tmp_path: Path, deliver: Any
) -> None:
    police_file(tmp_path, deliver, "2026-04-11")
    link(reviewer, deliver)
    found = proposed()
    with acting_as(reviewer):
        for decision in LinkDecision.objects.filter(same=True):
            undo_link(decision=decision, reason="Two sisters-in-law.", by=reviewer)
    deliver()
    found.refresh_from_db()
    assert found.state == RepeatState.WITHDRAWN


def test_only_a_coordinator_decides_on_what_they_saw(
    heard: Referral, coordinator: Actor, chair: Actor, officer: Actor, reviewer: Actor, tmp_path: Path, deliver: Any
) -> None:
    police_file(tmp_path, deliver, "2026-04-11")
    link(reviewer, deliver)
    found = proposed()
    for actor, stop in ((chair, Refused), (officer, Unknown)):
        with acting_as(actor), pytest.raises(stop):
            repeats.confirm_repeat(proposal=found, version=found.version, by=actor)
    with acting_as(coordinator):
        with pytest.raises(ChangedMeanwhile):
            repeats.confirm_repeat(proposal=found, version=found.version - 1, by=coordinator)
        repeats.confirm_repeat(proposal=found, version=found.version, by=coordinator)
        found.refresh_from_db()
        with pytest.raises(NotNow):
            repeats.refuse_repeat(proposal=found, reason="No", version=found.version, by=coordinator)


def test_another_perpetrator_is_no_repeat(heard: Referral, officer: Actor, deliver: Any) -> None:
    other = replace(factories.PERPETRATOR, given_names="Laurence", family_name="Vane", dob=date(1975, 7, 30))
    given = replace(GIVEN, perpetrators=(replace(GIVEN.perpetrators[0], values=other),), reasons=TOLD)
    factories.refer(officer, given, matter=heard.matter)
    deliver()
    assert not RepeatProposal.objects.exists()


# --- reversed roles -----------------------------------------------------------------------------------------


@pytest.fixture
def turned(turned_round: Referral, coordinator: Actor) -> Referral:
    """The other way round, and accepted."""
    with acting_as(coordinator):
        return services.screen_accept(
            referral=turned_round, reason="High.", version=turned_round.version, by=coordinator
        )


def test_reversed_roles_go_to_a_review_and_never_straight_to_a_listing(
    turned: Referral, heard: Referral, coordinator: Actor, area: Any, deliver: Any
) -> None:
    session = factories.a_session(area)
    review = RoleReview.objects.get()
    assert (review.earlier, review.referral, review.state) == (heard, turned, RoleReviewState.OPEN)
    assert not RepeatProposal.objects.exists()
    with acting_as(coordinator):
        with pytest.raises(NotNow, match="Review who does what to whom first"):
            services.list_on_session(referral=turned, session=session, version=turned.version, by=coordinator)
        repeats.decide_roles(
            review=review,
            outcome="reversed",
            weighed=["fear", "history"],
            reason="He is the one who is afraid; spoke with both alone.",
            version=review.version,
            by=coordinator,
        )
        services.list_on_session(referral=turned, session=session, version=turned.version, by=coordinator)
    assert not RepeatProposal.objects.exists()


def test_nothing_is_listed_although_the_review_has_not_been_proposed_yet(
    turned: Referral, coordinator: Actor, area: Any
) -> None:
    RoleReview.objects.all().delete()
    with acting_as(coordinator), pytest.raises(NotNow):
        services.list_on_session(
            referral=turned, session=factories.a_session(area), version=turned.version, by=coordinator
        )


def test_roles_as_before_put_what_came_forward_as_a_repeat(
    turned: Referral, heard: Referral, chair: Actor, coordinator: Actor, deliver: Any
) -> None:
    review = RoleReview.objects.get()
    given = {"weighed": ["counter_allegation"], "reason": "A counter-allegation the day after.", "by": coordinator}
    with acting_as(coordinator):
        for wrong in ({"outcome": "guilty"}, {"outcome": "both", "weighed": []}, {"outcome": "both", "reason": " "}):
            with pytest.raises(BadInput):
                repeats.decide_roles(review=review, version=review.version, **(given | wrong))
        repeats.decide_roles(review=review, outcome="as_before", version=review.version, **given)
    found = proposed()
    assert (found.earlier, found.evidence[0]["id"]) == (heard, str(turned.pk))
    repeats.propose_after(matter_ids=[heard.matter_id, turned.matter_id])
    assert proposed().version == found.version
