"""Numbers, intervals and lists as a report's reader meets them. Never more digits than a reader can use."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence

from wraparound.evidence.measures.results import MeasureResult, Status

WITHHELD = "withheld"
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_PROPER = {"safelives": "SafeLives"}
_COLUMN_NAMES = {
    "lsoa": "LSOA",
    "ward": "Ward",
    "category": "Category",
    "band": "Band",
    "month": "Month",
    "idva": "IDVA",
    "rate": "Crimes per 1,000",
    "code": "Code",
}


def number(value: float | None, unit: str = "") -> str:
    """A value in its unit: 8,214; 22.7 %; 5.71; £1,200."""
    if value is None:
        return ""
    if unit.startswith("percent"):
        return f"{value:,.1f} %"
    if unit.upper().startswith(("GBP", "POUND")):
        return f"£{value:,.0f}"
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"


def exact(value: float | None, unit: str = "") -> str:
    """The same with one more digit, where the report leads with the number."""
    if value is not None and unit.startswith("percent"):
        return f"{value:,.2f} %"
    return number(value, unit)


def plain(count: float | None) -> str:
    """A count with its thousands parted."""
    return "" if count is None else f"{count:,.0f}" if float(count).is_integer() else f"{count:,.1f}"


def part_of(one: MeasureResult) -> str:
    """A part of its whole: 22 of 639."""
    return f"{plain(one.numerator)} of {plain(one.denominator)}"


def share_of(one: MeasureResult, whole: str) -> str:
    """The same with what the whole is, and the share: 22 of 639 victims (3.4 %)."""
    return f"{part_of(one)} {whole} ({number(one.value, one.unit)})"


def between(one: MeasureResult) -> str:
    """The interval of a result, with its method: 21.65 to 23.75, Wilson 95 %."""
    if one.interval is None:
        return ""
    low, high = (exact(bound, one.unit).removesuffix(" %") for bound in (one.interval.low, one.interval.high))
    return f"{low} to {high}, {method(one.interval.method)}"


def method(text: str) -> str:
    """The name of an interval's method: Wilson 95 %."""
    return text[:1].upper() + text[1:].replace("95%", "95 %")


def shown(one: MeasureResult) -> str:
    """A result's value in a table, or in a word why there is none."""
    if one.status is Status.AVAILABLE:
        return number(one.value, one.unit)
    return {Status.SUPPRESSED: WITHHELD, Status.REFUSED: "not given", Status.NOT_AVAILABLE: "not available"}[one.status]


def column_name(key: str) -> str:
    """How a part of a breakdown is headed."""
    return _COLUMN_NAMES.get(key, key.replace("_", " ").capitalize())


def part(key: str, value: object) -> str:
    """A part of a breakdown as a reader meets it: Not recorded; All; December 2025; 65 and over."""
    text = str(value)
    month = _MONTH.fullmatch(text) if key == "month" else None
    if month and 1 <= int(month[2]) <= 12:
        return f"{calendar.month_name[int(month[2])]} {month[1]}"
    if key == "age band":
        return text.replace("-over", " and over").replace("under-", "Under ").replace("-", " to ").capitalize()
    text = _PROPER.get(text, text.replace("_", " "))
    return text[:1].upper() + text[1:]


def listed(texts: Sequence[str]) -> str:
    """Texts as a list in a sentence: a, b and c."""
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def sentence(text: str) -> str:
    """A text with a capital at its beginning and a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
