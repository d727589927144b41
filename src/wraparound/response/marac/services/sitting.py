"""A session of the MARAC while it sits: its quorum, its order, conflicts, and what ends with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import services as access
from wraparound.foundation.access.models import Exclusion, Involvement
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.states import OPEN_STATES, State
from wraparound.foundation.meetings import queries as agendas
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Attendance, Conflicts, Session
from wraparound.foundation.meetings.rules import ASYNCHRONOUS
from wraparound.foundation.meetings.states import SESSION_ENDED, ItemState, SessionState
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.models import OrganisationKind, User
from wraparound.kit.errors import NotNow
from wraparound.response.marac.in_force import session_rules
from wraparound.response.marac.queries.referrals import referrals_of_matters
from wraparound.response.marac.services.listing import FOR_SESSION

KINDS = dict(OrganisationKind.choices)
DECLARED = "Declared at the start of a MARAC session."


# --- the quorum ---------------------------------------------------------------------------------------------


def missing_for_quorum(session: Session) -> tuple[str, ...]:
    """Kinds of agency that must be there and aren't, by the rule set in force; none where nobody meets."""
    if session.mode == ASYNCHRONOUS:
        return ()
    needed = session_rules(session.panel.area, today(session.starts_at)).params.quorum_kinds
    attendance = list(Attendance.objects.filter(session=session).select_related("organisation"))
    return agendas.quorum_of(attendance, needed).missing


def kinds_in_words(kinds: Iterable[str]) -> str:
    """Kinds of agency for a sentence."""
    return ", ".join(str(KINDS.get(kind, kind)).lower() for kind in kinds)


def go_on_inquorate(*, session: Session, because: str, by: Actor) -> Session:
    """The chair goes on without a quorum, and says why; what was missing is kept with it.

    Raises NotNow where the quorum is met: there is nothing to explain.
    """
    missing = missing_for_quorum(session)
    if not missing:
        raise NotNow("The quorum is met: nothing needs to be explained.")
    return meetings.go_on_inquorate(session=session, missing=missing, because=because, by=by)


def hear(*, item: AgendaItem, risk_summary: str, version: int, by: Actor) -> AgendaItem:
    """Hear a case, as `meetings.hear_item`; but without a quorum only once the chair has said why it goes on.

    Raises NotNow for a session that isn't quorate, with the three ways on.
    """
    session = Session.objects.select_related("panel__area").get(pk=item.session_id)
    unexplained = [kind for kind in missing_for_quorum(session) if kind not in session.inquorate_missing]
    if unexplained and item.state != ItemState.HEARD:
        raise NotNow(
            f"The session isn’t quorate: {kinds_in_words(unexplained)}. Note who is there, go on with a reason, adjourn"
            " it, or call an emergency MARAC for a case that can’t wait."
        )
    return meetings.hear_item(item=item, risk_summary=risk_summary, version=version, by=by)


# --- its agenda ---------------------------------------------------------------------------------------------


def order_by_urgency(*, session: Session, by: Actor) -> None:
    """Put what waits to be heard in the order of urgency: the riskiest first, then the oldest referral."""
    waiting = [one.item for one in agendas.agenda_for(by, session) if one.item.state == ItemState.LISTED]
    referrals = referrals_of_matters(by, [item.matter_id for item in waiting])

    def key(item: AgendaItem) -> tuple[int, datetime]:
        held = referrals.get(item.matter_id)
        return (-held[0].urgency, held[0].received_at) if held else (0, item.listed_at)

    meetings.order_agenda(session=session, items=[item.pk for item in sorted(waiting, key=key)], by=by)


def declare_conflict(*, item: AgendaItem, user: User, by: Actor) -> Exclusion:
    """Someone at the table says that they know a person in a case: it closes to them at once, everywhere.

    For the co-ordinator; at the table people say it themselves by "I know someone here". Raises Refused for others.
    """
    with transaction.atomic():
        made = access.exclude(matter=item.matter, by=by, reason=DECLARED, user=user)
        Attendance.objects.filter(session_id=item.session_id, user=user).update(conflicts=Conflicts.DECLARED)
    return made


# --- what ends with it --------------------------------------------------------------------------------------


def end_research(*, session: Session) -> int:
    """A session closed: what was given to agencies for their research ends, unless they took a commitment.

    Of cases that were heard and stand on no other agenda. Idempotent. Returns how many ended.
    """
    by = system("marac.research_ends")
    with transaction.atomic(), lifted("marac.research_ends"):
        heard = AgendaItem.objects.filter(session=session, state=ItemState.HEARD).values("matter_id")
        elsewhere = AgendaItem.objects.filter(matter_id__in=heard, state=ItemState.LISTED).exclude(
            session__state__in=SESSION_ENDED
        )
        given = Involvement.objects.filter(matter_id__in=heard, given_for=FOR_SESSION, ends_at__gt=timezone.now())
        rows = list(given.exclude(matter_id__in=elsewhere.values("matter_id")))
        keeping = _keeping(session, {row.matter_id for row in rows})
        ended = [row for row in rows if (row.matter_id, row.organisation_id) not in keeping]
        for involvement in ended:
            access.end_involvement(involvement=involvement, at=timezone.now(), by=by)
    return len(ended)


def _keeping(session: Session, matter_ids: set[object]) -> set[tuple[object, int]]:
    """(matter, organisation) of every commitment that is open, or that was taken in this session."""
    rows = Commitment.objects.filter(matter_id__in=matter_ids)
    open_ones = rows.filter(state__in=OPEN_STATES)
    taken = rows.filter(agreed_in=session.pk).exclude(state=State.DECLINED)
    return set((open_ones | taken).values_list("matter_id", "organisation_id"))


def keep_closing_dates(*, now: datetime, by: Actor) -> int:
    """Open the sessions without a meeting whose start has come, and close those past their closing date."""
    rows = Session.objects.filter(mode=ASYNCHRONOUS, panel__kind="marac")
    moved = 0
    for session in rows.filter(state=SessionState.PLANNED, starts_at__lte=now).order_by("starts_at"):
        meetings.open_session(session=session, by=by)
        moved += 1
    for session in rows.filter(state=SessionState.OPEN, closes_at__lte=now).order_by("closes_at"):
        meetings.close_session(session=session, by=by)
        moved += 1
    return moved
