"""What is known of two people since their case was heard: for proposing repeats and reviews of reversed roles.

Unnarrowed, for services and for the check of a planted truth; a co-ordinator sees of it what a proposal says.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wraparound.foundation.areas.clocks import LONDON
from wraparound.foundation.people.models import SourceRecord
from wraparound.response.cases.models import Incident
from wraparound.response.marac.facts import Pair, hearings_of, incidents_since, told_by, with_pairs
from wraparound.response.marac.models import Referral
from wraparound.response.marac.params import MaracCriteria
from wraparound.response.marac.rules import EarlierHearing, IncidentFact
from wraparound.response.marac.rules.repeats import OnItsWay, Since, repeats, reversals
from wraparound.response.marac.states import WAITING

INCIDENT, REFERRAL = "incident", "referral"
Evidence = list[dict[str, Any]]


@dataclass(frozen=True)
class Aftermath:
    """What came after one hearing of a pair: a repeat, or the roles reversed."""

    pair: Pair  # as it was heard
    is_reversed: bool
    since: Since

    @property
    def earlier_id(self) -> uuid.UUID:
        """The referral that was heard."""
        return uuid.UUID(self.since.hearing.id)


def pairs_in(matter_ids: Collection[uuid.UUID]) -> set[Pair]:
    """Whoever is victim and perpetrator of an incident or of a referral in these matters. Three queries."""
    rows = Incident.objects.filter(matter_id__in=list(matter_ids), perpetrator__isnull=False).order_by()
    found = {Pair(*row) for row in rows.values_list("victim__person_id", "perpetrator__person_id").distinct()}
    for _, pairs in with_pairs(Referral.objects.filter(matter_id__in=list(matter_ids))):
        found.update(pairs)
    return found


def aftermath_of(pairs: Iterable[Pair], params: MaracCriteria) -> list[Aftermath]:
    """What came after the hearings of these pairs, either way round. A fixed number of queries."""
    wanted = {pair.key: pair for one in pairs for pair in (one, one.reversed)}
    hearings = hearings_of(list(wanted.values()))
    heard = {hearing.pair for hearing in hearings}
    either_way = [pair for pair in wanted.values() if pair.key in heard or pair.reversed.key in heard]
    if not either_way:
        return []
    told, on_their_way = _told(either_way, hearings)
    found = [Aftermath(wanted[one.hearing.pair], False, one) for one in repeats(hearings, told, params, on_their_way)]
    turned = [replace(fact, pair=wanted[fact.pair].reversed.key) for fact in told]
    found += [Aftermath(wanted[one.hearing.pair], True, one) for one in reversals(hearings, turned, params)]
    return found


def _told(pairs: Sequence[Pair], hearings: Sequence[EarlierHearing]) -> tuple[list[IncidentFact], list[OnItsWay]]:
    """Abuse between these two since the first hearing, by any reporter; and their referrals not yet heard."""
    since = min(hearing.heard_at for hearing in hearings)
    facts = incidents_since(pairs, since)
    wanted = {pair.key for pair in pairs}
    on_their_way: list[OnItsWay] = []
    rows = Referral.objects.filter(victim__person_id__in={p.victim for p in pairs}, received_at__gt=since)
    for referral, its_pairs in with_pairs(rows.order_by("received_at", "pk")):
        ours = [pair for pair in its_pairs if pair.key in wanted]
        facts += told_by(referral, ours, name=str(referral.pk))
        if referral.state in WAITING:
            on_their_way += [OnItsWay(str(referral.pk), pair.key, referral.received_at) for pair in ours]
    return facts, on_their_way


def evidence_of(since: Since) -> Evidence:
    """What came since in a form that is kept: of an incident no more than a co-ordinator needs to decide."""
    ids = [uuid.UUID(fact.id) for fact in since.further]
    agencies: dict[uuid.UUID, tuple[str, str, str]] = {}
    incidents = Incident.objects.filter(pk__in=ids)
    for pk, agency, reference in incidents.values_list("pk", "organisation__short_name", "incident_ref"):
        agencies[pk] = (INCIDENT, agency, reference)
    for pk, agency in Referral.objects.filter(pk__in=ids).values_list("pk", "organisation__short_name"):
        agencies[pk] = (REFERRAL, agency, "")
    rows: Evidence = []
    for fact, pk in zip(since.further, ids, strict=True):
        kind, agency, reference = agencies[pk]
        rows.append(
            {
                "kind": kind,
                "id": fact.id,
                "on": fact.occurred_on.isoformat(),
                "told_on": fact.reported_at.astimezone(LONDON).date().isoformat(),
                "by": agency,
                "reference": reference,
                "abuse": sorted(fact.kinds),
                "marks": sorted(fact.flags),
                "is_recorded_crime": fact.is_recorded_crime,
            }
        )
    return rows


def perpetrator_records(referral: Referral) -> dict[uuid.UUID, uuid.UUID]:
    """{person: the referral's own record of that perpetrator}. One query."""
    ids = [uuid.UUID(str(pk)) for pk in referral.perpetrators]
    rows = SourceRecord.objects.filter(pk__in=ids).values_list("person_id", "pk").order_by("-created_at", "pk")
    return dict(rows)


def by_hearing(found: Iterable[Aftermath]) -> dict[uuid.UUID, list[Aftermath]]:
    """What was found, by the referral that was heard."""
    grouped: dict[uuid.UUID, list[Aftermath]] = defaultdict(list)
    for one in found:
        grouped[one.earlier_id].append(one)
    return grouped
