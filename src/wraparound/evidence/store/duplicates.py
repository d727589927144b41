"""An id that comes again: its first row stays, whether that is in the same file, in another, or loaded long ago."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wraparound.evidence.store.catalogue import DATASETS
from wraparound.evidence.store.staging import text

AGAIN, BEFORE = "repeated id", "id loaded before"
SAME, SAME_BEFORE = "repeated row", "row loaded before"  # of a table whose rows have no ids, such as populations
OTHER_WARD = "the same record under another ward"


def find_repeats(
    connection: Any, dataset: str, parts: Sequence[Path], kept: Sequence[Path]
) -> dict[Path, dict[str, int]]:
    """Fill the table ``repeat (part, row, reason)`` with rows to set aside. Returns counts by part and reason.

    `parts` are staged, in the order in which a first row counts as first; `kept` are in the store already. Ids are
    compared by hash first, so that memory grows with hashes and not with ids, and exactly only where hashes meet.
    """
    connection.execute("create or replace temp table repeat (part integer, row bigint, reason varchar)").fetchall()
    keys = DATASETS[dataset].key
    again, earlier = (AGAIN, BEFORE) if DATASETS[dataset].has_ids else (SAME, SAME_BEFORE)
    if not keys or not parts:
        return {}
    key = keys[0]
    identity = f"concat_ws('|', {', '.join(_as_text(name) for name in keys)})"
    new, old = _files(parts), _files(kept)
    _hashes_that_meet(connection, identity, key, new, old)
    if not connection.execute("select count(*) from met").fetchone()[0]:
        return {}
    order = "create or replace temp table part_order (filename varchar, part integer)"
    connection.execute(order).fetchall()
    connection.executemany("insert into part_order values (?, ?)", [[str(p), n] for n, p in enumerate(parts)])
    before = "select null as identity where false"
    if kept:
        before = f"select distinct {identity} as identity from {old} where hash({identity}) in (select h from met)"
    ward = "ward" if dataset == "street" else "cast(null as varchar)"
    connection.execute(f"""
        insert into repeat
        with candidate as (
            select o.part, f.file_row_number as row, {identity} as identity, {ward} as ward
            from {_files(parts, numbered=True)} f join part_order o using (filename)
            where f.reason is null and {key} is not null and hash({identity}) in (select h from met)
        ), before as ({before}), ranked as (
            select part, row, ward, identity in (select identity from before) as is_before,
                first_value(ward) over same as first_ward, row_number() over same as turn
            from candidate window same as (partition by identity order by part, row)
        )
        select part, row, case when is_before then '{earlier}'
            when ward is not null and ward is distinct from first_ward then '{OTHER_WARD}' else '{again}' end
        from ranked where is_before or turn > 1""").fetchall()
    found: dict[Path, dict[str, int]] = {}
    for part, reason, count in connection.execute("select part, reason, count(*) from repeat group by all").fetchall():
        found.setdefault(parts[part], {})[reason] = count
    return found


def _as_text(name: str) -> str:
    return f"coalesce(cast(\"{name}\" as varchar), '')"


def _hashes_that_meet(connection: Any, identity: str, key: str, new: str, old: str) -> None:
    """The table ``met (h)``: hashes of ids that come more than once, counting what is in the store."""
    fresh = f"select hash({identity}) as h from {new} where reason is null and {key} is not null"
    meets = f"select h from ({fresh}) group by h having count(*) > 1"
    if old:
        meets += (
            f" union select h from (select hash({identity}) as h from {old} where {key} is not null) k"
            f" semi join ({fresh}) n using (h)"
        )
    connection.execute(f"create or replace temp table met as {meets}").fetchall()


def _files(parts: Sequence[Path], *, numbered: bool = False) -> str:
    if not parts:
        return ""
    listed = ", ".join(text(path) for path in parts)
    return f"read_parquet([{listed}]{', filename=true, file_row_number=true' if numbered else ''})"
