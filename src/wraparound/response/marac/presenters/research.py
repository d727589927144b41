"""Research as its reader may have it: whom an agency is asked about, what each agency knows, what is outstanding."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from wraparound.foundation.access.redaction import Audience, address_for
from wraparound.foundation.commitments.redacting import Redactor, facings_of
from wraparound.foundation.meetings import queries as meetings
from wraparound.foundation.meetings.models import AgendaItem, SharedInformation
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import OrganisationKind
from wraparound.foundation.people.models import Address, Sex, SourceRecord
from wraparound.foundation.people.presenters.summaries import born, reference_of
from wraparound.foundation.people.queries import as_held, readers_of
from wraparound.kit.jinja import clock, moment, shortday
from wraparound.response.cases.models import CaseParty, PartyRole
from wraparound.response.cases.queries import ROLE_ORDER
from wraparound.response.marac.models import EntryKind, ResearchEntry, ResearchRequest, ResearchSearch
from wraparound.response.marac.permissions.preparing import CHASING
from wraparound.response.marac.presenters.words import late_by
from wraparound.response.marac.queries.research import (
    AgencyResearch,
    addresses_now,
    carried_over,
    parties_asked_about,
    research_for,
)
from wraparound.response.marac.states import ResearchState

TONES = {
    ResearchState.WAITING: "waiting",
    ResearchState.NOTHING_KNOWN: "done",
    ResearchState.ANSWERED: "done",
    ResearchState.LAPSED: "late",
    ResearchState.WITHDRAWN: "stopped",
}


# --- whom an agency is asked about --------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonAsked:
    """Someone whom an agency looks up: enough to search one's own system, and nothing that is protected."""

    name: str
    role: str
    other_names: str
    born: str
    other_days: str
    sex: str
    address: str
    reference: str


def people_asked_about(actor: Actor, matter_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[PersonAsked]]:
    """{matter: its people}, as the reader may have them. The same few queries however many matters there are."""
    wanted = list(matter_ids)
    rows = sorted(parties_asked_about(actor, wanted), key=lambda one: (ROLE_ORDER[one.role], one.since, str(one.pk)))
    addresses = _addresses(actor, rows)
    found: dict[uuid.UUID, list[PersonAsked]] = {pk: [] for pk in wanted}
    held: dict[tuple[uuid.UUID, uuid.UUID, str], list[SourceRecord]] = {}
    for party in rows:
        held.setdefault((party.matter_id, party.record.person_id, party.role), []).append(party.record)
    for (matter_id, _, role), records in held.items():
        lived = list(dict.fromkeys(a for one in records for a in addresses.get((matter_id, one.pk), [])))
        found[matter_id].append(_person(role, records, lived, actor))
    return found


def _person(role: str, records: Sequence[SourceRecord], lived: Sequence[str], actor: Actor) -> PersonAsked:
    first = records[0]
    names = [n for one in records for n in (one.full_name, *one.aliases) if n and n != first.full_name]
    days = [d for one in records for d in one.dob_alternatives]
    own = next((one for one in records if one.organisation_id == actor.organisation_id), None)
    return PersonAsked(
        name=first.full_name,
        role=PartyRole(role).label,
        other_names=", ".join(dict.fromkeys(names)),
        born=born(first),
        other_days=", ".join(dict.fromkeys(f"{datetime.fromisoformat(d):%-d %B %Y}" for d in days)),
        sex=dict(Sex.choices).get(Sex(first.sex), "") if first.sex else "",
        address="; ".join(lived),
        reference=reference_of(own) if own is not None else "",
    )


def _addresses(actor: Actor, parties: Sequence[CaseParty]) -> dict[tuple[uuid.UUID, uuid.UUID], list[str]]:
    """{(matter, record): where they live, as far as it may be shown there}."""
    ids = [one.record_id for one in parties]
    places = addresses_now(actor, ids)
    readers = readers_of(places) if places else {}
    facings = facings_of(actor, {one.matter_id for one in parties})
    of_record: dict[uuid.UUID, list[Address]] = {}
    for place in places:
        of_record.setdefault(place.record_id, []).append(place)
    found: dict[tuple[uuid.UUID, uuid.UUID], list[str]] = {}
    for party in parties:
        audience = Audience(user_id=str(actor.user_id or ""), facing=facings[party.matter_id])
        found[party.matter_id, party.record_id] = [
            address_for(as_held(place, readers.get(place.pk, ())), audience)
            for place in of_record.get(party.record_id, [])
        ]
    return found


# --- the inbox ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InboxRow:
    """One case that the agency is asked about."""

    pk: uuid.UUID
    href: str
    reference: str
    case_pk: uuid.UUID
    session: str
    state: str
    tone: str
    is_waiting: bool
    is_nothing_known: bool
    due: str
    late: str
    chased: str
    answered: str
    people: list[PersonAsked]


def inbox_rows(actor: Actor, requests: Sequence[ResearchRequest]) -> list[InboxRow]:
    """The rows of a page of the inbox, in the order given. They must have been read for the actor."""
    people = people_asked_about(actor, {one.matter_id for one in requests})
    return [_inbox_row(one, people[one.matter_id]) for one in requests]


def _inbox_row(request: ResearchRequest, people: list[PersonAsked]) -> InboxRow:
    state = ResearchState(request.state)
    is_waiting = state is ResearchState.WAITING
    return InboxRow(
        pk=request.pk,
        href=reverse("marac:research-request", args=[request.pk]),
        reference=request.matter.case.reference,
        case_pk=request.matter.case.pk,
        session=f"{shortday(request.item.session.starts_at)}, {clock(request.item.session.starts_at)}",
        state=state.label,
        tone=TONES[state],
        is_waiting=is_waiting,
        is_nothing_known=state is ResearchState.NOTHING_KNOWN,
        due=due_words(request.due_at),
        late=late_by(request.due_at) if is_waiting else "",
        chased=chased_words(request.chased, request.chased_at),
        answered=answered_words(request),
        people=people,
    )


def due_words(due_at: datetime) -> str:
    """When it is due: "11:00" today, else with its day."""
    at = timezone.localtime(due_at)
    return clock(at) if at.date() == timezone.localdate() else f"{shortday(at)}, {clock(at)}"


def chased_words(times: int, last: datetime | None) -> str:
    """How often it was asked for again, and when last; "" where it wasn't."""
    if not times or last is None:
        return ""
    return f"Asked again {'once' if times == 1 else f'{times} times'}, last {due_words(last)}"


def answered_words(request: ResearchRequest) -> str:
    """Who answered and when; "" where nobody has."""
    if request.answered_at is None:
        return ""
    late = ", after the time" if request.answered_at > request.due_at else ""
    who = f" by {request.answered_by.name}" if request.answered_by else ""
    return f"{due_words(request.answered_at)}{who}{late}"


# --- one case: what agencies know ---------------------------------------------------------------------------


@dataclass(frozen=True)
class KnownLine:
    """One thing that an agency shares, or keeps."""

    pk: uuid.UUID | None
    kind: str
    text: str
    is_opinion: bool
    mark: str
    by: str
    when: str
    why_kept: str = ""
    is_taken_back: bool = False
    may_become: bool = False  # an offer that may become a commitment


@dataclass(frozen=True)
class AgencyKnown:
    """One agency's part of "What agencies know"."""

    agency: str
    request_pk: uuid.UUID | None
    state: str
    tone: str
    note: str
    late: str
    lines: list[KnownLine] = field(default_factory=list)
    may_chase: bool = False
    may_answer: bool = False


@dataclass(frozen=True)
class Known:
    """The middle column of the session screen."""

    said: list[AgencyKnown]  # they shared something
    quiet: list[AgencyKnown]  # nothing known, outstanding, never answered
    earlier: list[tuple[str, KnownLine]]  # (agency, what it said for a listing that was put off)
    outstanding: int


def known_of(actor: Actor, item: AgendaItem) -> Known:
    """What agencies know of an item, as the reader may know it: research, and what was shared in the session."""
    redactor = Redactor(actor, {item.matter_id})
    parts = [_agency_known(actor, one, redactor) for one in research_for(actor, item)]
    by_agency = {one.agency: one for one in parts}
    for shared in meetings.shared_for(actor, item):
        agency = shared.organisation.short_name
        if agency not in by_agency:
            by_agency[agency] = AgencyKnown(agency, None, "", "done", "", "")
        by_agency[agency].lines.append(_shared_line(shared, redactor))
    parts = list(by_agency.values())
    earlier = [(one.organisation.short_name, _line(one, redactor)) for one in carried_over(actor, item)]
    return Known(
        said=[one for one in parts if one.lines],
        quiet=[one for one in parts if not one.lines],
        earlier=earlier,
        outstanding=sum(one.state == ResearchState.WAITING.label for one in parts),
    )


def _agency_known(actor: Actor, part: AgencyResearch, redactor: Redactor) -> AgencyKnown:
    request, state = part.request, ResearchState(part.request.state)
    is_own = request.organisation_id == actor.organisation_id
    waiting = state is ResearchState.WAITING
    if waiting:
        note = " · ".join(x for x in (f"due {due_words(request.due_at)}", _chased(request)) if x)
    elif part.search:
        note = search_words(part.search)
    else:
        note = " · ".join(x for x in (_where_it_is(part), answered_words(request)) if x)
    return AgencyKnown(
        agency=part.organisation.short_name,
        request_pk=request.pk,
        state=state.label,
        tone=TONES[state],
        note=note,
        late=late_by(request.due_at) if waiting else ("Late" if part.was_late else ""),
        lines=[_line(one, redactor) for one in part.entries if one.taken_back_at is None],
        may_chase=waiting and actor.role in CHASING,
        may_answer=is_own and actor.role not in CHASING,
    )


def _where_it_is(part: AgencyResearch) -> str:
    """Where an answer is that nothing is shown of: the IDVA's is her record, another's stays in the agency."""
    if part.request.state != ResearchState.ANSWERED or part.entries:
        return ""
    is_idvas = part.organisation.kind == OrganisationKind.IDVA_SERVICE
    return "in what she told her IDVA" if is_idvas else "nothing shared with the session"


def _chased(request: ResearchRequest) -> str:
    words = chased_words(request.chased, request.chased_at)
    return words[:1].lower() + words[1:]


def search_words(search: ResearchSearch) -> str:
    """Who looked where and when: "Owen Hughes searched Casework, 10:42"."""
    return f"{search.by.name} searched {', '.join(search.systems)}, {due_words(search.at)}"


def _line(entry: ResearchEntry, redactor: Redactor) -> KnownLine:
    marks = ["Agency only"] if entry.agency_only else []
    marks += ["Never to the perpetrator"] if entry.never_to_perpetrator else []
    is_offer = entry.kind == EntryKind.OFFER and not entry.agency_only
    return KnownLine(
        pk=entry.pk,
        kind=EntryKind(entry.kind).label,
        text=redactor.text(entry.matter_id, entry.text),
        is_opinion=entry.is_opinion,
        mark=", ".join(marks),
        by=entry.by.name,
        when=moment(entry.at),
        why_kept=redactor.text(entry.matter_id, entry.why_not_shared),
        is_taken_back=entry.taken_back_at is not None,
        may_become=is_offer and entry.commitment_id is None,
    )


def _shared_line(shared: SharedInformation, redactor: Redactor) -> KnownLine:
    return KnownLine(
        pk=None,
        kind="Said in the session",
        text=redactor.text(shared.matter_id, shared.text),
        is_opinion=shared.is_opinion,
        mark="Never to the perpetrator" if shared.never_to_perpetrator else "",
        by=shared.by.name if shared.by else "",
        when=moment(shared.at),
    )


def lines_of(actor: Actor, entries: Sequence[ResearchEntry]) -> list[KnownLine]:
    """An agency's own entries, in the order given."""
    redactor = Redactor(actor, {one.matter_id for one in entries})
    return [_line(one, redactor) for one in entries]
