from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from wraparound.evidence.store.catalogue import DATASETS
from wraparound.evidence.store.engine import arrow_schema, open_store
from wraparound.evidence.store.writing import write_rows


def test_rows_that_are_written_are_read(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "month": date(2014, 1, 1), "force": "west-midlands", "is_asb": False, "lsoa": "E01000001"},
        {"id": None, "month": date(2014, 1, 1), "force": "west-midlands", "is_asb": True},
    ]
    write_rows(tmp_path, "street", rows)
    store = open_store(tmp_path)
    street = store.table("street")
    assert store.one(street.count()) == 2
    assert store.rows(street.filter(street.is_asb).select("month", "lsoa")) == [
        {"month": date(2014, 1, 1), "lsoa": None}
    ]
    assert store.loaded("street")[0].months == ("2014-01",)


def test_two_loads_are_one_table(tmp_path: Path) -> None:
    write_rows(tmp_path, "street", [{"id": "a"}])
    write_rows(tmp_path, "street", [{"id": "b"}])
    store = open_store(tmp_path)
    assert store.one(store.table("street").id.nunique()) == 2


@pytest.mark.parametrize("dataset", sorted(DATASETS))
def test_an_empty_store_has_every_table_without_rows(tmp_path: Path, dataset: str) -> None:
    store = open_store(tmp_path)
    assert not store.has(dataset)
    assert store.one(store.table(dataset).count()) == 0
    assert tuple(store.table(dataset).columns) == DATASETS[dataset].names


def test_a_part_without_a_manifest_is_not_there(tmp_path: Path) -> None:
    manifest = write_rows(tmp_path, "street", [{"id": "a"}])
    (tmp_path / "loads" / f"{manifest.sha256}.json").unlink()
    assert not open_store(tmp_path).has("street")


def test_a_column_that_the_catalogue_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no columns"):
        write_rows(tmp_path, "street", [{"colour": "blue"}])


def test_every_dataset_has_a_schema() -> None:
    for dataset in DATASETS.values():
        assert arrow_schema(dataset).names == list(dataset.names)
        assert len(set(dataset.names)) == len(dataset.names)
