"""A case at the head of its pages, in lists, and on its overview."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from wraparound.foundation.access.models import Exclusion
from wraparound.foundation.access.redaction import text_for
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people import queries as people
from wraparound.foundation.people.models import RelationshipKind
from wraparound.foundation.people.presenters.emergencies import banner_of
from wraparound.foundation.people.presenters.summaries import age_of, reference_of
from wraparound.foundation.rulesets.queries import codes
from wraparound.kit.jinja import day, shortday, shortmoment
from wraparound.kit.registry import ChronologyEntry, case_panels, case_tabs
from wraparound.response.cases import queries
from wraparound.response.cases.models import Case, CaseParty, ChildExposure, Disclosure, Incident, PartyRole
from wraparound.response.cases.permissions import can_exclude
from wraparound.response.cases.queries import Reader
from wraparound.response.cases.rules import ActCode

GRADES = {"high": "High", "medium": "Medium", "standard": "Standard"}
ICONS = {
    "incident": "!",
    "assessment": "◆",
    "referral": "→",
    "session": "◉",
    "commitment": "✓",
    "contact": "☎",
    "note": "✎",
    "fact": "■",
    "disclosure": "⇄",
    "involvement": "+",
}
LATEST = 5


@dataclass(frozen=True)
class PartyLine:
    """Someone in a case, in one line."""

    name: str
    role: str
    role_label: str
    age: str
    href: str
    held_by: str
    reference: str


@dataclass(frozen=True)
class CaseHead:
    """What stands at the head of each page of a case."""

    case: Case
    title: str
    who: str
    caption: str
    facts: list[tuple[str, str]]
    safety: str
    safety_is_safe: bool
    safety_href: str
    tabs: list[tuple[str, str, bool]]
    parties: list[PartyLine]
    may_exclude: bool
    reader: Reader
    emergency: str  # where it is open to the reader by an emergency: until when


def party_line(party: CaseParty) -> PartyLine:
    """One party. The name is shown only to who may see the party at all, which the query has decided."""
    age = age_of(party.record)
    return PartyLine(
        name=party.record.full_name,
        role=party.role,
        role_label=PartyRole(party.role).label,
        age=str(age) if age is not None else "",
        href=reverse("people:person", args=[party.record.person_id]),
        held_by=party.record.organisation.short_name,
        reference=reference_of(party.record),
    )


def distinct(parties: Iterable[CaseParty]) -> list[CaseParty]:
    """Each person once in each role, although several agencies' records may be of them."""
    seen: dict[tuple[uuid.UUID, str], CaseParty] = {}
    for party in parties:
        seen.setdefault((party.record.person_id, party.role), party)
    return list(seen.values())


def head(actor: Actor, case: Case, current: str) -> CaseHead:
    """The head of a page of a case; `current` is the text of its tab."""
    reader = queries.reader_of(actor, case.matter_id)
    parties = distinct(queries.parties(actor, case))
    lines = [party_line(p) for p in parties]
    by_role: dict[str, list[PartyLine]] = {}
    for line in lines:
        by_role.setdefault(line.role, []).append(line)
    victim = next((p for p in parties if p.role == PartyRole.VICTIM), None)
    safety, is_safe, href = "", False, ""
    if victim is not None:
        advice = people.guidance_for_person(actor, victim.record.person_id)
        safety, is_safe = advice.sentence, advice.is_safe
        href = reverse("people:person", args=[victim.record.person_id])
    victims = _names(by_role.get("victim", [])) if reader.sees_victim else "not shown in your work"
    facts = [
        ("Children", str(len(by_role.get("child", []))) if reader.sees_victim else "Not shown in your work"),
        ("Risk", GRADES.get(case.grade, "Not assessed")),
        ("Held by", case.matter.organisation.short_name),
        ("Opened", day(case.opened_at)),
    ]
    tabs = [
        ("Overview", reverse("cases:case", args=[case.pk])),
        ("Chronology", reverse("cases:chronology", args=[case.pk])),
        ("People", reverse("cases:people", args=[case.pk])),
    ]
    tabs += [tab for contribute in case_tabs if (tab := contribute(actor, case)) is not None]
    if reader.sees_victim:
        tabs.append(("Sharing", reverse("cases:sharing", args=[case.pk])))
    return CaseHead(
        case=case,
        title=f"Case {case.reference}",
        who=f"Victim: {victims} · Perpetrator: {_names(by_role.get('perpetrator', [])) or 'not known'}",
        caption="" if reader.sees_victim else "You work with the perpetrator",
        facts=facts,
        safety=safety,
        safety_is_safe=is_safe,
        safety_href=href,
        tabs=[(text, href_, text == current) for text, href_ in tabs],
        parties=lines,
        may_exclude=can_exclude(actor, case),
        reader=reader,
        emergency=banner_of(actor, case.matter_id),
    )


def _names(lines: Sequence[PartyLine]) -> str:
    return "; ".join(f"{line.name} ({line.age})" if line.age else line.name for line in lines)


@dataclass(frozen=True)
class CaseRow:
    """A case in a list."""

    href: str
    reference: str
    victims: str
    perpetrators: str
    children: int
    grade: str
    held_by: str
    last_event_at: datetime


def rows(actor: Actor, cases: Sequence[Case]) -> list[CaseRow]:
    """The rows of a page of cases: one query for all their parties."""
    parties = queries.parties_of_cases(actor, [case.pk for case in cases])
    found = []
    for case in cases:
        lines = parties.get(case.pk, [])
        found.append(
            CaseRow(
                href=reverse("cases:case", args=[case.pk]),
                reference=case.reference,
                victims=", ".join(p.full_name for p in lines if p.role == PartyRole.VICTIM),
                perpetrators=", ".join(p.full_name for p in lines if p.role == PartyRole.PERPETRATOR),
                children=sum(p.role == PartyRole.CHILD for p in lines),
                grade=case.grade,
                held_by=case.matter.organisation.short_name,
                last_event_at=case.last_event_at,
            )
        )
    return found


@dataclass(frozen=True)
class Overview:
    """What the first tab of a case shows."""

    summary: str
    latest: list[ChronologyEntry]
    involved: list[list[Any]]
    act: list[dict[str, Any]]
    act_rule: str
    panels: list[dict[str, Any]] = field(default_factory=list)


def overview(actor: Actor, case: Case) -> Overview:
    """The latest events, who is involved, what the Act says of the latest incident, and what other apps add."""
    latest_incident = queries.incidents_for(actor, case.matter_id).first()
    act: dict[str, Any] = latest_incident.act if latest_incident else {}
    reader = queries.reader_of(actor, case.matter_id)
    return Overview(
        summary=text_for(case.summary, reader.addresses, reader.audience) if reader.sees_victim else "",
        latest=[e for e in queries.chronology(actor, case.matter_id) if e.kind != "involvement"][:LATEST],
        involved=[
            [row.organisation, row.why, {"html": shortday(row.since), "class": "app-nowrap"}]
            for row in queries.who_is_involved(actor, case.matter_id)
        ],
        act=act_lines(act),
        act_rule=str(act.get("rule", "")),
        panels=[panel for contribute in case_panels if (panel := contribute(actor, case)) is not None],
    )


def act_lines(act: dict[str, Any]) -> list[dict[str, Any]]:
    """What the tests of ss1-3 say, each with its reasons, as the macro `why` shows it."""
    if not act:
        return []
    reasons = " ".join(f"{r['sentence'].rstrip('.')} ({r['section']})." for r in act.get("reasons", []))
    return [
        {"name": ActCode(code).label, "fired": True, "evidence": reasons, "rule_version": act.get("rule", "")}
        for code in act.get("codes", [])
    ]


def incident_entry(incident: Incident, reader: Reader) -> ChronologyEntry:
    """An incident as a line of the chronology. To a perpetrator's worker without its narrative."""
    kinds = codes("abuse_kinds")
    words = ", ".join(kinds.get(kind, kind) for kind in incident.abuse_kinds) or "Domestic abuse"
    flags = codes("incident_flags")
    detail = ", ".join(flags.get(flag, flag) for flag in incident.flags)
    if incident.dara_grade:
        detail = f"{detail}; police grade {incident.dara_grade}".lstrip("; ")
    if reader.sees_victim and incident.narrative:
        told = text_for(incident.narrative, reader.addresses, reader.audience)
        detail = f"{detail}. {told}".lstrip(". ")
    return ChronologyEntry(
        at=incident.occurred_from,
        organisation=incident.organisation.short_name,
        kind="incident",
        title=f"{words} ({incident.incident_ref})",
        detail=detail,
    )


@dataclass(frozen=True)
class ChildRow:
    """A child of a case, and how they were exposed."""

    name: str
    age: str
    href: str
    to_victim: str
    to_perpetrator: str
    exposures: list[tuple[str, str]]
    voice: str


def children(exposures: Sequence[ChildExposure], reader: Reader) -> list[ChildRow]:
    """Each child once, with each exposure and what the child said."""
    words = codes("exposure")
    by_person: dict[uuid.UUID, list[ChildExposure]] = {}
    for exposure in exposures:
        by_person.setdefault(exposure.record.person_id, []).append(exposure)
    rows = []
    for person_id, own in by_person.items():
        age = age_of(own[0].record)
        rows.append(
            ChildRow(
                name=own[0].record.full_name,
                age=str(age) if age is not None else "",
                href=reverse("people:person", args=[person_id]),
                to_victim=own[0].relationship_to_victim.replace("_", " "),
                to_perpetrator=own[0].relationship_to_perpetrator.replace("_", " "),
                exposures=[
                    (
                        f"{timezone.localtime(e.incident.occurred_from):%-d %B %Y}",
                        words.get(e.exposure, e.exposure or "not stated"),
                    )
                    for e in own
                ],
                voice=text_for(" ".join(e.voice for e in own if e.voice), reader.addresses, reader.audience),
            )
        )
    return rows


def family(
    parties: Sequence[CaseParty], incidents: Sequence[Incident]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The people of a case as nodes and edges of the small drawing: adults above, children below."""
    labels = dict(RelationshipKind.choices)
    nodes: list[dict[str, Any]] = []
    place: dict[uuid.UUID, str] = {}
    adults = [p for p in parties if p.role != PartyRole.CHILD][:4]
    young = [p for p in parties if p.role == PartyRole.CHILD][:6]
    for y, row in ((60, adults), (190, young)):
        for number, party in enumerate(row):
            name = f"n{len(nodes)}"
            place[party.record.person_id] = name
            x = 640 * (2 * number + 1) // (2 * len(row))
            nodes.append({"id": name, "x": x, "y": y, "name": party.record.full_name[:18], "role": party.role})
    edges: dict[tuple[str, str], dict[str, Any]] = {}
    for incident in incidents:
        if incident.perpetrator is None:
            continue
        ends = place.get(incident.perpetrator.person_id), place.get(incident.victim.person_id)
        if ends[0] and ends[1]:
            text = labels.get(RelationshipKind(incident.relationship), incident.relationship)
            ended = " (ended)" if incident.relationship_ended == "yes" else ""
            edges[ends[0], ends[1]] = {"from": ends[0], "to": ends[1], "text": f"{text}{ended}"}
        for exposure in incident.children.all():
            child = place.get(exposure.record.person_id)
            if child and ends[1] and exposure.relationship_to_victim:
                edges[child, ends[1]] = {
                    "from": child,
                    "to": ends[1],
                    "text": exposure.relationship_to_victim.replace("_", " "),
                }
    return nodes, list(edges.values())


def disclosure_rows(disclosures: Iterable[Disclosure], reader: Reader) -> list[list[str]]:
    """The ledger: when, from whom to whom, what, why, on what basis."""
    return [
        [
            shortmoment(d.at),
            f"{d.from_organisation.short_name} to {d.to_organisation.short_name}",
            text_for(d.what, reader.addresses, reader.audience),
            text_for(d.why, reader.addresses, reader.audience),
            f"{d.lawful_basis or 'not stated'}{f'; consent: {d.consent}' if d.consent else ''}".replace("_", " "),
            f"{d.how}{' (typed in)' if d.is_exception else ''}",
        ]
        for d in disclosures
    ]


@dataclass(frozen=True)
class ExclusionRow:
    """To whom a case is closed, and why."""

    who: str
    why: str
    made: str
    lift_href: str


def exclusion_rows(exclusions: Iterable[Exclusion], case: Case) -> list[ExclusionRow]:
    """Each exclusion in words: who, why, by whom and since when."""
    return [
        ExclusionRow(
            who=one.user.name if one.user else (one.organisation.name if one.organisation else ""),
            why="Knows someone here, as they said themselves" if one.is_own_declaration else one.reason,
            made=f"{day(one.made_at)}{f', by {one.made_by.name}' if one.made_by else ''}"
            f"{'' if one.follows_people else '; carried from another case of the same people'}",
            lift_href=reverse("cases:exclusion-lift", args=[case.pk, one.pk]) if one.lifted_at is None else "",
        )
        for one in exclusions
    ]


MOST_DRAWN = 20


def by_month(entries: Sequence[ChronologyEntry]) -> list[tuple[str, str, list[tuple[str, str, ChronologyEntry]]]]:
    """Entries under their months: (month in words, its anchor, [(day and time, ISO time, entry)])."""
    months: dict[str, tuple[str, str, list[tuple[str, str, ChronologyEntry]]]] = {}
    for entry in entries:
        at = timezone.localtime(entry.at)
        anchor = f"{at:%Y-%m}"
        month = months.setdefault(anchor, (f"{at:%B %Y}", anchor, []))
        month[2].append((f"{at:%-d %b, %H:%M}", at.isoformat(timespec="minutes"), entry))
    return list(months.values())
