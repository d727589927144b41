"""Contact rules, addresses, equality answers and relationships, as people write them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from wraparound.foundation.access.models import AccessLogEntry
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.models import User
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import (
    Address,
    ContactRule,
    EqualityAnswer,
    LinkDecision,
    Relationship,
    SourceRecord,
)
from wraparound.foundation.people.queries import contact_guidance, held_addresses, held_addresses_of_matter
from wraparound.foundation.people.services import (
    ChannelValues,
    add_address,
    add_contact_rule,
    confirm_contact_rule,
    name_address_reader,
    own_record_for,
    record_relationship,
    record_try,
    set_equality_answer,
    type_address,
    undo_link,
)
from wraparound.foundation.people.tests.factories import AISHA, AYESHA, BY, matter_of, opened, person_of, recorded
from wraparound.kit.errors import BadInput, NotNow, Refused, Unknown

pytestmark = pytest.mark.django_db
MOBILE = ChannelValues("phone", "07700 900123", "safe", times="09:30 to 14:30")


@pytest.fixture
def idva(someone: Any, idva_service: Any) -> Any:
    return someone(Role.IDVA, idva_service)


@pytest.fixture
def seen(police: Any, idva_service: Any) -> SourceRecord:
    """The police's record of a victim, open to the IDVA service."""
    record = recorded(police, "V1")
    opened(matter_of(police, record), idva_service)
    return record


class TestContact:
    def test_a_rule_replaces_what_was_said_of_the_same_channel(self, police: Any, someone: Any) -> None:
        record, by = recorded(police, "V1"), someone(Role.PRACTITIONER, police)
        rule = add_contact_rule(record=record, rule=MOBILE, by=by)
        assert rule.confirmed_by_id == by.user_id
        assert ContactRule.objects.filter(record=record, ended_at=None).get() == rule
        assert ContactRule.objects.filter(record=record).count() == 2
        assert add_contact_rule(record=record, rule=MOBILE, by=by) == rule

    @pytest.mark.parametrize(
        ("rule", "field"),
        [
            (replace(MOBILE, value=""), "value"),
            (replace(MOBILE, value="call her"), "value"),
            (replace(MOBILE, channel="pigeon"), "channel"),
            (replace(MOBILE, safety="maybe"), "channel"),
        ],
    )
    def test_what_cannot_be_taken(self, rule: ChannelValues, field: str, police: Any, someone: Any) -> None:
        with pytest.raises(BadInput) as stopped:
            add_contact_rule(record=recorded(police, "V1"), rule=rule, by=someone(Role.PRACTITIONER, police))
        assert stopped.value.field == field

    def test_all_letters_may_be_called_unsafe(self, police: Any, someone: Any) -> None:
        by = someone(Role.PRACTITIONER, police)
        add_contact_rule(record=recorded(police, "V1"), rule=ChannelValues("letter", "", "unsafe"), by=by)

    def test_only_its_own_organisation_changes_a_record(self, seen: SourceRecord, idva: Any) -> None:
        with pytest.raises(Refused):
            add_contact_rule(record=seen, rule=MOBILE, by=idva)
        with pytest.raises(Refused):
            confirm_contact_rule(rule=ContactRule.objects.get(), by=idva)

    def test_what_is_not_known_cannot_be_confirmed(self, police: Any, someone: Any) -> None:
        recorded(police, "V1")
        with pytest.raises(NotNow):
            confirm_contact_rule(rule=ContactRule.objects.get(), by=someone(Role.PRACTITIONER, police))

    def test_the_idva_tries_once(self, seen: SourceRecord, idva: Any, someone: Any, police: Any) -> None:
        rule = ContactRule.objects.get()
        assert contact_guidance(idva, seen).may_try
        officer = someone(Role.PRACTITIONER, police)
        assert not contact_guidance(officer, seen).may_try
        with pytest.raises(Refused):
            record_try(rule=rule, by=officer)
        record_try(rule=rule, by=idva)
        assert not contact_guidance(idva, seen).may_try
        with pytest.raises(NotNow):
            record_try(rule=rule, by=idva)
        assert AccessLogEntry.objects.filter(verb="try_contact", user_id=idva.user_id).count() == 1

    def test_the_referrer_agreed_with_the_idva_may_try(self, police: Any, someone: Any) -> None:
        record, referrer = recorded(police, "V1"), someone(Role.PRACTITIONER, police)
        assert contact_guidance(referrer, record, agreed_referrer=referrer.user_id).may_try
        assert not contact_guidance(
            someone(Role.PRACTITIONER, police), record, agreed_referrer=referrer.user_id
        ).may_try
        record_try(rule=ContactRule.objects.get(), by=referrer, agreed_referrer=referrer.user_id)

    def test_unsafe_on_a_record_that_one_does_not_see_blocks(
        self, seen: SourceRecord, idva: Any, housing: Any, someone: Any
    ) -> None:
        from wraparound.foundation.people.services import decide_same
        from wraparound.foundation.people.tests.factories import proposed

        hidden = recorded(housing, "H1", replace(AISHA, phones=(("07700 900123", "unsafe"),)))
        decide_same(proposal=proposed(seen, hidden), reason="Same", by=someone(Role.LINK_REVIEWER, housing))
        seen.refresh_from_db()
        with acting_as(idva):
            guidance = contact_guidance(idva, seen)
        assert [advice.may_try_once for advice in guidance.channels] == [False]

    def test_guidance_is_for_those_who_see_the_record(self, police: Any, housing: Any, someone: Any) -> None:
        with pytest.raises(Unknown):
            contact_guidance(someone(Role.PRACTITIONER, housing), recorded(police, "V1"))


class TestOwnRecord:
    def test_it_is_begun_once_linked_and_appears_in_the_same_matters(self, seen: SourceRecord, idva: Any) -> None:
        with acting_as(idva):
            own = own_record_for(person=seen.person, by=idva)
            assert own_record_for(person=seen.person, by=idva) == own
        assert own.organisation_id == idva.organisation_id
        assert own.person_id == seen.person_id
        assert (own.full_name, own.dob) == (seen.full_name, seen.dob)
        assert own.appearances.count() == 1
        assert not Address.objects.filter(record=own).exists()

    def test_its_contact_rule_counts_for_everyone_in_the_matter(
        self, seen: SourceRecord, idva: Any, someone: Any, police: Any
    ) -> None:
        officer = someone(Role.PRACTITIONER, police)
        own = own_record_for(person=seen.person, by=idva)
        add_contact_rule(record=own, rule=replace(MOBILE, safety="unsafe", note="he holds it"), by=idva)
        assert "Never by telephone (he holds it)" in contact_guidance(officer, seen).sentence
        add_contact_rule(record=own, rule=MOBILE, by=idva)
        assert contact_guidance(officer, seen).is_safe

    def test_the_link_reviewer_can_undo_it(self, seen: SourceRecord, idva: Any, someone: Any, police: Any) -> None:
        own = own_record_for(person=seen.person, by=idva)
        undo_link(decision=LinkDecision.objects.get(), reason="Another", by=someone(Role.LINK_REVIEWER, police))
        assert person_of(own) == own.pk

    def test_nobody_begins_one_for_someone_unseen(self, police: Any, housing: Any, someone: Any) -> None:
        record = recorded(police, "V1")
        with pytest.raises(Unknown):
            own_record_for(person=record.person, by=someone(Role.PRACTITIONER, housing))


class TestAddresses:
    def test_unconfirmed_until_a_person_types_it(self, seen: SourceRecord, idva: Any) -> None:
        address = Address.objects.get()
        assert address.kind == "unconfirmed"
        type_address(address=address, kind="shared", by=idva)
        address.refresh_from_db()
        assert (address.kind, address.typed_by_id) == ("shared", idva.user_id)

    @pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.MARAC_REPRESENTATIVE, Role.MARAC_CHAIR])
    def test_others_in_the_matter_may_not(
        self, role: Role, seen: SourceRecord, idva_service: Any, someone: Any
    ) -> None:
        with pytest.raises(Refused):
            type_address(address=Address.objects.get(), kind="safe", by=someone(role, idva_service))

    def test_only_its_own_organisation_takes_back_that_it_is_confidential(
        self, seen: SourceRecord, idva: Any, someone: Any, police: Any
    ) -> None:
        address = Address.objects.get()
        officer = someone(Role.PRACTITIONER, police)
        type_address(address=address, kind="confidential", by=officer)
        with pytest.raises(Refused):
            type_address(address=Address.objects.get(), kind="safe", by=idva)
        type_address(address=Address.objects.get(), kind="safe", by=officer)

    def test_a_new_one_ends_the_one_before(self, police: Any, someone: Any) -> None:
        record, by = recorded(police, "V1"), someone(Role.PRACTITIONER, police)
        made = add_address(record=record, lines="Refuge", postcode="zz1 1zz", kind="confidential", by=by)
        assert add_address(record=record, lines="Refuge", postcode="ZZ1 1ZZ", kind="confidential", by=by) == made
        assert Address.objects.filter(record=record, ended_at=None).get() == made
        with pytest.raises(BadInput):
            add_address(record=record, lines=" ", postcode="", kind="safe", by=by)

    def test_readers_are_named_with_a_reason(self, police: Any, someone: Any) -> None:
        recorded(police, "V1")
        by = someone(Role.PRACTITIONER, police)
        address, user = Address.objects.get(), User.objects.get(pk=by.user_id)
        with pytest.raises(BadInput):
            name_address_reader(address=address, user=user, reason="", by=by)
        name_address_reader(address=address, user=user, reason="To type it", by=by)
        [held] = held_addresses(record_ids=[address.record_id])
        assert held.readers == {str(by.user_id)}

    def test_a_confidential_one_is_opened_by_few(self, police: Any, someone: Any) -> None:
        recorded(police, "V1", replace(AISHA, address_kind="confidential"))
        officer = someone(Role.PRACTITIONER, police)
        address, user = Address.objects.get(), User.objects.get(pk=officer.user_id)
        with pytest.raises(Refused):
            name_address_reader(address=address, user=user, reason="Curious", by=officer)
        name_address_reader(address=address, user=user, reason="Escort", by=someone(Role.AGENCY_LEAD, police))

    def test_redaction_knows_every_address_of_everyone_in_a_matter(
        self, seen: SourceRecord, idva: Any, someone: Any
    ) -> None:
        with acting_as(idva):
            own = own_record_for(person=seen.person, by=idva)
            add_address(record=own, lines="1 Hidden Close", postcode="ZZ9 9ZZ", kind="confidential", by=idva)
        matter_id = seen.appearances.get().matter_id
        with acting_as(someone(Role.PRACTITIONER, seen.organisation)):
            assert {held.lines for held in held_addresses_of_matter(matter_id)} == {"14 Larch Road", "1 Hidden Close"}


class TestEquality:
    def test_a_later_answer_replaces_the_one_before_which_stays(self, police: Any, someone: Any) -> None:
        record, by = recorded(police, "V1"), someone(Role.PRACTITIONER, police)
        answer = set_equality_answer(
            record=record, characteristic="ethnicity", state="known", code="13", said_by="self", by=by
        )
        again = set_equality_answer(
            record=record, characteristic="ethnicity", state="known", code="13", said_by="self", by=by
        )
        assert answer == again
        assert [a.code for a in EqualityAnswer.objects.filter(replaced_at=None)] == ["13"]
        assert EqualityAnswer.objects.count() == 2

    @pytest.mark.parametrize("state", ["not_asked", "declined", "not_known"])
    def test_why_nothing_is_known_is_four_different_things(self, state: str, police: Any, someone: Any) -> None:
        answer = set_equality_answer(
            record=recorded(police, "V1"),
            characteristic="ethnicity",
            state=state,
            code="13",
            by=someone(Role.PRACTITIONER, police),
        )
        assert (answer.state, answer.code) == (state, "")

    @pytest.mark.parametrize(
        ("characteristic", "state", "code"),
        [("ethnicity", "known", "99"), ("ethnicity", "known", ""), ("ethnicity", "x", ""), ("shoe_size", "known", "1")],
    )
    def test_what_is_not_in_the_list(
        self, characteristic: str, state: str, code: str, police: Any, someone: Any
    ) -> None:
        with pytest.raises(BadInput):
            set_equality_answer(
                record=recorded(police, "V1"),
                characteristic=characteristic,
                state=state,
                code=code,
                by=someone(Role.PRACTITIONER, police),
            )

    def test_another_organisations_answers_stay(self, seen: SourceRecord, idva: Any) -> None:
        with pytest.raises(Refused):
            set_equality_answer(record=seen, characteristic="ethnicity", state="declined", by=idva)


class TestRelationships:
    def test_the_limb_is_computed_and_kept_with_its_reason(self, police: Any) -> None:
        a, b = recorded(police, "P1", AYESHA), recorded(police, "V1")
        made = record_relationship(from_record=a, to_record=b, kind="spouse", ended="yes", by=BY)
        assert (made.limb, made.rule_version) == ("a", "Domestic Abuse Act 2021, s2(1)")
        assert "they were married" in made.limb_reason
        again = record_relationship(from_record=a, to_record=b, kind="spouse", ended="no", by=BY)
        assert again.pk == made.pk
        assert "they are married" in Relationship.objects.get().limb_reason

    def test_nobody_is_related_to_themselves(self, police: Any) -> None:
        record = recorded(police, "V1")
        with pytest.raises(BadInput):
            record_relationship(from_record=record, to_record=record, kind="spouse", by=BY)

    def test_one_of_the_two_is_of_the_own_organisation(self, police: Any, idva: Any) -> None:
        a, b = recorded(police, "P1", AYESHA), recorded(police, "V1")
        with pytest.raises(Refused):
            record_relationship(from_record=a, to_record=b, kind="spouse", by=idva)
