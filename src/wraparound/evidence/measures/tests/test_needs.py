"""The needs assessment's arithmetic, worked out by hand from what the papers print."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest

from wraparound.evidence.measures import registry
from wraparound.evidence.measures.context import Context, Rules
from wraparound.evidence.measures.params import NeedsRules
from wraparound.evidence.measures.results import MeasureResult, Place, Status
from wraparound.evidence.measures.tests.conftest import ROOT, params_of


def only(id_: str, context: Context) -> MeasureResult:
    (found,) = registry.compute(id_, context)
    return found


def test_prevalence_is_modelled_for_the_city(january: Context) -> None:
    with (ROOT / "packs/birmingham/evidence/population.csv").open(encoding="utf-8", newline="") as stream:
        rows = [r for r in csv.DictReader(stream) if r["area_code"] == "E08000025" and r["date"] == "2020-06-30"]
    people = sum(int(r["value"]) for r in rows if r["age_from"] and r["age_to"] and 16 <= int(r["age_from"]) <= 74)
    found = only("needs.prevalence", january)
    assert found.denominator == people
    assert found.value == pytest.approx(people * 0.055) == pytest.approx(44_657, abs=1)
    assert found.interval is None
    assert any("Modelled" in caveat for caveat in found.caveats)


def test_prevalence_has_an_interval_only_from_a_standard_error(january: Context) -> None:
    params = params_of("needs")
    params["prevalence"]["standard_error"] = 0.002
    found = only("needs.prevalence", replace(january, rules=Rules(needs=NeedsRules(**params))))
    assert found.interval is not None
    assert found.denominator is not None
    assert found.interval.high == pytest.approx((0.055 + 1.959964 * 0.002) * found.denominator)


def test_prevalence_of_a_ward_is_refused(january: Context) -> None:
    found = only("needs.prevalence", replace(january, place=Place("E05011151", "Ladywood", "2018")))
    assert (found.status, found.value) == (Status.REFUSED, None)


def test_refuge_places_are_rounded_up(january: Context) -> None:
    found = {one.breakdown["of"]: one.value for one in registry.compute("needs.refuge_places", january)}
    assert found == {"needed": 116, "commissioned": 118, "short of the benchmark": -2}


def test_idvas_by_both_methods_on_expected_and_actual_cases(january: Context) -> None:
    found = registry.compute("needs.idvas", january)
    values = {(one.breakdown["method"], one.breakdown["cases"]): round(one.value or 0, 1) for one in found}
    assert values == {
        ("needs_assessment", "expected"): 45.0,
        ("needs_assessment", "actual"): 73.6,
        ("safelives", "expected"): 18.0,
        ("safelives", "actual"): 29.4,
    }
    assert all(any("disagree" in caveat for caveat in one.caveats) for one in found)
    unmet = registry.compute("needs.idvas_unmet", january)
    assert [round(one.value or 0, 1) for one in unmet] == [16.0, 44.6, -11.0, 0.4]


def test_without_its_rules_it_is_not_available(january: Context) -> None:
    for id_ in ("needs.prevalence", "needs.refuge_places", "needs.idvas", "needs.idvas_unmet"):
        found = only(id_, replace(january, rules=Rules()))
        assert found.reason is not None
        assert "needs the rule set evidence.needs" in found.reason


def test_another_area_without_cases_says_what_it_needs(january: Context) -> None:
    other = replace(january, rules=Rules(needs=NeedsRules(**params_of("needs", "fenmoor"))))
    assert {one.breakdown["cases"] for one in registry.compute("needs.idvas", other)} == {"expected"}
    assert only("needs.idvas_unmet", other).reason == "needs the number of IDVAs in post"


def test_editions_of_the_indices_are_never_compared(january: Context) -> None:
    found = only("deprivation.change", january)
    assert found.status is Status.REFUSED
    assert "2019 is on LSOAs of 2011" in (found.reason or "")


def test_units_of_each_service_are_those_of_the_pack(january: Context) -> None:
    with (ROOT / "packs/birmingham/services.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["kind"] in {"refuge", "dispersed"} and row["units"]]
    found = registry.compute("needs.units_by_service", replace(january, pack="birmingham"))
    of_each = {one.breakdown["service"]: one.value for one in found}
    assert of_each.pop("All refuge") == sum(int(row["units"]) for row in rows if row["kind"] == "refuge") == 159
    assert of_each.pop("All dispersed homes") == sum(int(row["units"]) for row in rows if row["kind"] == "dispersed")
    assert of_each == {row["name"]: int(row["units"]) for row in rows}
    assert all(one.source for one in found)


def test_without_a_register_of_services_there_are_no_units(january: Context) -> None:
    found = only("needs.units_by_service", january)
    assert (found.status, found.value) == (Status.NOT_AVAILABLE, None)
    assert "services.csv" in (found.reason or "")
