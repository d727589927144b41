"""Police recorded crime open data tables (Home Office): offences by force, quarter and offence code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from wraparound.evidence.store.catalogue import OGL
from wraparound.evidence.store.contents import Content
from wraparound.evidence.store.staging import Csv, Staged, stage_csv

NEEDED = {"financial year", "financial quarter", "force name", "offence code", "number of offences"}


def recognise(csv: Csv) -> Callable[[Any, Csv, Content, Path], Staged] | None:
    """Whether it is such a table, under the Home Office's headings or with underscores for blanks."""
    return load_recorded if {name.replace("_", " ") for name in csv.header} >= NEEDED else None


def load_recorded(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """Stage the table. A category that a carrier added is kept as the carrier's."""

    def column(name: str) -> str:
        return csv.column(name, name.replace(" ", "_"))

    columns = {
        "force": f"force_slug({column('force name')})",
        "force_name": column("force name"),
        "year": column("financial year"),
        "quarter": f"try_cast(number({column('financial quarter')}) as bigint)",
        "offence_code": column("offence code"),
        "offence": column("offence description"),
        "offence_group": column("offence group"),
        "offence_subgroup": column("offence subgroup"),
        "value": f"try_cast(number({column('number of offences')}) as bigint)",
        "category": f"category_slug({csv.column('policeuk_cat')})",
        "source": "'Home Office, police recorded crime open data'",
    }
    reason = """case when value is null then 'the number can''t be read' when force is null then 'no force'
     when year is null then 'no year' end"""
    staged = stage_csv(csv, content, folder, "recorded_crime", columns, reason)
    staged.kind, staged.source, staged.licence = "recorded_crime", "Home Office, police recorded crime open data", OGL
    if csv.has("policeuk_cat"):
        staged.warnings.append(
            "The column of police.uk categories is the carrier's own assignment, not the Home Office's."
        )
    return staged
