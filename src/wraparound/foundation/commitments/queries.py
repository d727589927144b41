"""Reads of commitments: every one already narrowed to what the actor may know of."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Count, F, Min, Q, QuerySet, Value, When

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check_open, get_visible, visible
from wraparound.foundation.access.models import Exclusion, Facing, Matter
from wraparound.foundation.areas import clocks
from wraparound.foundation.commitments import rules
from wraparound.foundation.commitments.models import Chase, ChaseKind, Commitment, CommitmentChange
from wraparound.foundation.commitments.permissions import KEEPERS, VERBS
from wraparound.foundation.commitments.redacting import facings_of
from wraparound.foundation.commitments.states import OPEN_STATES, PROMISED, STANDS, State, after
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership, Organisation, User
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import NotNow, Refused

MINE, AGENCY, ALL = "mine", "agency", "all"
SHOWN = ("organisation", "owner")
SOON = timedelta(days=7)


@dataclass(frozen=True)
class Filter:
    """One way of narrowing the list by what became of a commitment."""

    label: str
    condition: Callable[[date], Q]


def _open(**more: Any) -> Q:
    """Open ones: told by their state, and found by the index of what isn't closed."""
    return Q(closed_at__isnull=True, **({"state__in": OPEN_STATES} | more))


FILTERS: dict[str, Filter] = {
    "open": Filter("Open", lambda today: _open()),
    "overdue": Filter("Overdue", lambda today: _open(state__in=PROMISED, due_on__lt=today)),
    "in_time": Filter("Promised, in time", lambda today: _open(state__in=PROMISED, due_on__gte=today)),
    "proposed": Filter("Proposed, not answered", lambda today: _open(state__in=[State.PROPOSED])),
    "claimed": Filter("Said to be no longer possible", lambda today: _open(state__in=[State.CLAIMED_NOT_POSSIBLE])),
    "due": Filter("Overdue or due within 7 days", lambda today: _open(state__in=PROMISED, due_on__lte=today + SOON)),
    "escalated": Filter("Escalated", lambda today: _open(escalated_at__isnull=False)),
    "done_on_time": Filter("Done on time", lambda today: Q(state=State.DONE, evidence_on__lte=F("due_on"))),
    "done_late": Filter("Done late", lambda today: Q(state=State.DONE, evidence_on__gt=F("due_on"))),
    "no_longer_possible": Filter("No longer possible", lambda today: Q(state=State.NO_LONGER_POSSIBLE)),
    "declined": Filter("Declined", lambda today: Q(state=State.DECLINED)),
    "not_done": Filter("Not done", lambda today: Q(state=State.NOT_DONE)),
    "not_done_lately": Filter(
        "Not done, last 7 days", lambda today: Q(state=State.NOT_DONE, closed_at__gte=_beginning_of(today - SOON))
    ),
    "accepted": Filter("Ever promised", lambda today: ~Q(state__in=[State.PROPOSED, State.DECLINED])),
    "all": Filter("All", lambda today: Q()),
}


def commitments_visible_to(actor: Actor) -> QuerySet[Commitment]:
    """Every commitment that `actor` may know of."""
    return visible(actor, Commitment.objects.all())


def listed(
    actor: Actor, *, scope: str = ALL, state: str = "open", agency: int | None = None, since: date | None = None
) -> QuerySet[Commitment]:
    """The list: `scope` is MINE, AGENCY or ALL, `state` a key of FILTERS, `since` the day of the earliest promise."""
    rows = commitments_visible_to(actor).select_related(*SHOWN).filter(FILTERS[state].condition(clocks.today()))
    if scope == MINE:
        rows = rows.filter(owner_id=actor.user_id)
    if scope == AGENCY:
        rows = rows.filter(organisation_id=actor.organisation_id)
    if agency is not None:
        rows = rows.filter(organisation_id=agency)
    if since is not None:
        rows = rows.filter(made_at__gte=_beginning_of(since))
    return rows


def for_matter(actor: Actor, matter_id: uuid.UUID) -> QuerySet[Commitment]:
    """The commitments of one matter, open ones first, each group by its day. Raises Unknown for a closed matter."""
    check_open(actor, matter_id)
    ended = Case(When(state__in=OPEN_STATES, then=Value(0)), default=Value(1))
    rows = commitments_visible_to(actor).filter(matter_id=matter_id).select_related(*SHOWN)
    return rows.annotate(ended=ended).order_by("ended", "due_on", "pk")


def matter_for(actor: Actor, matter_id: uuid.UUID) -> Matter:
    """The matter for which a commitment is about to be made. Raises Unknown where it isn't open."""
    check_open(actor, matter_id)
    return Matter.objects.get(pk=matter_id)


def commitment_for(actor: Actor, pk: uuid.UUID) -> Commitment:
    """One commitment, and the look at it in the log. Raises Unknown."""
    commitment = get_visible(actor, Commitment.objects.select_related(*SHOWN, "matter", "made_by"), pk=pk)
    log.write(actor, "see", commitment)
    return commitment


def one(actor: Actor, pk: uuid.UUID) -> Commitment:
    """One commitment for a step that is about to be taken, which is logged itself. Raises Unknown."""
    return get_visible(actor, Commitment.objects.select_related(*SHOWN, "matter"), pk=pk)


def ready_for(actor: Actor, pk: uuid.UUID, event: str) -> Commitment:
    """The commitment on which `actor` is about to take the step `event`, before its form is shown.

    Raises Unknown, Refused or NotNow as the step itself would.
    """
    commitment = one(actor, pk)
    VERBS[event](actor, commitment)
    state = State(commitment.state)
    is_possible = state in OPEN_STATES if event == "assign" else after(state, event) is not None
    if not is_possible:
        raise NotNow(STANDS[state])
    return commitment


def history(actor: Actor, commitment: Commitment) -> QuerySet[CommitmentChange]:
    """The steps of a commitment, in order."""
    rows = CommitmentChange.objects.filter(commitment=commitment).select_related("by", "by_organisation")
    return visible(actor, rows).order_by("at", "pk")


def reminders(actor: Actor, commitment: Commitment) -> QuerySet[Chase]:
    """When the owner of a commitment was reminded."""
    rows = Chase.objects.filter(commitment=commitment, kind=ChaseKind.REMINDER)
    return visible(actor, rows).order_by("sent_at", "pk")


def keepers(commitment: Commitment) -> QuerySet[User]:
    """People of the owning agency who could do it: they work with people, and the matter isn't closed to them."""
    held = Membership.objects.live().filter(
        organisation_id=commitment.organisation_id, role__in=[role.value for role in KEEPERS]
    )
    closed = Exclusion.objects.filter(matter_id=commitment.matter_id, lifted_at__isnull=True, user__isnull=False)
    people = User.objects.filter(pk__in=held.values("user_id")).exclude(pk__in=closed.values("user_id"))
    return people.order_by("name", "pk")


def evidence_file(actor: Actor, pk: uuid.UUID) -> Commitment:
    """The commitment whose file `actor` opens; the look is logged.

    What is in a file can't be redacted, so that it opens only to the agency whose evidence it is and to the chair and
    co-ordinator, and to nobody who works with the perpetrator. Raises Unknown where there is none.
    """
    commitment = get_visible(actor, Commitment.objects.exclude(evidence_file=""), pk=pk)
    if not may_open_file(actor, commitment):
        raise Refused("The file opens to the agency that gave it, and to the chair and the co-ordinator.")
    log.write(actor, "see_evidence_file", commitment)
    return commitment


def may_open_file(actor: Actor, commitment: Commitment) -> bool:
    """Whether `evidence_file` would open it."""
    if actor.is_system or commitment.organisation_id == actor.organisation_id:
        return True
    facing = facings_of(actor, [commitment.matter_id])[commitment.matter_id]
    return actor.has_role(Role.MARAC_COORDINATOR, Role.MARAC_CHAIR) and facing != Facing.PERPETRATOR


# --- the ledger ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LedgerLine:
    """One agency of the ledger."""

    organisation: Organisation
    line: rules.Line


def ledger(actor: Actor, since: date | None = None) -> list[LedgerLine]:
    """Each agency's commitments, over those that `actor` may see and that were made on or after `since`.

    What is closed to the actor is in no number. Three queries, however many commitments.
    """
    rows = commitments_visible_to(actor).order_by()
    if since is not None:
        rows = rows.filter(made_at__gte=_beginning_of(since))
    lines = rules.ledger(_cells(rows, clocks.today()), _days_to_done(rows))
    agencies = Organisation.objects.in_bulk([line.organisation_id for line in lines])
    return [LedgerLine(agencies[line.organisation_id], line) for line in lines]


def _cells(rows: QuerySet[Commitment], today: date) -> list[rules.Cell]:
    late = Case(
        When(state=State.DONE, evidence_on__gt=F("due_on"), then=Value(True)),
        When(state__in=PROMISED, due_on__lt=today, then=Value(True)),
        default=Value(False),
    )
    grouped = rows.annotate(late=late).values_list("organisation_id", "state", "late").annotate(number=Count("pk"))
    return [rules.Cell(agency, State(state), is_late, number) for agency, state, is_late, number in grouped]


def _days_to_done(rows: QuerySet[Commitment]) -> Iterator[tuple[int, int]]:
    """For each that is done: the agency, and the days from the promise to the day of the evidence."""
    done = rows.filter(state=State.DONE).values_list("organisation_id", "made_at", "evidence_on")
    for organisation_id, made_at, evidence_on in done.iterator():
        if evidence_on is not None:  # the database holds that it never is
            yield organisation_id, rules.days_late(clocks.today(made_at), evidence_on)


# --- what waits ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AgencyWaits:
    """What waits for an agency, over what the actor may see of it."""

    proposals: int
    oldest_proposal: datetime | None
    overdue: int
    due: int  # the overdue ones, and those due within a week
    earliest: date | None
    escalated: int
    escalated_since: datetime | None


def waits_for_agency(actor: Actor) -> AgencyWaits:
    """Proposals to answer, promises overdue or due within a week, what was escalated. One query."""
    today = clocks.today()
    proposed, overdue = FILTERS["proposed"].condition(today), FILTERS["overdue"].condition(today)
    due, escalated = FILTERS["due"].condition(today), FILTERS["escalated"].condition(today)
    found = (
        commitments_visible_to(actor)
        .filter(_open(), organisation_id=actor.organisation_id)
        .aggregate(
            proposals=Count("pk", filter=proposed),
            oldest_proposal=Min("made_at", filter=proposed),
            overdue=Count("pk", filter=overdue),
            due=Count("pk", filter=due),
            earliest=Min("due_on", filter=due),
            escalated=Count("pk", filter=escalated),
            escalated_since=Min("escalated_at", filter=escalated),
        )
    )
    return AgencyWaits(**found)


def not_done_lately(actor: Actor) -> tuple[int, datetime | None]:
    """How many of the agency's ended as not done within a week, and since when the first. One query."""
    rows = commitments_visible_to(actor).filter(
        FILTERS["not_done_lately"].condition(clocks.today()), organisation_id=actor.organisation_id
    )
    found = rows.aggregate(number=Count("pk"), oldest=Min("closed_at"))
    return found["number"], found["oldest"]


@dataclass(frozen=True)
class Standing:
    """How the commitments of one matter stand."""

    open: int
    overdue: int
    next_due: date | None
    next_agency: str


def standing_of(actor: Actor, matter_id: uuid.UUID) -> Standing:
    """How the commitments of a matter stand, as far as `actor` may know. One query."""
    rows = commitments_visible_to(actor).filter(_open(), matter_id=matter_id)
    found = list(rows.order_by("due_on", "pk").values_list("state", "due_on", "organisation__short_name"))
    today = clocks.today()
    overdue = [row for row in found if rules.is_overdue(State(row[0]), row[1], today)]
    next_due, next_agency = next(((due_on, agency) for _, due_on, agency in found), (None, ""))
    return Standing(len(found), len(overdue), next_due, next_agency)


def overdue_by_agency(actor: Actor) -> list[tuple[str, int, date]]:
    """Agencies with overdue promises: (short name, how many, the earliest day), the most first. One query."""
    rows = commitments_visible_to(actor).filter(FILTERS["overdue"].condition(clocks.today())).order_by()
    grouped = rows.values("organisation__short_name").annotate(number=Count("pk"), earliest=Min("due_on"))
    found = [(row["organisation__short_name"], row["number"], row["earliest"]) for row in grouped]
    return sorted(found, key=lambda entry: (-entry[1], entry[0]))


def claims_to_confirm(actor: Actor) -> tuple[int, datetime | None]:
    """How many are said to be no longer possible, and since when the oldest claim waits. One query."""
    rows = commitments_visible_to(actor).filter(FILTERS["claimed"].condition(clocks.today()))
    found = rows.aggregate(
        number=Count("pk", distinct=True),
        oldest=Min("changes__at", filter=Q(changes__event="claim_not_possible")),
    )
    return found["number"], found["oldest"]


def _beginning_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clocks.LONDON)
