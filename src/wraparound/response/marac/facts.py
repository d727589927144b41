"""What is known of people, for the criteria: incidents, forms and earlier hearings, by the persons they are linked to.

Unnarrowed, for services that explain themselves to a person afterwards; nothing here is shown as it is.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import F, QuerySet, prefetch_related_objects

from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import LONDON, add_months, today
from wraparound.foundation.partners.actors import system
from wraparound.foundation.people.models import Relationship, SourceRecord
from wraparound.foundation.people.queries import matters_of_persons
from wraparound.response.cases.models import Incident, PartyRole
from wraparound.response.cases.queries import case_of_matter, parties, police_incidents_between
from wraparound.response.marac.in_force import transfer_rules
from wraparound.response.marac.models import Direction, Referral, Telling, Transfer
from wraparound.response.marac.params import MaracCriteria
from wraparound.response.marac.repeat_states import TransferState
from wraparound.response.marac.rules import EarlierHearing, Facts, FormResult, IncidentFact
from wraparound.response.marac.states import ReferralState
from wraparound.response.risk.queries import assessments_in
from wraparound.response.risk.states import AssessmentState

READER = system("marac.facts")
HEARD = (ReferralState.HEARD, ReferralState.CLOSED)
_READ = (
    *("pk", "matter_id", "organisation_id", "occurred_from", "reported_at", "abuse_kinds", "flags"),
    *("offence_code", "crime_ref", "dara_grade", "dash_ticks"),
)


@dataclass(frozen=True)
class Pair:
    """A victim and one perpetrator, as persons."""

    victim: uuid.UUID
    perpetrator: uuid.UUID

    @property
    def key(self) -> str:
        """An opaque key of the two."""
        return f"{self.victim}+{self.perpetrator}"

    @property
    def reversed(self) -> Pair:
        """The same two, the other way round."""
        return Pair(self.perpetrator, self.victim)


@dataclass(frozen=True)
class Asked:
    """A referral whose criteria are computed: by which parameters, on what is known on which day."""

    referral: Referral
    params: MaracCriteria
    on: date

    @property
    def reaches_back_to(self) -> datetime:
        """The earliest moment that a window of the criteria could reach."""
        return _reach(self.params, self.on)


def pairs_of(referral: Referral) -> list[Pair]:
    """The victim of a referral with each of its perpetrators, as the links stand now."""
    with lifted("marac.facts"):
        return with_pairs([referral])[0][1]


def with_pairs(referrals: Collection[Referral]) -> list[tuple[Referral, list[Pair]]]:
    """Each referral, and its pairs as the links stand now. One query."""
    perpetrators = [[uuid.UUID(str(pk)) for pk in one.perpetrators] for one in referrals]
    persons = _persons_of({one.victim_id for one in referrals}.union(*perpetrators))
    return [
        (one, list(dict.fromkeys(Pair(persons[one.victim_id], persons[pk]) for pk in others)))
        for one, others in zip(referrals, perpetrators, strict=True)
    ]


def facts_of_referral(referral: Referral, params: MaracCriteria, on: date) -> Facts:
    """Everything that the criteria of a referral rest on, as it is known on the day `on`."""
    return facts_of_referrals([Asked(referral, params, on)])[0]


def facts_of_referrals(asked: Sequence[Asked]) -> list[Facts]:
    """The same of several, in their order. A fixed number of queries; a few hundred at a time is right."""
    if not asked:
        return []
    with lifted("marac.facts"):
        prefetch_related_objects([one.referral for one in asked], "matter__area")
        pairs_of_each = [pairs for _, pairs in with_pairs([one.referral for one in asked])]
        known = _Known(asked, list(dict.fromkeys(pair for pairs in pairs_of_each for pair in pairs)))
        return [known.of(one, pairs) for one, pairs in zip(asked, pairs_of_each, strict=True)]


class _Known:
    """What is held of several pairs, from which the facts of each referral are taken."""

    def __init__(self, asked: Sequence[Asked], pairs: Sequence[Pair]) -> None:
        matters = {one.referral.matter_id for one in asked}
        self._matters_of = matters_of_persons({pair.victim for pair in pairs})
        self._forms = _forms(matters.union(*self._matters_of.values()))
        self._hearings = hearings_of(pairs)
        self._incidents: dict[str, list[IncidentFact]] = defaultdict(list)
        for fact in incidents_since(pairs, min(one.reaches_back_to for one in asked)):
            self._incidents[fact.pair].append(fact)
        self._moves = _moves(matters)
        self._separated = _separations(pairs)

    def of(self, asked: Asked, pairs: Sequence[Pair]) -> Facts:
        """The facts of one of the referrals, whose pairs these are."""
        referral, keys = asked.referral, [pair.key for pair in pairs]
        matters = {referral.matter_id}.union(*(self._matters_of[pair.victim] for pair in pairs))
        incidents = [fact for key in keys for fact in self._incidents[key] if fact.occurred_at >= asked.reaches_back_to]
        earlier = [h for h in self._hearings if h.pair in keys and h.referred_at < referral.received_at]
        separated = [day for pair in pairs for day in self._separated[pair]]
        return Facts(
            on=asked.on,
            incidents=_in_order(incidents),
            forms=[
                *(form for matter_id in sorted(matters) for form in self._forms[matter_id]),
                *_claimed_forms(referral),
            ],
            hearings=[
                *(hearing for hearing in earlier if hearing.id != str(referral.pk)),
                *_claimed_hearings(referral, pairs),
                *_hearings_elsewhere(asked, pairs, self._moves[referral.matter_id]),
            ],
            judgement_reason=referral.judgement_reason,
            reported_abuse=told_by(referral, pairs),
            topics=_topics(separated, asked.on),
        )


def incidents_between(pairs: Sequence[Pair], on: date, params: MaracCriteria) -> list[IncidentFact]:
    """Incidents between the two of any pair that a window of the criteria could reach, the newest last."""
    return incidents_since(pairs, _reach(params, on))


def _reach(params: MaracCriteria, on: date) -> datetime:
    months = max(params.escalation_months, params.repeat_months)
    return datetime.combine(add_months(on, -months), time.min, LONDON) - timedelta(days=1)


def incidents_since(pairs: Sequence[Pair], since: datetime) -> list[IncidentFact]:
    """Incidents between the two of any pair from a moment on, the newest last. One query."""
    if not pairs:
        return []
    wanted = set(pairs)
    rows = police_incidents_between({p.victim for p in pairs}, {p.perpetrator for p in pairs}, since)
    return _in_order(read.fact for read in incident_facts(rows) if read.pair in wanted)


def _in_order(facts: Iterable[IncidentFact]) -> list[IncidentFact]:
    return sorted(facts, key=lambda fact: (fact.reported_at, fact.id))


class Read(NamedTuple):
    """An incident as the rules read it, where it is held, and between whom: None where nobody knows by whom."""

    fact: IncidentFact
    matter_id: uuid.UUID
    organisation_id: int
    pair: Pair | None


def incident_facts(rows: QuerySet[Incident]) -> Iterator[Read]:
    """Incidents as the rules read them. One query.

    One whose perpetrator nobody knows is a pair of its own: it is never counted together with another.
    """
    found = rows.order_by().annotate(of=F("victim__person_id"), by=F("perpetrator__person_id"))
    # As rows, not as objects: where an import arrived or a city is built, tens of thousands are read.
    for row in found.values_list(*_READ, "of", "by", named=True).iterator():
        fact = IncidentFact(
            id=str(row.pk),
            pair=Pair(row.of, row.by or row.pk).key,
            occurred_at=row.occurred_from,
            reported_at=row.reported_at,
            kinds=frozenset(row.abuse_kinds),
            flags=frozenset(row.flags),
            is_recorded_crime=bool(row.offence_code or row.crime_ref),
            dara_grade=row.dara_grade,
            dash_ticks=row.dash_ticks,
        )
        yield Read(fact, row.matter_id, row.organisation_id, Pair(row.of, row.by) if row.by else None)


def children_of(matter_id: uuid.UUID) -> int:
    """How many children are parties of the case. Unnarrowed: for the order of urgency."""
    case = case_of_matter(matter_id)
    if case is None:
        return 0
    return len({p.record.person_id for p in parties(READER, case) if p.role == PartyRole.CHILD})


def hearings_of(pairs: Sequence[Pair]) -> list[EarlierHearing]:
    """MARAC cases of the same victim with the same perpetrators that were heard, in the order of their referrals."""
    rows = Referral.objects.filter(victim__person_id__in={p.victim for p in pairs}).select_related("telling__item")
    # Of one person's referrals few weren't heard. Asked for by state, SQLite reads all that were ever heard.
    heard = [row for row in rows.order_by("received_at", "pk") if row.state in HEARD]
    heard_at = _heard_at(heard)
    wanted = set(pairs)
    found = []
    for row, its_pairs in with_pairs(heard):
        moment = heard_at[row.pk]
        if moment is not None:
            ours = [pair for pair in its_pairs if pair in wanted]
            found += [EarlierHearing(str(row.pk), pair.key, row.received_at, moment) for pair in ours]
    return found


def _heard_at(referrals: Sequence[Referral]) -> dict[uuid.UUID, datetime | None]:
    """{referral id: when its case was heard}: its own telling remembers the item; a second referral of one case was
    heard with the first.
    """
    own: dict[uuid.UUID, Telling | None] = {one.pk: getattr(one, "telling", None) for one in referrals}
    without = {one.matter_id for one in referrals if own[one.pk] is None}
    of_case: dict[uuid.UUID, datetime] = {}
    if without:
        rows = Telling.objects.filter(referral__matter_id__in=without)
        for matter_id, heard_at in rows.values_list("referral__matter_id", "item__heard_at"):
            if heard_at is not None:
                of_case[matter_id] = max(heard_at, of_case.get(matter_id, heard_at))
    found: dict[uuid.UUID, datetime | None] = {}
    for one in referrals:
        telling = own[one.pk]
        found[one.pk] = telling.item.heard_at if telling is not None else of_case.get(one.matter_id)
    return found


def person_ids_of(record_ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """The persons whom records are linked to now. Unnarrowed."""
    with lifted("marac.facts"):
        return list(_persons_of(record_ids).values())


def _persons_of(record_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    return dict(SourceRecord.objects.filter(pk__in=list(record_ids)).values_list("pk", "person_id"))


def _forms(matter_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[FormResult]]:
    """{matter id: its signed assessments, the newest first}."""
    found: dict[uuid.UUID, list[FormResult]] = defaultdict(list)
    for signed in assessments_in(READER, matter_ids).filter(state=AssessmentState.SIGNED):
        assert signed.signed_at is not None
        instrument = signed.instrument_version.instrument
        found[signed.matter_id].append(
            FormResult(
                id=str(signed.pk),
                instrument=instrument.key,
                on=today(signed.signed_at),
                source=signed.organisation.short_name,
                ticks=signed.ticks if instrument.is_totalled else None,
                grade=signed.grade,
                yes_topics=frozenset(
                    key
                    for key, given in signed.answers.items()
                    if isinstance(given, dict) and given.get("answer") == "yes"
                ),
            )
        )
    return found


def _claimed_forms(referral: Referral) -> list[FormResult]:
    """A Dash or DARA that the referrer speaks of and that isn't held here."""
    on = today(referral.received_at)
    source = "as the referrer says"
    found = []
    if referral.dash_ticks is not None:
        found.append(FormResult("referral", "dash", on, source, ticks=referral.dash_ticks))
    if "dara_high" in referral.reasons:
        found.append(FormResult("referral", "dara", on, source, grade="high"))
    return found


def _claimed_hearings(referral: Referral, pairs: Sequence[Pair]) -> list[EarlierHearing]:
    if referral.repeat_listed_on is None:
        return []
    listed = datetime.combine(referral.repeat_listed_on, time(12), LONDON)
    return [EarlierHearing("referral", pair.key, listed, listed, is_claimed=True) for pair in pairs]


def _moves(matter_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Transfer]]:
    """{matter id: moves to here of a case that was heard elsewhere}."""
    rows = Transfer.objects.filter(matter_id__in=matter_ids, direction=Direction.IN, heard_there_on__isnull=False)
    found: dict[uuid.UUID, list[Transfer]] = defaultdict(list)
    for row in rows.exclude(state=TransferState.CALLED_OFF).order_by("heard_there_on", "pk"):
        found[row.matter_id].append(row)
    return found


def _hearings_elsewhere(asked: Asked, pairs: Sequence[Pair], moves: Sequence[Transfer]) -> list[EarlierHearing]:
    """What the MARAC of the area that the case came from heard, unless the move begins the repeat clock anew."""
    if not moves or transfer_rules(asked.referral.matter.area, asked.on).params.resets_repeat_clock:
        return []
    found = []
    for row in moves:
        assert row.heard_there_on is not None
        heard = datetime.combine(row.heard_there_on, time(12), LONDON)
        said = ", as the MARAC that it came from says"
        found += [EarlierHearing(str(row.pk), pair.key, heard, heard, is_claimed=True, said=said) for pair in pairs]
    return found


def told_by(referral: Referral, pairs: Sequence[Pair], *, name: str = "referral") -> list[IncidentFact]:
    """The abuse that the referrer tells of; without a day of its own it counts on the day of the referral."""
    happened = referral.incident_on or today(referral.received_at)
    moment = datetime.combine(happened, time(23, 59), LONDON)
    return [
        IncidentFact(
            id=name,
            pair=pair.key,
            occurred_at=moment,
            reported_at=referral.received_at,
            kinds=frozenset(referral.abuse_kinds),
            is_recorded_crime=bool(referral.crime_number),
        )
        for pair in pairs
    ]


def _separations(pairs: Sequence[Pair]) -> dict[Pair, list[date]]:
    """{pair: the days on which they separated}, as the records of their relationship say."""
    rows = Relationship.objects.filter(
        from_record__person_id__in={p.perpetrator for p in pairs},
        to_record__person_id__in={p.victim for p in pairs},
        separated_on__isnull=False,
    )
    found: dict[Pair, list[date]] = defaultdict(list)
    for victim, perpetrator, day in rows.values_list("to_record__person_id", "from_record__person_id", "separated_on"):
        if day is not None:
            found[Pair(victim, perpetrator)].append(day)
    return found


def _topics(separated: Iterable[date], on: date) -> frozenset[str]:
    """What the record of the relationship says: a separation in the past year."""
    since = add_months(on, -12)
    return frozenset({"separation"}) if any(since <= day <= on for day in separated) else frozenset()
