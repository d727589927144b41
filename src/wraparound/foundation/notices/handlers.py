"""Who is told what happened to a commitment, and that e-mails wait.

Each is told once for each event, and only who may see the commitment. An e-mail goes out only where someone has to do
something: to be told that a thing is done is no task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from wraparound.foundation.access.decisions import visible
from wraparound.foundation.commitments.models import ChaseKind, Commitment
from wraparound.foundation.commitments.permissions import KEEPERS
from wraparound.foundation.commitments.states import State
from wraparound.foundation.notices.services import send_emails, tell
from wraparound.foundation.partners.actors import actor_for
from wraparound.foundation.partners.models import Membership, OrganisationKind
from wraparound.foundation.partners.roles import Role
from wraparound.kit.events import handles
from wraparound.kit.jinja import day
from wraparound.kit.models import Event


@handles("notices.emails_wait")
def send_what_waits(event: Event) -> None:
    """E-mails go out soon after what they are about."""
    send_emails(timezone.now())


# --- who -----------------------------------------------------------------------------------------------------


def _who_see(commitment: Commitment, memberships: Iterable[Membership]) -> list[Membership]:
    row = Commitment.objects.filter(pk=commitment.pk)
    return [membership for membership in memberships if visible(actor_for(membership), row).exists()]


def _held(commitment: Commitment, *roles: Role) -> QuerySet[Membership]:
    held = Membership.objects.live().filter(organisation_id=commitment.organisation_id, role__in=list(roles))
    return held.select_related("user", "team").order_by("pk")


def keepers(commitment: Commitment) -> list[Membership]:
    """Whoever will do it; where nobody is named, the agency's representatives, its lead, or anyone there who may."""
    levels = [
        _held(commitment, *KEEPERS).filter(user_id=commitment.owner_id),
        _held(commitment, Role.MARAC_REPRESENTATIVE),
        _held(commitment, Role.AGENCY_LEAD),
        _held(commitment, *KEEPERS),
    ]
    for level in levels:
        found = _who_see(commitment, level)
        if found:
            return found
    return []


def leads(commitment: Commitment) -> list[Membership]:
    """The owning agency's leads; the co-ordinators, where it has none who may know."""
    return _who_see(commitment, _held(commitment, Role.AGENCY_LEAD)) or coordinators(commitment)


def coordinators(commitment: Commitment) -> list[Membership]:
    """The co-ordinators of the MARAC team in whose matters it is."""
    held = Membership.objects.live().filter(organisation__kind=OrganisationKind.MARAC_TEAM, role=Role.MARAC_COORDINATOR)
    return _who_see(commitment, held.select_related("user", "team").order_by("pk"))


def maker(commitment: Commitment) -> list[Membership]:
    """Whoever proposed or noted it."""
    held = Membership.objects.live().filter(user_id=commitment.made_by_id).select_related("user").order_by("pk")
    return _who_see(commitment, held)


# --- what ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Message:
    """What is said to whom. `text` is filled with the agency and the day; it names no person and no case."""

    to: tuple[Callable[[Commitment], list[Membership]], ...]
    text: str
    is_task: bool


PROPOSED = Message((keepers,), "A commitment is proposed to {agency}: accept it, or decline with a reason.", True)
MADE = Message((keepers,), "{agency} has a new commitment, due {due}.", True)
MESSAGES = {
    "commitments.assigned": Message((keepers,), "You were named for a commitment of {agency}, due {due}.", True),
    "commitments.accepted": Message((maker,), "{agency} accepted a commitment that you proposed.", False),
    "commitments.declined": Message(
        (coordinators, maker), "{agency} declined a commitment: someone else may have to be asked.", True
    ),
    "commitments.done": Message((maker,), "{agency} recorded a commitment as done.", False),
    "commitments.claimed_not_possible": Message(
        (coordinators,), "{agency} says that a commitment is no longer possible: is it?", True
    ),
    "commitments.not_possible": Message(
        (keepers, maker), "A commitment of {agency} has ended: it is no longer possible.", False
    ),
    "commitments.claim_refused": Message(
        (keepers,), "A commitment of {agency} still stands: the co-ordinator says why.", True
    ),
    "commitments.not_done": Message((coordinators, maker), "A commitment of {agency} ended as not done.", False),
    "commitments.reminded": Message((keepers,), "A commitment of {agency} is due {due}.", True),
}
ESCALATED = {
    ChaseKind.UNANSWERED: "A proposal to {agency} was not answered in time.",
    ChaseKind.OVERDUE: "A commitment of {agency} is past its day: it was due {due}.",
    ChaseKind.NOT_DONE: "A commitment of {agency} ended as not done: read why.",
}


@handles("commitments.made")
def tell_of_commitment_made(event: Event) -> None:
    """The agency that it was proposed to, or whose word was noted for it."""
    commitment = _commitment_of(event)
    if event.payload["state"] != State.PROPOSED:
        _send(event, commitment, MADE)
    elif commitment.state == State.PROPOSED:  # one that was answered in the meantime waits for nobody
        _send(event, commitment, PROPOSED)


@handles("commitments.assigned")
@handles("commitments.accepted")
@handles("commitments.declined")
@handles("commitments.done")
@handles("commitments.claimed_not_possible")
@handles("commitments.not_possible")
@handles("commitments.claim_refused")
@handles("commitments.not_done")
@handles("commitments.reminded")
def tell_of_step(event: Event) -> None:
    """Those whom the step concerns, but for the one who took it."""
    _send(event, _commitment_of(event), MESSAGES[event.name])


@handles("commitments.escalated")
def tell_of_escalation(event: Event) -> None:
    """The agency's lead."""
    text = ESCALATED[ChaseKind(event.payload["kind"])]
    _send(event, _commitment_of(event), Message((leads,), text, True))


def _commitment_of(event: Event) -> Commitment:
    return Commitment.objects.select_related("organisation", "matter").get(pk=event.payload["commitment"])


def _send(event: Event, commitment: Commitment, message: Message) -> None:
    people = {m.user_id: m.user for find in message.to for m in find(commitment)}
    tell(
        [user for pk, user in people.items() if str(pk) != event.payload["by"]],
        event.name,
        message.text.format(agency=commitment.organisation.short_name, due=day(commitment.due_on)),
        key=f"event:{event.pk}",
        link=reverse("commitments:commitment", args=[commitment.pk]),
        matter=commitment.matter,
        email=message.is_task,
    )
