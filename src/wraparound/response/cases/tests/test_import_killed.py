"""An import that is killed, and two at once: nothing is doubled, nothing is lost, and the report is the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

SEED = 20_261
NUMBERS = ("read", "accepted", "unchanged", "changed", "rejected")
pytestmark = pytest.mark.slow


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """The address of an empty database: beside the one that the tests run on, or a file."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{folder / 'alone.sqlite3'}"
        return
    name = f"alone_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Alone:
    """Processes on a database of their own, with files of their own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "DATABASE_URL": url,
            "WRAPAROUND_VAR": str(folder / "var"),
            "WRAPAROUND_PACK": "fenmoor",
            "DJANGO_SETTINGS_MODULE": "wraparound.interfaces.settings",
            "PYTHONPATH": str(Path(__file__).parents[4]),
        }
        self.run("prepare")

    def begin(self, step: str) -> subprocess.Popen[str]:
        """Begin a process."""
        command = [sys.executable, "-m", "wraparound.response.cases.tests.alone", step, str(self.folder), str(SEED)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, env=self.environment, text=True, **pipes)

    def run(self, step: str) -> Any:
        """Run one to its end, and give what it answered."""
        return self.answer(self.begin(step))

    @staticmethod
    def answer(process: subprocess.Popen[str]) -> Any:
        """What a process answered."""
        out, err = process.communicate(timeout=900)
        assert process.returncode == 0, err[-4_000:]
        return json.loads(out.splitlines()[-1])


@pytest.fixture
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Alone]]:
    """``alone()``: processes on an empty database that was made ready."""
    with ExitStack() as databases:

        def make() -> Alone:
            folder = tmp_path_factory.mktemp("alone")
            return Alone(folder, databases.enter_context(database(folder)))

        yield make


def test_an_import_killed_at_twenty_points_leaves_what_an_undisturbed_one_leaves(alone):
    killed = alone().run("killed")
    undisturbed = alone().run("undisturbed")
    assert killed["deaths"] == 20
    assert killed["report"] == undisturbed["report"]
    for part, rows in undisturbed["picture"].items():
        assert killed["picture"][part] == rows, part


def test_two_imports_of_the_same_files_at_once_have_one_effect(alone):
    there = alone()
    reports = [there.answer(process) for process in [there.begin("beside"), there.begin("beside")]]
    again = there.run("beside")
    for part in (lambda report: report, lambda report: report["children"]):
        for report in reports:
            assert part(report)["read"] == sum(part(report)[name] for name in NUMBERS[1:])
            assert part(report)["rejected"] == part(again)["rejected"]
        new = sum(part(report)["accepted"] for report in reports)
        assert new + _repeats(reports, part) == part(again)["unchanged"]
        assert part(again)["accepted"] == part(again)["changed"] == 0


def _repeats(reports: list[dict], part: Callable[[dict], dict]) -> int:
    """Rows that repeat one of the same file: unchanged in both, and accepted in neither."""
    total = part(reports[0])["unchanged"] + part(reports[1])["unchanged"]
    accepted = sum(part(report)["accepted"] for report in reports)
    return (total - accepted) // 2
