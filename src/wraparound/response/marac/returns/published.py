"""Figures that were published about the MARAC, each with its source: the pack's `published/marac.csv`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from wraparound.foundation.areas.models import Area
from wraparound.foundation.areas.pack import Pack, current_pack
from wraparound.foundation.areas.queries import partnership_area
from wraparound.foundation.areas.remembered import remembered

FILE = "published/marac.csv"
COLUMNS = ("code", "label", "period", "area", "value", "unit", "source", "place", "note")


@dataclass(frozen=True)
class PublishedFigure:
    """One number as it was printed: of what, when and where, and where it stands."""

    code: str
    label: str
    period: str
    area: str
    value: Decimal
    unit: str
    source: str
    place: str
    note: str

    @property
    def text(self) -> str:
        """The number as it reads."""
        return f"{self.value}%" if self.unit == "percent" else f"{self.value:,}"


def published_figures(area: Area) -> Sequence[PublishedFigure]:
    """The published figures of the pack, for its own area; none where it has none. Raises PackError for a mistake."""
    return remembered(("published figures", area.pk), lambda: _of(area))


def _of(area: Area) -> list[PublishedFigure]:
    own = partnership_area()
    return read_figures(current_pack()) if own is not None and own.pk == area.pk else []


def read_figures(pack: Pack) -> list[PublishedFigure]:
    """Every figure of a pack. Raises PackError with file, line and column."""
    if not pack.has(FILE):
        return []
    figures = []
    for row in pack.rows(FILE, COLUMNS):
        try:
            value = Decimal(row.needed("value"))
        except InvalidOperation as wrong:
            raise row.error("value", f"write a number, not {row['value']!r}.") from wrong
        texts = {column: row.needed(column) for column in COLUMNS if column not in ("value", "note")}
        figures.append(PublishedFigure(**texts, value=value, note=row.get("note", "")))
    return figures
