"""Every job that runs in the background, killed twenty times: what it leaves is what an undisturbed one leaves.

Imports themselves have their own such test (`cases/tests/test_import_killed.py`).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.killed_jobs import KILLS
from wraparound.response.cases.tests.test_import_killed import database

SEED = 20_262
ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow
# Jobs that do little by themselves: a seal is one row, an import left behind is handed to the worker, a flag lapses.
FEW = {"access.seal": 5, "cases.imports": 4, "cases.imports_left_over": 2, "marac.flags": 6}
FEW["kit.statistics"] = 0  # SQLite is told in five statements, and PostgreSQL in none


def run(step: str, folder: Path, url: str) -> None:
    """A process of its own, to its end."""
    environment = os.environ | {
        "DATABASE_URL": url,
        "WRAPAROUND_VAR": str(folder / "var"),
        "WRAPAROUND_PACK": "fenmoor",
        "DJANGO_SETTINGS_MODULE": "wraparound.interfaces.settings",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
    }
    command = [sys.executable, "-m", "tests.killed_jobs", step, str(folder), str(SEED)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, f"{step}: {done.stderr[-4_000:]}"


@contextmanager
def copy_of(url: str, folder: Path, into: Path) -> Iterator[str]:
    """The same database and files once more."""
    shutil.copytree(folder / "var", into / "var")
    if not url.startswith("postgres"):
        file = Path(url.removeprefix("sqlite:///"))
        for part in file.parent.glob(f"{file.name}*"):
            shutil.copy(part, into / part.name)
        yield f"sqlite:///{into / file.name}"
        return
    name = f"{urlsplit(url).path.removeprefix('/')}_copy"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {urlsplit(url).path.removeprefix('/')}")
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the jobs of each of the two runs left, by job; how many were killed; how many queries each makes."""
    first, second = tmp_path_factory.mktemp("undisturbed"), tmp_path_factory.mktemp("killed")
    with database(first) as url:
        run("prepare", first, url)
        with copy_of(url, first, second) as other:
            run("undisturbed", first, url)
            shutil.copy(first / "queries.json", second)
            run("killed", second, other)
    found = {name: json.loads((first / f"{name}.json").read_text()) for name in ("undisturbed", "queries")}
    return found | {name: json.loads((second / f"{name}.json").read_text()) for name in ("killed", "deaths")}


def test_every_job_was_killed_at_work_twenty_times(left):
    assert left["deaths"] == dict.fromkeys(left["queries"], KILLS)


def test_every_job_that_there_is_had_something_to_do(left):
    """Or it would not matter when it is killed."""
    assert {name: number for name, number in left["queries"].items() if number < FEW.get(name, 10)} == {}


def test_what_they_leave_is_what_an_undisturbed_run_leaves(left):
    wrong = []
    for job, tables in left["undisturbed"].items():
        for table, rows in tables.items():
            killed = left["killed"][job][table]
            missing = {row: count for row, count in rows.items() if killed.get(row) != count}
            added = {row: count for row, count in killed.items() if rows.get(row) != count}
            if missing or added:
                wrong.append(f"{job}: {table}: not {added}\n    but {missing}")
    assert not wrong, "\n".join(wrong)


def test_all_of_it_was_delivered_and_sealed(left):
    for job, tables in left["killed"].items():
        assert tables["seals"]["broken"] == 0, job
    for job in ("outbox", "worker"):
        assert not [key for key in left["killed"][job]["deliveries"] if key.endswith("waits")]
    assert left["killed"]["access.seal"]["seals"]["rows"] > 0
