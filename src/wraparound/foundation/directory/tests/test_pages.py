"""The directory on screen and in the search box."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from wraparound.foundation.areas.queries import wards_of
from wraparound.foundation.directory.models import Service
from wraparound.foundation.directory.queries import helpline, services
from wraparound.foundation.directory.search import find_services
from wraparound.foundation.partners.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(someone: Any, housing: Any) -> Any:
    return someone(Role.PRACTITIONER, housing)


@pytest.fixture
def client(client_for: Any, actor: Any) -> Any:
    return client_for(actor)


def slugs(found: Any) -> set[str]:
    return {service.slug for service in found}


def test_words_are_looked_for_in_name_organisation_purpose_and_audience(actor: Any) -> None:
    assert "reedbed-refuge-places" in slugs(services(actor, words="reedbed"))
    assert slugs(services(actor, words="security home")) == {"fenmoor-sanctuary"}
    assert slugs(services(actor, words="women boys")) == {"reedbed-refuge-places"}
    assert not services(actor, words="submarine").exists()


def test_kind_and_area_narrow(actor: Any, area: Any) -> None:
    assert slugs(services(actor, kind="dispersed")) == {"reedbed-dispersed"}
    ward = wards_of(area)[0]
    assert services(actor, area=ward).count() == Service.objects.count()  # what serves the whole serves its ward
    Service.objects.filter(slug="fenmoor-sanctuary").update(area=wards_of(area)[1])
    assert "fenmoor-sanctuary" not in slugs(services(actor, area=ward))


def test_the_helpline_is_the_one_that_the_pack_names(settings: Any) -> None:
    settings.PACK = "fenmoor"
    found = helpline()
    assert found is not None
    assert found.slug == "harbour-helpline"
    Service.objects.filter(slug="harbour-helpline").update(is_public=False)
    assert helpline() is None


def test_the_list_can_be_searched_and_says_when_nothing_fits(client: Any) -> None:
    page = client.get(reverse("directory:list")).content.decode()
    assert "Harbour helpline (invented)" in page
    page = client.get(reverse("directory:list"), {"words": "reedbed", "kind": "refuge"}).content.decode()
    assert "Reedbed Refuge (invented)" in page
    assert "Harbour helpline" not in page
    assert "No service fits." in client.get(reverse("directory:list"), {"words": "submarine"}).content.decode()


def test_a_long_list_is_paged_and_costs_the_same(client: Any, django_assert_max_num_queries: Any) -> None:
    organisation = Service.objects.all()[0].organisation
    for number in range(60):
        Service.objects.create(slug=f"more-{number}", organisation=organisation, name=f"More {number}", kind="other")
    with django_assert_max_num_queries(14):  # on PostgreSQL the wall is told who asks, before and after
        page = client.get(reverse("directory:list")).content.decode()
    assert page.count('class="app-service ') == 25


def test_a_service_says_how_to_refer(client: Any) -> None:
    page = client.get(reverse("directory:service", args=["reedbed-refuge-places"])).content.decode()
    assert "How to refer" in page
    assert "Through the helpline." in page
    assert "is confidential" in page
    assert client.get(reverse("directory:service", args=["none-such"])).status_code == 404


def test_the_search_box_finds_services(actor: Any) -> None:
    hit = next(iter(find_services(actor, "helpline", 5)))
    assert (hit.kind, hit.text) == ("Service", "Harbour helpline (invented)")
    assert len(list(find_services(actor, "e", 3))) == 3


def test_strangers_are_led_to_sign_in(db: None) -> None:
    from django.test import Client

    assert Client().get(reverse("directory:list")).status_code == 302
