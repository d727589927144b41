"""A session from its opening to its end: closed, or adjourned to a later one; with a quorum, or with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.meetings.permissions import check_can_run
from wraparound.foundation.meetings.rules import ASYNCHRONOUS
from wraparound.foundation.meetings.services.locking import (
    check_not_ended,
    locked_session,
    said,
    step_item,
    step_session,
)
from wraparound.foundation.meetings.states import ItemState, SessionState
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import NotNow
from wraparound.kit.events import emit
from wraparound.kit.jinja import moment


def open_session(*, session: Session, by: Actor) -> Session:
    """Begin a session; a chair who opens it without a named chair chairs it. Again changes nothing.

    Raises NotNow while an observer hasn't signed the statement of confidentiality.
    """
    with transaction.atomic():
        current = locked_session(session, by)
        check_can_run(by)
        if current.state == SessionState.OPEN:
            return current
        unsigned = current.observers.filter(signed_on__isnull=True).first()
        if unsigned is not None:
            raise NotNow(
                f"{unsigned.name} hasn’t signed the statement of confidentiality. Note it, or don’t admit them."
            )
        step_session(current, "open")
        current.opened_at = timezone.now()
        if current.chair_id is None and by.has_role(Role.MARAC_CHAIR):
            current.chair_id = by.user_id
        current.save(update_fields=["state", "opened_at", "chair"])
        log.write(by, "open_session", current)
    return current


def close_session(*, session: Session, by: Actor) -> Session:
    """End a session. What wasn't heard stays listed on it for its co-ordinator to list elsewhere.

    One without a meeting hears its cases by closing, at or after its closing date; the chair sums them up afterwards.
    Again changes nothing. Raises NotNow before that date. Emits ``meetings.session_closed``.
    """
    with transaction.atomic():
        current = locked_session(session, by)
        check_can_run(by)
        if current.state == SessionState.CLOSED:
            return current
        step_session(current, "close")
        current.closed_at = timezone.now()
        if current.mode == ASYNCHRONOUS:
            _hear_all(current, by)
        current.save(update_fields=["state", "closed_at"])
        log.write(by, "close_session", current)
        emit("meetings.session_closed", session=current.pk)
    return current


def _hear_all(session: Session, by: Actor) -> None:
    """Those too that the actor may not know of: nobody speaks in such a session."""
    if session.closes_at is not None and timezone.now() < session.closes_at:
        raise NotNow(f"Agencies can file what they know until {moment(session.closes_at)}. Close it then.")
    with lifted("hear_all"):
        rows = AgendaItem.objects.select_for_update(of=("self",)).filter(session=session, state=ItemState.LISTED)
        for item in list(rows):
            step_item(item, "hear")
            item.heard_at = session.closed_at
            item.save(update_fields=["state", "heard_at", "version"])
            log.write(by, "hear_item", item, version=item.version)
            emit("meetings.item_heard", item=item.pk, matter=item.matter_id, session=session.pk)


def adjourn_session(*, session: Session, because: str, by: Actor, to: Session | None = None) -> Session:
    """End a session before all was heard; `to` is where its cases go. Again changes nothing.

    `because` names nobody. The caller moves the cases. Raises BadInput without a reason.
    Emits ``meetings.session_adjourned``.
    """
    words = said(because, "because", "Say why the session is adjourned.")
    with transaction.atomic():
        current = locked_session(session, by)
        check_can_run(by)
        if current.state == SessionState.ADJOURNED:
            return current
        step_session(current, "adjourn")
        current.adjourned_at, current.adjourned_because, current.adjourned_to = timezone.now(), words, to
        current.save(update_fields=["state", "adjourned_at", "adjourned_because", "adjourned_to"])
        log.write(by, "adjourn_session", current, to=str(to.pk) if to else "")
        emit("meetings.session_adjourned", session=current.pk)
    return current


def go_on_inquorate(*, session: Session, missing: Sequence[str], because: str, by: Actor) -> Session:
    """The chair goes on although these kinds of agency are missing, and says why. The same again changes nothing."""
    words = said(because, "because", "Say why the session goes on without a quorum.")
    with transaction.atomic():
        current = locked_session(session, by)
        check_can_run(by)
        check_not_ended(current)
        if (current.inquorate_because, current.inquorate_missing) == (words, list(missing)):
            return current
        current.inquorate_because, current.inquorate_missing = words, list(missing)
        current.inquorate_by_id, current.inquorate_at = by.user_id, timezone.now()
        current.save(update_fields=["inquorate_because", "inquorate_missing", "inquorate_by", "inquorate_at"])
        log.write(by, "go_on_inquorate", current, missing=",".join(missing))
    return current


def review_done(*, session: Session, by: Actor) -> Session:
    """What earlier sessions promised and isn't done was gone through. Again changes nothing."""
    with transaction.atomic():
        current = locked_session(session, by)
        check_can_run(by)
        check_not_ended(current)
        if current.reviewed_at is None:
            current.reviewed_at, current.reviewed_by_id = timezone.now(), by.user_id
            current.save(update_fields=["reviewed_at", "reviewed_by"])
            log.write(by, "review_commitments", current)
    return current
