"""Who may look in an emergency, who may see that somebody did, and who says whether it was right (safety rule 6)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from wraparound.foundation.access import decisions
from wraparound.foundation.access.conditions import NotKeptFrom
from wraparound.foundation.access.decisions import allow
from wraparound.foundation.access.models import EmergencyLook, Exclusion
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.queries import holders_of, organisation_of
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.kit.errors import Refused, Stop

LOOKING = WORKING_WITH_PEOPLE - {Role.POLICE_CLERK}
"""Those who may have someone frightened before them. A clerk has files."""

REVIEWING = frozenset({Role.INFORMATION_GOVERNANCE, Role.AGENCY_LEAD})


def check_can_look_in_emergency(actor: Actor) -> None:
    """Raise Refused unless a person acts in a role that works with people."""
    if actor.user_id is None or actor.role not in LOOKING:
        raise Refused("Only someone who works with people may look in an emergency.")


def can_look_in_emergency(actor: Actor) -> bool:
    """Whether `check_can_look_in_emergency` would let it through."""
    try:
        check_can_look_in_emergency(actor)
    except Stop:
        return False
    return True


def check_can_review(actor: Actor, look: EmergencyLook) -> None:
    """Raise Refused unless the actor answers for it in the agency that holds the case, and didn't look themselves.

    Information governance does; the agency's lead where nobody else there can.
    """
    if actor.role not in REVIEWING or actor.organisation_id != look.owner_id:
        raise Refused("The agency that holds the case reviews this.")
    if actor.user_id == look.user_id:
        raise Refused("You looked yourself, so somebody else says whether it was right.")
    if actor.has_role(Role.AGENCY_LEAD) and _has_governance(look):
        raise Refused("Your organisation's information governance reviews this.")


def can_review(actor: Actor, look: EmergencyLook) -> bool:
    """Whether `check_can_review` would let it through."""
    try:
        check_can_review(actor, look)
    except Stop:
        return False
    return True


def reviews_here(actor: Actor) -> bool:
    """Whether looks into the cases of the actor's organisation are theirs to review."""
    if actor.has_role(Role.AGENCY_LEAD):
        return not holders_of(Role.INFORMATION_GOVERNANCE, organisation_of(actor)).exists()
    return actor.has_role(Role.INFORMATION_GOVERNANCE)


def _has_governance(look: EmergencyLook) -> bool:
    """Whether someone in information governance there may know of the case, and didn't look themselves."""
    with lifted("reviewers"):
        kept_out = Exclusion.objects.filter(matter=look.matter_id, user__isnull=False, lifted_at__isnull=True)
        holders = holders_of(Role.INFORMATION_GOVERNANCE, look.owner).exclude(pk=look.user_id)
        return holders.exclude(pk__in=kept_out.values("user_id")).exists()


def _looks(actor: Actor, rows: QuerySet[EmergencyLook]) -> QuerySet[EmergencyLook]:
    """One's own, and those into one's own organisation's cases for whoever answers for them there."""
    theirs = Q(user_id=actor.user_id)
    if actor.role in REVIEWING:
        theirs |= Q(owner_id=actor.organisation_id)
    return rows.filter(theirs, NotKeptFrom(actor))


def register() -> None:
    """Say what a look in an emergency opens. It stands behind its own wall: its reviewers open no case."""
    decisions.register(EmergencyLook, visible=_looks, verbs={"see": allow, "review": check_can_review})
