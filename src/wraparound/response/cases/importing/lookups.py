"""What the store holds of a batch's rows. Unnarrowed: the import acts as the system, for the force that sends it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from wraparound.foundation.access.redaction import WITHHELD_CELL
from wraparound.foundation.people.queries import held_addresses_of_matters
from wraparound.kit.files import Row
from wraparound.response.cases.importing.child_rows import incident_of
from wraparound.response.cases.importing.content import content_of, content_of_child, file_ref, restored, withheld
from wraparound.response.cases.importing.facts import Facts
from wraparound.response.cases.importing.incident_rows import ParsedIncident
from wraparound.response.cases.importing.values import in_london
from wraparound.response.cases.models import ChildExposure, Incident


class Held(NamedTuple):
    """What is there under a reference already."""

    pk: uuid.UUID
    digest: str
    organisation_id: int


def held_incidents(rows: Iterable[ParsedIncident]) -> dict[tuple[str, str], Held]:
    """{(force, reference): what is there} of the rows that are there already."""
    wanted = {(row.force, row.ref) for row in rows}
    found = _under({ref for _, ref in wanted}, {force for force, _ in wanted}).values_list(
        "force", "incident_ref", "pk", "content_hash", "organisation_id"
    )
    return {(force, ref): Held(pk, digest, owner) for force, ref, pk, digest, owner in found if (force, ref) in wanted}


def days_of_incidents(refs: Collection[str], facts: Facts, organisation_ids: Collection[int]) -> dict[str, date]:
    """{reference: the day in London on which it occurred} of incidents that are held."""
    if not refs:
        return {}
    rows = _held_by(refs, facts, organisation_ids).values_list("incident_ref", "occurred_from")
    return {ref: in_london(occurred).date() for ref, occurred in rows}


def incidents_by_ref(
    refs: Collection[str], facts: Facts, organisation_ids: Collection[int], forces: Collection[str]
) -> dict[str, Incident]:
    """{reference: incident}; where two forces use one reference, that of a force that is in the file."""
    if not refs:
        return {}
    rows = sorted(
        _held_by(refs, facts, organisation_ids), key=lambda incident: (incident.force in forces, incident.force)
    )
    return {incident.incident_ref: incident for incident in rows}


def _held_by(refs: Collection[str], facts: Facts, organisation_ids: Collection[int]) -> QuerySet[Incident]:
    """Incidents of any force under these references, of these owners."""
    return _under(refs, facts.codes["force"].values()).filter(organisation_id__in=list(organisation_ids))


def _under(refs: Collection[str], forces: Iterable[str]) -> QuerySet[Incident]:
    """By force and reference together, as the index has them: by the reference alone all would be read."""
    return Incident.objects.filter(force__in=sorted(forces), incident_ref__in=sorted(refs))


class HeldExposure(NamedTuple):
    """How a child was exposed, as it is held already."""

    pk: uuid.UUID
    digest: str


def held_exposures(incidents: Iterable[Incident], facts: Facts) -> dict[tuple[uuid.UUID, str], HeldExposure]:
    """{(incident's id, the child's reference in the file): what is there}."""
    ids = [incident.pk for incident in incidents]
    rows = ChildExposure.objects.filter(incident_id__in=ids).values_list(
        "incident_id", "incident__force", "record__external_ref", "pk", "content_hash"
    )
    return {(pk, _own(facts, ref, force)): HeldExposure(exposure, digest) for pk, force, ref, exposure, digest in rows}


def _own(facts: Facts, external_ref: str, force: str) -> str:
    return external_ref if force in facts.owners else file_ref(external_ref, force)


def restored_incidents(rows: list[Row], facts: Facts, organisation_ids: Collection[int]) -> list[Row]:
    """Rows with what an export withheld put in again, from what is held of the same incident."""
    refs = {incident_of(row) for row in rows if _is_withheld(row)}
    incidents = {(i.force, i.incident_ref): i for i in _held_by(refs, facts, organisation_ids)}
    addresses = held_addresses_of_matters({incident.matter_id for incident in incidents.values()})
    found = []
    for row in rows:
        if row.problem is None and _is_withheld(row):
            incident = incidents.get((row.values.get("force", "").strip(), incident_of(row)))
            stored = content_of(incident) if incident is not None else {}
            sent = withheld(stored, addresses[incident.matter_id]) if incident is not None else {}
            row = replace(row, values=restored(row.values, stored, sent))
        found.append(row)
    return found


def restored_children(rows: list[Row], facts: Facts, organisation_ids: Collection[int]) -> list[Row]:
    """The same of children's rows."""
    refs = {incident_of(row) for row in rows if _is_withheld(row)}
    exposures = ChildExposure.objects.select_related("incident", "record").filter(
        incident__in=_held_by(refs, facts, organisation_ids)
    )
    held = {(e.incident.incident_ref, file_ref(e.record.external_ref, e.incident.force)): e for e in exposures}
    addresses = held_addresses_of_matters({exposure.matter_id for exposure in held.values()})
    found = []
    for row in rows:
        if row.problem is None and _is_withheld(row):
            exposure = held.get((incident_of(row), row.values.get("child_ref", "").strip()))
            stored = content_of_child(exposure) if exposure is not None else {}
            sent = withheld(stored, addresses[exposure.matter_id]) if exposure is not None else {}
            row = replace(row, values=restored(row.values, stored, sent))
        found.append(row)
    return found


def _is_withheld(row: Row) -> bool:
    return any(WITHHELD_CELL in value for value in row.values.values())
