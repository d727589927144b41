"""Writing a batch of judged rows: people, the cases of their pairs, incidents, and how children were exposed.

Each function is called inside one transaction with the mark of how far the import got, and costs a fixed number of
queries whatever the batch holds.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from wraparound.foundation.access.models import Involvement, Matter, MatterKind
from wraparound.foundation.areas.models import Area
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.people import services as people
from wraparound.foundation.people.models import SourceRecord
from wraparound.foundation.people.values import PersonValues
from wraparound.kit.bulk import insert, rewrite, update
from wraparound.kit.ids import new_id
from wraparound.response.cases.importing.child_rows import ParsedChild
from wraparound.response.cases.importing.content import content_of, content_of_child
from wraparound.response.cases.importing.facts import Facts
from wraparound.response.cases.importing.incident_rows import ParsedIncident
from wraparound.response.cases.models import (
    Case,
    CaseParty,
    ChildExposure,
    ChildExposureVersion,
    ImportRun,
    Incident,
    IncidentVersion,
    PartyRole,
)
from wraparound.response.cases.services import OWNER, OWNERS_PURPOSE, free_references

Pair = tuple[int, uuid.UUID, uuid.UUID | None]
"""An organisation and its records of the victim and, where there is one, the perpetrator."""


@dataclass(frozen=True)
class Writing:
    """What writing needs besides the rows."""

    run: ImportRun
    facts: Facts
    area: Area
    by: Actor


# --- incidents ----------------------------------------------------------------------------------------------


def write_incidents(
    writing: Writing, new: Sequence[ParsedIncident], changed: Sequence[tuple[ParsedIncident, uuid.UUID]]
) -> None:
    """Write new incidents, and new versions of changed ones (with their ids)."""
    rows = [*new, *(parsed for parsed, _ in changed)]
    if not rows:
        return
    records = _record_people(writing, _people_of(writing.facts, rows))
    cases = _cases_for(writing, rows, records)
    _relate(writing, rows, records)
    _add_incidents(writing, new, records, cases)
    _change_incidents(writing, changed, records, cases)


Records = Mapping[tuple[int, str], SourceRecord]


def _people_of(facts: Facts, rows: Iterable[ParsedIncident]) -> dict[int, dict[str, PersonValues]]:
    """Everyone in the rows, by owner and reference; of someone who comes twice the later cells count."""
    found: dict[int, dict[str, PersonValues]] = {}
    for row in rows:
        mine = found.setdefault(row.owner, {})
        for ref, values in ((row.victim_ref, row.victim), (row.perpetrator_ref, row.perpetrator)):
            if ref and values is not None:
                ref = facts.person_ref(row.force, ref)
                mine[ref] = _over(mine[ref], values) if ref in mine else values
    return found


def _over(before: PersonValues, after: PersonValues) -> PersonValues:
    """Two statements about one person: what the later one leaves empty stays as the earlier had it."""
    changes: dict[str, Any] = {
        name: getattr(after, name)
        for name in ("family_name", "given_names", "dob", "sex", "gender_identity", "language")
        if getattr(after, name)
    }
    if after.has_address:
        changes |= {name: getattr(after, name) for name in ("address_lines", "postcode", "address_kind")}
    changes["phones"] = tuple({**dict(before.phones), **dict(after.phones)}.items())
    changes["equality"] = {**before.equality, **after.equality}
    return replace(before, **changes)


def _record_people(writing: Writing, by_owner: Mapping[int, Mapping[str, PersonValues]]) -> Records:
    found: dict[tuple[int, str], SourceRecord] = {}
    for organisation in Organisation.objects.filter(pk__in=list(by_owner)).order_by("pk"):
        wanted = list(by_owner[organisation.pk].items())
        recorded = people.bulk_record_people(organisation=organisation, people=wanted, by=writing.by)
        for ref, (record, _) in recorded.items():
            found[organisation.pk, ref] = record
    return found


def _pair_of(facts: Facts, row: ParsedIncident, records: Records) -> Pair:
    victim = records[row.owner, facts.person_ref(row.force, row.victim_ref)]
    if not row.perpetrator_ref:
        return row.owner, victim.pk, None
    return row.owner, victim.pk, records[row.owner, facts.person_ref(row.force, row.perpetrator_ref)].pk


def pair_key(organisation_id: int, victim_id: uuid.UUID, perpetrator_id: uuid.UUID | None) -> str:
    """By what a pair's one case is found, and can't be there twice."""
    return f"{organisation_id}:{victim_id.hex}:{perpetrator_id.hex if perpetrator_id else '-'}"


class CaseOf(NamedTuple):
    """The case of a pair: its id and its matter's."""

    pk: uuid.UUID
    matter_id: uuid.UUID


def _cases_for(writing: Writing, rows: Sequence[ParsedIncident], records: Records) -> dict[Pair, CaseOf]:
    """The case of each pair: the one that is there, brought up in the lists, or a new one."""
    last: dict[Pair, datetime] = {}
    for row in rows:
        pair = _pair_of(writing.facts, row, records)
        last[pair] = max(last.get(pair, row.fields["reported_at"]), row.fields["reported_at"])
    by_key = {pair_key(*pair): pair for pair in last}
    held = Case.objects.filter(pair_key__in=list(by_key)).values_list("pair_key", "pk", "matter_id", "last_event_at")
    cases, later = {}, []
    for key, pk, matter_id, at in held:
        pair = by_key[str(key)]
        cases[pair] = CaseOf(pk, matter_id)
        if at < last[pair]:
            later.append({"pk": pk, "last_event_at": last[pair]})
    update(Case, later)
    missing = [pair for pair in last if pair not in cases]
    return cases | _open_cases(writing, missing, last)


def _open_cases(writing: Writing, pairs: Sequence[Pair], last: Mapping[Pair, datetime]) -> dict[Pair, CaseOf]:
    if not pairs:
        return {}
    cases = [CaseOf(new_id(), new_id()) for _ in pairs]
    area = writing.area.pk
    owners = [(case.matter_id, organisation_id) for case, (organisation_id, _, _) in zip(cases, pairs, strict=True)]
    insert(
        Matter,
        [
            {"id": matter_id, "kind": MatterKind.CASE.value, "organisation_id": owner, "area_id": area}
            for matter_id, owner in owners
        ],
    )
    insert(
        Case,
        [
            {
                "id": case.pk,
                "matter_id": case.matter_id,
                "reference": reference,
                "pair_key": pair_key(*pair),
                "last_event_at": last[pair],
            }
            for case, pair, reference in zip(cases, pairs, free_references(len(pairs)), strict=True)
        ],
    )
    insert(
        Involvement,
        [
            {"matter_id": matter_id, "organisation_id": owner, "purpose": OWNERS_PURPOSE, "given_for": OWNER}
            for matter_id, owner in owners
        ],
    )
    parties = [
        (case, record_id, role)
        for case, (_, victim_id, perpetrator_id) in zip(cases, pairs, strict=True)
        for record_id, role in ((victim_id, PartyRole.VICTIM), (perpetrator_id, PartyRole.PERPETRATOR))
        if record_id is not None
    ]
    _add_parties(writing, parties)
    return dict(zip(pairs, cases, strict=True))


def _add_parties(writing: Writing, parties: Sequence[tuple[CaseOf, uuid.UUID, str]]) -> None:
    insert(
        CaseParty,
        [
            {"case_id": case.pk, "matter_id": case.matter_id, "record_id": record_id, "role": str(role)}
            for case, record_id, role in parties
        ],
        ignore_conflicts=True,
    )
    people.record_appearances(
        appearances=[
            people.Appears(case.matter_id, record_id, shielded=role != PartyRole.PERPETRATOR)
            for case, record_id, role in parties
        ],
        by=writing.by,
    )


def _relate(writing: Writing, rows: Iterable[ParsedIncident], records: Records) -> None:
    found: dict[tuple[uuid.UUID, uuid.UUID, str], people.RelationshipValues] = {}
    for row in rows:
        if row.perpetrator is None or row.relationship == "unknown":
            continue
        victim = records[row.owner, writing.facts.person_ref(row.force, row.victim_ref)]
        perpetrator = records[row.owner, writing.facts.person_ref(row.force, row.perpetrator_ref)]
        if victim.person_id == perpetrator.person_id:
            continue  # linked as one person, rightly or not: nobody is related to themselves
        found[perpetrator.pk, victim.pk, row.relationship] = people.RelationshipValues(
            from_record=perpetrator,
            to_record=victim,
            kind=row.relationship,
            ended=row.relationship_ended,
            separated_on=row.separated_on,
            shared_child=row.relationship == "parent_of_same_child",
        )
    if found:
        people.record_relationships(relationships=list(found.values()), by=writing.by)


def _placed(row: ParsedIncident, writing: Writing, records: Records, cases: Mapping[Pair, CaseOf]) -> dict[str, Any]:
    """All that an incident's row holds, by the model's names."""
    pair = _pair_of(writing.facts, row, records)
    case = cases[pair]
    return {
        **row.fields,
        "case_id": case.pk,
        "matter_id": case.matter_id,
        "organisation_id": row.owner,
        "victim_id": pair[1],
        "perpetrator_id": pair[2],
        "content_hash": row.digest,
        "import_run_id": writing.run.pk,
    }


def _add_incidents(
    writing: Writing, rows: Sequence[ParsedIncident], records: Records, cases: Mapping[Pair, CaseOf]
) -> None:
    insert(Incident, [_placed(row, writing, records, cases) for row in rows])


def _change_incidents(
    writing: Writing,
    changed: Sequence[tuple[ParsedIncident, uuid.UUID]],
    records: Records,
    cases: Mapping[Pair, CaseOf],
) -> None:
    """Keep what each was as a version, and write what it is now. Where its people changed it moves to their case."""
    if not changed:
        return
    held = Incident.objects.in_bulk([pk for _, pk in changed])
    now = timezone.now()
    IncidentVersion.objects.bulk_create(
        IncidentVersion(
            incident=incident,
            matter_id=incident.matter_id,
            version=incident.version,
            values=content_of(incident),
            replaced_at=now,
        )
        for incident in held.values()
    )
    moved: list[Incident] = []
    names: set[str] = set()
    for row, pk in changed:
        incident, values = held[pk], _placed(row, writing, records, cases)
        if incident.matter_id != values["matter_id"]:
            moved.append(incident)
        for name, value in values.items():
            setattr(incident, name, value)
        incident.version += 1
        incident.received_at = now
        names |= {name.removesuffix("_id") for name in values}
    rewrite(held.values(), [*sorted(names), "version", "received_at"])
    _move_children(writing, moved)


def _move_children(writing: Writing, moved: Sequence[Incident]) -> None:
    """Children follow their incident into the case of its people."""
    if not moved:
        return
    parties: list[tuple[CaseOf, uuid.UUID, str]] = []
    for incident in moved:
        exposures = ChildExposure.objects.filter(incident=incident)
        case = CaseOf(incident.case_id, incident.matter_id)
        parties += [(case, exposure.record_id, PartyRole.CHILD) for exposure in exposures]
        exposures.update(matter_id=incident.matter_id)
    _add_parties(writing, parties)


# --- children -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlacedChild:
    """A child's row with the incident that it belongs to, and the exposure that is held already."""

    parsed: ParsedChild
    incident: Incident
    exposure_id: uuid.UUID | None = None


def write_children(writing: Writing, rows: Sequence[PlacedChild]) -> None:
    """Write how children were exposed: new ones, and new versions of those that are held."""
    if not rows:
        return
    records = _record_people(writing, _children_in(writing.facts, rows))
    _add_parties(
        writing,
        [
            (CaseOf(row.incident.case_id, row.incident.matter_id), _child(writing, row, records).pk, PartyRole.CHILD)
            for row in rows
        ],
    )
    insert(
        ChildExposure,
        [
            {"incident_id": row.incident.pk, "record_id": _child(writing, row, records).pk, **_exposed(writing, row)}
            for row in rows
            if row.exposure_id is None
        ],
    )
    _change_exposures(writing, [row for row in rows if row.exposure_id is not None])


def _children_in(facts: Facts, rows: Iterable[PlacedChild]) -> dict[int, dict[str, PersonValues]]:
    found: dict[int, dict[str, PersonValues]] = {}
    for row in rows:
        mine = found.setdefault(row.incident.organisation_id, {})
        ref = facts.person_ref(row.incident.force, row.parsed.child_ref)
        mine[ref] = _over(mine[ref], row.parsed.child) if ref in mine else row.parsed.child
    return found


def _child(writing: Writing, row: PlacedChild, records: Records) -> SourceRecord:
    return records[row.incident.organisation_id, writing.facts.person_ref(row.incident.force, row.parsed.child_ref)]


def _exposed(writing: Writing, row: PlacedChild) -> dict[str, Any]:
    return {
        **row.parsed.fields,
        "matter_id": row.incident.matter_id,
        "content_hash": row.parsed.digest,
        "import_run_id": writing.run.pk,
    }


def _change_exposures(writing: Writing, rows: Sequence[PlacedChild]) -> None:
    if not rows:
        return
    ids = [row.exposure_id for row in rows]
    exposures = ChildExposure.objects.select_related("incident", "record").filter(pk__in=ids)
    held: dict[uuid.UUID | None, ChildExposure] = {exposure.pk: exposure for exposure in exposures}
    ChildExposureVersion.objects.bulk_create(
        ChildExposureVersion(
            exposure=exposure,
            matter_id=exposure.matter_id,
            version=exposure.version,
            values=content_of_child(exposure),
        )
        for exposure in held.values()
    )
    names: set[str] = set()
    for row in rows:
        exposure, values = held[row.exposure_id], _exposed(writing, row)
        for name, value in values.items():
            setattr(exposure, name, value)
        exposure.version += 1
        names |= {name.removesuffix("_id") for name in values}
    rewrite(held.values(), [*sorted(names), "version"])
