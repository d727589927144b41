"""The page of one's own notices."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wraparound.foundation.access.services import exclude
from wraparound.foundation.commitments.tests.factories import World, a_world, user_of
from wraparound.foundation.notices import services
from wraparound.foundation.notices.models import Notice
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role

pytestmark = pytest.mark.django_db
LIST = "notices:list"


@pytest.fixture
def world(area: Any, police: Any, housing: Any, idva_service: Any, marac_team: Any, someone: Any) -> World:
    """A matter, the agencies around it, and people in their roles."""
    return a_world(area, police, housing, idva_service, marac_team, someone)


@pytest.fixture
def client(world: World, client_for: Callable[[Actor], Client]) -> Client:
    return client_for(world.officer)


def tell(world: World, text: str, **more: Any) -> Notice:
    services.tell(user_of(world.officer), "test", text, key=text, **more)
    return Notice.objects.get(key=text)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_newest_stands_first_and_says_that_it_is_new(world: World, client: Client) -> None:
    tell(world, "The first thing.")
    tell(world, "The second thing.")
    page = text_of(client.get(reverse(LIST)))
    assert page.index("The second thing.") < page.index("The first thing.")
    assert "New" in page
    assert "Mark all as read" in page


def test_the_navigation_counts_what_is_new(world: World, client: Client) -> None:
    tell(world, "A thing.")
    assert "(1 waiting)" in text_of(client.get(reverse(LIST)))


def test_an_empty_page_says_what_would_be_there(client: Client) -> None:
    assert "You have no notices" in text_of(client.get(reverse(LIST)))


def test_opening_marks_as_read_and_leads_on(world: World, client: Client) -> None:
    notice = tell(world, "A thing.", link="/commitments/")
    answer = client.post(reverse("notices:open", args=[notice.pk]))
    assert answer["Location"] == "/commitments/"
    notice.refresh_from_db()
    assert notice.read_at is not None
    bare = tell(world, "Another.")
    assert client.post(reverse("notices:open", args=[bare.pk]))["Location"] == reverse(LIST)
    assert client.get(reverse("notices:open", args=[bare.pk])).status_code == 405


def test_all_on_the_page_are_marked(world: World, client: Client) -> None:
    for number in range(3):
        tell(world, f"Thing {number}.")
    page = client.get(reverse(LIST)).content.decode()
    (until,) = re.findall(r'name="until" value="([^"]+)"', page)
    client.post(reverse("notices:read-all"), {"until": until})
    assert not Notice.objects.filter(read_at__isnull=True).exists()
    assert "Mark all as read" not in text_of(client.get(reverse(LIST)))


@pytest.mark.parametrize("until", ["", "yesterday", "2026-02-30T10:00", "2026-02-01T10:00"])
def test_a_moment_that_is_none_is_said(world: World, client: Client, until: str) -> None:
    tell(world, "A thing.")
    assert client.post(reverse("notices:read-all"), {"until": until}).status_code == 422
    assert Notice.objects.filter(read_at__isnull=True).exists()


def test_a_notice_of_a_closed_matter_is_not_there(world: World, client: Client) -> None:
    notice = tell(world, "About a case.", matter=world.matter)
    assert "About a case." in text_of(client.get(reverse(LIST)))
    exclude(matter=world.matter, by=world.coordinator, reason="r", user=user_of(world.officer))
    page = text_of(client.get(reverse(LIST)))
    assert "About a case." not in page
    assert "You have no notices" in page
    closed = client.post(reverse("notices:open", args=[notice.pk]))
    absent = client.post(reverse("notices:open", args=[uuid.uuid4()]))
    assert closed.status_code == absent.status_code == 404


def test_anothers_notice_is_not_there(world: World, client_for: Callable[[Actor], Client]) -> None:
    notice = tell(world, "A thing.")
    answer = client_for(world.idva).post(reverse("notices:open", args=[notice.pk]))
    assert answer.status_code == 404


def test_everyone_with_a_role_has_the_page(world: World, client_for: Callable[[Actor], Client]) -> None:
    for role in Role:
        assert client_for(world.someone(role, world.police)).get(reverse(LIST)).status_code == 200


def test_it_is_paged_and_costs_the_same_when_rows_double(world: World, client: Client) -> None:
    def fill(number: int) -> None:
        rows = [
            Notice(user=user_of(world.officer), kind="k", text="t", key=str(uuid.uuid4()), matter=world.matter)
            for _ in range(number)
        ]
        Notice.objects.bulk_create(rows)

    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(reverse(LIST))
        return len(found)

    fill(10)
    client.get(reverse(LIST))
    before = cost()
    fill(40)
    assert cost() == before <= 12
    page = client.get(reverse(LIST)).content.decode()
    assert page.count('data-label="What"') == 25
    assert 'rel="next"' in page
    assert timezone.now().year in {n.created_at.year for n in Notice.objects.all()}
