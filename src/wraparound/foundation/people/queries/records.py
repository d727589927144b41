"""Records and persons as an actor may know of them, and the link reviewer's queue."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from wraparound.foundation.access.decisions import check, get_visible, visible
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.models import (
    Address,
    ContactRule,
    LinkDecision,
    LinkProposal,
    Person,
    ProposalState,
    SourceRecord,
)


def records_visible_to(actor: Actor) -> QuerySet[SourceRecord]:
    """The source records that the actor may know of, with their organisations."""
    return visible(actor, SourceRecord.objects.select_related("organisation"))


def record_for(actor: Actor, pk: UUID) -> SourceRecord:
    """One record. Raises Unknown where there is none that the actor may know of."""
    return get_visible(actor, SourceRecord.objects.select_related("organisation"), pk=pk)


def person_for(actor: Actor, pk: UUID) -> Person:
    """One person, by any record that the actor sees. Raises Unknown where there is none."""
    return get_visible(actor, Person.objects.all(), pk=pk)


def records_of_person(actor: Actor, person_id: UUID) -> list[SourceRecord]:
    """The person's records that the actor may know of: the actor's own organisation's first, then the latest."""
    records = list(records_visible_to(actor).filter(person_id=person_id).order_by("-updated_at", "pk"))
    return sorted(records, key=lambda record: record.organisation_id != actor.organisation_id)


def address_to_type(actor: Actor, pk: UUID) -> Address:
    """An address that the actor may say the kind of. Raises Unknown or Refused."""
    address = get_visible(actor, Address.objects.select_related("record__organisation"), pk=pk)
    check(actor, "type", address)
    return address


def contact_rule_for(actor: Actor, pk: UUID) -> ContactRule:
    """One contact rule of a record that the actor sees."""
    return get_visible(actor, ContactRule.objects.select_related("record"), pk=pk)


def open_proposals(actor: Actor) -> QuerySet[LinkProposal]:
    """The pairs that wait for this link reviewer, the likeliest first by `-score`."""
    rows = LinkProposal.objects.filter(state=ProposalState.OPEN)
    return visible(actor, rows).select_related("record_a__organisation", "record_b__organisation")


def proposal_for(actor: Actor, pk: UUID) -> LinkProposal:
    """One pair. Raises Unknown where the reviewer may not know of it."""
    rows = LinkProposal.objects.select_related("record_a__organisation", "record_b__organisation")
    return get_visible(actor, rows, pk=pk)


def linked_already(actor: Actor, proposal: LinkProposal) -> list[SourceRecord]:
    """Records that are one person with either side of a pair already, as far as the reviewer may see them."""
    pair = (proposal.record_a_id, proposal.record_b_id)
    persons = (proposal.record_a.person_id, proposal.record_b.person_id)
    return list(
        records_visible_to(actor).filter(person_id__in=persons).exclude(pk__in=pair).order_by("created_at", "pk")
    )


def link_decisions(actor: Actor) -> QuerySet[LinkDecision]:
    """What was decided on links, for the link reviewer."""
    rows = LinkDecision.objects.select_related("record_a__organisation", "record_b__organisation", "decided_by")
    return visible(actor, rows).prefetch_related("undone_by")


def link_decision_for(actor: Actor, pk: UUID) -> LinkDecision:
    """One decision. Raises Unknown where the reviewer may not know of it."""
    return get_visible(actor, link_decisions(actor), pk=pk)
