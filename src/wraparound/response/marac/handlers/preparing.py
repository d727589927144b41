"""Before the session: agencies are asked, told again, and let go. Notices name nobody and count nothing."""

from __future__ import annotations

from django.urls import reverse

from wraparound.foundation.meetings.models import AgendaItem, Session, SharedInformation
from wraparound.foundation.meetings.states import ItemState
from wraparound.foundation.notices.services import tell
from wraparound.foundation.partners.queries import holders_of
from wraparound.foundation.partners.roles import Role
from wraparound.kit.events import handles
from wraparound.kit.models import Event
from wraparound.response.marac import services
from wraparound.response.marac.models import ResearchRequest
from wraparound.response.marac.queries.sessions import MARAC


@handles("meetings.item_listed")
def ask_what_agencies_know(event: Event) -> None:
    """A case was listed on a MARAC: its core agencies are asked."""
    item = AgendaItem.objects.select_related("session__panel", "matter__area").get(pk=event.payload["item"])
    if item.session.panel.kind == MARAC and item.state == ItemState.LISTED:
        services.ask_agencies(item=item)


@handles("meetings.item_taken_off")
def ask_no_longer(event: Event) -> None:
    """A case left an agenda: whoever hasn't answered needn't."""
    item = AgendaItem.objects.get(pk=event.payload["item"])
    if item.state != ItemState.LISTED:
        services.withdraw_requests(item=item)


@handles("meetings.session_closed")
def what_was_not_answered(event: Event) -> None:
    """A session closed: what agencies didn't answer by then, they never did."""
    services.lapse_requests(session=Session.objects.get(pk=event.payload["session"]))


@handles("meetings.information_shared")
def shared_in_the_session(event: Event) -> None:
    """What an agency shares in the session answers what it was asked."""
    services.answered_in_session(shared=SharedInformation.objects.get(pk=event.payload["shared"]))


@handles("marac.research_asked")
def tell_the_representatives(event: Event) -> None:
    """Representatives learn that their agency is asked: once for a session, however many cases are on it."""
    request = _request(event)
    _tell(
        request,
        Role.MARAC_REPRESENTATIVE,
        "Your agency is asked what it knows before a MARAC session.",
        f"research:{request.item.session_id}:{request.organisation_id}",
    )


@handles("marac.research_chased")
def tell_them_again(event: Event) -> None:
    """The co-ordinator asked again: the representatives are told once a round, from some round on the lead too."""
    request = _request(event)
    key = f"chase:{event.payload['round']}:{request.organisation_id}"
    text = "The MARAC’s co-ordinator asks again what your agency knows before a session."
    _tell(request, Role.MARAC_REPRESENTATIVE, text, key)
    if request.escalated_at is not None:
        lead = "What your agency knows is still outstanding before a MARAC session, although it was asked again."
        _tell(request, Role.AGENCY_LEAD, lead, f"{key}:lead")


def _request(event: Event) -> ResearchRequest:
    rows = ResearchRequest.objects.select_related("item", "matter", "organisation")
    return rows.get(pk=event.payload["request"])


def _tell(request: ResearchRequest, role: Role, text: str, key: str) -> None:
    tell(
        holders_of(role, request.organisation),
        "marac",
        text,
        key=key,
        link=reverse("marac:research"),
        matter=request.matter,
        role=role,
    )
