"""Where crime concentrates: an index by small area and by hexagon, and areas that stand out with their neighbours.

Never for domestic abuse: a hotspot of it is a home. Never on so few offences that the map would show chance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from wraparound.evidence.measures import spatial
from wraparound.evidence.measures.areas import LOOKUP, STREET, lsoas, outline, shapes, street_rows, ward_of, wards
from wraparound.evidence.measures.caveats import OVERDISPERSED, SNAPPED
from wraparound.evidence.measures.context import Context, Need, answer, not_available, refused
from wraparound.evidence.measures.memory import remembered
from wraparound.evidence.measures.params import Hotspots
from wraparound.evidence.measures.recorded import SOURCE, category_name, category_of
from wraparound.evidence.measures.registry import Measure, register
from wraparound.evidence.measures.results import MeasureResult, Period

LONGEST_POOL = 60  # months back


@dataclass(frozen=True)
class Cells:
    """Offences by cell, cells without any included, and over which period."""

    counts: dict[str, int]
    period: Period
    caveats: tuple[str, ...]
    resolution: int | None = None
    unplaced: int = 0

    @property
    def mean(self) -> float:
        """Offences a cell."""
        return sum(self.counts.values()) / len(self.counts) if self.counts else 0.0


class Refusal(Exception):
    """Why no hotspot is drawn, as a sentence."""


def _rule(context: Context) -> Hotspots:
    rule = context.rules.hotspots
    if rule is None:
        raise LookupError("evidence.hotspots")
    return rule


def _crimes(context: Context, period: Period) -> tuple[Any, tuple[str, ...], str]:
    """The offences that a hotspot counts: crimes, or those of one category."""
    if context.category and context.category in _rule(context).never:
        raise Refusal(
            f"No hotspot is drawn of {category_name(context.category).lower()}: a place where it is frequent is "
            "somebody's home."
        )
    found = street_rows(context, period=period)
    table = found.table.mutate(kind=category_of(found.table))
    offences = table.filter(table.kind == context.category) if context.category else table.filter(~table.is_asb)
    return offences, found.caveats, found.vintage


def _earlier(period: Period) -> Period:
    """The period begun one month earlier."""
    start = (period.start.replace(day=1) - timedelta(days=1)).replace(day=1)
    return Period(start, period.end)


def _has_month(context: Context, month: date) -> bool:
    one = Period(month, month)
    return bool(context.store.one(street_rows(context, period=one).table.count()))


def by_lsoa(context: Context) -> Cells:
    """Offences by LSOA; earlier months are taken in until the mean is high enough. Raises Refusal where it never is."""
    rule = _rule(context)
    period = context.period
    for _ in range(LONGEST_POOL):
        cells = _lsoa_counts(context, period)
        if cells.mean >= rule.least_mean:
            return cells if period == context.period else _pooled(cells)
        longer = _earlier(period)
        if not _has_month(context, longer.start):
            break
        period = longer
    raise Refusal(
        f"There are {cells.mean:.2f} offences an LSOA from {period.start:%B %Y} to {period.end:%B %Y}, and no earlier "
        f"months to pool: under {rule.least_mean:g} a cell the index shows chance."
    )


def _pooled(cells: Cells) -> Cells:
    text = f"Months from {cells.period.start:%B %Y} to {cells.period.end:%B %Y} are pooled: fewer have too few a cell."
    return replace(cells, caveats=(*cells.caveats, text))


def _lsoa_counts(context: Context, period: Period) -> Cells:
    offences, caveats, vintage = _crimes(context, period)
    if not vintage:
        raise Refusal("The rows carry no LSOA, or LSOAs of two vintages: they can't be counted by small area.")
    codes = lsoas(context, vintage)
    if not codes:
        raise Refusal("Without a lookup of its small areas those without an offence would be left out.")
    rows = context.store.rows(offences.group_by("lsoa").aggregate(n=offences.count()))
    held = {row["lsoa"]: row["n"] for row in rows}
    unplaced = sum(n for code, n in held.items() if code not in set(codes))
    more = (f"{unplaced:,} offences without an LSOA are left out.",) if unplaced else ()
    return Cells({code: held.get(code, 0) for code in codes}, period, (*caveats, *more), None, unplaced)


def by_hexagon(context: Context) -> Cells:
    """Offences by H3 cell of the place, on a coarser grid where the mean is too low. Raises Refusal."""
    rule = _rule(context)
    shape = outline(context)
    if shape is None:
        raise Refusal("Without an outline of the place, cells without an offence would be left out.")
    offences, caveats, _ = _crimes(context, context.period)
    pointed = offences.filter(offences.lon.notnull(), offences.lat.notnull())
    points = context.store.rows(pointed.group_by("lon", "lat").aggregate(n=pointed.count()))
    lost = context.store.one(offences.count()) - sum(row["n"] for row in points)
    more = (SNAPPED, *((f"{lost:,} offences without a point are left out.",) if lost else ()))
    for resolution in range(rule.h3_resolution, rule.h3_coarsest - 1, -1):
        counts = dict.fromkeys(sorted(spatial.cells_of(shape, resolution)), 0)
        for row in points:
            cell = spatial.cell_of((row["lon"], row["lat"]), resolution)
            counts[cell] = counts.get(cell, 0) + row["n"]
        cells = Cells(counts, context.period, (*caveats, *more), resolution, lost)
        if cells.mean >= rule.least_mean:
            coarser = f"The grid is coarsened from H3 resolution {rule.h3_resolution} to {resolution}: too few a cell."
            return cells if resolution == rule.h3_resolution else replace(cells, caveats=(*cells.caveats, coarser))
    raise Refusal(
        f"There are {cells.mean:.2f} offences a cell even at H3 resolution {rule.h3_coarsest}: under "
        f"{rule.least_mean:g} a cell the index shows chance."
    )


def _bands(context: Context, cells: Cells, unit: str) -> list[MeasureResult]:
    index = spatial.hotspot_index(cells.counts)
    resolution = {"resolution": str(cells.resolution)} if cells.resolution is not None else {}
    found = [
        answer(
            context,
            number,
            unit,
            numerator=number,
            denominator=len(cells.counts),
            denominator_source=f"all {unit} of the place, those without an offence included",
            caveats=cells.caveats,
            source=SOURCE,
            breakdown={"band": band, **resolution},
            period=cells.period,
        )
        for band, number in spatial.count_in_bands(index, _rule(context).edges).items()
    ]
    total = answer(
        context,
        len(cells.counts),
        unit,
        numerator=len(cells.counts),
        denominator=len(cells.counts),
        denominator_source=f"mean {cells.mean:.4g} offences a cell",
        caveats=cells.caveats,
        source=SOURCE,
        breakdown={"band": "all", **resolution},
        period=cells.period,
    )
    return [*found, total]


def _lsoa_bands(context: Context) -> list[MeasureResult]:
    try:
        return _bands(context, by_lsoa(context), "LSOAs")
    except Refusal as why:
        return [refused(context, str(why), "LSOAs")]


def _hexagon_bands(context: Context) -> list[MeasureResult]:
    try:
        return _bands(context, by_hexagon(context), "H3 cells")
    except Refusal as why:
        return [refused(context, str(why), "H3 cells")]


def _index(context: Context, cells: Cells, name: str) -> list[MeasureResult]:
    fitted = _wards_of(context, cells) if name == "lsoa" else {}
    index = spatial.hotspot_index(cells.counts)
    found = spatial.bands(_rule(context).edges)
    return [
        answer(
            context,
            value,
            "times the mean",
            numerator=cells.counts[code],
            denominator=cells.mean,
            denominator_source="mean offences a cell",
            caveats=cells.caveats,
            source=SOURCE,
            breakdown={
                name: code,
                **_ward(fitted, code),
                "band": next(band.code for band in found if band.holds(value)),
            },
            period=cells.period,
        )
        for code, value in sorted(index.items())
    ]


def _wards_of(context: Context, cells: Cells) -> dict[str, str]:
    """For each small area the ward that it is best fitted to: a code alone says nothing to a reader."""
    _, _, vintage = _crimes(context, cells.period)
    return ward_of(context, vintage)


def _ward(fitted: dict[str, str], code: str) -> dict[str, str]:
    return {"ward": fitted[code]} if code in fitted else {}


def _lsoa_index(context: Context) -> list[MeasureResult]:
    try:
        return _index(context, by_lsoa(context), "lsoa")
    except Refusal as why:
        return [refused(context, str(why), "times the mean")]


def _hexagon_index(context: Context) -> list[MeasureResult]:
    try:
        return _index(context, by_hexagon(context), "cell")
    except Refusal as why:
        return [refused(context, str(why), "times the mean")]


@dataclass(frozen=True)
class Hot:
    """The Getis-Ord statistic of each small area, and which of them are hot."""

    z: dict[str, float]
    hot: set[str]
    cells: Cells
    neighbours: dict[str, set[str]]


def gistar(context: Context) -> Hot | None:
    """Gi* of the place's LSOAs. None where outlines are missing. Raises Refusal where there are too few offences."""
    cells = by_lsoa(context)
    return remembered(
        context.store, ("gistar", context.place, cells.period, context.category), lambda: _gistar(context, cells)
    )


def _gistar(context: Context, cells: Cells) -> Hot | None:
    _, _, vintage = _crimes(context, cells.period)
    outlines = shapes(context, "lsoa", list(cells.counts), vintage)
    if set(outlines) != set(cells.counts):
        return None
    near = spatial.neighbours(outlines, _rule(context).neighbours_within_m)
    z = spatial.getis_ord(cells.counts, near)
    return Hot(z, spatial.hot(z, _rule(context).false_discovery), cells, near)


def _gistar_caveats(context: Context, found: Hot) -> tuple[str, ...]:
    rule = _rule(context)
    alone = sum(len(near) == 1 for near in found.neighbours.values())
    text = (
        f"Gi* with equal weights of areas whose outlines come within {rule.neighbours_within_m:g} m, the area itself "
        f"included; two-sided by the normal law, Benjamini and Hochberg at {rule.false_discovery:.0%} false discovery; "
        "hot are those above."
    )
    more = (f"{alone} areas have no neighbour within that distance.",) if alone else ()
    return (*found.cells.caveats, text, *more, OVERDISPERSED)


def _gistar_count(context: Context) -> list[MeasureResult]:
    try:
        found = gistar(context)
    except Refusal as why:
        return [refused(context, str(why), "LSOAs")]
    if found is None:
        return [not_available(context, "the outlines of all small areas of this place", "LSOAs")]
    return [
        answer(
            context,
            len(found.hot),
            "LSOAs",
            numerator=len(found.hot),
            denominator=len(found.cells.counts),
            denominator_source="all LSOAs of the place",
            caveats=_gistar_caveats(context, found),
            source=SOURCE,
            period=found.cells.period,
        )
    ]


def _gistar_each(context: Context) -> list[MeasureResult]:
    try:
        found = gistar(context)
    except Refusal as why:
        return [refused(context, str(why), "standard deviations")]
    if found is None:
        return [not_available(context, "the outlines of all small areas of this place", "standard deviations")]
    fitted = _wards_of(context, found.cells)
    return [
        answer(
            context,
            found.z[code],
            "standard deviations",
            numerator=found.cells.counts[code],
            caveats=_gistar_caveats(context, found),
            source=SOURCE,
            breakdown={"lsoa": code, **_ward(fitted, code)},
            period=found.cells.period,
        )
        for code in sorted(found.hot, key=lambda code: -found.z[code])
    ]


def _never(context: Context) -> list[MeasureResult]:
    return [refused(context, "No hotspot is drawn of domestic abuse: a place where it is frequent is somebody's home.")]


def _has_rule(context: Context) -> bool:
    return context.rules.hotspots is not None


def _has_outline(context: Context) -> bool:
    return bool(shapes(context, "ltla", [context.place.code]) or wards(context) or lsoas(context, "2011"))


RULE = Need("", "the rule set evidence.hotspots of this area", _has_rule)
OUTLINES = Need("boundary", "outlines of this place's areas", _has_outline)
_INDEX = (
    "Offences in the cell over the mean of all cells, those without an offence included; bands include their lower end."
)

register(Measure("hotspot.lsoa.bands", "LSOAs by hotspot index", _INDEX, (STREET, LOOKUP, RULE), _lsoa_bands))
register(Measure("hotspot.lsoa.index", "Hotspot index of each LSOA", _INDEX, (STREET, LOOKUP, RULE), _lsoa_index))
register(Measure("hotspot.h3.bands", "Hexagons by hotspot index", _INDEX, (STREET, OUTLINES, RULE), _hexagon_bands))
register(Measure("hotspot.h3.index", "Hotspot index of each hexagon", _INDEX, (STREET, OUTLINES, RULE), _hexagon_index))
register(
    Measure(
        "hotspot.lsoa.gistar_hot",
        "Hot LSOAs",
        "LSOAs that stand out with their neighbours (Getis-Ord Gi*) at the false discovery rate of the rule set.",
        (STREET, LOOKUP, OUTLINES, RULE),
        _gistar_count,
    )
)
register(
    Measure(
        "hotspot.lsoa.gistar",
        "Gi* of the hot LSOAs",
        "The Getis-Ord statistic of each hot LSOA, in standard deviations from what chance gives.",
        (STREET, LOOKUP, OUTLINES, RULE),
        _gistar_each,
    )
)
register(Measure("hotspot.domestic_abuse", "Hotspots of domestic abuse", "Never drawn.", (), _never))
