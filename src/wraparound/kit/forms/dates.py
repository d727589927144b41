"""Days in three boxes and times of day, read as people write them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from wraparound.kit.forms.fields import KitField
from wraparound.kit.forms.text import clean_text

PARTS = ("day", "month", "year")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = re.compile(r"^(\d{1,2})(?:[:.]?([0-5]\d))?\s*(am|pm)?$")
_SPOKEN = {"midday": datetime.time(12), "noon": datetime.time(12), "midnight": datetime.time(0)}
_LONDON = ZoneInfo("Europe/London")

Limit = datetime.date | Callable[[], datetime.date] | None


def today() -> datetime.date:
    """The day that it is in London."""
    return timezone.now().astimezone(_LONDON).date()


class DateParts(forms.Widget):
    """Three boxes, posted as ``name-day``, ``name-month`` and ``name-year``; drawn by the macro."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> tuple[str, ...] | None:
        if not any(f"{name}-{part}" in data for part in PARTS):
            return None
        return tuple(clean_text(str(data.get(f"{name}-{part}") or "")) for part in PARTS)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(f"{name}-{part}" in data for part in PARTS)


class DateInputField(KitField):
    """A day typed in three boxes; gives a ``datetime.date`` or None.

    ``past`` takes no day after today, ``future`` none before it; ``earliest`` and ``latest`` are days, or functions
    that give one. The error names the boxes that are wrong, and only those are marked.
    """

    kind = "date"
    widget = DateParts

    def __init__(
        self,
        *,
        past: bool = False,
        future: bool = False,
        earliest: Limit = None,
        latest: Limit = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.past, self.future, self.earliest, self.latest = past, future, earliest, latest

    def clean(self, value: Any) -> datetime.date | None:
        found = self.to_python(value)
        if found is None:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        self._check_limits(found)
        return found

    def to_python(self, value: Any) -> datetime.date | None:
        if value is None or isinstance(value, datetime.date):
            return value
        texts = dict(zip(PARTS, value, strict=True))
        if not any(texts.values()):
            return None
        absent = [part for part in PARTS if not texts[part]]
        if absent:
            self._refuse(f"must include a {' and '.join(absent)}", *absent)
        return self._read(texts)

    def _read(self, texts: dict[str, str]) -> datetime.date:
        numbers = {part: int(text) for part, text in texts.items() if text.isdecimal()}
        month_name = texts["month"].lower()[:3]
        if "month" not in numbers and month_name in _MONTHS:
            numbers["month"] = _MONTHS.index(month_name) + 1
        if "year" in numbers and len(texts["year"]) != 4:
            self._refuse("must have a year of 4 numbers, like 2026", "year")
        wrong = [part for part in PARTS if part not in numbers]
        if "day" in numbers and not 1 <= numbers["day"] <= 31:
            wrong.append("day")
        if "month" in numbers and not 1 <= numbers["month"] <= 12:
            wrong.append("month")
        if wrong:
            self._refuse("must be a real date, like 27 3 2026", *wrong)
        try:
            return datetime.date(numbers["year"], numbers["month"], numbers["day"])
        except ValueError:  # 31 June, 29 February of a common year, year 0
            self._refuse("must be a real date, like 27 3 2026", *PARTS)

    def _check_limits(self, found: datetime.date) -> None:
        if self.past and found > today():
            self._refuse("must be today or in the past", *PARTS)
        if self.future and found < today():
            self._refuse("must be today or in the future", *PARTS)
        earliest = self.earliest() if callable(self.earliest) else self.earliest
        latest = self.latest() if callable(self.latest) else self.latest
        if earliest and found < earliest:
            self._refuse(f"must be {earliest.day} {earliest:%B %Y} or later", *PARTS)
        if latest and found > latest:
            self._refuse(f"must be {latest.day} {latest:%B %Y} or earlier", *PARTS)

    def _refuse(self, what: str, *parts: str) -> NoReturn:
        label = str(self.label or "The date").rstrip("?")
        raise ValidationError(f"{label} {what}", code="date", params={"parts": parts})


class TimeField(KitField):
    """A time of day: 13:00, 13.00, 1300, 1pm, 1:30 pm, midday, midnight. Gives a ``datetime.time`` or None."""

    kind = "text"
    widget = forms.TextInput
    width = 5
    autocomplete = "off"

    def to_python(self, value: Any) -> datetime.time | None:
        if value is None or isinstance(value, datetime.time):
            return value
        text = clean_text(str(value)).lower()
        if not text:
            return None
        return _SPOKEN.get(text) or self._read(text)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, datetime.time) else value

    def _read(self, text: str) -> datetime.time:
        match = _TIME.match(text)
        if match:
            hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
            # A bare number could be an hour or half-typed: "9" is refused, "9am" and "9:00" are not.
            complete = match[2] is not None or half is not None
            if half and 1 <= hour <= 12:
                hour = hour % 12 + (12 if half == "pm" else 0)
            elif half:
                hour = 24
            if complete and hour < 24:
                return datetime.time(hour, minute)
        raise ValidationError(f"{self.label or 'The time'} must be a time, like 13:30 or 1:30pm", code="time")
