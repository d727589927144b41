"""A case with one victim-survivor, and answers to give about her."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from wraparound.foundation.access import services as access
from wraparound.foundation.access.models import Facing
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.services import PersonValues, record_person
from wraparound.response.cases import services as cases
from wraparound.response.risk import services
from wraparound.response.risk.models import Assessment
from wraparound.response.risk.tests.test_rules import COUNTED

Answers = Mapping[str, Mapping[str, str]]


def yes_to(number: int, **others: str) -> dict[str, dict[str, str]]:
    """Yes to the first so many counted questions of the Dash, no to the rest; others by key."""
    answers = {key: {"answer": "yes" if i < number else "no"} for i, key in enumerate(COUNTED)}
    return answers | {key: {"answer": answer} for key, answer in others.items()}


@pytest.fixture
def idva(someone: Callable[..., Actor], idva_service: Any) -> Actor:
    return someone(Role.IDVA, idva_service, name="Ines Idva")


@pytest.fixture
def colleague(someone: Callable[..., Actor], idva_service: Any) -> Actor:
    return someone(Role.IDVA, idva_service, name="Cora Colleague")


@pytest.fixture
def officer(someone: Callable[..., Actor], police: Any) -> Actor:
    return someone(Role.PRACTITIONER, police, name="Olu Officer")


@pytest.fixture
def stranger(someone: Callable[..., Actor], housing: Any) -> Actor:
    """Works with people, but not in this case."""
    return someone(Role.PRACTITIONER, housing, name="Sam Stranger")


@pytest.fixture
def his_worker(someone: Callable[..., Actor], childrens_trust: Any, case: Any) -> Actor:
    """Works with the perpetrator in this case."""
    access.involve(
        matter=case.matter,
        organisation=childrens_trust,
        purpose="work with him",
        given_for="referral",
        by=system("test"),
        facing=Facing.PERPETRATOR,
    )
    return someone(Role.PRACTITIONER, childrens_trust, name="Hal Hisworker")


@pytest.fixture
def case(idva_service: Any, police: Any, area: Any, victim: Any) -> Any:
    """A case of the IDVA service in which the police are involved too."""
    found = cases.open_case(organisation=idva_service, area=area, by=system("test"))
    cases.add_party(case=found, record=victim, role="victim", by=system("test"))
    access.involve(
        matter=found.matter, organisation=police, purpose="protection", given_for="referral", by=system("test")
    )
    return found


@pytest.fixture
def victim(idva_service: Any) -> Any:
    return record_person(
        organisation=idva_service,
        external_ref="V-1",
        values=PersonValues(
            family_name="Noor",
            given_names="Amina",
            dob=date(1990, 3, 27),
            address_lines="7 Larkspur Walk",
            postcode="FN3 4QX",
            address_kind="confidential",
        ),
        by=system("test"),
    )


@pytest.fixture
def draft(case: Any, victim: Any, idva: Actor) -> Assessment:
    return services.begin(matter=case.matter, subject=victim, instrument_key="dash", by=idva)


@pytest.fixture
def answered(draft: Assessment, idva: Actor) -> Callable[[Answers], Assessment]:
    """``answered(yes_to(14))``: the draft with these answers."""

    def answer(answers: Answers) -> Assessment:
        draft.refresh_from_db()
        return services.save_answers(assessment=draft, answers=answers, version=draft.version, by=idva)

    return answer


@pytest.fixture
def signed(case: Any, victim: Any, idva: Actor) -> Callable[..., Assessment]:
    """``signed(14, "high")``: an assessment of its own, answered and signed; `reasons` as `sign` takes them."""

    def make(ticks: int, grade: str, *, by: Actor = idva, **reasons: str) -> Assessment:
        draft = services.begin(matter=case.matter, subject=victim, instrument_key="dash", by=by)
        draft = services.save_answers(assessment=draft, answers=yes_to(ticks), version=draft.version, by=by)
        given = {"judgement_reason": "What she says.", "children_safeguarding": "not_needed"} | reasons
        return services.sign(assessment=draft, grade=grade, version=draft.version, by=by, **given)

    return make
