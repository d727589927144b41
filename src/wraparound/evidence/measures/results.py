"""What a measure answers: a number with everything that is needed to judge it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


class Status(enum.StrEnum):
    """Whether there is a value, and if not, why."""

    AVAILABLE = "available"
    NOT_AVAILABLE = "not_available"  # an input is missing: `reason` names it
    SUPPRESSED = "suppressed"  # disclosure control
    REFUSED = "refused"  # the data could be counted, and the number would mislead


@dataclass(frozen=True)
class Place:
    """An area as the figures name it. The vintage is never left out: a code means nothing without it."""

    code: str
    name: str
    vintage: str


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included."""

    start: date
    end: date


@dataclass(frozen=True)
class Interval:
    """Between which bounds the value lies, and by which method (``wilson 95%``, ``byar 95%``, ``worst case``)."""

    low: float
    high: float
    method: str


@dataclass(frozen=True)
class MeasureResult:
    """One number. `breakdown` says which part of the measure it is: {"ward": "Ladywood"}, {"band": "0-0.5"}."""

    id: str
    area: Place
    period: Period
    value: float | None
    unit: str
    numerator: float | None = None
    denominator: float | None = None
    denominator_source: str | None = None
    interval: Interval | None = None
    status: Status = Status.AVAILABLE
    reason: str | None = None
    caveats: tuple[str, ...] = ()
    source: str = ""
    definition: str = ""
    breakdown: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The result as files and the command line carry it."""
        found = asdict(self)
        found["status"] = self.status.value
        found["period"] = {"start": self.period.start.isoformat(), "end": self.period.end.isoformat()}
        found["caveats"] = list(self.caveats)
        found["breakdown"] = dict(self.breakdown)
        return found
