"""Who is at a session: agencies, what those who aren't sent instead, observers, and who knows someone there."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.areas import clocks
from wraparound.foundation.meetings.models import Attendance, AttendanceStatus, Conflicts, Observer, Session
from wraparound.foundation.meetings.permissions import check_can_record_attendance, check_can_run
from wraparound.foundation.meetings.services.locking import check_not_ended, clean, locked_session
from wraparound.foundation.meetings.states import SessionState
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation, User
from wraparound.kit.errors import BadInput, NotNow, Unknown


def record_attendance(
    *,
    session: Session,
    organisation: Organisation,
    status: str,
    by: Actor,
    user: User | None = None,
    information_sent: bool | None = None,
    information_sent_on: date | None = None,
) -> Attendance:
    """Who is there for an agency: a value of `AttendanceStatus`. Noting it again corrects it; the same changes nothing.

    With apologies comes whether the agency sent what it knows, and on which day (today, unless said otherwise).
    """
    if status not in AttendanceStatus.values:
        raise BadInput("Choose whether the agency is there, has a deputy there, or sent apologies.", "status")
    if status != AttendanceStatus.APOLOGIES or not information_sent:
        information_sent_on = None
    elif information_sent_on is None:
        information_sent_on = clocks.today()
    elif information_sent_on > clocks.today():
        raise BadInput("That day lies in the future.", "information_sent_on")
    with transaction.atomic():
        current = locked_session(session, by)
        check_can_record_attendance(by, organisation)
        check_not_ended(current)
        own = by.organisation_id == organisation.pk and status != AttendanceStatus.APOLOGIES
        values = {
            "status": status,
            "user_id": user.pk if user else (by.user_id if own else None),
            "information_sent": information_sent if status == AttendanceStatus.APOLOGIES else None,
            "information_sent_on": information_sent_on,
        }
        held = Attendance.objects.filter(session=current, organisation=organisation).first()
        if held is not None and {name: getattr(held, name) for name in values} == values:
            return held
        values["recorded_at"] = timezone.now()
        noted, _ = Attendance.objects.update_or_create(session=current, organisation=organisation, defaults=values)
        log.write(by, "record_attendance", noted, organisation=organisation.pk, status=status)
    return noted


def declare_no_conflict(*, session: Session, organisation: Organisation, by: Actor) -> Attendance:
    """Whoever is there for an agency knows nobody on the agenda. Again changes nothing; a declared one stands.

    Raises NotNow unless the agency was noted as there.
    """
    with transaction.atomic():
        current = locked_session(session, by)
        check_can_record_attendance(by, organisation)
        check_not_ended(current)
        noted = current.attendance.exclude(status=AttendanceStatus.APOLOGIES).filter(organisation=organisation).first()
        if noted is None:
            raise NotNow("Note first who is there for the agency.")
        if noted.conflicts == Conflicts.NOT_ASKED:
            noted.conflicts = Conflicts.NONE
            noted.save(update_fields=["conflicts"])
            log.write(by, "declare_no_conflict", noted, organisation=organisation.pk)
    return noted


# --- observers ----------------------------------------------------------------------------------------------


def note_observer(
    *, session: Session, name: str, organisation_name: str, signed_on: date | None, by: Actor
) -> Observer:
    """Someone who listens. The same name again adds the signature. Once the session has begun, only with one."""
    words = clean(name, "name", 200)
    if not words:
        raise BadInput("Say who observes.", "name")
    if signed_on is not None and signed_on > clocks.today():
        raise BadInput("That day lies in the future.", "signed_on")
    with transaction.atomic():
        current = locked_session(session, by)
        check_can_run(by)
        check_not_ended(current)
        if current.state == SessionState.OPEN and signed_on is None:
            raise BadInput("The session has begun: nobody joins without having signed.", "signed_on")
        values = {"organisation_name": clean(organisation_name, "organisation_name", 200), "noted_by_id": by.user_id}
        observer, is_new = Observer.objects.get_or_create(
            session=current, name=words, defaults={**values, "signed_on": signed_on}
        )
        has_signed = not is_new and signed_on is not None and observer.signed_on != signed_on
        if has_signed:
            observer.signed_on = signed_on
            observer.save(update_fields=["signed_on"])
        if is_new or has_signed:
            log.write(by, "note_observer", observer, session=str(current.pk))
    return observer


def sign_observer(*, observer: Observer, by: Actor) -> Observer:
    """An observer has signed the statement of confidentiality today. Again changes nothing."""
    with transaction.atomic():
        current = locked_session(observer.session, by)
        check_can_run(by)
        check_not_ended(current)
        held = current.observers.select_for_update(of=("self",)).filter(pk=observer.pk).first()
        if held is None:  # left out in another window meanwhile
            raise Unknown
        if held.signed_on is None:
            held.signed_on = clocks.today()
            held.save(update_fields=["signed_on"])
            log.write(by, "sign_observer", held)
    return held


def leave_out_observer(*, observer: Observer, by: Actor) -> None:
    """An observer isn't admitted, or didn't come: before the session begins. Again changes nothing."""
    with transaction.atomic():
        current = locked_session(observer.session, by)
        check_can_run(by)
        if current.state != SessionState.PLANNED:
            raise NotNow("The session has begun: who observed it stays on its record.")
        left_out, _ = current.observers.filter(pk=observer.pk).delete()
        if left_out:
            log.write(by, "leave_out_observer", observer, session=str(current.pk))
