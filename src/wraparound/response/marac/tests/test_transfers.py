"""A case moves to another area's MARAC, or comes from one: one record, what is lawful, and nothing that finds her."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.rulesets.models import RuleSet
from wraparound.kit.errors import BadInput, ChangedMeanwhile, NotNow, Refused
from wraparound.response.marac.models import Referral, Transfer
from wraparound.response.marac.presenters.transfers import pack_of, transfer_shown
from wraparound.response.marac.queries.transfers import transfers_visible_to
from wraparound.response.marac.services import transfers
from wraparound.response.marac.services.transfers import TransferValues
from wraparound.response.marac.tests import factories

pytestmark = pytest.mark.django_db

OUT = TransferValues(
    other_area="Larchshire",
    other_marac="Larchshire MARAC",
    other_contact="J. Penn, marac@larchshire.invalid",
    move="permanent",
    reason="She has a flat with her sister there.",
    contents=("people", "referral", "risk", "minutes", "plan"),
    why_contents="They hear it on Thursday, and the plan is half done.",
    lawful_basis="public_task",
)
IN = TransferValues(
    other_area="Larchshire",
    reason="She moved to her aunt.",
    lawful_basis="public_task",
    contents=("minutes",),
    heard_there_on=date(2026, 1, 15),
)


@pytest.fixture(autouse=True)
def _on_a_monday_in_march(time_machine: Any) -> None:
    time_machine.move_to("2026-03-02T09:00:00Z")


@pytest.fixture
def referral(officer: Actor, deliver: Any) -> Referral:
    made = factories.refer(officer)
    deliver()
    return made


def prepare(referral: Referral, by: Actor, **changes: Any) -> Transfer:
    with acting_as(by):
        return transfers.prepare_transfer(referral=referral, values=replace(OUT, **changes), by=by)


def send(transfer: Transfer, by: Actor) -> Transfer:
    with acting_as(by):
        return transfers.send_transfer(transfer=transfer, pack=pack_of(by, transfer), version=transfer.version, by=by)


def test_one_record_from_preparing_to_receipt(referral: Referral, coordinator: Actor, idva: Actor) -> None:
    made = prepare(referral, coordinator)
    assert prepare(referral, coordinator) == made
    with pytest.raises(NotNow, match="on its way already"):
        prepare(referral, coordinator, other_area="Elsewhere")
    sent = send(made, coordinator)
    assert send(sent, coordinator).version == sent.version
    with acting_as(coordinator):
        with pytest.raises(BadInput):
            transfers.confirm_receipt(transfer=sent, received_by=" ", version=sent.version, by=coordinator)
        with pytest.raises(Refused):
            transfers.hand_over(transfer=sent, idva_there="P", note="N", version=sent.version, by=coordinator)
        with pytest.raises(ChangedMeanwhile):
            transfers.confirm_receipt(transfer=sent, received_by="J. Penn", version=0, by=coordinator)
        done = transfers.confirm_receipt(transfer=sent, received_by="J. Penn", version=sent.version, by=coordinator)
        with pytest.raises(NotNow):
            transfers.call_off_transfer(transfer=done, reason="No", version=done.version, by=coordinator)
    with acting_as(idva):
        handed = transfers.hand_over(
            transfer=done, idva_there="Priya, Larchshire", note="He has her mother's number.", version=3, by=idva
        )
    assert (handed.state, handed.handed_over_by_id) == ("received", idva.user_id)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("other_area", {"other_area": " "}),
        ("reason", {"reason": ""}),
        ("contents", {"contents": ()}),
        ("contents", {"contents": ("contact",)}),  # not in this area's rule set
        ("why_contents", {"why_contents": ""}),
        ("lawful_basis", {"lawful_basis": "because"}),
        ("move", {"move": "later"}),
    ],
)
def test_what_must_be_said(referral: Referral, coordinator: Actor, field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as stop:
        prepare(referral, coordinator, **changes)
    assert stop.value.field == field


def test_the_pack_holds_what_was_chosen_and_never_a_protected_address(referral: Referral, coordinator: Actor) -> None:
    made = prepare(referral, coordinator, contents=("people", "referral", "risk"))
    pack = str(pack_of(coordinator, made))
    assert "Amina Noor" in pack
    assert "waits outside her work" in pack
    assert "Alder Road" not in pack
    assert "07700" not in pack
    assert "Commitments" not in pack
    sent = send(made, coordinator)
    with acting_as(coordinator):
        shown = transfer_shown(coordinator, sent)
    assert shown.is_frozen
    assert [title for title, _ in shown.sections] == [part["title"] for part in sent.pack]


def test_where_she_goes_is_shown_to_the_few_who_arrange_it(
    referral: Referral, coordinator: Actor, idva: Actor, officer: Actor
) -> None:
    prepare(referral, coordinator)
    for actor, number in ((coordinator, 1), (idva, 1), (officer, 0)):
        with acting_as(actor):
            assert transfers_visible_to(actor).count() == number
    with acting_as(officer), pytest.raises(Refused):
        transfers.prepare_transfer(referral=referral, values=OUT, by=officer)


def repeat_of(referral: Referral) -> dict[str, Any]:
    referral.refresh_from_db()
    return next(o for o in referral.criteria["outcomes"] if o["code"] == "repeat")


def let_moves_keep_the_clock() -> None:
    rules = RuleSet.objects.get(name="marac.transfer")
    rules.params = {**rules.params, "resets_repeat_clock": False}
    rules.save()


@pytest.mark.parametrize("resets", [True, False])
def test_a_hearing_elsewhere_makes_a_repeat_unless_the_move_resets_the_clock(
    officer: Actor, coordinator: Actor, idva: Actor, deliver: Any, resets: bool
) -> None:
    if not resets:
        let_moves_keep_the_clock()
    told = replace(factories.ANSWERS.reasons, incident_on=date(2026, 2, 27), abuse_kinds=("physical",))
    referral = factories.refer(officer, factories.answers(reasons=told))
    deliver()
    assert not repeat_of(referral)["fired"]
    with acting_as(coordinator):
        transfers.record_transfer_in(referral=referral, values=IN, by=coordinator)
    found = repeat_of(referral)
    assert found["fired"] is not resets
    assert resets or "as the MARAC that it came from says" in found["evidence"][0]


def test_its_origin_is_shown_at_the_session_and_the_dash_is_asked_for_again(
    officer: Actor, coordinator: Actor, police_rep: Actor, area: Any, client_for: Any, deliver: Any
) -> None:
    session = factories.a_session(area)
    referral, item = factories.listed(officer, coordinator, session)
    deliver()
    with acting_as(coordinator):
        made = transfers.record_transfer_in(referral=referral, values=IN, by=coordinator)
        meetings.open_session(session=session, by=coordinator)
    address = reverse("marac:session-item", args=[session.pk, AgendaItem.objects.get(pk=item.pk).pk])
    assert "From Larchshire" in client_for(police_rep).get(address).content.decode()
    page = client_for(coordinator).get(reverse("marac:transfer", args=[made.pk])).content.decode()
    assert "Do the Dash again" in page


def test_it_is_prepared_sent_confirmed_and_handed_over_on_pages(
    referral: Referral, coordinator: Actor, idva: Actor, client_for: Any
) -> None:
    client = client_for(coordinator)
    assert "Move it to another area" in client.get(reverse("marac:referral", args=[referral.pk])).content.decode()
    form = {
        "other_area": "Larchshire",
        "other_contact": "J. Penn",
        "move": "permanent",
        "reason": "Her sister lives there.",
        "contents": ["people", "referral"],
        "why_contents": "They hear it on Thursday.",
        "lawful_basis": "public_task",
    }
    begin = reverse("marac:transfer-out", args=[referral.pk])
    assert client.post(begin, form | {"contents": []}).status_code == 422
    assert client.post(begin, form).status_code == 302
    made = Transfer.objects.get()
    page = reverse("marac:transfer", args=[made.pk])
    assert "The pack as it would go now" in client.get(page).content.decode()
    assert client.get(reverse("marac:transfer-pack", args=[made.pk])).status_code == 200
    assert client.post(reverse("marac:transfer-send", args=[made.pk]), {"version": made.version}).status_code == 302
    assert "The pack as it went" in client.get(page).content.decode()
    receipt = reverse("marac:transfer-receipt", args=[made.pk])
    assert client.post(receipt, {"version": 2, "received_by": ""}).status_code == 422
    assert client.post(receipt, {"version": 2, "received_by": "J. Penn"}).status_code == 302
    assert "Moves between areas" in factories.todays_titles(idva)
    other = client_for(idva)
    given = {"version": 3, "idva_there": "Priya", "note": "He has her mother's number."}
    assert other.post(reverse("marac:transfer-hand-over", args=[made.pk]), given).status_code == 302
    assert "Priya" in other.get(page).content.decode()
    assert "Moves between areas" not in factories.todays_titles(idva)
    listed = client.get(f"{reverse('marac:transfers')}?show=all").content.decode()
    assert "To Larchshire" in listed


def test_a_transfer_that_is_not_needed_is_called_off(referral: Referral, coordinator: Actor, client_for: Any) -> None:
    made = prepare(referral, coordinator)
    client = client_for(coordinator)
    address = reverse("marac:transfer-call-off", args=[made.pk])
    assert client.post(address, {"version": 1, "reason": ""}).status_code == 422
    assert client.post(address, {"version": 1, "reason": "She stays."}).status_code == 302
    assert "She stays." in client.get(reverse("marac:transfer", args=[made.pk])).content.decode()
    assert prepare(referral, coordinator).pk != made.pk


def test_nobody_else_opens_the_pages(referral: Referral, coordinator: Actor, someone: Any, housing: Any) -> None:
    assert Role.AGENCY_LEAD not in {coordinator.role}
    lead = someone(Role.AGENCY_LEAD, housing)
    made = prepare(referral, coordinator)
    with acting_as(lead):
        assert not transfers_visible_to(lead).filter(pk=made.pk).exists()
