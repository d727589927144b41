"""English Indices of Deprivation, 2019 (LSOA 2011) and 2025 (LSOA 2021). Never one against the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wraparound.evidence.store.catalogue import OGL
from wraparound.evidence.store.contents import Content
from wraparound.evidence.store.staging import Csv, Staged, stage_csv, stage_wide, text
from wraparound.kit.errors import BadInput

EDITIONS = {"2011": "2019", "2021": "2025"}
DOMAINS = {
    "overall": ("imd", "index of multiple deprivation (imd)"),
    "income": ("income", "income"),
    "employment": ("employment", "employment"),
    "education": ("education", "education, skills and training"),
    "health": ("health", "health deprivation and disability"),
    "crime": ("crime", "crime"),
    "housing": ("housing_and", "barriers to housing and services"),
    "environment": ("environment", "living environment"),
}
_OFFICIAL = re.compile(r"lsoa code \((2011|2021)\)")
_TIDY = re.compile(r"lsoa(11|21)_code")


def load_long(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """Our own format: one LSOA and one domain a row."""
    columns = {name: csv.column(name) for name in ("lsoa", "vintage", "domain", "source")}
    columns |= {
        name: f"try_cast(number({csv.column(name)}) as bigint)" for name in ("edition", "rank", "decile", "population")
    }
    columns["score"] = f"number({csv.column('score')})"
    reason = """case when lsoa is null then 'no LSOA' when edition is null then 'no edition'
     when rank is null and decile is null then 'neither rank nor decile'
     when (edition = 2019 and vintage <> '2011') or (edition = 2025 and vintage <> '2021')
     then 'the edition is not on LSOAs of this vintage' end"""
    return _told(stage_csv(csv, content, folder, "deprivation", columns, reason), "deprivation")


def recognise(csv: Csv) -> Callable[[Any, Csv, Content, Path], Staged] | None:
    """Whether it is the ministry's table (File 7) or a tidied one, with rank and decile of the index."""
    has_code = any(_OFFICIAL.match(name) or _TIDY.fullmatch(name) for name in csv.header)
    return load_wide if has_code and _column(csv, "overall", "rank") and _column(csv, "overall", "decile") else None


def load_wide(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """Stage a table with a column for each domain's rank, decile and score."""
    name = next(name for name in csv.header if _OFFICIAL.match(name) or _TIDY.fullmatch(name))
    found = _OFFICIAL.match(name) or _TIDY.fullmatch(name)
    assert found is not None
    vintage = found.group(1) if len(found.group(1)) == 4 else f"20{found.group(1)}"
    edition = EDITIONS[vintage]
    people = next((n for n in csv.header if n.startswith("total population")), "")
    if "mid 2012" in people or "mid-2012" in people:
        raise BadInput("This is the edition of 2015. Only those of 2019 and 2025 are known here.")
    rows = []
    for domain in DOMAINS:
        rank, decile, score = (_column(csv, domain, what) for what in ("rank", "decile", "score"))
        if rank and decile:
            rows.append(
                {
                    "domain": text(domain),
                    "rank": f"try_cast(number({csv.column(rank)}) as bigint)",
                    "decile": f"try_cast(number({csv.column(decile)}) as bigint)",
                    "score": f"number({csv.column(score)})" if score else "cast(null as double)",
                }
            )
    code = csv.column(name)
    common = {
        "lsoa": code,
        "vintage": text(vintage),
        "edition": edition,
        "population": f"try_cast(number({csv.column(people)}) as bigint)" if people else "cast(null as bigint)",
        "source": text(f"English Indices of Deprivation {edition}"),
    }
    staged = stage_wide(
        csv, content, folder, "deprivation", rows, f"case when {code} is null then 'no LSOA' end", common
    )
    return _told(staged, f"deprivation_{edition}", edition)


def _column(csv: Csv, domain: str, what: str) -> str:
    tidy, official = DOMAINS[domain]
    for name in csv.header:
        if name.startswith(tidy + "_") and name.endswith("_" + what):
            return name
        if name.startswith(official) and f" {what}" in name and "sub-domain" not in name and "affecting" not in name:
            return name
    return ""


def _told(staged: Staged, kind: str, edition: str = "") -> Staged:
    staged.kind, staged.licence = kind, OGL
    staged.source = f"MHCLG, English Indices of Deprivation {edition}".strip()
    return staged
