"""Who may put cases off, agree to it, and call an emergency."""

from __future__ import annotations

from django.db.models import QuerySet

from wraparound.foundation.access.decisions import allow, facing_otherwise, in_open_matters, register
from wraparound.foundation.meetings.permissions import RUNNING
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import NotNow, Refused
from wraparound.response.marac.models import Deferral, Referral
from wraparound.response.marac.reversed import is_to_be_reviewed
from wraparound.response.marac.states import DEFERRAL_TRANSITIONS, DeferralState


def check_can_put_off(actor: Actor, thing: object = None) -> None:
    """The co-ordinator or the chair puts a case off."""
    if not actor.is_system and actor.role not in RUNNING:
        raise Refused("A case is put off by the chair or the co-ordinator.")


def check_can_call_emergency(actor: Actor, referral: Referral) -> None:
    """The co-ordinator or the chair calls an emergency MARAC; reversed roles are looked at before any listing."""
    if actor.role not in RUNNING:
        raise Refused("An emergency MARAC is called by the chair or the co-ordinator.")
    if is_to_be_reviewed(referral):
        raise NotNow("Who does what to whom is looked at first: the two are named the other way round here.")


def check_can_decide_deferral(actor: Actor, deferral: Deferral) -> None:
    """Past the rule set's limits only a chair can say that a case waits longer."""
    if not actor.has_role(Role.MARAC_CHAIR):
        raise Refused("Past the limits of the rule set only the chair decides.")
    if (DeferralState(deferral.state), "agree") not in DEFERRAL_TRANSITIONS:
        raise NotNow(f"This was decided already: {DeferralState(deferral.state).label.lower()}.")


def _facing_the_victim(actor: Actor, rows: QuerySet[Deferral]) -> QuerySet[Deferral]:
    """What keeps her safe meanwhile isn't for work with the perpetrator (safety rule 4)."""
    return in_open_matters(actor, rows).filter(facing_otherwise(actor))


register(Deferral, visible=_facing_the_victim, verbs={"see": allow, "decide": check_can_decide_deferral})
