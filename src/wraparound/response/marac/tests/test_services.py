"""The spine: a referral is received, screened, listed, heard, and the victim-survivor is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from wraparound.foundation.access.decisions import is_open, visible
from wraparound.foundation.access.models import Involvement
from wraparound.foundation.access.services import declare_knowing_someone
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.queries import agenda_for, loads
from wraparound.foundation.notices.models import Notice
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.models import ContactRule, SourceRecord
from wraparound.kit.errors import BadInput, ChangedMeanwhile, NotNow, Refused, Unknown
from wraparound.response.marac import services, states
from wraparound.response.marac.models import Referral
from wraparound.response.marac.states import ReferralState
from wraparound.response.marac.tests import factories

pytestmark = pytest.mark.django_db


def met(referral: Referral) -> list[str]:
    return [o["code"] for o in referral.criteria["outcomes"] if o["fired"]]


def test_a_referral_becomes_records_a_case_and_explained_criteria(
    officer: Actor, coordinator: Actor, idva: Actor, housing: Any
) -> None:
    referral = factories.refer(officer)
    assert referral.state == ReferralState.RECEIVED
    assert referral.victim.organisation_id == housing.pk
    assert SourceRecord.objects.filter(organisation=housing).count() == 3
    assert referral.matter.case.parties.count() == 3
    assert met(referral) == ["professional_judgement"]
    assert referral.rule_version.startswith("marac.criteria")
    assert referral.screen_by > referral.received_at
    assert referral.contact_by is not None
    for actor in (officer, coordinator, idva):
        assert is_open(actor, referral.matter_id)


def test_sending_a_draft_twice_is_one_referral(officer: Actor) -> None:
    with acting_as(officer):
        draft = services.start_draft(by=officer)
    first = factories.refer(officer, draft=draft)
    second = factories.refer(officer, draft=draft)
    assert first.pk == second.pk
    assert Referral.objects.count() == 1


def test_the_idva_team_and_the_coordinators_are_told_on_receipt_but_no_one_excluded(
    officer: Actor, coordinator: Actor, idva: Actor, someone: Any, idva_service: Any, deliver: Any
) -> None:
    from wraparound.foundation.partners.roles import Role

    knows_her = someone(Role.IDVA, idva_service)
    referral = factories.refer(officer)
    with acting_as(knows_her):
        declare_knowing_someone(matter=referral.matter, by=knows_her)
    deliver()
    told = set(Notice.objects.filter(kind="marac").values_list("user_id", flat=True))
    assert told == {idva.user_id, coordinator.user_id}
    assert not any("Noor" in notice.text for notice in Notice.objects.all())


def test_another_practitioner_of_the_referring_agency_does_not_see_it(
    officer: Actor, someone: Any, housing: Any
) -> None:
    from wraparound.foundation.partners.roles import Role

    colleague = someone(Role.PRACTITIONER, housing)
    lead = someone(Role.AGENCY_LEAD, housing)
    referral = factories.refer(officer)
    assert not visible(colleague, Referral.objects.filter(pk=referral.pk)).exists()
    assert visible(lead, Referral.objects.filter(pk=referral.pk)).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"perpetrators": ()}, "perpetrators"),
        ({"reasons": replace(factories.ANSWERS.reasons, reasons=())}, "reasons"),
        ({"reasons": replace(factories.ANSWERS.reasons, judgement_reason=" ")}, "judgement_reason"),
        ({"sharing": replace(factories.ANSWERS.sharing, victim_aware="no")}, "victim_aware_why_not"),
    ],
)
def test_an_incomplete_referral_is_refused_and_leaves_nothing(
    officer: Actor, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as stop:
        factories.refer(officer, factories.answers(**changes))
    assert stop.value.field == field
    assert not Referral.objects.exists()
    assert not SourceRecord.objects.exists()


def test_screening_accepts_with_the_version_that_was_seen(officer: Actor, coordinator: Actor) -> None:
    referral = factories.refer(officer)
    with acting_as(coordinator), pytest.raises(ChangedMeanwhile):
        services.screen_accept(referral=referral, reason="Yes.", version=referral.version + 1, by=coordinator)
    with acting_as(coordinator):
        accepted = services.screen_accept(referral=referral, reason="Yes.", version=referral.version, by=coordinator)
    assert accepted.state == ReferralState.ACCEPTED
    screening = accepted.screenings.get()
    assert screening.criteria == referral.criteria
    with acting_as(coordinator), pytest.raises(NotNow):
        services.screen_accept(referral=accepted, reason="Again.", version=accepted.version, by=coordinator)


@pytest.mark.parametrize("role", ["officer", "idva", "police_rep", "chair"])
def test_only_a_coordinator_screens(request: pytest.FixtureRequest, officer: Actor, role: str) -> None:
    referral = factories.refer(officer)
    actor = request.getfixturevalue(role)
    with acting_as(actor), pytest.raises((Refused, Unknown)):
        services.screen_accept(referral=referral, reason="Yes.", version=referral.version, by=actor)


def not_listed(referral: Referral, coordinator: Actor) -> Referral:
    with acting_as(coordinator):
        return services.screen_do_not_list(
            referral=referral,
            reason_code="below_threshold",
            reason="Outreach will call her.",
            version=referral.version,
            by=coordinator,
        )


def test_not_listing_needs_a_reason_of_the_rule_set_and_tells_the_route(
    officer: Actor, coordinator: Actor, deliver: Any
) -> None:
    referral = factories.refer(officer)
    with acting_as(coordinator), pytest.raises(BadInput):
        services.screen_do_not_list(referral=referral, reason_code="made_up", reason="No.", version=1, by=coordinator)
    with acting_as(coordinator), pytest.raises(BadInput):
        services.screen_do_not_list(referral=referral, reason_code="duplicate", reason=" ", version=1, by=coordinator)
    refused = not_listed(referral, coordinator)
    screening = refused.screenings.get()
    assert "Ring the Fenmoor MARAC team" in screening.challenge_route
    assert screening.challenge_by is not None
    deliver()
    assert Notice.objects.filter(user_id=officer.user_id, text__contains="how to challenge it").exists()


def test_a_challenge_is_screened_again_by_someone_else(
    officer: Actor, coordinator: Actor, chair: Actor, idva: Actor
) -> None:
    referral = not_listed(factories.refer(officer), coordinator)
    with acting_as(idva), pytest.raises(Refused):
        services.challenge(referral=referral, reason="Look again.", by=idva)
    with acting_as(officer):
        first = services.challenge(referral=referral, reason="He came back last night.", by=officer)
        second = services.challenge(referral=referral, reason="He came back last night.", by=officer)
    assert first.pk == second.pk
    referral.refresh_from_db()
    assert referral.state == ReferralState.CHALLENGED
    with acting_as(coordinator), pytest.raises(Refused, match="You decided on this referral before"):
        services.screen_accept(referral=referral, reason="Yes.", version=referral.version, by=coordinator)
    with acting_as(chair):
        again = services.screen_accept(referral=referral, reason="New facts.", version=referral.version, by=chair)
    assert again.state == ReferralState.ACCEPTED


def test_a_chair_of_another_agency_sees_a_case_only_while_its_challenge_waits(
    officer: Actor, coordinator: Actor, someone: Any, police: Any
) -> None:
    from wraparound.foundation.partners.roles import Role

    theirs = someone(Role.MARAC_CHAIR, police)
    referral = not_listed(factories.refer(officer), coordinator)
    assert not is_open(theirs, referral.matter_id)
    with acting_as(officer):
        services.challenge(referral=referral, reason="Look again.", by=officer)
    referral.refresh_from_db()
    assert is_open(theirs, referral.matter_id)
    given = Involvement.objects.get(organisation_id=theirs.organisation_id, given_for="challenge")
    assert given.lawful_basis.startswith("Public task")
    with acting_as(theirs):
        services.screen_accept(referral=referral, reason="Yes.", version=referral.version, by=theirs)
    assert not is_open(theirs, referral.matter_id)


def test_the_referrer_agreed_with_the_idva_may_try_once(
    officer: Actor, coordinator: Actor, someone: Any, housing: Any
) -> None:
    from wraparound.foundation.partners.roles import Role

    agreed = replace(
        factories.ANSWERS.victim,
        values=replace(factories.VICTIM, phones=(("07700 900 982", "unknown"),)),
        contact=replace(factories.ANSWERS.victim.contact, safe="unknown", times="", note="", agreed_with_idva=True),
    )
    referral = factories.refer(officer, factories.answers(victim=agreed))
    rule = str(ContactRule.objects.get(ended_at__isnull=True).pk)
    lead = someone(Role.AGENCY_LEAD, housing)
    with acting_as(lead), pytest.raises(Refused, match="through the IDVA"):
        services.record_attempt(referral=referral, rule_id=rule, outcome="no_answer", by=lead)
    with acting_as(officer):
        services.record_attempt(referral=referral, rule_id=rule, outcome="no_answer", by=officer)
        with pytest.raises(Refused):
            services.record_attempt(referral=referral, rule_id=rule, outcome="no_answer", by=officer)


@pytest.mark.parametrize(
    ("transitions", "moves", "start"),
    [
        (states.REFERRAL_TRANSITIONS, states.REFERRAL_MOVES, states.REFERRAL_START),
        (states.PROMPT_TRANSITIONS, states.PROMPT_MOVES, states.PROMPT_START),
        (states.TELLING_TRANSITIONS, states.TELLING_MOVES, states.TELLING_START),
    ],
)
def test_every_state_is_reached_and_owned(transitions: dict[Any, Any], moves: dict[Any, str], start: Any) -> None:
    assert set(transitions.values()) | {start} == set(moves) == set(type(start))
    assert all(moves[state] != "nobody" for state, event in transitions if event != "reopen")


def test_a_challenge_has_its_clock(officer: Actor, coordinator: Actor, time_machine: Any) -> None:
    referral = not_listed(factories.refer(officer), coordinator)
    time_machine.move_to(referral.screenings.get().challenge_by + timedelta(minutes=1))
    with acting_as(officer), pytest.raises(NotNow, match="make a new referral"):
        services.challenge(referral=referral, reason="Late.", by=officer)


def test_listing_involves_the_core_agencies_until_some_time_after(
    officer: Actor, coordinator: Actor, police_rep: Actor, area: Any
) -> None:
    session = factories.a_session(area)
    referral, item = factories.listed(officer, coordinator, session)
    assert referral.state == ReferralState.LISTED
    assert is_open(police_rep, referral.matter_id)
    given = Involvement.objects.get(matter=referral.matter, organisation_id=police_rep.organisation_id)
    assert given.ends_at == session.starts_at + timedelta(days=42)
    assert given.lawful_basis.startswith("Public task")  # what the session is shown rests on what the referral gave
    with acting_as(coordinator):
        again = services.list_on_session(referral=referral, session=session, version=0, by=coordinator)
    assert again.pk == item.pk


def test_taking_off_needs_a_reason_and_closes_the_case_to_the_agencies(
    officer: Actor, coordinator: Actor, police_rep: Actor, area: Any
) -> None:
    referral, _ = factories.listed(officer, coordinator, factories.a_session(area))
    with acting_as(coordinator), pytest.raises(BadInput):
        services.take_off(referral=referral, reason="", version=referral.version, by=coordinator)
    with acting_as(coordinator):
        off = services.take_off(referral=referral, reason="Her IDVA is ill.", version=referral.version, by=coordinator)
    assert off.state == ReferralState.ACCEPTED
    assert not is_open(police_rep, referral.matter_id)


def test_an_exclusion_leaves_no_gap_in_numbers_counts_or_the_load(
    officer: Actor, coordinator: Actor, police_rep: Actor, area: Any
) -> None:
    session = factories.a_session(area)
    referrals = []
    for name in ("Ada", "Bea", "Cleo"):
        victim = replace(
            factories.ANSWERS.victim, values=replace(factories.VICTIM, given_names=name, family_name=f"{name}son")
        )
        other = replace(
            factories.ANSWERS.perpetrators[0], values=replace(factories.PERPETRATOR, family_name=f"{name}man")
        )
        given = factories.answers(victim=victim, perpetrators=(other,), children=())
        referrals.append(factories.listed(officer, coordinator, session, given)[0])
    with acting_as(police_rep):
        declare_knowing_someone(matter=referrals[1].matter, by=police_rep)
        agenda = agenda_for(police_rep, session)
        load = loads(police_rep, [session])
    assert [(n.number, n.item.matter_id) for n in agenda] == [(1, referrals[0].matter_id), (2, referrals[2].matter_id)]
    assert load[session.pk] == 2
    assert loads(coordinator, [session])[session.pk] == 3
    assert visible(police_rep, Referral.objects.all()).count() == 2


def test_what_a_session_leaves_unheard_waits_to_be_listed_again(
    officer: Actor, coordinator: Actor, area: Any, deliver: Any
) -> None:
    session = factories.a_session(area)
    referral, _ = factories.listed(officer, coordinator, session)
    with acting_as(coordinator):
        meetings.open_session(session=session, by=coordinator)
        meetings.close_session(session=session, by=coordinator)
    deliver()
    referral.refresh_from_db()
    assert referral.state == ReferralState.ACCEPTED


def test_sessions_follow_the_rule_set_and_are_planned_once(
    area: Any, coordinator: Actor, officer: Actor, time_machine: Any
) -> None:
    time_machine.move_to("2026-01-05T09:00:00Z")
    with acting_as(coordinator):
        first = services.plan_sessions(by=coordinator)
        second = services.plan_sessions(by=coordinator)
    assert (first, second) == (2, 0)
    with pytest.raises(Refused):
        services.plan_sessions(by=officer)
