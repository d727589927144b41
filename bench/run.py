"""Runs each benchmark in a process of its own on each database, and writes the page."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
EVIDENCE_BEGIN, EVIDENCE_END = "<!-- evidence: begin -->", "<!-- evidence: end -->"
EVIDENCE_SIZES = (3_000_000, 30_000_000)
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


ENGINES = ("SQLite", "PostgreSQL")
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


def measured(engine: str, only: str, factor: int) -> Iterator[dict[str, float]]:
    """The figures of each benchmark on an engine, in turn."""
    sizes = {"imports": 200_000 // factor, "candidates": 1_000_000 // factor, "pages": 0, "load": 0}
    wanted = {name: size for name, size in sizes.items() if only in ("", name)}
    if wanted:
        _, app = initialised(engine, "bench")
        for name, size in wanted.items():
            yield run(name, app, str(size))
    if only in ("", "city"):
        owner, app = initialised(engine, "city")
        yield run("city", owner, "build", f"{CITY / factor:g}")
        yield run("city", app, "pages", "0")


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


def machine() -> str:
    """The machine in one line."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1_048_576
    return f"{model}, {os.cpu_count()} cores, {memory} GB, {platform.system()}, Python {platform.python_version()}"


def main() -> None:
    """Measure, print, and (unless --dry) write the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes")
    parser.add_argument("--dry", action="store_true", help="print the figures and leave the page alone")
    parser.add_argument("--only", default="")
    parser.add_argument("--divide", type=int, default=0, help="divide the sizes by so much")
    options = parser.parse_args()
    factor = options.divide or (10 if options.quick else 1)
    rows: list[tuple[str, str, str, str]] = []
    print(machine(), flush=True)
    loads = [os.getloadavg()[0]]
    for engine in ENGINES:
        for figures in measured(engine, options.only, factor):
            for what, value in figures.items():
                target = TARGETS.get(what, "")
                rows.append((engine, what, f"{value:,.1f}" if value < 100 else f"{value:,.0f}", target))
                print(*rows[-1], sep=" | ", flush=True)
            loads.append(os.getloadavg()[0])
    if options.only in {"", "evidence"}:
        figures = run("evidence", "", *(str(size // factor) for size in EVIDENCE_SIZES))
        for what, value in figures.items():
            print("Evidence", what, f"{value:,.3f}", sep=" | ", flush=True)
        if not options.dry:
            write_evidence(figures)
    print(load_told(loads), flush=True)
    if not options.dry and not options.only:
        write(rows, factor, load_told(loads))


def write_evidence(figures: dict[str, float]) -> None:
    """Put the evidence store's figures between their own markers: a row for each size and step, a column an engine."""
    engines = ("wraparound", "polars", "pandas")
    steps = dict.fromkeys(what.replace(f": {engine}:", ":") for what in figures for engine in engines if engine in what)
    table = ["| What | " + " | ".join(engines) + " |", "|---|" + "---|" * len(engines)]
    for step in steps:
        size, _, what = step.partition(": ")
        cells = (f"{figures[f'{size}: {engine}: {what}']:,.2f}" for engine in engines)
        table.append(f"| {step} | " + " | ".join(cells) + " |")
    text = PAGE.read_text(encoding="utf-8")
    told = f"\nMeasured {date.today():%-d %B %Y} on {machine()}.\n\n" + "\n".join(table) + "\n"
    if EVIDENCE_BEGIN not in text:
        text += f"\n## The evidence store\n\n{EVIDENCE_BEGIN}{EVIDENCE_END}\n"
    head, _, rest = text.partition(EVIDENCE_BEGIN)
    _, _, tail = rest.partition(EVIDENCE_END)
    PAGE.write_text(f"{head}{EVIDENCE_BEGIN}{told}{EVIDENCE_END}{tail}", encoding="utf-8")


def load_told(loads: list[float]) -> str:
    """How busy the machine was beside the benchmarks, and what that means for the figures."""
    told = f"Load of the machine meanwhile, as averages over a minute: {min(loads):.0f} to {max(loads):.0f}"
    cores = os.cpu_count() or 1
    if max(loads) > cores + 1:
        told += f" on {cores} cores. It was busy with other work, "
        told += "so that speeds by the clock are lower bounds, and milliseconds upper ones"
    return told + "."


TARGETS = {
    "granian: list pages a second": ">= 250",
    "granian: 95th percentile ms": "< 60",
    "import: peak memory of the process, MB": "< 400",
    "list page: queries": "<= 12",
    "list page: CPU ms": "<= 6",
    "form page: CPU ms": "<= 4",
    "city: rows a second, generated and loaded": ">= 5,000",
}


def write(rows: list[tuple[str, str, str, str]], factor: int, load: str) -> None:
    """Put the figures between the page's markers."""
    table = ["| What | Target | SQLite | PostgreSQL |", "|---|---|---|---|"]
    names = list(dict.fromkeys(what for _, what, _, _ in rows))
    value = {(database, what): figure for database, what, figure, _ in rows}
    for what in names:
        cells = (value.get((database, what), "") for database in ("SQLite", "PostgreSQL"))
        table.append(f"| {what} | {TARGETS.get(what, '')} | " + " | ".join(cells) + " |")
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    told = f"{200_000 // factor:,} incidents imported, {1_000_000 // factor:,} people searched, "
    told += f"{CITY / factor:g} years of the city"
    figures = f"\nMeasured {date.today():%-d %B %Y} on {machine()}; {told}. {load}\n\n" + "\n".join(table) + "\n"
    PAGE.write_text(f"{head}{BEGIN}{figures}{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
