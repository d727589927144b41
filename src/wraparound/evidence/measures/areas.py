"""Which small areas, wards and rows belong to a place, and outlines. A code is nothing without its vintage."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from wraparound.evidence.measures import spatial
from wraparound.evidence.measures.context import Context, Need
from wraparound.evidence.measures.memory import remembered, set_by
from wraparound.evidence.measures.results import Period, Place

VINTAGES = ("2011", "2021")


@dataclass(frozen=True)
class Rows:
    """The street-level rows of a place and a period: an expression, what to know about them, and their LSOAs' vintage.

    `vintage` is empty where the rows carry no LSOA or those of both vintages.
    """

    table: Any
    caveats: tuple[str, ...]
    vintage: str
    by_ward: bool  # the rows came ward by ward, without LSOAs (API)
    missing: tuple[date, ...]  # months of the period that no rows are loaded for


def lsoas(context: Context, vintage: str, place: Place | None = None) -> tuple[str, ...]:
    """The codes of the place's LSOAs of a vintage, in order: by the lookup directly, else by way of its wards."""
    place = place or context.place
    return remembered(context.store, ("lsoas", vintage, place.code), lambda: _lsoas(context, vintage, place))


def _lsoas(context: Context, vintage: str, place: Place) -> tuple[str, ...]:
    into = _fits(context)
    direct = {row["from_code"] for row in into.get(place.code, ()) if _is_lsoa(row, vintage)}
    above = {row["from_code"] for row in into.get(place.code, ()) if row["from_kind"] == "ward"}
    by_ward = [row for code in above for row in into.get(code, ()) if row["to_kind"] == "ward"]
    return tuple(sorted(direct or {row["from_code"] for row in by_ward if _is_lsoa(row, vintage)}))


def _is_lsoa(row: dict[str, Any], vintage: str) -> bool:
    return bool(row["from_kind"] == "lsoa" and row["from_vintage"] == vintage)


def _fits(context: Context) -> dict[str, list[dict[str, Any]]]:
    """What the lookup fits into each area: read once, because every measure asks."""

    def find() -> dict[str, list[dict[str, Any]]]:
        lookup = context.store.table("lookup")
        names = ("from_code", "from_kind", "from_vintage", "from_name", "to_code", "to_kind", "to_name")
        found: dict[str, list[dict[str, Any]]] = {}
        for row in context.store.rows(lookup.select(*names).distinct()):
            found.setdefault(row["to_code"], []).append(row)
        return found

    return remembered(context.store, "lookup", find)


def wards(context: Context, place: Place | None = None) -> dict[str, str]:
    """The place's wards: names by code. By the lookup of wards, else those that its LSOAs are best fitted to."""
    place = place or context.place
    return remembered(context.store, ("wards", place.code), lambda: _wards(context, place))


def _wards(context: Context, place: Place) -> dict[str, str]:
    above = [row for row in _fits(context).get(place.code, ()) if row["from_kind"] == "ward"]
    named = {row["from_code"]: row["from_name"] or "" for row in above}
    fitted = _fitted_wards(context, place)
    if named:
        unnamed = [code for code, name in named.items() if not (name or fitted.get(code))]
        shapes = {code: name for code, name, _ in _boundary_rows(context, "ward", unnamed)}
        return {code: name or fitted.get(code) or shapes.get(code) or code for code, name in sorted(named.items())}
    return dict(sorted(fitted.items()))


def _fitted_wards(context: Context, place: Place) -> dict[str, str]:
    codes = {code for vintage in VINTAGES for code in lsoas(context, vintage, place)}
    if not codes:
        return {}
    return {
        code: row["to_name"] or code
        for code, rows in _fits(context).items()
        for row in rows
        if row["from_kind"] == "lsoa" and row["to_kind"] == "ward" and row["from_code"] in codes
    }


def ward_of(context: Context, vintage: str) -> dict[str, str]:
    """For each LSOA of the place the name of the ward that it is best fitted to."""
    named = wards(context)
    codes = set(lsoas(context, vintage))
    return {
        row["from_code"]: name
        for code, name in named.items()
        for row in _fits(context).get(code, ())
        if _is_lsoa(row, vintage) and row["to_kind"] == "ward" and row["from_code"] in codes
    }


def shapes(context: Context, kind: str, codes: Collection[str], vintage: str = "") -> dict[str, BaseGeometry]:
    """The outlines, in degrees, of those of the areas that the store has outlines of."""
    key = ("shapes", kind, vintage, tuple(sorted(codes)))
    return remembered(context.store, key, lambda: _shapes(context, kind, codes, vintage))


def _shapes(context: Context, kind: str, codes: Collection[str], vintage: str) -> dict[str, BaseGeometry]:
    return {
        code: shapely.make_valid(shapely.geometry.shape(json.loads(geometry)))
        for code, _, geometry in _boundary_rows(context, kind, codes, vintage)
    }


def outline(context: Context, place: Place | None = None) -> BaseGeometry | None:
    """The place's outline: its own, else that of all its LSOAs, else of its wards. None where there is none."""
    place = place or context.place
    return remembered(context.store, ("outline", place.code), lambda: _outline(context, place))


def _outline(context: Context, place: Place) -> BaseGeometry | None:
    own = shapes(context, "ltla", [place.code]) or shapes(context, "ward", [place.code])
    if own:
        return next(iter(own.values()))
    for vintage in reversed(VINTAGES):
        codes = lsoas(context, vintage, place)
        parts = shapes(context, "lsoa", codes, vintage)
        if codes and len(parts) == len(codes):
            return spatial.union(parts.values())
    of_wards = shapes(context, "ward", list(wards(context, place)))
    return spatial.union(of_wards.values()) if of_wards else None


def _boundary_rows(
    context: Context, kind: str, codes: Collection[str], vintage: str = ""
) -> list[tuple[str, str, str]]:
    if not codes or not context.store.has("boundary"):
        return []
    boundary = context.store.table("boundary")
    found = boundary.filter(boundary.kind == kind, boundary.code.isin(sorted(codes)))
    if vintage:
        found = found.filter(found.vintage == vintage)
    rows = context.store.rows(found.select("code", "name", "geometry"))
    return [(row["code"], row["name"] or row["code"], row["geometry"]) for row in rows]


def first_of_month(day: date) -> date:
    """The month that a day belongs to, as the store keeps months."""
    return day.replace(day=1)


def months_of(period: Period) -> list[date]:
    """The first days of the months from the first to the last that the period touches."""
    first, last = period.start, period.end
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [date(first.year + (first.month - 1 + i) // 12, (first.month - 1 + i) % 12 + 1, 1) for i in range(count)]


def month_names(months: Iterable[date]) -> str:
    """Months as sentences list them."""
    return ", ".join(f"{month:%B %Y}" for month in months)


def days_of(period: Period) -> int:
    """How many days a period has."""
    return (period.end - period.start).days + 1


def street_rows(context: Context, *, period: Period | None = None, place: Place | None = None) -> Rows:
    """The rows of a place in a period: by LSOA, else by the ward that was asked for, else by the point in its outline.

    Where a month came both as a file and from the API, the file counts.
    """
    period, place = period or context.period, place or context.place
    return remembered(context.store, ("street", place, period), lambda: _street_rows(context, period, place))


def _street_rows(context: Context, period: Period, place: Place) -> Rows:
    street = context.store.table("street")
    in_time = street.filter(
        street.month >= ibis.literal(first_of_month(period.start)),
        street.month <= ibis.literal(first_of_month(period.end)),
    )
    found = set_by(context.store, ("street", place, period), lambda: in_time.filter(_belongs(context, in_time, place)))
    kept, caveats = _one_origin(context, found)
    seen = {row["month"] for row in context.store.rows(kept.select("month").distinct())}
    stated = context.forces if place == context.place else context.comparable.forces.get(place.code, ())
    forces = stated or context.forces  # of a comparable area that names none: its neighbour's, where it has rows at all
    if forces:
        covered = _covered(context, in_time, kept, forces) & (set(months_of(period)) if stated else seen)
        months = [ibis.literal(month) for month in sorted(covered)]
        kept = kept.filter(kept.month.isin(months) if months else ibis.literal(False))
        seen = covered if seen & covered else set()
    missing = tuple(month for month in months_of(period) if month not in seen)
    if missing and seen:
        caveats += (f"No rows are loaded for {month_names(missing)}.",)
    vintage, by_ward, more = _vintage(context, kept)
    return Rows(kept, caveats + more, vintage, by_ward, missing)


def _covered(context: Context, in_time: Any, found: Any, forces: Collection[str]) -> set[date]:
    """The months that a file of the place's own forces covers, whether or not it has a row here; and those of rows
    that name no force, such as the API's. A neighbouring force's rows across the border are no month of this place.
    """
    own = in_time.filter(in_time.force.isin(forces))
    nameless = found.filter((found.origin == "api") | (found.force.fill_null("") == ""))
    return {row["month"] for table in (own, nameless) for row in context.store.rows(table.select("month").distinct())}


def _belongs(context: Context, table: Any, place: Place) -> Any:
    of_wards = sorted(wards(context, place)) or [place.code]
    if any(lsoas(context, vintage, place) for vintage in VINTAGES):
        by_lsoa = table.lsoa.isin(lsoa_codes(context, VINTAGES, place).code)
    else:  # the names of LSOAs begin with that of their local authority
        by_lsoa = table.lsoa_name.re_search(f"^{re.escape(place.name)} [0-9]{{3}}[A-Z]$").fill_null(False)
    belongs = by_lsoa.fill_null(False) | (table.lsoa.isnull() & table.ward.isin(of_wards).fill_null(False))
    inside = _points_inside(context, table, place)
    return belongs | inside if inside is not None else belongs


def lsoa_codes(context: Context, vintages: Collection[str], place: Place | None = None) -> Any:
    """The same codes as `lsoas` gives, as a table with the column `code`: quicker than a list of a thousand."""
    codes = sorted({code for vintage in vintages for code in lsoas(context, vintage, place)})
    return context.store.table_from([{"code": code} for code in codes], pa.schema([("code", pa.string())]))


def _points_inside(context: Context, table: Any, place: Place) -> Any:
    """Rows with a point but neither LSOA nor ward: whether the point lies within the place."""
    loose = table.lsoa.isnull() & table.ward.isnull() & table.lon.notnull() & table.lat.notnull()
    if not context.store.one(table.filter(loose).count()):
        return None
    shape = outline(context, place)
    if shape is None:
        return None
    west, south, east, north = shape.bounds
    near = table.filter(loose, table.lon.between(west, east), table.lat.between(south, north))
    points = [(row["lon"], row["lat"]) for row in context.store.rows(near.select("lon", "lat").distinct())]
    held = spatial.first_holding({place.code: shape}, points)
    inside = sorted(point for point, area in zip(points, held, strict=True) if area)
    if not inside:
        return None
    by_lon: dict[float, list[float]] = {}
    for lon, lat in inside:
        by_lon.setdefault(lon, []).append(lat)
    parts = [(table.lon == lon) & table.lat.isin(lats) for lon, lats in by_lon.items()]
    return loose & ibis.or_(*parts).fill_null(False)


def _one_origin(context: Context, table: Any) -> tuple[Any, tuple[str, ...]]:
    origins = context.store.rows(table.select("month", "origin").distinct())
    from_files = {row["month"] for row in origins if row["origin"] == "csv"}
    both = sorted(from_files & {row["month"] for row in origins if row["origin"] == "api"})
    if not both:
        return table, ()
    kept = table.filter(~((table.origin == "api") & table.month.isin([ibis.literal(month) for month in both])))
    months = ", ".join(f"{month:%B %Y}" for month in both)
    return kept, (f"{months} came as a file and from the API: only the file is counted.",)


def _vintage(context: Context, table: Any) -> tuple[str, bool, tuple[str, ...]]:
    counted = context.store.rows(
        table.group_by("lsoa_vintage").aggregate(n=table.count(), with_lsoa=table.lsoa.notnull().sum())
    )
    with_lsoa = sum(row["with_lsoa"] or 0 for row in counted)
    total = sum(row["n"] for row in counted)
    sure = {row["lsoa_vintage"]: row["n"] for row in counted if row["lsoa_vintage"] in VINTAGES}
    if len(sure) > 1:
        text = ", ".join(f"{n:,} of {vintage}" for vintage, n in sorted(sure.items()))
        return "", False, (f"LSOA codes of two vintages are mixed ({text}): they are not mapped onto each other.",)
    return next(iter(sure), ""), bool(total and not with_lsoa), ()


def _has_rows(context: Context) -> bool:
    key = ("any street rows", context.place, context.period)
    return remembered(context.store, key, lambda: bool(context.store.one(street_rows(context).table.count())))


STREET = Need("street", "street-level police rows of this place and period", _has_rows)
LOOKUP = Need("lookup", "a lookup of small areas to this place")
