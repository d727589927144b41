"""An id that comes again: its first row stays, whether that is in the same file, in another, or loaded long ago."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wraparound.evidence.store.catalogue import DATASETS
from wraparound.evidence.store.staging import text

AGAIN, BEFORE = "repeated id", "id loaded before"
SAME, SAME_BEFORE = "repeated row", "row loaded before"  # of a table whose rows have no ids, such as populations
SHARED = "shared-"  # how the names of parts of several loads begin
OTHER_WARD = "the same record under another ward"


HASHES_AT_ONCE = 8_000_000  # ids compared together, so that memory doesn't grow with what is loaded


def find_repeats(
    connection: Any, dataset: str, turns: Mapping[str, int], parts: Sequence[Path], kept: Sequence[Path]
) -> dict[str, Counter[str]]:
    """Fill the table ``repeat (filename, row, load, reason)`` with rows to set aside. Returns counts by load, reason.

    `turns` says in which order a load's first row counts as first: that of the files. `parts` are staged, `kept` are in
    the store already. Ids are compared by hash first, so that memory grows with hashes and not with ids, and exactly
    only where hashes meet. Hashes of parts that many loads share stand in ``staged_hash`` already.
    """
    connection.execute(
        "create or replace temp table repeat (filename varchar, row bigint, load varchar, reason varchar)"
    ).fetchall()
    keys = DATASETS[dataset].key
    again, earlier = (AGAIN, BEFORE) if DATASETS[dataset].has_ids else (SAME, SAME_BEFORE)
    if not keys or not parts:
        return {}
    key = keys[0]
    identity = f"concat_ws('|', {', '.join(_as_text(name) for name in keys)})"
    hashed = identity_hash(dataset)
    _hashes_that_meet(connection, hashed, key, dataset, parts, kept)
    if not connection.execute("select count(*) from met").fetchone()[0]:
        return {}
    connection.execute("create or replace temp table load_order (load varchar, turn integer)").fetchall()
    listed = ", ".join(f"({text(load)}, {turn})" for load, turn in turns.items())
    connection.execute(f"insert into load_order values {listed}").fetchall()
    before = "select null as identity where false"
    if kept:
        before = f"select distinct {identity} as identity from {_files(kept)} where {hashed} in (select h from met)"
    ward = "ward" if dataset == "street" else "cast(null as varchar)"
    connection.execute(f"""
        insert into repeat
        with candidate as (
            select f.filename, f.file_row_number as row, load, turn as load_turn, {identity} as identity, {ward} as ward
            from {_files(parts, numbered=True)} f join load_order o using (load)
            where f.reason is null and {key} is not null and {hashed} in (select h from met)
        ), before as ({before}), ranked as (
            select *, identity in (select identity from before) as is_before,
                first_value(ward) over same as first_ward, row_number() over same as turn
            from candidate window same as (partition by identity order by load_turn, row)
        )
        select filename, row, load, case when is_before then '{earlier}'
            when ward is not null and ward is distinct from first_ward then '{OTHER_WARD}' else '{again}' end
        from ranked where is_before or turn > 1""").fetchall()
    found: dict[str, Counter[str]] = {}
    for load, reason, count in connection.execute("select load, reason, count(*) from repeat group by all").fetchall():
        found.setdefault(load, Counter())[reason] = count
    return found


def identity_hash(dataset: str, **instead: str) -> str:
    """SQL for the hash of what tells a row from others. `instead` is SQL for a key column that isn't there yet."""
    return f"hash({', '.join(instead.get(name, chr(34) + name + chr(34)) for name in DATASETS[dataset].key)})"


def _as_text(name: str) -> str:
    return f"coalesce(cast(\"{name}\" as varchar), '')"


def _hashes_that_meet(
    connection: Any, hashed: str, key: str, dataset: str, parts: Sequence[Path], kept: Sequence[Path]
) -> None:
    """The table ``met (h)``: hashes of ids that come more than once, counting what is in the store."""
    single = [path for path in parts if not is_shared(path)]
    selects = (
        [f"select {hashed} as h from {_files(single)} where reason is null and {key} is not null"] if single else []
    )
    if dataset == "street" and len(single) < len(parts):
        selects.append("select h from staged_hash")
    connection.execute(f"create or replace temp table fresh as {' union all '.join(selects)}").fetchall()
    connection.execute("create or replace temp table met (h ubigint)").fetchall()
    total = connection.execute("select count(*) from fresh").fetchone()[0]
    slices = total // HASHES_AT_ONCE + 1
    for number in range(slices):
        mine = f"(select h from fresh where h % {slices} = {number})"
        meets = f"select h from {mine} group by h having count(*) > 1"
        if kept:
            meets += (
                f" union select h from (select {hashed} as h from {_files(kept)} where {key} is not null) k"
                f" semi join {mine} n using (h)"
            )
        connection.execute(f"insert into met {meets}").fetchall()
    connection.execute("drop table fresh").fetchall()


def is_shared(part: Path) -> bool:
    """Whether a staged part is one that many loads share."""
    return part.name.startswith(SHARED)


def _files(parts: Sequence[Path], *, numbered: bool = False) -> str:
    listed = ", ".join(text(path) for path in parts)
    return f"read_parquet([{listed}]{', filename=true, file_row_number=true' if numbered else ''})"
