"""Who might be the same person by whom they are recorded with. Unnarrowed, for services only.

A perpetrator of whom an agency knows nothing but a misspelt name looks like many. Where the victim-survivor in two
records is, or may be, one person, the perpetrators recorded with her are few: and a similar name says a lot.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import product
from uuid import UUID

from wraparound.foundation.people.models import Relationship, SourceRecord
from wraparound.foundation.people.params import MatchingRules
from wraparound.foundation.people.queries.candidates import ScoredPair
from wraparound.foundation.people.queries.held import held_facts
from wraparound.foundation.people.rules import Reason, score
from wraparound.foundation.people.rules.scoring import is_alike

MOST_AROUND = 12  # records beside one person; who has more is no help in telling one from another
SAME, MAY_BE = "recorded with the same other person", "recorded with others who may be one person"
Persons = tuple[UUID, UUID]


def related_pairs(
    anchors: Iterable[ScoredPair], person_ids: Collection[UUID], rules: MatchingRules
) -> list[ScoredPair]:
    """Pairs of records that stand in the same relation to one person (`person_ids`), or to two who may be one.

    `anchors` are the pairs that may be one person. Only pairs whose names are alike and that reach `propose_from`
    with what this is worth. Runs as the system, in a fixed number of queries.
    """
    between = _persons_of(anchors) | {(person, person) for person in person_ids}
    if not between:
        return []
    around = _around({person for pair in between for person in pair})
    wanted: dict[tuple[UUID, UUID], str] = {}
    for first, second in between:
        for role, ours in around[first].items():
            for a, b in _across(ours, around[second].get(role, {})):
                wanted.setdefault((a, b), SAME if first == second else MAY_BE)
    return _scored(wanted, rules)


def _persons_of(pairs: Iterable[ScoredPair]) -> set[Persons]:
    held = list(pairs)
    ids = {pk for pair in held for pk in (pair.a, pair.b)}
    person = dict(SourceRecord.objects.filter(pk__in=ids).values_list("pk", "person_id"))
    return {(person[pair.a], person[pair.b]) for pair in held}


def _around(persons: Collection[UUID]) -> dict[UUID, dict[str, dict[UUID, UUID]]]:
    """{person: {role: {record beside them: its person}}}: who abuses them, and whom they abuse.

    A query for each end: for either end in one, a database reads every relationship there is.
    """
    found: dict[UUID, dict[str, dict[UUID, UUID]]] = defaultdict(lambda: defaultdict(dict))
    ends = "from_record_id", "from_record__person_id", "to_record_id", "to_record__person_id"
    for end in ("from_record", "to_record"):
        rows = Relationship.objects.filter(**{f"{end}__person__in": persons})
        for one, person, other, others_person in rows.values_list(*ends):
            found[others_person]["from"][one] = person
            found[person]["to"][other] = others_person
    return found


def _across(ours: dict[UUID, UUID], theirs: dict[UUID, UUID]) -> Iterable[tuple[UUID, UUID]]:
    if len(ours) > MOST_AROUND or len(theirs) > MOST_AROUND:
        return
    for one, other in product(ours, theirs):
        if ours[one] != theirs[other]:
            yield (one, other) if str(one) < str(other) else (other, one)


def _scored(wanted: dict[tuple[UUID, UUID], str], rules: MatchingRules) -> list[ScoredPair]:
    facts = {UUID(pk): held for pk, held in held_facts({str(pk) for pair in wanted for pk in pair}).items()}
    found = []
    for (a, b), how in sorted(wanted.items(), key=str):
        if a in facts and b in facts and is_alike(facts[a], facts[b], rules):
            points, reasons = score(facts[a], facts[b], rules)
            beside = Reason("relation", how, rules.related_same)
            if points + beside.points >= rules.propose_from:
                ordered = sorted([*reasons, beside], key=lambda reason: (-abs(reason.points), reason.field))
                found.append(ScoredPair(a, b, points + beside.points, tuple(ordered)))
    return found
