"""What is known of people, for the criteria: incidents, forms and earlier hearings, by the persons they are linked to.

Unnarrowed, for services that explain themselves to a person afterwards; nothing here is shown as it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

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
from wraparound.response.risk.models import Assessment
from wraparound.response.risk.queries import assessments_for
from wraparound.response.risk.states import AssessmentState

READER = system("marac.facts")
HEARD = (ReferralState.HEARD, ReferralState.CLOSED)


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


def pairs_of(referral: Referral) -> list[Pair]:
    """The victim of a referral with each of its perpetrators, as the links stand now."""
    with lifted("marac.facts"):
        persons = dict(
            SourceRecord.objects.filter(pk__in=[referral.victim_id, *referral.perpetrators]).values_list(
                "pk", "person_id"
            )
        )
    victim = persons[referral.victim_id]
    others = [persons[uuid.UUID(str(pk))] for pk in referral.perpetrators]
    return [Pair(victim, other) for other in dict.fromkeys(others)]


def facts_of_referral(referral: Referral, params: MaracCriteria, on: date) -> Facts:
    """Everything that the criteria of a referral rest on, as it is known on the day `on`."""
    pairs = pairs_of(referral)
    with lifted("marac.facts"):
        victims = {pair.victim for pair in pairs}
        matters = {referral.matter_id}.union(*matters_of_persons(victims).values())
        return Facts(
            on=on,
            incidents=incidents_between(pairs, on, params),
            forms=[*_forms(matters), *_claimed_forms(referral)],
            hearings=[
                *hearings_of(pairs, before=referral),
                *_claimed_hearings(referral, pairs),
                *_hearings_elsewhere(referral, pairs, on),
            ],
            judgement_reason=referral.judgement_reason,
            reported_abuse=told_by(referral, pairs),
            topics=_topics(pairs, on),
        )


def incidents_between(pairs: Sequence[Pair], on: date, params: MaracCriteria) -> list[IncidentFact]:
    """Incidents between the two of any pair that a window of the criteria could reach, the newest last."""
    months = max(params.escalation_months, params.repeat_months)
    return incidents_since(pairs, datetime.combine(add_months(on, -months), time.min, LONDON) - timedelta(days=1))


def incidents_since(pairs: Sequence[Pair], since: datetime) -> list[IncidentFact]:
    """Incidents between the two of any pair from a moment on, the newest last."""
    if not pairs:
        return []
    wanted = {(pair.victim, pair.perpetrator) for pair in pairs}
    rows = police_incidents_between({p.victim for p in pairs}, {p.perpetrator for p in pairs}, since)
    found = []
    for incident in rows.select_related("victim", "perpetrator"):
        key = (incident.victim.person_id, incident.perpetrator.person_id if incident.perpetrator else None)
        if key in wanted:
            found.append(incident_fact(incident))
    return sorted(found, key=lambda fact: (fact.reported_at, fact.id))


def incident_fact(incident: Incident) -> IncidentFact:
    """An incident as the rules read it. Its victim and perpetrator must be joined.

    One whose perpetrator nobody knows is a pair of its own: it is never counted together with another.
    """
    other = incident.perpetrator.person_id if incident.perpetrator is not None else incident.pk
    return IncidentFact(
        id=str(incident.pk),
        pair=Pair(incident.victim.person_id, other).key,
        occurred_at=incident.occurred_from,
        reported_at=incident.reported_at,
        kinds=frozenset(incident.abuse_kinds),
        flags=frozenset(incident.flags),
        is_recorded_crime=bool(incident.offence_code or incident.crime_ref),
        dara_grade=incident.dara_grade,
        dash_ticks=incident.dash_ticks,
    )


def children_of(matter_id: uuid.UUID) -> int:
    """How many children are parties of the case. Unnarrowed: for the order of urgency."""
    case = case_of_matter(matter_id)
    if case is None:
        return 0
    return len({p.record.person_id for p in parties(READER, case) if p.role == PartyRole.CHILD})


def hearings_of(pairs: Sequence[Pair], *, before: Referral | None = None) -> list[EarlierHearing]:
    """Earlier MARAC cases of the same victim with the same perpetrators, that were heard."""
    rows = (
        Referral.objects.filter(victim__person_id__in={p.victim for p in pairs}, state__in=HEARD)
        .select_related("victim", "telling__item")
        .order_by("received_at", "pk")
    )
    if before is not None:
        rows = rows.exclude(pk=before.pk).filter(received_at__lt=before.received_at)
    earlier = list(rows)
    persons = _persons_of({uuid.UUID(str(pk)) for row in earlier for pk in row.perpetrators})
    wanted = {(pair.victim, pair.perpetrator): pair.key for pair in pairs}
    found = []
    for row in earlier:
        heard_at = _heard_at(row)
        for pk in row.perpetrators:
            key = wanted.get((row.victim.person_id, persons[uuid.UUID(str(pk))]))
            if key and heard_at:
                found.append(EarlierHearing(str(row.pk), key, row.received_at, heard_at))
    return found


def _heard_at(referral: Referral) -> datetime | None:
    """When its case was heard: its own telling remembers the item; a second referral of one case was heard with it."""
    telling: Telling | None = getattr(referral, "telling", None)
    if telling is not None:
        return telling.item.heard_at
    first = Referral.objects.filter(matter_id=referral.matter_id, telling__isnull=False).select_related("telling__item")
    heard = [r.telling.item.heard_at for r in first if r.telling.item.heard_at]
    return max(heard, default=None)


def person_ids_of(record_ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """The persons whom records are linked to now. Unnarrowed."""
    with lifted("marac.facts"):
        return list(_persons_of(record_ids).values())


def _persons_of(record_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    return dict(SourceRecord.objects.filter(pk__in=list(record_ids)).values_list("pk", "person_id"))


def _forms(matter_ids: Iterable[uuid.UUID]) -> list[FormResult]:
    """Signed assessments of the matters in which the victim appears."""
    found = []
    for signed in _signed(matter_ids):
        assert signed.signed_at is not None
        instrument = signed.instrument_version.instrument
        found.append(
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


def _signed(matter_ids: Iterable[uuid.UUID]) -> list[Assessment]:
    return [
        assessment
        for matter_id in sorted(matter_ids)
        for assessment in assessments_for(READER, matter_id).filter(state=AssessmentState.SIGNED)
    ]


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


def _hearings_elsewhere(referral: Referral, pairs: Sequence[Pair], on: date) -> list[EarlierHearing]:
    """What the MARAC of the area that the case came from heard, unless the move begins the repeat clock anew."""
    if transfer_rules(referral.matter.area, on).params.resets_repeat_clock:
        return []
    rows = Transfer.objects.filter(matter_id=referral.matter_id, direction=Direction.IN, heard_there_on__isnull=False)
    found = []
    for row in rows.exclude(state=TransferState.CALLED_OFF).order_by("heard_there_on", "pk"):
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


def _topics(pairs: Sequence[Pair], on: date) -> frozenset[str]:
    """What the record of the relationship says: a separation in the past year."""
    since = add_months(on, -12)
    separated = Relationship.objects.filter(
        from_record__person_id__in={p.perpetrator for p in pairs},
        to_record__person_id__in={p.victim for p in pairs},
        separated_on__range=(since, on),
    )
    return frozenset({"separation"}) if separated.exists() else frozenset()
