"""The one door to Ibis: the store's tables, on DuckDB here, on Spark where one machine is outgrown.

Measures write Ibis expressions upon `Store.table` and never name an engine. What the two engines answer differently is
not used: see docs/reference/evidence-files.md.
"""

from __future__ import annotations

import enum
import itertools
import os
import tempfile
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from wraparound.evidence.store.catalogue import DATASETS, Dataset
from wraparound.evidence.store.manifests import Manifest, read_manifests
from wraparound.evidence.store.places import store_path
from wraparound.kit.errors import BadInput

MEMORY = "1500MB"  # beyond it DuckDB writes to disk, so that four million rows load where 4 GB are free
THREADS = 2

type_of = {
    "string": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "boolean": pa.bool_(),
}


class Engine(enum.StrEnum):
    """What computes."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def arrow_schema(dataset: Dataset) -> pa.Schema:
    """The dataset's columns as Arrow writes them to Parquet."""
    return pa.schema([(column.name, type_of[column.type]) for column in dataset.columns])


def open_duckdb(*, spill_to: Path | None = None) -> Any:
    """A DuckDB in memory that never outgrows the memory it may have."""
    spill = spill_to or Path(tempfile.gettempdir()) / f"wraparound-spill-{os.getuid()}"
    limits: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": os.environ.get("WRAPAROUND_EVIDENCE_MEMORY") or MEMORY,
        "threads": int(os.environ.get("WRAPAROUND_EVIDENCE_THREADS") or THREADS),
        "temp_directory": str(spill),
    }
    connection = duckdb.connect(config=limits)
    connection.execute("SET TimeZone = 'UTC'").fetchall()
    connection.execute("SET parquet_metadata_cache = true").fetchall()
    return connection


def connect_duckdb() -> Any:
    """An Ibis connection to such a DuckDB."""
    import ibis  # here, so that loading doesn't wait for what only asking needs

    return ibis.duckdb.from_connection(open_duckdb())


def connect_spark() -> Any:
    """An Ibis connection to a Spark session. Raises BadInput where the optional extra isn't installed."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise BadInput("Spark isn't installed. Install the project with its extra: pip install '.[spark]'.") from error
    import ibis

    session = (
        SparkSession.builder.appName("wraparound-evidence")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    return ibis.pyspark.connect(session)


class Store:
    """The tables of one store, as Ibis sees them. Made by `open_store`."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self.engine = engine
        self._tables: dict[str, Any] = {}
        self._numbers = itertools.count()

    @cached_property
    def connection(self) -> Any:
        """The engine's Ibis connection, opened with the first table."""
        return connect_duckdb() if self.engine is Engine.DUCKDB else connect_spark()

    @cached_property
    def manifests(self) -> tuple[Manifest, ...]:
        """What was loaded, oldest first."""
        return tuple(read_manifests(self.path))

    def loaded(self, dataset: str) -> tuple[Manifest, ...]:
        """The loads that put rows into this dataset, oldest first."""
        return tuple(one for one in self.manifests if one.parts.get(dataset))

    def parts(self, dataset: str) -> list[Path]:
        """The Parquet files of a dataset. A file without a manifest isn't one: its load didn't end."""
        return list(dict.fromkeys(one.part(self.path, dataset) for one in self.loaded(dataset)))

    def has(self, dataset: str) -> bool:
        """Whether the dataset has any rows."""
        return any(one.parts[dataset] for one in self.loaded(dataset))

    def table(self, dataset: str) -> Any:
        """The dataset as an Ibis table, with the catalogue's columns; without rows where nothing is loaded."""
        if dataset not in self._tables:
            self._tables[dataset] = self._open(dataset)
        return self._tables[dataset]

    def _open(self, dataset: str) -> Any:
        known = DATASETS[dataset]
        paths = [str(path) for path in self.parts(dataset)]
        if not paths:
            return self._in_memory(arrow_schema(known).empty_table())
        if self.engine is Engine.DUCKDB:
            table = self.connection.read_parquet(paths, table_name=dataset)
            return table.select(*known.names)
        self.connection._session.read.parquet(*paths).createOrReplaceTempView(dataset)
        return self.connection.table(dataset).select(*known.names)

    def rows(self, expression: Any) -> list[dict[str, Any]]:
        """Compute an expression, and give its rows as Python values. For results, not for tables of millions."""
        found: list[dict[str, Any]] = self._computed(expression).to_pylist()
        return found

    def one(self, expression: Any) -> Any:
        """Compute an expression of a single value: ``store.one(street.count())``."""
        return self._computed(expression.as_table()).column(0)[0].as_py()

    def table_from(self, rows: Iterable[Mapping[str, Any]], schema: pa.Schema | None = None) -> Any:
        """Rows of Python values as an Ibis table, to join with the store's."""
        return self._in_memory(pa.Table.from_pylist([dict(row) for row in rows], schema=schema))

    def _computed(self, table: Any) -> pa.Table:
        """The rows as Arrow. With Spark, Ibis takes the way round by pandas, whose versions part ways with both."""
        if self.engine is Engine.DUCKDB:
            return self.connection.to_pyarrow(table)
        return self.connection._session.sql(self.connection.compile(table)).toArrow()

    def _in_memory(self, rows: pa.Table) -> Any:
        if self.engine is Engine.DUCKDB:
            import ibis

            return ibis.memtable(rows)
        name = f"in_memory_{next(self._numbers)}"
        self.connection._session.createDataFrame(rows).createOrReplaceTempView(name)
        return self.connection.table(name)


def open_store(path: Path | None = None, engine: Engine = Engine.DUCKDB) -> Store:
    """Open the store in this folder, or the one under WRAPAROUND_VAR. What is loaded later isn't seen: open anew."""
    return Store(Path(path) if path else store_path(), engine)
