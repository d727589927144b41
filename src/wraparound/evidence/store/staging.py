"""What a loader hands on: rows on disk with the reason why a row is set aside, not yet in the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from wraparound.evidence.store.catalogue import DATASETS
from wraparound.evidence.store.contents import Content
from wraparound.evidence.store.profiles import Profile, profile
from wraparound.kit.errors import BadInput

COPY = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880)"
UNREADABLE = "the row isn't written as the header says"


@dataclass
class Staged:
    """A load before it counts. `parts` are Parquet files with the dataset's columns and ``reason``."""

    kind: str
    rows_read: int
    parts: dict[str, Path]
    set_aside: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)
    source: str = ""
    licence: str = ""
    is_synthetic: bool = False
    counts_in: str = ""  # the dataset that the load is told by
    profile: Profile | None = None  # of that dataset's part, before repeats are set aside
    is_shared: bool = False  # whether the part holds other loads' rows too, and none to be set aside but repeats
    rows_of_each: int = 1  # how many rows of the dataset a row of the file gives: a wide table's columns become rows

    def set_aside_in(self, dataset: str, repeats: Mapping[str, int]) -> None:
        """Count repeats. Where a row of the file gives several, it counts as set aside only with all of them."""
        if dataset == self.counts_in:
            for reason, count in repeats.items():
                self.set_aside[reason] += count // self.rows_of_each


def text(value: object) -> str:
    """A value as a literal of SQL."""
    return "'" + str(value).replace("'", "''") + "'"


def macros(connection: Any) -> None:
    """What every loader's SQL may call: ``slug``, ``force_slug``, ``category_slug``, ``number``."""
    for statement in (
        r"""create or replace macro slug(t) as
            trim(regexp_replace(lower(replace(t, '&', ' and ')), '[^a-z0-9]+', '-', 'g'), '-')""",
        r"""create or replace macro force_slug(t) as case
            when t ilike 'british transport%' then 'btp'
            else slug(regexp_replace(t, '(?i)\b(police service of|police service|police|constabulary)\b', '', 'g'))
            end""",
        """create or replace macro category_slug(t) as case slug(t)
            when 'criminal-damage-and-arson' then 'criminal-damage-arson'
            when 'public-disorder-and-weapons' then 'public-disorder-weapons'
            else slug(t) end""",
        "create or replace macro number(t) as try_cast(replace(trim(t), ',', '') as double)",
        # Files write nought for both where there is no place; Greenwich alone has a longitude of nought.
        "create or replace macro latitude(lat) as case when lat between -90 and 90 and lat <> 0 then lat end",
        """create or replace macro longitude(lon, lat) as
            case when lon between -180 and 180 and (lon <> 0 or lat <> 0) then lon end""",
    ):
        connection.execute(statement).fetchall()


def coordinates(lon: str, lat: str) -> tuple[str, str]:
    """SQL for the coordinates in two columns of text; nothing where they lie nowhere, or say nought for both."""
    as_lon, as_lat = f"try_cast({lon} as double)", f"try_cast({lat} as double)"
    return f"longitude({as_lon}, {as_lat})", f"latitude({as_lat})"


class Csv:
    """A CSV on disk, or several with the same header, as DuckDB reads them: all text, columns by name, there or not."""

    STRICT = ""
    REJECT = ", store_rejects=true, max_line_size=4000000"
    IGNORE = ", ignore_errors=true, max_line_size=4000000"

    def __init__(self, connection: Any, path: Path | list[Path], header: list[str], delimiter: str = ",") -> None:
        self.connection = connection
        self.paths = path if isinstance(path, list) else [path]
        self.header = [name.strip().lower() for name in header]
        self.delimiter = delimiter
        self.encoding = "utf-8"

    def column(self, *names: str) -> str:
        """SQL for the first of these columns that the file has, without blanks around; null where it has none."""
        for name in names:
            if name.lower() in self.header:
                return f"nullif(trim(c{self.header.index(name.lower())}), '')"
        return "cast(null as varchar)"

    def has(self, name: str) -> bool:
        """Whether the file has the column."""
        return name.lower() in self.header

    def reading(self, errors: str) -> str:
        """SQL that reads the file: `STRICT` stops at a line that can't be read, `REJECT` keeps account of them."""
        columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(self.header)))
        return (
            f"read_csv([{', '.join(map(text, self.paths))}], auto_detect=false, header=true,"
            f" delim={text(self.delimiter)}, quote='\"', escape='\"', nullstr='', columns={{{columns}}},"
            f" encoding={text(self.encoding)}, filename=true{errors})"
        )


def stage_csv(csv: Csv, content: Content, folder: Path, dataset: str, columns: dict[str, str], reason: str) -> Staged:
    """Stage a CSV's rows: `columns` are SQL over ``c0, c1 ...``, `reason` SQL over the columns so named."""
    try:
        return _stage_csv(csv, content, folder, dataset, columns, reason)
    except UnicodeError:
        csv.encoding = "latin-1"
        staged = _stage_csv(csv, content, folder, dataset, columns, reason)
        staged.warnings.append("The file isn't UTF-8. It was read as Western European (latin-1).")
        return staged


def _stage_csv(csv: Csv, content: Content, folder: Path, dataset: str, columns: dict[str, str], reason: str) -> Staged:
    connection = csv.connection
    for table in ("reject_errors", "reject_scans"):
        connection.execute(f"drop table if exists {table}").fetchall()
    part = stage_query(connection, content, folder, dataset, columns, reason, csv.reading(Csv.REJECT))
    rejected = 0
    known = connection.execute("select count(*) from duckdb_tables() where table_name = 'reject_errors'").fetchone()
    if known and known[0]:
        kinds = connection.execute("select error_type, count(distinct line) from reject_errors group by 1").fetchall()
        if any("UNICODE" in str(kind).upper() or "ENCOD" in str(kind).upper() for kind, _ in kinds):
            raise UnicodeError
        rejected = connection.execute("select count(distinct line) from reject_errors").fetchone()[0]
    staged = counted(connection, part, dataset)
    if rejected:
        staged.rows_read += rejected
        staged.set_aside[UNREADABLE] += rejected
    return staged


def stage_query(
    connection: Any, content: Content, folder: Path, dataset: str, columns: dict[str, str], reason: str, source: str
) -> Path:
    """Write the rows of a source to disk with the dataset's columns, ``reason`` beside them."""
    known = DATASETS[dataset]
    types = {column.name: column.type for column in known.columns}
    sql_type = {"string": "varchar", "int64": "bigint", "float64": "double", "date": "date", "boolean": "boolean"}
    given = {**columns, "load": text(content.sha256)}
    inner = ", ".join(f'({sql}) as "{name}"' for name, sql in given.items())
    outer = ", ".join(
        f'cast({_quoted(name) if name in given else "null"} as {sql_type.get(types[name], types[name])}) as "{name}"'
        for name in known.names
    )
    part = folder / f"{content.sha256}-{dataset}.staged.parquet"
    query = f"select {outer}, cast({reason} as varchar) as reason from (select {inner} from {source})"
    try:
        connection.execute(f"copy ({query}) to {text(part)} {COPY}").fetchall()
    except duckdb.Error as error:
        raise BadInput(f"{Path(content.name).name} can't be read: {str(error).splitlines()[0]}") from error
    return part


def _quoted(name: str) -> str:
    return f'"{name}"'


def counted(connection: Any, part: Path, dataset: str) -> Staged:
    """A staged part with its rows counted by reason."""
    found = profile(connection, dataset, part)
    staged = Staged(kind="", rows_read=found.rows, parts={dataset: part}, counts_in=dataset, profile=found)
    staged.set_aside.update(found.reasons)
    return staged


def stage_wide(
    csv: Csv,
    content: Content,
    folder: Path,
    dataset: str,
    rows: list[dict[str, str]],
    reason: str,
    common: dict[str, str],
) -> Staged:
    """Stage a table of which each row gives several: `rows` are SQL by column, `common` what they share."""
    connection = csv.connection
    structs = ", ".join("{" + ", ".join(f"'{name}': {sql}" for name, sql in row.items()) + "}" for row in rows)
    shared = ", ".join(f'{sql} as "s_{name}"' for name, sql in common.items())
    source = f"(select unnest([{structs}]) as r, {shared}, {reason} as row_reason from {csv.reading(Csv.IGNORE)})"
    columns = {name: f'"s_{name}"' for name in common} | {name: f"r.{name}" for name in rows[0]}
    part = stage_query(
        connection, content, folder, dataset, columns | {"row_reason": "row_reason"}, "row_reason", source
    )
    counts = connection.execute(
        f"select row_reason, count(*) from (select {reason} as row_reason from {csv.reading(Csv.IGNORE)}) group by 1"
    ).fetchall()
    staged = Staged("", sum(n for _, n in counts), {dataset: part}, counts_in=dataset, rows_of_each=len(rows))
    staged.set_aside.update({why: count for why, count in counts if why})
    return staged
