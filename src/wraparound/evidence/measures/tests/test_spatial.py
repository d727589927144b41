"""The statistics of places, against a second method and what must hold of any numbers."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from wraparound.evidence.measures import spatial

EDGES = (0.0, 0.5, 1.0, 2.0, 3.0)
counts = st.dictionaries(st.integers(0, 99).map(lambda i: f"a{i:02}"), st.integers(0, 60), min_size=2, max_size=60)


@pytest.mark.parametrize(
    ("value", "band"), [(0, "0-0.5"), (0.49, "0-0.5"), (0.5, "0.5-1"), (1, "1-2"), (2, "2-3"), (3, "3+"), (99, "3+")]
)
def test_bands_hold_their_lower_end(value: float, band: str) -> None:
    assert [one.code for one in spatial.bands(EDGES) if one.holds(value)] == [band]


@given(counts)
def test_every_cell_is_in_one_band_and_the_mean_of_the_index_is_one(found: dict[str, int]) -> None:
    index = spatial.hotspot_index(found)
    if not sum(found.values()):
        assert index == {}
        return
    assert sum(spatial.count_in_bands(index, EDGES).values()) == len(found)
    assert sum(index.values()) / len(index) == pytest.approx(1)


@given(counts, st.randoms(use_true_random=False))
def test_gi_star_is_that_of_matrices(found: dict[str, int], chance: object) -> None:
    codes = sorted(found)
    near = {code: {code, *(other for j, other in enumerate(codes) if abs(i - j) <= 2)} for i, code in enumerate(codes)}
    z = spatial.getis_ord(found, near)
    x = np.array([found[code] for code in codes], dtype=float)
    w = np.array([[float(other in near[code]) for other in codes] for code in codes])
    n, s = len(x), x.std()
    if s < 1e-9:
        assert z == {}
        return
    sums = w.sum(1)
    below = s * np.sqrt(np.maximum(0, (n * sums - sums**2) / (n - 1)))
    for i, code in enumerate(codes):
        if below[i]:
            assert z[code] == pytest.approx((w[i] @ x - x.mean() * sums[i]) / below[i], abs=1e-6)
        else:
            assert code not in z


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.floats(0, 1), min_size=1, max_size=40))
def test_false_discovery_is_that_of_scipy(found: dict[str, float]) -> None:
    names = sorted(found)
    adjusted = false_discovery_control([found[name] for name in names])
    close = {name for name, p in zip(names, adjusted, strict=True) if abs(p - 0.05) < 1e-12}
    expected = {name for name, p in zip(names, adjusted, strict=True) if p <= 0.05}
    assert spatial.false_discovery(found, 0.05) - close == expected - close


def test_only_areas_above_are_hot() -> None:
    assert spatial.hot({"a": 9.0, "b": -9.0, "c": 0.1}, 0.05) == {"a"}
    assert spatial.two_sided(1.959963984540054) == pytest.approx(0.05)


def square(west: float, south: float, size: float = 0.01) -> shapely.Geometry:
    return shapely.box(west, south, west + size, south + size)


def test_areas_near_each_other_are_neighbours_though_their_outlines_do_not_touch() -> None:
    metre = 1 / 67_000  # of longitude, at this latitude
    shapes = {
        "a": square(-1.9, 52.5),
        "b": square(-1.9 + 0.01 + 10 * metre, 52.5),
        "c": square(-1.9 + 0.02 + 40 * metre, 52.5),
    }
    assert spatial.neighbours(shapes, 15) == {"a": {"a", "b"}, "b": {"a", "b"}, "c": {"c"}}
    assert spatial.neighbours(shapes, 100)["b"] == {"a", "b", "c"}


def test_a_point_on_a_border_is_in_one_area() -> None:
    shapes = {"a": square(0, 0, 1), "b": square(1, 0, 1)}
    assert spatial.first_holding(shapes, [(0.5, 0.5), (1, 0.5), (5, 5)]) == ["a", "a", None]
    assert spatial.first_holding({}, [(0, 0)]) == [None]


@settings(max_examples=25)
@given(st.floats(-1.95, -1.85), st.floats(52.45, 52.55))
def test_a_point_lies_in_the_cell_that_holds_it(lon: float, lat: float) -> None:
    cell = spatial.cell_of((lon, lat), 8)
    around = shapely.Point(lon, lat).buffer(0.05)
    assert cell in spatial.cells_of(around, 8)


def test_equal_counts_have_no_hotspots() -> None:
    assert spatial.getis_ord({"a": 3, "b": 3}, {"a": {"a"}, "b": {"b"}}) == {}
    assert spatial.getis_ord({"a": 3}, {"a": {"a"}}) == {}
    with pytest.raises(ValueError, match="must rise"):
        spatial.bands((0, 2, 1))


def test_the_outline_of_a_hexagon_holds_its_points_and_no_others() -> None:
    cell = spatial.cell_of((-1.9, 52.48), 8)
    shape = spatial.shape_of(cell)
    assert shape.is_valid
    for lon in (-1.905, -1.9, -1.895):
        for lat in (52.475, 52.48, 52.485):
            assert shape.contains(shapely.Point(lon, lat)) is (spatial.cell_of((lon, lat), 8) == cell)
