"""All that a person's page shows, already narrowed to its reader; opening it is a look that the log keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import in_open_matters, open_involvements
from wraparound.foundation.access.models import AccessLogEntry, Facing
from wraparound.foundation.access.redaction import Audience, HeldAddress
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import User
from wraparound.foundation.people.models import (
    Address,
    Appearance,
    ContactRule,
    EqualityAnswer,
    LinkDecision,
    LinkProposal,
    Person,
    Relationship,
    SourceRecord,
)
from wraparound.foundation.people.permissions import SEES_WHO_LOOKED, sees_contact_details
from wraparound.foundation.people.queries.contact import ContactGuidance, guidance_by
from wraparound.foundation.people.queries.decided import decisions_on, standing
from wraparound.foundation.people.queries.emergencies import open_until
from wraparound.foundation.people.queries.held import held_addresses, readers_of
from wraparound.foundation.people.queries.records import person_for, records_of_person, records_visible_to
from wraparound.kit.errors import Unknown

MOST_LOOKS = 50


@dataclass(frozen=True)
class Link:
    """Why two of a person's records are held to be one person's: who decided it, and what spoke for it."""

    decision: LinkDecision
    reasons: Sequence[dict[str, object]]
    other: SourceRecord


@dataclass(frozen=True)
class Look:
    """Someone of the reader's own organisation who opened this page."""

    at: datetime
    who: str
    role: str
    purpose: str


@dataclass(frozen=True)
class PersonFile:
    """A person as the reader may know them."""

    person: Person
    records: list[SourceRecord]
    links: dict[UUID, Link]  # by the record that came to the others
    guidance: ContactGuidance
    rules: list[ContactRule]
    addresses: list[Address]
    readers: dict[UUID, set[str]]
    answers: list[EqualityAnswer]
    relationships: list[Relationship]
    looks: list[Look] | None  # None: not for this reader
    audience: Audience
    protected: list[HeldAddress]  # of everyone on the page, to be taken out of its texts
    open_until: datetime | None = None  # where an emergency opens it, until when


def person_file(actor: Actor, pk: UUID) -> PersonFile:
    """The page of one person. Raises Unknown where the actor may not know of them. Logs the look."""
    person = person_for(actor, pk)
    records = records_of_person(actor, person.pk)
    # What hangs on a record is as visible as the record itself, to those whose work needs it at all.
    ids = [record.pk for record in records]
    detailed = ids if sees_contact_details(actor) else []
    addresses = list(
        Address.objects.filter(record__in=detailed)
        .select_related("record__organisation", "typed_by")
        .order_by("-recorded_at", "pk")
    )
    rules = list(
        ContactRule.objects.filter(record__in=detailed, ended_at__isnull=True)
        .select_related("record__organisation")
        .order_by("channel", "recorded_at", "pk")
    )
    relationships = _relationships(actor, detailed)
    everyone = {*detailed, *(r.from_record_id for r in relationships), *(r.to_record_id for r in relationships)}
    log.write(actor, "see", person, records=len(records))
    return PersonFile(
        person=person,
        records=records,
        links=_links(records),
        guidance=guidance_by(actor, person.pk, rules),
        rules=rules,
        addresses=addresses,
        readers=readers_of(addresses),
        answers=list(
            EqualityAnswer.objects.filter(record__in=detailed, replaced_at__isnull=True)
            .select_related("record__organisation")
            .order_by("characteristic", "-recorded_at")
        ),
        relationships=relationships,
        looks=_looks(actor, person, records),
        audience=Audience(str(actor.user_id or ""), _facing(actor, records)),
        protected=held_addresses(record_ids=everyone) if everyone else [],
        open_until=open_until(actor, ids),
    )


def person_now(actor: Actor, pk: UUID) -> UUID | None:
    """Where someone's page is now that their record was linked to another person; None where it stayed, or isn't
    known.
    """
    moved = records_visible_to(actor).filter(pk=pk).exclude(person_id=pk).values_list("person_id", flat=True)
    return moved.first()


def people_around(actor: Actor, person_id: UUID) -> list[SourceRecord]:
    """One visible record of each other person in the matters, open to the actor, in which this person appears."""
    matters = in_open_matters(actor, Appearance.objects.filter(record__person_id=person_id)).values("matter_id")
    around = (
        records_visible_to(actor)
        .filter(appearances__matter_id__in=matters)
        .exclude(person_id=person_id)
        .distinct()
        .order_by("family_name", "given_names", "pk")[:200]
    )
    return list({record.person_id: record for record in around}.values())


def record_around(actor: Actor, person_id: UUID, record_id: str) -> SourceRecord:
    """The one of `people_around` that was chosen. Raises Unknown for any other."""
    for record in people_around(actor, person_id):
        if str(record.pk) == record_id:
            return record
    raise Unknown


def address_file(actor: Actor, address: Address) -> tuple[Audience, frozenset[str]]:
    """For one address: who its reader is, and who is named to read it. Logs the look."""
    log.write(actor, "see", address)
    return (
        Audience(str(actor.user_id or ""), _facing(actor, [address.record])),
        frozenset(readers_of([address]).get(address.pk, set())),
    )


def _relationships(actor: Actor, ids: Sequence[UUID]) -> list[Relationship]:
    """Those of these records of which the actor sees the other side too."""
    touching = Relationship.objects.filter(Q(from_record__in=ids) | Q(to_record__in=ids))
    found = list(
        touching.select_related("from_record__organisation", "to_record__organisation").order_by("recorded_at", "pk")
    )
    others = {side for r in found for side in (r.from_record_id, r.to_record_id)} - set(ids)
    seen = {*ids, *records_visible_to(actor).filter(pk__in=others).values_list("pk", flat=True)} if others else set(ids)
    return [r for r in found if {r.from_record_id, r.to_record_id} <= seen]


def _links(records: Sequence[SourceRecord]) -> dict[UUID, Link]:
    """Between records that the reader sees both of. The reasons are of the pair and hold no values."""
    by_id = {record.pk: record for record in records}
    if len(by_id) < 2:
        return {}
    with lifted("links"):
        same = [
            d
            for d in standing(decisions_on(list(by_id)))
            if d.same and d.record_a_id in by_id and d.record_b_id in by_id
        ]
        proposals = LinkProposal.objects.filter(record_a__in=by_id, record_b__in=by_id)
        reasons = {frozenset((p.record_a_id, p.record_b_id)): p.reasons for p in proposals}
    return {
        d.record_b_id: Link(d, reasons.get(frozenset((d.record_a_id, d.record_b_id)), []), by_id[d.record_a_id])
        for d in same
    }


def _facing(actor: Actor, records: Sequence[SourceRecord]) -> str:
    """Whether all that opens these records to the reader is work with the perpetrator."""
    if any(record.organisation_id == actor.organisation_id for record in records) or not sees_contact_details(actor):
        return Facing.ALL
    if actor.works_with_perpetrators:
        return Facing.PERPETRATOR
    matters = Appearance.objects.filter(record__in=[record.pk for record in records]).values("matter_id")
    facing = set(open_involvements(actor).filter(matter_id__in=matters).values_list("facing", flat=True))
    return Facing.PERPETRATOR if facing == {Facing.PERPETRATOR} else Facing.ALL


def _looks(actor: Actor, person: Person, records: Sequence[SourceRecord]) -> list[Look] | None:
    """Who of the reader's own organisation has looked: for those who answer for it, where it holds a record."""
    is_own = any(record.organisation_id == actor.organisation_id for record in records)
    if not actor.has_role(*SEES_WHO_LOOKED) or not is_own:
        return None
    rows = list(
        AccessLogEntry.objects.filter(
            thing_id=str(person.pk), thing_kind=Person._meta.label, verb="see", organisation_id=actor.organisation_id
        ).order_by("-at")[:MOST_LOOKS]
    )
    names = dict(User.objects.filter(pk__in={row.user_id for row in rows if row.user_id}).values_list("pk", "name"))
    return [
        Look(row.at, names.get(row.user_id, row.system_task) if row.user_id else row.system_task, row.role, row.purpose)
        for row in rows
    ]
