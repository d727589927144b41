"""Reads of organisations, people with accounts and their roles."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import QuerySet

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership, Organisation, User
from wraparound.foundation.partners.permissions import check_can_administer
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import Unknown


def organisation_of(actor: Actor) -> Organisation:
    """The organisation that `actor` acts for."""
    return Organisation.objects.get(pk=actor.organisation_id)


def holders_of(role: Role, organisation: Organisation, at: datetime | None = None) -> QuerySet[User]:
    """Active users who hold `role` in `organisation` now, or at `at`."""
    held = Membership.objects.live(at).filter(role=role, organisation=organisation)
    return User.objects.filter(pk__in=held.values("user_id")).order_by("name", "pk")


def memberships_of_organisation(actor: Actor) -> QuerySet[Membership]:
    """All memberships, ended ones too, of the organisation that `actor` administers."""
    check_can_administer(actor)
    return Membership.objects.filter(organisation_id=actor.organisation_id).select_related("user", "team")


def organisations_of_kind(*kinds: str) -> QuerySet[Organisation]:
    """The organisations of the given kinds (`OrganisationKind`)."""
    return Organisation.objects.filter(kind__in=kinds).order_by("name", "pk")


def membership_of_organisation(actor: Actor, pk: uuid.UUID) -> Membership:
    """One membership of the organisation that `actor` administers; raises Unknown for any other."""
    membership = memberships_of_organisation(actor).filter(pk=pk).first()
    if membership is None:
        raise Unknown
    return membership


def persona_memberships() -> list[tuple[str, list[Membership]]]:
    """The demo's personas by organisation: live memberships of accounts at ``.demo.invalid`` addresses."""
    found = (
        Membership.objects.live()
        .filter(user__email__endswith=".demo.invalid")
        .select_related("user", "organisation")
        .order_by("organisation__name", "user__name", "role")
    )
    groups: dict[str, list[Membership]] = {}
    for membership in found:
        groups.setdefault(membership.organisation.name, []).append(membership)
    return list(groups.items())
