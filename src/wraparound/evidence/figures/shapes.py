"""The shapes of the register's rows: sources, figures, tables, checks and what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from wraparound.evidence.figures import expressions
from wraparound.evidence.figures.periods import Days, read_period
from wraparound.evidence.figures.rules import CannotCompute, Interval, Reading, Relation, as_printed

_PART = re.compile(r"(?P<name>\w+)=(?P<number>-?\d+(?:\.\d+)?)(?::(?P<reading>\w+))?")
_HEDGED = re.compile(r"(?P<hedge>almost|just over|over|about) (?P<number>\d+(?:\.\d+)?)")


def _has_form(text: str) -> str:
    if text:
        try:
            expressions.check_syntax(text)
        except expressions.BadExpression as wrong:
            raise ValueError(str(wrong)) from wrong
    return text


def _is_stated(text: str) -> str:
    reading, _, rest = text.partition(" ")
    return text if reading in list(Reading) and _has_form(rest) else _has_form(text)


Expression = Annotated[str, AfterValidator(_has_form)]
Stated = Annotated[str, AfterValidator(_is_stated)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Dated(_Model):
    """Something of a time: its period as printed, or why it has none."""

    period: str = ""
    undated: str = ""

    @cached_property
    def days(self) -> Days | None:
        """The first and the last day, or None (`undated` says why)."""
        return read_period(self.period)

    @model_validator(mode="after")
    def _is_dated_or_says_why(self) -> _Dated:
        if self.days is None and not self.undated:
            raise ValueError(f"the period “{self.period}” names no days: say in undated why there are none")
        return self


class Source(_Model):
    """A paper."""

    id: str
    title: str
    publisher: str
    dated: str
    short: str = ""  # how it is called where it is named often
    assessment: Literal["strategic", "needs", ""] = ""  # beside which assessment its figures are laid

    @property
    def name(self) -> str:
        """Its short name where it has one."""
        return self.short or self.title


class Figure(_Dated):
    """One number as it was printed: of what, when and where, how it is to be read, and where it stands."""

    id: str = Field(pattern=r"^FIG-\d{3}$")
    group: str = Field(min_length=1)
    label: str = Field(min_length=1)
    value: str = Field(min_length=1)
    unit: str = ""
    reading: Reading
    step: Decimal | None = Field(default=None, gt=0)
    parts: str = ""
    measure: str = ""  # figures of one measure are held against each other
    geography: str = Field(min_length=1)
    source: str
    lines: str = Field(min_length=1)
    note: str = ""

    @cached_property
    def numbers(self) -> Mapping[str, Interval]:
        """What its numbers say, by the name of the part; a single one has the name ""."""
        if not self.parts:
            return {} if self.reading is Reading.TEXT else {"": as_printed(self.value, self.reading, self.step)}
        found = {}
        for text in self.parts.split(";"):
            part = _PART.fullmatch(text.strip())
            if part is None:
                raise ValueError(f"“{text.strip()}” is not of the form name=number")
            reading = Reading(part["reading"] or self.reading)
            found[part["name"]] = as_printed(part["number"], reading, self.step)
        return found

    @model_validator(mode="after")
    def _has_numbers(self) -> Figure:
        try:
            _ = self.numbers  # reading them is the check
        except (InvalidOperation, CannotCompute) as wrong:
            raise ValueError(f"“{self.value}” is not a number; its reading would be text, or give its parts") from wrong
        return self


class Column(_Model):
    """One column of a table, and how its numbers are meant."""

    name: str = Field(pattern=r"^\w+$")
    label: str
    reading: Reading
    unit: str = ""
    step: Decimal | None = Field(default=None, gt=0)
    period: str = ""


class Line(_Model):
    """One row of a table."""

    label: str
    cells: Mapping[str, str]


class Adds(_Model):
    """Rows of one column that should add to another row, or to a number or expression."""

    column: str
    total: str = ""
    parts: tuple[str, ...] = ()  # none: every other row
    equals: Expression = ""
    relation: Literal[Relation.EQUALS, Relation.AT_MOST] = Relation.EQUALS
    note: str = ""


class Across(_Model):
    """Columns that should add to another, row by row."""

    total: str
    parts: tuple[str, ...]


class Shares(_Model):
    """A column of percentages that should be another column's share: of a row, of all rows (`*`), or of a column."""

    percent: str
    number: str
    of: str = ""
    of_column: str = ""


class Table(_Dated):
    """One printed table, with what should hold inside it."""

    id: str = Field(pattern=r"^TAB-\w+$")
    title: str
    source: str
    lines: str
    geography: str
    rows_are: str
    columns: tuple[Column, ...]
    rows: tuple[Line, ...]
    note: str = ""
    adds: tuple[Adds, ...] = ()
    across: tuple[Across, ...] = ()
    shares: tuple[Shares, ...] = ()

    @model_validator(mode="after")
    def _cells_stand_in_columns(self) -> Table:
        names = {column.name for column in self.columns}
        for row in self.rows:
            if unknown := sorted(set(row.cells) - names):
                raise ValueError(f"row “{row.label}” has a cell in {unknown[0]}, which is no column")
        return self

    def column(self, name: str) -> Column:
        """A column by its name. Raises CannotCompute where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise CannotCompute(f"{self.id} has no column {name}")

    def numbers(self, name: str) -> dict[str, Interval]:
        """The numbers of a column by their rows' labels; empty cells and words are left out."""
        column = self.column(name)
        found = {row.label: _cell(row.cells[name], column) for row in self.rows if name in row.cells}
        return {label: number for label, number in found.items() if number is not None}


class Step(_Model):
    """One computation of a check: what is computed, what is stated, and how they should stand to each other."""

    says: str
    expression: Expression
    stated: Stated = ""
    relation: Relation = Relation.EQUALS
    because: str = ""  # why nothing can be computed
    shares_added: tuple[str, ...] = ()  # percentages whose sum is what was stated

    @model_validator(mode="after")
    def _is_stated_or_says_why(self) -> Step:
        if not self.stated and not self.because:
            raise ValueError("what is stated is missing: give it, or say in because why it can't be computed")
        return self


class Check(_Model):
    """A claim of a paper, and whether it can be held against its own numbers."""

    id: str = Field(pattern=r"^CHK-\d{2}$")
    kind: Literal["arithmetic", "editorial"] = "arithmetic"
    claim: str
    source: str
    lines: str
    readers_verdict: str
    steps: tuple[Step, ...] = ()
    note: str = ""
    differs_because: str = ""

    @model_validator(mode="after")
    def _has_steps(self) -> Check:
        if self.kind == "arithmetic" and not self.steps:
            raise ValueError("an arithmetic check needs a step")
        return self


class Restated(_Model):
    """A number that is printed again under another period or label."""

    of: str
    period: str = ""
    own_period: str = ""
    label: str = ""
    source: str
    lines: str
    explanation: str


class Beside(_Model):
    """The same measure from open data (a value or a fraction) or from records (what it needs)."""

    figure: str
    what: str
    measure: str = ""
    records: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = Field(default=None, gt=0)
    value: Decimal | None = None
    needs: str = ""
    unit: str
    period: str
    area: str
    source: str = ""
    note: str = ""

    @property
    def number(self) -> Decimal | None:
        """The value; of a fraction the percentage."""
        if self.numerator is not None and self.denominator is not None:
            return 100 * self.numerator / self.denominator
        return self.value


def _cell(text: str, column: Column) -> Interval | None:
    if column.reading is Reading.TEXT:
        return None
    hedged = _HEDGED.fullmatch(text)
    if hedged is not None:
        return as_printed(hedged["number"], Reading(hedged["hedge"].replace(" ", "_")))
    try:
        return as_printed(text, column.reading, column.step)
    except InvalidOperation:
        return None
