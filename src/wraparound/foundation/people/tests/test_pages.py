"""The pages, as their readers meet them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wraparound.foundation.access.models import AccessLogEntry, Facing
from wraparound.foundation.access.redaction import WITHHELD
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import (
    Address,
    AddressReader,
    ContactRule,
    EqualityAnswer,
    Relationship,
    SourceRecord,
)
from wraparound.foundation.people.panels import PersonPanel, person_panels
from wraparound.foundation.people.services import (
    ChannelValues,
    add_contact_rule,
    decide_same,
    record_appearance,
    record_relationship,
    type_address,
)
from wraparound.foundation.people.tests.factories import AISHA, AYESHA, BY, matter_of, opened, proposed, recorded
from wraparound.foundation.people.tests.pages import page, text_of, url

pytestmark = pytest.mark.django_db


SEES_NO_PEOPLE = (Role.ADMINISTRATOR, Role.REGIONAL_ADMINISTRATOR, Role.ANALYST)


class TestPerson:
    def test_contact_safety_comes_before_everything_else(self, police: Any, officer: Any, client_for: Any) -> None:
        record = recorded(police, "V1")
        html = client_for(officer).get(page(record)).content.decode()
        assert "Nothing is known to be safe. Contact through the IDVA." in html
        assert html.index("app-safety") < html.index("<h1")

    def test_it_says_who_says_so_in_words(
        self, police: Any, housing: Any, reviewer: Any, officer: Any, client_for: Any
    ) -> None:
        a, b = recorded(police, "V1", AISHA), recorded(housing, "H1", AYESHA)
        decide_same(proposal=proposed(a, b), reason="Same", by=reviewer)
        opened(matter_of(housing, b), police)
        said = text_of(client_for(officer).get(page(a)))
        assert "same birthday, names that sound the same" in said
        assert "Not the same person" not in said
        said = text_of(client_for(reviewer).get(page(a)))
        assert "Not the same person" in said
        assert "How to reach them" not in said
        assert "07700" not in said

    def test_only_visible_records_are_on_it(
        self, police: Any, housing: Any, reviewer: Any, officer: Any, client_for: Any
    ) -> None:
        a, b = recorded(police, "V1", AISHA), recorded(housing, "H-SECRET", replace(AYESHA, aliases=("Hidden Name",)))
        decide_same(proposal=proposed(a, b), reason="Same", by=reviewer)
        said = text_of(client_for(officer).get(page(a)))
        assert "V1" in said
        assert "H-SECRET" not in said
        assert "Hidden Name" not in said

    @pytest.mark.parametrize("role", sorted(Role))
    def test_another_organisations_person_is_not_found(
        self, role: Role, police: Any, housing: Any, someone: Any, client_for: Any
    ) -> None:
        client = client_for(someone(role, housing))
        hidden, missing = client.get(page(recorded(police, "V1"))), client.get(url("person", uuid4()))
        assert hidden.status_code == missing.status_code
        assert hidden.status_code == (403 if role in SEES_NO_PEOPLE else 404)

    def test_an_old_address_leads_to_the_person_of_now(
        self, police: Any, housing: Any, reviewer: Any, client_for: Any
    ) -> None:
        proposal = proposed(recorded(police, "V1"), recorded(housing, "H1"))
        decide_same(proposal=proposal, reason="Same", by=reviewer)
        response = client_for(reviewer).get(url("person", proposal.record_b_id))
        assert response.status_code == 302
        assert response["Location"] == url("person", proposal.record_a_id)

    def test_each_look_is_logged(self, police: Any, officer: Any, client_for: Any) -> None:
        record = recorded(police, "V1")
        client_for(officer).get(page(record))
        looks = AccessLogEntry.objects.filter(verb="see", thing_kind="people.Person", thing_id=str(record.person_id))
        assert looks.get().user_id == officer.user_id

    @pytest.mark.parametrize(
        ("role", "shown"), [(Role.AGENCY_LEAD, True), (Role.INFORMATION_GOVERNANCE, True), (Role.PRACTITIONER, False)]
    )
    def test_who_has_looked_is_for_those_who_answer_for_it(
        self, role: Role, shown: bool, police: Any, idva_service: Any, someone: Any, client_for: Any
    ) -> None:
        record = recorded(police, "V1")
        opened(matter_of(police, record), idva_service)
        client_for(someone(Role.PRACTITIONER, police, name="Olu Officer")).get(page(record))
        client_for(someone(Role.IDVA, idva_service, name="Ida Advocate")).get(page(record))
        said = text_of(client_for(someone(role, police)).get(page(record)))
        assert ("Olu Officer" in said) is shown
        assert "Ida Advocate" not in said  # another organisation's look is not theirs to see

    def test_information_governance_sees_no_contact_details(self, police: Any, someone: Any, client_for: Any) -> None:
        record = recorded(police, "V1")
        said = text_of(client_for(someone(Role.INFORMATION_GOVERNANCE, police)).get(page(record)))
        assert "Aisha Khan" in said
        for secret in ("07700", "Larch", "Pakistani", "How to reach"):
            assert secret not in said

    def test_what_any_record_knows_of_the_language_is_told(self, police: Any, officer: Any, client_for: Any) -> None:
        record = recorded(police, "V1", replace(AISHA, language="ur", interpreter_needed=True))
        assert "Language Urdu, interpreter needed" in text_of(client_for(officer).get(page(record)))

    def test_equality_says_what_was_not_asked(self, police: Any, officer: Any, client_for: Any) -> None:
        said = text_of(client_for(officer).get(page(recorded(police, "V1"))))
        assert "Pakistani" in said
        assert "Disability Not asked" in said

    def test_relationships_are_drawn_and_told(self, police: Any, officer: Any, client_for: Any) -> None:
        victim, other = recorded(police, "V1"), recorded(police, "P1", replace(AYESHA, given_names="Imran"))
        record_relationship(from_record=other, to_record=victim, kind="spouse", ended="yes", by=BY)
        response = client_for(officer).get(page(victim))
        said = text_of(response)
        assert "<svg" in response.content.decode()
        assert "Imran Kahn Spouse, ended Aisha Khan" in said
        assert "s2(1)(a)" in said

    def test_apps_above_contribute_panels(self, police: Any, officer: Any, client_for: Any) -> None:
        record = recorded(police, "V1")
        seen: list[Any] = []

        def panel(actor: Any, ids: Any) -> PersonPanel:
            seen.extend(ids)
            return PersonPanel("Roles in test cases", ["Case"], [["B-1 <script>"]])

        person_panels.add("test.panel", panel)
        try:
            html = client_for(officer).get(page(record)).content.decode()
        finally:
            person_panels._entries.pop("test.panel")
        assert "Roles in test cases" in html
        assert "<script>" not in html.split("Roles in test cases")[1]
        assert seen == [record.pk]

    def test_a_name_that_is_markup_is_text(self, police: Any, officer: Any, client_for: Any) -> None:
        record = recorded(police, "V1", replace(AISHA, family_name="<b>O'Brien</b>"))
        assert "<b>O" not in client_for(officer).get(page(record)).content.decode()

    def test_twice_the_records_take_no_more_queries(
        self,
        police: Any,
        housing: Any,
        idva_service: Any,
        marac_team: Any,
        reviewer: Any,
        officer: Any,
        client_for: Any,
    ) -> None:
        first = recorded(police, "V1")
        client, counts = client_for(officer), []
        client.get(page(first))
        for organisations in ((housing,), (idva_service, marac_team)):
            for organisation in organisations:
                other = recorded(organisation, "X", AISHA)
                decide_same(proposal=proposed(first, other), reason="Same", by=reviewer)
                opened(matter_of(organisation, other), police)
            address = page(first)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]
        assert counts[0] <= 34  # on PostgreSQL, telling the wall who asks counts too


class TestRedaction:
    SECRET = "9 Rowan Refuge"

    @pytest.fixture
    def planted(self, police: Any) -> SourceRecord:
        record = recorded(
            police, "V1", replace(AISHA, address_lines=self.SECRET, postcode="ZZ9 9ZZ", address_kind="confidential")
        )
        rule = ChannelValues("letter", self.SECRET, "safe", note=f"not at {self.SECRET.upper()}, ZZ99ZZ")
        add_contact_rule(record=record, rule=rule, by=BY)
        return record

    @pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.IDVA, Role.AGENCY_LEAD, Role.MARAC_COORDINATOR])
    def test_a_confidential_address_is_nowhere_on_any_page(
        self, role: Role, planted: SourceRecord, police: Any, someone: Any, client_for: Any
    ) -> None:
        client = client_for(someone(role, police))
        address = Address.objects.get()
        pages = [page(planted), url("address-type", address.pk), url("contact-add", planted.person_id)]
        for path in pages:
            said = text_of(client.get(path))
            for secret in (self.SECRET, self.SECRET.upper(), "ZZ9 9ZZ", "ZZ99ZZ"):
                assert secret not in said, path
        assert WITHHELD in text_of(client.get(pages[0]))

    def test_whoever_is_named_reads_it(self, planted: SourceRecord, police: Any, someone: Any, client_for: Any) -> None:
        actor = someone(Role.AGENCY_LEAD, police)
        AddressReader.objects.create(
            address=Address.objects.get(), user_id=actor.user_id, named_by_id=actor.user_id, reason="Escort"
        )
        assert self.SECRET in text_of(client_for(actor).get(page(planted)))

    def test_an_unconfirmed_one_is_protected_until_it_is_typed(
        self, police: Any, officer: Any, client_for: Any
    ) -> None:
        record, client = recorded(police, "V1"), client_for(officer)
        assert "Larch" not in text_of(client.get(page(record)))
        type_address(address=Address.objects.get(), kind="shared", by=officer)
        assert "14 Larch Road, B11 1AA" in text_of(client.get(page(record)))

    def test_work_with_the_perpetrator_reads_no_address(
        self, police: Any, housing: Any, officer: Any, someone: Any, client_for: Any
    ) -> None:
        record = recorded(police, "P1")
        type_address(address=Address.objects.get(), kind="safe", by=officer)
        matter = matter_of(police)
        record_appearance(matter=matter, records=record, by=BY, shielded=False)
        opened(matter, housing, facing=Facing.PERPETRATOR)
        assert "Larch" not in text_of(client_for(someone(Role.PRACTITIONER, housing)).get(page(record)))


class TestForms:
    @pytest.fixture
    def idva(self, someone: Any, idva_service: Any) -> Any:
        return someone(Role.IDVA, idva_service)

    @pytest.fixture
    def record(self, police: Any, idva_service: Any) -> SourceRecord:
        held = recorded(police, "V1")
        opened(matter_of(police, held, recorded(police, "P1", replace(AYESHA, given_names="Imran"))), idva_service)
        return held

    def test_a_contact_rule_goes_on_ones_own_record(self, record: SourceRecord, idva: Any, client_for: Any) -> None:
        client, path = client_for(idva), url("contact-add", record.person_id)
        assert client.get(path).status_code == 200
        sent = {"channel": "phone", "value": "07700 900555", "safety": "safe", "times": "mornings", "voicemail": "no"}
        response = client.post(path, sent)
        assert response["Location"] == page(record) + "#contact"
        rule = ContactRule.objects.get(value="07700 900555")
        assert rule.record.organisation_id == idva.organisation_id
        said = text_of(client.get(page(record)))
        assert "Contact safety: Telephone, mornings, no voicemail." in said
        assert "I made the call" not in said  # a safe way is known now

    def test_what_is_wrong_is_said_beside_the_field(self, record: SourceRecord, idva: Any, client_for: Any) -> None:
        sent = {"channel": "phone", "value": "", "safety": "safe"}
        response = client_for(idva).post(url("contact-add", record.person_id), sent)
        assert response.status_code == 200
        assert "Give the number or address that this is about." in text_of(response)
        assert ContactRule.objects.count() == 1
        assert SourceRecord.objects.count() == 2

    def test_the_one_call_is_logged_from_the_page(self, record: SourceRecord, idva: Any, client_for: Any) -> None:
        client = client_for(idva)
        rule = ContactRule.objects.get(record=record)
        assert "I made the call" in text_of(client.get(page(record)))
        assert client.post(url("contact-tried", rule.pk)).status_code == 302
        assert "I made the call" not in text_of(client.get(page(record)))
        assert client.post(url("contact-tried", rule.pk)).status_code == 409

    def test_a_rule_is_confirmed_from_the_page(self, police: Any, officer: Any, client_for: Any) -> None:
        record = recorded(police, "V1", replace(AISHA, phones=(("07700 900123", "safe"),)))
        client = client_for(officer)
        assert "It still holds" in text_of(client.get(page(record)))
        client.post(url("contact-confirm", ContactRule.objects.get().pk))
        assert ContactRule.objects.get().confirmed_by_id == officer.user_id

    def test_an_address_is_typed_after_it_is_read_with_a_reason(
        self, police: Any, officer: Any, client_for: Any
    ) -> None:
        recorded(police, "V1")
        client, address = client_for(officer), Address.objects.get()
        path = url("address-type", address.pk)
        assert WITHHELD in text_of(client.get(path))
        assert "shown to you from now on" in text_of(client.get(url("address-read", address.pk)))
        assert client.post(url("address-read", address.pk), {"reason": "To say what it is"})["Location"] == path
        assert "14 Larch Road" in text_of(client.get(path))
        client.post(path, {"kind": "unsafe_area"})
        address.refresh_from_db()
        assert address.kind == "unsafe_area"

    def test_each_kind_of_address_is_explained(self, police: Any, officer: Any, client_for: Any) -> None:
        recorded(police, "V1")
        said = text_of(client_for(officer).get(url("address-type", Address.objects.get().pk)))
        for words in ("A refuge", "perpetrator lives there", "Nobody has said what it is", "Post and visits are safe"):
            assert words in said

    def test_a_new_address(self, police: Any, officer: Any, client_for: Any) -> None:
        record = recorded(police, "V1")
        sent = {"lines": "3 New Street", "postcode": "B1 1AA", "kind": "safe"}
        assert client_for(officer).post(url("address-add", record.person_id), sent).status_code == 302
        assert Address.objects.get(ended_at=None).lines == "3 New Street"

    @pytest.mark.parametrize(
        ("sent", "code"),
        [
            ({"state": "known", "code": "6", "said_by": "self"}, "6"),
            ({"state": "declined", "code": "6", "said_by": "self"}, ""),
        ],
    )
    def test_ethnic_groups_of_the_census(
        self, sent: dict[str, str], code: str, police: Any, officer: Any, client_for: Any
    ) -> None:
        record, client = recorded(police, "V1"), client_for(officer)
        path = url("equality", record.person_id, "ethnicity")
        assert len(re.findall(r"<option value=\"\d+\"", client.get(path).content.decode())) == 19
        assert client.post(path, sent).status_code == 302
        answer = EqualityAnswer.objects.get(replaced_at=None)
        assert (answer.state, answer.code, answer.said_by) == (sent["state"], code, "self")

    @pytest.mark.parametrize(
        "characteristic", ["disability", "religion", "sexual_orientation", "gender_identity", "pregnancy"]
    )
    def test_every_characteristic_can_be_asked_about(
        self, characteristic: str, police: Any, officer: Any, client_for: Any
    ) -> None:
        path = url("equality", recorded(police, "V1").person_id, characteristic)
        client = client_for(officer)
        assert client.get(path).status_code == 200
        assert client.post(path, {"state": "not_known", "said_by": "professional"}).status_code == 302

    def test_a_characteristic_that_is_none(self, police: Any, officer: Any, client_for: Any) -> None:
        assert client_for(officer).get(url("equality", recorded(police, "V1").person_id, "shoes")).status_code == 404

    def test_a_relationship_to_someone_in_the_same_case(self, record: SourceRecord, idva: Any, client_for: Any) -> None:
        client, path = client_for(idva), url("relationship-add", record.person_id)
        other = SourceRecord.objects.get(external_ref="P1")
        assert "Imran Kahn" in text_of(client.get(path))
        sent = {"other": str(other.pk), "direction": "to", "kind": "sibling", "ended": "no"}
        assert client.post(path, sent).status_code == 302
        made = Relationship.objects.get()
        assert (made.from_record_id, made.limb) == (other.pk, "g")
        assert made.to_record.organisation_id == idva.organisation_id

    def test_nobody_from_elsewhere_can_be_named(
        self, record: SourceRecord, idva: Any, police: Any, client_for: Any
    ) -> None:
        stranger = recorded(police, "V9")
        sent = {"other": str(stranger.pk), "direction": "to", "kind": "sibling"}
        assert client_for(idva).post(url("relationship-add", record.person_id), sent).status_code == 200
        assert not Relationship.objects.exists()

    @pytest.mark.parametrize("name", ["contact-add", "address-add", "relationship-add"])
    def test_forms_about_someone_unseen_are_not_found(
        self, name: str, police: Any, housing: Any, someone: Any, client_for: Any
    ) -> None:
        client = client_for(someone(Role.PRACTITIONER, housing))
        path = url(name, recorded(police, "V1").person_id)
        assert client.get(path).status_code == client.post(path, {}).status_code == 404
        assert SourceRecord.objects.count() == 1
