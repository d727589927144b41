"""What reading a table gives: rows, what is wrong with them, and the refusal of a file as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from wraparound.kit.errors import Stop

CELL_LIMIT = 1_000_000
"""Characters that a cell may hold. A longer one costs its row, and neither memory nor the other rows."""

KEPT_OF_A_LONG_CELL = 1_000


class FileRefused(Stop):
    """The file can't be read as a table at all; the sentence says why and what to do."""


@dataclass(frozen=True)
class Problem:
    """Something wrong with a row: the column ("" for the whole row), a sentence, the shape of what stands there."""

    column: str
    reason: str
    shape: str = ""


@dataclass(frozen=True)
class Row:
    """One record of a file. `line` is where it begins, quoted line breaks counted.

    `values` are its cells by column, as they stand. With a `problem` the row can't be taken; its values are then what
    could be made out of it. `notes` are what was mended. `more` are cells beyond the header.
    """

    line: int
    values: dict[str, str]
    problem: Problem | None = None
    notes: tuple[Problem, ...] = ()
    more: tuple[str, ...] = field(default=())


def column_name(text: str) -> str:
    """A column's name as it stands in a header, without spaces around it and without signs that nobody sees."""
    return "".join(sign for sign in text if sign.isprintable()).strip()


def shape_of(text: str) -> str:
    """What a value looks like without saying it: "text of 12 characters", "number of 2 digits", "empty"."""
    text = text.strip()
    if not text:
        return "empty"
    if text.isascii() and text.isdecimal():
        return f"number of {len(text)} digit{'s' if len(text) > 1 else ''}"
    if any(letter.isdecimal() for letter in text) and not any(letter.isalpha() for letter in text):
        return f"digits and signs, {len(text)} characters"
    return f"text of {len(text)} character{'s' if len(text) > 1 else ''}"


def too_long(column: str, length: int, what: str = "characters") -> Problem:
    """The problem of a cell beyond the limit. Its beginning only is kept in the row."""
    return Problem(
        column,
        f"This cell is too long: {length:,} {what}, where {CELL_LIMIT:,} can be taken. Shorten it, or send the text by "
        f"itself. The first {KEPT_OF_A_LONG_CELL:,} characters are kept with the rejected row.",
        f"text of {length} {what}",
    )
