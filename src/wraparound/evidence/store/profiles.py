"""What a part holds, asked of it in one question: rows by reason, gaps by field, flags, months and forces."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wraparound.evidence.store.catalogue import DATASETS, Column

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


def profile(connection: Any, dataset: str, path: Path) -> Profile:
    """Read a part once."""
    row = connection.execute(f"select {', '.join(_asked(dataset))} from {_part(path)}").fetchone()
    return _told(dataset, row)


def profiles_by_load(connection: Any, dataset: str, path: Path) -> dict[str, Profile]:
    """Read a part that several loads share once, and tell them apart."""
    query = f"select {', '.join(_asked(dataset))}, load from {_part(path)} group by load"
    return {row[-1]: _told(dataset, row[:-1]) for row in connection.execute(query).fetchall()}


def nothing(dataset: str) -> Profile:
    """The profile of a load of which no row is there."""
    fields, flags = _fields(dataset)
    return Profile(0, {}, {one.name: 0.0 for one in fields}, dict.fromkeys(flags, 0), {}, ())


def _part(path: Path) -> str:
    escaped = str(path).replace("'", "''")
    return f"read_parquet('{escaped}')"


def _fields(dataset: str) -> tuple[list[Column], list[str]]:
    """The columns whose gaps are counted, and the flags that are."""
    known = DATASETS[dataset]
    fields = [column for column in known.columns if column.name not in FLAGS and column.name != "load"]
    return fields, [name for name in FLAGS if name in known.names]


def _asked(dataset: str) -> list[str]:
    fields, flags = _fields(dataset)
    names = DATASETS[dataset].names
    # Offences have a time each: the month in which it began.
    month = next((f'"{name}"' for name in ("month", "from") if name in names), "")
    return [
        "count(*)",
        "histogram(reason)",
        f"histogram(strftime({month}, '%Y-%m')) filter (reason is null)" if month else "null",
        "list(distinct force) filter (reason is null)" if "force" in names else "null",
        *(f"count(*) filter (reason is null and {_is_missing(column.name, column.type)})" for column in fields),
        *(f"count(*) filter (reason is null and {name})" for name in flags),
    ]


def _told(dataset: str, found: tuple[Any, ...]) -> Profile:
    fields, flags = _fields(dataset)
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
