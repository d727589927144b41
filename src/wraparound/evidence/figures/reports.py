"""The whole check of a register as one piece of data: what the command line prints and an assessment shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wraparound.evidence.figures.beside import Comparison, lay_beside
from wraparound.evidence.figures.checking import (
    CheckResult,
    TableResult,
    as_numbers,
    check_as_data,
    run_checks,
    run_tables,
    step_as_data,
)
from wraparound.evidence.figures.conflicts import Conflict, find_conflicts
from wraparound.evidence.figures.register import FigureRegister
from wraparound.evidence.figures.shapes import Figure
from wraparound.evidence.measures.results import MeasureResult


@dataclass(frozen=True)
class Report:
    """A register, checked."""

    register: FigureRegister
    checks: list[CheckResult]
    tables: list[TableResult]
    conflicts: list[Conflict]
    beside: list[Comparison]

    def as_data(self) -> dict[str, Any]:
        """The report as JSON carries it."""
        return {
            "pack": self.register.title,
            "figures": len(self.register.figures),
            "tables": len(self.register.tables),
            "checks": [check_as_data(result, self.register) for result in self.checks],
            "inside_tables": [
                {"id": result.id, "table": result.table, **step_as_data(result.step), "note": result.note}
                for result in self.tables
            ],
            "conflicts": [conflict.as_data() for conflict in self.conflicts],
            "beside": [comparison.as_data() for comparison in self.beside],
        }


def check_register(register: FigureRegister, records: Mapping[str, MeasureResult] | None = None) -> Report:
    """Do all the arithmetic of a register. `records`: measures from the platform's own records, to lay beside."""
    checks = run_checks(register)
    tables = run_tables(register)
    return Report(register, checks, tables, find_conflicts(register, checks, tables), lay_beside(register, records))


def figure_as_data(figure: Figure, register: FigureRegister) -> dict[str, Any]:
    """One figure with everything that it carries."""
    days = figure.days
    return {
        "id": figure.id,
        "group": figure.group,
        "label": figure.label,
        "value": figure.value,
        "unit": figure.unit,
        "reading": figure.reading.value,
        "numbers": {name or "value": as_numbers(number) for name, number in figure.numbers.items()},
        "period": figure.period or None,
        "start": days.start.isoformat() if days and days.start else None,
        "end": days.end.isoformat() if days else None,
        "undated": figure.undated or None,
        "geography": figure.geography,
        "measure": figure.measure or None,
        "source": register.sources[figure.source].title,
        "lines": figure.lines,
        "note": figure.note,
    }
