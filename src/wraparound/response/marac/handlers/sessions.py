"""What follows from sessions: research ends, cases that were put off are told of, emergencies are called out."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from wraparound.foundation.areas.clocks import today
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.notices.services import tell
from wraparound.foundation.partners.models import User
from wraparound.foundation.partners.queries import holders_of
from wraparound.foundation.partners.roles import Role
from wraparound.kit.events import handles
from wraparound.kit.models import Event
from wraparound.response.marac import services
from wraparound.response.marac.in_force import session_rules
from wraparound.response.marac.models import Deferral, Referral
from wraparound.response.marac.organisations import (
    chairing_organisations,
    coordinators,
    core_organisations,
    idva_services,
)
from wraparound.response.marac.queries.sessions import MARAC


@handles("meetings.session_closed")
def let_research_end(event: Event) -> None:
    """An agency that took no commitment has no reason to see the case any more."""
    session = Session.objects.select_related("panel").get(pk=event.payload["session"])
    if session.panel.kind == MARAC:
        services.end_research(session=session)


@handles("meetings.item_heard")
def settle_what_was_heard(event: Event) -> None:
    """Whether it may be put off is no question any more."""
    services.settle_deferrals(item=AgendaItem.objects.get(pk=event.payload["item"]))


@handles("meetings.item_taken_off")
def settle_what_was_taken_off(event: Event) -> None:
    """Whether it may be put off is no question any more."""
    services.settle_deferrals(item=AgendaItem.objects.get(pk=event.payload["item"]))


@handles("marac.put_off")
def tell_that_it_was_put_off(event: Event) -> None:
    """The referrer and the IDVAs learn that it is heard later, and can read what is done meanwhile."""
    deferral = _deferral(event)
    text = "A case was put off to a later MARAC session. See what is done for safety until then."
    _tell_of(deferral, _around(deferral), text, None, "put_off")


@handles("marac.deferral_asked")
def ask_the_chairs(event: Event) -> None:
    """Past the limits only the chair decides."""
    deferral = _deferral(event)
    chairs = [
        user
        for organisation in chairing_organisations(deferral.matter.area)
        for user in holders_of(Role.MARAC_CHAIR, organisation)
    ]
    _tell_of(deferral, chairs, "Putting a case off once more needs the chair.", Role.MARAC_CHAIR, "asked")


@handles("marac.deferral_refused")
def tell_that_it_stands(event: Event) -> None:
    """The co-ordinators learn that the case is heard as listed."""
    deferral = _deferral(event)
    text = "The chair did not agree to put a case off: it is heard as listed."
    _tell_of(deferral, coordinators(deferral.matter.area), text, Role.MARAC_COORDINATOR, "refused")


@handles("marac.emergency_called")
def call_everyone(event: Event) -> None:
    """Everyone who has a part in it learns at once that an emergency MARAC sits."""
    item = AgendaItem.objects.select_related("session__panel__area", "matter__area").get(pk=event.payload["item"])
    area = item.matter.area
    rule = session_rules(area, today(item.session.starts_at)).params
    link = reverse("marac:session", args=[item.session_id])
    told: dict[Role, list[User]] = {Role.MARAC_COORDINATOR: coordinators(area)}
    for organisation in core_organisations(area, rule.core_kinds):
        for role in (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD):
            told.setdefault(role, []).extend(holders_of(role, organisation))
    for organisation in idva_services(area):
        told.setdefault(Role.IDVA, []).extend(holders_of(Role.IDVA, organisation))
    for organisation in chairing_organisations(area):
        told.setdefault(Role.MARAC_CHAIR, []).extend(holders_of(Role.MARAC_CHAIR, organisation))
    for role, users in told.items():
        text = "An emergency MARAC has been called. See when it sits."
        tell(users, "marac", text, key=f"emergency:{item.pk}", link=link, matter=item.matter, role=role)


@handles("meetings.chair_set")
def tell_the_chairs(event: Event) -> None:
    """Whoever chairs now, and whoever did, learns of it, but for the one who changed it."""
    link = reverse("marac:session", args=[event.payload["session"]])
    for whom, text in (
        (event.payload["chair"], "You are down to chair a MARAC session."),
        (event.payload["before"], "You are no longer down to chair a MARAC session."),
    ):
        if whom and whom != event.payload["by"]:
            key = f"chair:{event.pk}:{whom}"
            tell(User.objects.filter(pk=whom), "marac", text, key=key, link=link, role=Role.MARAC_CHAIR)


def _deferral(event: Event) -> Deferral:
    return Deferral.objects.select_related("matter__area").get(pk=event.payload["deferral"])


def _around(deferral: Deferral) -> list[User]:
    referrers = Referral.objects.filter(matter_id=deferral.matter_id, state="listed").select_related("referrer")
    idvas = [user for service in idva_services(deferral.matter.area) for user in holders_of(Role.IDVA, service)]
    return [*(referral.referrer for referral in referrers), *idvas]


def _tell_of(deferral: Deferral, users: Iterable[User], text: str, role: Role | None, suffix: str) -> None:
    link = reverse("marac:deferral", args=[deferral.pk])
    key = f"deferral:{deferral.pk}:{suffix}"
    tell(users, "marac", text, key=key, link=link, matter=deferral.matter, role=role)
