"""Who takes part in the generated tests: for each role someone inside, someone outside, and someone excluded."""

from __future__ import annotations

from dataclasses import dataclass, field

from wraparound.foundation.areas.models import Area
from wraparound.foundation.areas.queries import partnership_area
from wraparound.foundation.partners.actors import Actor, actor_for, system
from wraparound.foundation.partners.models import Organisation, OrganisationKind, User
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.partners.services import add_membership, add_user

BY = system("test")


@dataclass
class Cast:
    """Organisations, and people in them.

    ``insiders``: whom the main case is open to, or whose work it is. ``outsiders``: the same roles in an organisation
    of another area that has nothing to do with it. ``excluded``: colleagues of the insiders who must not know of it.
    """

    area: Area
    police: Organisation
    housing: Organisation
    idva: Organisation
    marac: Organisation
    children: Organisation
    elsewhere: Organisation
    insiders: dict[Role, Actor] = field(default_factory=dict)
    outsiders: dict[Role, Actor] = field(default_factory=dict)
    excluded: dict[Role, Actor] = field(default_factory=dict)
    extras: dict[str, Actor] = field(default_factory=dict)

    def everyone(self) -> list[tuple[str, Actor]]:
        """Each person with a name for messages."""
        groups = {"insider": self.insiders, "outsider": self.outsiders, "excluded": self.excluded}
        named = [(f"{group} {role}", actor) for group, people in groups.items() for role, actor in people.items()]
        return named + list(self.extras.items())


def person(role: Role, organisation: Organisation, name: str) -> Actor:
    """A new person in a role."""
    slug = name.lower().replace(" ", "-").replace("'", "")
    user = add_user(email=f"{slug}@test.invalid", name=name, by=BY)
    return actor_for(add_membership(user=user, organisation=organisation, role=role, by=BY))


def user_of(actor: Actor) -> User:
    """The account behind an actor."""
    return User.objects.get(pk=actor.user_id)


def organisation_of_kind(kind: str) -> Organisation:
    """The pack's first organisation of a kind."""
    return Organisation.objects.filter(kind=kind).order_by("pk")[0]


def gather() -> Cast:
    """Everyone, signed up; nobody is involved in anything yet."""
    area = partnership_area()
    assert area is not None, "no pack is loaded"
    # Outside of everything above the partnership's area too, so that nothing invites it.
    far_away = Area.objects.create(code="X99000001", vintage="2024", name="Far away (invented)", kind=area.kind)
    elsewhere = Organisation.objects.create(
        slug="elsewhere",
        name="Elsewhere (invented)",
        short_name="Elsewhere",
        kind=OrganisationKind.OTHER,
        area=far_away,
    )
    cast = Cast(
        area=area,
        police=organisation_of_kind(OrganisationKind.POLICE),
        housing=organisation_of_kind(OrganisationKind.HOUSING),
        idva=organisation_of_kind(OrganisationKind.IDVA_SERVICE),
        marac=organisation_of_kind(OrganisationKind.MARAC_TEAM),
        children=organisation_of_kind(OrganisationKind.CHILDREN),
        elsewhere=elsewhere,
    )
    homes = {
        Role.POLICE_CLERK: cast.police,
        Role.PRACTITIONER: cast.police,
        Role.IDVA: cast.idva,
        Role.MARAC_COORDINATOR: cast.marac,
        Role.MARAC_CHAIR: cast.police,
        Role.MARAC_REPRESENTATIVE: cast.children,
        Role.AGENCY_LEAD: cast.housing,
        Role.REGIONAL_ADMINISTRATOR: cast.marac,
        Role.ANALYST: cast.marac,
        Role.LINK_REVIEWER: cast.marac,
        Role.INFORMATION_GOVERNANCE: cast.housing,
        Role.ADMINISTRATOR: cast.housing,
    }
    assert set(homes) == set(Role), "a new role needs a home in the tests"
    for role, home in homes.items():
        cast.insiders[role] = person(role, home, f"Inside {role.label}")
        cast.outsiders[role] = person(role, elsewhere, f"Outside {role.label}")
        if role not in (Role.ADMINISTRATOR, Role.REGIONAL_ADMINISTRATOR, Role.ANALYST):  # who see nobody's case
            cast.excluded[role] = person(role, home, f"Excluded {role.label}")
    cast.extras["housing officer"] = person(Role.PRACTITIONER, cast.housing, "Housing Officer")
    cast.extras["second co-ordinator"] = person(Role.MARAC_COORDINATOR, cast.marac, "Second Co-ordinator")
    cast.extras["named reader"] = person(Role.IDVA, cast.idva, "Named Reader")
    cast.extras["perpetrator's worker"] = person(
        Role.PRACTITIONER, organisation_of_kind(OrganisationKind.PERPETRATOR_SERVICE), "Perpetrator Worker"
    )
    return cast
