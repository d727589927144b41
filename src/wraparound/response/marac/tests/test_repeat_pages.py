"""The pages on which a co-ordinator confirms repeats and reviews reversed roles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from wraparound.foundation.partners.actors import Actor
from wraparound.response.marac.models import Referral, RepeatProposal, RoleReview
from wraparound.response.marac.tests.coming_again import link, police_file, proposed
from wraparound.response.marac.tests.factories import todays_titles

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_monday_in_march(time_machine: Any) -> None:
    time_machine.move_to("2026-03-02T09:00:00Z")


@pytest.fixture
def found(heard: Referral, reviewer: Actor, tmp_path: Path, deliver: Any) -> RepeatProposal:
    police_file(tmp_path, deliver, "2026-04-11")
    link(reviewer, deliver)
    return proposed()


def today_titles(actor: Actor) -> list[str]:
    return todays_titles(actor)


def test_today_leads_to_it_and_confirming_takes_it_off(
    found: RepeatProposal, coordinator: Actor, chair: Actor, client_for: Any
) -> None:
    assert "Repeats found" in today_titles(coordinator)
    assert "Repeats found" not in today_titles(chair)
    client = client_for(coordinator)
    listed = client.get(reverse("marac:repeats")).content.decode()
    assert found.matter.case.reference in listed
    address = reverse("marac:repeat", args=[found.pk])
    page = client.get(address).content.decode()
    for words in ("Incident I-2026-04-11", "11 April 2026", "Ameena", "is asked to refer", "both days included"):
        assert words in page
    assert client.post(address, {"version": found.version, "decision": "no_repeat", "reason": ""}).status_code == 422
    assert client.post(address, {"version": found.version, "decision": "repeat"}).status_code == 302
    assert "Repeats found" not in today_titles(coordinator)
    assert "A repeat" in client.get(address).content.decode()
    assert found.matter.case.reference in client.get(f"{reverse('marac:repeats')}?show=decided").content.decode()


def test_a_chair_sees_it_and_does_not_decide(found: RepeatProposal, chair: Actor, client_for: Any) -> None:
    client = client_for(chair)
    address = reverse("marac:repeat", args=[found.pk])
    page = client.get(address)
    assert page.status_code in (200, 404)
    assert b"Decide</button>" not in page.content


def test_a_stale_page_decides_nothing(found: RepeatProposal, coordinator: Actor, client_for: Any) -> None:
    address = reverse("marac:repeat", args=[found.pk])
    answer = client_for(coordinator).post(address, {"version": found.version - 1, "decision": "repeat"})
    assert answer.status_code == 409
    found.refresh_from_db()
    assert found.state == "proposed"


def test_reversed_roles_are_reviewed_on_a_page(
    turned_round: Referral,
    coordinator: Actor,
    client_for: Any,
) -> None:
    review = RoleReview.objects.get()
    client = client_for(coordinator)
    assert "Who does what to whom?" in today_titles(coordinator)
    assert "Who does what to whom" in client.get(f"{reverse('marac:repeats')}?show=roles").content.decode()
    address = reverse("marac:role-review", args=[review.pk])
    assert "counter-allegation" in client.get(address).content.decode()
    given = {"version": review.version, "outcome": "both", "weighed": ["fear"], "reason": "Each is afraid."}
    assert client.post(address, given | {"weighed": []}).status_code == 422
    assert client.post(address, given).status_code == 302
    assert "Each is afraid." in client.get(address).content.decode()
