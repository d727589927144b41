"""Accounts and roles. A membership that ends takes its access with it at once, in open sessions too."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership, Organisation, Team, User
from wraparound.foundation.partners.permissions import check_can_administer
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput
from wraparound.kit.events import emit


def add_user(*, email: str, name: str, by: Actor, password: str = "") -> User:
    """A new account, or the one that has this e-mail address already. It opens nothing without a membership.

    Raises Refused unless `by` administers an organisation, BadInput without an address or a name.
    """
    check_can_administer(by)
    email, name = email.strip().lower(), " ".join(name.split())
    if "@" not in email or not name:
        raise BadInput("Give the person's name and their work e-mail address.", "email")
    with transaction.atomic():
        existing = User.objects.filter(email__iexact=email).first()
        if existing is not None:
            return existing
        user = User(email=email, name=name)
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.save()
        emit("partners.user_added", user=user.pk, by=by.user_id)
    return user


def add_membership(
    *, user: User, organisation: Organisation, role: Role, by: Actor, team: Team | None = None
) -> Membership:
    """Give a role. Idempotent while the same role is held. Emits ``partners.membership_began``."""
    check_can_administer(by, organisation)
    if team is not None and team.organisation_id != organisation.pk:
        raise BadInput(f"The team {team} isn't part of {organisation}.", "team")
    with transaction.atomic():
        membership, is_new = Membership.objects.get_or_create(
            user=user, organisation=organisation, role=role, ends_at=None, defaults={"team": team}
        )
        if is_new:
            emit("partners.membership_began", membership=membership.pk, by=by.user_id)
    return membership


def end_membership(*, membership: Membership, because: str, by: Actor) -> Membership:
    """End a role now. Ending it again changes nothing. Emits ``partners.membership_ended``."""
    check_can_administer(by, membership.organisation)
    with transaction.atomic():
        current = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
        now = timezone.now()
        if current.ends_at is None or current.ends_at > now:
            current.ends_at = max(now, current.starts_at)
            current.ended_because = because.strip()
            current.save(update_fields=["ends_at", "ended_because"])
            emit("partners.membership_ended", membership=current.pk, by=by.user_id)
    return current
