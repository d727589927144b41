"""Monthly counts: read from a file, checked, and refused where a forecast of them would mislead."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from wraparound.kit.errors import BadInput, Refused

FEWEST_MONTHS = 36  # three of each month: fewer can't tell a season from chance
FEWEST_TO_TEST = 9  # six to learn from and three to be wrong about
CITY_LEVEL = ("city", "force", "region", "partnership", "local_authority")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Series:
    """Counts of consecutive months. `months` are their first days."""

    label: str
    months: tuple[date, ...]
    counts: tuple[int, ...]
    area_kind: str = "city"
    source: str = ""

    def __post_init__(self) -> None:
        if len(self.months) != len(self.counts):
            raise BadInput("Each month needs one count.")
        for one, other in zip(self.months, self.months[1:], strict=False):
            if other != next_month(one):
                raise BadInput(f"After {one:%B %Y} comes {other:%B %Y}: months must follow each other without a gap.")

    def __len__(self) -> int:
        return len(self.months)


def next_month(month: date, step: int = 1) -> date:
    """The first day of a later month."""
    number = month.year * 12 + month.month - 1 + step
    return date(number // 12, number % 12 + 1, 1)


def refuse_small_areas(area_kind: str) -> None:
    """Raise Refused for wards and smaller areas."""
    if area_kind not in CITY_LEVEL:
        raise Refused(
            f"No forecast is made for a {area_kind.replace('_', ' ')}. So few events a month are mostly chance, and "
            "points on the police's map are moved; a forecast would look like knowledge of a place and its people."
        )


def why_too_short(series: Series) -> str | None:
    """Why no forecast can be made of these months, or None."""
    if len(series) >= FEWEST_MONTHS:
        return None
    return (
        f"A forecast needs at least {FEWEST_MONTHS} months, and there are {len(series)}: "
        "with fewer than three of each month a season can't be told from chance."
    )


def read_series(path: Path, *, label: str = "", area_kind: str = "city") -> Series:
    """A CSV file with the columns month (2014-01) and count. Raises BadInput with the line and what is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
            header = rows[0].keys() if rows else ()
    except UnicodeDecodeError as wrong:
        raise BadInput(f"{path.name} is not UTF-8 text.") from wrong
    except csv.Error as wrong:
        raise BadInput(f"{path.name} is no CSV file: {wrong}.") from wrong
    if missing := {"month", "count"} - set(header):
        raise BadInput(f"{path.name} has no column {' and no column '.join(sorted(missing))}, or no rows.")
    months, counts = [], []
    for number, row in enumerate(rows, start=2):
        months.append(_month(row["month"] or "", f"{path.name}, line {number}"))
        counts.append(_count(row["count"] or "", f"{path.name}, line {number}"))
    return Series(label or path.stem, tuple(months), tuple(counts), area_kind, path.name)


def monthly(label: str, counted: Sequence[tuple[date, int]], *, area_kind: str, source: str) -> Series:
    """A series of counted months, put in order."""
    in_order = sorted(counted)
    return Series(label, tuple(m for m, _ in in_order), tuple(n for _, n in in_order), area_kind, source)


def _month(text: str, where: str) -> date:
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        raise BadInput(f"{where}: write a month as 2014-01, not {text!r}.", "month")
    return date(int(found[1]), int(found[2]), 1)


def _count(text: str, where: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal()):
        raise BadInput(f"{where}: write a whole number from 0 up, not {text!r}.", "count")
    return int(digits)
