"""Rejected rows that can't wait until they are corrected: those that speak of high risk. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from wraparound.kit.files import Row
from wraparound.response.cases.importing.columns import NAMES_AND_PLACES
from wraparound.response.cases.params import IncidentImportRules

_TICKS = re.compile(r"\b(\d{1,3})\s*(?:ticks|yes answers)\b", re.IGNORECASE)
_MOST_SEARCHED = 200_000


def why_urgent(row: Row, rules: IncidentImportRules) -> str:
    """Why a rejected row is urgent, in words without its values; "" where it isn't.

    Looked for in every cell but names and places; in those too where the row is broken, since then nobody knows which
    cell is which.
    """
    is_broken = row.problem is not None
    found: list[str] = []
    if _ticks(row, rules, is_broken=is_broken):
        found.append(f"{rules.urgent_ticks} or more ticks")
    words = _pattern(rules.urgent_words)
    texts = [text for column, text in row.values.items() if is_broken or column not in NAMES_AND_PLACES]
    for text in (*texts, *row.more):
        for match in words.finditer(text[:_MOST_SEARCHED]):
            word = match.group(1).lower()
            if word not in found:
                found.append(word)
    return f"The row says: {', '.join(found)}."[:200] if found else ""


def _ticks(row: Row, rules: IncidentImportRules, *, is_broken: bool) -> bool:
    numbers = [row.values.get("dash_ticks", "")]
    if is_broken:
        # A stray delimiter moves the cells after it: the ticks may stand a few cells on.
        cells = [*row.values.values(), *row.more]
        at = list(row.values).index("dash_ticks") if "dash_ticks" in row.values else 0
        numbers += cells[at : at + 1 + len(row.more)]
    for text in row.values.values():
        numbers += _TICKS.findall(text[:_MOST_SEARCHED])
    return any(
        n.strip().isascii() and n.strip().isdecimal() and int(n) >= rules.urgent_ticks for n in numbers if len(n) < 6
    )


@lru_cache(maxsize=8)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    listed = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![A-Za-z])({listed})(?![A-Za-z])", re.IGNORECASE)
