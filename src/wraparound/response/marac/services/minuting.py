"""Drafting the minutes of a case from what is recorded: nothing typed anew, nothing that an agency kept to itself.

What the template of minutes must hold: domain rules 3.4 (present, observers and their confidentiality, apologies and
whether information came with them, incomplete commitments with "no longer possible" kept apart from "not done").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction

from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.states import State
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Attendance, AttendanceStatus, Minutes, Session
from wraparound.foundation.meetings.services.minutes import Body
from wraparound.foundation.meetings.states import ItemState
from wraparound.foundation.partners.actors import Actor, system
from wraparound.kit.errors import NotNow
from wraparound.kit.jinja import day, moment
from wraparound.response.marac.in_force import minutes_rules
from wraparound.response.marac.models import IdvaRecord, Referral, ResearchEntry, ResearchRequest
from wraparound.response.marac.states import ResearchState

BY = system("marac.minutes")
MODES = {"meeting": "Meeting", "daily_call": "Daily call", "asynchronous": "By a closing date, without a meeting"}
UNANSWERED = (ResearchState.WAITING, ResearchState.LAPSED)

Line = dict[str, Any]


def draft_minutes(*, item: AgendaItem, by: Actor, why: str = "") -> Minutes:
    """Draft the minutes of a case from what is recorded now; raises NotNow before it is heard.

    Unchanged facts are the same draft.
    """
    if item.heard_at is None:
        raise NotNow("Minutes are drafted when the case was heard.")
    return meetings.keep_minutes(item=item, body=compose(item), by=by, why=why)


def draft_minutes_of_session(*, session: Session) -> int:
    """A session ended: a draft for each case that was heard in it. Idempotent. Returns how many there are."""
    with transaction.atomic(), lifted("marac.minutes"):
        heard = list(session.items.filter(state=ItemState.HEARD).order_by("position", "pk"))
        for item in heard:
            if not item.minutes.exists():
                draft_minutes(item=item, by=BY)
    return len(heard)


def compose(item: AgendaItem) -> Body:
    """The minutes as they are recorded: `[{heading, lines: [{text, agency, never}]}]`, empty sections left out."""
    with lifted("marac.minutes"):
        found = AgendaItem.objects.select_related("session__panel__area", "session__chair", "matter").get(pk=item.pk)
        sections = [
            ("Session", _session(found.session)),
            ("Confidentiality", [_line(minutes_rules(found.session.panel.area, _held_on(found)).confidentiality)]),
            ("There", _attendance(found.session, there=True)),
            ("Apologies", _attendance(found.session, there=False)),
            ("Observers", _observers(found.session)),
            ("Why it was heard", _why(found)),
            ("What the victim-survivor wants", _wishes(found)),
            ("What agencies know", _shared(found)),
            ("Nothing known", _nothing_known(found)),
            ("Not answered", _unanswered(found)),
            ("Risk summary of the chair", [_line(found.risk_summary, never=True)] if found.risk_summary else []),
            ("Commitments of this session", _commitments(found)),
            ("Commitments of earlier sessions", _earlier(found)),
        ]
        return [{"heading": heading, "lines": lines} for heading, rows in sections if (lines := list(rows))]


def _line(text: str, agency: str = "", *, never: bool = False) -> Line:
    return {"text": text, "agency": agency, "never": never}


def _held_on(item: AgendaItem) -> Any:
    return today(item.session.starts_at)


def _session(session: Session) -> Iterator[Line]:
    yield _line(f"{session.panel.name}, {moment(session.starts_at)}. {MODES.get(session.mode, session.mode)}.")
    if session.is_emergency:
        yield _line(f"Called outside the rhythm: {session.called_because}")
    yield _line(f"Chair: {session.chair.name if session.chair else 'nobody was named'}.")
    if session.inquorate_because:
        yield _line(f"Held without a quorum, by decision of the chair: {session.inquorate_because}")


def _attendance(session: Session, *, there: bool) -> Iterator[Line]:
    rows = Attendance.objects.filter(session=session).select_related("organisation", "user")
    for row in rows.order_by("organisation__short_name", "pk"):
        if (row.status != AttendanceStatus.APOLOGIES) is not there:
            continue
        words = [row.user.name] if row.user else []
        words += ["deputy"] if row.status == AttendanceStatus.DEPUTY else []
        if not there:
            words.append(_information(row))
        yield _line(", ".join(words) or "present", row.organisation.short_name)


def _information(row: Attendance) -> str:
    if row.information_sent is None:
        return "whether information was sent isn't recorded"
    if not row.information_sent:
        return "no information sent"
    return f"information sent {day(row.information_sent_on)}" if row.information_sent_on else "information sent"


def _observers(session: Session) -> Iterator[Line]:
    for observer in session.observers.order_by("noted_at", "pk"):
        signed = f"confidentiality signed {day(observer.signed_on)}" if observer.signed_on else "nothing signed"
        yield _line(f"{observer.name}: {signed}", observer.organisation_name)


def _why(item: AgendaItem) -> Iterator[Line]:
    if item.listed_because:
        yield _line(item.listed_because, never=True)
    referrals = Referral.objects.filter(matter_id=item.matter_id, received_at__lte=item.heard_at)
    for referral in referrals.select_related("organisation").order_by("-received_at")[:3]:
        yield _line(f"Referred {day(referral.received_at)}.", referral.organisation.short_name, never=True)


def _wishes(item: AgendaItem) -> Iterator[Line]:
    """What she wants and fears, as her IDVA heard it; never what must not be said, nor how to reach her."""
    current = IdvaRecord.objects.filter(matter_id=item.matter_id, superseded_at__isnull=True)
    for record in current.select_related("organisation"):
        for words in (record.wants, f"Fears: {record.fears}" if record.fears else ""):
            if words:
                yield _line(words, record.organisation.short_name, never=True)


def _shared(item: AgendaItem) -> Iterator[Line]:
    """What agencies wrote before the session and said in it, but for what they kept to themselves."""
    entries = ResearchEntry.objects.filter(request__item=item, agency_only=False, taken_back_at__isnull=True)
    for entry in entries.select_related("organisation").order_by("at", "pk"):
        kind = "Opinion" if entry.is_opinion else entry.get_kind_display()
        yield _line(f"{kind}: {entry.text}", entry.organisation.short_name, never=True)
    for said in item.shared.select_related("organisation").order_by("at", "pk"):
        kind = "Opinion" if said.is_opinion else "Fact"
        yield _line(f"{kind}: {said.text}", said.organisation.short_name, never=said.never_to_perpetrator)


def _nothing_known(item: AgendaItem) -> Iterator[Line]:
    requests = ResearchRequest.objects.filter(item=item, state=ResearchState.NOTHING_KNOWN)
    for request in requests.select_related("organisation").order_by("organisation__short_name", "pk"):
        search = request.searches.filter(undone_at__isnull=True).order_by("-at", "-pk").first()
        where = f"searched {', '.join(search.systems)}, {moment(search.at)}" if search else "nothing known"
        yield _line(where, request.organisation.short_name)


def _unanswered(item: AgendaItem) -> Iterator[Line]:
    requests = ResearchRequest.objects.filter(item=item, state__in=UNANSWERED).select_related("organisation")
    for request in requests.order_by("organisation__short_name", "pk"):
        yield _line(f"asked {moment(request.asked_at)}, due {moment(request.due_at)}", request.organisation.short_name)


def _commitments(item: AgendaItem) -> Iterator[Line]:
    rows = Commitment.objects.filter(matter_id=item.matter_id, agreed_in=item.session_id)
    return (_commitment(row, State(row.state).label) for row in _ordered(rows))


def _earlier(item: AgendaItem) -> Iterator[Line]:
    """What is not done yet, or never will be: "no longer possible" isn't "not done"."""
    rows = Commitment.objects.filter(matter_id=item.matter_id, made_at__lt=item.session.starts_at)
    for row in _ordered(rows.exclude(agreed_in=item.session_id).exclude(state=State.DONE)):
        yield _commitment(row, State(row.state).label)


def _ordered(rows: Any) -> Iterable[Commitment]:
    found: Iterable[Commitment] = rows.select_related("organisation").order_by("made_at", "pk")
    return found


def _commitment(row: Commitment, state: str) -> Line:
    return _line(
        f"{row.what}, by {day(row.due_on)} ({state.lower()})",
        row.organisation.short_name,
        never=row.never_to_perpetrator,
    )
