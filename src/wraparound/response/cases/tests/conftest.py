"""Fixtures of the tests of cases: files are kept in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from wraparound.response.cases.importing.commands import import_incidents
from wraparound.response.cases.tests.factories import Row, children_file, incidents_file


@pytest.fixture(autouse=True)
def _var(settings: Any, tmp_path: Path) -> None:
    """What an import keeps, it keeps in the test's own folder."""
    settings.VAR = tmp_path / "var"
    settings.VAR.mkdir()


@pytest.fixture
def take_in(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """``take_in(rows, children)``: import rows as files, by the command's own function; gives the report."""

    def run(rows: Iterable[Row], children: Iterable[Row] | None = None, **options: Any) -> dict[str, Any]:
        file = incidents_file(tmp_path / "incidents.csv", rows)
        other = children_file(tmp_path / "children.csv", children) if children is not None else None
        return import_incidents(file, other, **options)

    return run
