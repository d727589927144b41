"""Who might be the same person: found by blocking keys, scored in Python. Unnarrowed, for services only."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Cast

from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.areas.queries import partnership_area
from wraparound.foundation.people.models import BlockingKey, SourceRecord
from wraparound.foundation.people.params import MatchingRules
from wraparound.foundation.people.queries.held import held_facts
from wraparound.foundation.people.rules import Facts, Reason, blocking_keys, facts_of, score
from wraparound.foundation.people.rules.keys import lookup_keys
from wraparound.foundation.people.rules.scoring import most_points
from wraparound.foundation.people.values import PersonValues
from wraparound.foundation.rulesets.queries import RuleInForce, in_force

MOST_ROWS = 20_000  # of the key table, in one search; a key that more share than this tells nobody apart
MOST_SCORED = 100  # records compared for each record searched for: those that share the rarest keys
MOST_SCORED_IN_A_BATCH = 30  # the same where thousands are looked at in the background
KEYS_A_QUERY = 400
_IN_A_MILLION = 1_000_000
Id = str
"""A record's id as the database writes it: thousands are compared and sorted, which ids as objects make slow."""


@dataclass(frozen=True)
class Candidate:
    """A record that may be the same person, the points that speak for it, and why."""

    record: SourceRecord
    score: float
    reasons: tuple[Reason, ...]


def matching_rules() -> RuleInForce[MatchingRules] | None:
    """The weights in force, or None before a pack is loaded."""
    area = partnership_area()
    return in_force("people.matching", area, today(), MatchingRules) if area else None


def candidates_for(values: PersonValues, limit: int = 20, *, least: float | None = None) -> list[Candidate]:
    """The records that may be the person of `values`, best first.

    Only those from `least` points on (default: where a pair goes to the link reviewer). Unnarrowed: for
    services, which must not show them. Five queries, whatever is stored.
    """
    rules = matching_rules()
    if rules is None:
        return []
    floor = rules.params.propose_from if least is None else least
    with lifted("candidates"):
        keys = lookup_keys(blocking_keys(values))
        facts, wanted = held_facts(_rank(keys, _buckets(keys), MOST_SCORED)), facts_of(values)
        near = {pk: other for pk, other in facts.items() if most_points(wanted, other, rules.params) >= floor}
        scored = [(pk, *score(wanted, other, rules.params)) for pk, other in near.items()]
        best = sorted((s for s in scored if s[1] >= floor), key=lambda s: (-s[1], s[0]))[:limit]
        records = SourceRecord.objects.select_related("organisation").in_bulk([UUID(pk) for pk, _, _ in best])
    return [Candidate(records[UUID(pk)], points, tuple(reasons)) for pk, points, reasons in best]


@dataclass(frozen=True)
class ScoredPair:
    """Two records and what speaks for their being one person."""

    a: UUID
    b: UUID
    score: float
    reasons: tuple[Reason, ...]


def candidate_pairs(record_ids: Sequence[UUID], rules: MatchingRules) -> list[ScoredPair]:
    """Every pair of one of these records with any other that reaches `propose_from`, each pair once, ordered by id.

    Runs as the system. A fixed number of queries for each four hundred keys.
    """
    keys_of: dict[Id, list[str]] = defaultdict(list)
    held = BlockingKey.objects.filter(record__among=set(record_ids))
    for record_id, key in held.values_list(Cast("record_id", TextField()), "key"):
        keys_of[record_id].append(key)
    buckets = _buckets({key for keys in keys_of.values() for key in lookup_keys(keys)})
    pairs: set[tuple[Id, Id]] = set()
    for record_id, keys in keys_of.items():
        ranked = _rank(lookup_keys(keys), buckets, MOST_SCORED_IN_A_BATCH + 1)
        others = [pk for pk in ranked if pk != record_id]
        for other in others[:MOST_SCORED_IN_A_BATCH]:
            pairs.add((record_id, other) if record_id < other else (other, record_id))
    facts = held_facts({record_id for pair in pairs for record_id in pair})
    return _scored(pairs, facts, rules)


def _scored(pairs: Iterable[tuple[Id, Id]], facts: Mapping[Id, Facts], rules: MatchingRules) -> list[ScoredPair]:
    found = []
    for a, b in sorted(pairs):
        if a in facts and b in facts and most_points(facts[a], facts[b], rules) >= rules.propose_from:
            points, reasons = score(facts[a], facts[b], rules)
            if points >= rules.propose_from:
                found.append(ScoredPair(UUID(a), UUID(b), points, tuple(reasons)))
    return found


def _buckets(keys: Iterable[str]) -> dict[str, list[Id]]:
    """{key: records that have it}. The narrow kinds of key come first, so that a crowded one can't crowd them out."""
    found: dict[str, list[Id]] = defaultdict(list)
    ordered = sorted(keys)
    for start in range(0, len(ordered), KEYS_A_QUERY):
        some = ordered[start : start + KEYS_A_QUERY]
        rows = BlockingKey.objects.filter(key__among=some).order_by("key", "record")
        most = MOST_ROWS * (1 + len(some) // 20)
        for key, record_id in rows.values_list("key", Cast("record_id", TextField()))[:most]:
            found[key].append(record_id)
    return found


def _rank(keys: Iterable[str], buckets: Mapping[str, Sequence[Id]], most: int) -> list[Id]:
    """The records that share keys, those that share the rarest first: a rare key is worth more than many common
    ones.
    """
    worth: dict[Id, float] = defaultdict(float)
    for key in keys:
        sharing = buckets.get(key, ())
        weight = math.log2(_IN_A_MILLION / len(sharing)) if sharing else 0.0
        for record_id in sharing:
            worth[record_id] += weight
    return [pk for _, pk in sorted((-points, pk) for pk, points in worth.items())[:most]]
