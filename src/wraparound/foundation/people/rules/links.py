"""Who is one person, told from the decisions that stand: replaying them gives it, and undoing one is leaving it
out.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

Pair = tuple[uuid.UUID, uuid.UUID]


def persons_after(records: Iterable[uuid.UUID], same: Iterable[Pair]) -> dict[uuid.UUID, uuid.UUID]:
    """{record: person} after the decisions `same`, in their order.

    A record that nobody linked is a person of its own, under its own id. In a pair the second record, with
    everyone linked to it so far, goes to the first one's person.
    """
    person = {record: record for record in records}
    for first, second in same:
        if first not in person or second not in person:
            continue
        kept, moved = person[first], person[second]
        if kept != moved:
            person.update({record: kept for record, now in person.items() if now == moved})
    return person


def held_apart(person: Mapping[uuid.UUID, uuid.UUID], different: Iterable[Pair]) -> set[frozenset[uuid.UUID]]:
    """Pairs of persons of whom some records were decided not to be one person."""
    return {frozenset((person[a], person[b])) for a, b in different if a in person and b in person}
