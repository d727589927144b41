"""The coming sessions as their people arranged them: chairs, observers, what is put off, an emergency MARAC."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from wraparound.demo.loading.context import Loading
from wraparound.foundation.areas import clocks
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, AttendanceStatus, Session
from wraparound.foundation.meetings.rules import ASYNCHRONOUS
from wraparound.foundation.meetings.states import ItemState, SessionState
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership, User
from wraparound.foundation.partners.roles import Role
from wraparound.kit.events import deliver_pending
from wraparound.response.marac import services as marac
from wraparound.response.marac.models import DeferralKind, Referral
from wraparound.response.marac.organisations import marac_panel
from wraparound.response.marac.services.listing import closing_date
from wraparound.response.marac.states import ReferralState

_GAP = 4  # the fourth session to come, and each seventh after it, has nobody down to chair


def arrange_sessions(loading: Loading) -> None:
    """What was arranged by the last day, by the people who arrange it, through the services."""
    panel = marac_panel(loading.area)
    coming = list(
        Session.objects.filter(panel=panel, state=SessionState.PLANNED, starts_at__gt=timezone.now()).order_by(
            "starts_at", "pk"
        )
    )
    if len(coming) < 2:
        return
    coordinator = loading.staff.one("marac_team", Role.MARAC_COORDINATOR)
    _write_the_rota(loading, coming, coordinator)
    _say_who_listens(coming, coordinator)
    _send_apologies(loading, coming[0], coordinator)
    _put_off(coming, coordinator)
    _call_an_emergency(coordinator)
    _hold_one_by_a_closing_date(loading, coming[-2], coordinator)
    while deliver_pending():
        pass


def _write_the_rota(loading: Loading, coming: list[Session], by: Actor) -> None:
    held = loading.staff.all("marac_team", Role.MARAC_CHAIR) + loading.staff.all("police", Role.MARAC_CHAIR)
    chairs: list[User] = [Membership.objects.get(pk=actor.membership_id).user for actor in held]
    for place, session in enumerate(coming[:-3], start=1):
        if chairs and place % 7 != _GAP:
            meetings.set_chair(session=session, chair=chairs[place % len(chairs)], by=by)


def _say_who_listens(coming: list[Session], by: Actor) -> None:
    """A student has signed and comes to the next one; someone who hasn't signed is down for the one after."""
    meetings.note_observer(
        session=coming[0],
        name="Imogen Farr (invented)",
        organisation_name="Student social worker, Children’s Trust",
        signed_on=clocks.today(),
        by=by,
    )
    meetings.note_observer(
        session=coming[1], name="Tobias Lund (invented)", organisation_name="New to housing", signed_on=None, by=by
    )


def _send_apologies(loading: Loading, session: Session, by: Actor) -> None:
    """One agency can't come to the next session and has sent what it knows."""
    there = loading.staff.all("mental_health", Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD)
    if there:
        meetings.record_attendance(
            session=session,
            organisation=loading.organisation("mental_health"),
            status=AttendanceStatus.APOLOGIES,
            information_sent=True,
            information_sent_on=clocks.today(),
            by=by,
        )


def _put_off(coming: list[Session], by: Actor) -> None:
    """One case goes to the next session; another, put off for so long, waits for the chair."""
    rows = AgendaItem.objects.filter(session=coming[0], state=ItemState.LISTED).select_related("session", "matter")
    items = list(rows.order_by("-position", "pk")[:2])
    for item, to, reason, safety in zip(
        items,
        (coming[1], coming[-1]),
        (
            "The referrer is ill and nobody else knows what the neighbours said.",
            "They are away with their sister until the middle of next month, and can be heard only then.",
        ),
        (
            "The police have put a marker on the address; the IDVA rings each morning.",
            "They stay where nobody knows; the school has been told whom not to hand the children to.",
        ),
        strict=False,
    ):
        marac.put_off(item=item, to=to, kind=DeferralKind.DEFERRED, reason=reason, interim_safety=safety, by=by)


def _call_an_emergency(by: Actor) -> None:
    """For the most urgent of those that wait for a session, where several wait."""
    waiting = Referral.objects.filter(state=ReferralState.ACCEPTED).select_related("matter__area")
    found = list(waiting.order_by("-urgency", "received_at", "pk")[:2])
    if len(found) < 2:
        return
    soon = (timezone.now() + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    marac.call_emergency(
        referral=found[0],
        starts_at=soon,
        reason="He knows where they are staying, and said so to a neighbour this morning.",
        version=found[0].version,
        by=by,
    )


def _hold_one_by_a_closing_date(loading: Loading, session: Session, by: Actor) -> None:
    """Between the holidays nobody meets: agencies file what they know."""
    meetings.arrange_session(
        session=session,
        mode=ASYNCHRONOUS,
        capacity=session.capacity,
        closes_at=closing_date(loading.area, session.starts_at),
        by=by,
    )
