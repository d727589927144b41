"""What agencies supplied for a section, read out of the store: which of its rows count for a period, and their sums.

Pure but for `rows_for`. Periods that overlap are never added up: of a year and its months one or the other counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from wraparound.evidence.measures.context import Context
from wraparound.evidence.measures.memory import remembered
from wraparound.evidence.measures.results import Period
from wraparound.evidence.store.supplied import DATASET

WHOLE = ""  # the category of a series as a whole
DIGITS = 12  # of a checksum


@dataclass(frozen=True)
class Row:
    """One number, or one word of a plan, as it was supplied."""

    series: str
    step: int | None
    starts: date
    ends: date
    category: str
    value: int
    status: str
    base: int | None
    source: str
    how: str
    line: int
    load: str

    @property
    def span(self) -> tuple[date, date]:
        """Its period."""
        return self.starts, self.ends


@dataclass(frozen=True)
class Series:
    """What a period has of one series: numbers by category, `WHOLE` among them where there is one, and their bases.

    `by_period` are the wholes of the periods that were added up; one alone is the whole itself. `as_of` tells these
    rows from any others of the same span, such as corrected ones.
    """

    name: str
    step: int | None
    span: Period
    as_of: str
    values: dict[str, int]
    bases: dict[str, int]
    by_period: dict[Period, tuple[int, str]] = field(default_factory=dict)  # with the mark of its rows
    is_added_up: bool = False  # whether the whole is the sum of its parts, and nobody supplied it
    left_out: tuple[Period, ...] = ()  # that overlap with those that count
    sources: tuple[str, ...] = ()
    hows: tuple[str, ...] = ()

    @property
    def categories(self) -> list[str]:
        """The parts, the largest first."""
        return sorted((one for one in self.values if one != WHOLE), key=lambda one: (-self.values[one], one))

    @property
    def parts_sum(self) -> int:
        """The parts together."""
        return sum(number for category, number in self.values.items() if category != WHOLE)

    @property
    def has_gaps(self) -> bool:
        """Whether months lie between its periods of which nothing is known."""
        ordered = sorted(self.by_period, key=lambda one: one.start)
        return any(after.start - before.end > timedelta(1) for before, after in pairwise(ordered))


def rows_for(context: Context, section: str) -> list[Row]:
    """Everything supplied of this place for a section, whatever its period, in the order of time."""
    code = context.place.code

    def find() -> list[Row]:
        table = context.store.table(DATASET)
        found = context.store.rows(table.filter(table.section == section, table.area == code))
        return sorted(map(_row, found), key=lambda row: (row.starts, row.ends, row.series, row.category))

    return remembered(context.store, (DATASET, code, section), find)


def _row(row: dict[str, Any]) -> Row:
    return Row(
        series=row["series"],
        step=row["step"],
        starts=row["starts"],
        ends=row["ends"],
        category=row["category"] or WHOLE,
        value=row["value"] or 0,
        status=row["status"] or "",
        base=row["base"],
        source=row["source"],
        how=row["how"] or "",
        line=row["line"] or 0,
        load=row["load"],
    )


def within(rows: Iterable[Row], period: Period) -> list[Row]:
    """The rows whose period lies in this one."""
    return [row for row in rows if period.start <= row.starts and row.ends <= period.end]


def across(rows: Iterable[Row], period: Period) -> list[Row]:
    """The rows whose period overlaps with this one, and doesn't lie in it."""
    listed = [row for row in rows if row.starts <= period.end and period.start <= row.ends]
    inside = set(within(listed, period))
    return [row for row in listed if row not in inside]


def not_overlapping(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Of these periods as many as can be added up: the shortest, where they cover as many days as the longest do."""
    fine, coarse = (_chosen(spans, sign) for sign in (1, -1))
    return fine if _days(fine) >= _days(coarse) else coarse


def _chosen(spans: Iterable[tuple[date, date]], sign: int) -> list[tuple[date, date]]:
    chosen: list[tuple[date, date]] = []
    for starts, ends in sorted(set(spans), key=lambda span: (sign * (span[1] - span[0]).days, span)):
        if all(ends < other[0] or other[1] < starts for other in chosen):
            chosen.append((starts, ends))
    return sorted(chosen)


def _days(spans: Iterable[tuple[date, date]]) -> int:
    return sum((ends - starts).days + 1 for starts, ends in spans)


def mark(rows: Iterable[Row]) -> str:
    """What tells these rows from others: the load of a single period's, else of all their loads and periods."""
    told = sorted({(row.load, *row.span) for row in rows})
    if len(told) == 1:
        return told[0][0][:DIGITS]
    text = "\n".join(f"{load} {starts} {ends}" for load, starts, ends in told)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def series_of(rows: Sequence[Row]) -> list[Series]:
    """The series of a period's rows: steps in their order, then the others in that of their file."""
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row.series, []).append(row)
    found = [(_series(name, listed), min(row.line for row in listed)) for name, listed in by_name.items()]
    ordered = sorted(found, key=lambda pair: (pair[0].step is None, pair[0].step or 0, pair[1], pair[0].name))
    return [one for one, _ in ordered]


def _series(name: str, rows: list[Row]) -> Series:
    spans = not_overlapping(row.span for row in rows)
    used = [row for row in rows if row.span in set(spans)]
    steps = [row.step for row in used if row.step is not None]
    values: dict[str, int] = {}
    bases: dict[str, int] = {}
    lacking: set[str] = set()
    for row in used:
        values[row.category] = values.get(row.category, 0) + row.value
        bases[row.category] = bases.get(row.category, 0) + (row.base or 0)
        if row.base is None:
            lacking.add(row.category)
    for category in lacking:
        del bases[category]
    wholes = {span: _whole([row for row in used if row.span == span]) for span in spans}
    known = {span: number for span, number in wholes.items() if number is not None}
    is_added_up = False
    if len(known) == len(spans):
        is_added_up = WHOLE not in values
        values[WHOLE] = sum(known.values())
    else:
        values.pop(WHOLE, None)  # of some periods only
    if not all(_has_whole(used, span) for span in spans):
        bases.pop(WHOLE, None)
    return Series(
        name=name,
        step=min(steps) if steps else None,
        span=Period(spans[0][0], spans[-1][1]),
        as_of=mark(used),
        values=values,
        bases=bases,
        by_period={
            Period(*span): (number, mark(row for row in used if row.span == span)) for span, number in known.items()
        },
        is_added_up=is_added_up,
        left_out=tuple(Period(*span) for span in sorted({row.span for row in rows} - set(spans))),
        sources=tuple(dict.fromkeys(row.source for row in used)),
        hows=tuple(dict.fromkeys(row.how for row in used if row.how)),
    )


def _has_whole(rows: Iterable[Row], span: tuple[date, date]) -> bool:
    return any(row.category == WHOLE and row.span == span for row in rows)


def _whole(rows: list[Row]) -> int | None:
    """The whole of one period: as supplied, else its parts together, unless these are shares of a base."""
    for row in rows:
        if row.category == WHOLE:
            return row.value
    return None if any(row.base is not None for row in rows) else sum(row.value for row in rows)
