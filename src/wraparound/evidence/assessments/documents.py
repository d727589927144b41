"""An assessment as drawn: plain data from which every file and page is written, and which is frozen whole.

Nothing here computes. What a section could not say is as much a part of it as what it could.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

# Of tables on paper: so many columns are narrow; so many rows are short; so many fill a page.
MOST_NARROW, SHORT, PAGE, LONGEST_NOTE = 3, 18, 36, 90


@dataclass(frozen=True)
class Cell:
    """One cell of a table: how it reads, and the number behind it where there is one."""

    text: str
    value: float | None = None


@dataclass(frozen=True)
class Table:
    """A table with its caption. `numeric` are the positions of the columns that hold numbers."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[int, ...] = ()
    note: str = ""
    shown: int = 0  # rows that are printed; 0: all. Files have all.

    @property
    def printed(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows that a page prints."""
        return self.rows[: self.shown] if self.shown else self.rows

    @property
    def is_narrow(self) -> bool:
        """Whether two such tables fit beside each other on paper."""
        return len(self.columns) <= MOST_NARROW and len(self.printed) <= SHORT and len(self.note) <= LONGEST_NOTE

    @property
    def in_columns(self) -> list[tuple[tuple[Cell, ...], ...]]:
        """The printed rows in the parts that stand beside each other on paper: one where it is wide or short."""
        rows = self.printed
        if len(self.columns) > MOST_NARROW or len(rows) <= SHORT:
            return [rows]
        size = min(-(-len(rows) // 2), PAGE)
        return [rows[first : first + size] for first in range(0, len(rows), size)]


@dataclass(frozen=True)
class Chart:
    """A drawn chart, and the table of the same section that holds its numbers (its position)."""

    title: str
    description: str
    svg: str
    table: int = 0


@dataclass(frozen=True)
class DrawnSection:
    """One section: what is claimed, shown, counted and not available."""

    key: str
    number: str
    title: str
    group: str
    asks: str
    claims: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""
    needs: tuple[str, ...] = ()
    to_be_supplied: bool = False
    is_synthetic: bool = False
    refused: tuple[str, ...] = ()  # why nothing is said, though the inputs are there

    @property
    def lacking(self) -> tuple[str, ...]:
        """What keeps the section from being drawn; none where it is drawn."""
        return self.needs or self.refused

    @property
    def lacking_word(self) -> str:
        """What stands before that."""
        if self.refused:
            return "Not given:"
        return "To be supplied:" if self.to_be_supplied else "Not available: needs"


@dataclass(frozen=True)
class Input:
    """A file that the assessment was drawn from."""

    name: str
    source: str
    licence: str
    sha256: str
    rows: int
    set_aside: int
    is_synthetic: bool = False


@dataclass(frozen=True)
class Glance:
    """One of the few numbers at the top of a report."""

    label: str
    number: str
    note: str = ""


@dataclass(frozen=True)
class Document:
    """A whole assessment as drawn at one moment. `measures` are as the command line prints them."""

    reference: str
    kind: str
    title: str
    area: Mapping[str, str]
    period: Mapping[str, str]
    period_text: str
    drawn_at: str
    drawn_text: str
    sections: tuple[DrawnSection, ...]
    measures: tuple[Mapping[str, Any], ...]
    inputs: tuple[Input, ...] = ()
    comparable: str = ""
    attribution: tuple[str, ...] = ()
    glance: tuple[Glance, ...] = ()
    why: str = ""
    published: Mapping[str, Any] = field(default_factory=dict)  # for disclosure control, never for readers
    follows: tuple[str, ...] = ()  # SHA-256 of what the editions printed that its own numbers were protected with
    unprotected: tuple[str, ...] = ()  # numbers that it would give away; with any it can't be signed off or frozen
    given_away: tuple[str, ...] = ()  # numbers that earlier editions gave away already

    @property
    def why_not_published(self) -> str:
        """Why it may not leave; empty where it may."""
        return why_not_published(self.unprotected)

    @property
    def unavailable(self) -> list[dict[str, Any]]:
        """The sections that could not be drawn, with what each needs, or why it is refused."""
        return [{"section": one.key, "needs": list(one.lacking)} for one in self.sections if one.lacking]

    @property
    def is_synthetic(self) -> bool:
        """Whether any of it was drawn from invented data."""
        return any(one.is_synthetic for one in self.inputs)

    @property
    def groups(self) -> list[tuple[str, list[DrawnSection]]]:
        """The sections by the part of the report that they stand in."""
        found: dict[str, list[DrawnSection]] = {}
        for one in self.sections:
            found.setdefault(one.group, []).append(one)
        return list(found.items())

    def as_json(self) -> dict[str, Any]:
        """As it is kept and frozen."""
        return asdict(self)


def digest_of(*parts: Any) -> str:
    """SHA-256 over what is kept as JSON, in one order of keys: the same on every machine."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def why_not_published(unprotected: Sequence[str]) -> str:
    """Why an edition that would give away these numbers may neither be frozen nor leave as a file; empty for none."""
    if not unprotected:
        return ""
    return (
        "Together with editions that left already this one would give away numbers that must be withheld, "
        f"whatever it leaves out: {'; '.join(unprotected)}. Make an edition of another period."
    )


def from_json(data: Mapping[str, Any]) -> Document:
    """The document that `as_json` gave."""
    return Document(
        **{name: value for name, value in data.items() if name not in _LISTS},
        sections=tuple(_section(one) for one in data["sections"]),
        measures=tuple(data["measures"]),
        inputs=tuple(Input(**one) for one in data["inputs"]),
        attribution=tuple(data["attribution"]),
        glance=tuple(Glance(**one) for one in data["glance"]),
        follows=tuple(data.get("follows", ())),
        unprotected=tuple(data.get("unprotected", ())),
        given_away=tuple(data.get("given_away", ())),
    )


_LISTS = ("sections", "measures", "inputs", "attribution", "glance", "follows", "unprotected", "given_away")


def _section(data: Mapping[str, Any]) -> DrawnSection:
    known = dict(data)
    known["tables"] = tuple(_table(one) for one in data["tables"])
    known["charts"] = tuple(Chart(**one) for one in data["charts"])
    for name in ("claims", "notes", "needs", "refused"):
        known[name] = tuple(data.get(name, ()))
    return DrawnSection(**known)


def _table(data: Mapping[str, Any]) -> Table:
    rows = tuple(tuple(Cell(**cell) for cell in row) for row in data["rows"])
    return Table(data["title"], tuple(data["columns"]), rows, tuple(data["numeric"]), data["note"], data["shown"])


@dataclass(frozen=True)
class Narrative:
    """What people wrote beside a section's computed tables."""

    text: str
    by: str = ""
    on: str = ""


@dataclass(frozen=True)
class Report:
    """A document as it leaves: with what people wrote, and how far it is."""

    document: Document
    edition: str = ""  # "Edition 2"
    state: str = ""  # "Draft", "Signed off on 3 March 2026 by ..."
    is_final: bool = False
    narratives: Mapping[str, Narrative] = field(default_factory=dict)
    digest: str = ""
