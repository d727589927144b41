"""What is sent to the addresses of a session as a whole, and of cases that are put off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests import making, sitting
from tests.cast import person
from tests.making import deliver
from tests.posts import Arrange, Form, Send, Values, day, fixed
from tests.posts_marac import an_item, someone_else
from tests.world import World, accept_and_list, refer_again
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Observer, Session
from wraparound.foundation.meetings.states import SessionState
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership
from wraparound.foundation.partners.roles import Role
from wraparound.response.marac import services as marac
from wraparound.response.marac.models import Referral

SAFETY = "The police drive past twice a night."


def a_session(world: World, *, opened: bool = False, days: int = 0) -> Session:
    """Another session of its own, so many days ahead."""
    chair, coordinator = world.insider(Role.MARAC_CHAIR), world.insider(Role.MARAC_COORDINATOR)
    with acting_as(coordinator):
        session = sitting.a_session_in(days or 200 + Session.objects.count(), coordinator)
    if opened:
        with acting_as(chair):
            session = meetings.open_session(session=session, by=chair)
    return session


def on_a_session(role: Role, opened: bool = False) -> Arrange:
    """Such a session, for `role` to send a form about it."""
    return lambda world: (world.insider(role), {"pk": a_session(world, opened=opened).pk})


def a_new_case(world: World) -> Referral:
    """A family of whom nothing was known, referred by the housing officer."""
    return making.refer(world.cast, world.cast.extras["housing officer"], someone_else())


def a_listed_case(world: World, session: Session) -> AgendaItem:
    """Such a family on a session."""
    coordinator, referral = world.insider(Role.MARAC_COORDINATOR), a_new_case(world)
    with acting_as(coordinator):
        item = accept_and_list(referral, session, coordinator)
    deliver()
    return item


# --- how it is held, and who is there -----------------------------------------------------------------------


def _arranged(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return {"chair": str(world.insider(Role.MARAC_CHAIR).user_id), "mode": "daily_call", "capacity": "9"}


def _with_chair(world: World) -> tuple[Actor, dict[str, Any]]:
    coordinator, chair = world.insider(Role.MARAC_COORDINATOR), world.insider(Role.MARAC_CHAIR)
    session = a_session(world)
    with acting_as(coordinator):
        user = Membership.objects.get(pk=chair.membership_id).user
        meetings.set_chair(session=session, chair=user, by=coordinator)
        sitting.a_session_in(300 + Session.objects.count(), coordinator)
    return coordinator, {"pk": session.pk}


def _other_session(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    others = Session.objects.exclude(pk=thing["pk"]).filter(state="planned", chair__isnull=True)
    return {"other": str(others.order_by("-starts_at").values_list("pk", flat=True)[0])}


def _apologies(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    own = {"organisation": str(actor.organisation_id), "information_sent": "yes"}
    return own | day("information_sent_on", today())


def _own_seat(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return {"organisation": str(actor.organisation_id)}


def _seated(world: World) -> tuple[Actor, dict[str, Any]]:
    lead, session = world.insider(Role.AGENCY_LEAD), a_session(world)
    with acting_as(lead):
        meetings.record_attendance(session=session, organisation=world.cast.housing, status="present", by=lead)
    return lead, {"pk": session.pk}


def _conflict(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    newest = Membership.objects.filter(role=Role.MARAC_REPRESENTATIVE).order_by("-starts_at", "-pk")[0]
    items = AgendaItem.objects.filter(session_id=thing["pk"]).order_by("-position")
    return {"item": str(items[0].pk) if items else "", "user": str(newest.user_id)}


def _case_of_a_colleague(world: World) -> tuple[Actor, dict[str, Any]]:
    an_item(world)
    person(Role.MARAC_REPRESENTATIVE, world.cast.housing, f"Seat {Membership.objects.count()}")
    return world.insider(Role.MARAC_COORDINATOR), {"pk": world.things["session"]}


def _observer(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    named = {"name": f"Listener {Observer.objects.count()}", "organisation_name": "The university", "signed": "yes"}
    return named | day("signed_on", today())


def _unsigned(world: World) -> tuple[Actor, dict[str, Any]]:
    chair, session = world.insider(Role.MARAC_CHAIR), a_session(world)
    with acting_as(chair):
        observer = meetings.note_observer(
            session=session, name="Una Unsigned", organisation_name="", signed_on=None, by=chair
        )
    return chair, {"pk": session.pk, "observer_pk": observer.pk}


def _in_the_wrong_order(world: World) -> tuple[Actor, dict[str, Any]]:
    session, coordinator = a_session(world), world.insider(Role.MARAC_COORDINATOR)
    a_listed_case(world, session)
    with acting_as(coordinator):
        accept_and_list(refer_again(world), session, coordinator)
    deliver()
    return coordinator, {"pk": session.pk}


# --- what is put off ----------------------------------------------------------------------------------------


def _later(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    """To the next session after this one."""
    this = Session.objects.filter(pk=thing["pk"]).first()
    planned = Session.objects.filter(state=SessionState.PLANNED).order_by("starts_at")
    following = planned.filter(starts_at__gt=this.starts_at).first() if this else None
    return {"to_session": str(following.pk) if following else "", "interim_safety": SAFETY}


def _put_off(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return {**_later(world, actor, thing), "reason": "The IDVA is away", "with_commitment": "no"}


def _adjourned(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return {**_later(world, actor, thing), "because": "The line was down"}


def _two_sessions(world: World) -> tuple[Session, AgendaItem]:
    session = a_session(world, days=100 + Session.objects.count())
    item = a_listed_case(world, session)
    a_session(world, days=400 + Session.objects.count())
    return session, item


def _session_with_a_case(world: World) -> tuple[Actor, dict[str, Any]]:
    return world.insider(Role.MARAC_CHAIR), {"pk": _two_sessions(world)[0].pk}


def _a_case_to_put_off(world: World) -> tuple[Actor, dict[str, Any]]:
    session, item = _two_sessions(world)
    return world.insider(Role.MARAC_CHAIR), {"pk": session.pk, "item_pk": item.pk}


def _asked(world: World) -> tuple[Actor, dict[str, Any]]:
    coordinator, referral = world.insider(Role.MARAC_COORDINATOR), a_new_case(world)
    session, later = a_session(world), a_session(world, days=500 + Session.objects.count())
    with acting_as(coordinator):
        item = accept_and_list(referral, session, coordinator)
        asked = marac.put_off(
            item=item, to=later, kind="deferred", reason="Away", interim_safety=SAFETY, by=coordinator
        )
    deliver()
    return world.insider(Role.MARAC_CHAIR), {"pk": asked.pk}


def _emergency(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    found = Referral.objects.filter(pk=thing["pk"]).first()
    when = day("on", today() + timedelta(days=1)) | {"at": "10:00"}
    return {**when, "reason": "He is out of custody tonight", "version": str(found.version if found else 0)}


def _can_not_wait(world: World) -> tuple[Actor, dict[str, Any]]:
    return world.insider(Role.MARAC_COORDINATOR), {"pk": a_new_case(world).pk}


_BECAUSE: Form = fixed(because="Probation sent nobody today")

SITTING: dict[str, Send] = {
    "marac:session-arrange": Send(_arranged, on_a_session(Role.MARAC_COORDINATOR)),
    "marac:session-swap": Send(_other_session, _with_chair, repeats=True),
    "marac:session-apologies": Send(_apologies, on_a_session(Role.AGENCY_LEAD), repeats=True),
    "marac:session-no-conflict": Send(_own_seat, _seated),
    "marac:session-conflict": Send(_conflict, _case_of_a_colleague),
    "marac:session-observers": Send(_observer, on_a_session(Role.MARAC_CHAIR)),
    "marac:session-observer": Send(fixed(step="sign"), _unsigned),
    "marac:session-inquorate": Send(_BECAUSE, on_a_session(Role.MARAC_CHAIR, opened=True)),
    "marac:session-order": Send(fixed(), _in_the_wrong_order),
    "marac:session-reviewed": Send(fixed(), on_a_session(Role.MARAC_CHAIR, opened=True)),
    "marac:session-adjourn": Send(_adjourned, _session_with_a_case),
    "marac:session-put-off": Send(_put_off, _a_case_to_put_off),
    "marac:deferral": Send(fixed(answer="agree"), _asked),
    "marac:emergency": Send(_emergency, _can_not_wait),
}
