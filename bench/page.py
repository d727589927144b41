"""Writes `docs/performance.md` from the figures last measured, each with its size, its day and how busy the machine was.

The figures lie in `bench/figures.json`, so that one benchmark can be run again without losing the others'.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE, KEPT = ROOT / "docs" / "performance.md", ROOT / "bench" / "figures.json"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
ENGINES = ("SQLite", "PostgreSQL")
BUSY = 3.0  # of so much load on two cores, what the clock says is no longer what the code costs

TITLES = {
    "imports": ("Importing incidents", "{:,.0f} rows"),
    "candidates": ("Finding the same person", "{:,.0f} people"),
    "pages": ("Pages, with what the import left", "{:,.0f} incidents"),
    "load": ("Many readers at once", "{:,.0f} incidents"),
    "city": ("The city", "{:g} years of it at once"),
}
TARGETS = {
    "granian: list pages a second": ">= 250",
    "granian: 95th percentile ms": "< 60",
    "import: peak memory of the process, MB": "< 400",
    "list page: queries": "<= 12",
    "list page: CPU ms": "<= 6",
    "form page: CPU ms": "<= 4",
    "city: rows a second, generated and loaded": ">= 5,000",
}


def keep(name: str, engine: str, size: float, figures: Mapping[str, float], loads: Sequence[float]) -> None:
    """Keep what a benchmark measured on an engine, in the place of what it measured before."""
    held = _held()
    one = held.setdefault(name, {}).setdefault(engine, {})
    one["figures"] = {**(one.get("figures", {}) if one.get("size") == size else {}), **figures}
    one |= {"size": size, "on": date.today().isoformat(), "loads": [min(loads), max(loads)], "machine": machine()}
    KEPT.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")


def write() -> None:
    """Put every figure that is kept between the page's markers."""
    held = _held()
    parts = [_part(name, held[name]) for name in TITLES if name in held]
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}\n" + "\n".join(parts) + f"{END}{tail}", encoding="utf-8")


def machine() -> str:
    """The machine in one line."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1_048_576
    return f"{model}, {os.cpu_count()} cores, {memory} GB, {platform.system()}, Python {platform.python_version()}"


def number(value: float) -> str:
    """A figure as the page shows it."""
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def _held() -> dict[str, Any]:
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}


def _part(name: str, measured: Mapping[str, Mapping[str, Any]]) -> str:
    title, size = TITLES[name]
    lines = [f"### {title}", "", "| What | Target | SQLite | PostgreSQL |", "|---|---|---|---|"]
    engines = [engine for engine in ENGINES if engine in measured]
    for what in dict.fromkeys(what for engine in engines for what in measured[engine]["figures"]):
        values = (measured.get(engine, {}).get("figures", {}).get(what) for engine in ENGINES)
        cells = ("" if value is None else number(value) for value in values)
        lines.append(f"| {what} | {TARGETS.get(what, '')} | " + " | ".join(cells) + " |")
    told = [
        f"{engine}: {size.format(measured[engine]['size'])}, {_circumstances(measured[engine])}" for engine in engines
    ]
    return "\n".join([*lines, "", *(f"{one}  " for one in told), ""])


def _circumstances(one: Mapping[str, Any]) -> str:
    on, (least, most) = date.fromisoformat(one["on"]), one["loads"]
    told = f"{on:%-d %B %Y}, on {one['machine']}; load {least:.0f} to {most:.0f}."
    if most > BUSY:
        told += " Other work was done meanwhile: speeds by the clock are lower bounds, milliseconds upper ones."
    return told
