"""The pages: what they show, what they take, and what they are when something is closed to the reader."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wraparound.foundation.access.services import exclude
from wraparound.foundation.areas import clocks
from wraparound.foundation.commitments import today
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.registry import matter_labels
from wraparound.foundation.commitments.states import State
from wraparound.foundation.commitments.tests.factories import (
    SYSTEM,
    World,
    accepted,
    again,
    in_state,
    proposed,
    user_of,
)
from wraparound.foundation.commitments.tests.test_queries import of_everything
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.services import PersonValues, record_appearance, record_person

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Actor], Client]


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def rows_in(response: Any) -> int:
    return response.content.decode().count('data-label="State"')


def when(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def answers(commitment: Commitment, **more: Any) -> dict[str, Any]:
    return {"version": commitment.version, **more}


def evidence_of(commitment: Commitment, **more: Any) -> dict[str, Any]:
    given = {"what": "Locks changed", "who": "J. Fitter", "reference": "JOB 7", "told": "through_idva"}
    return answers(commitment, **given, **when("on", clocks.today()), **more)


# --- what they show -----------------------------------------------------------------------------------------


def test_the_list_shows_what_for_whom_when_and_what_next(world: World, client_for: ClientFor) -> None:
    commitment = accepted(world)
    Commitment.objects.filter(pk=commitment.pk).update(due_on=clocks.today() - timedelta(days=2))
    page = text_of(client_for(world.representative).get(reverse("commitments:list")))
    for words in ("Change the locks", world.housing.short_name, "Rae Representative", "2 days late", "Record as done"):
        assert words in page


def test_the_list_is_narrowed_by_tabs_and_filters(world: World, client_for: ClientFor) -> None:
    of_everything(world)
    client = client_for(world.representative)
    for query, number in [
        ("", 3),
        ("?scope=mine", 2),
        ("?scope=all&state=all", 8),
        ("?scope=all&state=overdue", 1),
        (f"?scope=all&state=all&agency={world.housing.pk}&period=90", 8),
        ("?scope=nonsense&state=nonsense&agency=x", 3),
    ]:
        assert rows_in(client.get(reverse("commitments:list") + query)) == number, query


def test_an_empty_list_says_what_would_be_here(world: World, client_for: ClientFor) -> None:
    assert "No commitments here" in text_of(client_for(world.representative).get(reverse("commitments:list")))


def test_the_list_is_paged_by_key(world: World, client_for: ClientFor) -> None:
    for number in range(27):
        proposed(world, f"thing {number}")
    client = client_for(world.representative)
    first = client.get(reverse("commitments:list"))
    assert rows_in(first) == 25
    (following,) = re.findall(r'href="([^"]+)" rel="next"', first.content.decode())
    assert rows_in(client.get(following.replace("&amp;", "&"))) == 2


def test_the_page_of_a_commitment_has_its_history(world: World, client_for: ClientFor) -> None:
    commitment = in_state(world, State.NOT_DONE)
    page = text_of(client_for(world.lead).get(reverse("commitments:commitment", args=[commitment.pk])))
    for words in ("Proposed", "Accepted", "Not done", "Forgotten", "Escalated", "Cory Coordinator", "Wraparound"):
        assert words in page


@pytest.mark.parametrize("state", State)
def test_the_page_in_each_state_for_each_reader(world: World, client_for: ClientFor, state: State) -> None:
    commitment = in_state(world, state)
    for actor in (world.representative, world.coordinator, world.chair, world.officer):
        page = client_for(actor).get(reverse("commitments:commitment", args=[commitment.pk]))
        assert page.status_code == 200
        assert "Undefined" not in page.content.decode()


def test_the_ledger_has_a_bar_a_table_and_links_behind_its_numbers(world: World, client_for: ClientFor) -> None:
    of_everything(world)
    client = client_for(world.coordinator)
    page = client.get(reverse("commitments:ledger"))
    assert "Median days to done" in text_of(page)
    links = re.findall(r'href="([^"]+scope=all[^"]+state=(\w+))"', page.content.decode())
    assert len(links) == 9
    for href, state in links:
        assert rows_in(client.get(href.replace("&amp;", "&"))) == (6 if state == "accepted" else 1), state


def test_each_row_of_today_leads_to_as_many_as_it_counts(world: World, client_for: ClientFor) -> None:
    of_everything(world)
    in_state(world, State.CLAIMED_NOT_POSSIBLE, "claimed")
    for actor, section in [
        (world.representative, today.our_commitments),
        (world.lead, today.escalated),
        (world.coordinator, today.overdue),
    ]:
        for row in section(actor):
            if "ledger" not in row.href:
                assert rows_in(client_for(actor).get(row.href)) == row.count, row.title


@pytest.fixture
def labelled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A contribution as cases make it."""
    monkeypatch.setattr(matter_labels, "_entries", {})
    matter_labels.add("test", lambda actor, ids: {pk: ("B-777-XYZ", f"/cases/{pk}") for pk in ids})
    return


def test_a_commitment_says_for_which_case(world: World, client_for: ClientFor, labelled: None) -> None:
    commitment = proposed(world)
    client = client_for(world.representative)
    for name, args in [
        ("list", []),
        ("commitment", [commitment.pk]),
        ("decline", [commitment.pk]),
        ("matter", [world.matter.pk]),
        ("new", [world.matter.pk]),
    ]:
        page = client.get(reverse(f"commitments:{name}", args=args)).content.decode()
        assert "B-777-XYZ" in page, name


@pytest.mark.parametrize("name", ["list", "ledger", "matter"])
def test_a_list_costs_the_same_when_its_rows_double(
    world: World, client_for: ClientFor, name: str, labelled: None
) -> None:
    client = client_for(world.coordinator)
    address = reverse(f"commitments:{name}", args=[world.matter.pk] if name == "matter" else [])
    address += "?scope=all" if name == "list" else ""

    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len([query for query in found if "set_config" not in query["sql"]])

    for number in range(5):
        proposed(world, f"one {number}")
    client.get(address)
    before = cost()
    for number in range(5):
        proposed(world, f"two {number}", organisation=world.police if number % 2 else world.idva_service)
    assert cost() == before <= 14, before


def test_an_address_that_is_protected_is_on_no_page(world: World, client_for: ClientFor) -> None:
    values = PersonValues(
        family_name="Smith",
        given_names="Ann",
        address_lines="9 Refuge Road",
        postcode="ZZ9 9ZZ",
        address_kind="confidential",
    )
    record = record_person(organisation=world.police, external_ref="P1", values=values, by=SYSTEM)
    record_appearance(matter=world.matter, records=record, by=SYSTEM)
    commitment = proposed(world, "Fit a chain at 9 Refuge Road, zz99zz")
    client = client_for(world.representative)
    taken = {"reason": "She left 9 refuge road"}
    client.post(reverse("commitments:decline", args=[commitment.pk]), answers(commitment, **taken))
    for name, args in [
        ("list", []),
        ("commitment", [commitment.pk]),
        ("matter", [world.matter.pk]),
    ]:
        page = client.get(reverse(f"commitments:{name}", args=args) + "?scope=all&state=all").content.decode()
        assert "[address withheld]" in page, name
        assert not re.search(r"refuge road|zz9\s*9zz", page, re.IGNORECASE), name


# --- what they take -----------------------------------------------------------------------------------------


def test_accept_then_done_with_evidence_and_a_file(
    world: World, client_for: ClientFor, settings: Any, tmp_path: Any
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}},
    }
    commitment = proposed(world)
    client = client_for(world.representative)
    answer = client.post(reverse("commitments:accept", args=[commitment.pk]), answers(commitment), follow=True)
    assert "Accepted. You own it" in text_of(answer)
    commitment = again(commitment)
    form = text_of(client.get(reverse("commitments:do", args=[commitment.pk])))
    assert "What was done?" in form
    file = SimpleUploadedFile("Mrs Smith.pdf", b"%PDF-1.7 evidence", content_type="text/html")
    answer = client.post(
        reverse("commitments:do", args=[commitment.pk]), evidence_of(commitment, file=file), follow=True
    )
    page = text_of(answer)
    assert "Locks changed" in page
    assert "Not yet: the IDVA will tell them" in page
    assert "Smith" not in page
    saved = client.get(reverse("commitments:evidence", args=[commitment.pk]))
    assert saved.content == b"%PDF-1.7 evidence"
    assert saved["Content-Type"] == "application/pdf"
    assert saved["Content-Disposition"] == 'attachment; filename="evidence.pdf"'
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert client_for(world.officer).get(reverse("commitments:evidence", args=[commitment.pk])).status_code == 403


def test_a_form_without_evidence_comes_back_with_what_was_written(world: World, client_for: ClientFor) -> None:
    commitment = accepted(world)
    page = client_for(world.representative).post(
        reverse("commitments:do", args=[commitment.pk]), evidence_of(commitment) | {"what": "", "told": ""}
    )
    assert page.status_code == 200
    words = text_of(page)
    assert "There is a problem" in words
    assert "What was done?" in words
    assert "Has the victim-survivor been told?" in words
    assert 'value="JOB 7"' in page.content.decode()
    assert again(commitment).state == State.ACCEPTED


def test_a_file_that_is_not_taken_is_said_beside_its_question(world: World, client_for: ClientFor) -> None:
    commitment = accepted(world)
    file = SimpleUploadedFile("evidence.pdf", b"MZ not a pdf")
    page = client_for(world.representative).post(
        reverse("commitments:do", args=[commitment.pk]), evidence_of(commitment, file=file)
    )
    assert "The file must be a PDF" in text_of(page)


REASONS = [
    ("decline", State.PROPOSED, "representative", State.DECLINED),
    ("not-possible", State.ACCEPTED, "representative", State.CLAIMED_NOT_POSSIBLE),
    ("not-done", State.ACCEPTED, "coordinator", State.NOT_DONE),
    ("refuse", State.CLAIMED_NOT_POSSIBLE, "coordinator", State.ACCEPTED),
]


@pytest.mark.parametrize(("name", "state", "who", "following"), REASONS)
def test_steps_with_a_reason(
    world: World, client_for: ClientFor, name: str, state: State, who: str, following: State
) -> None:
    commitment = in_state(world, state)
    client = client_for(getattr(world, who))
    address = reverse(f"commitments:{name}", args=[commitment.pk])
    assert client.get(address).status_code == 200
    assert "There is a problem" in text_of(client.post(address, answers(commitment, reason="  ")))
    answer = client.post(address, answers(commitment, reason="Because"), follow=True)
    assert "Because" in text_of(answer)
    assert again(commitment).state == following


def test_the_coordinator_confirms(world: World, client_for: ClientFor) -> None:
    commitment = in_state(world, State.CLAIMED_NOT_POSSIBLE)
    client_for(world.coordinator).post(reverse("commitments:confirm", args=[commitment.pk]), answers(commitment))
    assert again(commitment).state == State.NO_LONGER_POSSIBLE


def test_naming_who_does_it(world: World, client_for: ClientFor, childrens_trust: Any) -> None:
    commitment = proposed(world)
    fitter = world.someone(Role.PRACTITIONER, world.housing, "Fern Fitter")
    address = reverse("commitments:assign", args=[commitment.pk])
    client = client_for(world.lead)
    page = client.get(address).content.decode()
    assert "Fern Fitter" in page
    assert "Olu Officer" not in page
    client.post(address, answers(commitment, owner=str(fitter.user_id)))
    assert again(commitment).owner == user_of(fitter)
    stranger = answers(again(commitment), owner=str(world.officer.user_id))
    assert "There is a problem" in text_of(client.post(address, stranger))


def test_a_new_commitment_of_ones_own_stands_and_anothers_is_proposed(world: World, client_for: ClientFor) -> None:
    client = client_for(world.officer)
    address = reverse("commitments:new", args=[world.matter.pk])
    assert client.get(address).status_code == 200
    given = {"what": "Address marker", **when("due_on", clocks.today())}
    client.post(address, {**given, "agency": str(world.police.pk)})
    client.post(address, {**given, "agency": str(world.housing.pk), "never_to_perpetrator": "on"})
    made = {c.organisation_id: c for c in Commitment.objects.all()}
    assert made[world.police.pk].state == State.ACCEPTED
    assert made[world.housing.pk].state == State.PROPOSED
    assert made[world.housing.pk].never_to_perpetrator


def test_what_a_service_cannot_take_is_said_beside_its_question(world: World, client_for: ClientFor) -> None:
    exclude(matter=world.matter, by=world.coordinator, reason="Conflict", organisation=world.housing)
    page = client_for(world.officer).post(
        reverse("commitments:new", args=[world.matter.pk]),
        {
            "what": "x",
            "agency": str(world.housing.pk),
            **when("due_on", clocks.today() - timedelta(days=1)),
        },
    )
    assert "must be today or later" in text_of(page)
    page = client_for(world.officer).post(
        reverse("commitments:new", args=[world.matter.pk]),
        {"what": "x", "agency": str(world.housing.pk), **when("due_on", clocks.today())},
    )
    assert "This agency can't take part here" in page.content.decode().replace("&#39;", "'")


def test_a_stale_form_shows_both_versions_and_leads_back(world: World, client_for: ClientFor) -> None:
    commitment = accepted(world)
    stale = commitment.version
    client_for(world.coordinator).post(
        reverse("commitments:not-done", args=[commitment.pk]), answers(commitment, reason="Asked four times")
    )
    page = client_for(world.representative).post(
        reverse("commitments:do", args=[commitment.pk]), evidence_of(commitment) | {"version": stale}
    )
    assert page.status_code == 409
    words = text_of(page)
    for shown in ("Locks changed", "Asked four times", "Not done"):
        assert shown in words
    assert reverse("commitments:commitment", args=[commitment.pk]) in page.content.decode()


def test_the_same_form_sent_twice_has_one_effect(world: World, client_for: ClientFor) -> None:
    client = client_for(world.officer)
    address = reverse("commitments:new", args=[world.matter.pk])
    form = {
        "once": str(uuid.uuid4()),
        "what": "Marker",
        "agency": str(world.police.pk),
        **when("due_on", clocks.today()),
    }
    first, second = client.post(address, form), client.post(address, form)
    assert first["Location"] == second["Location"]
    assert Commitment.objects.count() == 1


@pytest.mark.parametrize("version", ["", "x", "-1", "1e3", "99999999999999999999", "²"])
def test_a_version_that_is_none_is_stale(world: World, client_for: ClientFor, version: str) -> None:
    commitment = proposed(world)
    page = client_for(world.representative).post(
        reverse("commitments:accept", args=[commitment.pk]), {"version": version}
    )
    assert page.status_code == 409
    assert again(commitment).state == State.PROPOSED


# --- what is closed -----------------------------------------------------------------------------------------

GETS = ["commitment", "decline", "do", "not-possible", "refuse", "not-done", "assign", "evidence"]
POSTS = ["accept", "confirm", "decline", "do", "not-possible", "refuse", "not-done", "assign"]


@pytest.mark.parametrize(("method", "name"), [("get", n) for n in GETS] + [("post", n) for n in POSTS])
def test_what_is_closed_answers_as_what_is_not_there(
    world: World, client_for: ClientFor, childrens_trust: Any, method: str, name: str
) -> None:
    commitment = proposed(world)
    exclude(matter=world.matter, by=world.coordinator, reason="Conflict", user=user_of(world.lead))
    readers = [
        client_for(world.lead),
        client_for(world.someone(Role.MARAC_REPRESENTATIVE, childrens_trust)),
    ]

    def answer(client: Client, pk: uuid.UUID) -> tuple[int, bytes]:
        page = getattr(client, method)(reverse(f"commitments:{name}", args=[pk]), {"reason": "x"})
        return page.status_code, re.sub(rb'value="[^"]{20,}"', b"", page.content)  # tokens differ each time

    with time_machine.travel(timezone.now(), tick=False):  # the page says when it was printed
        for client in readers:
            closed = answer(client, commitment.pk)
            assert closed[0] == 404
            assert closed == answer(client, uuid.uuid4())


@pytest.mark.parametrize("name", ["matter", "new"])
def test_a_closed_matters_pages_are_not_there(world: World, client_for: ClientFor, name: str) -> None:
    client = client_for(world.representative)
    assert client.get(reverse(f"commitments:{name}", args=[world.matter.pk])).status_code == 404
    assert client.post(reverse(f"commitments:{name}", args=[world.matter.pk])).status_code in (404, 405)


@pytest.mark.parametrize("role", [Role.POLICE_CLERK, Role.LINK_REVIEWER, Role.ADMINISTRATOR])
def test_other_roles_have_no_commitments(world: World, client_for: ClientFor, role: Role) -> None:
    client = client_for(world.someone(role, world.police))
    for name in ("list", "ledger"):
        assert client.get(reverse(f"commitments:{name}")).status_code == 403


@pytest.mark.parametrize(("name", "who", "status"), [("do", "officer", 403), ("do", "lead", 409)])
def test_a_step_that_is_not_ones_own_or_not_now_says_so(
    world: World, client_for: ClientFor, name: str, who: str, status: int
) -> None:
    commitment = proposed(world)
    page = client_for(getattr(world, who)).get(reverse(f"commitments:{name}", args=[commitment.pk]))
    assert page.status_code == status


@pytest.mark.parametrize("name", ["accept", "confirm"])
def test_what_changes_something_is_no_link(world: World, client_for: ClientFor, name: str) -> None:
    page = client_for(world.lead).get(reverse(f"commitments:{name}", args=[proposed(world).pk]))
    assert page.status_code == 405
