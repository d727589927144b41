"""What cases show on pages of others: Today, search, the chronology, a person's page, labels of matters."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from wraparound.foundation.access.decisions import visible
from wraparound.foundation.access.redaction import text_for
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.panels import PersonPanel
from wraparound.kit.registry import ChronologyEntry, Found, TodayRow
from wraparound.response.cases import queries
from wraparound.response.cases.models import Case, CaseParty, PartyRole
from wraparound.response.cases.presenters.case import GRADES, head, incident_entry

HIGH_RISK = 3


def open_cases(actor: Actor) -> Iterator[TodayRow]:
    """A practitioner's or an IDVA's open high-risk cases."""
    if not actor.has_role(Role.PRACTITIONER, Role.IDVA):
        return
    found = queries.open_cases_of(actor).order_by().aggregate(number=Count("pk"), oldest=Min("last_event_at"))
    if found["number"]:
        yield TodayRow(
            title="High-risk cases open to you",
            count=found["number"],
            sentence="The age is that of the case in which nothing has happened for longest.",
            oldest_at=found["oldest"],
            href=f"{reverse('cases:list')}?grade=high&is_open=yes",
            button="Open",
            risk=HIGH_RISK,
        )


def search(actor: Actor, words: str, limit: int) -> Iterable[Found]:
    """Cases by reference, incident number or crime number."""
    for case in queries.by_reference(actor, words, limit):
        yield Found(
            kind="Case",
            text=case.reference,
            href=reverse("cases:case", args=[case.pk]),
            detail=f"{GRADES.get(case.grade, 'Not assessed')} · held by {case.matter.organisation.short_name}",
        )


def incidents(actor: Actor, matter_id: uuid.UUID) -> Iterator[ChronologyEntry]:
    """Each incident of a matter."""
    reader = queries.reader_of(actor, matter_id)
    for incident in queries.incidents_for(actor, matter_id):
        yield incident_entry(incident, reader)


def notes(actor: Actor, matter_id: uuid.UUID) -> Iterator[ChronologyEntry]:
    """Each note of a matter."""
    reader = queries.reader_of(actor, matter_id)
    for note in queries.notes_for(actor, matter_id):
        marks: tuple[str, ...] = ("Agency only",) if note.agency_only else ()
        marks += ("Never to the perpetrator",) if note.never_to_perpetrator else ()
        yield ChronologyEntry(
            at=note.happened_at,
            organisation=note.organisation.short_name,
            kind="note",
            title=f"Note by {note.by.name}",
            detail=text_for(note.text, reader.addresses, reader.audience),
            marks=marks,
        )


def involvements(actor: Actor, matter_id: uuid.UUID) -> Iterator[ChronologyEntry]:
    """That an organisation began to work with a matter."""
    for row in queries.who_is_involved(actor, matter_id):
        yield ChronologyEntry(
            at=row.since, organisation=row.short_name, kind="involvement", title=f"Involved: {row.why}"
        )


def matter_labels(actor: Actor, matter_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """How the matters of cases are named in lists of others."""
    rows = visible(actor, Case.objects.filter(matter_id__in=list(matter_ids)))
    return {case.matter_id: (case.reference, reverse("cases:case", args=[case.pk])) for case in rows}


def matter_frame(actor: Actor, matter_id: uuid.UUID, current: str) -> tuple[str, dict[str, Any]] | None:
    """The head of a case, contact safety first, around what another app shows of its matter."""
    case = visible(actor, Case.objects.select_related("matter__organisation").filter(matter_id=matter_id)).first()
    if case is None:
        return None
    queries.look_at(actor, case, current.lower())
    return "cases/case_base.html", {"head": head(actor, case, current)}


def roles_in_cases(actor: Actor, record_ids: Sequence[uuid.UUID]) -> PersonPanel:
    """On a person's page: in which cases, in which role."""
    rows = visible(actor, CaseParty.objects.filter(record_id__in=list(record_ids)))
    rows = rows.select_related("case__matter__organisation").order_by("-since", "pk")
    cells = {}
    for party in rows:
        link = format_html(
            '<a class="govuk-link" href="{}">{}</a>', reverse("cases:case", args=[party.case_id]), party.case.reference
        )
        cells[party.case_id, party.role] = [
            link,
            PartyRole(party.role).label,
            GRADES.get(party.case.grade, "Not assessed"),
            party.case.matter.organisation.short_name,
            f"{timezone.localtime(party.since):%-d %B %Y}",
        ]
    return PersonPanel(
        title="Roles in cases",
        columns=["Case", "Role", "Risk", "Held by", "Since"],
        rows=list(cells.values()),
        empty_text="No case that you may open has this person in it.",
    )
