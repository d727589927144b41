"""The shapes that maps are drawn of: outlines of the store, thinned so that a page stays light."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cached_property
from typing import Any

import shapely

from wraparound.evidence.assessments import charts
from wraparound.evidence.assessments.sections import Draw, Found
from wraparound.evidence.measures import areas, spatial
from wraparound.evidence.measures.context import Context
from wraparound.evidence.measures.results import MeasureResult

H3 = "h3"
DEGREES = 0.0004  # about 30 m: less than a line's width on paper


class Outlines:
    """The outlines of an assessment's place, looked up when a map asks."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[tuple[str, frozenset[str]], dict[str, dict[str, Any]]] = {}

    def of(self, kind: str, codes: Collection[str]) -> dict[str, dict[str, Any]]:
        """GeoJSON by code, of those areas whose outline is loaded; the outline of an H3 cell is in its code."""
        key = (kind, frozenset(codes))
        if key not in self._known:
            found = (
                {code: spatial.shape_of(code) for code in codes}
                if kind == H3
                else areas.shapes(self._context, kind, codes)
            )
            self._known[key] = {code: thin(shape) for code, shape in found.items()}
        return self._known[key]

    @cached_property
    def wards(self) -> list[dict[str, Any]]:
        """The outlines of the place's wards."""
        codes = areas.wards(self._context)
        return list(self.of("ward", list(codes)).values())


def thin(shape: Any) -> dict[str, Any]:
    """A shape as GeoJSON, simplified and rounded; a sliver that would vanish stays as it is."""
    thinner = shape.simplify(DEGREES, preserve_topology=True)
    chosen = thinner if not thinner.is_empty else shape
    found: dict[str, Any] = json.loads(shapely.to_geojson(shapely.set_precision(chosen, 1e-5)))
    return found


def as_map(*, kind: str, part: str, by: str = "band", legend: str, name_of: dict[str, str] | None = None) -> Draw:
    """A map of areas of a kind whose code stands in `part` of the breakdown, filled by the part `by`."""

    def draw(results: list[MeasureResult], found: Found, shapes: Outlines | None) -> str | None:
        given = {
            one.breakdown[part]: one.breakdown[by] for one in results if one.value is not None and by in one.breakdown
        }
        if shapes is None or not given:
            return None
        outlines = shapes.of(kind, list(given))
        if len(outlines) < len(given):
            return None  # a map with holes would say that nothing happened there
        bands = sorted(set(given.values()), key=_first_number)
        rows = [{"geometry": outlines[code], "band": band} for code, band in given.items()]
        over = [{"geometry": one} for one in shapes.wards]
        return charts.areas(rows, bands=bands, legend=legend, outlines=over)

    return draw


def as_ward_map(*, unit: str) -> Draw:
    """A map of wards in five bands of equally many wards, each band named by its lowest and highest number."""

    def draw(results: list[MeasureResult], found: Found, shapes: Outlines | None) -> str | None:
        first = [one for one in results if one.id == results[0].id and "code" in one.breakdown]
        given = {one.breakdown["code"]: one.value for one in first if one.value is not None}
        if shapes is None or len(given) < 5:
            return None
        outlines = shapes.of("ward", list(given))
        if len(outlines) < len(given):
            return None
        named = _fifths({code: value for code, value in given.items() if value is not None})
        bands = list(dict.fromkeys(band for _, band in sorted(named.values())))
        rows = [{"geometry": outlines[code], "band": band} for code, (_, band) in named.items()]
        return charts.areas(rows, bands=bands, legend=unit)

    return draw


def _fifths(values: dict[str, float]) -> dict[str, tuple[float, str]]:
    """For each code the lowest value of its fifth, and the fifth's name. Equal values share a fifth."""
    ordered = sorted(values.values())
    lows = sorted({ordered[len(ordered) * fifth // 5] for fifth in range(5)})
    named = {}
    for place, low in enumerate(lows):
        next_low = lows[place + 1] if place + 1 < len(lows) else float("inf")
        held = [value for value in ordered if low <= value < next_low]
        name = f"{low:,.0f} to {held[-1]:,.0f}" if held[-1] > low else f"{low:,.0f}"
        for code, value in values.items():
            if low <= value < next_low:
                named[code] = (low, name)
    return named


def _first_number(band: str) -> float:
    digits = "".join(sign for sign in band.split("-")[0].split(" ")[0] if sign.isdigit() or sign == ".")
    return float(digits) if digits else 0.0
