"""Importing a large incidents.csv: rows a second and memory, beside a bare load of the same file into one table."""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402  after django.setup()
from django.db import connection, transaction  # noqa: E402

from bench.people import people  # noqa: E402
from wraparound.foundation.partners.models import Organisation  # noqa: E402
from wraparound.response.cases.importing.commands import import_incidents  # noqa: E402

COLUMNS = [
    "incident_ref",
    "crime_ref",
    "force",
    "occurred_from",
    "reported_at",
    "abuse_kinds",
    "flags",
    "dara_grade",
    "dash_ticks",
    "relationship",
    "relationship_ended",
    "victim_ref",
    "victim_family_name",
    "victim_given_names",
    "victim_dob",
    "victim_sex",
    "victim_ethnicity",
    "victim_phone",
    "victim_phone_safe",
    "victim_address",
    "victim_postcode",
    "perpetrator_ref",
    "perpetrator_family_name",
    "perpetrator_given_names",
    "perpetrator_dob",
    "perpetrator_sex",
    "narrative",
]


def write_file(path: Path, count: int, force: str) -> None:
    """A file of `count` incidents: about six in ten pairs appear once."""
    chance = random.Random(11)
    known = list(people(max(2, count // 2), seed=11))
    now = datetime(2026, 1, 1, 9, 0)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for number in range(count):
            victim, other = known[number % len(known)], known[(number * 7 + 1) % len(known)]
            at = now - timedelta(minutes=chance.randrange(500_000))
            writer.writerow(
                [
                    f"I{number}",
                    "",
                    force,
                    at.isoformat(),
                    (at + timedelta(hours=2)).isoformat(),
                    "physical;psychological",
                    "stalking" if number % 9 == 0 else "",
                    ("standard", "medium", "high")[number % 3],
                    number % 15,
                    "spouse",
                    "no",
                    f"V{victim['ref']}",
                    victim["family"],
                    victim["given"],
                    victim["dob"],
                    "female",
                    str(len(str(victim["family"])) % 19 + 1),
                    victim["phone"],
                    "unknown",
                    f"{len(str(victim['ref']))} Invented Street {victim['ref']}",
                    victim["postcode"],
                    f"O{other['ref']}",
                    other["family"],
                    other["given"],
                    other["dob"],
                    "male",
                    "He came to the house and shouted. " * 4,
                ]
            )


def bare_load(path: Path) -> float:
    """Rows a second of the same file read and put into one table as text, with nothing checked."""
    start = time.perf_counter()
    with connection.cursor() as cursor, transaction.atomic(), path.open(newline="", encoding="utf-8") as stream:
        names = ", ".join(f"{name} text" for name in COLUMNS)
        cursor.execute(f"CREATE TEMPORARY TABLE bare ({names})")
        marks = ", ".join(["%s"] * len(COLUMNS))
        rows, count = [], 0
        reader = csv.reader(stream)
        next(reader)
        for row in reader:
            rows.append(row)
            if len(rows) == 1_000:
                cursor.executemany(f"INSERT INTO bare VALUES ({marks})", rows)
                count += len(rows)
                rows = []
        cursor.executemany(f"INSERT INTO bare VALUES ({marks})", rows)
        count += len(rows)
    return count / (time.perf_counter() - start)


def main(count: int) -> None:
    force = Organisation.objects.filter(kind="police").exclude(force_code="").order_by("pk")[0].force_code
    path = Path(os.environ["WRAPAROUND_VAR"]) / "incidents.csv"
    write_file(path, count, force)
    start, cpu = time.perf_counter(), time.process_time()
    report = import_incidents(path)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert report["accepted"] == count, {k: report[k] for k in ("read", "accepted", "rejected")}
    start = time.perf_counter()
    again = import_incidents(path)
    second = time.perf_counter() - start
    assert again["unchanged"] == count
    print(
        json.dumps(
            {
                "import: rows a second": count / seconds,
                "import: rows a second of the process's own CPU": count / cpu,
                "import: the same file again, rows a second": count / second,
                "import: peak memory of the process, MB": peak,
                "instead, the same file into one table with nothing checked: rows a second": bare_load(path),
            }
        )
    )
    assert settings.PACK


if __name__ == "__main__":
    main(int(sys.argv[1]))
