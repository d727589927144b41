"""Standing facts in words, with who said so and when, and which of them need a look."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from wraparound.foundation.access.redaction import text_for
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.commitments.redacting import Redactor
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.jinja import day, moment
from wraparound.response.cases.fact_queries import fact_rules, facts_of
from wraparound.response.cases.fact_rules import ASKED, needs_a_look
from wraparound.response.cases.models import Case, FactKind, OrderKind, StandingFact
from wraparound.response.cases.permissions import OF_THE_PERPETRATOR
from wraparound.response.cases.queries import Reader

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class FactShown:
    """One standing fact."""

    pk: uuid.UUID
    kind: str
    label: str
    words: str
    source: str
    ends: str  # "" unless it needs a look: "ends tomorrow", "ended 3 days ago"
    has_passed: bool
    mark: str
    entered: str
    ended: str
    case_reference: str = ""
    case_href: str = ""


def fact_shown(fact: StandingFact, text: str, *, looks: bool, on: date) -> FactShown:
    """A fact with its text as the reader may have it; `looks` where it needs a look on the day `on`."""
    return FactShown(
        pk=fact.pk,
        kind=fact.kind,
        label=label_of(fact),
        words=fact_words(fact, text),
        source=f"{fact.organisation.short_name}, as at {day(fact.as_at)}",
        ends=ends_words(fact.on, on) if looks else "",
        has_passed=looks and fact.on is not None and fact.on < on,
        mark="Never to the perpetrator" if fact.never_to_perpetrator else "",
        entered=f"Entered by {fact.by.name}, {moment(fact.at)}",
        ended=f"{fact.ended_because}, {moment(fact.ended_at)}" if fact.ended_at else "",
    )


def label_of(fact: StandingFact) -> str:
    """What it is: the kind, or which order."""
    return str(OrderKind(fact.order_kind).label if fact.order_kind else FactKind(fact.kind).label)


def fact_words(fact: StandingFact, text: str) -> str:
    """A fact in one sentence; `text` is its text as the reader may have it."""
    if ASKED[fact.kind].is_made:
        return f"Made on {day(fact.on)}: {text}" if fact.answer == "yes" else f"Not made: {text}"
    if fact.kind == FactKind.COURT:
        return f"{day(fact.on)}: {text}"
    if fact.kind == FactKind.CUSTODY:
        return f"{text}. Release: {day(fact.on)}" if fact.on else f"{text}. Release: not known"
    if fact.kind == FactKind.WHEREABOUTS:
        return text
    return f"{text}. Until {day(fact.on)}" if fact.on else f"{text}. No end is known"


def ends_words(on: date | None, now: date) -> str:
    """How near its day is: "ends tomorrow", "passed 3 days ago"."""
    if on is None:
        return ""
    days = (on - now) // _ONE_DAY
    if days < 0:
        return "passed yesterday" if days == -1 else f"passed {-days} days ago"
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def standing(actor: Actor, case: Case, reader: Reader) -> list[FactShown]:
    """What is so at present in a case, as the reader may have it."""
    rules, now = fact_rules(case.matter.area), today()
    return [
        fact_shown(
            fact,
            text_for(fact.text, reader.addresses, reader.audience),
            looks=needs_a_look(fact.kind, fact.on, rules, now),
            on=now,
        )
        for fact in facts_of(actor, case.matter_id)
    ]


def standing_rows(actor: Actor, case: Case, reader: Reader) -> list[tuple[str, str]]:
    """The same as rows of a summary: for a session's first column and the overview of a case."""
    rows = []
    for fact in standing(actor, case, reader):
        soon = f" ({fact.ends})" if fact.ends else ""
        rows.append((fact.label, f"{fact.words}{soon} ({fact.source})"))
    return rows


def missing_kinds(shown: Sequence[FactShown], reader: Reader) -> list[tuple[str, str]]:
    """(kind, label) of what nobody has said anything of."""
    known = {fact.kind for fact in shown}
    return [(kind, label) for kind, label in kinds_for(reader) if kind not in known]


def kinds_for(reader: Reader) -> list[tuple[str, str]]:
    """(kind, label) of the kinds that the reader may know of."""
    return [(k.value, str(k.label)) for k in FactKind if reader.sees_victim or k in OF_THE_PERPETRATOR]


def ended_shown(facts: Sequence[StandingFact], reader: Reader) -> list[FactShown]:
    """What was so before."""
    return [
        fact_shown(fact, text_for(fact.text, reader.addresses, reader.audience), looks=False, on=today())
        for fact in facts
    ]


@dataclass(frozen=True)
class EndingRow:
    """A fact that needs a look, in a list over all cases."""

    href: str
    reference: str
    label: str
    words: str
    ends: str
    has_passed: bool
    source: str


def ending_rows(actor: Actor, facts: Sequence[StandingFact]) -> list[EndingRow]:
    """The rows of a page of what ends. They must have been read for the actor."""
    redactor, now = Redactor(actor, {fact.matter_id for fact in facts}), today()
    return [
        EndingRow(
            href=reverse("cases:facts", args=[fact.case_id]),
            reference=fact.case.reference,
            label=label_of(fact),
            words=fact_words(fact, redactor.text(fact.matter_id, fact.text)),
            ends=ends_words(fact.on, now),
            has_passed=fact.on is not None and fact.on < now,
            source=f"{fact.organisation.short_name}, as at {day(fact.as_at)}",
        )
        for fact in facts
    ]
