"""Search: however a name is spelt, in whatever script, and only what the reader may know of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wraparound.foundation.access.services import declare_knowing_someone
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.presenters import found_people
from wraparound.foundation.people.queries import search
from wraparound.foundation.people.services import PersonValues, bulk_record_people, decide_same
from wraparound.foundation.people.tests.factories import AISHA, BY, matter_of, opened, proposed, recorded

pytestmark = pytest.mark.django_db


def found(actor: Any, words: str) -> list[str]:
    with acting_as(actor):
        return [one.record.external_ref for one in search(actor, words)]


@pytest.fixture
def officer(police: Any, someone: Any) -> Any:
    return someone(Role.PRACTITIONER, police)


@pytest.mark.parametrize(
    "words",
    [
        "Aisha Khan",
        "khan aisha",
        "Ayesha Kahn",
        "Khan",
        "aysha",
        "عائشة خان",
        "Khan 27/03/1992",
        "Khan 1992-03-27",
        "Khan 1992",
        "27/3/1992",
        "07700 900 123",
        "+44 7700 900123",
        "v-1001",
        "V-1001",
    ],
)
def test_someone_is_found(words: str, officer: Any, police: Any) -> None:
    recorded(police, "V-1001")
    recorded(police, "V-2", PersonValues(family_name="Okafor", given_names="Ada", dob=date(1980, 5, 5)))
    assert found(officer, words) == ["V-1001"]


def test_a_name_held_in_another_script_is_found_in_latin_letters(officer: Any, police: Any) -> None:
    recorded(police, "V1", PersonValues(family_name="王", given_names="伟"))
    assert found(officer, "Wang Wei") == ["V1"]


@pytest.mark.parametrize(
    "words", ["", "   ", "Zzyzx", "31/02/1992", "%", "';--", "0000", "Khan 1901", "x" * 500, "١٢٣", "-", "\x00"]
)
def test_nothing_is_found_and_nothing_breaks(words: str, officer: Any, police: Any) -> None:
    recorded(police, "V1")
    assert found(officer, words) == []


def test_the_best_fit_comes_first(officer: Any, police: Any) -> None:
    recorded(police, "far", replace(AISHA, given_names="Yusuf"))
    recorded(police, "near", AISHA)
    assert found(officer, "Aisha Khan")[0] == "near"


def test_what_one_may_not_know_of_is_not_found(police: Any, housing: Any, idva_service: Any, someone: Any) -> None:
    record = recorded(police, "V1")
    matter = matter_of(police, record)
    actor = someone(Role.PRACTITIONER, housing)
    for words in ("Aisha Khan", "Khan", "V1", "07700 900123", "27/03/1992"):
        assert found(actor, words) == []
    opened(matter, housing)
    assert found(actor, "Khan") == ["V1"]
    with acting_as(actor):
        declare_knowing_someone(matter=matter, by=actor)
    for words in ("Aisha Khan", "Khan", "V1", "07700 900123", "27/03/1992"):
        assert found(actor, words) == []


def test_hidden_records_do_not_crowd_out_visible_ones(police: Any, housing: Any, someone: Any) -> None:
    crowd = [(f"V{n}", replace(AISHA, phones=())) for n in range(60)]
    bulk_record_people(organisation=police, people=crowd, by=BY)
    recorded(housing, "H1")
    assert found(someone(Role.PRACTITIONER, housing), "Aisha Khan") == ["H1"]


def test_one_person_is_found_once(police: Any, housing: Any, marac_team: Any, someone: Any) -> None:
    a, b = recorded(police, "V1"), recorded(housing, "H1")
    decide_same(proposal=proposed(a, b), reason="Same", by=someone(Role.LINK_REVIEWER, marac_team))
    opened(matter_of(housing, b), police)
    assert len(found(someone(Role.PRACTITIONER, police), "Khan")) == 1


def test_at_most_twenty_five(officer: Any, police: Any) -> None:
    crowd = [(f"V{n}", replace(AISHA, phones=())) for n in range(40)]
    bulk_record_people(organisation=police, people=crowd, by=BY)
    assert len(found(officer, "Khan")) == 25


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INFORMATION_GOVERNANCE, Role.LINK_REVIEWER])
def test_a_number_finds_nothing_for_those_who_reach_nobody(role: Role, police: Any, someone: Any) -> None:
    recorded(police, "V1")
    assert found(someone(role, police), "07700 900123") == []


def test_results_show_no_address_and_no_number(officer: Any, police: Any) -> None:
    recorded(police, "V1")
    with acting_as(officer):
        [result] = found_people(officer, "Khan", 25)
    said = f"{result.text} {result.detail}"
    assert result.text == "Aisha Khan"
    assert "27 March 1992" in said
    assert police.short_name in said
    for secret in ("Larch", "B11", "07700"):
        assert secret not in said


def test_more_records_take_no_more_queries(officer: Any, police: Any) -> None:
    counts = []
    for start in (0, 30):
        crowd = [(f"V{start + n}", replace(AISHA, phones=())) for n in range(15)]
        bulk_record_people(organisation=police, people=crowd, by=BY)
        with CaptureQueriesContext(connection) as queries:
            search(officer, "Aisha Khan")
        counts.append(len(queries))
    assert counts[1] <= counts[0]
    assert counts[0] <= 12
