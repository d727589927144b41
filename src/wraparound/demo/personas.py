"""The people of the demo who can be tried: one and more for every role, in the pack's own organisations.

Their addresses end in ``.demo.invalid``, by which the demo's page of personas finds them. Colleagues, who only fill the
organisations so that referrals come from everywhere, end in ``.colleagues.invalid`` and aren't listed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db.models import Count

from wraparound.foundation.areas.pack import current_pack
from wraparound.foundation.partners.actors import Actor, actor_for, system
from wraparound.foundation.partners.models import Membership, Organisation, User
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.partners.services import add_membership, add_user
from wraparound.kit.errors import Stop

SIGN_IN_WORDS = "invented people only"
"""What every persona types to sign in at the real page. Meant to be known: nothing here is about anyone."""

BY = system("demo")
SPEAKING = frozenset({Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD})


@dataclass(frozen=True)
class Persona:
    """Somebody invented who works at an organisation of some kind, in one role or two."""

    name: str
    kind: str  # of organisation
    roles: tuple[Role, ...]
    is_listed: bool = True


def _p(name: str, kind: str, *roles: Role) -> Persona:
    return Persona(name, kind, roles)


PERSONAS = (
    _p("Tom Gallagher", "police", Role.PRACTITIONER),
    _p("Priya Chauhan", "police", Role.PRACTITIONER),
    _p("Denise Rowley", "police", Role.POLICE_CLERK),
    _p("Marcus Campbell", "police", Role.MARAC_REPRESENTATIVE, Role.MARAC_CHAIR),
    _p("Farah Iqbal", "police", Role.ADMINISTRATOR),
    _p("Amina Yusuf", "housing", Role.PRACTITIONER),
    _p("Gurdeep Singh Gill", "housing", Role.MARAC_REPRESENTATIVE),
    _p("Carol Baker", "housing", Role.AGENCY_LEAD),
    _p("Neil Foster", "housing", Role.ADMINISTRATOR),
    _p("Sadia Rahman", "idva_service", Role.IDVA),
    _p("Joanne O'Connor", "idva_service", Role.IDVA),
    _p("Beth Lloyd-Mason", "idva_service", Role.MARAC_REPRESENTATIVE),
    _p("Leon Francis", "children", Role.MARAC_REPRESENTATIVE),
    _p("Katarzyna Nowak", "children", Role.PRACTITIONER),
    _p("Kathleen Tranter", "adults", Role.MARAC_REPRESENTATIVE),
    _p("David Cheung", "adults", Role.AGENCY_LEAD),
    _p("Nasreen Malik", "health", Role.MARAC_REPRESENTATIVE),
    _p("Owen Hughes", "mental_health", Role.MARAC_REPRESENTATIVE),
    _p("Chantelle Reid", "probation", Role.MARAC_REPRESENTATIVE),
    _p("Shabana Hussain", "marac_team", Role.MARAC_COORDINATOR),
    _p("Alison Marshall", "marac_team", Role.MARAC_CHAIR),
    _p("Bernadette Quill", "marac_team", Role.REGIONAL_ADMINISTRATOR),
    _p("Miriam Adeyemi", "marac_team", Role.ANALYST),
    _p("Yvonne Grant", "marac_team", Role.LINK_REVIEWER),
    _p("Ibrahim Khalil", "marac_team", Role.INFORMATION_GOVERNANCE),
    _p("Ruth Mensah", "marac_team", Role.ADMINISTRATOR),
)
_COLLEAGUES = (
    ("Helen Price", "police", Role.AGENCY_LEAD),
    ("Ade Balogun", "police", Role.PRACTITIONER),
    ("Ruta Popescu", "housing", Role.PRACTITIONER),
    ("Marcia Blake", "idva_service", Role.AGENCY_LEAD),
    ("Hina Qureshi", "idva_service", Role.IDVA),
    ("Emma Booth", "idva_service", Role.PRACTITIONER),
    ("Simon Pearce", "marac_team", Role.MARAC_COORDINATOR),
    ("Delroy Gordon", "marac_team", Role.LINK_REVIEWER),
    ("Rekha Patel", "children", Role.AGENCY_LEAD),
    ("Liam Byrne", "adults", Role.PRACTITIONER),
    ("Jade Wilkes", "health", Role.PRACTITIONER),
    ("Anil Joshi", "health", Role.AGENCY_LEAD),
    ("Claire Poole", "mental_health", Role.PRACTITIONER),
    ("Usha Nair", "mental_health", Role.AGENCY_LEAD),
    ("Ryan Stokes", "probation", Role.PRACTITIONER),
    ("Linda Bates", "probation", Role.AGENCY_LEAD),
    ("Grace Owusu", "substance_misuse", Role.MARAC_REPRESENTATIVE),
    ("Dean Haywood", "substance_misuse", Role.PRACTITIONER),
    ("Salma Khatun", "specialist", Role.PRACTITIONER),
    ("Maeve Nolan", "education", Role.PRACTITIONER),
    ("Kamaljit Kaur Sandhu", "by_and_for", Role.PRACTITIONER),
)
EVERYONE = (*PERSONAS, *(Persona(name, kind, (role,), is_listed=False) for name, kind, role in _COLLEAGUES))


class Staff:
    """Who works where in the demo, as the actors that they are."""

    def __init__(self, actors: dict[tuple[str, Role], list[Actor]], organisations: dict[str, Organisation]) -> None:
        self._actors = actors
        self.organisations = organisations

    def all(self, kind: str, *roles: Role) -> list[Actor]:
        """Everyone there in one of the roles, personas first."""
        return [actor for role in roles for actor in self._actors.get((kind, role), [])]

    def one(self, kind: str, *roles: Role, turn: int = 0) -> Actor:
        """One of them, in turn. Raises Stop where the pack has no such organisation."""
        found = self.all(kind, *roles)
        if not found:
            raise Stop(f"Nobody in the demo works as {', '.join(roles)} in an organisation of the kind {kind}.")
        return found[turn % len(found)]

    def has(self, kind: str) -> bool:
        """Whether the pack has an organisation of this kind."""
        return kind in self.organisations


def employ(*, since: datetime, at_table: Collection[str]) -> Staff:
    """Give everyone an account and their roles, from `since` on. Doing it again changes nothing.

    `at_table` are the kinds of organisation that sit at the MARAC: others have nobody who speaks for them there.
    """
    organisations = {kind: found for kind in {p.kind for p in EVERYONE} if (found := organisation_of_kind(kind))}
    memberships: list[tuple[str, Membership]] = []
    listed: list[object] = []
    for persona in EVERYONE:
        organisation = organisations.get(persona.kind)
        has_no_seat = bool(SPEAKING.intersection(persona.roles)) and persona.kind not in (*at_table, "marac_team")
        if organisation is None or has_no_seat:
            continue
        user = add_user(email=email_of(persona, organisation), name=persona.name, by=BY)
        if persona.is_listed:
            listed.append(user.pk)
        given = [add_membership(user=user, organisation=organisation, role=role, by=BY) for role in persona.roles]
        memberships += [(persona.kind, membership) for membership in given]
    # One hash for all: making one takes a third of a second, on purpose.
    hashed = make_password(SIGN_IN_WORDS)
    unset = [user.pk for user in User.objects.filter(pk__in=listed) if not user.has_usable_password()]
    User.objects.filter(pk__in=unset).update(password=hashed)
    Membership.objects.filter(pk__in=[m.pk for _, m in memberships], starts_at__gt=since).update(starts_at=since)
    actors: dict[tuple[str, Role], list[Actor]] = {}
    for kind, membership in memberships:
        actors.setdefault((kind, Role(membership.role)), []).append(actor_for(membership))
    return Staff(actors, organisations)


def organisation_of_kind(kind: str) -> Organisation | None:
    """The pack's organisation that stands for its kind in the demo: the first that has teams, or the first."""
    if kind == "marac_team":
        return Organisation.objects.filter(slug=current_pack().about.marac_organisation).first()
    rows = Organisation.objects.filter(kind=kind).annotate(number=Count("teams")).order_by("pk")
    found = list(rows)
    return next((one for one in found if one.number), found[0] if found else None)


def email_of(persona: Persona, organisation: Organisation) -> str:
    """An address that nothing can be sent to: the ending ``.invalid`` is reserved for that."""
    plain = unicodedata.normalize("NFKD", persona.name.lower()).encode("ascii", "ignore").decode()
    local = ".".join("".join(sign for sign in word if sign.isalnum() or sign == "-") for word in plain.split())
    return f"{local}@{organisation.slug}.{'demo' if persona.is_listed else 'colleagues'}.invalid"


def sign_ins() -> list[tuple[str, str, str]]:
    """The personas that are there: (e-mail, name, roles with organisation)."""
    rows: dict[str, tuple[str, list[str]]] = {}
    found = Membership.objects.live().filter(user__email__endswith=".demo.invalid")
    for membership in found.select_related("user", "organisation").order_by("organisation__name", "user__name", "role"):
        _, roles = rows.setdefault(membership.user.email, (membership.user.name, []))
        roles.append(f"{Role(membership.role).label}, {membership.organisation.short_name}")
    return [(email, name, "; ".join(roles)) for email, (name, roles) in rows.items()]
