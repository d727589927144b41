"""What a person says about someone: equality answers, how to reach them, what an address is, who is related to
whom.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, visible
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import User
from wraparound.foundation.people.models import (
    Address,
    AddressKind,
    AddressReader,
    AnswerState,
    ChannelKind,
    ChannelSafety,
    Characteristic,
    ContactRule,
    EqualityAnswer,
    Relationship,
    RelationshipKind,
    SourceRecord,
)
from wraparound.foundation.people.permissions import check_can_record_for, check_can_type, may_try_unknown
from wraparound.foundation.people.rules import RULE, personally_connected
from wraparound.foundation.people.rules.keys import phone_of
from wraparound.foundation.people.services.keys import refresh_keys
from wraparound.foundation.people.services.proposals import propose_links
from wraparound.foundation.rulesets.queries import codes
from wraparound.kit.bulk import insert, rewrite, update
from wraparound.kit.errors import BadInput, NotNow, Refused


def set_equality_answer(
    *, record: SourceRecord, characteristic: str, state: str, by: Actor, code: str = "", said_by: str = "professional"
) -> EqualityAnswer:
    """What is known of one characteristic, or why nothing is. The answer before it is kept; the same again changes
    nothing.

    `said_by`: ``self``, ``professional`` or ``file``. Raises BadInput for a code that isn't in the pack's list.
    """
    return set_equality_answers(record=record, answers={characteristic: (state, code)}, by=by, said_by=said_by)[0]


def set_equality_answers(
    *, record: SourceRecord, answers: Mapping[str, tuple[str, str]], by: Actor, said_by: str = "professional"
) -> list[EqualityAnswer]:
    """The same for several characteristics at once: {characteristic: (state, code)}. Returns what is held of each."""
    check(by, "change", record)
    wanted = {name: (state, _code(name, state, code)) for name, (state, code) in answers.items()}
    with transaction.atomic(), lifted("set_equality_answer"):
        SourceRecord.objects.select_for_update().get(pk=record.pk)
        held = {
            answer.characteristic: answer
            for answer in EqualityAnswer.objects.filter(
                record=record, characteristic__in=list(wanted), replaced_at__isnull=True
            )
        }
        said = {name: (answer.state, answer.code, answer.said_by) for name, answer in held.items()}
        new = {
            name: EqualityAnswer(record=record, characteristic=name, state=state, code=code, said_by=said_by)
            for name, (state, code) in wanted.items()
            if said.get(name) != (state, code, said_by)
        }
        before = [held[name].pk for name in new if name in held]
        EqualityAnswer.objects.filter(pk__in=before).update(replaced_at=timezone.now())
        EqualityAnswer.objects.bulk_create(new.values())
        log.write_each(by, "set_equality_answer", [(record, {"characteristic": name}) for name in new])
    return [new.get(name) or held[name] for name in wanted]


def _code(characteristic: str, state: str, code: str) -> str:
    """The code of a known answer. Raises BadInput for one that isn't in the pack's list."""
    if characteristic not in Characteristic.values or state not in AnswerState.values:
        raise BadInput("Choose one of the answers.", characteristic)
    if state != AnswerState.KNOWN:
        return ""
    listed = codes(characteristic)
    if not code or (listed and code not in listed):
        raise BadInput("Choose an answer from the list, or say why it isn't known.", characteristic)
    return code


@dataclass(frozen=True)
class ChannelValues:
    """A way of reaching someone and what to mind, as a person says it."""

    channel: str
    value: str
    safety: str
    times: str = ""
    voicemail_allowed: bool = False
    note: str = ""


def add_contact_rule(*, record: SourceRecord, rule: ChannelValues, by: Actor, confirmed: bool = True) -> ContactRule:
    """Say how someone may or may not be reached. What the record said of the same channel before is ended, not
    overwritten.

    Raises BadInput for a safe channel without a number or address.
    """
    check(by, "change", record)
    value = " ".join(rule.value.split())
    if rule.channel not in ChannelKind.values or rule.safety not in ChannelSafety.values:
        raise BadInput("Choose how, and whether it is safe.", "channel")
    if not value and rule.safety != ChannelSafety.UNSAFE and rule.channel != ChannelKind.IN_PERSON:
        raise BadInput("Give the number or address that this is about.", "value")
    if rule.channel in (ChannelKind.PHONE, ChannelKind.TEXT) and value and not phone_of(value):
        raise BadInput("Enter a telephone number, like 07700 900 982.", "value")
    with transaction.atomic(), lifted("add_contact_rule"):
        SourceRecord.objects.select_for_update().get(pk=record.pk)
        same = [held for held in _live_rules(record, rule.channel) if _is_same(held.value, value)]
        if len(same) == 1 and _says(same[0]) == _says_values(rule, value):
            return _confirm(same[0], by) if confirmed else same[0]
        ContactRule.objects.filter(pk__in=[held.pk for held in same]).update(ended_at=timezone.now())
        made = ContactRule.objects.create(
            record=record,
            channel=rule.channel,
            value=value[:200],
            safety=rule.safety,
            times=rule.times.strip(),
            voicemail_allowed=rule.voicemail_allowed,
            note=rule.note.strip(),
            tried_at=next((held.tried_at for held in same if held.tried_at), None),
            confirmed_by_id=by.user_id if confirmed else None,
            confirmed_at=timezone.now() if confirmed else None,
        )
        refresh_keys(record)
        log.write(by, "add_contact_rule", made, record=str(record.pk), safety=rule.safety)
    return made


def confirm_contact_rule(*, rule: ContactRule, by: Actor) -> ContactRule:
    """Say that a rule still holds, as of now. Raises NotNow where its safety isn't known: that can't be confirmed."""
    check(by, "confirm", rule)
    with transaction.atomic(), lifted("confirm_contact_rule"):
        current = ContactRule.objects.select_for_update().get(pk=rule.pk)
        if current.ended_at is not None:
            raise NotNow("This rule was replaced meanwhile. Look at the one that holds now.")
        if current.safety == ChannelSafety.UNKNOWN:
            raise NotNow("Say first whether it is safe.")
        return _confirm(current, by)


def record_try(*, rule: ContactRule, by: Actor, agreed_referrer: object = None) -> ContactRule:
    """Log the one voice call that may be made where safety isn't known. A second one is refused.

    `agreed_referrer`: id of the referrer with whom the IDVA agreed that they try.
    """
    check(by, "try", rule)
    if not may_try_unknown(by, agreed_referrer):  # type: ignore[arg-type]  # any id compares
        raise Refused("Only the IDVA, or the referrer agreed with them, may try where safety isn't known.")
    with transaction.atomic(), lifted("record_try"):
        current = ContactRule.objects.select_for_update().get(pk=rule.pk)
        if current.channel != ChannelKind.PHONE or current.safety != ChannelSafety.UNKNOWN or current.tried_at:
            raise NotNow("Only one voice call to a number of unknown safety may be tried, and once.")
        current.tried_at, current.tried_by_id = timezone.now(), by.user_id
        current.save(update_fields=["tried_at", "tried_by"])
        log.write(by, "try_contact", current)
    return current


def _confirm(rule: ContactRule, by: Actor) -> ContactRule:
    rule.confirmed_by_id, rule.confirmed_at = by.user_id, timezone.now()
    rule.save(update_fields=["confirmed_by", "confirmed_at"])
    log.write(by, "confirm_contact_rule", rule)
    return rule


def _live_rules(record: SourceRecord, channel: str) -> list[ContactRule]:
    return list(ContactRule.objects.filter(record=record, channel=channel, ended_at__isnull=True))


def _is_same(held: str, value: str) -> bool:
    return (phone_of(held) or held.casefold()) == (phone_of(value) or value.casefold())


def _says(rule: ContactRule) -> tuple[object, ...]:
    return rule.safety, rule.times, rule.voicemail_allowed, rule.note


def _says_values(rule: ChannelValues, value: str) -> tuple[object, ...]:
    return rule.safety, rule.times.strip(), rule.voicemail_allowed, rule.note.strip()


def type_address(*, address: Address, kind: str, by: Actor) -> Address:
    """Say what an address is. Unconfirmed ones are protected like confidential ones until someone does."""
    check(by, "type", address)
    return _type_addresses({address.pk: kind}, by)[0]


def type_addresses_of(*, kinds: Mapping[SourceRecord, str], by: Actor) -> list[Address]:
    """The same for the present address of each of these records, as far as the actor may know of it."""
    rows = Address.objects.filter(record__in=list(kinds), ended_at__isnull=True).select_related("record")
    addresses = list(visible(by, rows))
    for address in addresses:
        check_can_type(by, address)
    return _type_addresses({address.pk: kinds[address.record] for address in addresses}, by)


def _type_addresses(kinds: Mapping[UUID, str], by: Actor) -> list[Address]:
    if any(kind not in AddressKind.values for kind in kinds.values()):
        raise BadInput("Choose what this address is.", "kind")
    with transaction.atomic(), lifted("type_address"):
        held = list(Address.objects.select_for_update().filter(pk__in=kinds).order_by("pk"))
        changed = [one for one in held if one.kind != kinds[one.pk] or one.typed_at is None]
        detail = [(one, {"before": one.kind, "kind": kinds[one.pk]}) for one in changed]
        for address in changed:
            address.kind, address.typed_by_id, address.typed_at = kinds[address.pk], by.user_id, timezone.now()
        rewrite(changed, ["kind", "typed_by", "typed_at"])
        log.write_each(by, "type_address", detail)
    return held


def add_address(*, record: SourceRecord, lines: str, postcode: str, kind: str, by: Actor) -> Address:
    """A new address of the organisation's own record; the one before it is ended and stays protected as it was."""
    check(by, "change", record)
    lines, postcode = " ".join(lines.split())[:400], " ".join(postcode.upper().split())[:12]
    if not lines and not postcode:
        raise BadInput("Give the address, or at least its postcode.", "lines")
    if kind not in AddressKind.values:
        raise BadInput("Choose what this address is.", "kind")
    with transaction.atomic(), lifted("add_address"):
        SourceRecord.objects.select_for_update().get(pk=record.pk)
        live = Address.objects.filter(record=record, ended_at__isnull=True)
        same = live.filter(lines=lines, postcode=postcode, kind=kind).first()
        if same is not None:
            return same
        live.update(ended_at=timezone.now())
        made = Address.objects.create(
            record=record, lines=lines, postcode=postcode, kind=kind, typed_by_id=by.user_id, typed_at=timezone.now()
        )
        refresh_keys(record)
        log.write(by, "add_address", made, kind=kind)
    return made


def name_address_reader(*, address: Address, user: User, reason: str, by: Actor) -> AddressReader:
    """Name someone to whom a protected address is shown, and say why. Naming oneself is logged like any other."""
    check(by, "name_reader", address)
    if not reason.strip():
        raise BadInput("Say why this person needs the address.", "reason")
    with transaction.atomic(), lifted("name_address_reader"):
        reader, is_new = AddressReader.objects.get_or_create(
            address=address, user=user, defaults={"named_by_id": by.user_id, "reason": " ".join(reason.split())[:300]}
        )
        if is_new:
            log.write(by, "name_address_reader", address, reader=str(user.pk))
    return reader


@dataclass(frozen=True)
class RelationshipValues:
    """How the first of two records is related to the second; words as in `incidents.csv`."""

    from_record: SourceRecord
    to_record: SourceRecord
    kind: str
    ended: str = ""
    separated_on: datetime.date | None = None
    shared_child: bool = False


def record_relationship(
    *,
    from_record: SourceRecord,
    to_record: SourceRecord,
    kind: str,
    by: Actor,
    ended: str = "",
    separated_on: datetime.date | None = None,
    shared_child: bool = False,
) -> Relationship:
    """How two people are connected, with the limb of s2 of the Act that the rules find and why.

    The record that says so (one of the two) must be of the actor's organisation. The same kind again is brought
    up to date; the same again changes nothing. Raises BadInput for a relationship of someone to themselves.
    """
    if not by.is_system and by.organisation_id not in (from_record.organisation_id, to_record.organisation_id):
        raise Refused("One of the two records must be your own organisation's.")
    check_can_record_for(by, by.organisation_id or 0)
    values = RelationshipValues(from_record, to_record, kind, ended, separated_on, shared_child)
    rows = Relationship.objects.filter(from_record=from_record, to_record=to_record, kind=kind)
    with transaction.atomic(), lifted("record_relationship"):
        # One writer a pair: two at once would both find nothing there.
        list(SourceRecord.objects.select_for_update().filter(pk__in=[from_record.pk, to_record.pk]).order_by("pk"))
        before = rows.first()
        if before is not None and _restated(values) == tuple(getattr(before, name) for name in _RESTATED):
            return before
        record_relationships(relationships=[values], by=by)
        held = rows.get()
        log.write(by, "record_relationship", held)
        # Whom someone is recorded with says who they may be.
        propose_links([from_record.pk, to_record.pk])
    return held


_RESTATED = ("ended", "separated_on", "shared_child", "limb", "limb_reason", "rule_version")
_KINDS = frozenset(RelationshipKind.values)


def record_relationships(*, relationships: Sequence[RelationshipValues], by: Actor) -> None:
    """The same for a batch, in three queries: for importers, who have checked whose records they are."""
    wanted = {(r.from_record.pk, r.to_record.pk, r.kind): _restated(r) for r in relationships}
    with transaction.atomic(), lifted("record_relationship"):
        rows = Relationship.objects.select_for_update().filter(
            from_record__in={key[0] for key in wanted}, to_record__in={key[1] for key in wanted}
        )
        held = rows.values_list("from_record_id", "to_record_id", "kind", "pk", *_RESTATED)
        there = {key: (row[3], row[4:]) for row in held if (key := row[:3]) in wanted}
        changed = [(pk, wanted[key]) for key, (pk, said) in there.items() if said != wanted[key]]
        update(Relationship, [{"pk": pk, **dict(zip(_RESTATED, said, strict=True))} for pk, said in changed])
        new = [
            {"from_record_id": a, "to_record_id": b, "kind": kind, **dict(zip(_RESTATED, said, strict=True))}
            for (a, b, kind), said in wanted.items()
            if (a, b, kind) not in there
        ]
        insert(Relationship, new, ignore_conflicts=True)


def _restated(r: RelationshipValues) -> tuple[object, ...]:
    """What is brought up to date when a relationship is told again: the values of `_RESTATED`."""
    if r.kind not in _KINDS:
        raise BadInput("Choose how they are related.", "kind")
    if r.from_record.pk == r.to_record.pk or r.from_record.person_id == r.to_record.person_id:
        raise BadInput("Nobody is related to themselves.", "to_record")
    limb = personally_connected(r.kind, r.ended, r.shared_child)
    return r.ended, r.separated_on, r.shared_child, limb.letter, limb.reason, RULE
