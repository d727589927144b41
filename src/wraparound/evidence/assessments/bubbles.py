"""The fourth paper's comparison of cost, harm and volume: one circle for each category that has all three."""

from __future__ import annotations

from typing import Any

from wraparound.evidence.assessments import charts
from wraparound.evidence.assessments.sections import Draw, Found
from wraparound.evidence.measures.results import MeasureResult


def as_bubbles() -> Draw:
    """Volume across, cost upward, harm as the circle's size; of the first scheme of each that was loaded."""

    def draw(results: list[MeasureResult], found: Found, shapes: Any) -> str | None:
        harm, cost = _by_code(found.given("harm.by_category")), _by_code(found.given("cost.by_category"))
        both = [code for code in harm if code in cost]
        if len(both) < 2:
            return None
        rows = [
            {
                "label": harm[code].breakdown["category"],
                "x": harm[code].numerator,
                "y": cost[code].value,
                "size": harm[code].value,
            }
            for code in both
        ]
        units = harm[both[0]].unit, cost[both[0]].unit
        return charts.bubbles(rows, x_title="Crimes", y_title=f"Cost, {units[1]}", size_title=f"Harm, {units[0]}")

    return draw


def _by_code(results: list[MeasureResult]) -> dict[str, MeasureResult]:
    if not results:
        return {}
    scheme = results[0].breakdown.get("scheme")
    return {one.breakdown["code"]: one for one in results if one.breakdown.get("scheme") == scheme}
