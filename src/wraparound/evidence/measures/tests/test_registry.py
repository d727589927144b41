"""The register: each measure says what it means, and has a test that names it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from wraparound.evidence.measures import registry
from wraparound.evidence.measures.context import Context
from wraparound.evidence.measures.results import Status

CONTRACT = {
    "recorded.rows",
    "recorded.asb",
    "recorded.crimes",
    "share.violence_and_sexual",
    "rate.crimes_per_1000",
    "hotspot.lsoa.bands",
    "hotspot.lsoa.gistar_hot",
    "ward.rows.best_fit",
    "ward.rows.coordinates",
    "deprivation.decile1.lsoas",
    "deprivation.decile1.population",
}
PARTS = {"id", "area", "period", "numerator", "denominator", "denominator_source", "value", "unit", "interval"}
PARTS |= {"status", "reason", "caveats", "source", "definition", "breakdown"}


def test_the_agreed_measures_are_there() -> None:
    assert {one.id for one in registry.all_measures()} >= CONTRACT


def test_every_measure_is_named_in_a_test() -> None:
    floor = Path(__file__).parents[2]
    tests = "".join(path.read_text(encoding="utf-8") for path in floor.glob("*/tests/test_*.py"))
    assert [one.id for one in registry.all_measures() if f'"{one.id}"' not in tests] == []


def test_every_measure_has_a_title_and_a_definition() -> None:
    for one in registry.all_measures():
        assert one.title, one.id
        assert one.definition.endswith("."), one.id


def test_an_id_is_taken_once_and_an_unknown_one_is_told() -> None:
    with pytest.raises(ValueError, match=r"recorded\.rows is there already"):
        registry.register(registry.measure("recorded.rows"))
    with pytest.raises(registry.UnknownMeasure, match="There is no measure x"):
        registry.measure("x")


def test_results_go_into_json_as_agreed(january: Context) -> None:
    for id_ in sorted(CONTRACT):
        for one in registry.compute(id_, january):
            found = json.loads(json.dumps(one.as_json()))
            assert set(found) == PARTS
            assert found["area"] == {"code": "E08000025", "name": "Birmingham", "vintage": "2011"}
            assert found["period"] == {"start": "2014-01-01", "end": "2014-01-31"}
            assert found["status"] == "available"
            assert found["definition"]


def test_a_missing_need_is_one_result_that_names_it(january: Context) -> None:
    (found,) = registry.compute("change.crimes", january)
    assert found.status is Status.NOT_AVAILABLE
    assert found.reason == f"needs rows for {date(2013, 1, 1):%B %Y}"
    assert found.value is None
    (found,) = registry.compute("offences.venue", january)
    assert found.reason == "needs an offence-level extract of this place and period"
