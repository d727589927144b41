"""A published figure beside the same measure from open data, and from records where there are any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wraparound.evidence.figures.checking import as_numbers
from wraparound.evidence.figures.register import FigureRegister
from wraparound.evidence.figures.rules import CannotCompute, Interval
from wraparound.evidence.figures.shapes import Beside
from wraparound.evidence.measures.results import MeasureResult, Status

AGREES = "agrees"
DIFFERS = "differs"
NOT_AVAILABLE = "not available"


@dataclass(frozen=True)
class Comparison:
    """One published figure and another count of the same."""

    row: Beside
    published: str
    published_says: Interval | None
    value: Decimal | None
    verdict: str
    difference: Decimal | None  # in the figure's unit: the other less the published
    reason: str = ""

    def as_data(self) -> dict[str, Any]:
        """The comparison as the command line and files carry it."""
        row = self.row
        return {
            "figure": row.figure,
            "published": self.published,
            "published_says": as_numbers(self.published_says),
            "measure": row.measure or row.records,
            "from": "records" if row.records else "open data",
            "what": row.what,
            "value": None if self.value is None else round(float(self.value), 2),
            "numerator": None if row.numerator is None else float(row.numerator),
            "denominator": None if row.denominator is None else float(row.denominator),
            "unit": row.unit,
            "period": row.period,
            "area": row.area,
            "source": row.source,
            "verdict": self.verdict,
            "difference": None if self.difference is None else round(float(self.difference), 2),
            "reason": self.reason or None,
            "note": row.note,
        }


def lay_beside(register: FigureRegister, records: Mapping[str, MeasureResult] | None = None) -> list[Comparison]:
    """Every figure that has a neighbour. `records` are measures of the platform's own records, by id.

    Without them a row of records is not available, and says what it needs.
    """
    return [_compare(row, register, records or {}) for row in register.beside]


def _compare(row: Beside, register: FigureRegister, records: Mapping[str, MeasureResult]) -> Comparison:
    printed = register.printed(row.figure)
    try:
        says = register.values(row.figure)[0]
    except CannotCompute as why:
        return Comparison(row, printed, None, row.number, NOT_AVAILABLE, None, str(why))
    value, reason = row.number, ""
    if row.records:
        value, reason = _from_records(row, records.get(row.records))
    if value is None:
        return Comparison(row, printed, says, None, NOT_AVAILABLE, None, reason)
    middle = (says.low + says.high) / 2
    verdict = AGREES if _rounded_alike(value, says) else DIFFERS
    return Comparison(row, printed, says, value, verdict, value - middle)


def _from_records(row: Beside, found: MeasureResult | None) -> tuple[Decimal | None, str]:
    if found is None:
        return None, f"Needs {row.needs}."
    if found.status is not Status.AVAILABLE or found.value is None:
        return None, found.reason or f"Needs {row.needs}."
    return Decimal(str(found.value)), ""


def _rounded_alike(value: Decimal, says: Interval) -> bool:
    """Inside what is printed, or within a hundredth of its own size of it: two counts of one thing are never equal."""
    slack = abs(value) / 100
    return says.low - slack <= value <= says.high + slack
