"""Who may administer accounts: an administrator, in their own organisation; the system everywhere."""

from __future__ import annotations

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import Refused, Unknown


def check_can_administer(actor: Actor, organisation: Organisation | None = None) -> None:
    """Raise Refused unless an administrator acts, and Unknown for another organisation than their own."""
    if actor.is_system:
        return
    if not actor.has_role(Role.ADMINISTRATOR):
        raise Refused("Only your organisation's administrator may change accounts and roles.")
    if organisation is not None and organisation.pk != actor.organisation_id:
        raise Unknown


def can_administer(actor: Actor, organisation: Organisation | None = None) -> bool:
    """Whether `check_can_administer` would let it through."""
    try:
        check_can_administer(actor, organisation)
    except (Refused, Unknown):
        return False
    return True
