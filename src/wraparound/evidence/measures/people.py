"""Victims and suspects in an offence-level extract: each person once, against residents, and how many come again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ibis

from wraparound.evidence.measures.areas import days_of
from wraparound.evidence.measures.breakdowns import UNKNOWN, Breakdown, parts_of_all, shares, table_of, tables_of
from wraparound.evidence.measures.context import Context, answer, not_available, refused
from wraparound.evidence.measures.intervals import wilson
from wraparound.evidence.measures.offences import NEEDS, SOURCE, caveats, known_counts, offences, year_to
from wraparound.evidence.measures.recorded import POPULATION, middle
from wraparound.evidence.measures.registry import Compute, Good, Kind, Measure, register
from wraparound.evidence.measures.results import Interval, MeasureResult, Status

AGES = ((0, 9), (10, 17), (18, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, None))
WHOS = ("victim", "suspect")


def band_name(low: int, high: int | None) -> str:
    """18-24, 65+."""
    return f"{low}+" if high is None else f"{low}-{high}"


def persons(context: Context, who: str) -> Any:
    """One row for each victim or suspect of the period: age at the first offence, sex and ethnicity where recorded."""
    table = offences(context)
    named = table.filter(table[who].notnull(), table[who] != "")
    return named.group_by(who).aggregate(
        age=named[f"{who}_age"].min(),
        sex=named[f"{who}_sex"].max(),
        ethnicity=named[f"{who}_ethnicity"].max(),
        offences=named.count(),
    )


def _notes(context: Context, who: str) -> tuple[str, ...]:
    more = ("A suspect is not an offender: nothing was proved.",) if who == "suspect" else ()
    return (*caveats(context), f"Each {who} counts once, whatever the number of offences.", *more)


def by_sex(who: str) -> Callable[[Context], Breakdown]:
    """Persons by sex."""

    def make(context: Context) -> Breakdown:
        table = persons(context, who)
        found = known_counts(context, table, table.sex)
        return Breakdown(f"{who}s", "sex", found, _notes(context, who), SOURCE, each_once=True)

    return make


def by_ethnicity(who: str) -> Callable[[Context], Breakdown]:
    """Persons by ethnic group as recorded."""

    def make(context: Context) -> Breakdown:
        table = persons(context, who)
        found = known_counts(context, table, table.ethnicity)
        return Breakdown(f"{who}s", "ethnicity", found, _notes(context, who), SOURCE, each_once=True)

    return make


def by_age(who: str) -> Callable[[Context], Breakdown]:
    """Persons by band of age, in the order of the bands."""

    def make(context: Context) -> Breakdown:
        rows = context.store.rows(persons(context, who).group_by("age").aggregate(n=ibis._.count()))
        found = {band_name(low, high): 0 for low, high in AGES}
        unknown = 0
        for row in rows:
            age = row["age"]
            fitting = [band for band in AGES if age is not None and age >= band[0] and age <= (band[1] or 200)]
            if fitting:
                found[band_name(*fitting[0])] += row["n"]
            else:
                unknown += row["n"]
        counts = {**found, **({UNKNOWN: unknown} if unknown else {})}
        return Breakdown(f"{who}s", "age", counts, _notes(context, who), SOURCE, each_once=True)

    return make


def population_shares(context: Context, dimension: str) -> tuple[dict[str, float], str] | None:
    """Each group's share of residents, by the table nearest to the period that has the groups."""
    table = context.store.table("population")
    own = table.filter(table.area_code == context.place.code, table.measure.isin(["residents", "ethnicity"]))
    rows = context.store.rows(own)
    makers = {"sex": _sex_row, "age": _age_row, "ethnicity": _ethnicity_row}
    tables: dict[tuple[Any, str], dict[str, int]] = {}
    for row in rows:
        name = makers[dimension](row)
        if name is not None:
            held = tables.setdefault((row["date"], row["source"]), {})
            held[name] = held.get(name, 0) + row["value"]
    day = middle(context.period)
    for (on, source), held in sorted(tables.items(), key=lambda item: (abs((item[0][0] - day).days), item[0][1])):
        whole = sum(held.values())
        if len(held) > 1 and whole:
            return {name: value / whole for name, value in held.items()}, f"{source}, {on.day} {on:%B %Y}"
    return None


def _blank(row: dict[str, Any], *names: str) -> bool:
    return all(row[name] in (None, "") for name in names)


def _sex_row(row: dict[str, Any]) -> str | None:
    is_total = _blank(row, "age_from", "age_to", "ethnicity", "category")
    return row["sex"] if row["sex"] and is_total else None


def _age_row(row: dict[str, Any]) -> str | None:
    if row["age_from"] is None or not _blank(row, "sex", "ethnicity", "category"):
        return None
    for low, high in AGES:
        ends = row["age_to"] if row["age_to"] is not None else 200
        if row["age_from"] >= low and ends <= (high or 200):
            return band_name(low, high)
    return None


def _ethnicity_row(row: dict[str, Any]) -> str | None:
    alone = _blank(row, "sex", "age_from", "age_to", "category")
    return row["ethnicity"].strip() if row["ethnicity"] and alone and not row["is_total"] else None


def against_residents(make: Callable[[Context], Breakdown]) -> Compute:
    """Compute a breakdown's shares over the shares of residents; 1 is neither over- nor under-represented."""

    def compute(context: Context) -> list[MeasureResult]:
        one = make(context)
        unit = "times the share of residents"
        people = population_shares(context, one.dimension)
        if people is None:
            return [not_available(context, f"residents of {context.place.name} by {one.dimension}", unit)]
        of_residents, source = people
        found = []
        for row in shares(context, one):
            value = row.breakdown.get(one.dimension, "")
            if value == UNKNOWN:
                continue
            if row.status is not Status.AVAILABLE:
                found.append(replace(row, unit=unit))
            elif not of_residents.get(value):
                reason = f"No group of the census has the name “{value}”: shares can't be compared."
                found.append(replace(refused(context, reason, unit), breakdown=row.breakdown))
            else:
                found.append(_compared(context, row, of_residents[value], source, unit))
        return found

    return compute


def _compared(context: Context, row: MeasureResult, share: float, source: str, unit: str) -> MeasureResult:
    part, known = row.numerator or 0, row.denominator or 0
    bounds = wilson(part, known, 1.0)
    return answer(
        context,
        part / known / share,
        unit,
        numerator=part / known * 100,
        denominator=share * 100,
        denominator_source=f"percent of residents: {source}",
        interval=Interval(bounds.low / share, bounds.high / share, bounds.method),
        caveats=(*row.caveats, "Above 1 is over-represented among those known; residents aren't all who are here."),
        source=row.source,
        breakdown=row.breakdown,
    )


def _repeat(context: Context) -> Breakdown:
    year = replace(context, period=year_to(context.period.end))
    rows = context.store.rows(persons(year, "victim").group_by("offences").aggregate(n=ibis._.count()))
    again = sum(row["n"] for row in rows if row["offences"] >= 2)
    notes = [*caveats(context), f"In the 365 days to {context.period.end:%d %B %Y}."]
    first = context.store.one(context.store.table("offences")["from"].min())
    if first is not None and first.date() > year.period.start:
        notes.append(f"The extract begins on {first:%d %B %Y}: repeats within 365 days are undercounted.")
    return Breakdown(
        "victims in 365 days",
        "repeat",
        {"yes": again, "no": sum(row["n"] for row in rows) - again},
        tuple(notes),
        SOURCE,
        within={"period": f"{year.period.start.isoformat()}/{year.period.end.isoformat()}"},
        each_once=True,
    )


def _repeat_share(context: Context) -> list[MeasureResult]:
    rows = parts_of_all(context, _repeat(context))
    profile = {"profile": context.profile} if context.profile else {}
    return [
        replace(row, period=year_to(context.period.end), breakdown=profile)
        for row in rows
        if row.breakdown.get("repeat", "yes") == "yes"
    ]


def _offences_per_victim(context: Context) -> list[MeasureResult]:
    table = persons(context, "victim")
    sums = context.store.rows(table.aggregate(people=table.count(), offences=table.offences.sum()))[0]
    unit = "offences for each victim"
    rule = context.rules.disclosure
    if not sums["people"]:
        return [refused(context, "There were no victims: the denominator is nought.", unit)]
    if rule is not None and sums["people"] < rule.smallest_at_city:
        return [replace(refused(context, "Too few victims to print.", unit), status=Status.SUPPRESSED)]
    return [
        answer(
            context,
            round(sums["offences"] / sums["people"], 2),
            unit,
            caveats=(*caveats(context), f"Over {days_of(context.period)} days. An average hides who suffers most."),
            source=SOURCE,
            breakdown={"profile": context.profile} if context.profile else {},
        )
    ]


def _register(who: str, dimension: str, make: Callable[[Context], Breakdown]) -> None:
    plural = f"{who.capitalize()}s"
    register(
        Measure(
            f"{who}s.{dimension}",
            f"{plural} by {dimension}",
            f"{plural} of the period, each once, as a share of those whose {dimension} is recorded.",
            NEEDS,
            lambda context: shares(context, make(context)),
            kind=Kind.OPERATIONAL,
            tables=tables_of(make),
        )
    )
    register(
        Measure(
            f"{who}s.{dimension}_against_residents",
            f"{plural} by {dimension}, against residents",
            f"The share of {who}s (of those known) over the share of residents, with the interval of the former.",
            (*NEEDS, POPULATION),
            against_residents(make),
            kind=Kind.OPERATIONAL,
            tables=tables_of(make),
        )
    )


for _who in WHOS:
    _register(_who, "sex", by_sex(_who))
    _register(_who, "age", by_age(_who))
    _register(_who, "ethnicity", by_ethnicity(_who))

register(
    Measure(
        "victims.repeat",
        "Repeat victimisation",
        "Victims with two or more offences in the 365 days to the period's last day, over victims of those days.",
        NEEDS,
        _repeat_share,
        Good.LESS,
        Kind.OPERATIONAL,
        lambda context: [table_of(context, _repeat(context))],
    )
)
register(
    Measure(
        "victims.offences_each",
        "Offences for each victim",
        "Offences with a known victim over victims, in the period.",
        NEEDS,
        _offences_per_victim,
        Good.LESS,
        Kind.OPERATIONAL,
    )
)
