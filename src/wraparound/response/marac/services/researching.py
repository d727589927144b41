"""Agencies are asked what they know of a listed case, and answer: nothing known, or what they found.

*Nothing known* says who searched which systems for whom and when, for one case at a time, and can be undone until the
session closes. What is shared is a fact or an opinion; what is kept in the agency has its reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, get_visible, visible
from wraparound.foundation.access.models import Exclusion, Facing
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import calendar_for, today
from wraparound.foundation.commitments import services as commitments
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.redacting import facings_of
from wraparound.foundation.meetings.models import AgendaItem, Session, SharedInformation
from wraparound.foundation.meetings.states import ITEM_GONE, SESSION_ENDED
from wraparound.foundation.partners.actors import Actor, system
from wraparound.kit.errors import BadInput, NotNow
from wraparound.kit.events import emit
from wraparound.response.cases.models import CaseParty
from wraparound.response.marac.in_force import research_rules, session_rules
from wraparound.response.marac.models import EntryKind, ResearchEntry, ResearchRequest, ResearchSearch
from wraparound.response.marac.organisations import core_organisations
from wraparound.response.marac.rules.research import research_due
from wraparound.response.marac.states import ResearchState, research_after

LONGEST = 4_000


# --- asking -------------------------------------------------------------------------------------------------


def ask_agencies(*, item: AgendaItem) -> list[ResearchRequest]:
    """A case was listed: each core agency is asked what it knows of it. Idempotent. Gives all that are asked.

    An agency that is shut out of the case isn't asked; one that was asked for a listing since taken back is asked
    again. Emits ``marac.research_asked`` for each that is new.
    """
    by = system("marac.research")
    with transaction.atomic(), lifted("marac.research"):
        area, session, now = item.matter.area, item.session, timezone.now()
        rule = research_rules(area, today(now))
        due_at = research_due(
            rule.params,
            calendar_for(area),
            asked_at=now,
            starts_at=session.starts_at,
            closes_at=session.closes_at,
        )
        closed = Exclusion.objects.filter(matter_id=item.matter_id, lifted_at__isnull=True, organisation__isnull=False)
        shut_out = set(closed.values_list("organisation_id", flat=True))
        kinds = session_rules(area, today(session.starts_at)).params.core_kinds
        asked = [one for one in core_organisations(area, kinds) if one.pk not in shut_out]
        # Listed anew after it was put off: what it was asked for then is asked for this session now.
        _end_waiting("withdraw", matter_id=item.matter_id, item__state__in=ITEM_GONE)
        return [_ask(item, organisation.pk, now, due_at, rule.label, by) for organisation in asked]


def _ask(
    item: AgendaItem, organisation_id: int, now: datetime, due_at: datetime, rule: str, by: Actor
) -> ResearchRequest:
    request, is_new = ResearchRequest.objects.get_or_create(
        item=item,
        organisation_id=organisation_id,
        defaults={"matter_id": item.matter_id, "asked_at": now, "due_at": due_at, "rule_version": rule},
    )
    if not is_new:
        following = research_after(request.state, "reopen")
        if following is None:
            return request
        request.state, request.asked_at, request.due_at, request.rule_version = following, now, due_at, rule
        request.version += 1
        request.save(update_fields=["state", "asked_at", "due_at", "rule_version", "version"])
    log.write(by, "ask_research", request, organisation=organisation_id)
    emit("marac.research_asked", request=request.pk, matter=request.matter_id)
    return request


def withdraw_requests(*, item: AgendaItem) -> int:
    """A case left an agenda: whoever hasn't answered needn't. Idempotent. Returns how many."""
    return _end_waiting("withdraw", item=item)


def lapse_requests(*, session: Session) -> int:
    """A session closed: what wasn't answered by then never was. Idempotent. Returns how many."""
    return _end_waiting("lapse", item__session=session)


def _end_waiting(event: str, **those: Any) -> int:
    by = system(f"marac.research_{event}")
    with transaction.atomic(), lifted(f"marac.research_{event}"):
        rows = list(
            ResearchRequest.objects.select_for_update(of=("self",)).filter(state=ResearchState.WAITING, **those)
        )
        for request in rows:
            _move(request, event)
            request.save(update_fields=["state", "version"])
            log.write(by, f"{event}_research", request)
    return len(rows)


# --- nothing known ------------------------------------------------------------------------------------------


def say_nothing_known(*, request: ResearchRequest, systems: Iterable[str], by: Actor) -> ResearchRequest:
    """The agency searched these systems for the people of this one case, and knows nothing. Again changes nothing.

    Raises BadInput without a system, NotNow where the agency has shared something or the session is closed.
    Emits ``marac.research_answered``.
    """
    searched = names_of(systems)
    if not searched:
        raise BadInput("Name the system that you searched: nothing known in what?", "systems")
    with transaction.atomic():
        current = _locked(request, by)
        check(by, "answer", current)
        if current.state == ResearchState.NOTHING_KNOWN:
            return current
        if current.state == ResearchState.ANSWERED:
            raise NotNow("Your agency has shared something on this case. Take that back first.")
        _move(current, "find_nothing")
        _answered(current, by)
        parties = visible(by, CaseParty.objects.filter(matter_id=current.matter_id)).order_by("since", "pk")
        ResearchSearch.objects.create(
            request=current,
            matter_id=current.matter_id,
            systems=searched,
            records=[str(pk) for pk in parties.values_list("record_id", flat=True)],
            by_id=by.user_id,
        )
        log.write(by, "nothing_known", current)
        emit("marac.research_answered", request=current.pk, matter=current.matter_id)
    return current


def undo_nothing_known(*, request: ResearchRequest, by: Actor) -> ResearchRequest:
    """Take *nothing known* back, until the session closes: it is outstanding again. Again changes nothing."""
    with transaction.atomic():
        current = _locked(request, by)
        check(by, "answer", current)
        if current.state == ResearchState.WAITING:
            return current
        _move(current, "undo")
        current.answered_at, current.answered_by = None, None
        current.save(update_fields=["state", "version", "answered_at", "answered_by"])
        current.searches.filter(undone_at__isnull=True).update(undone_at=timezone.now(), undone_by_id=by.user_id)
        log.write(by, "undo_nothing_known", current)
    return current


def names_of(systems: Iterable[str]) -> list[str]:
    """Names of systems as they are kept: one line each, none twice, at most twenty."""
    lines = (" ".join(name.split())[:100] for name in systems)
    return list(dict.fromkeys(line for line in lines if line))[:20]


# --- what was found -----------------------------------------------------------------------------------------


def add_entry(
    *,
    request: ResearchRequest,
    kind: str,
    text: str,
    by: Actor,
    is_opinion: bool = False,
    agency_only: bool = False,
    why_not_shared: str = "",
    never_to_perpetrator: bool = False,
) -> ResearchEntry:
    """One thing that the agency found, or can offer. The same again is the first.

    `agency_only` keeps it from the session and needs its reason. Raises BadInput without text or that reason, NotNow
    once the session is closed. Emits ``marac.research_answered``.
    """
    words, why = text.strip(), " ".join(why_not_shared.split()) if agency_only else ""
    _check_entry(kind, words, why, agency_only)
    with transaction.atomic():
        current = _locked(request, by)
        check(by, "answer", current)
        same = current.entries.filter(
            kind=kind, text=words, is_opinion=is_opinion, agency_only=agency_only, taken_back_at__isnull=True
        ).first()
        if same is not None:
            return same
        if facings_of(by, [current.matter_id])[current.matter_id] == Facing.PERPETRATOR and never_to_perpetrator:
            raise BadInput(
                "You work with the perpetrator here, so what must never reach them can't come from you.",
                "never_to_perpetrator",
            )
        _move(current, "answer")
        _answered(current, by)
        entry = ResearchEntry.objects.create(
            request=current,
            matter_id=current.matter_id,
            organisation_id=current.organisation_id,
            kind=kind,
            text=words,
            is_opinion=is_opinion,
            agency_only=agency_only,
            why_not_shared=why[:300],
            never_to_perpetrator=never_to_perpetrator,
            by_id=by.user_id,
        )
        log.write(by, "add_research", entry, agency_only=agency_only)
        emit("marac.research_answered", request=current.pk, matter=current.matter_id)
    return entry


def _check_entry(kind: str, words: str, why: str, agency_only: bool) -> None:
    if kind not in EntryKind.values:
        raise BadInput("Say whether it is what you know, what the children need, or what you can offer.", "kind")
    if not words:
        raise BadInput("Write what your agency knows, or say that nothing is known.", "text")
    if len(words) > LONGEST:
        raise BadInput(f"Say it in {LONGEST:,} characters or fewer.", "text")
    if agency_only and not why:
        raise BadInput("Say why it isn't shared with the session.", "why_not_shared")


def take_back(*, entry: ResearchEntry, by: Actor) -> ResearchEntry:
    """Take an entry back until the session closes: it is shown to nobody else from now on, and is not deleted."""
    with transaction.atomic():
        found = get_visible(by, ResearchEntry.objects.all(), pk=entry.pk)
        current = _locked(found.request, by)
        check(by, "answer", current)
        if found.taken_back_at is not None:
            return found
        found.taken_back_at, found.taken_back_by_id = timezone.now(), by.user_id
        found.save(update_fields=["taken_back_at", "taken_back_by"])
        if not current.entries.filter(taken_back_at__isnull=True).exists():
            _move(current, "take_back")
            current.answered_at, current.answered_by = None, None
            current.save(update_fields=["state", "version", "answered_at", "answered_by"])
        log.write(by, "take_back_research", found)
    return found


def promise_offer(*, entry: ResearchEntry, due_on: date, by: Actor) -> Commitment:
    """What an agency can offer becomes a commitment of the session: it stands at once where the agency itself says
    so, and is proposed where the chair or the co-ordinator does. Again gives the first.
    """
    with transaction.atomic():
        found = get_visible(
            by, ResearchEntry.objects.select_related("request__item", "matter", "organisation"), pk=entry.pk
        )
        if found.commitment is not None:
            return found.commitment
        if found.kind != EntryKind.OFFER or found.taken_back_at is not None or found.agency_only:
            raise NotNow("Only what an agency offers to the session becomes a commitment.")
        step = commitments.make if by.organisation_id == found.organisation_id else commitments.propose
        promised = step(
            matter=found.matter,
            organisation=found.organisation,
            what=" ".join(found.text.split())[:300],
            due_on=due_on,
            by=by,
            agreed_in=found.request.item.session_id,
            never_to_perpetrator=found.never_to_perpetrator,
        )
        found.commitment = promised
        found.save(update_fields=["commitment"])
    return promised


def answered_in_session(*, shared: SharedInformation) -> ResearchRequest | None:
    """What an agency shares in the session itself answers what it was asked. Idempotent."""
    by = system("marac.research_shared")
    with transaction.atomic(), lifted("marac.research_shared"):
        rows = ResearchRequest.objects.select_for_update(of=("self",)).filter(
            item_id=shared.item_id, organisation_id=shared.organisation_id, state=ResearchState.WAITING
        )
        request = rows.first()
        if request is None:
            return None
        _move(request, "answer")
        request.answered_at, request.answered_by_id = shared.at, shared.by_id
        request.save(update_fields=["state", "version", "answered_at", "answered_by"])
        log.write(by, "answer_research", request)
    return request


def answer_by_record(*, matter_id: object, by: Actor) -> None:
    """The IDVA's record answers what the IDVA service was asked of the case. Within the caller's transaction."""
    rows = visible(by, ResearchRequest.objects.select_for_update(of=("self",)))
    waiting = rows.filter(matter_id=matter_id, organisation_id=by.organisation_id, state=ResearchState.WAITING)
    for request in waiting.exclude(item__session__state__in=SESSION_ENDED):
        _move(request, "answer")
        _answered(request, by)
        log.write(by, "answer_research", request)
        emit("marac.research_answered", request=request.pk, matter=request.matter_id)


# --- pieces -------------------------------------------------------------------------------------------------


def _locked(request: ResearchRequest, by: Actor) -> ResearchRequest:
    rows = ResearchRequest.objects.select_for_update(of=("self",)).select_related("item__session")
    return get_visible(by, rows, pk=request.pk)


def _move(request: ResearchRequest, event: str) -> None:
    following = research_after(request.state, event)
    if following is None:
        raise NotNow(f"That can't be done now. This request: {ResearchState(request.state).label.lower()}.")
    request.state = following
    request.version += 1


def _answered(request: ResearchRequest, by: Actor) -> None:
    """The moment of the first answer decides whether it was on time; who answered last is shown."""
    request.answered_at = request.answered_at or timezone.now()
    request.answered_by_id = by.user_id
    request.save(update_fields=["state", "version", "answered_at", "answered_by"])
