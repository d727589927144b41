"""Measures the importer: rows per second and peak memory of `wraparound import incidents`, on an empty database.

    .venv/bin/python script/bench_import.py --rows 200000 [--database postgres://...] [--json]

The database named must be empty or disposable: it is made ready and filled. Without one, an SQLite file in a temporary
folder is used and thrown away. Each step runs in a process of its own, so that its memory is its own.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))


def prepare() -> None:
    """Make the database ready."""
    import django

    django.setup()
    from django.core.management import call_command

    from wraparound.foundation.access.wall import acting_as
    from wraparound.foundation.areas.pack import open_pack
    from wraparound.foundation.partners.actors import system
    from wraparound.kit.registry import pack_loaders

    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    with acting_as(system("load_pack")):
        for load in pack_loaders:
            load(open_pack("fenmoor"))


def write_files(folder: Path, rows: int) -> None:
    """Write an incidents' file of so many rows and a children's file of a third as many."""
    import django

    django.setup()
    import csv

    from wraparound.response.cases.importing.columns import CHILD_COLUMNS, INCIDENT_COLUMNS
    from wraparound.response.cases.tests.factories import many_children, many_incidents

    for name, columns, lines in (
        ("incidents.csv", INCIDENT_COLUMNS, many_incidents(rows)),
        ("children.csv", CHILD_COLUMNS, many_children(rows // 3, rows)),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(lines)


def run_import(folder: Path) -> None:
    """Import the files, and say what it took."""
    import django

    django.setup()
    from wraparound.response.cases.importing.commands import import_incidents

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, cpu = time.monotonic(), time.process_time()
    report = import_incidents(folder / "incidents.csv", folder / "children.csv")
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    counted = {name: report[name] for name in ("read", "accepted", "unchanged", "changed", "rejected")}
    children = report["children"]["read"]
    print(
        json.dumps(
            {
                "seconds": round(seconds, 1),
                "cpu_seconds": round(cpu, 1),
                "rows_per_second": round((report["read"] + children) / seconds),
                "incidents_per_second": round(report["read"] / seconds),
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                "before_mb": round(before / 1024),
                "children": children,
                "warnings": len(report["warnings"]),
                **counted,
            }
        )
    )


def main() -> None:
    """Run the steps, each in its own process, and print what the import took, first and again."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--step", default="")
    parser.add_argument("--folder", default="")
    arguments = parser.parse_args()
    if arguments.step:
        steps = {
            "prepare": lambda folder: prepare(),
            "write": lambda folder: write_files(folder, arguments.rows),
            "import": run_import,
        }
        steps[arguments.step](Path(arguments.folder))
        return
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "wraparound.interfaces.settings",
            "WRAPAROUND_PACK": "fenmoor",
            "WRAPAROUND_VAR": folder,
            "DATABASE_URL": arguments.database or f"sqlite:///{folder}/bench.sqlite3",
        }
        for step in ("prepare", "write", "import", "import"):
            command = [sys.executable, __file__, "--step", step, "--folder", folder, "--rows", str(arguments.rows)]
            done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
            if done.stdout.strip():
                print(done.stdout.strip().splitlines()[-1])


if __name__ == "__main__":
    main()
