"""Incidents out, in the format in which they came, so that importing them again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO, TypeVar

from django.db.models import Model, Q, QuerySet

from wraparound.foundation.people.queries import held_addresses_of_matters
from wraparound.kit.files import CsvWriter
from wraparound.response.cases.importing.columns import CHILD_COLUMNS, INCIDENT_COLUMNS
from wraparound.response.cases.importing.content import content_of, content_of_child, withheld
from wraparound.response.cases.models import ChildExposure, Incident

M = TypeVar("M", bound=Model)
_CHUNK = 1_000


@dataclass(frozen=True)
class Exported:
    """How many rows were written."""

    incidents: int
    children: int


def export(stream: TextIO | None, children_stream: TextIO | None) -> Exported:
    """Write incidents by force and reference, then children by incident. Memory doesn't grow with the store."""
    incidents = _export_incidents(stream) if stream is not None else 0
    children = _export_children(children_stream) if children_stream is not None else 0
    return Exported(incidents, children)


def _export_incidents(stream: TextIO) -> int:
    incidents = Incident.objects.all()
    writer = CsvWriter(stream, [*INCIDENT_COLUMNS, *_extra_columns(incidents, INCIDENT_COLUMNS)])
    written = 0
    for chunk in _chunks(incidents, ("force", "incident_ref")):
        addresses = held_addresses_of_matters({incident.matter_id for incident in chunk})
        for incident in chunk:
            writer.write(withheld(content_of(incident), addresses[incident.matter_id]))
        written += len(chunk)
    return written


def _export_children(stream: TextIO) -> int:
    exposures = ChildExposure.objects.select_related("incident", "record")
    writer = CsvWriter(stream, [*CHILD_COLUMNS, *_extra_columns(exposures, CHILD_COLUMNS)])
    written = 0
    for chunk in _chunks(exposures, ("incident_id", "pk")):
        addresses = held_addresses_of_matters({exposure.matter_id for exposure in chunk})
        for exposure in chunk:
            writer.write(withheld(content_of_child(exposure), addresses[exposure.matter_id]))
        written += len(chunk)
    return written


def _extra_columns(rows: QuerySet[M], known: Sequence[str]) -> list[str]:
    """The unknown columns that any row came with, in the order of the alphabet."""
    found: set[str] = set()
    for extra in rows.exclude(extra={}).values_list("extra", flat=True).iterator(chunk_size=2_000):
        found.update(extra)
    return sorted(found - set(known))


def _chunks(rows: QuerySet[M], order: tuple[str, str]) -> Iterator[list[M]]:
    """The rows a thousand at a time, by key and not by position: each chunk is read as fast as the first."""
    first, second = order
    last: tuple[object, object] | None = None
    while True:
        narrowed = rows.order_by(first, second)
        if last is not None:
            after = Q(**{f"{first}__gt": last[0]}) | Q(**{first: last[0], f"{second}__gt": last[1]})
            narrowed = narrowed.filter(after)
        chunk = list(narrowed[:_CHUNK])
        if not chunk:
            return
        yield chunk
        last = getattr(chunk[-1], first), getattr(chunk[-1], second)
