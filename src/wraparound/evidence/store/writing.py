"""Rows of Python values into the store: for small tables, for extracts of our own records, and for tests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wraparound.evidence.store.catalogue import DATASETS
from wraparound.evidence.store.engine import arrow_schema
from wraparound.evidence.store.manifests import Manifest, write_manifest


def write_part(store: Path, dataset: str, sha256: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows as the part that a load adds to a dataset. Columns that a row lacks are null. Returns their number.

    They count once the load's manifest is written.
    """
    known = DATASETS[dataset]
    complete = [{**row, "load": sha256} for row in rows]
    unknown = {name for row in complete for name in row} - set(known.names)
    if unknown:
        raise ValueError(f"{dataset} has no columns {sorted(unknown)}")
    schema = arrow_schema(known).append(pa.field("reason", pa.string()))  # every part has it: none to be set aside here
    table = pa.Table.from_pylist(complete, schema=schema)
    path = store / dataset / f"{sha256}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    pq.write_table(table, unfinished, compression="zstd", coerce_timestamps="us")
    unfinished.replace(path)
    return len(complete)


def write_rows(store: Path, dataset: str, rows: Iterable[Mapping[str, Any]], *, source: str = "test") -> Manifest:
    """Put rows into a dataset as one load, with its manifest: ``write_rows(tmp_path, "street", [{...}])``."""
    listed = list(rows)
    text = json.dumps([dataset, source, [sorted(row.items()) for row in listed]], default=str)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    count = write_part(store, dataset, sha256, listed)
    months = sorted({str(row["month"])[:7] for row in listed if row.get("month")})
    manifest = Manifest(
        sha256=sha256,
        name=source,
        kind=dataset,
        rows_read=count,
        rows_kept=count,
        months=tuple(months),
        forces=tuple(sorted({str(row["force"]) for row in listed if row.get("force")})),
        parts={dataset: count},
        source=source,
        loaded_at="2000-01-01T00:00:00Z",
    )
    write_manifest(store, manifest)
    return manifest
