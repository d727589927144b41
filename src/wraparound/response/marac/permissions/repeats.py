"""Who says whether something is a repeat, who reviews reversed roles, and who moves a case to another area."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db.models import Model, QuerySet

from wraparound.foundation.access.decisions import allow, facing_otherwise, in_open_matters, register
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import NotNow, Refused
from wraparound.response.marac.models import Direction, Referral, RepeatProposal, RoleReview, Transfer
from wraparound.response.marac.repeat_states import (
    REPEAT_TRANSITIONS,
    ROLE_REVIEW_TRANSITIONS,
    TRANSFER_TRANSITIONS,
    RepeatState,
    RoleReviewState,
    TransferState,
)

M = TypeVar("M", bound=Model)
CONFIRMING = frozenset({Role.MARAC_COORDINATOR})
REVIEWING_ROLES = frozenset({Role.MARAC_COORDINATOR, Role.MARAC_CHAIR})
MOVING = frozenset({Role.MARAC_COORDINATOR})
HANDING_OVER = frozenset({Role.IDVA})
SEEING_TRANSFERS = MOVING | HANDING_OVER | frozenset({Role.MARAC_CHAIR})


def check_can_confirm(actor: Actor, proposal: RepeatProposal) -> None:
    """A co-ordinator says whether it is a repeat, once."""
    if actor.role not in CONFIRMING:
        raise Refused("A MARAC co-ordinator says whether it is a repeat.")
    state = RepeatState(proposal.state)
    if (state, "confirm") not in REPEAT_TRANSITIONS:
        raise NotNow(f"This has been decided: {state.label.lower()}.")


def check_can_review_roles(actor: Actor, review: RoleReview) -> None:
    """A co-ordinator or chair reviews who does what to whom, once."""
    if actor.role not in REVIEWING_ROLES:
        raise Refused("A MARAC co-ordinator or chair reviews who does what to whom.")
    state = RoleReviewState(review.state)
    if (state, "decide") not in ROLE_REVIEW_TRANSITIONS:
        raise NotNow(f"This has ended: {state.label.lower()}.")


def _may(event: str, roles: frozenset[Role], sentence: str) -> Callable[[Actor, Transfer], None]:
    def check(actor: Actor, transfer: Transfer) -> None:
        if actor.role not in roles:
            raise Refused(sentence)
        state = TransferState(transfer.state)
        if (state, event) not in TRANSFER_TRANSITIONS:
            raise NotNow(f"That can't be done now. This transfer: {state.label.lower()}.")

    return check


def check_can_hand_over(actor: Actor, transfer: Transfer) -> None:
    """The IDVA hands over to, or takes over from, the colleague in the other area: while it isn't called off."""
    if actor.role not in HANDING_OVER:
        raise Refused("The IDVA hands over to the IDVA of the other area.")
    if transfer.state == TransferState.CALLED_OFF:
        raise NotNow("This transfer was called off.")


def check_can_begin_transfer(actor: Actor, referral: Referral) -> None:
    """A co-ordinator moves a case to another area's MARAC, or records one that came from there."""
    if actor.role not in MOVING:
        raise Refused("A MARAC co-ordinator moves cases between areas.")


def _facing_the_victim(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    """Not for work with the perpetrator (safety rule 4)."""
    return in_open_matters(actor, rows).filter(facing_otherwise(actor))


def _of_repeats(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    return _facing_the_victim(actor, rows) if actor.role in REVIEWING_ROLES else rows.none()


def _of_transfers(actor: Actor, rows: QuerySet[Transfer]) -> QuerySet[Transfer]:
    """Where somebody came from is for the table; where she goes is for the few who arrange it."""
    mine = rows if actor.role in SEEING_TRANSFERS else rows.filter(direction=Direction.IN)
    return _facing_the_victim(actor, mine)


_ARRANGING = "A MARAC co-ordinator moves cases between areas."
register(RepeatProposal, visible=_of_repeats, verbs={"see": allow, "decide": check_can_confirm})
register(RoleReview, visible=_of_repeats, verbs={"see": allow, "decide": check_can_review_roles})
register(
    Transfer,
    visible=_of_transfers,
    verbs={
        "see": allow,
        "send": _may("send", MOVING, _ARRANGING),
        "call_off": _may("call_off", MOVING, _ARRANGING),
        "confirm_receipt": _may("confirm_receipt", MOVING, _ARRANGING),
        "hand_over": check_can_hand_over,
    },
)
