"""Who may know of a record: its own organisation, open matters, the link reviewer; never whoever is excluded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from wraparound.foundation.access.decisions import is_open
from wraparound.foundation.access.models import Exclusion, Facing, Involvement
from wraparound.foundation.access.services import declare_knowing_someone, exclude, lift_exclusion
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.models import User
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.foundation.people.models import Address, ContactRule, EqualityAnswer, LinkProposal, Person
from wraparound.foundation.people.queries import (
    contact_guidance,
    link_decisions,
    open_proposals,
    person_for,
    record_for,
    records_visible_to,
)
from wraparound.foundation.people.services import (
    decide_same,
    know_someone,
    record_appearance,
    record_relationship,
    undo_link,
)
from wraparound.foundation.people.tests.factories import AISHA, AYESHA, BY, matter_of, opened, proposed, recorded
from wraparound.kit.errors import Unknown

pytestmark = pytest.mark.django_db
INSIDE = sorted(WORKING_WITH_PEOPLE)
OUTSIDE = sorted(set(Role) - set(WORKING_WITH_PEOPLE))


def sees(actor: Any, record: Any) -> bool:
    record.refresh_from_db()
    with acting_as(actor):
        seen = records_visible_to(actor).filter(pk=record.pk).exists()
        try:
            person_for(actor, record.person_id)
        except Unknown:
            assert not seen
        else:
            assert seen
    return seen


@pytest.mark.parametrize("role", INSIDE)
def test_its_own_organisation_sees_a_record(role: Role, police: Any, someone: Any) -> None:
    assert sees(someone(role, police), recorded(police, "V1"))


@pytest.mark.parametrize("role", OUTSIDE)
def test_roles_that_do_not_work_with_people_see_none(role: Role, police: Any, someone: Any) -> None:
    record = recorded(police, "V1")
    # Information governance answers for its own organisation's records; nobody else of these sees one.
    assert sees(someone(role, police), record) is (role is Role.INFORMATION_GOVERNANCE)


@pytest.mark.parametrize("role", sorted(Role))
def test_another_organisation_sees_nothing(role: Role, police: Any, housing: Any, someone: Any) -> None:
    assert not sees(someone(role, housing), recorded(police, "V1"))


@pytest.mark.parametrize("role", INSIDE)
def test_an_open_matter_opens_the_record(role: Role, police: Any, housing: Any, someone: Any) -> None:
    record = recorded(police, "V1")
    matter = matter_of(police, record)
    actor = someone(role, housing)
    assert not sees(actor, record)
    opened(matter, housing)
    assert sees(actor, record)
    Involvement.objects.filter(organisation=housing).update(ends_at=timezone.now() - timedelta(seconds=1))
    assert not sees(actor, record)


def test_work_with_the_perpetrator_opens_only_what_is_not_shielded(police: Any, housing: Any, someone: Any) -> None:
    victim, perpetrator = recorded(police, "V1", AISHA), recorded(police, "P1", AYESHA)
    matter = matter_of(police, victim)
    record_appearance(matter=matter, records=perpetrator, by=BY, shielded=False)
    opened(matter, housing, facing=Facing.PERPETRATOR)
    worker = someone(Role.PRACTITIONER, housing)
    assert not sees(worker, victim)
    assert sees(worker, perpetrator)
    opened(matter, housing, given_for="referral", roles=(Role.IDVA,))
    assert sees(someone(Role.IDVA, housing), victim)
    assert not sees(worker, victim)


def test_whoever_knows_someone_sees_none_of_their_records(
    police: Any, housing: Any, idva_service: Any, someone: Any
) -> None:
    theirs, linked, unrelated = recorded(police, "V1"), recorded(housing, "H1"), recorded(housing, "H2", AYESHA)
    reviewer = someone(Role.LINK_REVIEWER, idva_service)
    decide_same(proposal=proposed(theirs, linked), reason="Same", by=reviewer)
    matter = matter_of(police, theirs)
    opened(matter, housing)
    actor, colleague = someone(Role.PRACTITIONER, housing), someone(Role.PRACTITIONER, housing)
    assert sees(actor, theirs)
    with acting_as(actor):
        declare_knowing_someone(matter=matter, by=actor)
    for record in (theirs, linked):
        # Their own organisation's record of the same person, too.
        assert not sees(actor, record)
        assert sees(colleague, record)
    assert sees(actor, unrelated)


def test_an_excluded_organisation_sees_none_either(police: Any, housing: Any, marac_team: Any, someone: Any) -> None:
    record = recorded(police, "V1")
    matter = matter_of(police, record)
    opened(matter, housing)
    opened(matter, marac_team)
    coordinator = someone(Role.MARAC_COORDINATOR, marac_team)
    exclude(matter=matter, by=coordinator, reason="Housed the perpetrator's mother", organisation=housing)
    assert not sees(someone(Role.PRACTITIONER, housing), record)
    assert sees(coordinator, record)


def test_an_exclusion_holds_in_every_matter_of_the_person_present_and_future(
    police: Any, housing: Any, idva_service: Any, someone: Any
) -> None:
    known, bystander = recorded(police, "V1", AISHA), recorded(police, "X1", AYESHA)
    first = matter_of(police, known)
    present = matter_of(police, known, bystander)
    opened(first, housing)
    actor = someone(Role.PRACTITIONER, housing)
    declare_knowing_someone(matter=first, by=actor)
    future = matter_of(police, known)
    elsewhere = matter_of(police, bystander)
    for matter in (present, future):
        assert Exclusion.objects.filter(matter=matter, user_id=actor.user_id, lifted_at=None).count() == 1
    # It follows the people of the matter in which it was declared, not everyone whom they meet.
    assert not Exclusion.objects.filter(matter=elsewhere).exists()
    opened(elsewhere, housing)
    assert sees(actor, bystander)


def test_lifting_ends_what_was_carried_but_not_what_another_exclusion_holds_up(
    police: Any, housing: Any, marac_team: Any, someone: Any
) -> None:
    ada, ben = recorded(police, "V1", AISHA), recorded(police, "V2", AYESHA)
    first, both, second = matter_of(police, ada), matter_of(police, ada, ben), matter_of(police, ben)
    actor, coordinator = someone(Role.PRACTITIONER, housing), someone(Role.MARAC_COORDINATOR, marac_team)
    for matter in (first, both, second):
        opened(matter, housing)
        opened(matter, marac_team)
    known = declare_knowing_someone(matter=first, by=actor)
    other = exclude(matter=second, by=coordinator, reason="Her uncle", user=User.objects.get(pk=actor.user_id))

    lift_exclusion(exclusion=known, by=coordinator)
    lift_exclusion(exclusion=known, by=coordinator)
    assert is_open(actor, first.pk)
    assert not is_open(actor, both.pk), "the second one's person appears in it too"
    lift_exclusion(exclusion=other, by=coordinator)
    assert is_open(actor, both.pk)
    assert is_open(actor, second.pk)


def test_an_exclusion_follows_someone_who_is_added_to_the_matter_later(police: Any, housing: Any, someone: Any) -> None:
    known, later = recorded(police, "V1", AISHA), recorded(police, "V2", AYESHA)
    first, others = matter_of(police, known), matter_of(police, later)
    opened(first, housing)
    actor = someone(Role.PRACTITIONER, housing)
    declare_knowing_someone(matter=first, by=actor)
    assert not Exclusion.objects.filter(matter=others).exists()
    record_appearance(matter=first, records=later, by=BY)
    assert Exclusion.objects.filter(matter=others, user_id=actor.user_id).exists()


def test_a_link_carries_exclusions_between_the_matters_of_both(
    police: Any, housing: Any, idva_service: Any, someone: Any
) -> None:
    a, b = recorded(police, "V1"), recorded(housing, "H1")
    first, second = matter_of(police, a), matter_of(housing, b)
    opened(first, idva_service)
    opened(second, idva_service)
    actor, reviewer = someone(Role.IDVA, idva_service), someone(Role.LINK_REVIEWER, idva_service)
    declare_knowing_someone(matter=first, by=actor)
    assert not Exclusion.objects.filter(matter=second).exists()
    decide_same(proposal=proposed(a, b), reason="Same", by=reviewer)
    assert Exclusion.objects.filter(matter=second, user_id=actor.user_id, lifted_at=None).count() == 1
    assert not sees(actor, b)


def test_an_exclusion_from_one_matter_only_is_not_carried(police: Any, housing: Any, someone: Any) -> None:
    record = recorded(police, "V1")
    first = matter_of(police, record)
    opened(first, housing)
    actor = someone(Role.PRACTITIONER, housing)
    Exclusion.objects.create(matter=first, user_id=actor.user_id, follows_people=False)
    second = matter_of(police, record)
    assert not Exclusion.objects.filter(matter=second).exists()


def test_the_link_reviewer_sees_pairs_only(police: Any, housing: Any, marac_team: Any, someone: Any) -> None:
    a, b, alone = recorded(police, "V1"), recorded(housing, "H1"), recorded(police, "V2", AYESHA)
    LinkProposal.objects.exclude(pk=proposed(a, b).pk).delete()
    reviewer = someone(Role.LINK_REVIEWER, marac_team)
    assert sees(reviewer, a)
    assert sees(reviewer, b)
    assert not sees(reviewer, alone)
    assert contact_guidance(reviewer, a).channels == ()


def test_a_reviewer_who_knows_someone_is_closed_out_at_once(
    police: Any, housing: Any, marac_team: Any, someone: Any
) -> None:
    a, b = recorded(police, "V1"), recorded(housing, "H1")
    matter = matter_of(police, a)
    reviewer, colleague = someone(Role.LINK_REVIEWER, marac_team), someone(Role.LINK_REVIEWER, marac_team)
    proposal = proposed(a, b)
    know_someone(proposal=proposal, by=reviewer)
    assert not open_proposals(reviewer)
    assert list(open_proposals(colleague)) == [proposal]
    assert Exclusion.objects.filter(matter=matter, user_id=reviewer.user_id).exists()
    assert not sees(reviewer, a)
    with pytest.raises(Unknown):
        decide_same(proposal=proposal, reason="Yes", by=reviewer)


def test_a_pair_without_any_matter_is_left_to_a_colleague_too(
    police: Any, housing: Any, marac_team: Any, someone: Any
) -> None:
    proposal = proposed(recorded(police, "V1"), recorded(housing, "H1"))
    reviewer = someone(Role.LINK_REVIEWER, marac_team)
    know_someone(proposal=proposal, by=reviewer)
    assert not open_proposals(reviewer)
    assert not sees(reviewer, proposal.record_a)


def test_decisions_on_people_whom_the_reviewer_knows_are_gone_from_the_history(
    police: Any, housing: Any, marac_team: Any, someone: Any
) -> None:
    a, b = recorded(police, "V1"), recorded(housing, "H1")
    reviewer = someone(Role.LINK_REVIEWER, marac_team)
    decision = decide_same(proposal=proposed(a, b), reason="Yes", by=reviewer)
    assert list(link_decisions(reviewer)) == [decision]
    matter = matter_of(police, a)
    Exclusion.objects.create(matter=matter, user_id=reviewer.user_id)
    assert not link_decisions(reviewer)
    with pytest.raises(Unknown):
        undo_link(decision=decision, reason="No", by=reviewer)


def test_what_hangs_on_a_record_is_visible_with_it(police: Any, housing: Any, someone: Any) -> None:
    from wraparound.foundation.access.decisions import visible
    from wraparound.foundation.people.models import Relationship

    victim, other = recorded(police, "V1", AISHA), recorded(police, "P1", AYESHA)
    record_relationship(from_record=other, to_record=victim, kind="sibling", by=BY)
    matter_of(police, victim)
    inside, outside = someone(Role.PRACTITIONER, police), someone(Role.PRACTITIONER, housing)
    reviewer, governance = someone(Role.LINK_REVIEWER, police), someone(Role.INFORMATION_GOVERNANCE, police)
    for model in (Address, ContactRule, EqualityAnswer, Relationship):
        with acting_as(inside):
            assert visible(inside, model.objects.all()).exists()
        for actor in (outside, reviewer, governance):
            with acting_as(actor):
                assert not visible(actor, model.objects.all()).exists()


def test_unknown_is_said_of_a_hidden_record_and_of_none(police: Any, housing: Any, someone: Any) -> None:
    record = recorded(police, "V1")
    actor = someone(Role.PRACTITIONER, housing)
    sentences = set()
    for pk in (record.pk, Person().pk):
        with pytest.raises(Unknown) as stopped:
            record_for(actor, pk)
        sentences.add(stopped.value.sentence)
        with pytest.raises(Unknown) as stopped:
            person_for(actor, pk)
        sentences.add(stopped.value.sentence)
    assert len(sentences) == 1
