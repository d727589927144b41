"""Reads of sessions and agendas, narrowed to what the actor may know of.

An item has no number of its own: numbers are counted over what the reader may see, and so is the load of a session,
so that an exclusion leaves no gap anywhere (safety rule 5).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import get_visible, visible
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.queries import commitments_visible_to
from wraparound.foundation.meetings.models import (
    AgendaItem,
    Attendance,
    AttendanceStatus,
    Observer,
    Panel,
    Session,
    SharedInformation,
)
from wraparound.foundation.meetings.rules import ASYNCHRONOUS, Quorum, quorum
from wraparound.foundation.meetings.states import SESSION_ENDED, ItemState, SessionState
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership, User
from wraparound.foundation.partners.roles import Role

TAKES_ROOM = (ItemState.LISTED, ItemState.HEARD)
ON_THE_AGENDA = (*TAKES_ROOM, ItemState.ADJOURNED)  # one that was adjourned was begun here

_SESSION_WITH = ("panel__area", "chair", "inquorate_by", "reviewed_by", "adjourned_to")


@dataclass(frozen=True)
class Numbered:
    """An item of an agenda with the number that it has for this reader."""

    number: int
    item: AgendaItem

    @property
    def is_heard(self) -> bool:
        """Whether it was heard."""
        return self.item.state == ItemState.HEARD

    @property
    def is_adjourned(self) -> bool:
        """Whether it goes on at a later session."""
        return self.item.state == ItemState.ADJOURNED


def panels(actor: Actor, kind: str = "") -> QuerySet[Panel]:
    """The panels that `actor` knows of, of one kind or of all."""
    rows = visible(actor, Panel.objects.select_related("organisation", "area"))
    return (rows.filter(kind=kind) if kind else rows).order_by("name", "pk")


def sessions_visible_to(actor: Actor) -> QuerySet[Session]:
    """Sessions, without a word of what is on them. Nothing for roles that attend none."""
    return visible(actor, Session.objects.select_related("panel", "chair"))


def session_for(actor: Actor, pk: uuid.UUID) -> Session:
    """One session, and the look at it in the log. Raises Unknown."""
    session = get_visible(actor, Session.objects.select_related(*_SESSION_WITH), pk=pk)
    log.write(actor, "see", session)
    return session


def next_sessions(actor: Actor, after: datetime, *, kind: str = "", limit: int = 10) -> list[Session]:
    """The sessions to come and those in progress, the next first. `after` is aware."""
    rows = sessions_visible_to(actor).exclude(state__in=SESSION_ENDED).filter(starts_at__gte=after)
    rows = rows.filter(panel__kind=kind) if kind else rows
    return list(rows.order_by("starts_at", "pk")[:limit])


def agenda_for(actor: Actor, session: Session) -> list[Numbered]:
    """The agenda of a session as `actor` knows it, numbered from one without a gap. One query."""
    rows = visible(actor, AgendaItem.objects.filter(session=session, state__in=ON_THE_AGENDA))
    ordered = rows.select_related("matter", "listed_by", "session").order_by("position", "listed_at", "pk")
    return [Numbered(number, item) for number, item in enumerate(ordered, start=1)]


def loads(actor: Actor, sessions: Iterable[Session]) -> dict[uuid.UUID, int]:
    """How many cases are on each session, of those that `actor` may know of. One query."""
    found = {session.pk: 0 for session in sessions}
    rows = visible(actor, AgendaItem.objects.filter(session__in=list(found), state__in=TAKES_ROOM))
    counted = rows.order_by().values_list("session_id").annotate(number=Count("pk"))
    found.update(dict(counted))
    return found


def item_for(actor: Actor, pk: uuid.UUID) -> AgendaItem:
    """One item of an agenda, and the look at it in the log. Raises Unknown."""
    rows = AgendaItem.objects.select_related("session", "session__panel", "matter")
    item = get_visible(actor, rows, pk=pk)
    log.write(actor, "see", item, session=str(item.session_id))
    return item


def items_of_matter(actor: Actor, matter_id: uuid.UUID) -> QuerySet[AgendaItem]:
    """Where a matter is or was on an agenda, the latest session first."""
    rows = AgendaItem.objects.filter(matter_id=matter_id, state__in=ON_THE_AGENDA)
    return visible(actor, rows).select_related("session", "session__panel").order_by("-session__starts_at", "pk")


def shared_for(actor: Actor, item: AgendaItem) -> list[SharedInformation]:
    """What agencies shared about an item, in order, but for what is kept from the actor."""
    rows = visible(actor, SharedInformation.objects.filter(item=item))
    return list(rows.select_related("organisation", "by").order_by("at", "pk"))


def shared_for_items(actor: Actor, items: Iterable[AgendaItem]) -> dict[uuid.UUID, list[SharedInformation]]:
    """The same for a whole agenda, in one query."""
    found: dict[uuid.UUID, list[SharedInformation]] = {}
    rows = visible(actor, SharedInformation.objects.filter(item__in=[item.pk for item in items]))
    for shared in rows.select_related("organisation", "by").order_by("at", "pk"):
        found.setdefault(shared.item_id, []).append(shared)
    return found


def attendance_of(actor: Actor, session: Session) -> list[Attendance]:
    """Who is noted as there, by agency."""
    rows = visible(actor, Attendance.objects.filter(session=session))
    return list(rows.select_related("organisation", "user").order_by("organisation__short_name", "pk"))


def quorum_of(attendance: Sequence[Attendance], needed: Iterable[str]) -> Quorum:
    """Whether the kinds of agency that must be there are. A deputy counts."""
    there = [a.organisation.kind for a in attendance if a.status != AttendanceStatus.APOLOGIES]
    return quorum(there, needed)


def commitments_from(actor: Actor, item: AgendaItem) -> list[Commitment]:
    """What was promised or proposed for an item's matter in its session, in the order in which it was said."""
    rows = commitments_visible_to(actor).filter(matter_id=item.matter_id, agreed_in=item.session_id)
    return list(rows.select_related("organisation", "owner").order_by("made_at", "pk"))


def unheard_items(session: Session) -> QuerySet[AgendaItem]:
    """What a session left unheard. Unnarrowed: for services that list it elsewhere, never for a page."""
    return AgendaItem.objects.filter(session=session, state=ItemState.LISTED).order_by("position", "listed_at", "pk")


def observers_of(actor: Actor, session: Session) -> list[Observer]:
    """Who listens to a session."""
    return list(visible(actor, Observer.objects.filter(session=session)).order_by("noted_at", "pk"))


def observer_for(actor: Actor, session: Session, pk: uuid.UUID) -> Observer:
    """One observer of a session. Raises Unknown."""
    return get_visible(actor, Observer.objects.filter(session=session).select_related("session"), pk=pk)


def to_sum_up(actor: Actor, kind: str) -> QuerySet[AgendaItem]:
    """Cases that were heard by a closing date and wait for the chair's summary; order by ``heard_at``."""
    rows = AgendaItem.objects.filter(
        session__panel__kind=kind,
        session__mode=ASYNCHRONOUS,
        session__state=SessionState.CLOSED,
        state=ItemState.HEARD,
        heard_at__isnull=False,
        summed_up_at__isnull=True,
    )
    return visible(actor, rows).select_related("session__panel")


def chairs() -> list[User]:
    """Who may chair: everyone with the role now. No wall applies to who holds a role."""
    held = Membership.objects.live().filter(role=Role.MARAC_CHAIR)
    return list(User.objects.filter(pk__in=held.values("user_id")).order_by("name", "pk"))
