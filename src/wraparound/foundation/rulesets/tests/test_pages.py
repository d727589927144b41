"""The rules on screen."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from wraparound.foundation.areas.queries import wards_of
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.rulesets.models import RuleSet
from wraparound.foundation.rulesets.presenters import label

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_for: Any, someone: Any, police: Any) -> Any:
    return client_for(someone(Role.PRACTITIONER, police))


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def one(client: Any, version: str, name: str = "marac.criteria") -> str:
    found = RuleSet.objects.get(name=name, version=version)
    response = client.get(reverse("rulesets:one", args=[found.pk]))
    assert response.status_code == 200
    return text_of(response)


def test_the_list_names_each_rule_set_with_its_version_and_its_status(client: Any) -> None:
    page = text_of(client.get(reverse("rulesets:list")))
    for name in set(RuleSet.objects.values_list("name", flat=True)):
        assert name in page
    assert "2023-FEN.1" in page
    assert "2019-FEN.0" not in page  # not in force
    assert "1 other version" in page
    assert "Provisional" in page
    assert "Seen" in page


def test_one_rule_set_shows_its_parameters_in_words_and_what_was_before(client: Any) -> None:
    page = one(client, "2023-FEN.1")
    assert "Escalation incidents" in page
    assert "Before (2019-FEN.0)" in page
    assert "the same" in page
    assert "criminal type" in page
    assert "Other versions" in page


def test_an_earlier_version_says_that_it_is_not_in_force(client: Any) -> None:
    page = one(client, "2019-FEN.0")
    assert "Not in force today" in page
    assert "to 31 December 2022" in page


def test_clocks_weekdays_and_nested_parameters_read_as_words(client: Any) -> None:
    assert "3 working days, by 16:00" in one(client, "2023-FEN.1", "marac.clocks")
    assert "Thursday" in one(client, "2023-FEN.1", "marac.sessions")
    assert "grade: medium; from ticks: 8" in one(client, "2023-FEN.1", "risk.dash")
    assert "Not high risk; passed to the outreach team (below_threshold)" in one(
        client, "2023-FEN.1", "marac.screening"
    )


def test_a_provisional_part_of_a_seen_set_is_marked(client: Any) -> None:
    page = one(client, "2025-UK.1", "areas.calendar")
    assert page.count("app-provisional") == 1
    assert 'href="https://www.gov.uk/bank-holidays"' in page


def test_a_rule_set_that_is_not_there_is_not_found(client: Any) -> None:
    assert client.get(reverse("rulesets:one", args=[999_999])).status_code == 404


def test_the_list_costs_the_same_with_twice_the_rule_sets(client: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("rulesets:list")).status_code == 200
        return len(asked)

    queries()  # the first page of a session has a few of its own
    before = queries()
    for row in RuleSet.objects.all():
        row.pk, row.area, row.version = None, wards_of(row.area)[0], f"own-{row.version}"
        row.save(force_insert=True)
    assert queries() == before <= 12


def test_strangers_are_led_to_sign_in(db: None) -> None:
    from django.test import Client

    assert Client().get(reverse("rulesets:list")).status_code == 302


@pytest.mark.parametrize(
    ("name", "words"),
    [("high_risk_ticks", "High risk ticks"), ("dara_grade", "DARA grade"), ("dob_same", "Date of birth same")],
)
def test_labels(name: str, words: str) -> None:
    assert label(name) == words
