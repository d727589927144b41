"""What is held, unnarrowed: for services, matching and redaction, never for a page."""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from wraparound.foundation.access.redaction import HeldAddress
from wraparound.foundation.access.shown import asked_once
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.people.models import Address, AddressReader, Appearance, ContactRule, SourceRecord
from wraparound.foundation.people.rules import Facts, phone_of, postcode_of
from wraparound.foundation.people.values import PersonValues


def held_values(records: Sequence[SourceRecord]) -> dict[UUID, PersonValues]:
    """{record id: what it holds now}, with its current address and numbers. Two queries."""
    ids = [record.pk for record in records]
    places = {a.record_id: a for a in Address.objects.filter(record__in=ids, ended_at__isnull=True)}
    phones: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for rule in ContactRule.objects.filter(record__in=ids, ended_at__isnull=True, channel__in=("phone", "text")):
        phones[rule.record_id].append((rule.value, rule.safety))
    return {record.pk: _values(record, places.get(record.pk), tuple(phones[record.pk])) for record in records}


def _values(record: SourceRecord, place: Address | None, phones: tuple[tuple[str, str], ...]) -> PersonValues:
    return PersonValues(
        family_name=record.family_name,
        given_names=record.given_names,
        aliases=tuple(record.aliases),
        dob=record.dob,
        dob_alternatives=tuple(datetime.date.fromisoformat(day) for day in record.dob_alternatives),
        sex=record.sex,
        gender_identity=record.gender_identity,
        language=record.language,
        interpreter_needed=record.interpreter_needed,
        phones=phones,
        address_lines=place.lines if place else "",
        postcode=place.postcode if place else "",
        address_kind=place.kind if place else "unconfirmed",
    )


def held_facts(ids: Iterable[str]) -> dict[str, Facts]:
    """{record id: what is compared of it}, former addresses and numbers too; ids as the database writes them.

    Three queries. Read as text where there are thousands: most lists of other names are empty.
    """
    wanted = set(ids)
    of_record = Cast("record_id", TextField())
    postcodes: dict[str, set[str]] = defaultdict(set)
    for record_id, postcode in Address.objects.filter(record__among=wanted).values_list(of_record, "postcode"):
        postcodes[record_id].add(postcode_of(postcode))
    phones: dict[str, set[str]] = defaultdict(set)
    numbers = ContactRule.objects.filter(record__among=wanted, channel__in=("phone", "text"))
    for record_id, value in numbers.values_list(of_record, "value"):
        phones[record_id].add(phone_of(value))
    as_text = [Cast(name, TextField()) for name in ("pk", "aliases", "dob_alternatives")]
    rows = SourceRecord.objects.filter(pk__among=wanted).values_list(
        *as_text, "family_name", "given_names", "dob", "sex"
    )
    return {
        pk: Facts(
            names=tuple(name for name in [(family, given), *((alias, "") for alias in _listed(aliases))] if any(name)),
            days=tuple(filter(None, [dob, *map(datetime.date.fromisoformat, _listed(others))])),
            postcodes=frozenset(postcodes[pk] - {""}),
            phones=frozenset(phones[pk] - {""}),
            sex=sex,
        )
        for pk, aliases, others, family, given, dob, sex in rows
    }


def _listed(text: str) -> list[str]:
    """A list of texts that was read as it is stored."""
    return json.loads(text) if text != "[]" else []


def held_addresses(*, record_ids: Iterable[UUID]) -> list[HeldAddress]:
    """Every address, former ones too, of everyone who has one of these records, with who is named to read it.

    Unnarrowed, for redaction: an address that only a refuge holds must be taken out of what anyone wrote. One query.
    """
    with lifted("redaction"):
        persons = SourceRecord.objects.filter(pk__in=list(record_ids)).values("person_id")
        return [held for _, held in _held(Address.objects.filter(record__person_id__in=persons))]


def held_addresses_of_person(person_id: UUID) -> list[HeldAddress]:
    """The same of one person."""
    with lifted("redaction"):
        return [held for _, held in _held(Address.objects.filter(record__person_id=person_id))]


def held_addresses_of_matter(matter_id: UUID) -> list[HeldAddress]:
    """The same of everyone who appears in a matter."""
    return held_addresses_of_matters([matter_id])[matter_id]


def held_addresses_of_matters(matter_ids: Iterable[UUID]) -> dict[UUID, list[HeldAddress]]:
    """The same for the rows of a list: {matter id: addresses}. Two queries; on one page, once for each."""
    wanted = set(matter_ids)
    known: dict[UUID, list[HeldAddress]] = asked_once("held addresses of matters", dict)
    if new := wanted - known.keys():
        known |= _held_of_matters(new)
    return {matter_id: known[matter_id] for matter_id in wanted}


def _held_of_matters(matter_ids: Iterable[UUID]) -> dict[UUID, list[HeldAddress]]:
    found: dict[UUID, list[HeldAddress]] = {matter_id: [] for matter_id in matter_ids}
    with lifted("redaction"):
        matters: dict[UUID, set[UUID]] = defaultdict(set)
        appearances = Appearance.objects.filter(matter_id__in=list(found))
        for matter_id, person_id in appearances.values_list("matter_id", "record__person_id"):
            matters[person_id].add(matter_id)
        for person_id, held in _held(Address.objects.filter(record__person_id__in=list(matters))):
            for matter_id in matters[person_id]:
                found[matter_id].append(held)
    return found


def as_held(address: Address, readers: Iterable[str]) -> HeldAddress:
    """An address as redaction needs it."""
    return HeldAddress(address.lines, address.postcode, address.kind, frozenset(readers))


def _held(rows: QuerySet[Address]) -> list[tuple[UUID, HeldAddress]]:
    """(person id, address) of each, with its readers. One query."""
    named: dict[UUID, set[str]] = defaultdict(set)
    places: dict[UUID, tuple[UUID, str, str, str]] = {}
    values = rows.values_list("pk", "record__person_id", "lines", "postcode", "kind", "readers__user_id")
    for pk, person_id, lines, postcode, kind, user_id in values.order_by("pk"):
        places[pk] = (person_id, lines, postcode, kind)
        if user_id is not None:
            named[pk].add(str(user_id))
    return [
        (person_id, HeldAddress(lines, postcode, kind, frozenset(named[pk])))
        for pk, (person_id, lines, postcode, kind) in places.items()
    ]


def _readers(addresses: Sequence[Address]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    named = AddressReader.objects.filter(address__in=[address.pk for address in addresses])
    for address_id, user_id in named.values_list("address_id", "user_id"):
        found[address_id].add(str(user_id))
    return found


def readers_of(addresses: Sequence[Address]) -> dict[UUID, set[str]]:
    """{address id: ids of the users who are named to read it}. One query."""
    with lifted("redaction"):
        return _readers(addresses)


def same_person_records(record: SourceRecord) -> list[SourceRecord]:
    """Every record that is linked to the same person, this one too. Unnarrowed: for services."""
    with lifted("same_person"):
        person_id = SourceRecord.objects.values_list("person_id", flat=True).get(pk=record.pk)
        return list(
            SourceRecord.objects.filter(person_id=person_id).select_related("organisation").order_by("created_at", "pk")
        )


def persons_of_matters(matter_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """{matter id: ids of the persons who appear in it}. Unnarrowed: for services. One query."""
    found: dict[UUID, set[UUID]] = {matter_id: set() for matter_id in matter_ids}
    with lifted("persons_of_matters"):
        rows = Appearance.objects.filter(matter_id__in=list(found)).values_list("matter_id", "record__person_id")
        for matter_id, person_id in rows:
            found[matter_id].add(person_id)
    return found


def matters_of_persons(person_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """{person id: ids of the matters in which the person appears}. Unnarrowed: for services. One query."""
    found: dict[UUID, set[UUID]] = {person_id: set() for person_id in person_ids}
    with lifted("matters_of_persons"):
        rows = Appearance.objects.filter(record__person_id__in=list(found))
        for person_id, matter_id in rows.values_list("record__person_id", "matter_id"):
            found[person_id].add(matter_id)
    return found
