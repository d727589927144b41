"""One assessment from its name to its document: the area, the store, the measures. No database is needed.

Importing it brings the libraries of analysis along (seconds, and 200 MB): only who draws does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from wraparound.evidence.assessments.areas import context_for
from wraparound.evidence.assessments.documents import Document
from wraparound.evidence.assessments.drawing import draw
from wraparound.evidence.assessments.kinds import Kind, kind_of
from wraparound.evidence.assessments.periods import period_of
from wraparound.evidence.assessments.published import from_json, together
from wraparound.evidence.assessments.queries import Printed
from wraparound.evidence.measures import library  # noqa: F401  importing it makes the register of measures complete
from wraparound.evidence.measures.disclosure import Published
from wraparound.evidence.measures.results import Period
from wraparound.evidence.store.areas import Area, ensure_area, load_area
from wraparound.evidence.store.engine import open_store
from wraparound.kit.errors import BadInput


@dataclass(frozen=True)
class Wanted:
    """Which assessment is asked for."""

    kind: Kind
    area: Area
    period: Period


def wanted(*, kind: str, area: str, first: str, last: str) -> Wanted:
    """What was asked for. Raises BadInput with a sentence for an unknown kind or area, a bad month, a wrong order."""
    try:
        found = load_area(area)
    except (OSError, ValueError) as error:  # a name that no file system takes
        raise BadInput(f"There is no area {area[:80]!r}.", "area") from error
    return Wanted(kind_of(kind), found, period_of(first, last))


@dataclass(frozen=True)
class Before:
    """The editions of the same area that were drawn before: digests, and what they printed of our own records."""

    digests: tuple[str, ...] = ()
    published: Published | None = None

    @classmethod
    def of(cls, printed: Iterable[Printed]) -> Before:
        """From what `queries.printed_before` gives."""
        found = list(printed)
        return cls(
            tuple(one.digest for one in found), together(from_json(one.kept) for one in found) if found else None
        )


def make(asked: Wanted, *, now: datetime, store: Path | None = None, before: Before | None = None) -> Document:
    """Draw it from the store as it is now, the area's own reference data loaded first where it isn't yet."""
    before = before or Before()
    ensure_area(asked.area, store)
    opened = open_store(store)
    context = context_for(asked.area, opened, asked.period)
    found = draw(asked.kind, context, opened, slug=asked.area.slug, now=now, earlier=before.published)
    return replace(found, follows=before.digests)
