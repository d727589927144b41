"""Which organisations have which part in an area's MARAC. Public knowledge: no wall applies."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from wraparound.foundation.areas.models import Area
from wraparound.foundation.areas.pack import open_pack
from wraparound.foundation.areas.queries import lineage
from wraparound.foundation.meetings.models import Panel
from wraparound.foundation.partners.models import Membership, Organisation, OrganisationKind, User
from wraparound.foundation.partners.queries import holders_of, organisations_of_kind
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import NotNow


def marac_panel(area: Area) -> Panel:
    """The panel that hears the cases of an area: its own, or that of what it is part of. Raises NotNow without one."""
    above = {place.pk: depth for depth, place in enumerate(lineage(area))}
    panels = list(Panel.objects.filter(kind="marac", area_id__in=above).select_related("area", "organisation"))
    if not panels:
        raise NotNow(f"No MARAC is set up for {area}. Ask whoever keeps the reference pack.")
    return min(panels, key=lambda panel: (above[panel.area_id], panel.pk))


def marac_team(area: Area) -> Organisation:
    """The organisation that co-ordinates the MARAC of an area."""
    slug = open_pack(settings.PACK).about.marac_organisation
    found = Organisation.objects.filter(slug=slug).first()
    return found if found is not None else marac_panel(area).organisation


def idva_services(area: Area) -> list[Organisation]:
    """The IDVA services that every victim-survivor of the area is referred to."""
    return _nearest(organisations_of_kind(OrganisationKind.IDVA_SERVICE), area)


def core_organisations(area: Area, kinds: Iterable[str]) -> list[Organisation]:
    """The organisations of the given kinds that have somebody to speak for them at a MARAC.

    Those without a representative or a lead could not answer, and are not told of anyone.
    """
    speaking = (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD, Role.MARAC_CHAIR)
    found = _nearest(organisations_of_kind(*kinds), area)
    held = Membership.objects.live().filter(organisation__in=found, role__in=[role.value for role in speaking])
    with_someone = set(held.values_list("organisation_id", flat=True))
    return [organisation for organisation in found if organisation.pk in with_someone]


def chairing_organisations(area: Area) -> list[Organisation]:
    """The organisations from which the MARAC's chairs come."""
    held = Membership.objects.live().filter(role=Role.MARAC_CHAIR)
    rows = Organisation.objects.filter(pk__in=held.values("organisation_id")).order_by("name", "pk")
    return _nearest(rows, area)


def coordinators(area: Area) -> list[User]:
    """The co-ordinators of the area's MARAC."""
    return list(holders_of(Role.MARAC_COORDINATOR, marac_team(area)))


def at_the_table(organisations: Iterable[Organisation]) -> list[User]:
    """Who may speak for these organisations at a session: their representatives, leads, chairs and IDVAs."""
    roles = (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD, Role.MARAC_CHAIR, Role.IDVA)
    held = Membership.objects.live().filter(organisation__in=list(organisations), role__in=[r.value for r in roles])
    return list(User.objects.filter(pk__in=held.values("user_id")).order_by("name", "pk"))


def _nearest(rows: Iterable[Organisation], area: Area) -> list[Organisation]:
    within = {place.pk for place in lineage(area)}
    return [organisation for organisation in rows if organisation.area_id in within]
