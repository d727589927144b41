"""Which LSOA codes are of one census only: 1,106 ended with 2011, 2,025 came with 2021. The others are of both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wraparound.evidence.store.staging import text

CODES = Path(__file__).parent / "data" / "lsoa-of-one-vintage.csv"
MIXED = "mixed_lsoa_vintages"


def known_codes(connection: Any) -> None:
    """Make the table ``one_vintage (code, vintage)``, once for a connection."""
    connection.execute(
        "create or replace temp table one_vintage as"
        f" select * from read_csv({text(CODES)}, header=true, all_varchar=true)"
    ).fetchall()


def counts_of(connection: Any, lsoa: str, source: str) -> dict[str, int]:
    """How many rows have a code of 2011 only, and of 2021 only."""
    rows = connection.execute(
        f"select v.vintage, count(*) from (select {lsoa} as code from {source}) r"
        " join one_vintage v using (code) group by 1"
    ).fetchall()
    return dict(rows)


def majority(counts: dict[str, int], otherwise: str = "2011") -> str:
    """The vintage that most of a file's telling codes have."""
    return max(sorted(counts), key=lambda vintage: counts[vintage]) if counts else otherwise


def vintage_sql(lsoa: str, counts: dict[str, int], otherwise: str = "2011") -> str:
    """SQL for a row's vintage. A code of both censuses has the vintage that most of the file's telling codes have."""
    most = majority(counts, otherwise)
    found = f"case when {lsoa} is null then '' when not regexp_matches({lsoa}, '^[EW]01[0-9]{{6}}$') then '' "
    for vintage in ("2011", "2021"):
        if vintage != most and counts.get(vintage):
            found += f"when {lsoa} in (select code from one_vintage where vintage = '{vintage}') then '{vintage}' "
    return found + f"else '{most}' end"
