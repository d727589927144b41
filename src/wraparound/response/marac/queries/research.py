"""What agencies were asked and what they said, narrowed; and how far each answered on time."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import get_visible, visible
from wraparound.foundation.access.shown import asked_once
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.areas.models import Area
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.meetings.states import ITEM_GONE, SESSION_ENDED, ItemState
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.queries import organisation_of
from wraparound.foundation.people.models import Address
from wraparound.response.cases.models import CaseParty
from wraparound.response.marac.in_force import research_rules
from wraparound.response.marac.models import (
    AgencySystems,
    IdvaRecord,
    Referral,
    ResearchEntry,
    ResearchRequest,
    ResearchSearch,
)
from wraparound.response.marac.queries.referrals import referrals_visible_to
from wraparound.response.marac.states import ReferralState, ResearchState

ASKED = (ResearchState.WAITING, ResearchState.NOTHING_KNOWN, ResearchState.ANSWERED)
_WITH = ("item__session__panel", "matter__case", "organisation", "answered_by")


# --- an agency's own ----------------------------------------------------------------------------------------


def research_of_agency(actor: Actor) -> QuerySet[ResearchRequest]:
    """What one's own agency is asked for sessions that haven't ended; order by ``due_at``, ``pk``."""
    rows = visible(actor, ResearchRequest.objects.select_related(*_WITH)).filter(
        organisation_id=actor.organisation_id, state__in=ASKED
    )
    return rows.exclude(item__session__state__in=SESSION_ENDED)


@dataclass(frozen=True)
class Progress:
    """How far an agency is with one session."""

    session_id: uuid.UUID
    starts_at: datetime
    asked: int
    answered: int
    due_at: datetime
    late: int


def progress_of_agency(actor: Actor, now: datetime) -> list[Progress]:
    """The same counted by session, of what the reader may know of. One query."""
    waiting = Q(state=ResearchState.WAITING)
    rows = (
        research_of_agency(actor)
        .order_by()
        .values("item__session_id", "item__session__starts_at")
        .annotate(
            asked=Count("pk"),
            answered=Count("pk", filter=~waiting),
            due=Max("due_at"),
            next_due=Min("due_at", filter=waiting),
            late=Count("pk", filter=waiting & Q(due_at__lt=now)),
        )
        .order_by("item__session__starts_at", "item__session_id")
    )
    return [
        Progress(
            session_id=row["item__session_id"],
            starts_at=row["item__session__starts_at"],
            asked=row["asked"],
            answered=row["answered"],
            due_at=row["next_due"] or row["due"],
            late=row["late"],
        )
        for row in rows
    ]


def research_request(actor: Actor, pk: uuid.UUID) -> ResearchRequest:
    """One request, and the look at it in the log. Raises Unknown."""
    request = get_visible(actor, ResearchRequest.objects.select_related(*_WITH, "matter__area"), pk=pk)
    log.write(actor, "see", request)
    return request


def entry_for(actor: Actor, pk: uuid.UUID) -> ResearchEntry:
    """One entry that the actor may read. Raises Unknown."""
    rows = ResearchEntry.objects.select_related("request__item__session", "organisation", "by")
    return get_visible(actor, rows, pk=pk)


def systems_of_agency(actor: Actor, area: Area) -> list[str]:
    """In which systems one's agency looks: as it named them, else as the rule set says for its kind."""
    kept = visible(actor, AgencySystems.objects.all()).first()
    if kept is not None:
        return list(kept.systems)
    usual = research_rules(area, today()).params.systems
    return list(usual.get(organisation_of(actor).kind, ()))


# --- what is outstanding ------------------------------------------------------------------------------------


def outstanding(actor: Actor) -> QuerySet[ResearchRequest]:
    """What agencies still owe the sessions to come, of all that the reader may know of; order by ``due_at``, ``pk``."""
    rows = visible(actor, ResearchRequest.objects.select_related(*_WITH)).filter(state=ResearchState.WAITING)
    return rows.exclude(item__session__state__in=SESSION_ENDED)


@dataclass(frozen=True)
class Owing:
    """One agency and what it owes one session."""

    session_id: uuid.UUID
    starts_at: datetime
    organisation_id: int
    short_name: str
    number: int
    due_at: datetime
    asked_at: datetime
    late: int
    chased: int
    chased_at: datetime | None
    is_escalated: bool


def owing_agencies(actor: Actor, now: datetime) -> list[Owing]:
    """What is outstanding, by session and agency, the soonest due first. One query."""
    rows = (
        outstanding(actor)
        .order_by()
        .values("item__session_id", "item__session__starts_at", "organisation_id", "organisation__short_name")
        .annotate(
            number=Count("pk"),
            due=Min("due_at"),
            asked=Min("asked_at"),
            late=Count("pk", filter=Q(due_at__lt=now)),
            times=Sum("chased"),
            last=Max("chased_at"),
            escalated=Count("escalated_at"),
        )
        .order_by("item__session__starts_at", "item__session_id", "-number", "organisation__short_name")
    )
    return [
        Owing(
            session_id=row["item__session_id"],
            starts_at=row["item__session__starts_at"],
            organisation_id=row["organisation_id"],
            short_name=row["organisation__short_name"],
            number=row["number"],
            due_at=row["due"],
            asked_at=row["asked"],
            late=row["late"],
            chased=row["times"] or 0,
            chased_at=row["last"],
            is_escalated=bool(row["escalated"]),
        )
        for row in rows
    ]


# --- one case in a session ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class AgencyResearch:
    """One agency's part of what is known of a case: what it was asked, what it found, where it looked."""

    organisation: Organisation
    request: ResearchRequest
    entries: Sequence[ResearchEntry]
    search: ResearchSearch | None

    @property
    def was_late(self) -> bool:
        """Whether it answered after the time, or never did."""
        if self.request.state == ResearchState.LAPSED:
            return True
        return self.request.answered_at is not None and self.request.answered_at > self.request.due_at


def research_for(actor: Actor, item: AgendaItem) -> list[AgencyResearch]:
    """What each agency was asked of an item and said, as `actor` may know it, by agency. Three queries.

    Entries that were taken back are only in the own agency's part. What an agency said for an earlier listing of the
    case that was never heard is `carried_over`.
    """
    rows = visible(actor, ResearchRequest.objects.select_related("organisation", "answered_by")).filter(item=item)
    requests = list(rows.exclude(state=ResearchState.WITHDRAWN).order_by("organisation__short_name", "pk"))
    entries: dict[uuid.UUID, list[ResearchEntry]] = {}
    for entry in _entries_about(actor, item):
        entries.setdefault(entry.request_id, []).append(entry)
    found = visible(actor, ResearchSearch.objects.filter(request__item=item, undone_at__isnull=True))
    searches = {one.request_id: one for one in found.select_related("by")}
    return [AgencyResearch(one.organisation, one, entries.get(one.pk, []), searches.get(one.pk)) for one in requests]


def carried_over(actor: Actor, item: AgendaItem) -> list[ResearchEntry]:
    """What agencies said of the case for listings that were put off before it was heard."""
    about = _entries_about(actor, item)
    return [one for one in about if one.request.item_id != item.pk and one.taken_back_at is None]


def _entries_about(actor: Actor, item: AgendaItem) -> list[ResearchEntry]:
    """What was said of an item, and of the same case for listings that were put off. One query a page."""
    of_it = Q(request__item=item) | Q(matter_id=item.matter_id, request__item__state__in=ITEM_GONE)
    rows = _entries(actor).filter(of_it).select_related("request")
    return asked_once(("research entries", actor, item.pk), lambda: list(rows))


def _entries(actor: Actor) -> QuerySet[ResearchEntry]:
    rows = visible(actor, ResearchEntry.objects.select_related("organisation", "by"))
    return rows.order_by("at", "pk")


def parties_asked_about(actor: Actor, matter_ids: Iterable[uuid.UUID]) -> list[CaseParty]:
    """The people of these cases, as far as the reader may see them. One query."""
    return list(visible(actor, CaseParty.objects.filter(matter_id__in=list(matter_ids))).select_related("record"))


def addresses_now(actor: Actor, record_ids: Iterable[uuid.UUID]) -> list[Address]:
    """Where these people live now, as far as the reader may see the rows. One query."""
    return list(visible(actor, Address.objects.filter(record__in=list(record_ids), ended_at__isnull=True)))


def searches_of(actor: Actor, request: ResearchRequest) -> list[ResearchSearch]:
    """Where and when the agency looked for one case, those that were undone too."""
    rows = visible(actor, ResearchSearch.objects.filter(request=request)).select_related("by", "undone_by")
    return list(rows.order_by("at", "pk"))


def entries_of(actor: Actor, request: ResearchRequest) -> list[ResearchEntry]:
    """What the agency found for one case, in order; what was taken back is among it for the agency."""
    return list(_entries(actor).filter(request=request))


# --- what she told her IDVA ---------------------------------------------------------------------------------


def idva_record_of(actor: Actor, matter_id: uuid.UUID) -> IdvaRecord | None:
    """What she told her IDVA, as it stands now; of one's own service first. One query."""
    rows = visible(actor, IdvaRecord.objects.filter(matter_id=matter_id, superseded_at__isnull=True))
    found = sorted(
        rows.select_related("organisation", "by"),
        key=lambda one: (one.organisation_id == actor.organisation_id, one.at),
    )
    return found[-1] if found else None


def to_hear(actor: Actor) -> QuerySet[Referral]:
    """Listed referrals of which the actor's service has recorded nothing that she said since they came in.

    Order by ``received_at``, ``pk``.
    """
    said = IdvaRecord.objects.filter(
        matter_id=OuterRef("matter_id"), organisation_id=actor.organisation_id, at__gte=OuterRef("received_at")
    )
    listed = referrals_visible_to(actor).filter(state=ReferralState.LISTED)
    return listed.filter(~Exists(said))


def sessions_of(actor: Actor, matter_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Session]:
    """{matter: the session that will hear it}, as far as the actor may know. One query."""
    rows = visible(actor, AgendaItem.objects.filter(matter_id__in=list(matter_ids), state=ItemState.LISTED))
    ordered = rows.select_related("session").order_by("-session__starts_at", "pk")
    return {item.matter_id: item.session for item in ordered}


def idva_record_history(actor: Actor, matter_id: uuid.UUID) -> list[IdvaRecord]:
    """What stood before, the newest first."""
    rows = visible(actor, IdvaRecord.objects.filter(matter_id=matter_id, superseded_at__isnull=False))
    return list(rows.select_related("organisation", "by").order_by("-at", "pk")[:20])
