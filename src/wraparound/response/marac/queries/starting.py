"""Search before create: who of those that the actor may know of it might be, and the cases that could be referred."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from wraparound.foundation.access.decisions import visible
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.models import SourceRecord
from wraparound.foundation.people.queries import search
from wraparound.response.cases.models import Case, CaseParty, PartyRole
from wraparound.response.cases.queries import case_for, cases_visible_to


@dataclass(frozen=True)
class Known:
    """Someone whom the actor may know of, and the open cases in which they are the victim."""

    record: SourceRecord
    cases: tuple[Case, ...]


def known_people(actor: Actor, words: str, limit: int = 12) -> list[Known]:
    """Who fits the words, best first. Whom the actor must not know of is neither found nor counted. Four queries."""
    found = search(actor, words, limit)
    persons = [one.person_id for one in found]
    rows = visible(actor, CaseParty.objects.filter(role=PartyRole.VICTIM, record__person_id__in=persons))
    cases: dict[uuid.UUID, dict[uuid.UUID, Case]] = {}
    for party in (
        rows.filter(case__closed_at__isnull=True).select_related("case", "record").order_by("-case__opened_at")
    ):
        cases.setdefault(party.record.person_id, {}).setdefault(party.case_id, party.case)
    return [Known(one.record, tuple(cases.get(one.person_id, {}).values())) for one in found]


def case_to_refer(actor: Actor, matter_id: uuid.UUID) -> Case:
    """The case of a matter that is open to the actor. Raises Unknown."""
    pk = cases_visible_to(actor).filter(matter_id=matter_id).values_list("pk", flat=True).first()
    return case_for(actor, pk or matter_id)
