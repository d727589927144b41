"""Making a commitment, and saying who of the agency's people will keep it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import visible
from wraparound.foundation.access.models import Exclusion, Facing, Involvement, Matter
from wraparound.foundation.access.services import end_involvement, facing_towards, involve
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas import clocks
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.permissions import KEEPERS, VERBS, check_can_make, check_can_propose
from wraparound.foundation.commitments.services.writing import line, locked, remember, tell
from wraparound.foundation.commitments.states import OPEN_STATES, STANDS, START, State, leading_to
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership, Organisation, OrganisationKind, User
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference, NotNow

GROUND = "commitment"
PURPOSE = "keeping a commitment"


def propose(
    *,
    matter: Matter,
    organisation: Organisation,
    what: str,
    due_on: date,
    by: Actor,
    agreed_in: uuid.UUID | None = None,
    never_to_perpetrator: bool = False,
    owner: User | None = None,
) -> Commitment:
    """Propose what an agency that is absent should do: it accepts or declines. Involves the agency in the matter.

    The same proposal again, while the first is open, is the first. Raises BadInput for an empty `what`, a day that
    has passed, or an agency or owner who can't take part; Unknown or Refused as `check_can_propose`.
    Emits ``commitments.made``.
    """
    check_can_propose(by, matter)
    promise = _Promise(matter, organisation, what, due_on, agreed_in, never_to_perpetrator, owner)
    return _create(promise, START, by)


def make(
    *,
    matter: Matter,
    organisation: Organisation,
    what: str,
    due_on: date,
    by: Actor,
    agreed_in: uuid.UUID | None = None,
    never_to_perpetrator: bool = False,
    owner: User | None = None,
) -> Commitment:
    """A commitment that stands at once: one's own agency's, or what an agency that is present has said it will do.

    One's own is owned by oneself unless `owner` says otherwise. Raises as `propose`, and Refused as `check_can_make`.
    Emits ``commitments.made``.
    """
    check_can_make(by, matter, organisation)
    if owner is None and by.organisation_id == organisation.pk:
        owner = User.objects.filter(pk=by.user_id).first()
    promise = _Promise(matter, organisation, what, due_on, agreed_in, never_to_perpetrator, owner)
    return _create(promise, leading_to("accept"), by)


@dataclass(frozen=True)
class _Promise:
    """What is about to be promised or proposed."""

    matter: Matter
    organisation: Organisation
    what: str
    due_on: date
    agreed_in: uuid.UUID | None
    never_to_perpetrator: bool
    owner: User | None


def _create(promise: _Promise, state: State, by: Actor) -> Commitment:
    promise = replace(promise, what=line(promise.what, "what", "Say what will be done."))
    if not by.is_system and promise.due_on < clocks.today():
        raise BadInput("The day by which it will be done must be today or later.", "due_on")
    if promise.owner is not None:
        _check_keeper(promise.owner, promise.organisation)
    with transaction.atomic():
        # Locked, so that of two equal forms at once the second finds what the first made.
        Matter.objects.select_for_update(of=("self",)).get(pk=promise.matter.pk)
        same = _open_and_the_same(promise, by)
        if same is not None:
            return same
        facing, lawful_basis = _facing_and_basis(promise.matter, promise.organisation)
        if promise.never_to_perpetrator and facing == Facing.PERPETRATOR:
            raise BadInput(
                f"{promise.organisation.short_name} works with the perpetrator here, so what must never reach the "
                "perpetrator can't be theirs to do.",
                "never_to_perpetrator",
            )
        _check_may_take_part(promise.matter, promise.organisation, promise.owner)
        commitment = Commitment.objects.create(**_fields(promise), state=state, made_by_id=by.user_id)
        _involve(commitment, facing, lawful_basis, by)
        remember(commitment, "propose" if state is START else "make", "", by)
        log.write(by, "make_commitment", commitment, state=state.value, organisation=promise.organisation.pk)
        tell("made", commitment, by, state=state.value)
    return commitment


def _fields(promise: _Promise) -> dict[str, Any]:
    return {field.name: getattr(promise, field.name) for field in fields(promise)}


def _open_and_the_same(promise: _Promise, by: Actor) -> Commitment | None:
    rows = visible(by, Commitment.objects.all())
    return rows.filter(
        matter=promise.matter,
        organisation=promise.organisation,
        what=promise.what,
        due_on=promise.due_on,
        agreed_in=promise.agreed_in,
        state__in=OPEN_STATES,
    ).first()


def assign(*, commitment: Commitment, owner: User, version: int, by: Actor) -> Commitment:
    """Say who of the owning agency will do it. That person then sees the matter.

    Raises BadInput where the person isn't of the agency, ChangedMeanwhile for a stale `version`, NotNow once the
    commitment has ended. Emits ``commitments.assigned``.
    """
    with transaction.atomic():
        current = locked(commitment, by)
        VERBS["assign"](by, current)
        if current.owner_id == owner.pk:
            return current
        if State(current.state) not in OPEN_STATES:
            raise NotNow(STANDS[State(current.state)])
        if current.version != version:
            theirs = current.owner.name if current.owner else "Nobody yet"
            raise ChangedMeanwhile(
                [
                    Difference("Who does it", owner.name, theirs),
                    Difference("State", "Still to be kept", State(current.state).label),
                ]
            )
        _check_keeper(owner, current.organisation)
        facing, lawful_basis = _facing_and_basis(current.matter, current.organisation)
        _check_may_take_part(current.matter, current.organisation, owner)
        before = current.owner
        current.owner = owner
        current.version += 1
        current.save(update_fields=["owner", "version"])
        _involve(current, facing, lawful_basis, by)
        if before is not None:
            let_owners_involvement_end(current.matter, current.organisation, before, by)
        remember(current, "assign", current.state, by)
        log.write(by, "assign_commitment", current, owner=str(owner.pk))
        tell("assigned", current, by)
    return current


def let_owners_involvement_end(matter: Matter, organisation: Organisation, user: User, by: Actor) -> None:
    """End what was given to a person for owning commitments in a matter, once they own none there."""
    still_owns = Commitment.objects.filter(
        matter=matter, organisation=organisation, owner=user, state__in=OPEN_STATES
    ).exists()
    if still_owns:
        return
    given = Involvement.objects.filter(
        matter=matter, organisation=organisation, user=user, given_for=GROUND, ends_at__isnull=True
    )
    for involvement in given:
        end_involvement(involvement=involvement, at=timezone.now(), by=by)


def _check_keeper(owner: User, organisation: Organisation) -> None:
    roles = [role.value for role in KEEPERS]
    if not Membership.objects.live().filter(user=owner, organisation=organisation, role__in=roles).exists():
        raise BadInput(f"{owner.name} holds no role at {organisation.short_name} in which this can be done.", "owner")


def _check_may_take_part(matter: Matter, organisation: Organisation, owner: User | None) -> None:
    """Nobody is given a commitment in a matter that is closed to them."""
    excluded = Exclusion.objects.filter(matter=matter, lifted_at__isnull=True)
    if excluded.filter(organisation=organisation).exists():
        raise BadInput("This agency can't take part here. Ask the co-ordinator who else could.", "organisation")
    if owner is not None and excluded.filter(user=owner).exists():
        raise BadInput("This person can't take part here. Choose someone else.", "owner")


def _facing_and_basis(matter: Matter, organisation: Organisation) -> tuple[str, str]:
    """With whom the agency works in this matter, and the lawful basis, in words, on which it sees it.

    A commitment must not open more of a matter than the agency had. What it is given rests on the basis on which it
    was shown the matter before; an agency that comes in now, on the latest that was stated to anyone there.
    """
    with lifted("facing_of_agency"):
        given = list(
            Involvement.objects.filter(matter=matter)
            .order_by("-starts_at", "pk")
            .values_list("organisation_id", "ends_at", "facing", "lawful_basis")
        )
    now = timezone.now()
    facings = {facing for held_by, end, facing, _ in given if held_by == organisation.pk and (not end or end > now)}
    stated = sorted((held_by != organisation.pk, at) for at, (held_by, _, _, basis) in enumerate(given) if basis)
    lawful_basis = given[stated[0][1]][3] if stated else ""
    for facing in (Facing.ALL, Facing.VICTIM, Facing.CHILD, Facing.PERPETRATOR):
        if facing in facings:
            return facing.value, lawful_basis
    return facing_towards(organisation).value, lawful_basis


def _involve(commitment: Commitment, facing: str, lawful_basis: str, by: Actor) -> None:
    """Open the matter to those of the agency who answer for it, and to the person who will do it."""
    give = partial(
        involve,
        matter=commitment.matter,
        organisation=commitment.organisation,
        purpose=PURPOSE,
        given_for=GROUND,
        by=by,
        facing=facing,
        lawful_basis=lawful_basis,
    )
    give(roles=_answering_roles(commitment.organisation))
    if commitment.owner is not None:
        give(user=commitment.owner)


_ANSWERING: dict[str, tuple[Role, ...]] = {
    OrganisationKind.IDVA_SERVICE: (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD, Role.IDVA),
    OrganisationKind.MARAC_TEAM: (Role.MARAC_COORDINATOR, Role.MARAC_CHAIR, Role.AGENCY_LEAD),
}


def _answering_roles(organisation: Organisation) -> tuple[Role, ...]:
    """The roles that answer for an agency; all of them, where it has nobody in those."""
    roles = _ANSWERING.get(organisation.kind, (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD))
    held = Membership.objects.live().filter(organisation=organisation, role__in=[role.value for role in roles])
    return roles if held.exists() else ()
