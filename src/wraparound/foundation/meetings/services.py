"""What happens to sessions and their agendas. Each write is checked, in one transaction, logged and told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check_open, get_visible
from wraparound.foundation.access.models import Matter
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.commitments.redacting import Redactor
from wraparound.foundation.meetings.models import (
    AgendaItem,
    Attendance,
    AttendanceStatus,
    Panel,
    Session,
    SharedInformation,
)
from wraparound.foundation.meetings.permissions import (
    check_can_list,
    check_can_record_attendance,
    check_can_run,
    check_can_share,
)
from wraparound.foundation.meetings.states import (
    ITEM_STANDS,
    ITEM_TRANSITIONS,
    SESSION_STANDS,
    SESSION_TRANSITIONS,
    ItemState,
    SessionState,
)
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation, User
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference, NotNow
from wraparound.kit.events import emit

LONGEST = 4_000


def plan_session(
    *,
    panel: Panel,
    starts_at: datetime,
    mode: str,
    capacity: int,
    by: Actor,
    rule_version: str = "",
    chair: User | None = None,
) -> Session:
    """A session of `panel` at `starts_at` (aware). The one that is there already, where there is one.

    `mode` and `capacity` (cases) come from the panel's rule set, whose label is `rule_version`.
    """
    check_can_list(by)
    if capacity < 1:
        raise BadInput("A session has room for at least one case.", "capacity")
    with transaction.atomic():
        session, is_new = Session.objects.get_or_create(
            panel=panel,
            starts_at=starts_at,
            defaults={"mode": mode, "capacity": capacity, "rule_version": rule_version, "chair": chair},
        )
        if is_new:
            log.write(by, "plan_session", session)
    return session


def put_on_agenda(
    *, session: Session, matter: Matter, because: str, by: Actor, position: int | None = None
) -> AgendaItem:
    """List a matter on a session that isn't closed, at its end unless `position` says otherwise.

    Listing it again changes nothing; one that was taken off is listed anew. A full session is no obstacle: whoever
    lists sees its load and decides. Raises NotNow for a closed session. Emits ``meetings.item_listed``.
    """
    check_can_list(by)
    check_open(by, matter.pk)
    with transaction.atomic():
        current = _locked_session(session, by)
        if current.state == SessionState.CLOSED:
            raise NotNow(SESSION_STANDS[SessionState.CLOSED])
        item = AgendaItem.objects.select_for_update(of=("self",)).filter(session=current, matter=matter).first()
        if item is not None and item.state != ItemState.WITHDRAWN:
            return item
        if item is None:
            item = AgendaItem(session=current, matter=matter)
        item.state = ItemState.LISTED
        item.position = _last_position(current) + 1 if position is None else position
        item.listed_by_id = by.user_id
        item.listed_at = timezone.now()
        item.listed_because = because.strip()[:300]
        item.save()
        log.write(by, "put_on_agenda", item, session=str(current.pk))
        emit("meetings.item_listed", item=item.pk, matter=matter.pk, session=current.pk, by=by.user_id or "")
    return item


def take_off(*, item: AgendaItem, by: Actor) -> AgendaItem:
    """Take a matter off an agenda before it is heard. Again changes nothing. Emits ``meetings.item_taken_off``."""
    with transaction.atomic():
        current = _locked_item(item, by)
        check_can_list(by)
        if current.state == ItemState.WITHDRAWN:
            return current
        _move_item(current, "take_off")
        current.save(update_fields=["state", "version"])
        log.write(by, "take_off_agenda", current)
        emit("meetings.item_taken_off", item=current.pk, matter=current.matter_id, session=current.session_id)
    return current


def open_session(*, session: Session, by: Actor) -> Session:
    """Begin a session; a chair who opens it without a named chair chairs it. Again changes nothing."""
    with transaction.atomic():
        current = _locked_session(session, by)
        check_can_run(by)
        if current.state == SessionState.OPEN:
            return current
        _move_session(current, "open")
        current.opened_at = timezone.now()
        if current.chair_id is None and by.has_role(Role.MARAC_CHAIR):
            current.chair_id = by.user_id
        current.save(update_fields=["state", "opened_at", "chair"])
        log.write(by, "open_session", current)
    return current


def close_session(*, session: Session, by: Actor) -> Session:
    """End a session. What wasn't heard stays listed on it for its co-ordinator to list elsewhere.

    Again changes nothing. Emits ``meetings.session_closed``.
    """
    with transaction.atomic():
        current = _locked_session(session, by)
        check_can_run(by)
        if current.state == SessionState.CLOSED:
            return current
        _move_session(current, "close")
        current.closed_at = timezone.now()
        current.save(update_fields=["state", "closed_at"])
        log.write(by, "close_session", current)
        emit("meetings.session_closed", session=current.pk)
    return current


def save_risk_summary(*, item: AgendaItem, risk_summary: str, version: int, by: Actor) -> AgendaItem:
    """Keep the chair's summary of the risk as far as it is written; the answer's `version` is the next to send.

    Raises ChangedMeanwhile, with both texts, where someone else wrote since `version`; NotNow for a closed session.
    """
    with transaction.atomic():
        current = _locked_item(item, by)
        check_can_run(by)
        _check_session_not_closed(current)
        text = _summary(current, risk_summary, by)
        if current.risk_summary == text:
            return current
        _check_version(current, version, text, by)
        current.risk_summary = text
        current.version += 1
        current.save(update_fields=["risk_summary", "version"])
        log.write(by, "save_risk_summary", current, version=current.version)
    return current


def hear_item(*, item: AgendaItem, risk_summary: str, version: int, by: Actor) -> AgendaItem:
    """The matter was heard, with this summary of its risk. Again changes nothing.

    Raises BadInput without a summary, NotNow unless its session is open, ChangedMeanwhile for a stale `version`.
    Emits ``meetings.item_heard``.
    """
    with transaction.atomic():
        current = _locked_item(item, by)
        check_can_run(by)
        text = _summary(current, risk_summary, by)
        if not text:
            raise BadInput("Sum up the risk before the next case: it is what agencies act on.", "risk_summary")
        if current.state == ItemState.HEARD and current.risk_summary == text:
            return current
        if current.session.state != SessionState.OPEN:
            raise NotNow(SESSION_STANDS[SessionState(current.session.state)])
        if current.risk_summary != text:
            _check_version(current, version, text, by)
        _move_item(current, "hear")
        current.risk_summary = text
        current.heard_at = timezone.now()
        current.save(update_fields=["state", "risk_summary", "heard_at", "version"])
        log.write(by, "hear_item", current, version=current.version)
        emit("meetings.item_heard", item=current.pk, matter=current.matter_id, session=current.session_id)
    return current


def share_information(
    *,
    item: AgendaItem,
    text: str,
    is_opinion: bool,
    never_to_perpetrator: bool,
    by: Actor,
    organisation: Organisation | None = None,
) -> SharedInformation:
    """What an agency shares about a matter: fact or opinion, and whether it must never reach the perpetrator.

    It is the actor's own organisation's unless chair or co-ordinator note another's. The same text of the same
    agency again is the first one. Raises NotNow once the session is closed.
    """
    with transaction.atomic():
        current = _locked_item(item, by)
        sharing = organisation or Organisation.objects.get(pk=by.organisation_id)
        check_can_share(by, sharing)
        _check_session_not_closed(current)
        words = _text(text, "text")
        if not words:
            raise BadInput("Write what is shared, or leave it out.", "text")
        same = current.shared.filter(
            organisation=sharing, text=words, is_opinion=is_opinion, never_to_perpetrator=never_to_perpetrator
        ).first()
        if same is not None:
            return same
        shared = SharedInformation.objects.create(
            item=current,
            matter_id=current.matter_id,
            organisation=sharing,
            text=words,
            is_opinion=is_opinion,
            never_to_perpetrator=never_to_perpetrator,
            by_id=by.user_id,
        )
        log.write(by, "share_information", shared, item=str(current.pk))
        emit("meetings.information_shared", shared=shared.pk, item=current.pk, matter=current.matter_id)
    return shared


def record_attendance(
    *, session: Session, organisation: Organisation, status: str, by: Actor, user: User | None = None
) -> Attendance:
    """Who is there for an agency: a value of `AttendanceStatus`. Noting it again corrects it."""
    if status not in AttendanceStatus.values:
        raise BadInput("Choose whether the agency is there, has a deputy there, or sent apologies.", "status")
    with transaction.atomic():
        current = _locked_session(session, by)
        check_can_record_attendance(by, organisation)
        if current.state == SessionState.CLOSED:
            raise NotNow(SESSION_STANDS[SessionState.CLOSED])
        noted, _ = Attendance.objects.update_or_create(
            session=current,
            organisation=organisation,
            defaults={"status": status, "user": user, "recorded_at": timezone.now()},
        )
        log.write(by, "record_attendance", noted, organisation=organisation.pk, status=status)
    return noted


def _locked_session(session: Session, by: Actor) -> Session:
    return get_visible(by, Session.objects.select_for_update(of=("self",)), pk=session.pk)


def _locked_item(item: AgendaItem, by: Actor) -> AgendaItem:
    rows = AgendaItem.objects.select_for_update(of=("self",)).select_related("session")
    return get_visible(by, rows, pk=item.pk)


def _last_position(session: Session) -> int:
    """Of all items, those too that the actor may not know of: a position is never shown."""
    with lifted("last_position"):
        return AgendaItem.objects.filter(session=session).aggregate(last=Max("position"))["last"] or 0


def _move_session(session: Session, event: str) -> None:
    state = SessionState(session.state)
    following = SESSION_TRANSITIONS.get((state, event))
    if following is None:
        raise NotNow(SESSION_STANDS[state])
    session.state = following


def _move_item(item: AgendaItem, event: str) -> None:
    state = ItemState(item.state)
    following = ITEM_TRANSITIONS.get((state, event))
    if following is None:
        raise NotNow(ITEM_STANDS[state])
    item.state = following
    item.version += 1


def _check_session_not_closed(item: AgendaItem) -> None:
    if item.session.state == SessionState.CLOSED:
        raise NotNow(SESSION_STANDS[SessionState.CLOSED])
    if item.state == ItemState.WITHDRAWN:
        raise NotNow(ITEM_STANDS[ItemState.WITHDRAWN])


def _check_version(item: AgendaItem, version: int, text: str, by: Actor) -> None:
    if item.version != version:
        theirs = Redactor(by, {item.matter_id}).text(item.matter_id, item.risk_summary)
        raise ChangedMeanwhile([Difference("Risk summary", text, theirs)])


def _summary(item: AgendaItem, sent: str, by: Actor) -> str:
    """What to keep of a summary that was sent. One that came back as it was shown, with a protected address taken out,
    stays as it is held: saving must not lose it.
    """
    text = _text(sent, "risk_summary")
    if item.risk_summary and text == Redactor(by, {item.matter_id}).text(item.matter_id, item.risk_summary):
        return item.risk_summary
    return text


def _text(text: str, field: str) -> str:
    text = text.strip()
    if len(text) > LONGEST:
        raise BadInput(f"Say it in {LONGEST:,} characters or fewer.", field)
    return text
