"""What came of a file's rows: the numbers of the report, and its lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wraparound.kit.files import Problem, Row

ACCEPTED, UNCHANGED, CHANGED, REJECTED = "accepted", "unchanged", "changed", "rejected"
OUTCOMES = (ACCEPTED, UNCHANGED, CHANGED, REJECTED)


@dataclass
class Tally:
    """Rows by what became of them. `read` is their sum, always."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))

    @property
    def read(self) -> int:
        """How many rows were read."""
        return sum(self.counts.values())

    def add(self, outcome: str) -> None:
        """Count one row."""
        self.counts[outcome] += 1

    def as_json(self) -> dict[str, int]:
        """The numbers as the report has them."""
        return {"read": self.read, **self.counts}

    def plus(self, before: Mapping[str, int]) -> dict[str, int]:
        """These added to the numbers of an earlier part of the file."""
        return {name: number + before.get(name, 0) for name, number in self.as_json().items()}


@dataclass(frozen=True)
class Line:
    """A rejection or a warning: where, of what, and why; for a rejection the row as it came."""

    file: str
    line: int
    problem: Problem
    is_rejection: bool = False
    urgent_because: str = ""
    row: Row | None = None

    def as_json(self, names: Mapping[str, str]) -> dict[str, Any]:
        """The line as the report has it; `names` are what the files are called."""
        problem = self.problem
        name = names.get(self.file, self.file)
        return line_json(
            name, self.line, problem.column, problem.reason, problem.shape, is_urgent=bool(self.urgent_because)
        )


def line_json(file: str, line: int, column: str, reason: str, shape: str, *, is_urgent: bool = False) -> dict[str, Any]:
    """One rejection or warning of the report."""
    found: dict[str, Any] = {"file": file, "line": line, "column": column, "reason": reason, "shape": shape}
    if is_urgent:
        found["urgent"] = True
    return found
