"""Source records: what one organisation says about someone, new, the same, or changed since."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.people.models import Person, SourceRecord, SourceRecordVersion
from wraparound.foundation.people.permissions import check_can_record_for
from wraparound.foundation.people.services.details import write_details
from wraparound.foundation.people.services.keys import say_that_they_arrived, write_keys
from wraparound.foundation.people.services.proposals import propose_links
from wraparound.foundation.people.values import PersonValues
from wraparound.kit.bulk import insert, insert_objects, rewrite
from wraparound.kit.errors import BadInput
from wraparound.kit.ids import new_id

_TEXTS = ("family_name", "given_names", "sex", "gender_identity", "language")
_FIELDS = (*_TEXTS, "aliases", "dob", "dob_alternatives", "interpreter_needed")


class Recorded(NamedTuple):
    """A record after it was written, and whether it was ``new``, the ``same``, or ``changed``."""

    record: SourceRecord
    outcome: str


def record_person(*, organisation: Organisation, external_ref: str, values: PersonValues, by: Actor) -> SourceRecord:
    """Write what `organisation` holds on someone under its own reference: a new record, or a new version if it
    differs.

    Records that may be the same person are proposed to the link reviewer, silently. Raises Refused for another
    organisation's records, BadInput without a reference.
    """
    return record_people(organisation=organisation, people=[(external_ref, values)], by=by)[0]


def record_people(
    *, organisation: Organisation, people: Sequence[tuple[str, PersonValues]], by: Actor
) -> list[SourceRecord]:
    """The same for several (external reference, values), in as many queries as for one. Returns a record for each."""
    with transaction.atomic():
        written = _write(organisation=organisation, people=people, by=by)
        changed = [(r.record, r.outcome) for r in written.values() if r.outcome != "same"]
        log.write_each(
            by,
            "record_person",
            [(record, {"outcome": outcome, "version": record.version}) for record, outcome in changed],
        )
        propose_links([record.pk for record, _ in changed])
    return [written[ref.strip()].record for ref, _ in people]


def bulk_record_people(
    *, organisation: Organisation, people: Sequence[tuple[str, PersonValues]], by: Actor
) -> dict[str, Recorded]:
    """The same for a batch of (external reference, values), in a fixed number of queries: for importers.

    A reference that comes twice is written once, as it came last. Candidates are looked for in the background
    (``people.records_arrived``). Memory is bounded by the batch: about a thousand at a time is right.
    """
    with transaction.atomic():
        return _write(organisation=organisation, people=people, by=by, candidates_later=True)


def _write(
    *,
    organisation: Organisation,
    people: Sequence[tuple[str, PersonValues]],
    by: Actor,
    candidates_later: bool = False,
) -> dict[str, Recorded]:
    check_can_record_for(by, organisation.pk)
    wanted = {ref.strip(): values for ref, values in people}
    if "" in wanted or any(len(ref) > 100 for ref in wanted):
        raise BadInput("Each person needs the organisation's own reference, of at most 100 signs.", "external_ref")
    with lifted("record_people"):
        # One writer an organisation: two imports at once would make the same person twice.
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        rows = SourceRecord.objects.filter(organisation=organisation, external_ref__in=list(wanted))
        if candidates_later:
            rows = rows.only("organisation", "external_ref", "person", "content_hash")
        held = {record.external_ref: record for record in rows}
        result = {ref: _outcome(organisation, ref, values, held.get(ref)) for ref, values in wanted.items()}
        if candidates_later:
            result |= _read_whole({ref: r for ref, r in result.items() if r.outcome == "changed"})
        new = [(r.record, wanted[ref]) for ref, r in result.items() if r.outcome == "new"]
        changed = [(r.record, wanted[ref]) for ref, r in result.items() if r.outcome == "changed"]
        _create(new)
        _change(changed)
        write_details(new=new, changed=changed)
        with_keys = write_keys(new=new, changed=[record for record, _ in changed])
        if candidates_later:
            say_that_they_arrived(organisation.pk, with_keys)
    return result


def _read_whole(changed: Mapping[str, Recorded]) -> dict[str, Recorded]:
    """The same with all that is held of each record: what changes is kept as it was."""
    whole = SourceRecord.objects.in_bulk([recorded.record.pk for recorded in changed.values()])
    return {ref: Recorded(whole[r.record.pk], r.outcome) for ref, r in changed.items()}


def _outcome(organisation: Organisation, ref: str, values: PersonValues, held: SourceRecord | None) -> Recorded:
    digest = values.content_hash()
    if held is None:
        pk = new_id()  # the record begins as a person of its own, under the same id
        record = SourceRecord(
            id=pk, person_id=pk, organisation_id=organisation.pk, external_ref=ref, content_hash=digest
        )
        _take_over(record, values)
        return Recorded(record, "new")
    return Recorded(held, "same" if held.content_hash == digest else "changed")


def _take_over(record: SourceRecord, values: PersonValues) -> None:
    """Put what was supplied into the record; what is empty was not supplied and leaves what is held."""
    for name in _TEXTS:
        if text := getattr(values, name).strip():
            setattr(record, name, text)
    if values.aliases:
        record.aliases = [alias.strip() for alias in values.aliases if alias.strip()]
    if values.dob:
        record.dob = values.dob
    if values.dob_alternatives:
        record.dob_alternatives = [day.isoformat() for day in values.dob_alternatives]
    if values.interpreter_needed is not None:
        record.interpreter_needed = values.interpreter_needed


def _create(new: Sequence[tuple[SourceRecord, PersonValues]]) -> None:
    insert(Person, [{"id": record.pk} for record, _ in new])
    insert_objects([record for record, _ in new])


def _change(changed: Sequence[tuple[SourceRecord, PersonValues]]) -> None:
    now = timezone.now()
    SourceRecordVersion.objects.bulk_create(
        SourceRecordVersion(record=record, version=record.version, values=_as_json(record), replaced_at=now)
        for record, _ in changed
    )
    for record, values in changed:
        _take_over(record, values)
        record.content_hash = values.content_hash()
        record.version += 1
        record.updated_at = now
    rewrite([record for record, _ in changed], [*_FIELDS, "content_hash", "version", "updated_at"])


def _as_json(record: SourceRecord) -> dict[str, object]:
    held = {name: getattr(record, name) for name in _FIELDS}
    return {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in held.items()}
