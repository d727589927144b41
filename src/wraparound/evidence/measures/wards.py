"""Rows by ward, in two ways that differ: LSOA tables by best fit, points by the ward that holds them."""

from __future__ import annotations

from typing import Any

from wraparound.evidence.measures import spatial
from wraparound.evidence.measures.areas import LOOKUP, STREET, Rows, lsoas, shapes, street_rows, wards
from wraparound.evidence.measures.caveats import BEST_FIT, SNAPPED
from wraparound.evidence.measures.context import Context, Need, answer, not_available
from wraparound.evidence.measures.recorded import SOURCE
from wraparound.evidence.measures.registry import Measure, register
from wraparound.evidence.measures.results import MeasureResult


def coverage(context: Context, found: Rows, named: dict[str, str]) -> tuple[str, ...]:
    """Which wards' files are missing, where rows came ward by ward: "68 of 69 wards"."""
    if not found.by_ward:
        return ()
    asked = {row["ward"] for row in context.store.rows(found.table.select("ward").distinct())}
    missing = [name for code, name in named.items() if code not in asked]
    if not missing:
        return ()
    return (f"{len(named) - len(missing)} of {len(named)} wards: no file of {', '.join(missing)}.",)


def _results(
    context: Context, counts: dict[str, int], named: dict[str, str], caveats: tuple[str, ...]
) -> list[MeasureResult]:
    return [
        answer(
            context,
            counts.get(code, 0),
            "rows",
            numerator=counts.get(code, 0),
            caveats=caveats,
            source=SOURCE,
            breakdown={"ward": name, "code": code},
        )
        for code, name in sorted(named.items(), key=lambda item: (-counts.get(item[0], 0), item[1]))
    ]


def _best_fit(context: Context) -> list[MeasureResult]:
    found = street_rows(context)
    named = wards(context)
    if not found.vintage:
        return [not_available(context, "rows that carry the LSOA, of one vintage", "rows", found.caveats)]
    small = lsoas(context, found.vintage)
    lookup = context.store.table("lookup")
    fit = lookup.filter(
        lookup.from_kind == "lsoa",
        lookup.from_vintage == found.vintage,
        lookup.to_kind == "ward",
        lookup.from_code.isin(small),
        lookup.to_code.isin(sorted(named)),
    )
    placed = found.table.join(fit.select("from_code", "to_code").distinct(), [("lsoa", "from_code")])
    rows = context.store.rows(placed.group_by("to_code").aggregate(n=placed.count()))
    counts = {row["to_code"]: row["n"] for row in rows}
    if not counts:
        return [not_available(context, f"a lookup of LSOAs of {found.vintage} to wards", "rows", found.caveats)]
    lost = context.store.one(found.table.count()) - sum(counts.values())
    more = (f"{lost:,} rows without an LSOA of a ward are left out.",) if lost else ()
    is_best_fit = bool(context.store.one(fit.is_best_fit.sum()))
    return _results(context, counts, named, (*found.caveats, *((BEST_FIT,) if is_best_fit else ()), *more))


def _coordinates(context: Context) -> list[MeasureResult]:
    found = street_rows(context)
    named = wards(context)
    outlines = shapes(context, "ward", list(named))
    missing = sorted(name for code, name in named.items() if code not in outlines)
    if not outlines:
        return [not_available(context, "outlines of this place's wards", "rows", found.caveats)]
    counts, lost = _in_wards(context, found.table, outlines)
    more = [SNAPPED, *coverage(context, found, named)]
    if lost:
        more.append(f"{lost:,} rows lie in no ward or have no point, and are left out.")
    if missing:
        more.append(f"{len(outlines)} of {len(named)} wards: no outline of {', '.join(missing)}.")
    held = {code: name for code, name in named.items() if code in outlines}
    return _results(context, counts, held, (*found.caveats, *more))


def _in_wards(context: Context, table: Any, outlines: dict[str, Any]) -> tuple[dict[str, int], int]:
    pointed = table.filter(table.lon.notnull(), table.lat.notnull())
    points = context.store.rows(pointed.group_by("lon", "lat").aggregate(n=pointed.count()))
    held = spatial.first_holding(outlines, [(row["lon"], row["lat"]) for row in points])
    counts = dict.fromkeys(outlines, 0)
    for row, code in zip(points, held, strict=True):
        if code is not None:
            counts[code] += row["n"]
    return counts, context.store.one(table.count()) - sum(counts.values())


def _covered(context: Context) -> list[MeasureResult]:
    found = street_rows(context)
    named = wards(context)
    if not found.by_ward:
        return [not_available(context, "rows that came ward by ward, from the API", "wards", found.caveats)]
    asked = {row["ward"] for row in context.store.rows(found.table.select("ward").distinct())} & set(named)
    return [
        answer(
            context,
            len(asked),
            "wards",
            numerator=len(asked),
            denominator=len(named),
            denominator_source="wards of the place",
            caveats=(*found.caveats, *coverage(context, found, named)),
            source=SOURCE,
        )
    ]


WARDS = Need("lookup", "the wards of this place", lambda context: bool(wards(context)))

register(
    Measure(
        "ward.rows.best_fit",
        "Rows by ward, by best fit of LSOAs",
        "Street-level rows, each counted for the ward that its LSOA is best fitted to.",
        (STREET, LOOKUP, WARDS),
        _best_fit,
    )
)
register(
    Measure(
        "ward.rows.coordinates",
        "Rows by ward, by coordinates",
        "Street-level rows, each counted for the ward whose outline holds its published point.",
        (STREET, WARDS, Need("boundary", "outlines of this place's wards")),
        _coordinates,
    )
)
register(
    Measure(
        "ward.covered",
        "Wards that data came for",
        "Wards of which a file was loaded, of all wards of the place.",
        (STREET, WARDS),
        _covered,
    )
)
