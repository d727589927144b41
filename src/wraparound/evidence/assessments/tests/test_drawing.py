"""Sections with and without their inputs: what is there is told, what isn't is named, and nothing is made up."""

from __future__ import annotations

import json
import re

import pytest

from wraparound.evidence.assessments.documents import from_json
from wraparound.evidence.assessments.kinds import CODES, kind_of
from wraparound.evidence.assessments.making import make, wanted
from wraparound.evidence.assessments.periods import code_of, period_of, words_for
from wraparound.evidence.assessments.tests.making import NOW, drawn, with_rows
from wraparound.evidence.foresight.capacity import read_assumptions
from wraparound.evidence.measures.registry import measure
from wraparound.foundation.areas.pack import open_pack
from wraparound.kit.errors import BadInput


@pytest.mark.parametrize("code", CODES)
def test_every_measure_that_a_section_names_is_registered(code):
    for section in kind_of(code).sections:
        assert section.supplied or section.ids, f"{section.key} says nothing"
        for id_ in section.ids:
            assert measure(id_).id == id_


@pytest.mark.parametrize("code", CODES)
def test_sections_have_keys_of_their_own_and_a_question(code):
    sections = kind_of(code).sections
    assert len({one.key for one in sections}) == len(sections)
    assert all(re.fullmatch(r"[a-z0-9-]+", one.key) and one.asks.endswith(("?", ")")) for one in sections)


@pytest.mark.parametrize("code", CODES)
def test_nothing_loaded_draws_nothing_that_comes_from_rows_and_says_what_is_needed(code, tmp_path):
    document = drawn(tmp_path, code)
    for section in document.sections:
        assert section.claims or section.lacking or section.tables, section.key
        if section.lacking:
            assert not section.charts
            assert not section.tables
            assert not section.claims
    assert {"section", "needs"} == set(document.unavailable[0])
    assert not [one for one in document.measures if one["id"].startswith("recorded.") and one["value"] is not None]


def test_with_rows_the_sections_tell_them_and_their_check(tmp_path):
    document = drawn(with_rows(tmp_path))
    sections = {one.key: one for one in document.sections}
    assert "10 rows" in sections["volume"].claims[0]
    assert "7 crimes" in sections["volume"].claims[0]
    assert "3 + 7 = 10" in sections["volume"].source
    for part in ("Source: ", "Period: January 2014", "Place: Fenmoor", "Definition: ", "Rows: 10", "Checks: "):
        assert part in sections["volume"].source
    assert sections["kinds"].charts
    assert sections["substances"].to_be_supplied


def test_a_forecast_of_few_months_is_refused_with_its_reason_and_draws_nothing(tmp_path):
    document = drawn(with_rows(tmp_path, 35))
    section = next(one for one in document.sections if one.key == "ahead")
    (reason,) = section.refused
    assert "at least 36 months, and there are 35" in reason
    assert not [*section.claims, *section.tables, *section.charts]
    assert {"section": "ahead", "needs": [reason]} in document.unavailable


def test_a_forecast_of_enough_months_has_its_bounds_its_tests_and_its_picture(tmp_path):
    section = next(one for one in drawn(with_rows(tmp_path, 36)).sections if one.key == "ahead")
    assert not section.lacking
    assert "about 84 crimes are to be expected from February 2014 to January 2015" in section.claims[0]
    assert len(section.charts) == 2
    expected = section.tables[0]
    assert len(expected.rows) == 12
    assert expected.columns[:4] == ("Month", "Expected", "95 % from", "to")
    ways = [row[0].text for row in section.tables[3].rows]
    assert [way for way in ways if way.startswith("Naive")]
    assert [way for way in ways if way.startswith("Seasonal naive")]


@pytest.fixture(scope="module")
def birmingham(tmp_path_factory):
    """The sections of Birmingham's needs assessment, from nothing but what its pack carries."""
    asked = wanted(kind="needs", area="birmingham", first="2014-01", last="2014-01")
    return {one.key: one for one in make(asked, now=NOW, store=tmp_path_factory.mktemp("store")).sections}


def test_what_is_supplied_by_people_stands_beside_what_can_be_computed(birmingham):
    section = birmingham["accommodation"]
    assert section.claims == ("10 services are listed with 159 units of refuge and 34 units of dispersed homes.",)
    assert section.notes[0].startswith("To be supplied besides: referrals to safe accommodation")
    assert not section.lacking
    assert birmingham["programmes"].to_be_supplied


def test_published_figures_stand_beside_other_counts_and_what_does_not_hold_is_listed_with_its_lines(birmingham):
    section = birmingham["papers"]
    beside, checks, conflicts = section.tables
    (units,) = [row for row in checks.rows if row[0].text == "148 commissioned refuge units."]
    assert [cell.text for cell in units] == [
        "148 commissioned refuge units.",
        "148",
        "118",
        "Inconsistent",
        "CHK-09: Scrutiny pack 2023, lines 2007, 2019-2055",
    ]
    (modelled,) = [row for row in beside.rows if "5.5% of residents of 16 to 74" in row[2].text]
    assert modelled[3].value == pytest.approx(44_656, abs=1)
    assert all(", lines " in row[-1].text for row in (*checks.rows, *conflicts.rows))
    verdicts = [row[-1].text for row in beside.rows]
    assert f"{verdicts.count('Agrees')} agree with them and {verdicts.count('Differs')} differ" in section.claims[0]
    lacking = [row for row in beside.rows if row[3].value is None]
    assert lacking
    assert all("not available, needs" in row[2].text for row in lacking)


def test_the_simulation_prints_every_assumption_and_marks_what_is_provisional(birmingham):
    section = birmingham["capacity"]
    assumed = section.tables[-1]
    stated = read_assumptions(open_pack("birmingham")).assumptions
    assert [row[1].value for row in assumed.rows] == [one.value for one in stated]
    marks = [row[3].text for row in assumed.rows]
    assert marks == ["PROVISIONAL" if one.status == "provisional" else "Seen" for one in stated]
    assert f"{marks.count('PROVISIONAL')} of the {len(marks)} numbers" in section.claims[-1]
    assert len(section.charts) == 3
    scenarios = {row[1].text for row in section.tables[2].rows}
    assert scenarios == {"As it is", "Referrals +20%", "Move-on -25%", "Referrals +20%, and move-on -25%"}
    assert {row[1].text for row in section.tables[0].rows} == {"As it is", "Referrals +20%"}
    assert all(row[3].value is not None for table in section.tables[:3] for row in table.rows)


def test_violence_and_sexual_offences_is_never_called_something_else(tmp_path):
    section = next(one for one in drawn(with_rows(tmp_path)).sections if one.key == "kinds")
    said = " ".join(section.claims).lower()
    assert "violence and sexual offences" in said
    for wrong in ("violence against the person", "domestic abuse", "vawg"):
        assert wrong not in said
    assert any("not violence against the person" in note.lower() for note in section.notes)


def test_the_measures_of_the_document_are_the_results_themselves(tmp_path):
    found = {one["id"]: one for one in drawn(with_rows(tmp_path)).measures}
    crimes = found["recorded.crimes"]
    assert crimes["value"] == 7
    assert crimes["period"] == {"start": "2014-01-01", "end": "2014-01-31"}
    assert crimes["status"] == "available"
    share = found["share.violence_and_sexual"]
    assert share["numerator"] == 4
    assert share["denominator"] == 7
    assert share["value"] == pytest.approx(400 / 7)
    assert share["interval"]["low"] < share["value"] < share["interval"]["high"]


def test_a_document_survives_being_kept_as_json(tmp_path):
    document = drawn(with_rows(tmp_path))
    kept = json.dumps(document.as_json())
    again = from_json(json.loads(kept))
    assert json.dumps(again.as_json()) == kept
    assert again.sections[0] == document.sections[0]


def test_the_same_store_draws_the_same(tmp_path):
    folder = with_rows(tmp_path)
    assert drawn(folder).as_json() == drawn(folder).as_json()


@pytest.mark.parametrize(
    ("first", "last", "word"),
    [
        ("2014-13", "2014-12", "first month"),
        ("2014-1", "2014-12", "such as 2014-01"),
        ("2014-05", "2014-04", "after the last"),
        ("2014-01", "January", "last month"),
        ("２０１４-01", "2014-01", "first month"),
        ("2001-01", "2014-01", "ten years"),
    ],
)
def test_a_month_that_cant_be_is_told(first, last, word):
    with pytest.raises(BadInput, match=word):
        period_of(first, last)


@pytest.mark.parametrize("area", ["nowhere", "../birmingham", "", "a\x00b", "x" * 5000])
def test_an_unknown_area_is_told(area):
    with pytest.raises(BadInput, match="no area"):
        wanted(kind="strategic", area=area, first="2014-01", last="2014-01")


def test_periods_read_as_people_say_them():
    assert words_for(period_of("2014-01", "2014-01")) == "January 2014"
    assert words_for(period_of("2014-01", "2014-12")) == "January to December 2014"
    assert words_for(period_of("2013-04", "2014-03")) == "April 2013 to March 2014"
    assert code_of(period_of("2013-04", "2014-03")) == "2013-04-to-2014-03"
