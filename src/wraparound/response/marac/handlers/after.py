"""After the session: agencies are asked for their flags, and the minutes are drafted; and who is told of looks in an
emergency. Idempotent; names nobody.
"""

from __future__ import annotations

import uuid

from django.urls import reverse

from wraparound.foundation.access.models import EmergencyLook
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.notices.services import tell
from wraparound.foundation.partners.queries import holders_of
from wraparound.foundation.partners.roles import Role
from wraparound.kit.events import handles
from wraparound.kit.models import Event
from wraparound.response.cases.queries import case_of_matter
from wraparound.response.marac import services
from wraparound.response.marac.models import AgencyFlag, Referral
from wraparound.response.marac.organisations import coordinators


@handles("meetings.item_heard")
def ask_agencies_for_their_flags(event: Event) -> None:
    """A case was heard: each agency flags its own records."""
    services.ask_for_flags(item=AgendaItem.objects.select_related("matter__area").get(pk=event.payload["item"]))


@handles("meetings.session_closed")
def draft_the_minutes(event: Event) -> None:
    """A session ended: its chair finds a draft for each case that was heard."""
    session = Session.objects.get(pk=event.payload["session"])
    if services.draft_minutes_of_session(session=session) and session.chair is not None:
        tell(
            session.chair,
            "marac",
            "The minutes of your session are drafted. Read and approve them.",
            key=f"marac:minutes:{session.pk}",
            link=reverse("marac:session-minutes", args=[session.pk]),
            role=Role.MARAC_CHAIR,
        )


@handles("access.emergency_opened")
def tell_the_coordinators_of_a_look(event: Event) -> None:
    """A case that was referred was opened to someone in an emergency: the MARAC's co-ordinators know it too."""
    look = EmergencyLook.objects.select_related("matter__area").get(pk=event.payload["look"])
    case = case_of_matter(look.matter_id)
    if case is not None and Referral.objects.filter(matter=look.matter_id).exists():
        tell(
            [user for user in coordinators(look.matter.area) if user.pk != look.user_id],
            "marac",
            "A case that was referred to MARAC was opened to someone in an emergency. See whether it changes the risk.",
            key=f"event:{event.pk}",
            link=reverse("cases:case", args=[case.pk]),
            matter=look.matter,
            role=Role.MARAC_COORDINATOR,
        )


@handles("marac.flag_lapsed")
def tell_the_agency_that_its_flag_lapsed(event: Event) -> None:
    """The window is over: who answers for the agency's flags is told, without a name."""
    flag = AgencyFlag.objects.select_related("organisation", "matter").get(pk=uuid.UUID(event.payload["flag"]))
    for role in (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD):
        tell(
            holders_of(role, flag.organisation),
            "marac",
            "A flag on your records has lapsed. Take it off, and say so.",
            key=f"marac:flag:{flag.pk}:{flag.stands_until}",
            link=reverse("marac:flag", args=[flag.pk]),
            matter=flag.matter,
            role=role,
        )
