"""How much of a place is among the most deprived tenth of England: by small areas and by people, side by side."""

from __future__ import annotations

from typing import Any

from wraparound.evidence.measures.areas import lsoa_codes, lsoas
from wraparound.evidence.measures.context import Context, Need, answer, not_available, refused
from wraparound.evidence.measures.memory import remembered
from wraparound.evidence.measures.recorded import POPULATION
from wraparound.evidence.measures.registry import Good, Measure, register
from wraparound.evidence.measures.results import MeasureResult

_LSOA_CAVEAT = "A deprived area is not a deprived person: people of every income live in each tenth."


def _newest(context: Context) -> tuple[int, str] | None:
    """The newest edition that has LSOAs of the place, and its vintage."""
    return remembered(context.store, ("deprivation", context.place.code), lambda: _find_newest(context))


def _find_newest(context: Context) -> tuple[int, str] | None:
    table = context.store.table("deprivation")
    editions = context.store.rows(table.select("edition", "vintage").distinct())
    for row in sorted(editions, key=lambda row: (-row["edition"], row["vintage"])):
        if _overall(context, row["edition"], row["vintage"]):
            return row["edition"], row["vintage"]
    return None


def _overall(context: Context, edition: int, vintage: str) -> dict[str, dict[str, Any]]:
    table = context.store.table("deprivation")
    if not lsoas(context, vintage):
        return {}
    chosen = table.filter(
        table.edition == edition,
        table.vintage == vintage,
        table.domain == "overall",
        table.lsoa.isin(lsoa_codes(context, [vintage]).code),
    )
    rows = context.store.rows(chosen.select("lsoa", "decile", "source"))
    return {row["lsoa"]: row for row in rows}


def _by_lsoas(context: Context) -> list[MeasureResult]:
    chosen = _newest(context)
    if chosen is None:
        return [not_available(context, "deprivation of this place's small areas", "percent of LSOAs")]
    rows = _overall(context, *chosen)
    worst = sum(row["decile"] == 1 for row in rows.values())
    missing = len(lsoas(context, chosen[1])) - len(rows)
    return [
        answer(
            context,
            worst / len(rows) * 100,
            "percent of LSOAs",
            numerator=worst,
            denominator=len(rows),
            denominator_source=f"LSOAs of {chosen[1]} of this place",
            caveats=(_LSOA_CAVEAT, *((f"{missing} LSOAs have no decile and are left out.",) if missing else ())),
            source=next(iter(rows.values()))["source"],
            breakdown={"edition": str(chosen[0])},
        )
    ]


def _by_people(context: Context) -> list[MeasureResult]:
    unit = "percent of residents"
    chosen = _newest(context)
    if chosen is None:
        return [not_available(context, "deprivation of this place's small areas", unit)]
    edition, vintage = chosen
    rows = _overall(context, edition, vintage)
    counted = _people(context, vintage, sorted(rows))
    if counted is None:
        return [not_available(context, f"residents of every LSOA of {vintage}", unit)]
    people, source = counted
    whole = sum(people.values())
    if not whole:
        return [refused(context, "The small areas have no residents: the denominator is nought.", unit)]
    worst = sum(people[code] for code, row in rows.items() if row["decile"] == 1)
    return [
        answer(
            context,
            worst / whole * 100,
            unit,
            numerator=worst,
            denominator=whole,
            denominator_source=source,
            caveats=(_LSOA_CAVEAT,),
            source=next(iter(rows.values()))["source"],
            breakdown={"edition": str(edition)},
        )
    ]


def _people(context: Context, vintage: str, codes: list[str]) -> tuple[dict[str, int], str] | None:
    """Residents by LSOA by the newest table that has them all."""
    table = context.store.table("population")
    small = table.filter(
        table.measure == "residents",
        table.area_kind == "lsoa",
        table.vintage == vintage,
        table.area_code.isin(lsoa_codes(context, [vintage]).code),
        (table.sex.isnull() | (table.sex == "")),
        table.age_from.isnull(),
        table.age_to.isnull(),
        table.ethnicity.isnull(),
        table.category.isnull(),
    )
    found = context.store.rows(small.select("area_code", "date", "source", "value"))
    wanted = set(codes)
    rows = [row for row in found if row["area_code"] in wanted]
    tables: dict[tuple[Any, str], dict[str, int]] = {}
    for row in rows:
        tables.setdefault((row["date"], row["source"]), {})[row["area_code"]] = row["value"]
    whole = [(key, people) for key, people in tables.items() if len(people) == len(codes)]
    if not whole:
        return None
    (on, source), people = max(whole, key=lambda item: item[0])
    return people, f"{source}, {on.day} {on:%B %Y} (sum of LSOAs)"


def _change(context: Context) -> list[MeasureResult]:
    return [
        refused(
            context,
            "No change is shown between editions of the indices: 2019 is on LSOAs of 2011, 2025 on those of 2021 and "
            "by other indicators, and both only rank areas against each other.",
        )
    ]


def _has_lsoas(context: Context) -> bool:
    return _newest(context) is not None


DEPRIVATION = Need("deprivation", "the indices of deprivation and a lookup for this place's small areas", _has_lsoas)

register(
    Measure(
        "deprivation.decile1.lsoas",
        "Small areas in England's most deprived tenth",
        "LSOAs of the place in decile 1 of the overall index (newest edition loaded), over all its LSOAs.",
        (DEPRIVATION,),
        _by_lsoas,
        Good.LESS,
    )
)
register(
    Measure(
        "deprivation.decile1.population",
        "People in England's most deprived tenth of areas",
        "Residents of LSOAs in decile 1 of the overall index (newest edition loaded), over residents of all its LSOAs.",
        (DEPRIVATION, POPULATION),
        _by_people,
        Good.LESS,
    )
)
register(Measure("deprivation.change", "Change between editions", "Never shown.", (), _change))
