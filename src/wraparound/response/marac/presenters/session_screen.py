"""The session screen: the agenda as this reader may know it, and one case of it in three columns."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from wraparound.foundation.access.decisions import live_exclusions
from wraparound.foundation.commitments import presenters as commitments
from wraparound.foundation.commitments.registry import labels_for
from wraparound.foundation.meetings import presenters as meetings
from wraparound.foundation.meetings import queries
from wraparound.foundation.meetings.models import AgendaItem, Attendance, AttendanceStatus, Conflicts, Session
from wraparound.foundation.meetings.permissions import can_run
from wraparound.foundation.meetings.queries import Numbered
from wraparound.foundation.meetings.rules import ASYNCHRONOUS, MODES
from wraparound.foundation.meetings.services import waits_for_summary
from wraparound.foundation.meetings.states import ItemState, SessionState
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation, OrganisationKind
from wraparound.kit.jinja import day, moment
from wraparound.response.cases.presenters.case import CaseHead, head
from wraparound.response.cases.presenters.facts import standing_rows
from wraparound.response.cases.queries import case_of_matter, incidents_for
from wraparound.response.marac.in_force import session_rules
from wraparound.response.marac.models import Referral
from wraparound.response.marac.organisations import chairing_organisations, core_organisations
from wraparound.response.marac.presenters.coming import coming_facts
from wraparound.response.marac.presenters.idva_record import RecordShown, record_shown
from wraparound.response.marac.presenters.research import Known, known_of
from wraparound.response.marac.presenters.sitting import DeferralShown, Standing, deferrals_shown, standing_of
from wraparound.response.marac.presenters.words import met, reader
from wraparound.response.marac.queries import referral_of_item, referrals_of_matters
from wraparound.response.marac.queries.deferrals import deferrals_of_matter
from wraparound.response.marac.queries.research import idva_record_of
from wraparound.response.risk.queries import signed_of

TONES = {
    SessionState.PLANNED: "waiting",
    SessionState.OPEN: "moving",
    SessionState.CLOSED: "done",
    SessionState.ADJOURNED: "stopped",
}
KINDS = dict(OrganisationKind.choices)
_ITEM_TONES = {
    ItemState.LISTED: "waiting",
    ItemState.HEARD: "done",
    ItemState.ADJOURNED: "stopped",
    ItemState.DEFERRED: "stopped",
    ItemState.WITHDRAWN: "stopped",
}
THERE = (AttendanceStatus.PRESENT, AttendanceStatus.DEPUTY)


@dataclass(frozen=True)
class Seat:
    """An agency at the table."""

    organisation: Organisation
    status: str
    words: str
    is_present: bool
    conflicts: str = ""  # "", not_asked, none or declared
    sent: str = ""


@dataclass(frozen=True)
class Strip:
    """One case in the strip of the agenda."""

    pk: uuid.UUID
    number: int
    href: str
    reference: str
    is_heard: bool
    is_current: bool
    is_adjourned: bool = False


@dataclass(frozen=True)
class SessionPage:
    """What stands at the head of a session's pages."""

    session: Session
    title: str
    mode: str
    state: str
    tone: str
    chair: str
    quorum: str
    quorum_is_met: bool
    seats: list[Seat]
    strip: list[Strip]
    heard: int
    may_run: bool
    is_open: bool
    is_planned: bool
    minutes: int
    is_filed: bool  # agencies file what they know; nobody meets
    needs_reason: bool  # not quorate, and the chair hasn't said why it goes on
    conflicts: int
    observers: int
    unsigned: int
    standing: Standing


def seats_of(session: Session, attendance: Sequence[Attendance], core_kinds: Sequence[str]) -> list[Seat]:
    """The agencies of the MARAC, those too that were noted besides, each with whether it is there."""
    area = session.panel.area
    noted = {row.organisation_id: row for row in attendance}
    table = {o.pk: o for o in (*core_organisations(area, core_kinds), *chairing_organisations(area))}
    table.update({row.organisation_id: row.organisation for row in attendance})
    ordered = sorted(table.values(), key=lambda o: o.short_name)
    return [_seat(organisation, noted.get(organisation.pk)) for organisation in ordered]


def _seat(organisation: Organisation, row: Attendance | None) -> Seat:
    if row is None:
        return Seat(organisation, "", "Not noted yet", False)
    words = str(AttendanceStatus(row.status).label)
    if row.user is not None:
        words = f"{words}: {row.user.name}"
    sent = ""
    if row.status == AttendanceStatus.APOLOGIES and row.information_sent is not None:
        sent = f"Sent what it knows on {day(row.information_sent_on)}" if row.information_sent else "Sent nothing"
    return Seat(organisation, row.status, words, row.status in THERE, row.conflicts, sent)


def seats(actor: Actor, session: Session) -> list[Seat]:
    """The agencies at the table of a session."""
    rules = session_rules(session.panel.area, session.starts_at.date()).params
    return seats_of(session, queries.attendance_of(actor, session), rules.core_kinds)


def session_page(actor: Actor, session: Session, current: AgendaItem | None = None) -> SessionPage:
    """The head of a session: state, quorum, who is there, and the agenda numbered for this reader."""
    rules = session_rules(session.panel.area, session.starts_at.date()).params
    attendance = _without_conflicts_of_the_excluded(actor, queries.attendance_of(actor, session))
    quorum = queries.quorum_of(attendance, rules.quorum_kinds)
    agenda = queries.agenda_for(actor, session)
    observers = queries.observers_of(actor, session)
    is_filed = session.mode == ASYNCHRONOUS
    state = SessionState(session.state)
    missing = ", ".join(_in_a_sentence(str(KINDS.get(kind, kind))) for kind in quorum.missing)
    return SessionPage(
        session=session,
        title=f"{session.panel.name}, {moment(session.starts_at)}",
        mode=MODES.get(session.mode, session.mode),
        state=state.label,
        tone=TONES[state],
        chair=session.chair.name if session.chair else "Nobody yet",
        quorum=_quorum_words(session, missing),
        quorum_is_met=quorum.is_met or is_filed,
        seats=seats_of(session, attendance, rules.core_kinds),
        strip=strip_of(actor, session, agenda, current),
        heard=sum(one.is_heard for one in agenda),
        may_run=can_run(actor),
        is_open=state is SessionState.OPEN,
        is_planned=state is SessionState.PLANNED,
        minutes=rules.minutes_per_case,
        is_filed=is_filed,
        needs_reason=not is_filed and not set(quorum.missing) <= set(session.inquorate_missing),
        conflicts=sum(row.conflicts == Conflicts.DECLARED for row in attendance),
        observers=len(observers),
        unsigned=sum(one.signed_on is None for one in observers),
        standing=standing_of(session),
    )


def _without_conflicts_of_the_excluded(actor: Actor, attendance: list[Attendance]) -> list[Attendance]:
    """Whoever is shut out of a case finds its session as though nobody had declared anything (safety rule 5)."""
    if any(row.conflicts == Conflicts.DECLARED for row in attendance) and live_exclusions(actor).exists():
        for row in attendance:
            row.conflicts = Conflicts.NOT_ASKED
    return attendance


def _quorum_words(session: Session, missing: str) -> str:
    if session.mode == ASYNCHRONOUS:
        return "No quorum is needed"
    if not missing:
        return "The quorum is met"
    return f"Goes on without a quorum: {missing}" if session.inquorate_because else f"Not quorate yet: {missing}"


def _in_a_sentence(label: str) -> str:
    """A label with a small first letter, unless its first word is an abbreviation."""
    return label if label.split()[0].isupper() else label[:1].lower() + label[1:]


def strip_of(actor: Actor, session: Session, agenda: Sequence[Numbered], current: AgendaItem | None) -> list[Strip]:
    """The agenda as a strip of numbers and references."""
    labels = labels_for(actor, [one.item.matter_id for one in agenda])
    return [
        Strip(
            pk=one.item.pk,
            number=one.number,
            href=reverse("marac:session-item", args=[session.pk, one.item.pk]),
            reference=labels.get(one.item.matter_id, ("Case", ""))[0],
            is_heard=one.is_heard,
            is_current=current is not None and one.item.pk == current.pk,
            is_adjourned=one.is_adjourned,
        )
        for one in agenda
    ]


@dataclass(frozen=True)
class AgendaLine:
    """One case of the agenda, with why it stands where it stands."""

    number: int
    href: str
    reference: str
    state: str
    tone: str
    urgency: list[str]
    referred_by: str


def agenda_lines(actor: Actor, session: Session, strip: Sequence[Strip]) -> list[AgendaLine]:
    """The agenda with the reasons for its order, as far as the reader may see the referrals. Two queries."""
    items = {one.item.pk: one.item for one in queries.agenda_for(actor, session)}
    referrals = referrals_of_matters(actor, [item.matter_id for item in items.values()])
    lines = []
    for one in strip:
        held = referrals.get(items[one.pk].matter_id, [None])[0] if one.pk in items else None
        state = ItemState(items[one.pk].state) if one.pk in items else ItemState.LISTED
        lines.append(
            AgendaLine(
                number=one.number,
                href=one.href,
                reference=one.reference,
                state=state.label,
                tone=_ITEM_TONES[state],
                urgency=list(held.criteria.get("urgency", [])) if held is not None else [],
                referred_by=held.organisation.short_name if held is not None else "",
            )
        )
    return lines


def summary_lines(actor: Actor, items: Sequence[AgendaItem]) -> list[tuple[str, str, str, str]]:
    """(reference, address, session, heard) of cases that wait for the chair's summary."""
    labels = labels_for(actor, [item.matter_id for item in items])
    return [
        (
            labels.get(item.matter_id, ("Case", ""))[0],
            reverse("marac:session-item", args=[item.session_id, item.pk]),
            f"{item.session.panel.name}, {day(item.session.starts_at)}",
            moment(item.heard_at),
        )
        for item in items
    ]


@dataclass(frozen=True)
class ItemPage:
    """One case of the agenda, in three columns."""

    item: AgendaItem
    head: CaseHead
    case_href: str
    why_listed: str
    facts: list[tuple[str, str]]
    standing: list[tuple[str, str]]
    earlier: list[str]
    known: Known
    her_words: RecordShown | None
    risk_summary: str
    version: int
    is_heard: bool
    commitments: list[commitments.Row]
    previous: str
    following: str
    waits_for_summary: bool
    is_listed: bool
    put_off: list[DeferralShown]
    emergency_href: str


def item_page(actor: Actor, session: Session, item: AgendaItem, strip: Sequence[Strip]) -> ItemPage:
    """What the chair, the co-ordinator and the agencies see of one case."""
    case = case_of_matter(item.matter_id)
    assert case is not None, "a MARAC's agenda holds cases only"
    shown = meetings.items_shown(actor, [item])[item.pk]
    referral = referral_of_item(actor, item)
    put_off = deferrals_shown(actor, deferrals_of_matter(actor, item.matter_id))
    at = next((n for n, one in enumerate(strip) if one.is_current), 0)
    shown_head = head(actor, case, "MARAC")
    return ItemPage(
        item=item,
        head=shown_head,
        case_href=reverse("cases:case", args=[case.pk]),
        why_listed=shown.because,
        facts=facts_of(actor, item, referral),
        standing=standing_rows(actor, case, shown_head.reader),
        earlier=[
            f"{day(one.session.starts_at)}: {one.get_state_display().lower()}"
            for one in queries.items_of_matter(actor, item.matter_id).exclude(pk=item.pk)[:3]
        ],
        known=known_of(actor, item),
        her_words=record_shown(actor, idva_record_of(actor, item.matter_id)),
        risk_summary=shown.risk_summary,
        version=shown.version,
        is_heard=item.heard_at is not None,
        commitments=commitments.rows(actor, queries.commitments_from(actor, item)),
        previous=strip[at - 1].href if at > 0 else "",
        following=strip[at + 1].href if at + 1 < len(strip) else "",
        waits_for_summary=waits_for_summary(item),
        is_listed=item.state == ItemState.LISTED,
        put_off=put_off,
        emergency_href=reverse("marac:emergency", args=[referral.pk]) if referral is not None else "",
    )


def facts_of(actor: Actor, item: AgendaItem, referral: Referral | None) -> list[tuple[str, str]]:
    """The first column: risk, what fired, what happened, what she wants."""
    read = reader(actor, item.matter_id)
    signed = signed_of(actor, item.matter_id)
    last = incidents_for(actor, item.matter_id).first()
    facts = coming_facts(actor, item.matter_id, referral)
    if signed:
        ticks = f", {signed[-1].ticks} ticks" if signed[-1].ticks is not None else ""
        facts.append(("Risk", f"{signed[-1].get_grade_display()}{ticks}, {day(signed[-1].signed_at)}"))
    if referral is not None:
        facts.append(("Referred by", f"{referral.organisation.short_name}, {day(referral.received_at)}"))
        facts.append(("Criteria met", "; ".join(met(referral.criteria)) or "None by itself: judgement"))
        facts.append(("What she wants", read(referral.what_she_wants) or "Not recorded"))
        facts.append(("Afraid of", read(referral.afraid_of) or "Not recorded"))
        facts.append(("Not safe to talk to", read(referral.not_safe_to_talk_to) or "Nobody named"))
    if last is not None:
        facts.append(("Last incident", moment(last.occurred_from)))
    return facts
