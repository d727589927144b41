"""What hangs on a source record: addresses, channels and equality answers, as they come with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from wraparound.foundation.people.models import (
    Address,
    AddressKind,
    AnswerState,
    ChannelKind,
    ChannelSafety,
    ContactRule,
    EqualityAnswer,
    SourceRecord,
)
from wraparound.foundation.people.rules import phone_of, postcode_of
from wraparound.foundation.people.values import PersonValues
from wraparound.kit.bulk import insert

M = TypeVar("M", bound=Model)
Pairs = Sequence[tuple[SourceRecord, PersonValues]]
_ADDRESS_KINDS, _SAFETIES = frozenset(AddressKind.values), frozenset(ChannelSafety.values)


def write_details(*, new: Pairs, changed: Pairs) -> None:
    """Write addresses, telephone numbers and equality answers of records, in a fixed number of queries.

    A former address is ended, never overwritten. A number that a person has confirmed keeps its safety, unless
    the file now calls it unsafe. An answer that was known isn't replaced by one that was not asked for.
    """
    ids = [record.pk for record, _ in changed]
    _write_addresses([*new, *changed], _by_record(Address.objects.filter(ended_at__isnull=True), ids))
    _write_phones([*new, *changed], _by_record(ContactRule.objects.filter(ended_at__isnull=True), ids))
    _write_answers([*new, *changed], _by_record(EqualityAnswer.objects.filter(replaced_at__isnull=True), ids))


def _by_record(rows: Iterable[M], ids: Sequence[UUID]) -> dict[UUID, list[M]]:
    found: dict[UUID, list[M]] = defaultdict(list)
    if ids:
        for row in rows.filter(record__in=ids):  # type: ignore[attr-defined]  # a queryset of any of the three
            found[row.record_id].append(row)
    return found


def _write_addresses(pairs: Pairs, held: dict[UUID, list[Address]]) -> None:
    new: list[dict[str, Any]] = []
    ended = []
    for record, values in pairs:
        if not values.has_address:
            continue
        mine = held.get(record.pk, [])
        lines, postcode = " ".join(values.address_lines.split())[:400], values.postcode.strip().upper()[:12]
        if any(_same_address(address, lines, postcode) for address in mine):
            continue
        ended += [address.pk for address in mine]
        kind = values.address_kind if values.address_kind in _ADDRESS_KINDS else AddressKind.UNCONFIRMED.value
        place = {"lines": lines, "postcode": postcode, "kind": kind, "area_id": values.area_id}
        new.append({"record_id": record.pk, **place})
    if ended:
        Address.objects.filter(pk__in=ended).update(ended_at=timezone.now())
    insert(Address, new)


def _same_address(address: Address, lines: str, postcode: str) -> bool:
    if address.lines.casefold() != lines.casefold():
        return False
    return (postcode_of(address.postcode) or address.postcode) == (postcode_of(postcode) or postcode)


def _write_phones(pairs: Pairs, held: dict[UUID, list[ContactRule]]) -> None:
    new: dict[tuple[UUID, str], dict[str, Any]] = {}
    ended = []
    for record, values in pairs:
        mine = {phone_of(rule.value) or rule.value: rule for rule in held.get(record.pk, []) if rule.channel == "phone"}
        for text, said in values.phones:
            number, safety = text.strip()[:200], said if said in _SAFETIES else ChannelSafety.UNKNOWN.value
            same = phone_of(number) or number
            before = mine.get(same)
            if not number or (before is not None and not _says_more(before, safety)):
                continue
            if before is not None:
                ended.append(before.pk)
            channel = {"channel": ChannelKind.PHONE.value, "value": number, "safety": safety}
            new[(record.pk, same)] = {"record_id": record.pk, **channel}
    if ended:
        ContactRule.objects.filter(pk__in=ended).update(ended_at=timezone.now())
    insert(ContactRule, list(new.values()))


def _says_more(before: ContactRule, safety: str) -> bool:
    """Whether a file's word replaces the one held: that it is unsafe always does, what a person confirmed
    otherwise stays.
    """
    if safety == before.safety:
        return False
    return safety == ChannelSafety.UNSAFE or (not before.confirmed_at and safety != ChannelSafety.UNKNOWN)


def _write_answers(pairs: Pairs, held: dict[UUID, list[EqualityAnswer]]) -> None:
    new: list[dict[str, Any]] = []
    replaced = []
    for record, values in pairs:
        mine = {answer.characteristic: answer for answer in held.get(record.pk, [])}
        for characteristic, (state, code) in values.equality.items():
            now_held = mine.get(characteristic)
            if now_held and (state == AnswerState.NOT_ASKED or (now_held.state, now_held.code) == (state, code)):
                continue
            if now_held:
                replaced.append(now_held.pk)
            answer = {"characteristic": characteristic, "state": state, "code": code, "said_by": "file"}
            new.append({"record_id": record.pk, **answer})
    if replaced:
        EqualityAnswer.objects.filter(pk__in=replaced).update(replaced_at=timezone.now())
    insert(EqualityAnswer, new)
