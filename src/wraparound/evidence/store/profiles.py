"""What a part holds, asked of it in one question: rows by reason, gaps by field, flags, months and forces."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wraparound.evidence.store.catalogue import DATASETS

FLAGS = ("no_id", "no_lsoa", "no_coordinates")


@dataclass(frozen=True)
class Profile:
    """Of a part's rows: how many are set aside and why; of the others all the rest. `quality` is the share missing."""

    rows: int
    reasons: dict[str, int]
    quality: dict[str, float]
    flags: dict[str, int]
    months: dict[str, int]
    forces: tuple[str, ...]

    @property
    def kept(self) -> int:
        """The rows that aren't set aside."""
        return self.rows - sum(self.reasons.values())


def profile(connection: Any, dataset: str, path: Path, load: str = "") -> Profile:
    """Read a part once; of one that several loads share, only this load's rows."""
    known = DATASETS[dataset]
    fields = [column for column in known.columns if column.name not in FLAGS and column.name != "load"]
    flags = [name for name in FLAGS if name in known.names]
    has_month, has_force = "month" in known.names, "force" in known.names
    asked = [
        "count(*)",
        "histogram(reason)",
        "histogram(strftime(month, '%Y-%m')) filter (reason is null)" if has_month else "null",
        "list(distinct force) filter (reason is null)" if has_force else "null",
        *(f"count(*) filter (reason is null and {_is_missing(column.name, column.type)})" for column in fields),
        *(f"count(*) filter (reason is null and {name})" for name in flags),
    ]
    escaped = str(path).replace("'", "''")
    only = f" where load = '{load}'" if load else ""
    found = connection.execute(f"select {', '.join(asked)} from read_parquet('{escaped}'){only}").fetchone()
    rows, reasons, months, forces = found[:4]
    missing, flagged = found[4 : 4 + len(fields)], found[4 + len(fields) :]
    reasons = {reason: count for reason, count in (reasons or {}).items() if reason}
    kept = rows - sum(reasons.values())
    return Profile(
        rows=rows,
        reasons=reasons,
        quality={c.name: round(n / kept, 6) if kept else 0.0 for c, n in zip(fields, missing, strict=True)},
        flags=dict(zip(flags, flagged, strict=True)),
        months={month: count for month, count in sorted((months or {}).items()) if month},
        forces=tuple(sorted(force for force in forces or () if force)),
    )


def _is_missing(name: str, kind: str) -> str:
    return f'("{name}" is null or "{name}" = \'\')' if kind == "string" else f'"{name}" is null'
