"""An offence-level extract in our own format (docs/reference/evidence-files.md): pseudonyms, never names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from wraparound.evidence.store.contents import Content
from wraparound.evidence.store.staging import Csv, Staged, coordinates, stage_csv, text
from wraparound.evidence.store.vintages import MIXED, counts_of, vintage_sql
from wraparound.kit.errors import BadInput

IDENTIFYING = re.compile(r"name|surname|forename|birth|dob|postcode|address|phone|email|nhs|narrative|uprn")
MAY_STAY = {"lsoa_name"}
AS_GIVEN = (
    "offence_id",
    "offence_code",
    "offence",
    "venue",
    "lsoa",
    "victim",
    "suspect",
    "relationship",
    "outcome",
    "victim_ethnicity",
    "suspect_ethnicity",
)
FLAGS = {
    "is_domestic": "domestic",
    "is_vawg": "vawg",
    "is_hate": "hate",
    "with_weapon": "weapon",
    "with_knife": "knife",
    "with_alcohol": "alcohol",
    "with_drugs": "drugs",
    "is_synthetic": "synthetic",
}


def load_offences(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """Stage the extract. Raises BadInput where a column could name a person."""
    naming = [name for name in csv.header if IDENTIFYING.search(name) and name not in MAY_STAY]
    if naming:
        raise BadInput(
            f"The extract has the column {naming[0]}, which could name a person. Only pseudonyms, ages and areas may"
            " come in: leave such columns out."
        )
    counts = counts_of(connection, csv.column("lsoa"), csv.reading(Csv.IGNORE)) if csv.has("lsoa") else {}
    staged = stage_csv(csv, content, folder, "offences", _columns(csv, counts), _REASON)
    staged.kind, staged.source = "offences", "Offence-level extract"
    if len(counts) > 1:
        staged.flags[MIXED] = min(counts.values())
    part = text(next(iter(staged.parts.values())))
    found = connection.execute(
        f"""select count(*) filter (is_synthetic), count(*) filter (victim is null), count(*) filter (suspect is null),
        count(*) filter ("to" > "from"), count(*) filter (lsoa is null)
        from read_parquet({part}) where reason is null"""
    ).fetchone()
    staged.flags.update(
        dict(zip(("synthetic", "no_victim", "no_suspect", "time_is_a_span", "no_lsoa"), found, strict=True))
    )
    staged.is_synthetic = found[0] > 0
    if staged.is_synthetic:
        staged.source = "Synthetic: invented for a demonstration"
    return staged


_REASON = """case when offence_id is null then 'no offence_id' when "from" is null then 'the time can''t be read'
 when "to" < "from" then 'it ends before it begins' when offence_code is null then 'no offence_code' end"""


def _columns(csv: Csv, counts: dict[str, int]) -> dict[str, str]:
    begin, end = csv.column("from"), csv.column("to")
    lon, lat = coordinates(csv.column("lon"), csv.column("lat"))
    columns = {name: csv.column(name) for name in AS_GIVEN}
    columns |= {
        "force": f"slug({csv.column('force')})",
        "category": f"category_slug({csv.column('category')})",
        "from": f"try_cast({begin} as timestamp)",
        "to": f"coalesce(try_cast({end} as timestamp), try_cast({begin} as timestamp))",
        "recorded": f"try_cast({csv.column('recorded')} as timestamp)",
        "lsoa_vintage": vintage_sql(csv.column("lsoa"), counts, "2021"),
        "lon": lon,
        "lat": lat,
    }
    for who in ("victim", "suspect"):
        age = f"try_cast({csv.column(who + '_age')} as bigint)"
        columns[f"{who}_age"] = f"case when {age} between 0 and 120 then {age} end"
        sex = f"lower({csv.column(who + '_sex')})"
        columns[f"{who}_sex"] = (
            f"case when {sex} in ('f', 'female') then 'female' when {sex} in ('m', 'male') then 'male' end"
        )
    for name, given in FLAGS.items():
        columns[name] = f"coalesce(lower({csv.column(given)}) in ('yes', 'true', '1', 'y'), false)"
    return columns
