"""The wall beneath: on PostgreSQL the database hides what the application would have hidden already."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from wraparound.foundation.access.database import APPEND_ONLY, WALLED
from wraparound.foundation.access.services import declare_knowing_someone
from wraparound.foundation.access.wall import acting_as, lifted
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import (
    Address,
    Appearance,
    BlockingKey,
    ContactRule,
    EqualityAnswer,
    LinkDecision,
    LinkProposal,
    Relationship,
    SourceRecord,
)
from wraparound.foundation.people.services import decide_different, record_relationship
from wraparound.foundation.people.tests.factories import AISHA, AYESHA, BY, matter_of, opened, proposed, recorded

pytestmark = pytest.mark.django_db
OF_RECORDS = (SourceRecord, Address, ContactRule, EqualityAnswer, Appearance, Relationship)


def counted(actor: Any, model: Any) -> int:
    """How many rows a query without any narrowing returns to the actor."""
    with acting_as(actor):
        return int(model.objects.count())


def hidden(actor: Any, model: Any) -> bool:
    """Whether the database hides every row: SQLite has no second wall, so there all of them come back."""
    with lifted("test"):
        every = model.objects.count()
    assert every
    return counted(actor, model) == (0 if connection.vendor == "postgresql" else every)


@pytest.fixture
def matter(police: Any) -> Any:
    victim, other = recorded(police, "V1", AISHA), recorded(police, "P1", AYESHA)
    record_relationship(from_record=other, to_record=victim, kind="sibling", by=BY)
    return matter_of(police, victim, other)


@pytest.mark.parametrize("model", OF_RECORDS)
def test_another_organisations_rows_are_hidden(model: Any, matter: Any, housing: Any, someone: Any) -> None:
    actor = someone(Role.PRACTITIONER, housing)
    assert hidden(actor, model)
    opened(matter, housing)
    assert counted(actor, model)


@pytest.mark.parametrize("model", OF_RECORDS)
def test_ones_own_are_not(model: Any, matter: Any, police: Any, someone: Any) -> None:
    assert counted(someone(Role.PRACTITIONER, police), model)


@pytest.mark.parametrize("model", OF_RECORDS)
def test_whoever_knows_someone_gets_nothing_from_the_database(
    model: Any, matter: Any, police: Any, someone: Any
) -> None:
    actor = someone(Role.PRACTITIONER, police)
    declare_knowing_someone(matter=matter, by=actor)
    assert hidden(actor, model)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LINK_REVIEWER, Role.INFORMATION_GOVERNANCE])
@pytest.mark.parametrize("model", [Address, ContactRule, EqualityAnswer, Relationship])
def test_roles_that_reach_nobody_get_no_particulars(
    role: Role, model: Any, matter: Any, police: Any, someone: Any
) -> None:
    assert hidden(someone(role, police), model)


def test_the_keys_open_to_nobody(matter: Any, police: Any, someone: Any) -> None:
    assert hidden(someone(Role.PRACTITIONER, police), BlockingKey)


def test_pairs_and_decisions_are_the_link_reviewers(police: Any, housing: Any, someone: Any) -> None:
    reviewer = someone(Role.LINK_REVIEWER, police)
    pair = (recorded(police, "V1"), recorded(housing, "H1"))
    decide_different(proposal=proposed(*pair), reason="Not her", by=reviewer)
    for model in (LinkProposal, LinkDecision):
        assert hidden(someone(Role.PRACTITIONER, police), model)
        assert counted(reviewer, model) == 1
    assert counted(reviewer, SourceRecord) == 2


def test_every_table_about_people_is_walled_or_says_nothing() -> None:
    from django.apps import apps

    tables = {model._meta.db_table for model in apps.get_app_config("people").get_models()}
    assert tables - set(WALLED) == {"people_person"}
    assert {"people_linkdecision", "people_sourcerecordversion"} <= set(APPEND_ONLY)
