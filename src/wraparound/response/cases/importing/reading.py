"""Reading the cells of one row: what can't be read is told, and of an optional value its raw text is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from wraparound.kit.files import Problem, Row
from wraparound.kit.files.rows import shape_of
from wraparound.kit.forms import clean_text
from wraparound.response.cases.importing.facts import Facts
from wraparound.response.cases.importing.values import Unreadable, read_day, read_moment, read_phone, read_postcode

_OF_LINES = frozenset({"narrative", "voice"})
_MOST_EXTRA = 300


@dataclass(frozen=True)
class Judged:
    """A row after its own rules: why it is rejected, or None; and what is warned of."""

    line: int
    rejection: Problem | None
    warnings: tuple[Problem, ...]


class Cells:
    """The cleaned cells of a row, read one by one. Findings gather in `problems` (the row goes) and `warnings`."""

    def __init__(self, row: Row, facts: Facts, columns: frozenset[str]) -> None:
        self.facts = facts
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = list(row.notes)
        self.raw: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.extra: dict[str, str] = {}
        for column, value in row.values.items():
            if not value:
                continue
            if value.isascii() and value.isprintable():
                text = value.strip()
            else:
                text = clean_text(value, lines=column in _OF_LINES or column not in columns)
                if not value.isprintable():
                    self._note_control_signs(column, value)
            if not text:
                continue
            if column in columns:
                self.texts[column] = text
            else:
                self.extra[column] = text

    def _note_control_signs(self, column: str, value: str) -> None:
        if any((ord(sign) < 32 and sign not in "\t\n\r") or ord(sign) == 127 for sign in value):
            self.warn(column, "Control signs in this text were left out; they can't be kept.", value)

    def warn(self, column: str, reason: str, value: str = "") -> None:
        """Warn of something about a column."""
        self.warnings.append(Problem(column, reason, shape_of(value) if value else ""))

    def reject(self, column: str, reason: str, value: str = "") -> None:
        """Say why the row can't be taken."""
        self.problems.append(Problem(column, reason, shape_of(value)))

    def leave_blank(self, column: str, reason: str) -> None:
        """Leave an optional value blank, keep its raw text, and say so."""
        self.raw[column] = self.texts[column]
        self.warn(column, f"{reason} It is left blank, and its text kept.", self.texts[column])

    def needed(self, column: str, most: int) -> str:
        """A required text of at most so many characters."""
        text = self.texts.get(column, "")
        if not text:
            self.reject(column, "This is needed and is missing.")
        elif len(text) > most:
            self.reject(column, f"Longer than {most} characters, which can't be read as this.", text)
        return text

    def text(self, column: str, most: int) -> str:
        """An optional text of at most so many characters."""
        text = self.texts.get(column, "")
        if len(text) > most:
            self.leave_blank(column, f"Longer than {most} characters.")
            return ""
        return text

    def needed_moment(self, column: str) -> datetime | None:
        """A required date-time, not in the future."""
        text = self.needed(column, 60)
        if not text or len(text) > 60:
            return None
        try:
            moment, note = read_moment(text)
        except Unreadable as wrong:
            self.reject(column, str(wrong), text)
            return None
        if moment > self.facts.now:
            self.reject(column, "This lies in the future.", text)
        if note:
            self.warn(column, note, text)
        return moment

    def moment(self, column: str) -> datetime | None:
        """An optional date-time."""
        text = self.texts.get(column, "")
        if not text:
            return None
        try:
            moment, note = read_moment(text)
        except Unreadable as wrong:
            self.leave_blank(column, str(wrong))
            return None
        if note:
            self.warn(column, note, text)
        return moment

    def day(self, column: str) -> date | None:
        """An optional date."""
        text = self.texts.get(column, "")
        if not text:
            return None
        try:
            return read_day(text)
        except Unreadable as wrong:
            self.leave_blank(column, str(wrong))
            return None

    def birthday(self, column: str) -> date | None:
        """An optional date of birth, not in the future."""
        day = self.day(column)
        if day is not None and day > self.facts.now.date():
            self.leave_blank(column, "A date of birth in the future.")
            return None
        return day

    def needed_code(self, column: str, list_name: str) -> str:
        """A required code of a list."""
        text = self.needed(column, 60)
        if not text or len(text) > 60:
            return ""
        code = self.facts.codes[list_name].get(text.casefold())
        if code is None:
            self.reject(column, f"Not a code of the list {list_name.replace('_', ' ')}.", text)
            return ""
        return code

    def code(self, column: str, list_name: str) -> str:
        """An optional code of a list."""
        text = self.texts.get(column, "")
        if not text:
            return ""
        code = self.facts.codes[list_name].get(text.casefold())
        if code is None:
            self.leave_blank(column, f"Not a code of the list {list_name.replace('_', ' ')}.")
            return ""
        return code

    def codes(self, column: str, list_name: str) -> list[str]:
        """Optional codes of a list, parted by semicolons: those that are known, each once."""
        text = self.texts.get(column, "")
        if not text:
            return []
        known: Mapping[str, str] = self.facts.codes[list_name]
        parts = [part.strip() for part in text.split(";") if part.strip()]
        found = list(dict.fromkeys(known[part.casefold()] for part in parts if part.casefold() in known))
        unknown = sum(1 for part in parts if part.casefold() not in known)
        if unknown:
            some = "One of these is" if unknown == 1 else f"{unknown} of these are"
            self.raw[column] = text
            self.warn(
                column, f"{some} not in the list {list_name.replace('_', ' ')}: left out, and the text kept.", text
            )
        return found

    def number(self, column: str, least: int, most: int) -> int | None:
        """An optional whole number between two others."""
        text = self.texts.get(column, "")
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            self.leave_blank(column, "Not a whole number.")
            return None
        if not least <= int(text) <= most:
            self.leave_blank(column, f"Not between {least} and {most}.")
            return None
        return int(text)

    def postcode(self, column: str) -> str:
        """An optional postcode."""
        text = self.texts.get(column, "")
        if not text:
            return ""
        try:
            return read_postcode(text)
        except Unreadable as wrong:
            self.leave_blank(column, str(wrong))
            return ""

    def phone(self, column: str) -> str:
        """An optional telephone number."""
        text = self.text(column, 200)
        if not text:
            return ""
        try:
            return read_phone(text)
        except Unreadable as wrong:
            self.leave_blank(column, str(wrong))
            return ""

    def rejection(self) -> Problem | None:
        """Why the row is rejected, in one finding: the first column that is wrong, and the others in its sentence."""
        if not self.problems:
            return None
        first, *others = self.problems
        also = "".join(f" {other.column or 'Row'}: {other.reason}" for other in others)
        return Problem(first.column, f"{first.reason}{also}"[:_MOST_EXTRA], first.shape)
