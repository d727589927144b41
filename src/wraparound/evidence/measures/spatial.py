"""The statistics of places: bands of concentration, neighbours, the Getis-Ord statistic, false discovery. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import h3
import numpy as np
import shapely
from pyproj import Transformer
from scipy.stats import norm
from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]  # degrees: longitude, latitude

_NATIONAL_GRID = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)


@dataclass(frozen=True)
class Band:
    """Values from `low`, included, up to `high`, not included; None: without end."""

    low: float
    high: float | None

    @property
    def code(self) -> str:
        """How the band is named: 0-0.5, 3+."""
        return f"{self.low:g}+" if self.high is None else f"{self.low:g}-{self.high:g}"

    def holds(self, value: float) -> bool:
        """Whether the value belongs to the band."""
        return value >= self.low and (self.high is None or value < self.high)


def bands(edges: Sequence[float]) -> list[Band]:
    """The bands between edges, the last one open. Raises ValueError for edges that don't rise."""
    if not edges or any(a >= b for a, b in pairwise(edges)):
        raise ValueError("The edges of bands must rise.")
    return [Band(low, high) for low, high in zip(edges, [*edges[1:], None], strict=True)]


def hotspot_index(counts: Mapping[str, int]) -> dict[str, float]:
    """Offences in each cell over the mean of all cells; cells with none count. Empty where there are no offences."""
    total = sum(counts.values())
    if not total:
        return {}
    mean = total / len(counts)
    return {cell: count / mean for cell, count in counts.items()}


def count_in_bands(index: Mapping[str, float], edges: Sequence[float]) -> dict[str, int]:
    """How many cells lie in each band, bands without a cell included."""
    return {band.code: sum(band.holds(value) for value in index.values()) for band in bands(edges)}


def in_metres(shape: BaseGeometry) -> BaseGeometry:
    """A shape in degrees on the British National Grid."""

    def project(points: np.ndarray) -> np.ndarray:
        east, north = _NATIONAL_GRID.transform(points[:, 0], points[:, 1])
        return np.column_stack([east, north])

    return shapely.transform(shape, project)


def neighbours(shapes: Mapping[str, BaseGeometry], within_m: float) -> dict[str, set[str]]:
    """For each area those whose outlines come within so many metres, itself included. Shapes are in degrees.

    Generalised outlines of areas that touch often don't, so touching alone would leave areas without a neighbour.
    """
    codes = sorted(shapes)
    grid = [in_metres(shapes[code]) for code in codes]
    first, second = shapely.STRtree(grid).query(grid, predicate="dwithin", distance=within_m)
    found: dict[str, set[str]] = {code: {code} for code in codes}
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        found[codes[one]].add(codes[other])
    return found


def getis_ord(counts: Mapping[str, int], near: Mapping[str, set[str]]) -> dict[str, float]:
    """Gi* of each area: how far the sum of it and its neighbours is from what chance gives, in standard deviations.

    Binary weights, the area itself included; mean and standard deviation of all areas (divided by n). Source: Ord and
    Getis 1995, formula 14.3. Empty where all counts are equal: then nothing stands out.
    """
    n = len(counts)
    if n < 2:
        return {}
    mean = sum(counts.values()) / n
    spread = math.sqrt(max(0.0, sum(value * value for value in counts.values()) / n - mean * mean))
    if spread < 1e-12:
        return {}
    found = {}
    for code in counts:
        weights = len(near[code])
        scale = spread * math.sqrt(max(0.0, (n * weights - weights * weights) / (n - 1)))
        if scale:  # an area whose neighbours are all areas has nothing to stand out from
            found[code] = (sum(counts[other] for other in near[code]) - mean * weights) / scale
    return found


def two_sided(z: float) -> float:
    """How probable a value so far from nought, on either side, is by the normal law."""
    return float(2 * norm.sf(abs(z)))


def false_discovery(probabilities: Mapping[str, float], rate: float) -> set[str]:
    """Those that pass Benjamini and Hochberg's procedure (1995) at a false discovery rate."""
    ordered = sorted(probabilities.items(), key=lambda item: (item[1], item[0]))
    last = 0
    for place, (_, p) in enumerate(ordered, start=1):
        if p <= rate * place / len(ordered):
            last = place
    return {code for code, _ in ordered[:last]}


def hot(z: Mapping[str, float], rate: float) -> set[str]:
    """Areas that are hot: significant in a two-sided test at the false discovery rate, and above."""
    passed = false_discovery({code: two_sided(value) for code, value in z.items()}, rate)
    return {code for code in passed if z[code] > 0}


def first_holding(shapes: Mapping[str, BaseGeometry], points: Sequence[Point]) -> list[str | None]:
    """For each point the area that holds it; on a common border the first by code; None outside all of them."""
    codes = sorted(shapes)
    found: list[str | None] = [None] * len(points)
    if not codes or not points:
        return found
    tree = shapely.STRtree([shapes[code] for code in codes])
    at, areas = tree.query(shapely.points(np.array(points, dtype=float)), predicate="intersects")
    for point, area in sorted(zip(at.tolist(), areas.tolist(), strict=True), reverse=True):
        found[point] = codes[area]
    return found


def cells_of(outline: BaseGeometry, resolution: int) -> set[str]:
    """The H3 cells whose centres lie in an area given in degrees."""
    return set(h3.geo_to_cells(shapely.geometry.mapping(outline), resolution))


def cell_of(point: Point, resolution: int) -> str:
    """The H3 cell that holds a point."""
    return str(h3.latlng_to_cell(point[1], point[0], resolution))


def union(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    """One area of many."""
    return shapely.union_all(list(shapes))


def shape_of(cell: str) -> BaseGeometry:
    """The outline of an H3 cell, in degrees."""
    return shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)])
