"""Links: proposed silently, decided by a person, undone exactly, and splits remembered."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from wraparound.foundation.access.models import AccessLogEntry
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import LinkDecision, LinkProposal, ProposalState, SourceRecord
from wraparound.foundation.people.queries import open_proposals, same_person_records
from wraparound.foundation.people.rules import persons_after
from wraparound.foundation.people.services import (
    PersonValues,
    bulk_record_people,
    decide_different,
    decide_same,
    propose_links,
    record_relationship,
    undo_link,
)
from wraparound.foundation.people.tests.factories import AISHA, AYESHA, BY, person_of, proposed, recorded
from wraparound.kit.errors import BadInput, NotNow, Refused, Unknown
from wraparound.kit.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(someone: Any, marac_team: Any) -> Any:
    return someone(Role.LINK_REVIEWER, marac_team)


def persons(*records: SourceRecord) -> list[Any]:
    return [person_of(record) for record in records]


def test_a_likely_pair_is_proposed_silently(police: Any, housing: Any, reviewer: Any, someone: Any) -> None:
    recorded(police, "P1", AISHA)
    made = recorded(housing, "H1", AYESHA)
    [proposal] = open_proposals(reviewer)
    assert proposal.score >= 160
    assert [reason["agreement"] for reason in proposal.reasons] == ["same birthday", "names that sound the same"]
    assert "Khan" not in str(proposal.reasons)
    # The one who recorded her learns nothing of it, and nothing is linked.
    assert persons(made) == [made.pk]
    assert not open_proposals(someone(Role.PRACTITIONER, housing))


def test_an_unlikely_pair_is_not_proposed(police: Any, housing: Any) -> None:
    recorded(police, "P1", AISHA)
    recorded(housing, "H1", PersonValues(family_name="Khan", given_names="Imran", dob=date(1970, 1, 1), sex="male"))
    assert not LinkProposal.objects.exists()


def test_records_that_came_with_a_file_are_looked_at_in_the_background(police: Any, housing: Any, deliver: Any) -> None:
    recorded(housing, "H1", AYESHA)
    bulk_record_people(organisation=police, people=[("P1", AISHA), ("P2", PersonValues(family_name="Other"))], by=BY)
    assert not LinkProposal.objects.exists()
    deliver()
    assert LinkProposal.objects.count() == 1
    propose_links(list(SourceRecord.objects.values_list("pk", flat=True)))
    assert LinkProposal.objects.count() == 1


def test_two_records_of_one_file_are_proposed_too(police: Any, deliver: Any) -> None:
    bulk_record_people(organisation=police, people=[("P1", AISHA), ("P2", AYESHA)], by=BY)
    deliver()
    assert LinkProposal.objects.count() == 1


NAMED_ONLY = PersonValues(family_name="Holroyde", given_names="Darren", sex="male")
IN_FULL = PersonValues(family_name="Holroyd", given_names="Darren", dob=date(1985, 7, 9), sex="male")


def test_a_name_alone_says_nothing_but_beside_one_woman_it_does(police: Any, housing: Any, reviewer: Any) -> None:
    hers, his = recorded(police, "P1", AISHA), recorded(police, "P2", IN_FULL)
    record_relationship(from_record=his, to_record=hers, kind="spouse", by=BY)
    named = recorded(housing, "H2", NAMED_ONLY)
    assert not LinkProposal.objects.exists()
    hers_too = recorded(housing, "H1", AYESHA)
    record_relationship(from_record=named, to_record=hers_too, kind="spouse", by=BY)
    pairs = {frozenset((p.record_a_id, p.record_b_id)): p for p in LinkProposal.objects.all()}
    assert set(pairs) == {frozenset((hers.pk, hers_too.pk)), frozenset((his.pk, named.pk))}
    assert "recorded with others who may be one person" in str(pairs[frozenset((his.pk, named.pk))].reasons)


def test_once_she_is_known_to_be_one_whoever_is_beside_her_is_looked_at(
    police: Any, housing: Any, reviewer: Any, deliver: Any
) -> None:
    """Another spelling too far to be proposed: only the link brings the two together, and then him."""
    moved = PersonValues(family_name="Hussain", given_names="Noor", dob=date(1992, 3, 27), sex="female")
    hers, his = recorded(police, "P1", AISHA), recorded(police, "P2", IN_FULL)
    hers_too, named = recorded(housing, "H1", moved), recorded(housing, "H2", NAMED_ONLY)
    other = recorded(housing, "H3", PersonValues(family_name="Vane", given_names="Laurence", sex="male"))
    for one, her in ((his, hers), (named, hers_too), (other, hers_too)):
        record_relationship(from_record=one, to_record=her, kind="spouse", by=BY)
    LinkProposal.objects.all().delete()
    decide_same(proposal=proposed(hers, hers_too), reason="Her maiden name", by=reviewer)
    deliver()
    [found] = LinkProposal.objects.filter(state=ProposalState.OPEN)
    assert {found.record_a_id, found.record_b_id} == {his.pk, named.pk}


def test_same_links_and_undo_restores(police: Any, housing: Any, reviewer: Any) -> None:
    a, b = recorded(police, "P1", AISHA), recorded(housing, "H1", AYESHA)
    before = persons(a, b)
    proposal = LinkProposal.objects.get()
    decision = decide_same(proposal=proposal, reason="Same name and birthday", by=reviewer)
    assert len(set(persons(a, b))) == 1
    assert person_of(proposal.record_a) == before[[a, b].index(proposal.record_a)]
    assert {record.pk for record in same_person_records(a)} == {a.pk, b.pk}
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.SAME
    assert proposal.decided_at is not None

    undo_link(decision=decision, reason="Another woman", by=reviewer)
    assert persons(a, b) == before
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.DIFFERENT


def test_what_happened_is_told_and_logged(police: Any, housing: Any, reviewer: Any) -> None:
    a, b = recorded(police, "P1", AISHA), recorded(housing, "H1", AYESHA)
    decision = decide_same(proposal=LinkProposal.objects.get(), reason="Same", by=reviewer)
    undo_link(decision=decision, reason="Not", by=reviewer)
    events = {e.name: e.payload for e in Event.objects.filter(name__in=("people.linked", "people.split"))}
    assert {events["people.linked"][key] for key in ("record_a", "record_b")} == {str(a.pk), str(b.pk)}
    assert events["people.linked"]["person"] == str(decision.record_a_id)
    assert {events["people.split"][key] for key in ("record_a", "record_b")} == {str(a.pk), str(b.pk)}
    verbs = set(AccessLogEntry.objects.filter(user_id=reviewer.user_id).values_list("verb", flat=True))
    assert {"decide_same", "undo_link"} <= verbs


def test_deciding_twice_changes_nothing(police: Any, housing: Any, reviewer: Any) -> None:
    recorded(police, "P1", AISHA)
    recorded(housing, "H1", AYESHA)
    proposal = LinkProposal.objects.get()
    first = decide_same(proposal=proposal, reason="Same", by=reviewer)
    assert decide_same(proposal=proposal, reason="Again", by=reviewer) == first
    undone = undo_link(decision=first, reason="No", by=reviewer)
    assert undo_link(decision=first, reason="No", by=reviewer) == undone
    assert decide_different(proposal=proposal, reason="No", by=reviewer) == undone
    assert LinkDecision.objects.count() == 2


def test_different_is_remembered_whatever_comes_later(police: Any, housing: Any, reviewer: Any) -> None:
    a, b = recorded(police, "P1", AISHA), recorded(housing, "H1", AYESHA)
    decide_different(proposal=LinkProposal.objects.get(), reason="Sisters-in-law", by=reviewer)
    LinkProposal.objects.all().delete()
    propose_links([a.pk, b.pk])
    recorded(housing, "H1", PersonValues(family_name="Khan", given_names="Aisha", dob=date(1992, 3, 27)))
    assert not LinkProposal.objects.filter(state=ProposalState.OPEN).exists()


def test_different_holds_through_a_third_record_too(
    police: Any, housing: Any, idva_service: Any, reviewer: Any
) -> None:
    a, b, c = recorded(police, "P1"), recorded(housing, "H1"), recorded(idva_service, "I1")
    decide_different(proposal=proposed(a, b), reason="Not her", by=reviewer)
    decide_same(proposal=proposed(a, c), reason="Her", by=reviewer)
    through_c = proposed(b, c)
    through_c.refresh_from_db()
    assert through_c.state == ProposalState.DIFFERENT
    with pytest.raises(NotNow, match="not the same person"):
        decide_same(proposal=through_c, reason="Her?", by=reviewer)
    LinkProposal.objects.filter(pk=through_c.pk).delete()
    assert propose_links([b.pk, c.pk]) == 0


def test_a_split_can_be_taken_back_and_decided_anew(police: Any, housing: Any, reviewer: Any) -> None:
    a, b = recorded(police, "P1"), recorded(housing, "H1")
    proposal = proposed(a, b)
    split = undo_link(decision=decide_same(proposal=proposal, reason="Yes", by=reviewer), reason="No", by=reviewer)
    with pytest.raises(NotNow):
        decide_same(proposal=proposal, reason="Yes after all", by=reviewer)
    undo_link(decision=split, reason="It was right", by=reviewer)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OPEN
    decide_same(proposal=proposal, reason="Yes after all", by=reviewer)
    assert len(set(persons(a, b))) == 1


def test_linked_records_are_not_decided_different_but_undone(police: Any, housing: Any, reviewer: Any) -> None:
    proposal = proposed(recorded(police, "P1"), recorded(housing, "H1"))
    decide_same(proposal=proposal, reason="Yes", by=reviewer)
    with pytest.raises(NotNow, match="Undo that link"):
        decide_different(proposal=proposal, reason="No", by=reviewer)


def test_a_reason_is_needed(police: Any, housing: Any, reviewer: Any) -> None:
    proposal = proposed(recorded(police, "P1"), recorded(housing, "H1"))
    with pytest.raises(BadInput):
        decide_same(proposal=proposal, reason="  ", by=reviewer)
    assert not LinkDecision.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LINK_REVIEWER])
def test_nobody_else_decides_or_sees_the_queue(role: Role, police: Any, housing: Any, someone: Any) -> None:
    proposal = proposed(recorded(police, "P1"), recorded(housing, "H1"))
    actor = someone(role, police)
    assert not open_proposals(actor)
    with pytest.raises(Unknown):
        decide_same(proposal=proposal, reason="Yes", by=actor)


def test_no_task_of_the_system_links_anyone(police: Any, housing: Any) -> None:
    a, b = recorded(police, "P1"), recorded(housing, "H1")
    with pytest.raises(Refused, match="Only a person"):
        decide_same(proposal=proposed(a, b), reason="The score says so", by=BY)
    assert persons(a, b) == [a.pk, b.pk]


def test_decisions_cannot_be_changed_or_removed(police: Any, housing: Any, reviewer: Any) -> None:
    decision = decide_same(proposal=proposed(recorded(police, "P1"), recorded(housing, "H1")), reason="Y", by=reviewer)
    with pytest.raises(DatabaseError), transaction.atomic():
        LinkDecision.objects.filter(pk=decision.pk).update(reason="Other")
    with pytest.raises(DatabaseError), transaction.atomic():
        LinkDecision.objects.filter(pk=decision.pk).delete()


def test_the_links_of_many_records_come_apart_one_by_one(
    police: Any, housing: Any, idva_service: Any, marac_team: Any, reviewer: Any
) -> None:
    records = [recorded(org, "X") for org in (police, housing, idva_service, marac_team)]
    a, b, c, d = records
    first = decide_same(proposal=proposed(a, b), reason="1", by=reviewer)
    after_one = persons(*records)
    second = decide_same(proposal=proposed(c, d), reason="2", by=reviewer)
    after_two = persons(*records)
    third = decide_same(proposal=proposed(b, c), reason="3", by=reviewer)
    assert len(set(persons(*records))) == 1
    undo_link(decision=third, reason="-3", by=reviewer)
    assert persons(*records) == after_two
    undo_link(decision=second, reason="-2", by=reviewer)
    assert persons(*records) == after_one
    undo_link(decision=first, reason="-1", by=reviewer)
    assert persons(*records) == [record.pk for record in records]


def test_an_early_link_undone_leaves_the_later_ones(
    police: Any, housing: Any, idva_service: Any, reviewer: Any
) -> None:
    a, b, c = (recorded(org, "X") for org in (police, housing, idva_service))
    first = decide_same(proposal=proposed(a, b), reason="1", by=reviewer)
    decide_same(proposal=proposed(b, c), reason="2", by=reviewer)
    undo_link(decision=first, reason="-1", by=reviewer)
    assert person_of(b) == person_of(c)
    assert person_of(a) == a.pk


def test_the_order_of_decisions_holds_with_a_clock_that_stands_still(
    police: Any, housing: Any, idva_service: Any, reviewer: Any
) -> None:
    a, b, c = (recorded(org, "X") for org in (police, housing, idva_service))
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False):
        decide_same(proposal=proposed(a, b), reason="1", by=reviewer)
        last = decide_same(proposal=proposed(b, c), reason="2", by=reviewer)
        before = LinkDecision.objects.exclude(pk=last.pk).get()
    assert last.decided_at > before.decided_at


RECORDS = [uuid.UUID(int=number) for number in range(1, 7)]
PAIRS = st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS)).filter(lambda pair: pair[0] != pair[1])


@given(st.lists(PAIRS, max_size=8))
def test_replaying_gives_persons_that_belong_to_their_records(pairs: list[tuple[uuid.UUID, uuid.UUID]]) -> None:
    person = persons_after(RECORDS, pairs)
    assert all(person[a] == person[b] for a, b in pairs)
    # Each person bears the id of one of its own records, so that nobody's place is ever taken.
    assert all(person[held] == held for held in set(person.values()))
