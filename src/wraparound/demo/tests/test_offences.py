from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from wraparound.demo.offences import write_offences
from wraparound.evidence.store.engine import open_store
from wraparound.evidence.store.loading import load_paths


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRAPAROUND_VAR", str(tmp_path / "var"))


@pytest.mark.parametrize("pack", ["birmingham", "fenmoor"])
def test_the_same_seed_writes_the_same_file_and_it_loads_whole(tmp_path: Path, pack: str) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    for path in (first, second):
        write_offences(path, rows=300, seed=7, until=date(2026, 3, 31), pack=pack)
    assert first.read_bytes() == second.read_bytes()
    report = load_paths([first])[0]
    assert (report.kind, report.rows_kept, report.flags["synthetic"]) == ("offences", 300, 300)
    assert open_store().loaded("offences")[0].is_synthetic


def test_what_is_invented_has_the_shapes_that_measures_need(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_offences(path, rows=3000, seed=1, until=date(2026, 3, 31), pack="birmingham")
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    victims = [row["victim"] for row in rows if row["victim"]]
    assert 0.15 < 1 - len(set(victims)) / len(victims) < 0.6  # some are harmed again
    assert all(row["from"] <= row["to"] for row in rows)
    assert all("2025-04-01" <= row["from"][:10] <= "2026-04-01" for row in rows)
    assert len({row["lsoa"] for row in rows}) > 300
    domestic = [row for row in rows if row["domestic"] == "yes" and row["victim_sex"]]
    assert sum(row["victim_sex"] == "female" for row in domestic) / len(domestic) > 0.55
