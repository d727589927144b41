"""Who may see a matter, and who may not although they are involved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check_open, facing_of, is_open
from wraparound.foundation.access.models import AccessLogEntry, AccessLogSeal, Exclusion, Matter, MatterKind
from wraparound.foundation.access.services import (
    declare_knowing_someone,
    end_involvement,
    exclude,
    involve,
    lift_exclusion,
    open_matter,
)
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.models import User
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.kit.errors import BadInput, Refused, Unknown

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter(police, area):
    by = system("test")
    matter = open_matter(kind=MatterKind.CASE, organisation=police, area=area, by=by)
    involve(matter=matter, organisation=police, purpose="test", given_for="owner", by=by)
    return matter


@pytest.mark.parametrize("role", list(Role))
def test_a_matter_opens_to_involved_roles_that_work_with_people_and_to_no_other_agency(
    role, matter, police, housing, someone
):
    assert is_open(someone(role, police), matter.pk) is (role in WORKING_WITH_PEOPLE)
    assert not is_open(someone(role, housing), matter.pk)


def test_an_involvement_may_be_of_some_roles_or_one_person_and_ends(matter, housing, someone):
    representative = someone(Role.MARAC_REPRESENTATIVE, housing)
    officer = someone(Role.PRACTITIONER, housing)
    by = system("test")
    given = involve(
        matter=matter,
        organisation=housing,
        purpose="MARAC",
        given_for="session",
        roles=(Role.MARAC_REPRESENTATIVE,),
        by=by,
    )
    assert is_open(representative, matter.pk)
    assert not is_open(officer, matter.pk)
    user = User.objects.get(pk=officer.user_id)
    involve(matter=matter, organisation=housing, purpose="referral", given_for="referrer", user=user, by=by)
    assert is_open(officer, matter.pk)
    end_involvement(involvement=given, at=timezone.now() - timedelta(seconds=1), by=by)
    assert not is_open(representative, matter.pk)


def test_an_own_declaration_closes_the_matter_at_once_and_twice_is_once(matter, police, someone):
    officer = someone(Role.PRACTITIONER, police)
    colleague = someone(Role.PRACTITIONER, police)
    declare_knowing_someone(matter=matter, by=officer)
    with pytest.raises(Unknown):
        declare_knowing_someone(matter=matter, by=officer)
    with pytest.raises(Unknown):
        check_open(officer, matter.pk)
    assert Exclusion.objects.filter(matter=matter).count() == 1
    assert is_open(colleague, matter.pk)


def test_an_organisation_is_excluded_by_a_coordinator_with_a_reason_only(matter, marac_team, police, housing, someone):
    by = system("test")
    for organisation in (marac_team, housing):
        involve(matter=matter, organisation=organisation, purpose="MARAC", given_for="referral", by=by)
    coordinator = someone(Role.MARAC_COORDINATOR, marac_team)
    officer = someone(Role.PRACTITIONER, police)
    tenant_officer = someone(Role.PRACTITIONER, housing)
    with pytest.raises(Refused):
        exclude(matter=matter, organisation=housing, reason="employs him", by=officer)
    with pytest.raises(BadInput):
        exclude(matter=matter, organisation=housing, reason=" ", by=coordinator)
    with pytest.raises(BadInput):
        exclude(matter=matter, reason="employs him", by=coordinator)
    exclusion = exclude(matter=matter, organisation=housing, reason="employs him", by=coordinator)
    assert not is_open(tenant_officer, matter.pk)
    lift_exclusion(exclusion=exclusion, by=coordinator)
    assert is_open(tenant_officer, matter.pk)


def test_the_widest_facing_of_ones_own_role_counts(matter, housing, someone):
    by = system("test")
    worker = someone(Role.PRACTITIONER, housing)
    involve(matter=matter, organisation=housing, purpose="x", given_for="programme", facing="perpetrator", by=by)
    assert facing_of(worker, matter.pk) == "perpetrator"
    involve(matter=matter, organisation=housing, purpose="x", given_for="referral", facing="all", by=by)
    assert facing_of(worker, matter.pk) == "all"


def test_the_log_and_its_seals_are_never_changed(matter):
    log.write(system("test"), "see", matter, matter_id=matter.pk)
    entry = AccessLogEntry.objects.latest("pk")
    for change in (lambda: AccessLogEntry.objects.filter(pk=entry.pk).update(verb="x"), entry.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert log.seal(timezone.now() + timedelta(hours=1)) >= 1
    assert log.seal(timezone.now() + timedelta(hours=1)) == 0
    assert log.broken_seals() == []
    seal = AccessLogSeal.objects.latest("pk")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AccessLogSeal.objects.filter(pk=seal.pk).update(digest="0" * 64)


def test_the_database_itself_hides_a_matter_from_others(matter, police, housing, someone):
    from django.db import connection

    if connection.vendor != "postgresql":
        assert Matter.objects.filter(pk=matter.pk).exists()  # SQLite has no second wall
        return
    with acting_as(someone(Role.PRACTITIONER, police)):
        assert Matter.objects.filter(pk=matter.pk).exists()
    with acting_as(someone(Role.PRACTITIONER, housing)):
        assert not Matter.objects.filter(pk=matter.pk).exists()
    with acting_as(someone(Role.ADMINISTRATOR, police)):
        assert Matter.objects.filter(pk=matter.pk).exists() is False
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
