"""Every measure of open data says the same on Spark as on DuckDB. In Spark's own suite (`script/test spark`)."""

from __future__ import annotations

import importlib.util
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from wraparound.evidence.assessments.areas import context_for
from wraparound.evidence.assessments.periods import period_of
from wraparound.evidence.measures import library, registry  # noqa: F401  importing `library` completes the register
from wraparound.evidence.measures.context import Context
from wraparound.evidence.measures.registry import Kind
from wraparound.evidence.measures.results import Status
from wraparound.evidence.store.areas import ensure_area, load_area
from wraparound.evidence.store.engine import Engine, open_store
from wraparound.evidence.store.loading import load_paths
from wraparound.evidence.store.tests.files import SAMPLES

pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="the extra `spark` isn't installed"),
]
OPEN_DATA = [one.id for one in registry.all_measures() if one.kind is not Kind.OPERATIONAL]


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> dict[Engine, Context]:
    folder: Path = tmp_path_factory.mktemp("store")
    area = load_area("birmingham")
    load_paths([SAMPLES / "police" / "2014-01-west-midlands-street.csv.gz"], folder)
    ensure_area(area, folder)
    return {one: context_for(area, open_store(folder, one), period_of("2014-01", "2014-01")) for one in Engine}


def plain(value: Any) -> Any:
    """Results as they are compared: two engines sum fractions in another order."""
    if isinstance(value, float):
        return pytest.approx(value)
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("id_", OPEN_DATA)
def test_a_measure_says_the_same_on_both_engines(contexts: dict[Engine, Context], id_: str) -> None:
    on_duckdb, on_spark = ([asdict(one) for one in registry.compute(id_, contexts[engine])] for engine in Engine)
    assert on_spark == plain(on_duckdb)


def test_most_of_them_say_something(contexts: dict[Engine, Context]) -> None:
    given = [
        id_
        for id_ in OPEN_DATA
        if any(one.status is Status.AVAILABLE for one in registry.compute(id_, contexts[Engine.DUCKDB]))
    ]
    assert len(given) > 20
