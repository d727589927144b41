"""A person's page: what several agencies say, each with its name, and nothing that the reader may not have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from markupsafe import Markup

from wraparound.foundation.access.redaction import address_for, text_for
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.foundation.people.models import (
    Address,
    AddressKind,
    AnswerState,
    ChannelKind,
    ChannelSafety,
    Characteristic,
    ContactRule,
    Relationship,
    RelationshipKind,
    SourceRecord,
)
from wraparound.foundation.people.panels import PersonPanel, person_panels
from wraparound.foundation.people.permissions import can_confirm, can_type
from wraparound.foundation.people.presenters.emergencies import banner_until
from wraparound.foundation.people.presenters.links import reasons_in_words
from wraparound.foundation.people.presenters.summaries import age_of, born, holder_of, reference_of
from wraparound.foundation.people.queries import PersonFile, as_held
from wraparound.foundation.people.queries.page import Link
from wraparound.foundation.rulesets.queries import codes, label_of
from wraparound.kit.jinja import day, moment

SAID_BY = {"self": "The person", "professional": "A professional", "file": "Came in a file"}
_INTERPRETER: dict[bool | None, str] = {
    None: "",
    True: ", interpreter needed",
    False: ", no interpreter needed",
}
_SEX = {"female": "Female", "male": "Male", "unknown": "Not known", "declined": "Declined to say"}


@dataclass(frozen=True)
class PersonPage:
    """What the template of a person's page draws."""

    pk: UUID
    name: str
    banner: str
    is_safe: bool
    why: str
    who: list[tuple[str, str]]
    records: list[RecordRow]
    may_write: bool
    shows_details: bool
    channels: list[ChannelRow]
    addresses: list[AddressRow]
    answers: list[list[object]]
    nodes: list[dict[str, object]]
    edges: list[dict[str, object]]
    connections: list[list[object]]
    width: int
    height: int
    panels: list[PersonPanel] = field(default_factory=list)
    looks: list[list[object]] | None = None
    emergency: str = ""


@dataclass(frozen=True)
class RecordRow:
    """One agency's record, and why it is held to be this person's."""

    agency: str
    reference: str
    name: str
    born: str
    because: str
    undo_href: str = ""


@dataclass(frozen=True)
class ChannelRow:
    """One way of reaching someone, with what this reader may do."""

    channel: str
    value: str
    safety: str
    tone: str
    advice: str
    detail: str
    said_by: str
    confirm_href: str = ""
    tried_href: str = ""


@dataclass(frozen=True)
class AddressRow:
    """One address as this reader may see it."""

    kind: str
    tone: str
    text: str
    agency: str
    when: str
    type_href: str = ""


def person_page(actor: Actor, file: PersonFile) -> PersonPage:
    """Everything on the page in words, redacted for this reader."""
    best = file.records[0]
    works = actor.role in WORKING_WITH_PEOPLE
    nodes, edges = _family(file)
    panels = [panel for source in person_panels if (panel := source(actor, [r.pk for r in file.records]))]
    return PersonPage(
        pk=file.person.pk,
        name=best.full_name,
        banner=_clean(file, file.guidance.sentence),
        is_safe=file.guidance.is_safe,
        why=file.guidance.why,
        who=_who(file.records),
        records=[_record_row(actor, record, file.links.get(record.pk)) for record in file.records],
        may_write=works,
        shows_details=works,
        channels=_channels(actor, file),
        addresses=[_address_row(actor, file, address) for address in file.addresses],
        answers=_answers(file),
        nodes=nodes,
        edges=edges,
        connections=_connections(file),
        width=_WIDTH,
        height=_height(len(nodes) - 1),
        panels=panels if works else [],
        emergency=banner_until(file.open_until),
        looks=None if file.looks is None else [[moment(x.at), x.who, x.role, x.purpose] for x in file.looks],
    )


def _clean(file: PersonFile, text: str) -> str:
    return text_for(text, file.protected, file.audience)


def _who(records: Sequence[SourceRecord]) -> list[tuple[str, str]]:
    """Everything that the records say of who this is, each value once."""
    names = dict.fromkeys(record.full_name for record in records)
    others = dict.fromkeys(alias for record in records for alias in record.aliases if alias not in names)
    birthdays = dict.fromkeys(born(record) for record in records if record.dob)
    more_days = dict.fromkeys(other for record in records for other in record.dob_alternatives)
    languages = dict.fromkeys(_language(record) for record in records if record.language)
    genders = dict.fromkeys(record.gender_identity for record in records if record.gender_identity)
    rows = [
        ("Names", "; ".join(names)),
        ("Other names in use", "; ".join(others)),
        ("Birthday", "; ".join(birthdays) or "Not known"),
        ("Other birthdays in use", "; ".join(more_days)),
        ("Sex", "; ".join(dict.fromkeys(_SEX[record.sex] for record in records if record.sex in _SEX)) or "Not asked"),
        ("Gender identity", "; ".join(genders)),
        ("Language", "; ".join(languages)),
    ]
    return [(label, value) for label, value in rows if value]


def _language(record: SourceRecord) -> str:
    return label_of("languages", record.language) + _INTERPRETER[record.interpreter_needed]


def _record_row(actor: Actor, record: SourceRecord, link: Link | None) -> RecordRow:
    because, undo = "The record that this page began with" if link is None else "", ""
    if link is not None:
        words = reasons_in_words(link.reasons) or ["recorded from this person's page"]
        with_whom = holder_of(link.other)
        because = f"Held to be one with {with_whom} since {day(link.decision.decided_at)}: {', '.join(words)}"
        if actor.has_role(Role.LINK_REVIEWER):
            undo = reverse("people:link-undo", args=[link.decision.pk])
    return RecordRow(
        agency=record.organisation.short_name,
        reference=reference_of(record),
        name=record.full_name,
        born=born(record),
        because=because,
        undo_href=undo,
    )


_SAFETY_TONES = {"safe": "done", "unsafe": "late", "unknown": "waiting"}


def _channels(actor: Actor, file: PersonFile) -> list[ChannelRow]:
    advice = {one.channel.rule_id: one for one in file.guidance.channels}
    shown = [rule for rule in file.rules if str(rule.pk) in advice]
    return [_channel_row(actor, file, rule, advice[str(rule.pk)]) for rule in shown]


def _channel_row(actor: Actor, file: PersonFile, rule: ContactRule, advice: Any) -> ChannelRow:
    blocked = advice.sentence.startswith("Not safe")
    safety = ChannelSafety.UNSAFE if blocked else rule.safety
    parts = [rule.times, "voicemail allowed" if rule.voicemail_allowed else "no voicemail", rule.note]
    if rule.channel != ChannelKind.PHONE:
        parts.pop(1)
    said = f"{rule.record.organisation.short_name}, "
    said += (
        f"confirmed {day(rule.confirmed_at)}"
        if rule.confirmed_at
        else f"recorded {day(rule.recorded_at)}, not confirmed"
    )
    may_confirm = rule.safety != ChannelSafety.UNKNOWN and can_confirm(actor, rule)
    return ChannelRow(
        channel=ChannelKind(rule.channel).label,
        value=_clean(file, rule.value) or "–",
        safety=ChannelSafety(safety).label,
        tone=_SAFETY_TONES[safety],
        advice=_clean(file, advice.sentence),
        detail=_clean(file, "; ".join(part for part in parts if part)),
        said_by=said,
        confirm_href=reverse("people:contact-confirm", args=[rule.pk]) if may_confirm else "",
        tried_href=reverse("people:contact-tried", args=[rule.pk]) if advice.may_try_once else "",
    )


_ADDRESS_TONES = {
    "safe": "done",
    "shared": "late",
    "confidential": "stopped",
    "unsafe_area": "late",
    "unconfirmed": "waiting",
}


def address_line(file_readers: set[str] | frozenset[str], address: Address, audience: Any) -> str:
    """An address as `audience` may read it."""
    return address_for(as_held(address, file_readers), audience)


def _address_row(actor: Actor, file: PersonFile, address: Address) -> AddressRow:
    when = f"since {day(address.recorded_at)}"
    if address.ended_at:
        when = f"until {day(address.ended_at)}"
    if address.typed_at and address.typed_by:
        when += f", typed by {address.typed_by.name} on {day(address.typed_at)}"
    return AddressRow(
        kind=AddressKind(address.kind).label,
        tone=_ADDRESS_TONES[address.kind],
        text=address_line(file.readers.get(address.pk, set()), address, file.audience),
        agency=address.record.organisation.short_name,
        when=when,
        type_href=reverse("people:address-type", args=[address.pk]) if can_type(actor, address) else "",
    )


def _answers(file: PersonFile) -> list[list[object]]:
    """Each characteristic with every answer that is held, who said so and when; "Not asked" where there is none."""
    rows: list[list[object]] = []
    known = {answer.characteristic for answer in file.answers if answer.code}
    labels = {characteristic: codes(characteristic) for characteristic in known}
    for characteristic in Characteristic:
        held = [answer for answer in file.answers if answer.characteristic == characteristic]
        rows += [
            [
                characteristic.label,
                labels[characteristic].get(answer.code, answer.code)
                if answer.code
                else AnswerState(answer.state).label,
                SAID_BY.get(answer.said_by, answer.said_by),
                answer.record.organisation.short_name,
                day(answer.recorded_at),
            ]
            for answer in held
        ] or [[characteristic.label, "Not asked", "", "", ""]]
    return rows


_WIDTH, _ROW = 760, 110  # of the drawing, in pixels; of one line of boxes in it


def _family(file: PersonFile) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """The drawing: this person in the middle, the others around; each person once, whichever record says it."""
    me = file.person.pk
    others: dict[UUID, SourceRecord] = {}
    edges: dict[tuple[UUID, UUID, str], dict[str, object]] = {}
    for relationship in file.relationships:
        a, b = relationship.from_record, relationship.to_record
        for record in (a, b):
            if record.person_id != me:
                others.setdefault(record.person_id, record)
        edges.setdefault(
            (a.person_id, b.person_id, relationship.kind),
            {"from": str(a.person_id), "to": str(b.person_id), "text": _short(relationship)},
        )
    if not others:
        return [], []
    middle, tall = _WIDTH // 2, _height(len(others)) // 2
    nodes = [_node(file.records[0], str(me), middle, tall, "this person")]
    for position, (person_id, record) in enumerate(others.items()):
        angle = 2 * math.pi * position / len(others)
        x, y = middle + round(300 * math.cos(angle)), tall + round((tall - 30) * math.sin(angle))
        nodes.append(_node(record, str(person_id), x, y, _generation(record)))
    return nodes, list(edges.values())


def _height(others: int) -> int:
    """Of the drawing: one line of boxes for two others, more room for more."""
    return _ROW if others <= 2 else 3 * _ROW


def _node(record: SourceRecord, node_id: str, x: int, y: int, role: str) -> dict[str, object]:
    name = record.full_name
    return {"id": node_id, "x": x, "y": y, "name": name if len(name) <= 18 else f"{name[:17]}…", "role": role}


def _generation(record: SourceRecord) -> str:
    age = age_of(record)
    if age is None:
        return "age not known"
    return "child" if age < 18 else f"aged {age}"


def _short(relationship: Relationship) -> str:
    """The relationship in the few words that a line of the drawing has room for."""
    text = RelationshipKind(relationship.kind).label
    return f"{text}, ended" if relationship.ended == "yes" or relationship.separated_on else text


def _kind(relationship: Relationship) -> str:
    text = RelationshipKind(relationship.kind).label
    if relationship.separated_on:
        return f"{text}, separated {day(relationship.separated_on)}"
    return f"{text}, ended" if relationship.ended == "yes" else text


def _connections(file: PersonFile) -> list[list[object]]:
    """What the Act says of each relationship; what several agencies' records say alike stands once."""
    rows: dict[tuple[UUID, UUID, str, str], list[object]] = {}
    for relationship in file.relationships:
        a, b, kind = relationship.from_record, relationship.to_record, _kind(relationship)
        row = [_person_link(file, a), kind, _person_link(file, b), relationship.limb_reason]
        rows.setdefault((a.person_id, b.person_id, kind, relationship.limb_reason), row)
    return list(rows.values())


def _person_link(file: PersonFile, record: SourceRecord) -> object:
    if record.person_id == file.person.pk:
        return record.full_name
    href = reverse("people:person", args=[record.person_id])
    return Markup(format_html('<a class="govuk-link" href="{}">{}</a>', href, record.full_name))  # noqa: S704  escaped
