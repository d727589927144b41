"""Loading rule sets and code lists: checked against their schemas, and never rewritten once loaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wraparound.foundation.areas.loading import load_areas
from wraparound.foundation.areas.pack import PackError, open_pack
from wraparound.foundation.areas.tests.builders import PACKS, SpoiltPack
from wraparound.foundation.rulesets.loading import load_codes, load_rulesets
from wraparound.foundation.rulesets.models import CodeList, RuleSet
from wraparound.kit.rule_params import SCHEMAS

pytestmark = pytest.mark.django_db

CRITERIA = "rulesets/marac.criteria.json"


@pytest.fixture
def spoilt(tmp_path: Path, settings: Any) -> SpoiltPack:
    return SpoiltPack(tmp_path, settings)


@pytest.mark.parametrize("slug", ["birmingham", "fenmoor"])
def test_each_pack_has_every_rule_set_that_the_programme_asks_for(slug: str) -> None:
    files = open_pack(slug).files("rulesets", ".json")
    assert {Path(name).stem for name in files} == set(SCHEMAS)


@pytest.mark.parametrize("slug", ["birmingham", "fenmoor"])
def test_loading_again_changes_nothing(slug: str) -> None:
    pack = open_pack(slug)
    load_areas(pack)
    load_rulesets(pack)
    load_codes(pack)
    before = list(RuleSet.objects.values()), list(CodeList.objects.values())
    for load in (load_rulesets, load_codes):
        counts = load(pack)
        assert counts["new"] == counts["changed"] == 0
        assert counts["same"] > 0
    assert (list(RuleSet.objects.values()), list(CodeList.objects.values())) == before


@pytest.mark.parametrize("slug", ["birmingham", "fenmoor"])
def test_every_version_says_where_it_comes_from(slug: str) -> None:
    for name in open_pack(slug).files("rulesets", ".json"):
        for version in json.loads((PACKS / slug / name).read_text("utf-8"))["versions"]:
            assert version["source"], name
            if slug == "fenmoor":
                assert version["status"] == "provisional" or "Act" in version["source"] or "GOV.UK" in version["source"]


def test_the_two_packs_differ_in_what_an_area_decides() -> None:
    def params(slug: str, name: str) -> dict[str, Any]:
        return open_pack(slug).json(f"rulesets/{name}.json")["versions"][-1]["params"]

    for name in ("marac.criteria", "marac.sessions", "marac.clocks", "marac.screening", "marac.sharing", "risk.dash"):
        assert params("birmingham", name) != params("fenmoor", name), name
    assert params("birmingham", "marac.criteria")["escalation_incidents"] == 3
    assert params("fenmoor", "marac.criteria")["escalation_incidents"] == 5
    assert "mental_health" in params("birmingham", "marac.sessions")["core_kinds"]
    assert "mental_health" not in params("fenmoor", "marac.sessions")["core_kinds"]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda v: v["params"].pop("high_risk_ticks"), "version 2023-FEN.1, parameter high_risk_ticks: Field required"),
        (
            lambda v: v["params"].update(high_risk_ticks="many"),
            "parameter high_risk_ticks: Input should be a valid int",
        ),
        (lambda v: v["params"].update(high_risk_tick=14), "parameter high_risk_tick: Extra inputs are not permitted"),
        (lambda v: v["params"].update(repeat_anchor="birthday"), "parameter repeat_anchor: Input should be"),
        (lambda v: v.update(provisional_params=["ticks"]), "provisional_params: 'ticks' is no parameter of"),
        (lambda v: v.update(area="E06000001"), "area: no area with the code E06000001 is loaded"),
        (lambda v: v.update(status="sure"), "versions.1.status: Input should be"),
        (lambda v: v.update(source=""), "versions.1.source: String should have at least 1 character"),
        (lambda v: v.update(effective_from="2022-12-31"), "version 2019-FEN.0 is still in force on that day"),
        (lambda v: v.update(effective_to="2022-12-31"), "effective_to: it ends before it begins"),
        (lambda v: v.update(version="2019-FEN.0"), "version 2019-FEN.0 stands there twice"),
    ],
)
def test_a_mistake_names_the_file_the_version_and_the_parameter(spoilt: SpoiltPack, edit: Any, message: str) -> None:
    before = list(RuleSet.objects.values())
    spoilt.edit_json(CRITERIA, lambda content: edit(content["versions"][1]))
    with pytest.raises(PackError) as told:
        load_rulesets(spoilt.open())
    assert str(told.value).startswith(f"fenmoor/{CRITERIA}")
    assert message in str(told.value)
    assert list(RuleSet.objects.values()) == before


def test_a_file_must_have_the_name_of_its_rule_set(spoilt: SpoiltPack) -> None:
    spoilt.edit_json(CRITERIA, lambda content: content.update(name="marac.clocks"))
    with pytest.raises(PackError, match=r"it says 'marac\.clocks'; the file must have the same name"):
        load_rulesets(spoilt.open())


def test_a_rule_set_that_no_part_of_the_programme_reads_is_refused(spoilt: SpoiltPack) -> None:
    content = json.loads((spoilt.path / CRITERIA).read_text("utf-8")) | {"name": "marac.weather"}
    spoilt.write("rulesets/marac.weather.json", json.dumps(content))
    with pytest.raises(PackError, match=r"no part of the programme has rules 'marac\.weather'\. Known: access"):
        load_rulesets(spoilt.open())


def test_a_loaded_version_keeps_its_parameters_but_may_be_described_better(spoilt: SpoiltPack) -> None:
    spoilt.edit_json(CRITERIA, lambda content: content["versions"][1].update(title="Better told"))
    assert load_rulesets(spoilt.open())["changed"] == 1
    assert RuleSet.objects.filter(title="Better told", version="2023-FEN.1").exists()
    spoilt.edit_json(CRITERIA, lambda content: content["versions"][1]["params"].update(high_risk_ticks=12))
    with pytest.raises(PackError, match=r"loaded already, with other parameters .* as a new version"):
        load_rulesets(spoilt.open())


def test_a_new_version_follows_when_the_one_before_it_has_an_end(spoilt: SpoiltPack) -> None:
    def follow(content: Any) -> None:
        old = content["versions"][1]
        new = json.loads(json.dumps(old)) | {"version": "2027-FEN.2", "effective_from": "2027-01-01"}
        old["effective_to"] = "2026-12-31"
        new["params"]["high_risk_ticks"] = 12
        content["versions"].append(new)

    counts = load_rulesets(spoilt.edit_json(CRITERIA, follow).open())
    assert (counts["new"], counts["changed"]) == (1, 1)


def test_every_territorial_force_of_england_and_wales_and_the_transport_police_have_a_code() -> None:
    load_codes(open_pack("birmingham"))
    forces = set(CodeList.objects.filter(list_name="force", group="Territorial force").values_list("code", flat=True))
    assert len(forces) == 43
    assert {"west-midlands", "metropolitan", "dyfed-powys", "devon-and-cornwall"} <= forces
    assert CodeList.objects.filter(list_name="force", code="btp").exists()


def test_languages_are_all_of_iso_639_1_and_some_more_that_are_spoken_here() -> None:
    load_codes(open_pack("birmingham"))
    languages = set(CodeList.objects.filter(list_name="languages").values_list("code", flat=True))
    assert len({code for code in languages if len(code) == 2}) >= 183
    assert {"en", "ur", "pa", "bn", "ar", "so", "pl", "ro", "syl", "phr", "bfi"} <= languages


FORMATS = {
    "abuse_kinds": "physical sexual violent_threatening controlling_coercive economic psychological",
    "incident_flags": "strangulation weapon stalking honour_based forced_marriage fgm child_present pregnancy"
    " breach_of_order digital",
    "relationship": "spouse civil_partner engaged intimate_partner parent_of_same_child parent child sibling"
    " grandparent grandchild other_relative none unknown",
    "exposure": "saw heard elsewhere injured unknown",
    "sex": "female male unknown declined",
    "dara_grade": "standard medium high",
}


@pytest.mark.parametrize("slug", ["birmingham", "fenmoor"])
@pytest.mark.parametrize(("name", "expected"), FORMATS.items())
def test_code_lists_are_those_of_the_file_format(slug: str, name: str, expected: str) -> None:
    assert [row["code"] for row in open_pack(slug).rows(f"codes/{name}.csv")] == expected.split()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("medium,Medium", "standard,Medium", "codes/dara_grade.csv, line 3, column code: standard stands in line 2"),
        ("medium,Medium", "medium,", "line 3, column label: this must be filled in"),
        ("code,label", "code,name", "codes/dara_grade.csv, line 1: the column label is missing"),
    ],
)
def test_a_mistake_in_a_code_list_is_told(spoilt: SpoiltPack, old: str, new: str, message: str) -> None:
    spoilt.replace("codes/dara_grade.csv", old, new)
    with pytest.raises(PackError) as told:
        load_codes(spoilt.open())
    assert message in str(told.value)


def test_a_code_that_its_list_no_longer_has_is_kept_for_the_records_that_carry_it(spoilt: SpoiltPack) -> None:
    lines = (spoilt.path / "codes/exposure.csv").read_text("utf-8").splitlines()
    spoilt.write("codes/exposure.csv", "\n".join(lines[:-1]) + "\n")
    load_codes(spoilt.open())
    assert CodeList.objects.filter(list_name="exposure", code="unknown").exists()
