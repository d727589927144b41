"""Pairs that may be one person, put before the link reviewer. Silent: whoever recorded them learns nothing of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from wraparound.foundation.access.wall import lifted
from wraparound.foundation.people.models import LinkDecision, LinkProposal, ProposalState, SourceRecord
from wraparound.foundation.people.queries.candidates import ScoredPair, candidate_pairs, matching_rules
from wraparound.foundation.people.rules import held_apart


def propose_links(record_ids: Sequence[UUID]) -> int:
    """Propose every pair of these records with another that reaches the score of the rule set. Returns how many are new.

    Idempotent. Never proposes records that are one person already, nor any pair of persons of whom two records were decided
    to be different people.
    """
    rules = matching_rules()
    if rules is None or not record_ids:
        return 0
    with lifted("propose_links"):
        pairs = candidate_pairs(record_ids, rules.params)
        wanted = _still_open(pairs)
        made = LinkProposal.objects.bulk_create(
            [
                LinkProposal(
                    record_a_id=pair.a,
                    record_b_id=pair.b,
                    score=pair.score,
                    reasons=[asdict(reason) for reason in pair.reasons],
                    rule_version=rules.label,
                )
                for pair in wanted
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


def standing(decisions: Iterable[LinkDecision]) -> list[LinkDecision]:
    """The decisions that nothing has undone, in the order in which they were made.

    One that undoes "the same person" stands itself, as a split that is remembered. One that undoes "not the same person" only
    takes that back.
    """
    ordered = sorted(decisions, key=lambda decision: decision.decided_at)
    undone = {decision.undoes_id for decision in ordered if decision.undoes_id}
    return [d for d in ordered if d.pk not in undone and not (d.undoes_id and d.same)]


def decisions_on(record_ids: Collection[UUID]) -> list[LinkDecision]:
    """Every decision in which one of these records is a side."""
    touches = Q(record_a__in=record_ids) | Q(record_b__in=record_ids)
    return list(LinkDecision.objects.filter(touches).order_by("decided_at"))


def persons_apart(person_ids: Collection[UUID]) -> set[frozenset[UUID]]:
    """Pairs of persons, one of them among these, of whom records were decided not to be one person."""
    records = SourceRecord.objects.filter(person__in=person_ids).values_list("pk", flat=True)
    decided = [(d.record_a_id, d.record_b_id) for d in standing(decisions_on(list(records))) if not d.same]
    if not decided:
        return set()
    sides = {record_id for pair in decided for record_id in pair}
    person = dict(SourceRecord.objects.filter(pk__in=sides).values_list("pk", "person_id"))
    return held_apart(person, decided)


def settle_proposals(person_ids: Collection[UUID]) -> None:
    """Bring every proposal that touches these persons into the state that follows from who is who now.

    Linking or splitting two records answers other proposals too: those between records of one person, and those between two
    persons who were decided to be different.
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
