"""Who may see a commitment and who may take which step. When a step is possible is said by `states`.

Each rule raises with a sentence for the reader; its `can_` twin returns a bool by calling it. None of them asks the
database, so that a page may call them for every row: that a row may be seen at all was decided when it was read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from wraparound.foundation.access.decisions import allow, check_open, facing_otherwise, in_open_matters, register
from wraparound.foundation.access.models import Matter
from wraparound.foundation.access.queries import only_in_emergency
from wraparound.foundation.commitments.models import Chase, Commitment, CommitmentChange
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.kit.errors import Refused, Stop

M = TypeVar("M", bound=Model)

KEEPERS = WORKING_WITH_PEOPLE - {Role.POLICE_CLERK}
"""Roles in which a promise can be made, answered and kept."""


def kept_from_perpetrators_workers(
    actor: Actor, rows: QuerySet[M], path: str = "matter_id", mark: str = "never_to_perpetrator"
) -> QuerySet[M]:
    """`rows` without what is marked *never to the perpetrator* in matters where `actor` works with that person."""
    return rows.filter(Q(**{mark: False}) | Q(facing_otherwise(actor, path)))


def narrow(actor: Actor, rows: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """Commitments of matters that are open to `actor`, but for those kept from perpetrators' workers."""
    return kept_from_perpetrators_workers(actor, in_open_matters(actor, rows))


def narrow_changes(actor: Actor, rows: QuerySet[CommitmentChange]) -> QuerySet[CommitmentChange]:
    """The history of commitments that `actor` may see."""
    return rows.filter(commitment__in=narrow(actor, Commitment.objects.all()))


def narrow_chases(actor: Actor, rows: QuerySet[Chase]) -> QuerySet[Chase]:
    """What was sent about commitments that `actor` may see."""
    return rows.filter(commitment__in=narrow(actor, Commitment.objects.all()))


def check_can_propose(actor: Actor, matter: Matter) -> None:
    """Anyone who works in an open matter may propose what an agency should do, as that opens it to the agency.

    Not to whom it is open by an emergency alone: that passes, and opens nothing further.
    """
    if actor.is_system:
        return
    check_open(actor, matter.pk)
    if actor.role not in KEEPERS:
        raise Refused("Commitments are proposed by those who work on the case.")
    if only_in_emergency(actor, [matter.pk]):
        raise Refused("This case is open to you for an emergency only. Ask the agency that holds it to take this up.")


def check_can_make(actor: Actor, matter: Matter, organisation: Organisation) -> None:
    """A commitment stands at once for one's own agency, or when a chair or co-ordinator notes what an agency said."""
    check_can_propose(actor, matter)
    if actor.is_system or organisation.pk == actor.organisation_id:
        return
    if not actor.has_role(Role.MARAC_CHAIR, Role.MARAC_COORDINATOR):
        raise Refused(
            f"You can't commit {organisation.short_name}: only its own people can, or the chair or co-ordinator in a "
            "session at which it is present. Propose it instead."
        )


def check_can_answer(actor: Actor, commitment: Commitment) -> None:
    """A proposal is accepted or declined by the agency that it was made to."""
    _check_is_of_the_owner(actor, commitment, "Only the agency that this was proposed to can answer it.")


def check_can_do(actor: Actor, commitment: Commitment) -> None:
    """The owning agency says that it is done, and with what evidence."""
    _check_is_of_the_owner(actor, commitment, "Only the agency that owns this commitment can record it as done.")


def check_can_assign(actor: Actor, commitment: Commitment) -> None:
    """The owning agency says who of its people will do it."""
    _check_is_of_the_owner(actor, commitment, "Only the agency that owns this commitment can say who does it.")


def check_can_claim_not_possible(actor: Actor, commitment: Commitment) -> None:
    """The owning agency says that circumstances changed."""
    _check_is_of_the_owner(
        actor, commitment, "Only the agency that owns this commitment can say that it is no longer possible."
    )


def check_can_refuse_not_possible(actor: Actor, commitment: Commitment) -> None:
    """A co-ordinator decides whether circumstances changed or the agency did not do it (domain rules 3.4)."""
    if not actor.is_system and not actor.has_role(Role.MARAC_COORDINATOR):
        raise Refused("Only a MARAC co-ordinator decides whether a commitment is no longer possible.")


def check_can_confirm_not_possible(actor: Actor, commitment: Commitment) -> None:
    """As refusing it; but nobody confirms what they said themselves."""
    check_can_refuse_not_possible(actor, commitment)
    if actor.user_id is not None and actor.user_id == commitment.claimed_by_id:
        raise Refused("You said yourself that this is no longer possible: another co-ordinator confirms it.")


def check_can_set_not_done(actor: Actor, commitment: Commitment) -> None:
    """The owner says so, or a co-ordinator who has asked often enough."""
    if actor.is_system or actor.has_role(Role.MARAC_COORDINATOR):
        return
    _check_is_of_the_owner(
        actor, commitment, "Only the agency that owns this commitment, or a co-ordinator, can set it to not done."
    )


def _check_is_of_the_owner(actor: Actor, commitment: Commitment, sentence: str) -> None:
    if actor.is_system:
        return
    if commitment.organisation_id != actor.organisation_id:
        raise Refused(sentence)
    if actor.role not in KEEPERS:
        raise Refused("This is for those of your agency who work on the case.")


def bool_twin(check: Callable[..., None]) -> Callable[..., bool]:
    """The bool twin of a check."""

    def can(*facts: object) -> bool:
        try:
            check(*facts)
        except Stop:
            return False
        return True

    can.__doc__ = f"Whether `{check.__name__}` would let it through."
    return can


can_propose = bool_twin(check_can_propose)
can_make = bool_twin(check_can_make)
can_answer = bool_twin(check_can_answer)
can_do = bool_twin(check_can_do)
can_assign = bool_twin(check_can_assign)
can_claim_not_possible = bool_twin(check_can_claim_not_possible)
can_confirm_not_possible = bool_twin(check_can_confirm_not_possible)
can_refuse_not_possible = bool_twin(check_can_refuse_not_possible)
can_set_not_done = bool_twin(check_can_set_not_done)

VERBS: dict[str, Callable[[Actor, Commitment], None]] = {
    "see": allow,
    "accept": check_can_answer,
    "decline": check_can_answer,
    "do": check_can_do,
    "assign": check_can_assign,
    "claim_not_possible": check_can_claim_not_possible,
    "confirm_not_possible": check_can_confirm_not_possible,
    "refuse_not_possible": check_can_refuse_not_possible,
    "set_not_done": check_can_set_not_done,
}

register(Commitment, visible=narrow, verbs=VERBS)
register(CommitmentChange, visible=narrow_changes, verbs={"see": allow})
register(Chase, visible=narrow_chases, verbs={"see": allow})
