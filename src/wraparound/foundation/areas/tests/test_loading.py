"""Loading places and calendars: once, again, and when something is wrong."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from wraparound.foundation.areas.loading import load_areas, load_holidays, load_school_terms
from wraparound.foundation.areas.models import Area, AreaKind, BankHoliday, SchoolTerm
from wraparound.foundation.areas.pack import PackError, open_pack
from wraparound.foundation.areas.queries import area_of, lineage, lsoas_of, partnership_area, wards_of
from wraparound.foundation.areas.tests.builders import PACKS, SpoiltPack
from wraparound.kit.errors import Unknown

pytestmark = pytest.mark.django_db


@pytest.fixture
def spoilt(tmp_path: Path, settings: Any) -> SpoiltPack:
    return SpoiltPack(tmp_path, settings)


def test_birmingham_has_its_69_wards_and_its_lsoas_of_both_vintages() -> None:
    counts = load_areas(open_pack("birmingham"))
    assert counts == {"new": 2 + 69 + 659 + 639, "same": 0, "changed": 0}
    city = area_of("E08000025")
    assert wards_of(city).count() == 69
    in_city = Area.objects.filter(parent__parent=city, kind=AreaKind.LSOA)
    assert in_city.filter(vintage="2021").count() == 659
    assert in_city.filter(vintage="2011").count() == 639
    assert set(in_city.values_list("vintage", "parent_is_best_fit")) == {("2021", False), ("2011", True)}
    assert not Area.objects.filter(attribution="").exists()


def test_one_code_of_two_vintages_is_two_areas() -> None:
    load_areas(open_pack("birmingham"))
    assert Area.objects.filter(code="E01008881").count() == 2
    assert area_of("E01008881").vintage == "2021"
    assert area_of("E01008881", "2011").parent_is_best_fit
    ward = area_of("E05011118")
    assert {lsoa.vintage for lsoa in lsoas_of(ward, "2021")} == {"2021"}


def test_lineage_goes_from_the_lsoa_to_the_region(django_assert_num_queries: Any) -> None:
    load_areas(open_pack("birmingham"))
    small = area_of("E01008881")
    with django_assert_num_queries(1):
        kinds = [area.kind for area in lineage(small)]
    assert kinds == ["lsoa", "ward", "local_authority", "region"]


def test_a_code_that_is_not_known_is_told() -> None:
    with pytest.raises(Unknown, match="No area with the code E99"):
        area_of("E99")


def test_the_partnership_is_the_area_that_the_pack_names() -> None:
    assert partnership_area("birmingham") is None  # not loaded
    load_areas(open_pack("birmingham"))
    assert partnership_area("birmingham") == area_of("E08000025")
    assert partnership_area("fenmoor") == area_of("X06000001")


@pytest.mark.parametrize("slug", ["birmingham", "fenmoor"])
@pytest.mark.parametrize("load", [load_areas, load_holidays, load_school_terms])
def test_loading_again_changes_nothing(slug: str, load: Any) -> None:
    pack = open_pack(slug)
    load_areas(pack)
    load(pack)
    before = list(Area.objects.values()), list(BankHoliday.objects.values()), list(SchoolTerm.objects.values())
    counts = load(pack)
    assert counts["new"] == counts["changed"] == 0
    assert counts["same"] > 0
    after = list(Area.objects.values()), list(BankHoliday.objects.values()), list(SchoolTerm.objects.values())
    assert after == before


def test_what_a_new_pack_says_otherwise_is_brought_up_to_date(spoilt: SpoiltPack) -> None:
    spoilt.replace("areas.csv", "Sluice End (invented)", "Sluice Beginning (invented)")
    assert load_areas(spoilt.open()) == {"new": 0, "same": 13, "changed": 1}
    assert area_of("X05000001").name == "Sluice Beginning (invented)"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "X05000004,Marram Bank (invented),ward",
            "X05000004,Marram Bank (invented),shire",
            "column kind: 'shire' is none",
        ),
        ("X05000004,", "X05000003,", "column code: X05000003 of 2025 stands in line 5 already"),
        ("X05000004,", ",", "column code: this must be filled in"),
        ("ward,2025,X06000001", "ward,,X06000001", "line 3, column vintage: this must be filled in"),
        ("ward,2025,X06000001", "ward,2025,X06000009", "line 3, column parent_code: no partnership X06000009 of 2025"),
        ("partnership,2025,no", "partnership,2025,maybe", "column parent_is_best_fit: write yes or no"),
        ("partnership,2025,,,,no", "partnership,2025,X05000001,ward,2025,no", "round a circle"),
    ],
)
def test_a_mistake_in_areas_csv_is_told_and_changes_nothing(
    spoilt: SpoiltPack, old: str, new: str, message: str
) -> None:
    before = list(Area.objects.values())
    spoilt.replace("areas.csv", old, new)
    with pytest.raises(PackError) as told:
        load_areas(spoilt.open())
    assert str(told.value).startswith("fenmoor/areas.csv, line ")
    assert message in str(told.value)
    assert list(Area.objects.values()) == before


def test_a_bank_holiday_that_was_moved_goes_from_its_old_day(spoilt: SpoiltPack) -> None:
    spoilt.replace("bank-holidays.json", '"date": "2026-05-04"', '"date": "2026-05-08"')
    counts = load_holidays(spoilt.open())
    assert (counts["new"], counts["changed"]) == (1, 1)
    days = set(BankHoliday.objects.filter(division="england-and-wales", date__year=2026).values_list("date", flat=True))
    assert date(2026, 5, 8) in days
    assert date(2026, 5, 4) not in days


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "it must be an object with a division"),
        ('{"wales": {"division": "wales"}}', "wales, events: Field required"),
        (
            '{"wales": {"division": "wales", "events": [{"title": "x", "date": "soon"}]}}',
            "wales, events.0.date: Input should be a valid date",
        ),
    ],
)
def test_a_mistake_in_the_bank_holidays_is_told(spoilt: SpoiltPack, text: str, message: str) -> None:
    with pytest.raises(PackError) as told:
        load_holidays(spoilt.write("bank-holidays.json", text).open())
    assert message in str(told.value)


def test_terms_that_begin_on_another_day_replace_the_old_ones(spoilt: SpoiltPack) -> None:
    spoilt.replace("school_terms.csv", "2025-09-03", "2025-09-04")
    counts = load_school_terms(spoilt.open())
    assert (counts["new"], counts["changed"]) == (1, 1)
    assert not SchoolTerm.objects.filter(starts_on="2025-09-03").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2025-09-03,2025-10-17", "2025-10-17,2025-09-03", "line 2, column ends_on: the term ends before it begins"),
        ("2025-10-29", "2025-10-10", "line 3, column starts_on: the term overlaps with the one in line 2"),
        ("X06000001", "X06000009", "line 2, column area_code: no area with the code X06000009 is loaded"),
    ],
)
def test_a_mistake_in_the_terms_is_told(spoilt: SpoiltPack, old: str, new: str, message: str) -> None:
    spoilt.replace("school_terms.csv", old, new)
    with pytest.raises(PackError) as told:
        load_school_terms(spoilt.open())
    assert message in str(told.value)


def test_only_the_terms_that_were_seen_are_not_provisional() -> None:
    pack = open_pack("birmingham")
    load_areas(pack)
    load_school_terms(pack)
    terms = SchoolTerm.objects.filter(area__code="E08000025")
    assert set(terms.filter(starts_on__gte=date(2026, 9, 1)).values_list("is_provisional", flat=True)) == {True}
    assert set(terms.filter(starts_on__lt=date(2026, 9, 1)).values_list("is_provisional", flat=True)) == {False}


@pytest.mark.parametrize("slug", ["birmingham", "fenmoor"])
def test_each_ward_has_a_shape_and_each_shape_a_ward(slug: str) -> None:
    shapes = json.loads((PACKS / slug / "wards.geojson").read_text("utf-8"))
    wards = {row["code"] for row in open_pack(slug).rows("areas.csv") if row["kind"] == "ward"}
    assert {shape["properties"]["code"] for shape in shapes["features"]} == wards
    assert all(len(ring) >= 4 for shape in shapes["features"] for ring in shape["geometry"]["coordinates"])
    assert shapes["attribution"]


def test_no_code_of_the_invented_area_could_be_an_official_one() -> None:
    assert all(row["code"].startswith("X") for row in open_pack("fenmoor").rows("areas.csv"))
    assert all("(invented)" in row["name"] for row in open_pack("fenmoor").rows("areas.csv"))
