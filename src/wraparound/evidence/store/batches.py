"""Street CSVs by the batch: one reading of many files, one pass for what each of them holds, one Parquet part.

Files that stand alone cost tens of milliseconds each, whatever their size: a publication has thousands. A batch is
bounded by its bytes, so that memory doesn't grow with what is loaded. What DuckDB can't read of a batch is handed back,
for the loader of single files to read or to refuse with its sentence.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from wraparound.evidence.store.catalogue import DATASETS
from wraparound.evidence.store.contents import Content
from wraparound.evidence.store.duplicates import AGAIN, SHARED, identity_hash
from wraparound.evidence.store.police import NO_MONTH, REPEATED_HEADER, finish_police, named_force
from wraparound.evidence.store.profiles import Profile
from wraparound.evidence.store.staging import COPY, UNREADABLE, Csv, Staged, text
from wraparound.evidence.store.vintages import majority

BATCH = 64_000_000  # bytes of CSV: about 270,000 rows at a time in memory
KEPT = "reason is null"
_COUNTED = ("id", "lon", "lat", "location", "lsoa", "lsoa_name", "outcome", "points")
_OF_GROUP = ("force", "reported_by", "falls_within", "category")
_RAW = {
    "id": ("Crime ID",),
    "month_text": ("Month",),
    "reported_by": ("Reported by",),
    "falls_within": ("Falls within",),
    "lon": ("Longitude",),
    "lat": ("Latitude",),
    "location": ("Location",),
    "lsoa": ("LSOA code",),
    "lsoa_name": ("LSOA name",),
    "category_text": ("Crime type",),
    "outcome": ("Last outcome category", "Outcome type"),
}


@dataclass
class Batch:
    """Street CSVs to be read together, in the order in which a first row counts as first."""

    contents: list[Content] = field(default_factory=list)
    headers: list[tuple[str, ...]] = field(default_factory=list)
    size: int = 0

    def add(self, content: Content, header: Sequence[str]) -> None:
        """Add a file with its columns."""
        self.contents.append(content)
        self.headers.append(tuple(header))
        self.size += content.path.stat().st_size

    @property
    def is_full(self) -> bool:
        """Whether it is time to read it."""
        return self.size >= BATCH


def stage_batch(connection: Any, batch: Batch, folder: Path) -> tuple[dict[str, Staged], list[Content]]:
    """Write the batch to disk as one part. Returns its loads by checksum, and what must be read file by file."""
    alone: list[int] = []
    try:
        _read(connection, batch)
        rejected, alone = _rejected(connection, batch)
        if alone:
            connection.execute(f"delete from batch where file in ({', '.join(map(str, alone))})").fetchall()
        _set_repeats_aside(connection)
        _dictionaries(connection)
        profiles, vintages = _profiles(connection, batch), _vintages(connection)
        together = hashlib.sha256("".join(c.sha256 for c in batch.contents).encode()).hexdigest()
        part = folder / f"{SHARED}{together}.parquet"
        _write(connection, batch, vintages, part)
    except duckdb.Error:
        return {}, list(batch.contents)
    staged: dict[str, Staged] = {}
    for number, content in enumerate(batch.contents):
        if number in alone:
            continue
        found = profiles.get(number) or Profile(0, {}, {}, {}, {}, ())
        one = Staged("street", found.rows, {"street": part}, counts_in="street", profile=found, is_shared=True)
        one.set_aside.update(found.reasons)
        if rejected[number]:
            one.rows_read += rejected[number]
            one.set_aside[UNREADABLE] += rejected[number]
        staged[content.sha256] = finish_police(one, "street", content, vintages.get(number, {}))
    return staged, [batch.contents[number] for number in alone]


def _read(connection: Any, batch: Batch) -> None:
    """The table ``batch``: what the files say, as text, with the reason why a row is set aside."""
    for table in ("reject_errors", "reject_scans", "batch"):
        connection.execute(f"drop table if exists {table}").fetchall()
    files = f"enum({', '.join(text(c.path) for c in batch.contents)})"
    for number, header in enumerate(dict.fromkeys(batch.headers)):
        paths = [c.path for c, own in zip(batch.contents, batch.headers, strict=True) if own == header]
        csv = Csv(connection, paths, list(header))
        given = ", ".join(f'{_untrimmed(csv, names)} as "{name}"' for name, names in _RAW.items())
        query = f"""
            select file, id, month, reported_by, falls_within, place(try_cast(lon as double), -180, 180) as lon,
                place(try_cast(lat as double), -90, 90) as lat, location, lsoa, lsoa_name, category_text, outcome,
                case when month is null and reported_by = 'Reported by' then {REPEATED_HEADER}
                    when month is null then {NO_MONTH} when category_text is null then 'no crime type' end as reason
            from (select *, try_cast(month_text || '-01' as date) as month from (
                select cast(enum_code(cast(filename as {files})) as integer) as file, {given}
                from {csv.reading(rejects=True)}))"""
        begin = "insert into batch" if number else "create temp table batch as"
        connection.execute(f"{begin} {query}").fetchall()


def _untrimmed(csv: Csv, names: tuple[str, ...]) -> str:
    """SQL for a column without blanks around. Trimming walks through every letter: only what has blanks is trimmed."""
    for name in names:
        if csv.has(name):
            own = f"c{csv.header.index(name.lower())}"
            return (
                f"case when starts_with({own}, ' ') or suffix({own}, ' ') then nullif(trim({own}), '') else {own} end"
            )
    return "cast(null as varchar)"


def _rejected(connection: Any, batch: Batch) -> tuple[Counter[int], list[int]]:
    """Lines that aren't written as the header says, by file; and the files that aren't UTF-8."""
    known = connection.execute("select count(*) from duckdb_tables() where table_name = 'reject_errors'").fetchone()[0]
    counts: Counter[int] = Counter()
    alone: set[int] = set()
    if not known:
        return counts, []
    number = {str(content.path): n for n, content in enumerate(batch.contents)}
    found = connection.execute(
        """select s.file_path, count(distinct e.line), bool_or(e.error_type::varchar ilike '%unicode%'
            or e.error_type::varchar ilike '%encod%')
        from reject_errors e join reject_scans s using (scan_id, file_id) group by 1"""
    ).fetchall()
    for path, lines, is_foreign in found:
        if is_foreign:
            alone.add(number[path])
        else:
            counts[number[path]] = lines
    return counts, sorted(alone)


def _set_repeats_aside(connection: Any) -> None:
    """An id that comes again in the batch keeps its first row, and the hashes of the others' ids are remembered."""
    hashed = f"select {identity_hash('street', origin=text('csv'))} as h, rowid as row, file, id from batch"
    named = f"where {KEPT} and id is not null"
    connection.execute(
        f"create or replace temp table batch_hash as select h, count(*) > 1 as meets from ({hashed} {named}) group by h"
    ).fetchall()
    if connection.execute("select bool_or(meets) from batch_hash").fetchone()[0]:
        connection.execute(
            f"""update batch set reason = '{AGAIN}' where rowid in (
                select row from (select row, row_number() over (partition by id order by file, row) as turn
                    from ({hashed} {named}) semi join (select h from batch_hash where meets) using (h))
                where turn > 1)"""
        ).fetchall()
    connection.execute("create temp table if not exists staged_hash (h ubigint)").fetchall()
    connection.execute("insert into staged_hash select h from batch_hash").fetchall()
    connection.execute("drop table batch_hash").fetchall()


def _dictionaries(connection: Any) -> None:
    """Slugs and vintages of the batch's distinct values: each is worked out once, and not once for each row."""
    for statement in (
        """create or replace temp table of_file_lsoa as
            select file, lsoa, count(*) as n, count(*) filter (reason is null) as kept
            from batch where lsoa is not null group by all""",
        """create or replace temp table of_lsoa as
            select lsoa, regexp_matches(lsoa, '^[EW]01[0-9]{6}$') as is_known, vintage as told
            from (select distinct lsoa from of_file_lsoa) d left join one_vintage v on v.code = d.lsoa""",
        """create or replace temp table of_group as
            select file, month, reported_by, falls_within, category_text, reason, count(*) as n,
                count(id) as ids, count(lon) as lons, count(lat) as lats, count(location) as locations,
                count(lsoa) as lsoas, count(lsoa_name) as lsoa_names, count(outcome) as outcomes,
                count(*) filter (lon is not null and lat is not null) as points
            from batch group by all""",
        """create or replace temp table of_category as
            select category_text, category_slug(category_text) as category
            from (select distinct category_text from of_group where category_text is not null)""",
        """create or replace temp table of_force as
            select reported, force_slug(reported) as force
            from (select distinct coalesce(reported_by, falls_within) as reported from of_group)
            where reported is not null""",
    ):
        connection.execute(statement).fetchall()


def _profiles(connection: Any, batch: Batch) -> dict[int, Profile]:
    """What became of each file's rows: everything that `profile` asks of a part, from the groups."""
    groups = connection.execute(
        """select g.file, strftime(g.month, '%Y-%m'), g.reason, f.force, g.reported_by, g.falls_within, c.category,
            n, ids, lons, lats, locations, lsoas, lsoa_names, outcomes, points
        from of_group g left join of_force f on f.reported = coalesce(g.reported_by, g.falls_within)
        left join of_category c using (category_text) order by g.file, 2, 3"""
    ).fetchall()
    known = dict(
        connection.execute(
            "select file, sum(kept)::bigint from of_file_lsoa join of_lsoa using (lsoa) where is_known group by 1"
        ).fetchall()
    )
    by_file: dict[int, list[tuple[Any, ...]]] = {}
    for row in groups:
        by_file.setdefault(row[0], []).append(row)
    return {
        number: _profile(rows, named_force(batch.contents[number]), known.get(number, 0))
        for number, rows in by_file.items()
    }


def _profile(groups: list[tuple[Any, ...]], named: str, with_vintage: int) -> Profile:
    reasons: Counter[str] = Counter()
    months: Counter[str] = Counter()
    forces: set[str] = set()
    has: Counter[str] = Counter()
    kept = 0
    for _, month, reason, of_record, reported_by, falls_within, category, count, *rest in groups:
        if reason:
            reasons[reason] += count
            continue
        force = named if of_record is None else of_record
        kept += count
        months[month] += count
        forces |= {force} - {""}
        has.update(dict(zip(_COUNTED, rest, strict=True)))
        for name, value in zip(_OF_GROUP, (force, reported_by, falls_within, category), strict=True):
            has[name] += count if value else 0
    has.update(dict.fromkeys(("month", "category_text", "is_asb", "origin"), kept))
    has["lsoa_vintage"] = with_vintage
    flags = {"no_id": kept - has["id"], "no_lsoa": kept - has["lsoa"], "no_coordinates": kept - has["points"]}
    fields = [name for name in DATASETS["street"].names if name not in flags and name != "load"]
    return Profile(
        rows=kept + reasons.total(),
        reasons=dict(reasons),
        quality={name: round((kept - has[name]) / kept, 6) if kept else 0.0 for name in fields},
        flags=flags,
        months=dict(sorted(months.items())),
        forces=tuple(sorted(forces)),
    )


def _vintages(connection: Any) -> dict[int, dict[str, int]]:
    """By file, how many rows have a code of 2011 only, and of 2021 only."""
    found: dict[int, dict[str, int]] = {}
    for number, told, count in connection.execute(
        "select file, told, sum(n)::bigint from of_file_lsoa join of_lsoa using (lsoa) where told is not null"
        " group by all"
    ).fetchall():
        found.setdefault(number, {})[told] = count
    return found


def _write(connection: Any, batch: Batch, vintages: dict[int, dict[str, int]], part: Path) -> None:
    """The rows that stay, with the dataset's columns, as one part."""
    connection.execute("create or replace temp table of_file (file integer, load varchar, named varchar, most varchar)")
    listed = [
        f"({number}, {text(content.sha256)}, {text(named_force(content))}, {text(majority(vintages.get(number, {})))})"
        for number, content in enumerate(batch.contents)
    ]
    connection.execute(f"insert into of_file values {', '.join(listed)}").fetchall()
    given = {
        "force": "coalesce(of_force.force, of_file.named)",
        "lsoa_vintage": "case when of_lsoa.is_known then coalesce(of_lsoa.told, of_file.most) else '' end",
        "persistent_id": "cast(null as varchar)",
        "ward": "cast(null as varchar)",
        "category": "of_category.category",
        "is_asb": "of_category.category = 'anti-social-behaviour'",
        "origin": "'csv'",
        "no_id": "batch.id is null",
        "no_lsoa": "batch.lsoa is null",
        "no_coordinates": "batch.lon is null or batch.lat is null",
        "load": "of_file.load",
    }
    columns = ", ".join(f'{given.get(name, f"batch.{name}")} as "{name}"' for name in DATASETS["street"].names)
    connection.execute(
        f"""copy (select {columns}, batch.reason from batch join of_file using (file)
            left join of_category on of_category.category_text = batch.category_text
            left join of_force on of_force.reported = coalesce(batch.reported_by, batch.falls_within)
            left join of_lsoa on of_lsoa.lsoa = batch.lsoa
            where {KEPT}) to {text(part)} {COPY}"""
    ).fetchall()
    connection.execute("drop table batch").fetchall()
