"""Sessions of the world that are observed, and far ahead, with a case whose deferral waits for the chair."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.utils import timezone

from tests.making import HIDDEN_IN
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Observer, Panel, Session
from wraparound.foundation.partners.actors import Actor
from wraparound.response.marac import services as marac
from wraparound.response.marac.models import Referral

Lists = Callable[[Referral, Session, Actor], AgendaItem]


def an_observer(session: Session, by: Actor, name: str = "Odile Observer", signed_on: date | None = None) -> Observer:
    """Someone who listens, and has signed."""
    return meetings.note_observer(
        session=session, name=name, organisation_name="The university", signed_on=signed_on or today(), by=by
    )


def a_session_in(days: int, by: Actor, mode: str = "meeting") -> Session:
    """A session of the panel on a day ahead."""
    starts_at = (timezone.now() + timedelta(days=days)).replace(minute=7, second=0, microsecond=0)
    return meetings.plan_session(
        panel=Panel.objects.get(kind="marac"),
        starts_at=starts_at,
        mode=mode,
        capacity=8,
        closes_at=starts_at + timedelta(days=2) if mode == "asynchronous" else None,
        by=by,
    )


def put_off_far_ahead(referral: Referral, lists: Lists, by: Actor) -> dict[str, object]:
    """The main case is listed far ahead; that it is put off past the limits waits for the chair."""
    with acting_as(by):
        session, later = a_session_in(60, by), a_session_in(100, by)
        item = lists(referral, session, by)
        deferral = marac.put_off(
            item=item, to=later, kind="deferred", reason=HIDDEN_IN, interim_safety=HIDDEN_IN, by=by
        )
    return {"far session": session.pk, "item to put off": item.pk, "deferral": deferral.pk, "later session": later.pk}
