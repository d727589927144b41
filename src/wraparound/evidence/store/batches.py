"""Street CSVs by the batch: one reading of many files, one pass for what each of them holds, one Parquet part.

Files that stand alone cost tens of milliseconds each, whatever their size: a publication has thousands. A batch is
bounded by its bytes, so that memory doesn't grow with what is loaded. What DuckDB can't read of a batch is handed back,
for the loader of single files to read or to refuse with its sentence.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from wraparound.evidence.store.catalogue import DATASETS
from wraparound.evidence.store.contents import Content
from wraparound.evidence.store.duplicates import AGAIN, SHARED, identity_hash
from wraparound.evidence.store.police import NO_MONTH, REPEATED_HEADER, finish_police, named_force
from wraparound.evidence.store.profiles import Profile, nothing
from wraparound.evidence.store.staging import COPY, UNREADABLE, Csv, Staged, coordinates, text
from wraparound.evidence.store.vintages import majority
from wraparound.evidence.store.words import CATEGORIES, NEW, OUTCOMES, REPORTERS, Words, listed

BATCH = 64_000_000  # bytes of CSV: about 270,000 rows at a time in memory
KEPT = "reason is null"
_COUNTED = ("id", "lon", "lat", "location", "lsoa", "lsoa_name", "outcome", "points")
_WORDS = {"reported_by": REPORTERS, "falls_within": REPORTERS, "category_text": CATEGORIES, "outcome": OUTCOMES}
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


def stage_batch(connection: Any, batch: Batch, folder: Path, words: Words) -> tuple[dict[str, Staged], list[Content]]:
    """Write the batch to disk as one part. Returns its loads by checksum, and what must be read file by file."""
    alone: list[int] = []
    try:
        if not _read(connection, batch, words):
            return {}, list(batch.contents)
        rejected, alone = _rejected(connection, batch)
        if alone:
            connection.execute(f"delete from batch where file in ({', '.join(map(str, alone))})").fetchall()
        _set_repeats_aside(connection)
        _dictionaries(connection)
        profiles, vintages = _profiles(connection, batch, words), _vintages(connection)
        together = hashlib.sha256("".join(c.sha256 for c in batch.contents).encode()).hexdigest()
        part = folder / f"{SHARED}{together}.parquet"
        _write(connection, batch, vintages, words, part)
    except duckdb.Error:
        return {}, list(batch.contents)
    staged: dict[str, Staged] = {}
    for number, content in enumerate(batch.contents):
        if number in alone:
            continue
        found = profiles.get(number) or nothing("street")
        one = Staged("street", found.rows, {"street": part}, counts_in="street", profile=found, is_shared=True)
        one.set_aside.update(found.reasons)
        if rejected[number]:
            one.rows_read += rejected[number]
            one.set_aside[UNREADABLE] += rejected[number]
        staged[content.sha256] = finish_police(one, "street", content, vintages.get(number, {}))
    return staged, [batch.contents[number] for number in alone]


def _read(connection: Any, batch: Batch, words: Words) -> bool:
    """The table ``batch``: what the files say, with the reason why a row is set aside. False where words are too many.

    Keeping account of lines that can't be read costs a quarter of the reading: it is done once there are some.
    """
    try:
        return _read_so(connection, batch, words, is_strict=True)
    except duckdb.Error:
        return _read_so(connection, batch, words, is_strict=False)


def _read_so(connection: Any, batch: Batch, words: Words, *, is_strict: bool) -> bool:
    """Read; and read a second time where a file says something that no batch before it said."""
    is_new = " or ".join(f"{name} = '{NEW}'" for name in _WORDS)
    if not words.is_empty:
        _read_known(connection, batch, words, is_strict=is_strict, is_tidy=True)
        if not connection.execute(f"select count(*) from batch where {is_new}").fetchone()[0]:
            return True
    is_tidy = _learn(connection, batch, words, is_strict=is_strict)
    if not words.are_many:
        _read_known(connection, batch, words, is_strict=is_strict, is_tidy=is_tidy)
    return not words.are_many


def _learn(connection: Any, batch: Batch, words: Words, *, is_strict: bool) -> bool:
    """Note which texts the batch has in the columns that have few. Returns whether none has blanks around it."""
    asked = ", ".join(f"list(distinct {name}) filter ({name} is not null)" for name in _WORDS)
    found: dict[str, set[str]] = {}
    for given in _given(batch, Csv.STRICT if is_strict else Csv.IGNORE, connection, is_tidy=True):
        row = connection.execute(f"select {asked} from ({given})").fetchone()
        for name, texts in zip(_WORDS, row, strict=True):
            found.setdefault(_WORDS[name], set()).update(texts or ())
    words.learn(connection, {kind: {one.strip(" ") for one in texts} - {""} for kind, texts in found.items()})
    return not any(one.strip(" ") != one for texts in found.values() for one in texts)


def _given(batch: Batch, errors: str, connection: Any, *, is_tidy: bool) -> Iterator[str]:
    """SQL that reads the files of one header, for each header: the columns' texts, and the file's number."""
    numbers = f"enum({listed(c.path for c in batch.contents)})"
    for header in dict.fromkeys(batch.headers):
        paths = [c.path for c, own in zip(batch.contents, batch.headers, strict=True) if own == header]
        csv = Csv(connection, paths, list(header))
        as_is = {"lon", "lat"} | (set(_WORDS) if is_tidy else set())
        given = ", ".join(f'{_column(csv, names, is_tidy=name in as_is)} as "{name}"' for name, names in _RAW.items())
        file = f"cast(enum_code(cast(filename as {numbers})) as integer)"
        yield f"select {file} as file, {given} from {csv.reading(errors)}"


def _read_known(connection: Any, batch: Batch, words: Words, *, is_strict: bool, is_tidy: bool) -> None:
    for table in ("reject_errors", "reject_scans", "batch"):
        connection.execute(f"drop table if exists {table}").fetchall()
    words.declare(connection)
    known = ", ".join(f"{words.known(name, kind)} as {name}" for name, kind in _WORDS.items())
    errors = Csv.STRICT if is_strict else Csv.REJECT
    lon, lat = coordinates("lon", "lat")
    for number, given in enumerate(_given(batch, errors, connection, is_tidy=is_tidy)):
        query = f"""
            select *, case when month is null and reported_by = 'Reported by' then {REPEATED_HEADER}
                    when month is null then {NO_MONTH} when category_text is null then 'no crime type' end as reason
            from (select file, id, try_cast(month_text || '-01' as date) as month, {known},
                {lon} as lon, {lat} as lat, location, lsoa, lsoa_name from ({given}))"""
        begin = "insert into batch" if number else "create temp table batch as"
        connection.execute(f"{begin} {query}").fetchall()


def _column(csv: Csv, names: tuple[str, ...], *, is_tidy: bool) -> str:
    """SQL for a column without blanks around. Trimming walks through every letter: only what has blanks is trimmed."""
    for name in names:
        if csv.has(name):
            own = f"c{csv.header.index(name.lower())}"
            has_blanks = f"starts_with({own}, ' ') or suffix({own}, ' ')"
            return own if is_tidy else f"case when {has_blanks} then nullif(trim({own}), '') else {own} end"
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
    """The batch's codes with their vintages, each worked out once and not for each row, and its rows in groups."""
    for statement in (
        """create or replace temp table of_file_lsoa as
            select file, lsoa, count(*) as n, count(*) filter (reason is null) as kept
            from batch where lsoa is not null group by all""",
        """create or replace temp table of_lsoa as
            select lsoa, regexp_matches(lsoa, '^[EW]01[0-9]{6}$') as is_known, cast(vintage as vintages) as told
            from (select distinct lsoa from of_file_lsoa) d left join one_vintage v on v.code = d.lsoa""",
        """create or replace temp table of_group as
            select file, month, reported_by, falls_within, category_text, reason, count(*) as n,
                count(id) as ids, count(lon) as lons, count(lat) as lats, count(location) as locations,
                count(lsoa) as lsoas, count(lsoa_name) as lsoa_names, count(outcome) as outcomes,
                count(*) filter (lon is not null and lat is not null) as points
            from batch group by all""",
    ):
        connection.execute(statement).fetchall()


def _profiles(connection: Any, batch: Batch, words: Words) -> dict[int, Profile]:
    """What became of each file's rows: everything that `profile` asks of a part, from the groups."""
    groups = connection.execute(
        """select file, strftime(month, '%Y-%m'), reason, reported_by, falls_within, category_text,
            n, ids, lons, lats, locations, lsoas, lsoa_names, outcomes, points
        from of_group order by file, 2, 3"""
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
        number: _profile(rows, named_force(batch.contents[number]), known.get(number, 0), words)
        for number, rows in by_file.items()
    }


def _profile(groups: list[tuple[Any, ...]], named: str, with_vintage: int, words: Words) -> Profile:
    reasons: Counter[str] = Counter()
    months: Counter[str] = Counter()
    forces: set[str] = set()
    has: Counter[str] = Counter()
    kept = 0
    for _, month, reason, reported_by, falls_within, category_text, count, *rest in groups:
        if reason:
            reasons[reason] += count
            continue
        reporter = reported_by or falls_within
        force = words.slugs[REPORTERS][reporter] if reporter else named
        category = words.slugs[CATEGORIES][category_text]
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


def _write(connection: Any, batch: Batch, vintages: dict[int, dict[str, int]], words: Words, part: Path) -> None:
    """The rows that stay, with the dataset's columns, as one part."""
    most = [majority(vintages.get(number, {})) for number in range(len(batch.contents))]
    named = [named_force(content) for content in batch.contents]
    loads = [content.sha256 for content in batch.contents]
    reporter = "coalesce(batch.reported_by, batch.falls_within)"
    category = words.slug(CATEGORIES, "batch.category_text")
    given = {
        "force": words.force(reporter, named),
        "lsoa_vintage": f"case when of_lsoa.is_known then coalesce(of_lsoa.told, {_of_file(most)}::vintages)"
        " else ''::vintages end",
        "persistent_id": "cast(null as varchar)",
        "ward": "cast(null as varchar)",
        "category": category,
        "is_asb": words.is_asb("batch.category_text"),
        "origin": "cast('csv' as enum('csv'))",
        "no_id": "batch.id is null",
        "no_lsoa": "batch.lsoa is null",
        "no_coordinates": "batch.lon is null or batch.lat is null",
        "load": f"{_of_file(loads)}",
    }
    columns = ", ".join(f'{given.get(name, f"batch.{name}")} as "{name}"' for name in DATASETS["street"].names)
    connection.execute(
        f"""copy (select {columns}, batch.reason from batch left join of_lsoa on of_lsoa.lsoa = batch.lsoa
            where {KEPT}) to {text(part)} {COPY}"""
    ).fetchall()
    connection.execute("drop table batch").fetchall()


def _of_file(values: list[str]) -> str:
    """SQL for what a row's file has: of an enumeration, so that its text is written once and not for each row."""
    return f"(cast([{listed(values)}] as enum({listed(dict.fromkeys(values))})[]))[batch.file + 1]"
