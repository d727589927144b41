"""A day's files from the police, as dirty as real ones are, for the clerk of the demo to import.

Thirty rows that are in order, and a list of mishaps, each planted once: what the importer must do with each is known
(`DayFiles.expected`). The files lie in ``files-to-import`` and can be downloaded in the demo.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path

from django.conf import settings

from wraparound.demo import mishaps
from wraparound.demo.city.chance import Chance, chance_for, moment
from wraparound.demo.city.files import CHILD_COLUMNS, INCIDENT_COLUMNS, PoliceFiles, Row, stamp
from wraparound.demo.city.incidents import IncidentMaker
from wraparound.demo.city.people import Population
from wraparound.demo.city.places import Places
from wraparound.demo.setting import area_of_pack, figures_of_pack, force, wards
from wraparound.foundation.areas import clocks

CLEAN_ROWS = 30
KEPT = 14  # files of so many days stay in the folder
UNKNOWN_COLUMNS = ("beat_code", "officer_collar_no")
_REFS_FROM = 3_000_000  # so that the day's people aren't taken for the year's


@dataclass(frozen=True)
class DayFiles:
    """Where the two files are, what an import of them must report, and who was planted in them."""

    incidents: Path
    children: Path
    expected: dict[str, dict[str, int]]
    planted: dict[str, dict[str, str]] = field(default_factory=dict)


def folder() -> Path:
    """Where the files to import lie."""
    return Path(settings.VAR) / "files-to-import"


def write_day(day: date | None = None, *, seed: int = 1) -> DayFiles:
    """Write the files of what was reported on `day` (yesterday). The same day and seed give the same bytes."""
    day = day or clocks.today() - timedelta(days=1)
    made = make_day(day, seed=seed)
    where = folder()
    where.mkdir(parents=True, exist_ok=True)
    paths = where / f"incidents-{day.isoformat()}.csv", where / f"incident_children-{day.isoformat()}.csv"
    for path, content in zip(paths, (made.incidents, made.children), strict=True):
        path.write_bytes(content)
    for kind in ("incidents-", "incident_children-"):
        for old in sorted(where.glob(f"{kind}*.csv"))[:-KEPT]:
            old.unlink()
    return DayFiles(paths[0], paths[1], made.expected, made.planted)


@dataclass(frozen=True)
class MadeDay:
    """The two files as bytes, with what is expected of them."""

    incidents: bytes
    children: bytes
    expected: dict[str, dict[str, int]]
    planted: dict[str, dict[str, str]]


def make_day(day: date, *, seed: int = 1) -> MadeDay:
    """The files of one day: incidents in UTF-8 with a byte-order mark, children in Windows-1252; both with CRLF."""
    figures, area = figures_of_pack(), area_of_pack()
    key = f"day|{settings.PACK}|{seed}|{day.isoformat()}"
    chance = chance_for(key)
    places = Places(wards(area, figures))
    population = Population(figures, places, day, key)
    population.refs_from = _REFS_FROM + day.toordinal() % 5_000 * 100
    files = PoliceFiles(force().force_code, key, figures.police_ethnicity_known)
    rows, children = _clean(chance, day, population, IncidentMaker(figures), files)
    mess = mishaps.Mess(day, rows, children, places.home(chance_for("home", settings.PACK)), force().force_code)
    mishaps.plant(mess)
    return MadeDay(
        incidents=_csv(mess.incidents, (*INCIDENT_COLUMNS, *UNKNOWN_COLUMNS)).encode("utf-8-sig"),
        children=_csv(mess.children, CHILD_COLUMNS).encode("cp1252"),
        expected=mess.expected,
        planted=mess.planted,
    )


def _clean(
    chance: Chance, day: date, population: Population, maker: IncidentMaker, files: PoliceFiles
) -> tuple[list[Row], list[Row]]:
    """Rows that are in order, but for what every real file has: columns that nobody asked for, times without offset."""
    rows: list[Row] = []
    children: list[Row] = []
    hours = sorted(chance.uniform(0, 20) for _ in range(CLEAN_ROWS))
    for number, hour in enumerate(hours, start=1):
        family = population.family(chance)
        while family.victim.age(day) < 18 or family.relationship in ("none", "unknown"):
            family = population.family(chance)
        when = moment(day, time(int(hour), int(hour % 1 * 60)))
        incident = maker.at(chance, family, when, grade=chance.choice(("standard", "standard", "medium")))
        incident.ticks = None
        incident.ref = f"{day:%Y%m%d}-{number:04d}"
        incident.crime_ref = f"20/{900_000 + number}/{day:%y}" if incident.is_crime else ""
        row = files.incident(incident)
        row["narrative"] = row["narrative"].replace("\n", "\r\n")
        if number % 3 == 0:
            row["occurred_from"] = stamp(incident.occurred_from)[:19]
        rows.append(row | {"beat_code": f"B{number % 7 + 1}", "officer_collar_no": f"{20_000 + number * 7}"})
        children += [
            files.child(incident, exposed)
            for exposed in incident.children
            if _in_windows_1252(exposed.child.human.name.full)
        ]
    return rows, children


def _in_windows_1252(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(columns), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
