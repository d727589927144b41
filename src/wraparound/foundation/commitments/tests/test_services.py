"""Making commitments and taking their steps: what is kept, refused, remembered, and done once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, transaction

from wraparound.foundation.access.decisions import is_open
from wraparound.foundation.access.models import AccessLogEntry, Facing, Involvement
from wraparound.foundation.access.services import exclude, involve
from wraparound.foundation.areas import clocks
from wraparound.foundation.commitments import services
from wraparound.foundation.commitments.models import Commitment, CommitmentChange
from wraparound.foundation.commitments.states import State
from wraparound.foundation.commitments.tests.factories import (
    SYSTEM,
    World,
    accepted,
    again,
    evidence,
    in_state,
    perpetrators_worker,
    proposed,
    user_of,
)
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Refused, Unknown
from wraparound.kit.models import Event

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return list(Event.objects.filter(name__startswith="commitments.").order_by("at").values_list("name", flat=True))


def steps_of(commitment: Commitment) -> list[str]:
    return [change.event for change in CommitmentChange.objects.filter(commitment=commitment).order_by("pk")]


# --- making -------------------------------------------------------------------------------------------------


def test_a_proposal_waits_for_the_agency_and_opens_the_matter_to_who_answers_for_it(world: World) -> None:
    assert not is_open(world.representative, world.matter.pk)
    commitment = proposed(world)
    assert (commitment.state, commitment.owner) == (State.PROPOSED, None)
    assert is_open(world.representative, world.matter.pk)
    assert is_open(world.lead, world.matter.pk)
    assert not is_open(world.someone(Role.PRACTITIONER, world.housing), world.matter.pk)
    assert (steps_of(commitment), told()) == (["propose"], ["commitments.made"])


def test_where_nobody_answers_for_an_agency_all_who_work_there_may(world: World, childrens_trust: Any) -> None:
    worker = world.someone(Role.PRACTITIONER, childrens_trust)
    proposed(world, organisation=childrens_trust)
    assert is_open(worker, world.matter.pk)


def test_ones_own_promise_stands_at_once_and_is_ones_own(world: World) -> None:
    due_on = clocks.today()
    commitment = services.make(
        matter=world.matter, organisation=world.police, what="Marker", due_on=due_on, by=world.officer
    )
    assert (commitment.state, commitment.owner) == (State.ACCEPTED, user_of(world.officer))
    assert steps_of(commitment) == ["make"]


def test_the_chair_notes_what_an_agency_says(world: World) -> None:
    commitment = services.make(
        matter=world.matter,
        organisation=world.housing,
        what="Locks",
        due_on=clocks.today(),
        by=world.chair,
        owner=user_of(world.representative),
        agreed_in=world.matter.pk,
    )
    assert (commitment.state, commitment.owner) == (State.ACCEPTED, user_of(world.representative))
    with pytest.raises(Refused, match="Propose it instead"):
        services.make(
            matter=world.matter, organisation=world.housing, what="L", due_on=clocks.today(), by=world.officer
        )


def test_the_same_again_is_the_same(world: World) -> None:
    first = proposed(world, "Change the  locks ")
    assert proposed(world, "Change the locks").pk == first.pk
    assert proposed(world, "Change the locks", days=4).pk != first.pk
    assert len(told()) == 2
    services.decline(commitment=first, reason="No", version=first.version, by=world.lead)
    assert proposed(world, "Change the locks").pk != first.pk


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"what": "  "}, "what"),
        ({"what": "x" * 301}, "what"),
        ({"days": -1}, "due_on"),
    ],
)
def test_what_makes_no_commitment(world: World, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as stop:
        proposed(world, **wrong)
    assert stop.value.field == field
    assert not Commitment.objects.exists()


def test_who_is_closed_out_gets_no_commitment(world: World, childrens_trust: Any) -> None:
    exclude(matter=world.matter, by=world.coordinator, reason="Conflict", organisation=childrens_trust)
    exclude(matter=world.matter, by=world.coordinator, reason="Conflict", user=user_of(world.representative))
    with pytest.raises(BadInput) as stop:
        proposed(world, organisation=childrens_trust)
    assert stop.value.field == "organisation"
    with pytest.raises(BadInput) as stop:
        proposed(world, owner=user_of(world.representative))
    assert stop.value.field == "owner"


def test_an_owner_is_of_the_agency(world: World) -> None:
    with pytest.raises(BadInput, match="holds no role"):
        proposed(world, owner=user_of(world.officer))


def test_nobody_commits_in_a_matter_that_is_closed_to_them(world: World) -> None:
    with pytest.raises(Unknown):
        proposed(world, by=world.representative)


def test_a_commitment_opens_no_more_of_a_matter_than_the_agency_had(world: World, childrens_trust: Any) -> None:
    perpetrators_worker(world.someone, world.matter, childrens_trust)
    proposed(world, organisation=childrens_trust)
    given = Involvement.objects.filter(organisation=childrens_trust, given_for="commitment")
    assert [involvement.facing for involvement in given] == [Facing.PERPETRATOR]
    with pytest.raises(BadInput, match="never"):
        proposed(world, "Move her", organisation=childrens_trust, never_to_perpetrator=True)


@pytest.mark.parametrize(("own", "expected"), [("Vital interests", "Vital interests"), ("", "Public task")])
def test_what_a_commitment_opens_rests_on_the_basis_on_which_the_case_was_shown(
    world: World, childrens_trust: Any, own: str, expected: str
) -> None:
    shown = [(world.housing, "Public task"), *([(childrens_trust, own)] if own else [])]
    for organisation, basis in shown:
        involve(
            matter=world.matter,
            organisation=organisation,
            purpose="MARAC",
            given_for="session",
            lawful_basis=basis,
            by=SYSTEM,
        )
    proposed(world, organisation=childrens_trust)
    given = Involvement.objects.filter(organisation=childrens_trust, given_for="commitment")
    assert [involvement.lawful_basis for involvement in given] == [expected]


# --- steps --------------------------------------------------------------------------------------------------


def test_who_accepts_owns_it_until_someone_else_is_named(world: World) -> None:
    commitment = accepted(world)
    assert commitment.owner == user_of(world.representative)
    fitter = world.someone(Role.PRACTITIONER, world.housing)
    assert not is_open(fitter, world.matter.pk)
    commitment = services.assign(
        commitment=commitment, owner=user_of(fitter), version=commitment.version, by=world.lead
    )
    assert commitment.owner == user_of(fitter)
    assert is_open(fitter, world.matter.pk)


def test_who_no_longer_owns_anything_loses_what_was_given_for_it(world: World) -> None:
    first, second = (world.someone(Role.PRACTITIONER, world.housing) for _ in range(2))
    commitment = proposed(world, owner=user_of(first))
    assert is_open(first, world.matter.pk)
    services.assign(commitment=commitment, owner=user_of(second), version=1, by=world.lead)
    assert not is_open(first, world.matter.pk)
    assert is_open(second, world.matter.pk)


def test_done_keeps_its_evidence(world: World) -> None:
    commitment = accepted(world)
    done = services.do(
        commitment=commitment,
        evidence=evidence(told="through_idva"),
        version=commitment.version,
        by=world.representative,
    )
    kept = again(done)
    assert (kept.evidence_what, kept.evidence_who, kept.evidence_reference) == ("Locks changed", "J. Fitter", "JOB 7")
    assert (kept.evidence_on, kept.survivor_told, kept.state) == (clocks.today(), "through_idva", State.DONE)
    assert told() == ["commitments.made", "commitments.accepted", "commitments.done"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"what": " "}, "what"),
        ({"who": ""}, "who"),
        ({"who": "x" * 201}, "who"),
        ({"reference": "x" * 101}, "reference"),
        ({"told": "perhaps"}, "told"),
    ],
)
def test_nothing_is_done_without_evidence(world: World, wrong: dict[str, Any], field: str) -> None:
    commitment = accepted(world)
    with pytest.raises(BadInput) as stop:
        services.do(
            commitment=commitment, evidence=evidence(**wrong), version=commitment.version, by=world.representative
        )
    assert stop.value.field == field
    assert again(commitment).state == State.ACCEPTED


def test_nothing_is_done_tomorrow(world: World) -> None:
    commitment = accepted(world)
    tomorrow = clocks.today() + timedelta(days=1)
    with pytest.raises(BadInput, match="future"):
        services.do(
            commitment=commitment,
            evidence=evidence(on=tomorrow),
            version=commitment.version,
            by=world.representative,
        )


def test_the_database_itself_takes_no_end_without_its_ground(world: World) -> None:
    commitment = accepted(world)
    for state in (State.DONE, State.DECLINED, State.NO_LONGER_POSSIBLE, State.NOT_DONE):
        with pytest.raises(IntegrityError), transaction.atomic():
            Commitment.objects.filter(pk=commitment.pk).update(state=state)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_reasons_are_said(world: World, reason: str) -> None:
    commitment = accepted(world)
    step = {"commitment": commitment, "reason": reason, "version": commitment.version, "by": world.representative}
    for write in (services.claim_not_possible, services.set_not_done, services.decline):
        with pytest.raises(BadInput) as stop:
            write(**step)
        assert stop.value.field == "reason"


def test_a_refused_claim_leaves_the_promise_standing_and_the_words_in_the_history(world: World) -> None:
    claimed = in_state(world, State.CLAIMED_NOT_POSSIBLE)
    stands = services.refuse_not_possible(
        commitment=claimed, reason="She is still there", version=claimed.version, by=world.coordinator
    )
    assert (stands.state, stands.reason, stands.claimed_by) == (State.ACCEPTED, "", None)
    notes = CommitmentChange.objects.filter(commitment=stands).values_list("event", "note")
    assert {("claim_not_possible", "She has moved"), ("refuse_not_possible", "She is still there")} <= set(notes)


def test_not_done_is_escalated_at_once(world: World) -> None:
    ended = in_state(world, State.NOT_DONE)
    assert again(ended).escalated_at is not None
    assert steps_of(ended)[-2:] == ["set_not_done", "escalate"]
    assert told()[-2:] == ["commitments.not_done", "commitments.escalated"]


def test_every_step_is_in_the_access_log(world: World) -> None:
    commitment = in_state(world, State.NO_LONGER_POSSIBLE)
    verbs = AccessLogEntry.objects.filter(thing_id=str(commitment.pk)).values_list("verb", "user_id")
    assert list(verbs) == [
        ("make_commitment", world.coordinator.user_id),
        ("commitment_accept", world.representative.user_id),
        ("commitment_claim_not_possible", world.representative.user_id),
        ("commitment_confirm_not_possible", world.coordinator.user_id),
    ]


def test_the_history_is_never_changed(world: World) -> None:
    commitment = proposed(world)
    for change in (lambda rows: rows.update(note="x"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(CommitmentChange.objects.filter(commitment=commitment))


# --- two people, and twice the same ------------------------------------------------------------------------


def test_a_stale_version_shows_both(world: World) -> None:
    commitment = accepted(world)
    stale = commitment.version
    services.claim_not_possible(commitment=commitment, reason="She has moved", version=stale, by=world.representative)
    with pytest.raises(ChangedMeanwhile) as stop:
        services.do(commitment=commitment, evidence=evidence(), version=stale, by=world.lead)
    differences = {d.label: (d.mine, d.theirs) for d in stop.value.differences}
    assert differences["State"] == ("Done", "Said to be no longer possible")
    assert differences["What was done"] == ("Locks changed", "")
    assert differences["Reason"] == ("", "She has moved")
    assert again(commitment).state == State.CLAIMED_NOT_POSSIBLE


def test_two_people_take_the_same_step(world: World) -> None:
    commitment = proposed(world)
    services.accept(commitment=commitment, version=1, by=world.representative)
    with pytest.raises(ChangedMeanwhile):
        services.accept(commitment=commitment, version=1, by=world.lead)


def test_assigning_on_a_stale_version(world: World) -> None:
    commitment = proposed(world)
    services.accept(commitment=commitment, version=1, by=world.representative)
    with pytest.raises(ChangedMeanwhile) as stop:
        services.assign(commitment=commitment, owner=user_of(world.lead), version=1, by=world.lead)
    assert stop.value.differences[0].theirs == "Rae Representative"


TWICE = {
    "accept": (State.PROPOSED, lambda w, c, v: services.accept(commitment=c, version=v, by=w.representative)),
    "decline": (
        State.PROPOSED,
        lambda w, c, v: services.decline(commitment=c, reason="No", version=v, by=w.representative),
    ),
    "do": (
        State.ACCEPTED,
        lambda w, c, v: services.do(commitment=c, evidence=evidence(), version=v, by=w.representative),
    ),
    "claim": (
        State.ACCEPTED,
        lambda w, c, v: services.claim_not_possible(commitment=c, reason="R", version=v, by=w.representative),
    ),
    "not_done": (
        State.ACCEPTED,
        lambda w, c, v: services.set_not_done(commitment=c, reason="R", version=v, by=w.representative),
    ),
    "confirm": (
        State.CLAIMED_NOT_POSSIBLE,
        lambda w, c, v: services.confirm_not_possible(commitment=c, version=v, by=w.coordinator),
    ),
    "refuse": (
        State.CLAIMED_NOT_POSSIBLE,
        lambda w, c, v: services.refuse_not_possible(commitment=c, reason="R", version=v, by=w.coordinator),
    ),
    "assign": (
        State.ACCEPTED,
        lambda w, c, v: services.assign(commitment=c, owner=user_of(w.lead), version=v, by=w.lead),
    ),
}


@pytest.mark.parametrize("name", TWICE)
def test_the_same_form_twice_has_one_effect(world: World, name: str) -> None:
    state, take = TWICE[name]
    commitment = in_state(world, state)
    version = commitment.version
    first = take(world, commitment, version)
    events, steps = told(), steps_of(commitment)
    second = take(world, commitment, version)
    assert (second.state, second.version) == (first.state, first.version)
    assert (told(), steps_of(commitment)) == (events, steps)


def test_of_a_file_sent_twice_one_is_kept(world: World, settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}},
    }
    commitment = accepted(world)
    for _ in range(2):
        given = evidence(file=ContentFile(b"%PDF-1.7 x", name="Her new address.pdf"))
        services.do(commitment=commitment, evidence=given, version=commitment.version, by=world.representative)
    kept = list((tmp_path / "evidence").iterdir())
    assert len(kept) == 1
    assert "address" not in kept[0].name
    assert again(commitment).evidence_file.name == f"evidence/{kept[0].name}"


def test_a_file_given_on_a_stale_version_is_not_kept(world: World, settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}},
    }
    commitment = accepted(world)
    given = evidence(file=ContentFile(b"%PDF-1.7 x", name="a.pdf"))
    with pytest.raises(ChangedMeanwhile):
        services.do(commitment=commitment, evidence=given, version=1, by=world.lead)
    assert not list((tmp_path / "evidence").iterdir())


def test_the_system_may_note_what_is_past(world: World) -> None:
    assert proposed(world, days=-400, by=SYSTEM).made_by is None
