"""Runs each benchmark in a process of its own on each database, and writes the page."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bench import page

ROOT = Path(__file__).resolve().parents[1]
EVIDENCE_BEGIN, EVIDENCE_END = "<!-- evidence: begin -->", "<!-- evidence: end -->"
EVIDENCE_ENGINES = {"wraparound": "Wraparound", "duckdb": "DuckDB, bare COPY", "polars": "Polars", "pandas": "pandas"}
EVIDENCE_SIZES = (3_000_000, 30_000_000)
CITY = 10.0  # ten years of it


def addresses(engine: str, database: str) -> tuple[str, str]:
    """A database of an engine: its address as owner, and as the application."""
    if engine == "SQLite":
        sqlite = f"sqlite:///{os.environ['WRAPAROUND_VAR']}/{database}.sqlite3"
        return sqlite, sqlite
    return os.environ["BENCH_PG_OWNER"].format(database), os.environ["BENCH_PG_APP"].format(database)


def initialised(engine: str, database: str) -> tuple[str, str]:
    """The same, made ready."""
    owner, app = addresses(engine, database)
    command = [sys.executable, "-m", "wraparound.interfaces.cli", "init"]
    subprocess.run(command, env=os.environ | {"DATABASE_URL": owner}, cwd=ROOT, check=True, capture_output=True)
    return owner, app


def measured(engine: str, only: set[str], factor: int) -> Iterator[tuple[str, float, dict[str, float]]]:
    """Each benchmark on an engine, in turn: its name, its size, its figures."""
    rows = 200_000 // factor
    sizes = {"imports": rows, "candidates": 1_000_000 // factor, "pages": rows, "load": rows}
    wanted = {name: size for name, size in sizes.items() if not only or name in only}
    if wanted:
        _, app = initialised(engine, "bench")
        for name, size in wanted.items():
            yield name, size, run(name, app, str(size))
    if not only or "city" in only:
        owner, app = initialised(engine, "city")
        scale = CITY / factor
        yield "city", scale, run("city", owner, "build", f"{scale:g}")
        yield "city", scale, run("city", app, "pages", "0")


def run(name: str, url: str, *arguments: str) -> dict[str, float]:
    """Run `bench.NAME` in a process of its own; it prints its figures as JSON on its last line."""
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "wraparound.interfaces.settings"}
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", *arguments],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"bench.{name} ended with {done.returncode}; what it said is above.")
    figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def main() -> None:
    """Measure, print, and (unless --dry) write the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes")
    parser.add_argument("--dry", action="store_true", help="print the figures and leave the page alone")
    parser.add_argument("--only", default="", help="some of imports,candidates,pages,load,city,evidence")
    parser.add_argument("--engine", choices=page.ENGINES, help="on this database alone")
    parser.add_argument("--divide", type=int, default=0, help="divide the sizes by so much")
    options = parser.parse_args()
    only = set(filter(None, options.only.split(",")))
    factor = options.divide or (10 if options.quick else 1)
    print(page.machine(), flush=True)
    for engine in [options.engine] if options.engine else page.ENGINES:
        loads = [os.getloadavg()[0]]
        for name, size, figures in measured(engine, only, factor):
            loads.append(os.getloadavg()[0])
            for what, value in figures.items():
                print(engine, what, page.number(value), page.TARGETS.get(what, ""), sep=" | ", flush=True)
            if not options.dry:
                page.keep(name, engine, size, figures, loads)
            loads = loads[-1:]
    if not only or "evidence" in only:
        figures = run("evidence", "", *(str(size // factor) for size in EVIDENCE_SIZES))
        for what, value in figures.items():
            print("Evidence", what, f"{value:,.3f}", sep=" | ", flush=True)
        if not options.dry:
            write_evidence(figures, [*loads, os.getloadavg()[0]])
    if not options.dry:
        page.write()


def write_evidence(figures: dict[str, float], loads: list[float]) -> None:
    """Put the evidence store's figures between their own markers: a row for each size and step, a column an engine."""
    steps = dict.fromkeys(what.replace(f": {one}:", ":") for what in figures for one in EVIDENCE_ENGINES if one in what)
    table = ["| What | " + " | ".join(EVIDENCE_ENGINES.values()) + " |", "|---|" + "---|" * len(EVIDENCE_ENGINES)]
    for step in steps:
        size, _, what = step.partition(": ")
        values = (figures.get(f"{size}: {engine}: {what}") for engine in EVIDENCE_ENGINES)
        table.append(f"| {step} | " + " | ".join("" if one is None else f"{one:,.2f}" for one in values) + " |")
    text = page.PAGE.read_text(encoding="utf-8")
    told = f"\nMeasured {date.today():%-d %B %Y} on {page.machine()}. Load of the machine meanwhile, as averages over"
    told += f" a minute: {min(loads):.0f} to {max(loads):.0f}.\n\n" + "\n".join(table) + "\n"
    if EVIDENCE_BEGIN not in text:
        text += f"\n## The evidence store\n\n{EVIDENCE_BEGIN}{EVIDENCE_END}\n"
    head, _, rest = text.partition(EVIDENCE_BEGIN)
    _, _, tail = rest.partition(EVIDENCE_END)
    page.PAGE.write_text(f"{head}{EVIDENCE_BEGIN}{told}{EVIDENCE_END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
