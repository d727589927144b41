"""A user's own harm weights and unit costs. The programme has none of its own, and takes none from hearsay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wraparound.evidence.store.contents import Content
from wraparound.evidence.store.staging import Csv, Staged, stage_csv, text
from wraparound.kit.errors import BadInput

# The classes of data.police.uk since May 2013, as the API names them.
CATEGORIES = (
    "anti-social-behaviour",
    "bicycle-theft",
    "burglary",
    "criminal-damage-arson",
    "drugs",
    "other-crime",
    "other-theft",
    "possession-of-weapons",
    "public-order",
    "robbery",
    "shoplifting",
    "theft-from-the-person",
    "vehicle-crime",
    "violent-crime",
)


def load_weights(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """Stage weights. A class of police.uk without one is told: its offences won't count in harm or cost."""
    columns = {name: csv.column(name) for name in ("scheme", "unit", "price_year", "source")}
    columns |= {
        "kind": f"lower({csv.column('kind')})",
        "by": f"lower({csv.column('by')})",
        "item": f"case when lower({csv.column('by')}) = 'category' then category_slug({csv.column('item')})"
        f" else {csv.column('item')} end",
        "weight": f"number({csv.column('weight')})",
    }
    reason = """case when kind is null or kind not in ('harm', 'cost') then 'kind is neither harm nor cost'
     when "by" is null or "by" not in ('offence_code', 'category') then 'by is neither offence_code nor category'
     when item is null then 'no item' when weight is null or weight < 0 then 'the weight is no number'
     when source is null then 'no source' end"""
    staged = stage_csv(csv, content, folder, "weights", columns, reason)
    staged.kind, staged.source = "weights", "Supplied by the user"
    part = text(staged.parts["weights"])
    found = connection.execute(
        f"select scheme, kind, list(item) from read_parquet({part}) where reason is null and \"by\" = 'category'"
        " group by all"
    ).fetchall()
    for scheme, kind, items in found:
        given = {"violent-crime" if item == "violence-and-sexual-offences" else item for item in items}
        lacking = [one for one in CATEGORIES if one not in given and one != "anti-social-behaviour"]
        if lacking:
            staged.flags["classes_without_weight"] += len(lacking)
            staged.warnings.append(
                f"{scheme} ({kind}) has no weight for {', '.join(lacking)}. Offences of these classes can't be weighed:"
                " totals that need them will say so."
            )
    return staged


def refuse_quotations(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """A list of numbers as newspapers and pages quoted them. It is refused as what it is."""
    raise BadInput(
        "This is a list of weights and costs as newspapers and web pages quoted them: incomplete, partly rounded, of"
        " several price years. It isn't loaded. Load the official table, in the format of"
        " docs/reference/evidence-files.md."
    )
