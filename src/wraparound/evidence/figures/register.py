"""The register of published figures as a pack carries it: read, checked, and asked for numbers.

Every mistake is told with the file, the row and the field. Nothing here needs a database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from wraparound.evidence.figures.rules import CannotCompute, Interval
from wraparound.evidence.figures.shapes import Beside, Check, Figure, Restated, Source, Table
from wraparound.foundation.areas.pack import Pack, PackError
from wraparound.kit.errors import Stop

FOLDER = "figures"
_REFERENCE = re.compile(r"(?P<id>FIG-\d+)(?:\.(?P<part>\w+))?|(?P<table>TAB-\w+)\.(?P<column>\w+)\[(?P<rows>[^\]]*)\]")
_COLUMNS = (
    "id", "group", "label", "value", "unit", "reading", "step", "parts", "measure", "period", "undated", "geography",
    "source", "lines", "note",
)  # fmt: skip
M = TypeVar("M", bound=BaseModel)
N = TypeVar("N", Source, Figure, Table)


class NoFigures(Stop):
    """The pack has no register of published figures."""


@dataclass(frozen=True)
class FigureRegister:
    """Everything that one pack says about published figures."""

    title: str
    sources: Mapping[str, Source]
    figures: Mapping[str, Figure]
    tables: Mapping[str, Table]
    checks: Sequence[Check]
    restated: Sequence[Restated]
    beside: Sequence[Beside]

    def values(self, reference: str) -> Sequence[Interval]:
        """The numbers of a reference. Raises CannotCompute where there are none."""
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise CannotCompute(f"{reference} is no figure and no cell")
        if found["id"]:
            return [self._number(found["id"], found["part"])]
        numbers = self.table(found["table"]).numbers(found["column"])
        wanted = list(numbers) if found["rows"] == "*" else [label.strip() for label in found["rows"].split("|")]
        for label in wanted:
            if label not in numbers:
                raise CannotCompute(f"{found['table']} has no number in the row “{label}”")
        return [numbers[label] for label in wanted]

    def days(self, reference: str) -> int:
        """How many days a figure's period has. Raises CannotCompute where it is not dated."""
        figure = self.figure(reference.partition(".")[0])
        if figure.days is None or figure.days.count is None:
            raise CannotCompute(f"{figure.id} is not dated")
        return figure.days.count

    def rank(self, reference: str) -> int:
        """The place of a cell in its column."""
        found = _REFERENCE.fullmatch(reference)
        if found is None or not found["table"]:
            raise CannotCompute(f"{reference} is no cell")
        numbers = self.table(found["table"]).numbers(found["column"])
        own = self.values(reference)[0]
        return 1 + sum(1 for other in numbers.values() if other.low > own.high)

    def figure(self, id: str) -> Figure:
        """A figure by its id. Raises CannotCompute where there is none."""
        if id not in self.figures:
            raise CannotCompute(f"there is no figure {id}")
        return self.figures[id]

    def table(self, id: str) -> Table:
        """A table by its id. Raises CannotCompute where there is none."""
        if id not in self.tables:
            raise CannotCompute(f"there is no table {id}")
        return self.tables[id]

    def printed(self, reference: str) -> str:
        """The digits of a reference as they are printed, with their unit."""
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            return reference
        if found["id"]:
            figure = self.figure(found["id"])
            return f"{figure.value} {figure.unit}".strip()
        table = self.table(found["table"])
        cells = [row.cells[found["column"]] for row in table.rows if row.label == found["rows"]]
        return ", ".join(cells) or reference

    def _number(self, id: str, part: str | None) -> Interval:
        numbers = self.figure(id).numbers
        if not numbers:
            raise CannotCompute(f"{id} is printed in words")
        if part is None:
            return next(iter(numbers.values()))
        if part not in numbers:
            raise CannotCompute(f"{id} has no part {part}")
        return numbers[part]


def read_register(pack: Pack) -> FigureRegister:
    """The register of a pack. Raises NoFigures where it has none, PackError with file, row and field for a mistake."""
    if not pack.has(f"{FOLDER}/figures.csv"):
        raise NoFigures(f"The pack {pack.slug} has no register of published figures ({FOLDER}/figures.csv).")
    found = FigureRegister(
        title=pack.title,
        sources=_by_id(_listed(pack, "sources.json", Source)),
        figures=_by_id(_figures(pack)),
        tables=_by_id(_listed(pack, "tables.json", Table)),
        checks=_listed(pack, "checks.json", Check),
        restated=_listed(pack, "restated.json", Restated),
        beside=_listed(pack, "beside.json", Beside, under="rows"),
    )
    _check_sources(pack, found)
    return found


def _figures(pack: Pack) -> Iterable[Figure]:
    name = f"{FOLDER}/figures.csv"
    seen = set()
    for row in pack.rows(name, _COLUMNS):
        try:
            figure = Figure.model_validate({key: row[key] for key in _COLUMNS if row[key]})
        except ValidationError as wrong:
            raise _told(wrong, f"{row.file}, line {row.line}") from wrong
        if figure.id in seen:
            raise row.error("id", f"{figure.id} stands twice.")
        seen.add(figure.id)
        yield figure


def _listed(pack: Pack, name: str, model: type[M], under: str = "") -> list[M]:
    where = f"{FOLDER}/{name}"
    if not pack.has(where):
        return []
    data: Any = pack.json(where)
    rows = data.get(under) if under and isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise PackError(f"{pack.slug}/{where}: a list is expected.")
    found = []
    for number, row in enumerate(rows, start=1):
        id = row.get("id", "") if isinstance(row, dict) else ""
        try:
            found.append(model.model_validate(row))
        except ValidationError as wrong:
            raise _told(wrong, f"{pack.slug}/{where}, row {number}{f' ({id})' if id else ''}") from wrong
    return found


def _told(wrong: ValidationError, where: str) -> PackError:
    first = wrong.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or "the whole row"
    return PackError(f"{where}, field {field}: {first['msg'].removeprefix('Value error, ')}.")


def _by_id(rows: Iterable[N]) -> dict[str, N]:
    return {row.id: row for row in rows}


def _check_sources(pack: Pack, found: FigureRegister) -> None:
    named = [(row.id, row.source) for row in found.figures.values()]
    named += [(row.id, row.source) for row in found.tables.values()]
    named += [(row.id, row.source) for row in found.checks]
    for id, source in named:
        if source not in found.sources:
            raise PackError(f"{pack.slug}/{FOLDER}: {id}, field source: {source} is not in sources.json.")
