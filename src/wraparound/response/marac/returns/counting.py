"""Counting the return: one grouped query for each table, the same on both databases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from wraparound.foundation.meetings.models import Panel, Session
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.rulesets.queries import RuleInForce
from wraparound.response.marac.returns import expressions as of
from wraparound.response.marac.returns.params import MaracReturn
from wraparound.response.marac.returns.populations import WHOLE, Hearings, children, heard, hearings, perpetrators
from wraparound.response.marac.returns.quarters import Span
from wraparound.response.marac.returns.tables import CHILDREN, HEARINGS, PERPETRATORS, TOTAL, TableSpec, specs

_IN_CASES, _ONCE = Count("pk"), Count("pk", filter=Q(is_last=True))


@dataclass(frozen=True)
class Number:
    """A count both ways: in each case, and each person once."""

    cases: int
    people: int

    def __add__(self, other: Number) -> Number:
        return Number(self.cases + other.cases, self.people + other.people)


NOTHING = Number(0, 0)


@dataclass(frozen=True)
class CountedTable:
    """A table with its numbers by row; rows that the definitions don't name, but the record has, stand at the end."""

    spec: TableSpec
    numbers: Mapping[str, Number]

    @property
    def rows(self) -> list[tuple[str, str, Number]]:
        """(code, label, number) of every row."""
        named = dict(self.spec.rows)
        others = {code: code for code in self.numbers if code not in named}
        return [(code, label, self.numbers.get(code, NOTHING)) for code, label in (named | others).items()]

    def number(self, rows: Iterable[str]) -> Number:
        """Some of its rows together."""
        return sum((self.numbers.get(code, NOTHING) for code in rows), NOTHING)


@dataclass(frozen=True)
class Counted:
    """A return as it was counted, whole."""

    span: Span
    panels: Sequence[Panel]
    rule: RuleInForce[MaracReturn]
    sessions: int  # held in the time; 0 where only some tables were counted
    totals: Mapping[str, Number]  # by population
    tables: Sequence[CountedTable]

    def table(self, code: str) -> CountedTable | None:
        """The table of that code, where the definitions have it."""
        return next((table for table in self.tables if table.spec.code == code), None)


def count(
    panels: Sequence[Panel],
    span: Span,
    rule: RuleInForce[MaracReturn],
    only: Collection[str] = (),
    reader: Actor = WHOLE,
) -> Counted:
    """Count the tables of the return, or `only` some. Whole, but for cases from which `reader` is kept."""
    populations = populated(panels, span, rule.params, reader)
    wanted = [spec for spec in specs(rule.params) if not only or spec.code in only]
    tables: list[CountedTable] = []
    for spec in wanted:
        derived = next((table for table in tables if table.spec.code == spec.sums_up), None)
        numbers = _summed(derived, spec) if derived else _numbers(populations[spec.population], spec)
        tables.append(CountedTable(spec, numbers))
    return Counted(
        span=span,
        panels=panels,
        rule=rule,
        sessions=0 if only else sessions_of(panels, span).count(),
        totals={name: _sum_of_first(tables, name) for name in populations},
        tables=tables,
    )


def populated(panels: Sequence[Panel], span: Span, rule: MaracReturn, reader: Actor = WHOLE) -> dict[str, Hearings]:
    """The rows of each population."""
    rows = heard(panels, span, reader)
    return {
        HEARINGS: hearings(rows, rule),
        PERPETRATORS: perpetrators(rows, rule),
        CHILDREN: children(rows, rule),
    }


def sessions_of(panels: Sequence[Panel], span: Span) -> QuerySet[Session]:
    """The sessions of the time that were held, or were begun at least."""
    within = Session.objects.filter(starts_at__gte=span.starts_at, starts_at__lt=span.ends_at)
    begun = within.filter(Q(opened_at__isnull=False) | Q(closed_at__isnull=False))
    return begun.filter(panel__in=[panel.pk for panel in panels])


def of_row(rows: Hearings, spec: TableSpec, code: str) -> Hearings:
    """The rows of a population that stand behind one number of a table."""
    if spec.code == TOTAL:
        return rows
    return rows.filter(**{spec.by: code}) if spec.adds_up else rows.filter(of.has_reason(spec.by, code))


def _sum_of_first(tables: Sequence[CountedTable], population: str) -> Number:
    """The whole of a population: any table that adds up says it."""
    adding_up = (table for table in tables if table.spec.population == population and table.spec.adds_up)
    one = next(adding_up, None)
    return one.number(one.numbers) if one else NOTHING


def _summed(table: CountedTable, spec: TableSpec) -> dict[str, Number]:
    found: dict[str, Number] = {}
    for code, number in table.numbers.items():
        row = spec.row_for(code)
        found[row] = found.get(row, NOTHING) + number
    return found


def _numbers(rows: Hearings, spec: TableSpec) -> dict[str, Number]:
    if not spec.adds_up:
        return _several(rows, spec)
    grouped = rows.order_by().values(spec.by).annotate(cases=_IN_CASES, people=_ONCE)
    return {row[spec.by]: Number(row["cases"], row["people"]) for row in grouped}


def _several(rows: Hearings, spec: TableSpec) -> dict[str, Number]:
    """Rows of which one hearing may be in several, all in one query."""
    counts = {}
    for place, (code, _) in enumerate(spec.rows):
        is_in = of.has_reason(spec.by, code)
        counts[f"cases_{place}"] = Count("pk", filter=is_in)
        counts[f"people_{place}"] = Count("pk", filter=is_in & Q(is_last=True))
    found = rows.aggregate(**counts)
    places = {code: place for place, (code, _) in enumerate(spec.rows)}
    return {code: Number(found[f"cases_{place}"], found[f"people_{place}"]) for code, place in places.items()}
