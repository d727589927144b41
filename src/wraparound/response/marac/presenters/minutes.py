"""Minutes and the paper pack, as the reader may have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from wraparound.foundation.areas.clocks import today
from wraparound.foundation.commitments import presenters as commitments
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.queries import commitments_visible_to
from wraparound.foundation.commitments.redacting import Redactor
from wraparound.foundation.meetings import presenters as meetings
from wraparound.foundation.meetings import queries
from wraparound.foundation.meetings.models import AgendaItem, Minutes, Session
from wraparound.foundation.meetings.presenters import NOT_FOR_YOU
from wraparound.foundation.meetings.queries import Numbered
from wraparound.foundation.meetings.states import MinutesState
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.presenters.summaries import age_on
from wraparound.kit.jinja import clock, day, moment
from wraparound.response.cases.models import PartyRole
from wraparound.response.cases.queries import NamedParty, cases_of_matters, parties_of_cases
from wraparound.response.marac.models import Referral, ResearchRequest
from wraparound.response.marac.presenters.words import met
from wraparound.response.marac.queries.minutes import entries_for_paper, minutes_of_items, without_entries
from wraparound.response.marac.queries.referrals import referrals_of_matters
from wraparound.response.marac.states import ResearchState

TONES = {MinutesState.DRAFT: "waiting", MinutesState.APPROVED: "done", MinutesState.REPLACED: "stopped"}


@dataclass(frozen=True)
class Section:
    """One heading of the minutes, with (agency, text) under it."""

    heading: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True)
class MinutesShown:
    """One version of a case's minutes."""

    number: int
    state: str
    tone: str
    said: str
    why: str
    sections: list[Section]
    is_draft: bool
    is_latest: bool


def minutes_shown(actor: Actor, minutes: Minutes, versions: Sequence[Minutes]) -> MinutesShown:
    """A version that was read for the actor: addresses taken out, and what the perpetrator's workers may not have."""
    redactor = Redactor(actor, {minutes.matter_id})
    hides = redactor.is_for_perpetrators_worker(minutes.matter_id)
    sections = []
    for section in minutes.body:
        kept = [line for line in section["lines"] if not (hides and line["never"])]
        lines = [(line["agency"], redactor.text(minutes.matter_id, line["text"])) for line in kept]
        if len(kept) < len(section["lines"]):
            lines.append(("", NOT_FOR_YOU))
        sections.append(Section(section["heading"], lines))
    state = MinutesState(minutes.state)
    drafted = f"Drafted {moment(minutes.drafted_at)} from what was recorded"
    approved = f"; approved {moment(minutes.approved_at)} by {minutes.approved_by}" if minutes.approved_by else ""
    return MinutesShown(
        number=minutes.number,
        state=state.label,
        tone=TONES[state],
        said=f"{drafted}{approved}.",
        why="" if hides else redactor.text(minutes.matter_id, minutes.why),
        sections=sections,
        is_draft=state is MinutesState.DRAFT,
        is_latest=minutes.number == versions[0].number,
    )


@dataclass(frozen=True)
class MinutesLine:
    """The minutes of one case in the list of a session's."""

    number: int
    reference: str
    href: str
    state: str
    tone: str
    said: str


def minutes_of_session(actor: Actor, agenda: Sequence[Numbered], references: dict[object, str]) -> list[MinutesLine]:
    """A line for each case of an agenda that was heard."""
    heard = [one for one in agenda if one.is_heard]
    found = minutes_of_items(actor, [one.item.pk for one in heard])
    lines = []
    for one in heard:
        minutes = found.get(one.item.pk)
        state = MinutesState(minutes.state) if minutes else None
        said = f"Version {minutes.number}, {moment(minutes.approved_at or minutes.drafted_at)}" if minutes else ""
        lines.append(
            MinutesLine(
                number=one.number,
                reference=references.get(one.item.matter_id, "Case"),
                href=reverse("marac:minutes", args=[one.item.session_id, one.item.pk]),
                state=state.label if state else "Not drafted yet",
                tone=TONES[state] if state else "waiting",
                said=said,
            )
        )
    return lines


@dataclass(frozen=True)
class PackCase:
    """One case of the paper pack: enough to speak of it, nothing that finds her."""

    number: int
    reference: str
    who: list[tuple[str, str]]
    because: str
    referral: str
    criteria: str
    known: list[tuple[str, str, str]]  # agency, kind, text
    nothing_known: str
    outstanding: str
    risk_summary: str
    commitments: list[commitments.Row]


def pack_of(actor: Actor, session: Session) -> list[PackCase]:
    """Every case of a session that the reader may know of, in a fixed number of queries.

    No address, no telephone number, nothing that an agency keeps to itself, and nothing that must not be said.
    """
    agenda = queries.agenda_for(actor, session)
    items = [one.item for one in agenda]
    matter_ids = [item.matter_id for item in items]
    cases = cases_of_matters(actor, matter_ids)
    parties = parties_of_cases(actor, [case.pk for case in cases.values()])
    referrals = referrals_of_matters(actor, matter_ids)
    known = _known(actor, items)
    silent = without_entries(actor, items)
    promised = _promised(actor, session, matter_ids)
    shown = meetings.items_shown(actor, items)
    return [
        PackCase(
            number=one.number,
            reference=cases[one.item.matter_id].reference if one.item.matter_id in cases else "Case",
            who=_who(parties.get(cases[one.item.matter_id].pk, [])) if one.item.matter_id in cases else [],
            because=shown[one.item.pk].because,
            referral=_referral(referrals.get(one.item.matter_id, [])),
            criteria=_criteria(referrals.get(one.item.matter_id, [])),
            known=known[one.item.pk],
            nothing_known=_agencies(silent.get(one.item.pk, []), (ResearchState.NOTHING_KNOWN,)),
            outstanding=_agencies(silent.get(one.item.pk, []), (ResearchState.WAITING, ResearchState.LAPSED)),
            risk_summary=shown[one.item.pk].risk_summary,
            commitments=promised.get(one.item.matter_id, []),
        )
        for one in agenda
    ]


def _known(actor: Actor, items: Sequence[AgendaItem]) -> dict[object, list[tuple[str, str, str]]]:
    """What agencies wrote before the session and said in it."""
    redactor = Redactor(actor, {item.matter_id for item in items})
    written, said = entries_for_paper(actor, items), queries.shared_for_items(actor, items)
    found: dict[object, list[tuple[str, str, str]]] = {}
    for item in items:
        lines = [
            (entry.organisation.short_name, "Opinion" if entry.is_opinion else entry.get_kind_display(), entry.text)
            for entry in written.get(item.pk, [])
        ]
        lines += [
            (one.organisation.short_name, "Opinion" if one.is_opinion else "Fact", one.text)
            for one in said.get(item.pk, [])
        ]
        found[item.pk] = [(agency, kind, redactor.text(item.matter_id, text)) for agency, kind, text in lines]
    return found


def _agencies(requests: Sequence[ResearchRequest], states: tuple[ResearchState, ...]) -> str:
    return ", ".join(one.organisation.short_name for one in requests if one.state in states)


def title_of(session: Session) -> str:
    """The session in one line."""
    return f"{session.panel.name}, {day(session.starts_at)} {clock(session.starts_at)}"


def references_of(actor: Actor, items: Sequence[AgendaItem]) -> dict[object, str]:
    """{matter id: reference} of the cases that the reader may open."""
    found = cases_of_matters(actor, [item.matter_id for item in items])
    return {matter_id: case.reference for matter_id, case in found.items()}


def _who(parties: Sequence[NamedParty]) -> list[tuple[str, str]]:
    found = []
    for party in parties:
        age = age_on(party.dob, today())
        found.append((PartyRole(party.role).label, party.full_name if age is None else f"{party.full_name} ({age})"))
    return found


def _referral(referrals: Sequence[Referral]) -> str:
    if not referrals:
        return ""
    return f"{referrals[0].organisation.short_name}, {day(referrals[0].received_at)}"


def _criteria(referrals: Sequence[Referral]) -> str:
    return "; ".join(met(referrals[0].criteria)) if referrals else ""


def _promised(actor: Actor, session: Session, matter_ids: Sequence[object]) -> dict[object, list[commitments.Row]]:
    rows = commitments_visible_to(actor).filter(agreed_in=session.pk, matter_id__in=list(matter_ids))
    listed: list[Commitment] = list(rows.select_related("organisation", "owner").order_by("made_at", "pk"))
    found: dict[object, list[commitments.Row]] = {}
    for commitment, row in zip(listed, commitments.rows(actor, listed), strict=True):
        found.setdefault(commitment.matter_id, []).append(row)
    return found
