"""When the panel sits: by its rhythm or called at once, in which mode, with how much room, under which chair."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.meetings.models import Panel, Session
from wraparound.foundation.meetings.permissions import check_can_list, check_can_run
from wraparound.foundation.meetings.rules import ASYNCHRONOUS, MODES
from wraparound.foundation.meetings.services.locking import check_not_ended, locked_session, said
from wraparound.foundation.meetings.states import SESSION_STANDS, SessionState
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership, User
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, NotNow
from wraparound.kit.events import emit


def plan_session(
    *,
    panel: Panel,
    starts_at: datetime,
    mode: str,
    capacity: int,
    by: Actor,
    rule_version: str = "",
    chair: User | None = None,
    closes_at: datetime | None = None,
) -> Session:
    """A session of `panel` at `starts_at` (aware). The one that is there already, where there is one.

    `closes_at` (aware) is the closing date of one without a meeting. `mode` and `capacity` (cases) come from
    the panel's rule set, whose label is `rule_version`.
    """
    check_can_list(by)
    if capacity < 1:
        raise BadInput("A session has room for at least one case.", "capacity")
    with transaction.atomic():
        session, is_new = Session.objects.get_or_create(
            panel=panel,
            starts_at=starts_at,
            defaults={
                "mode": mode,
                "capacity": capacity,
                "rule_version": rule_version,
                "chair": chair,
                "closes_at": closes_at,
            },
        )
        if is_new:
            log.write(by, "plan_session", session)
    return session


def call_emergency(
    *,
    panel: Panel,
    starts_at: datetime,
    mode: str,
    because: str,
    by: Actor,
    rule_version: str = "",
    closes_at: datetime | None = None,
) -> Session:
    """A session outside the rhythm, for what can't wait, called by the chair or the co-ordinator.

    `because` names nobody: everyone who attends may read it. Where the panel sits at that very minute already, it is
    called for the next one; the same call again is the first. Raises BadInput for a time that has passed, or no reason.
    """
    check_can_run(by)
    words = said(because, "because", "Say why it can’t wait for the next session.")
    _check_mode(mode, closes_at, starts_at)
    if starts_at < timezone.now() - timedelta(minutes=5):
        raise BadInput("That time has passed. Call it for now, or for later.", "starts_at")
    with transaction.atomic():
        moment = starts_at
        while (held := Session.objects.filter(panel=panel, starts_at=moment).first()) is not None:
            if held.is_emergency and held.called_by_id == by.user_id and held.called_because == words:
                return held
            moment += timedelta(minutes=1)
        session = Session.objects.create(
            panel=panel,
            starts_at=moment,
            mode=mode,
            capacity=1,
            rule_version=rule_version,
            closes_at=closes_at,
            is_emergency=True,
            called_because=words,
            called_by_id=by.user_id,
            chair_id=by.user_id if by.role is Role.MARAC_CHAIR else None,
        )
        log.write(by, "call_emergency", session)
        emit("meetings.emergency_called", session=session.pk)
    return session


def arrange_session(
    *, session: Session, mode: str, capacity: int, by: Actor, closes_at: datetime | None = None
) -> Session:
    """Change how a planned session is held and what it can hold. The same again changes nothing.

    Raises BadInput for no room or a mode without its closing date, NotNow once it has begun.
    """
    if capacity < 1:
        raise BadInput("A session has room for at least one case.", "capacity")
    with transaction.atomic():
        current = locked_session(session, by)
        check_can_run(by)
        _check_mode(mode, closes_at, current.starts_at)
        if current.state != SessionState.PLANNED:
            raise NotNow(SESSION_STANDS[SessionState(current.state)])
        closing = closes_at if mode == ASYNCHRONOUS else None
        if (current.mode, current.capacity, current.closes_at) == (mode, capacity, closing):
            return current
        current.mode, current.capacity, current.closes_at = mode, capacity, closing
        current.save(update_fields=["mode", "capacity", "closes_at"])
        log.write(by, "arrange_session", current, mode=mode, capacity=capacity)
    return current


# --- the rota of chairs -------------------------------------------------------------------------------------


def set_chair(*, session: Session, chair: User | None, by: Actor) -> Session:
    """Who chairs a session that isn't over; nobody leaves a gap that is shown. Emits ``meetings.chair_set``.

    Raises BadInput for someone who isn't a chair.
    """
    with transaction.atomic():
        current = locked_session(session, by)
        check_can_run(by)
        check_not_ended(current)
        if chair is not None and not _is_chair(chair):
            raise BadInput(f"{chair.name} isn’t a chair of the MARAC.", "chair")
        _set(current, chair, by)
    return current


def swap_chairs(*, session: Session, other: Session, by: Actor) -> tuple[Session, Session]:
    """Two sessions exchange their chairs; one without a chair passes its gap on. Emits ``meetings.chair_set`` twice."""
    if session.pk == other.pk:
        raise BadInput("Choose another session to swap with.", "other")
    with transaction.atomic():
        check_can_run(by)
        first, second = (locked_session(one, by) for one in (session, other))
        check_not_ended(first)
        check_not_ended(second)
        chairs = first.chair, second.chair
        _set(first, chairs[1], by)
        _set(second, chairs[0], by)
    return first, second


def _set(session: Session, chair: User | None, by: Actor) -> None:
    if session.chair_id == (chair.pk if chair else None):
        return
    before = session.chair_id
    session.chair = chair
    session.save(update_fields=["chair"])
    now, earlier = str(chair.pk) if chair else "", str(before or "")
    log.write(by, "set_chair", session, chair=now, before=earlier)
    emit("meetings.chair_set", session=session.pk, chair=now, before=earlier, by=by.user_id or "")


def _is_chair(user: User) -> bool:
    return Membership.objects.live().filter(user=user, role=Role.MARAC_CHAIR).exists()


def _check_mode(mode: str, closes_at: datetime | None, starts_at: datetime) -> None:
    if mode not in MODES:
        raise BadInput("Choose how the session is held.", "mode")
    if mode == ASYNCHRONOUS and (closes_at is None or closes_at <= starts_at):
        raise BadInput("Say until when agencies can file what they know: after the session’s start.", "closes_on")
