"""Matters, people in roles and commitments, made by the real services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from wraparound.foundation.access.models import Facing, Matter, MatterKind
from wraparound.foundation.access.services import involve, open_matter
from wraparound.foundation.areas import clocks
from wraparound.foundation.commitments import services
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.states import State
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.models import Organisation, User
from wraparound.foundation.partners.roles import Role

SYSTEM = system("test")


@dataclass
class World:
    """One matter of the police, with the MARAC team and the IDVA service involved, and people in roles."""

    matter: Matter
    police: Organisation
    housing: Organisation
    idva_service: Organisation
    marac_team: Organisation
    someone: Callable[..., Actor]
    officer: Actor
    representative: Actor  # of housing
    lead: Actor  # of housing
    idva: Actor
    coordinator: Actor
    other_coordinator: Actor
    chair: Actor

    def another_matter(self) -> Matter:
        """A second matter with the same organisations."""
        return a_matter(self.matter.area, self.police, self.marac_team, self.idva_service)


def a_matter(area: Any, owner: Organisation, *involved: Organisation) -> Matter:
    """A matter that `owner` owns and in which the others are involved, each with all of its roles."""
    matter = open_matter(kind=MatterKind.CASE, organisation=owner, area=area, by=SYSTEM)
    for organisation in (owner, *involved):
        involve(matter=matter, organisation=organisation, purpose="test", given_for="owner", by=SYSTEM)
    return matter


def a_world(
    area: Any,
    police: Organisation,
    housing: Organisation,
    idva_service: Organisation,
    marac_team: Organisation,
    someone: Callable[..., Actor],
) -> World:
    """See `World`."""
    return World(
        matter=a_matter(area, police, marac_team, idva_service),
        police=police,
        housing=housing,
        idva_service=idva_service,
        marac_team=marac_team,
        someone=someone,
        officer=someone(Role.PRACTITIONER, police, "Olu Officer"),
        representative=someone(Role.MARAC_REPRESENTATIVE, housing, "Rae Representative"),
        lead=someone(Role.AGENCY_LEAD, housing, "Lee Lead"),
        idva=someone(Role.IDVA, idva_service, "Ida Idva"),
        coordinator=someone(Role.MARAC_COORDINATOR, marac_team, "Cory Coordinator"),
        other_coordinator=someone(Role.MARAC_COORDINATOR, marac_team, "Orla Coordinator"),
        chair=someone(Role.MARAC_CHAIR, marac_team, "Charlie Chair"),
    )


def proposed(world: World, what: str = "Change the locks", days: int = 3, **more: Any) -> Commitment:
    """What the co-ordinator proposes to housing, due in so many days."""
    options = {"matter": world.matter, "organisation": world.housing, "by": world.coordinator} | more
    due_on: date = options.pop("due_on", clocks.today() + timedelta(days=days))
    return services.propose(what=what, due_on=due_on, **options)


def accepted(world: World, what: str = "Change the locks", days: int = 3, **more: Any) -> Commitment:
    """What housing has accepted."""
    commitment = proposed(world, what, days, **more)
    return services.accept(commitment=commitment, version=commitment.version, by=world.representative)


def evidence(**more: Any) -> services.Evidence:
    """Evidence of today."""
    facts = {"what": "Locks changed", "on": clocks.today(), "who": "J. Fitter", "reference": "JOB 7"} | more
    return services.Evidence(**facts)


def in_state(world: World, state: State, what: str = "Change the locks") -> Commitment:
    """A commitment of housing, brought into `state` by the steps that lead there."""
    if state is State.PROPOSED:
        return proposed(world, what)
    if state is State.DECLINED:
        c = proposed(world, what)
        return services.decline(commitment=c, reason="No staff", version=c.version, by=world.representative)
    c = accepted(world, what)
    step = {"commitment": c, "version": c.version, "by": world.representative}
    if state is State.DONE:
        return services.do(evidence=evidence(), **step)
    if state is State.NOT_DONE:
        return services.set_not_done(reason="Forgotten", **step)
    if state in (State.CLAIMED_NOT_POSSIBLE, State.NO_LONGER_POSSIBLE):
        c = services.claim_not_possible(reason="She has moved", **step)
        if state is State.NO_LONGER_POSSIBLE:
            c = services.confirm_not_possible(commitment=c, version=c.version, by=world.coordinator)
    return c


def again(commitment: Commitment) -> Commitment:
    """The commitment as the database has it."""
    return Commitment.objects.get(pk=commitment.pk)


def user_of(actor: Actor) -> User:
    """The actor's user."""
    return User.objects.get(pk=actor.user_id)


def perpetrators_worker(someone: Callable[..., Actor], matter: Matter, organisation: Organisation) -> Actor:
    """Someone of an organisation that works with the perpetrator in the matter."""
    involve(
        matter=matter,
        organisation=organisation,
        purpose="test",
        given_for="programme",
        by=SYSTEM,
        facing=Facing.PERPETRATOR,
    )
    return someone(Role.PRACTITIONER, organisation, "Perry Worker")
