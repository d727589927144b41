"""What a section is, as data: what it asks, which measures answer, and how their results are told, drawn and tabled.

A section lacking an input is printed as "Not available: needs X" and draws nothing. It never falls back on another
number that only looks like the one that is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wraparound.evidence.assessments import charts, wording
from wraparound.evidence.assessments.documents import Cell, Table
from wraparound.evidence.measures.disclosure import ALL
from wraparound.evidence.measures.results import MeasureResult, Status

HIDDEN_PARTS = frozenset({"code", "profile"})
MOST_REASONS = 2  # so many stand under a table; more need a column


class Found:
    """The results of an assessment's measures, by id."""

    def __init__(
        self, results: Mapping[tuple[str, str], Sequence[MeasureResult]], place: str, period: str, profile: str = ""
    ) -> None:
        self._results = results
        self.place = place
        self.period = period
        self.profile = profile

    def of(self, profile: str) -> Found:
        """The same as a section of one problem profile sees it."""
        return Found(self._results, self.place, self.period, profile)

    def all(self, id_: str) -> list[MeasureResult]:
        """Every result of a measure, also those without a value."""
        return list(self._results.get((id_, self.profile)) or self._results.get((id_, ""), ()))

    def has(self, id_: str) -> bool:
        """Whether a measure has its inputs, even where its values are withheld."""
        return any(one.status is not Status.NOT_AVAILABLE for one in self.all(id_))

    def given(self, id_: str, **parts: str) -> list[MeasureResult]:
        """Those that have a value, of these parts of the breakdown."""
        return [
            one
            for one in self.all(id_)
            if one.value is not None and all(one.breakdown.get(key) == part for key, part in parts.items())
        ]

    def one(self, id_: str, **parts: str) -> MeasureResult | None:
        """The result of these parts, or None where it has no value."""
        return next(iter(self.given(id_, **parts)), None)

    def value(self, id_: str, **parts: str) -> float | None:
        """Its value, or None."""
        found = self.one(id_, **parts)
        return found.value if found else None

    def text(self, id_: str, **parts: str) -> str:
        """Its value as a sentence gives it; empty where there is none."""
        found = self.one(id_, **parts)
        return wording.exact(found.value, found.unit) if found else ""


Draw = Callable[[list[MeasureResult], Found, Any], str | None]
"""Given a table's results, all results, and the map's shapes: a picture, or None where there is nothing to draw."""
Tabled = Callable[[list[MeasureResult]], Table]
"""Given a table's results: the table, where its rows and columns are not simply those of the results."""


@dataclass(frozen=True)
class Show:
    """A table of some measures' results, and how it is drawn."""

    title: str
    measures: tuple[str, ...]
    draw: Draw | None = None
    describe: str = ""  # what the chart shows, for who can't see it
    most: int = 0  # rows of the printed table; the files have all
    note: str = ""
    by_value: bool = False  # the largest first
    side_by_side: bool = False  # measures of the same parts: a column each, instead of rows
    across: str = ""  # a part of the breakdown whose values get a column each, instead of rows
    table: Tabled | None = None  # a way of its own to put the results into rows


@dataclass(frozen=True)
class Filed:
    """What a section shows beside its tables as soon as it is there: the measures, and the tables that these give.

    `section` is the code under which files supply its numbers.
    """

    measures: tuple[str, ...]
    section: str
    shows: Callable[[Found], list[Show]]


@dataclass(frozen=True)
class Section:
    """One section of an assessment. `supplied`: what only others can give, alone or beside what is computed; `filed`
    shows it once a file has it."""

    key: str
    title: str
    group: str
    asks: str
    shows: tuple[Show, ...] = ()
    measures: tuple[str, ...] = ()  # beyond those of the tables
    optional: tuple[str, ...] = ()  # told where they can be; the section is whole without them
    needs: tuple[tuple[str, str], ...] = ()  # (data set of the store, noun phrase) beyond what the measures need
    supplied: str = ""
    filed: Filed | None = None  # what files supply of it
    profile: str = ""  # of an offence-level extract: one problem profile instead of all offences
    claim: Callable[[Found], Iterable[str | None]] | None = None
    notes: tuple[str, ...] = ()
    checks: tuple[Callable[[Found], tuple[str, bool] | None], ...] = field(default=())

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all of its measures, each once."""
        return tuple(
            dict.fromkeys([*self.measures, *self.optional, *(id_ for one in self.shows for id_ in one.measures)])
        )

    @property
    def asked(self) -> tuple[str, ...]:
        """The same with the measures of what files supply."""
        return tuple(dict.fromkeys([*self.ids, *(self.filed.measures if self.filed else ())]))

    @property
    def needed(self) -> tuple[tuple[str, ...], ...]:
        """Without all of one of these groups of measures there is no section: measures side by side are one group."""
        alone: list[tuple[str, ...]] = [(id_,) for id_ in self.measures]
        for show in self.shows:
            alone += [show.measures] if show.side_by_side else [(id_,) for id_ in show.measures]
        return tuple(dict.fromkeys(alone))


# --- tables -------------------------------------------------------------------------------------------------


def table_of(show: Show, results: Sequence[MeasureResult], titles: Mapping[str, str]) -> Table:
    """The results as a table: a row each, the parts of the breakdown first; columns that would be empty left out."""
    if show.table:
        return show.table(list(results))
    if show.side_by_side or show.across:
        return _side_by_side(show, results, titles)
    keys = list(dict.fromkeys(key for one in results for key in one.breakdown if key not in HIDDEN_PARTS))
    several = len(show.measures) > 1 or not keys
    has_parts = any(one.numerator is not None and one.numerator != one.value for one in results)
    has_whole = any(one.denominator is not None for one in results)
    has_interval = any(one.interval is not None for one in results)
    reasons = _reasons(results)
    has_reason = len(reasons) > MOST_REASONS
    columns = [*(["Measure"] if several else []), *(wording.column_name(key) for key in keys), _value_name(results)]
    first_number = len(columns) - 1
    columns += ["Number"] * has_parts + ["Out of"] * has_whole
    numeric = tuple(range(first_number, len(columns)))
    columns += ["95 % interval" if _all_95(results) else "Interval"] * has_interval + ["Why"] * has_reason
    rows = []
    for one in results:
        row = [Cell(titles.get(one.id, one.id))] if several else []
        row += [Cell(wording.part(key, one.breakdown.get(key, ""))) for key in keys]
        row.append(Cell(_valued(one, several), one.value))
        row += [Cell(wording.plain(one.numerator), one.numerator)] if has_parts else []
        row += [Cell(wording.plain(one.denominator), one.denominator)] if has_whole else []
        row += [Cell(wording.between(one).replace(", Wilson 95 %", "").replace(", Byar 95 %", ""))] * has_interval
        row += [Cell(one.reason or "")] if has_reason else []
        rows.append(tuple(row))
    return Table(show.title, tuple(columns), tuple(rows), numeric, _note(show, () if has_reason else reasons))


def _reasons(results: Sequence[MeasureResult]) -> tuple[str, ...]:
    """Why values are missing, each reason once."""
    return tuple(dict.fromkeys(one.reason for one in results if one.status is not Status.AVAILABLE and one.reason))


def _note(show: Show, reasons: Sequence[str]) -> str:
    return " ".join(wording.sentence(text) for text in (show.note, *reasons) if text)


def _side_by_side(show: Show, results: Sequence[MeasureResult], titles: Mapping[str, str]) -> Table:
    """A row for each part; a column for each measure or value of `across`, in the order of the first results."""
    hidden = HIDDEN_PARTS | {show.across}
    keys = list(dict.fromkeys(key for one in results for key in one.breakdown if key not in hidden))
    rows: dict[tuple[str, ...], dict[str, MeasureResult]] = {}
    heads: dict[str, str] = {}
    lacking: list[str] = []
    for one in results:
        of = str(one.breakdown.get(show.across, "")) if show.across else one.id
        has_value = one.breakdown.keys() & set(keys) or not keys
        if not has_value:
            lacking.append(f"{titles.get(one.id, one.id)}: not given, {one.reason or ''}")
            continue
        heads.setdefault(of, wording.part(show.across, of) if show.across else titles.get(of, of))
        rows.setdefault(tuple(wording.part(key, one.breakdown.get(key, "")) for key in keys), {})[of] = one
    columns = (*(wording.column_name(key) for key in keys), *heads.values())
    cells = []
    for parts, found in rows.items():
        values = [found.get(of) for of in heads]
        texts = [Cell(wording.shown(one), one.value) if one else Cell("") for one in values]
        cells.append((*(Cell(part) for part in parts), *texts))
    note = _note(show, [*lacking, *_reasons([one for parts in rows.values() for one in parts.values()])])
    return Table(show.title, columns, tuple(cells), tuple(range(len(keys), len(columns))), note)


def _value_name(results: Sequence[MeasureResult]) -> str:
    units = {one.unit for one in results if one.unit}
    if len(units) != 1:
        return "Value"
    unit = units.pop()
    return unit[:1].upper() + unit[1:]


def _valued(one: MeasureResult, several: bool) -> str:
    text = wording.shown(one)
    is_bare = several and one.value is not None and one.unit and not one.unit.startswith("percent")
    return f"{text} {one.unit}" if is_bare else text


def _all_95(results: Sequence[MeasureResult]) -> bool:
    return all(one.interval.method.lower().startswith(("wilson", "byar")) for one in results if one.interval)


# --- pictures -----------------------------------------------------------------------------------------------


def as_bars(*, by: str, emphasis: str = "", most: int = 20) -> Draw:
    """Bars of the results that have a value, labelled by a part of the breakdown."""

    def draw(results: list[MeasureResult], found: Found, shapes: Any) -> str | None:
        given = [one for one in results if one.value is not None and one.breakdown.get(by, ALL) != ALL][:most]
        if not given:
            return None
        rows = [
            {
                "label": wording.part(by, one.breakdown[by]),
                "value": one.value,
                "text": wording.number(one.value, one.unit),
                "low": one.interval.low if one.interval else None,
                "high": one.interval.high if one.interval else None,
            }
            for one in given
        ]
        return charts.bars(rows, unit=given[0].unit, emphasis=emphasis)

    return draw


def as_lines(*, x: str = "month", series: str = "series") -> Draw:
    """Lines through months (2014-01); a picture only from three of them on."""

    def draw(results: list[MeasureResult], found: Found, shapes: Any) -> str | None:
        given = [one for one in results if one.value is not None and one.breakdown.get(x, ALL) != ALL]
        if len({one.breakdown[x] for one in given}) < 3:
            return None
        rows = [
            {"series": one.breakdown.get(series, one.unit), "x": f"{one.breakdown[x][:7]}-01", "value": one.value}
            for one in given
        ]
        return charts.lines(rows, unit=given[0].unit)

    return draw


def as_heat(*, day: str = "day", hour: str = "hour") -> Draw:
    """Hours by weekdays."""
    places = {name: place for place, name in enumerate(charts.WEEKDAYS, start=1)}

    def draw(results: list[MeasureResult], found: Found, shapes: Any) -> str | None:
        rows = [
            {
                "day": places[one.breakdown[day]],
                "hour": int(one.breakdown[hour].split(":")[0]),
                "value": one.value,
            }
            for one in results
            if one.value is not None and day in one.breakdown and hour in one.breakdown
        ]
        return charts.heat(rows, unit=results[0].unit) if rows else None

    return draw
