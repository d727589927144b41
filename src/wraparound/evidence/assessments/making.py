"""One assessment from its name to its document: the area, the store, the measures. No database is needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wraparound.evidence.assessments.areas import Area, area_of, open_for
from wraparound.evidence.assessments.documents import Document
from wraparound.evidence.assessments.drawing import draw
from wraparound.evidence.assessments.kinds import Kind, kind_of
from wraparound.evidence.assessments.periods import period_of
from wraparound.evidence.measures import library  # noqa: F401  importing it makes the register of measures complete
from wraparound.evidence.measures.results import Period


@dataclass(frozen=True)
class Wanted:
    """Which assessment is asked for."""

    kind: Kind
    area: Area
    period: Period


def wanted(*, kind: str, area: str, first: str, last: str) -> Wanted:
    """What was asked for. Raises BadInput with a sentence for an unknown kind or area, a bad month, a wrong order."""
    return Wanted(kind_of(kind), area_of(area), period_of(first, last))


def make(asked: Wanted, *, now: datetime, store: Path | None = None) -> Document:
    """Draw it from the store as it is now, the area's own reference data loaded first where it isn't yet."""
    opened, trouble = open_for(asked.area, store)
    context = asked.area.context(opened, asked.period)
    return draw(asked.kind, context, opened, slug=asked.area.slug, now=now, trouble=trouble)
