"""Pairs that may be one person, put before the link reviewer. Silent: whoever recorded them learns nothing of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from wraparound.foundation.access.wall import lifted
from wraparound.foundation.people.models import LinkProposal, ProposalState, SourceRecord
from wraparound.foundation.people.queries.candidates import ScoredPair, candidate_pairs, matching_rules
from wraparound.foundation.people.queries.decided import persons_apart
from wraparound.foundation.people.queries.relatives import related_pairs


def propose_links(record_ids: Sequence[UUID]) -> int:
    """Propose every pair of these records with another that reaches the score of the rule set. Returns how many
    are new.

    Idempotent. Never proposes records that are one person already, nor any pair of persons of whom two records
    were decided to be different people.
    """
    rules = matching_rules()
    if rules is None or not record_ids:
        return 0
    with lifted("propose_links"):
        pairs = candidate_pairs(record_ids, rules.params)
        linked = _with_other_records(record_ids)
        return _put(_each_once([*pairs, *related_pairs(pairs, linked, rules.params)]), rules.label)


def propose_beside(person_ids: Collection[UUID]) -> int:
    """These persons have come to have several records: who is recorded with them on each may be one person, too.

    Idempotent. Returns how many pairs are new.
    """
    rules = matching_rules()
    if rules is None or not person_ids:
        return 0
    with lifted("propose_links"):
        return _put(related_pairs([], person_ids, rules.params), rules.label)


def _with_other_records(record_ids: Sequence[UUID]) -> set[UUID]:
    """The persons of these records who have other records besides."""
    persons = SourceRecord.objects.filter(pk__in=record_ids).values("person")
    held = SourceRecord.objects.filter(person__in=persons).order_by().values("person").annotate(number=Count("pk"))
    return {row["person"] for row in held if row["number"] > 1}


def _each_once(pairs: Iterable[ScoredPair]) -> list[ScoredPair]:
    """Of a pair that was found in two ways the weightier."""
    best: dict[tuple[UUID, UUID], ScoredPair] = {}
    for pair in pairs:
        held = best.get((pair.a, pair.b))
        if held is None or pair.score > held.score:
            best[pair.a, pair.b] = pair
    return list(best.values())


def _put(pairs: Sequence[ScoredPair], label: str) -> int:
    made = LinkProposal.objects.bulk_create(
        [
            LinkProposal(
                record_a_id=pair.a,
                record_b_id=pair.b,
                score=pair.score,
                reasons=[asdict(reason) for reason in pair.reasons],
                rule_version=label,
            )
            for pair in _still_open(pairs)
        ],
        ignore_conflicts=True,
    )
    return len(made)


def _still_open(pairs: Sequence[ScoredPair]) -> list[ScoredPair]:
    if not pairs:
        return []
    ids = {record_id for pair in pairs for record_id in (pair.a, pair.b)}
    person = dict(SourceRecord.objects.filter(pk__in=ids).values_list("pk", "person_id"))
    apart = persons_apart(set(person.values()))
    known = set(
        LinkProposal.objects.filter(record_a__in=[p.a for p in pairs]).values_list("record_a_id", "record_b_id")
    )
    return [
        pair
        for pair in pairs
        if (pair.a, pair.b) not in known
        and person[pair.a] != person[pair.b]
        and frozenset((person[pair.a], person[pair.b])) not in apart
    ]


def settle_proposals(person_ids: Collection[UUID]) -> None:
    """Bring every proposal that touches these persons into the state that follows from who is who now.

    Linking or splitting two records answers other proposals too: those between records of one person, and those
    between two persons who were decided to be different.
    """
    records = dict(SourceRecord.objects.filter(person__in=person_ids).values_list("pk", "person_id"))
    touched = list(LinkProposal.objects.filter(Q(record_a__in=records) | Q(record_b__in=records)))
    sides = {record_id for p in touched for record_id in (p.record_a_id, p.record_b_id)}
    person = dict(SourceRecord.objects.filter(pk__in=sides).values_list("pk", "person_id"))
    apart = persons_apart(set(person.values()))
    changed: dict[str, list[UUID]] = defaultdict(list)
    for proposal in touched:
        pair = frozenset((person[proposal.record_a_id], person[proposal.record_b_id]))
        state = _state_of(pair, apart)
        if proposal.state != state:
            changed[state].append(proposal.pk)
    for state, pks in changed.items():
        decided_at = None if state == ProposalState.OPEN else timezone.now()
        LinkProposal.objects.filter(pk__in=pks).update(state=state, decided_at=decided_at)


def _state_of(pair: frozenset[UUID], apart: set[frozenset[UUID]]) -> str:
    if len(pair) == 1:
        return ProposalState.SAME
    return ProposalState.DIFFERENT if pair in apart else ProposalState.OPEN
