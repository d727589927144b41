"""Loading organisations and services: once, again, and when something is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wraparound.foundation.areas.loading import load_areas
from wraparound.foundation.areas.pack import PackError, open_pack
from wraparound.foundation.areas.tests.builders import SpoiltPack
from wraparound.foundation.directory.loading import load_organisations, load_services
from wraparound.foundation.directory.models import Service
from wraparound.foundation.partners.models import Organisation, OrganisationKind, Team
from wraparound.kit.registry import pack_loaders

pytestmark = pytest.mark.django_db


@pytest.fixture
def spoilt(tmp_path: Path, settings: Any) -> SpoiltPack:
    return SpoiltPack(tmp_path, settings)


@pytest.fixture
def birmingham() -> Any:
    pack = open_pack("birmingham")
    load_areas(pack)
    load_organisations(pack)
    load_services(pack)
    return pack


def test_birmingham_has_its_partners_and_boards(birmingham: Any) -> None:
    assert Organisation.objects.get(force_code="west-midlands").slug == "west-midlands-police"
    assert Organisation.objects.get(slug=birmingham.about.marac_organisation).kind == OrganisationKind.MARAC_TEAM
    assert Organisation.objects.get(slug="bswa").kind == OrganisationKind.IDVA_SERVICE
    assert Organisation.objects.filter(slug__in=["dalspb", "bsab", "bscp", "hwb"], kind="board").count() == 4
    assert Team.objects.filter(organisation__slug="dalspb").count() == 3


def test_every_kind_of_the_quorum_and_the_core_has_an_organisation() -> None:
    for slug in ("birmingham", "fenmoor"):
        pack = open_pack(slug)
        kinds = {row["kind"] for row in pack.rows("organisations.csv")}
        params = pack.json("rulesets/marac.sessions.json")["versions"][-1]["params"]
        assert set(params["core_kinds"]) | set(params["quorum_kinds"]) <= kinds
        assert {"police", "idva_service", "housing", "children", "marac_team", "board"} <= kinds


def test_the_units_are_those_that_the_papers_print(birmingham: Any) -> None:
    """The five refuges that the needs assessment lists sum to 118; with Trident's 30 they are its 148."""
    listed = ["gsa-refuge", "crisis-centre-refuge", "bswa-refuges", "gilgal-refuge", "salvation-army-refuge"]
    units = dict(Service.objects.values_list("slug", "units"))
    assert sum(units[slug] for slug in listed) == 118
    assert sum(units[slug] for slug in [*listed, "trident-dispersed"]) == 148
    assert units["roshni-refuge"] == 13


def test_everything_from_the_papers_says_where_it_stands(birmingham: Any) -> None:
    for model in (Organisation, Service):
        for source in model.objects.exclude(source="Invented").values_list("source", flat=True):
            assert ", l. " in source


def test_everything_invented_says_so() -> None:
    for model in (Organisation, Service):
        rows = model.objects.filter(source="Invented")
        assert rows.exists()
        assert not rows.exclude(name__endswith="(invented)").exists()


@pytest.mark.parametrize("slug", ["birmingham", "fenmoor"])
def test_loading_again_changes_nothing(slug: str) -> None:
    pack = open_pack(slug)
    load_areas(pack)
    for load in (load_organisations, load_services):
        load(pack)
        before = list(Organisation.objects.values()), list(Team.objects.values()), list(Service.objects.values())
        counts = load(pack)
        assert counts["new"] == counts["changed"] == 0
        assert counts["same"] > 0
        after = list(Organisation.objects.values()), list(Team.objects.values()), list(Service.objects.values())
        assert after == before


def test_what_a_new_pack_says_otherwise_is_brought_up_to_date(spoilt: SpoiltPack) -> None:
    spoilt.replace("services.csv", "Monday to Friday, 10:00 to 16:00", "Every day")
    spoilt.replace("organisations.csv", "Fenmoor Homes,housing", "Homes,housing")
    assert load_organisations(spoilt.open())["changed"] == 1
    assert load_services(spoilt.open())["changed"] == 1
    assert Service.objects.get(slug="harbour-helpline").opening_times == "Every day"
    assert Organisation.objects.get(slug="fenmoor-homes").short_name == "Homes"


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("organisations", "marac_team", "marac", "organisations.csv, line 3, column kind: 'marac' is none of police"),
        ("organisations", "fenmoor-invented", "", "line 2, column force_code: a police force needs the code"),
        (
            "organisations",
            "fenmoor-homes",
            "harbour-idva",
            "line 5, column slug: harbour-idva stands in line 4 already",
        ),
        ("organisations", "X06000001", "X1", "line 2, column area_code: no area with the code X1"),
        ("organisations", "Fenmoor Police", "F" * 41, "line 2, column short_name: at most 40 characters, not 41"),
        (
            "teams",
            "harbour-idva",
            "harbor-idva",
            "teams.csv, line 3, column organisation: no organisation 'harbor-idva'",
        ),
        (
            "teams",
            "harbour-idva,Court advocates",
            "fenmoor-constabulary,Vulnerability team",
            "teams.csv, line 3, column name: Vulnerability team of fenmoor-constabulary stands in line 2 already",
        ),
        ("teams", "Court advocates,no", "Court advocates,perhaps", "line 3, column works_with_perpetrators: write yes"),
    ],
)
def test_a_mistake_in_the_organisations_is_told_and_changes_nothing(
    spoilt: SpoiltPack, name: str, old: str, new: str, message: str
) -> None:
    before = list(Organisation.objects.values()), list(Team.objects.values())
    spoilt.replace(f"{name}.csv", old, new)
    with pytest.raises(PackError) as told:
        load_organisations(spoilt.open())
    assert message in str(told.value)
    assert (list(Organisation.objects.values()), list(Team.objects.values())) == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("harbour-idva,", "harbor-idva,", "line 2, column organisation: no organisation 'harbor-idva' is loaded"),
        (",helpline,", ",phone,", "line 2, column kind: 'phone' is none of helpline"),
        (",6,yes", ",six,yes", "line 4, column units: write a whole number, not 'six'"),
        (",6,yes", ",6,often", "line 4, column is_public: write yes or no"),
        (
            "Through the helpline.",
            "Come to 4 Harbour Lane.",
            "column how_to_refer: '4 Harbour Lane' looks like an address",
        ),
        ("Through the helpline.", "Near B5 4QT.", "column how_to_refer: 'B5 4QT' looks like an address"),
    ],
)
def test_a_mistake_in_the_services_is_told_and_changes_nothing(
    spoilt: SpoiltPack, old: str, new: str, message: str
) -> None:
    before = list(Service.objects.values())
    spoilt.replace("services.csv", old, new)
    with pytest.raises(PackError) as told:
        load_services(spoilt.open())
    assert str(told.value).startswith("fenmoor/services.csv, line ")
    assert message in str(told.value)
    assert list(Service.objects.values()) == before


def test_an_organisation_that_the_pack_no_longer_has_is_kept(spoilt: SpoiltPack) -> None:
    lines = (spoilt.path / "organisations.csv").read_text("utf-8").splitlines()
    spoilt.write("organisations.csv", "\n".join(lines[:-1]) + "\n")
    load_organisations(spoilt.open())
    assert Organisation.objects.filter(slug="fenmoor-da-forum").exists()


def test_the_loaders_stand_in_the_order_in_which_they_need_one_another() -> None:
    names = [name for name, _ in pack_loaders.items()]
    ours = ["areas", "bank holidays", "school terms", "rule sets", "code lists", "organisations", "services"]
    assert [name for name in names if name in ours] == ours
