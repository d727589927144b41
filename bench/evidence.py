"""The evidence store beside DuckDB by hand, Polars and pandas: the same files loaded, the same five questions asked, in one run.

Each engine works in a process of its own, so that its peak memory is its own. An engine that doesn't end, for want of
memory, leaves its figures out; the store must end. What is compared isn't quite the same
load: ours also takes checksums, sets repeated ids aside across all files, flags gaps, keeps vintages of LSOAs apart and
writes manifests; the others only turn CSV into Parquet, at their best settings. Answers are compared, and must agree.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FORCES = 43
MANY = 1_000_000  # rows from which the files are those of five years, and not of one
ENGINES = ("wraparound", "duckdb", "polars", "pandas")
ANSWERING = ("wraparound", "polars", "pandas")
BOUNDED = 4_000_000  # rows that must load where no more than so many bytes can be addressed
BOUND = 4 * 1024**3
CELL = 0.002  # degrees: a grid of about 200 m
CATEGORIES = (
    "Anti-social behaviour",
    "Burglary",
    "Criminal damage and arson",
    "Drugs",
    "Other theft",
    "Public order",
    "Robbery",
    "Shoplifting",
    "Vehicle crime",
    "Violence and sexual offences",
)


def write_files(folder: Path, rows: int) -> None:
    """Files such as data.police.uk publishes: one for each force and month, a quarter of the rows without an id.

    No point lies on the edge of a cell of the grid: there the engines' divisions round differently.
    """
    import duckdb

    months = [f"{2021 + n // 12}-{n % 12 + 1:02}" for n in range(60 if rows >= MANY else 12)]
    each = max(1, rows // (FORCES * len(months)))
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    names = ", ".join(f"'{name}'" for name in CATEGORIES)
    for number, month in enumerate(months):
        (folder / month).mkdir(parents=True)
        for force in range(FORCES):
            path = folder / month / f"{month}-force-{force}-street.csv"
            seed = force * len(months) + number
            connection.execute(
                f"""copy (select
                    case when i % 4 = 0 then null else sha256('{seed}-' || i) end as "Crime ID",
                    '{month}' as "Month", 'Force {force} Police' as "Reported by",
                    'Force {force} Police' as "Falls within",
                    round(-2 + {force} * 0.05 + (hash(i, 1) % 1500) / 10000.0 + 0.00003, 6) as "Longitude",
                    round(52 + (hash(i, 2) % 1500) / 10000.0 + 0.00003, 6) as "Latitude",
                    'On or near Road ' || (hash(i, 3) % 900) as "Location",
                    'E0100' || lpad(cast({force} * 90 + hash(i, 4) % 800 as varchar), 4, '0') as "LSOA code",
                    'Somewhere ' || (hash(i, 4) % 800) as "LSOA name",
                    ([{names}])[1 + (case when i % 4 = 0 then 0 else 1 + hash(i, 5) % {len(CATEGORIES) - 1} end)::int]
                        as "Crime type",
                    case when i % 4 = 0 then null else 'Outcome ' || (hash(i, 6) % 9) end as "Last outcome category",
                    null as "Context"
                from range({each}) t(i)) to '{path}' (header, delimiter ',')"""
            ).fetchall()
    connection.close()


# --- ours ---------------------------------------------------------------------------------------------------


def load_wraparound(folder: Path, target: Path) -> int:
    from wraparound.evidence.store.loading import load_paths

    return sum(report.rows_kept for report in load_paths([folder], target))


def ask_wraparound(target: Path) -> dict[str, Callable[[], Any]]:
    import ibis

    from wraparound.evidence.store.engine import open_store

    store = open_store(target)
    street = store.table("street")

    def by_place() -> int:
        grouped = street.group_by("lsoa", "category", "month").agg(n=street.count())
        return int(store.one(grouped.count()))

    def change() -> float:
        months = street.group_by("force", "category", "month").agg(n=street.count())
        window = ibis.window(group_by=["force", "category"], order_by="month")
        before = months.n.lag(1).over(window)
        return float(store.one(months.mutate(change=(months.n - before) / before.cast("float64")).change.abs().sum()))

    def grid() -> int:
        cells = street.mutate(x=(street.lon / CELL).floor(), y=(street.lat / CELL).floor())
        counted = cells.group_by("x", "y").agg(n=cells.count())
        return int(store.one(counted.n.max()))

    def outcomes() -> int:
        known = street.filter(street.outcome.notnull())
        return int(store.one(known.group_by("force", "outcome").agg(n=known.count()).n.max()))

    def dashboard() -> int:
        one = street.filter((street.force == "force-7") & (street.category == "burglary"))
        top = one.group_by("lsoa").agg(n=one.count()).order_by(ibis.desc("n"), "lsoa").limit(10)
        return sum(row["n"] for row in store.rows(top))

    return {"Q1": by_place, "Q2": change, "Q3": grid, "Q4": outcomes, "Q5": dashboard}


# --- DuckDB, by hand ---------------------------------------------------------------------------------------


def load_duckdb(folder: Path, target: Path) -> int:
    """Nothing but CSV to Parquet, as DuckDB does it best: what a loader can at most be as fast as."""
    import duckdb

    target.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    texts = ("Crime ID", "Month", "Reported by", "Falls within", "Location", "LSOA code", "LSOA name", "Crime type")
    columns = dict.fromkeys(("Crime ID", "Month", "Reported by", "Falls within"), "VARCHAR")
    columns |= {"Longitude": "DOUBLE", "Latitude": "DOUBLE"} | dict.fromkeys(texts[4:], "VARCHAR")
    columns |= {"Last outcome category": "VARCHAR", "Context": "VARCHAR"}
    connection.execute(
        f"""copy (select * replace (cast("Month" || '-01' as date) as "Month")
            from read_csv('{folder}/*/*.csv', header=true, auto_detect=false, delim=',', quote='"', columns={columns}))
        to '{target}/street.parquet' (format parquet, compression zstd)"""
    ).fetchall()
    return int(connection.execute(f"select count(*) from '{target}/street.parquet'").fetchall()[0][0])


# --- Polars -------------------------------------------------------------------------------------------------


def load_polars(folder: Path, target: Path) -> int:
    import polars as pl

    target.mkdir(parents=True, exist_ok=True)
    frame = pl.scan_csv(
        str(folder / "*" / "*.csv"), schema_overrides={"Longitude": pl.Float64, "Latitude": pl.Float64}
    ).with_columns(pl.col("Month").str.to_date("%Y-%m", strict=False), pl.col("Context").cast(pl.String))
    frame = frame.with_columns(pl.col("Month").fill_null(pl.lit(None)))
    frame.sink_parquet(target / "street.parquet", compression="zstd")
    return int(pl.scan_parquet(target / "street.parquet").select(pl.len()).collect().item())


def ask_polars(target: Path) -> dict[str, Callable[[], Any]]:
    import polars as pl

    street = pl.scan_parquet(target / "street.parquet")

    def run(frame: Any) -> Any:
        return frame.collect(engine="streaming").item()

    def by_place() -> int:
        return int(run(street.group_by("LSOA code", "Crime type", "Month").len().select(pl.len())))

    def change() -> float:
        months = street.group_by("Reported by", "Crime type", "Month").len().sort("Reported by", "Crime type", "Month")
        before = pl.col("len").cast(pl.Float64).shift(1).over("Reported by", "Crime type")
        return float(run(months.select(((pl.col("len") - before) / before).abs().sum())))

    def grid() -> int:
        cells = [(pl.col(name) / CELL).floor().alias(name) for name in ("Longitude", "Latitude")]
        return int(run(street.select(*cells).group_by("Longitude", "Latitude").len().select(pl.col("len").max())))

    def outcomes() -> int:
        known = street.filter(pl.col("Last outcome category").is_not_null())
        return int(run(known.group_by("Reported by", "Last outcome category").len().select(pl.col("len").max())))

    def dashboard() -> int:
        one = street.filter((pl.col("Reported by") == "Force 7 Police") & (pl.col("Crime type") == "Burglary"))
        top = one.group_by("LSOA code").len().sort(["len", "LSOA code"], descending=[True, False]).head(10)
        return int(run(top.select(pl.col("len").sum())))

    return {"Q1": by_place, "Q2": change, "Q3": grid, "Q4": outcomes, "Q5": dashboard}


# --- pandas -------------------------------------------------------------------------------------------------


def load_pandas(folder: Path, target: Path) -> int:
    import pandas as pd

    target.mkdir(parents=True, exist_ok=True)
    rows = 0
    for number, path in enumerate(sorted(folder.glob("*/*.csv"))):
        frame = pd.read_csv(path, engine="pyarrow", dtype_backend="pyarrow")
        frame["Month"] = pd.to_datetime(frame["Month"].astype("string[pyarrow]"), format="%Y-%m")
        frame.to_parquet(target / f"{number:05}.parquet", compression="zstd", coerce_timestamps="us", index=False)
        rows += len(frame)
    return rows


def ask_pandas(target: Path) -> dict[str, Callable[[], Any]]:
    import pandas as pd
    import pyarrow.parquet as pq

    columns = ["Month", "Reported by", "Longitude", "Latitude", "LSOA code", "Crime type", "Last outcome category"]
    texts = ["Reported by", "LSOA code", "Crime type", "Last outcome category"]
    frame = pq.read_table(target, columns=columns, read_dictionary=texts).to_pandas(self_destruct=True)

    def by_place() -> int:
        return len(frame.groupby(["LSOA code", "Crime type", "Month"], observed=True, sort=False).size())

    def change() -> float:
        months = frame.groupby(["Reported by", "Crime type", "Month"], observed=True).size().reset_index(name="n")
        before = months.groupby(["Reported by", "Crime type"], observed=True)["n"].shift(1)
        return float(((months["n"] - before) / before).abs().sum())

    def grid() -> int:
        cells = pd.DataFrame({name: (frame[name] / CELL).floordiv(1) for name in ("Longitude", "Latitude")})
        return int(cells.groupby(["Longitude", "Latitude"], sort=False).size().max())

    def outcomes() -> int:
        known = frame[frame["Last outcome category"].notna()]
        return int(known.groupby(["Reported by", "Last outcome category"], observed=True).size().max())

    def dashboard() -> int:
        one = frame[(frame["Reported by"] == "Force 7 Police") & (frame["Crime type"] == "Burglary")]
        return int(one.groupby("LSOA code", observed=True).size().sort_values(ascending=False).head(10).sum())

    return {"Q1": by_place, "Q2": change, "Q3": grid, "Q4": outcomes, "Q5": dashboard}


LOADS = {"wraparound": load_wraparound, "duckdb": load_duckdb, "polars": load_polars, "pandas": load_pandas}
ASKS = {"wraparound": ask_wraparound, "polars": ask_polars, "pandas": ask_pandas}


def work(engine: str, step: str, folder: Path, target: Path) -> dict[str, Any]:
    """One engine's load, or its questions: seconds, answers, and the peak memory of this process."""
    began = time.perf_counter()
    answers: dict[str, float] = {}
    seconds: dict[str, float] = {}
    if step == "load":
        answers["rows"] = LOADS[engine](folder, target)
        seconds["load"] = time.perf_counter() - began
    else:
        asks = ASKS[engine](target)
        seconds["open"] = time.perf_counter() - began
        for name, ask in asks.items():
            best = float("inf")
            for _ in range(3):
                start = time.perf_counter()
                answers[name] = ask()
                best = min(best, time.perf_counter() - start)
            seconds[name] = best
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds[f"{step} CPU"] = used.ru_utime + used.ru_stime
    return {"seconds": seconds, "answers": answers, "MB": used.ru_maxrss / 1024}


def in_a_process(engine: str, step: str, folder: Path, target: Path, *, bound: int = 0) -> dict[str, Any] | None:
    """What `work` gives, from a process of its own that may address no more than `bound` bytes; nothing if it died."""
    environment = os.environ | {"POLARS_MAX_THREADS": "2", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    words = [sys.executable, "-m", "bench.evidence", "--engine", engine, "--step", step]
    done = subprocess.run(
        [*words, "--files", str(folder), "--target", str(target), "--bound", str(bound)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=engine == "wraparound",
    )
    if done.returncode:
        print(f"{engine} ended its {step} with {done.returncode}.", file=sys.stderr, flush=True)
        return None
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def compare(rows: int, folder: Path) -> dict[str, float]:
    """Seconds and megabytes of each engine on so many rows. Stops where answers differ."""
    files = folder / "files"
    write_files(files, rows)
    figures: dict[str, float] = {}
    answers: dict[str, dict[str, float]] = {}
    label = f"{rows / 1_000_000:g}M rows"
    for engine in ENGINES:
        target = folder / engine
        for step in ("load", "ask") if engine in ANSWERING else ("load",):
            found = in_a_process(engine, step, files, target)
            if found is None:
                break
            answers.setdefault(engine, {}).update(found["answers"])
            for what, seconds in found["seconds"].items():
                figures[f"{label}: {engine}: {what} s"] = round(seconds, 3)
            figures[f"{label}: {engine}: {step} peak MB"] = round(found["MB"])
        size = sum(path.stat().st_size for path in target.rglob("*.parquet"))
        figures[f"{label}: {engine}: Parquet MB"] = round(size / 1_048_576)
    bare = figures.get(f"{label}: duckdb: load CPU s")
    for engine in answers if bare else ():
        figures[f"{label}: {engine}: load, times the bare COPY's CPU"] = (
            figures[f"{label}: {engine}: load CPU s"] / bare
        )
    for engine, given in answers.items():
        for name, value in given.items():
            expected = answers["wraparound"][name]
            if abs(value - expected) > 1e-6 * max(1.0, abs(expected)):
                raise SystemExit(f"{engine} answers {name} with {value}, the store with {expected}.")
    return figures


def bounded(rows: int, folder: Path) -> dict[str, float]:
    """Load where memory is short: the process can't address more than `BOUND`, and ends with an error where it must."""
    files = folder / "files"
    write_files(files, rows)
    found = in_a_process("wraparound", "load", files, folder / "store", bound=BOUND)
    if found is None or found["MB"] * 1_048_576 > BOUND:
        raise SystemExit(f"{rows:,} rows don't load in {BOUND:,} bytes.")
    label = f"{rows / 1_000_000:g}M rows in no more than {BOUND / 1024**3:g} GB: wraparound"
    return {
        f"{label}: load CPU s": round(found["seconds"]["load CPU"], 3),
        f"{label}: load peak MB": round(found["MB"]),
    }


def main() -> None:
    """As a part of script/bench: sizes in rows. As one engine's process: --engine and --step."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[3_000_000, 30_000_000])
    parser.add_argument("--divide", type=int, default=1)
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--step", choices=("load", "ask"))
    parser.add_argument("--files", type=Path)
    parser.add_argument("--target", type=Path)
    parser.add_argument("--bound", type=int, default=0)
    options = parser.parse_args()
    if options.engine:
        if options.bound:
            resource.setrlimit(resource.RLIMIT_AS, (options.bound, options.bound))
        print(json.dumps(work(options.engine, options.step, options.files, options.target)))
        return
    figures: dict[str, float] = {}
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="wraparound-bench-evidence-") as folder:
            figures |= compare(size // options.divide, Path(folder))
    with tempfile.TemporaryDirectory(prefix="wraparound-bench-evidence-") as folder:
        figures |= bounded(BOUNDED // options.divide, Path(folder))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
