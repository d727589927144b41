"""Who is told that a case was opened to someone in an emergency: the agency that holds it, at once."""

from __future__ import annotations

from django.urls import reverse

from wraparound.foundation.access.models import EmergencyLook
from wraparound.foundation.notices.models import OF_A_LOOK
from wraparound.foundation.notices.services import tell
from wraparound.foundation.partners.queries import holders_of
from wraparound.foundation.partners.roles import Role
from wraparound.kit.events import handles
from wraparound.kit.models import Event

TEXT = "A case of yours was opened to someone in an emergency. Read why, and see whether it was right."


@handles("access.emergency_opened")
def tell_the_owner(event: Event) -> None:
    """Its leads and its information governance, but for whoever looked. It names nobody and no case."""
    look = EmergencyLook.objects.select_related("matter", "owner").get(pk=event.payload["look"])
    for role in (Role.AGENCY_LEAD, Role.INFORMATION_GOVERNANCE):
        tell(
            holders_of(role, look.owner).exclude(pk=look.user_id),
            OF_A_LOOK,
            TEXT,
            key=f"event:{event.pk}:{role}",
            link=reverse("people:emergency-looks"),
            matter=look.matter,
            role=role,
        )
