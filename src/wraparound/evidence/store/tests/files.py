"""Small files of the kinds that are loaded, for tests."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from wraparound.evidence.store.places import ROOT

SAMPLES = ROOT / "samples"
STREET = [
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
]
ROW = {
    "Crime ID": "",
    "Month": "2014-01",
    "Reported by": "West Midlands Police",
    "Falls within": "West Midlands Police",
    "Longitude": "-1.85",
    "Latitude": "52.59",
    "Location": "On or near Walsall Road",
    "LSOA code": "E01009417",
    "LSOA name": "Birmingham 001A",
    "Crime type": "Burglary",
}


def street(path: Path, rows: Iterable[Mapping[str, str]], *, without: Iterable[str] = ()) -> Path:
    """A street CSV: each row is `ROW` with what the given one says otherwise."""
    names = [name for name in STREET if name not in set(without)]
    path.parent.mkdir(parents=True, exist_ok=True)
    opened: Any = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({**ROW, **row} for row in rows)
    return path


def read_sample(name: str) -> list[dict[str, str]]:
    """The rows of a sample, by Python's own reader: a second way to every number."""
    with gzip.open(SAMPLES / name, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
