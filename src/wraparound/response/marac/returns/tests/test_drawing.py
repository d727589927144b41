"""Drawing a return: who may, in which shape it comes, and the cases behind a number for each reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from wraparound.foundation.access.models import AccessLogEntry, Exclusion, Involvement
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, Refused, Unknown
from wraparound.response.marac.models import Telling
from wraparound.response.marac.returns.drawing import Quality, cases_behind, draw, draw_quality, panel_for, table_of
from wraparound.response.marac.returns.shape import as_data
from wraparound.response.marac.returns.tests.making import Q3, Maker

Someone = Callable[..., Actor]
READING = (Role.MARAC_COORDINATOR, Role.MARAC_CHAIR, Role.REGIONAL_ADMINISTRATOR)


@pytest.fixture
def heard(maker: Maker) -> list[Telling]:
    """Seven police cases and one of housing, a victim of sixteen in that."""
    young = maker.record("housing", dob=date(2009, 1, 1))
    return [*(maker.hear() for _ in range(7)), maker.hear(agency="housing", victim=young)]


def drawn(by: Actor, *, publish: bool = False) -> dict[str, Any]:
    with acting_as(by):
        return as_data(draw(quarter=Q3, panel=panel_for(by), publish=publish, by=by))


def quality_of(by: Actor) -> Quality:
    with acting_as(by):
        return draw_quality(quarter=Q3, panel=panel_for(by), by=by)


@pytest.mark.parametrize("role", sorted(Role))
def test_who_draws_it(role: Role, someone: Someone, marac_team: Any, heard: list[Telling]) -> None:
    actor = someone(role, marac_team)
    if role in READING:
        assert drawn(actor)["totals"]["hearings"]["cases"] == 8  # whole, whatever is open to them
    else:
        with pytest.raises(Refused):
            drawn(actor)


@pytest.mark.parametrize("whose", ["user", "organisation"])
@pytest.mark.parametrize("publish", [False, True])
def test_who_is_kept_from_a_case_counts_as_though_it_had_not_been_heard(
    whose: str, publish: bool, someone: Someone, marac_team: Any, maker: Maker, heard: list[Telling]
) -> None:
    reader, colleague = someone(Role.MARAC_COORDINATOR, marac_team), someone(Role.MARAC_CHAIR, marac_team)
    before = drawn(reader, publish=publish), quality_of(reader)
    hidden = maker.hear(agency="housing", victim=maker.record("housing", dob=date(2008, 5, 1), sex="male"))
    assert (drawn(reader, publish=publish), quality_of(reader)) != before
    told = {"user_id": reader.user_id} if whose == "user" else {"organisation_id": reader.organisation_id}
    Exclusion.objects.create(matter=hidden.matter, reason="", **told)
    assert (drawn(reader, publish=publish), quality_of(reader)) == before
    if whose == "user":
        assert drawn(colleague)["totals"]["hearings"]["cases"] == 9
    assert drawn(system("test"))["totals"]["hearings"]["cases"] == 9


def test_it_is_logged(someone: Someone, marac_team: Any, heard: list[Telling]) -> None:
    actor = someone(Role.MARAC_CHAIR, marac_team)
    drawn(actor, publish=True)
    entry = AccessLogEntry.objects.get(verb="draw_return")
    assert (entry.user_id, entry.detail["quarter"], entry.detail["published"]) == (actor.user_id, "2025Q3", True)


def test_its_shape(heard: list[Telling]) -> None:
    found = drawn(system("test"))
    assert set(found) == {
        *("return", "quarter", "label", "from", "to", "is_complete", "marac", "area", "definitions", "published"),
        *("withheld_rows", "sessions", "totals", "form", "tables"),
    }
    assert (found["return"], found["quarter"], found["from"], found["to"]) == (
        *("marac", "2025Q3", "2025-07-01", "2025-09-30"),
    )
    assert found["definitions"]["rule_set"] == "marac.return 2023-FEN.1"
    assert found["definitions"]["status"] == "provisional"
    assert (found["published"], found["is_complete"], found["sessions"]) == (False, True, 1)
    assert set(found["totals"]) == {"hearings", "perpetrators", "children"}
    first = found["form"][0]
    assert first == {"label": "Cases heard", "table": "total", "rows": ["hearings"], "cases": 8, "people": 8}
    tables = {table["code"]: table for table in found["tables"]}
    assert tables["referring_agency"]["columns"] == ["Cases", "People"]
    assert tables["referring_agency"]["rows"][0] == {"code": "police", "label": "Police", "cases": 7, "people": 7}
    assert tables["referring_agency"]["definition"].startswith("The agency whose referral was heard")
    assert all(table["definition"] for table in found["tables"]), "each table says what it counts"
    assert "victim_ethnicity_form" not in tables  # this area's form doesn't ask for groups put together


def test_what_is_published_withholds_and_says_how_much(heard: list[Telling]) -> None:
    found = drawn(system("test"), publish=True)
    rows = {
        row["code"]: row for table in found["tables"] if table["code"] == "referring_agency" for row in table["rows"]
    }
    assert (rows["police"]["cases"], rows["council"]["cases"], rows["council"]["people"]) == (None, None, None)
    assert rows["justice"]["cases"] == 0
    assert found["published"] is True
    assert found["withheld_rows"] > 0
    assert "reasons" not in {table["code"] for table in found["tables"]}
    by_label = {cell["label"]: cell["cases"] for cell in found["form"]}
    assert by_label["Cases heard"] == 8
    assert by_label["Cases referred by the police"] is None
    assert by_label["Victims aged 16 or 17"] is None


class TestCasesBehind:
    def test_only_those_open_to_the_reader(self, someone: Someone, marac_team: Any, heard: list[Telling]) -> None:
        actor, colleague = (someone(Role.MARAC_COORDINATOR, marac_team) for _ in range(2))
        for telling in heard[:3]:
            _involve(telling, marac_team)
        Exclusion.objects.create(matter=heard[0].matter, user_id=actor.user_id, reason="Knows them")
        assert _behind(actor, "police") == {heard[1].item_id, heard[2].item_id}
        assert _behind(colleague, "police") == {heard[0].item_id, heard[1].item_id, heard[2].item_id}
        assert _behind(actor, "council") == set()

    def test_none_for_the_regional_administrator(self, someone: Someone, marac_team: Any, heard: list[Telling]) -> None:
        for telling in heard:
            _involve(telling, marac_team)
        assert _behind(someone(Role.REGIONAL_ADMINISTRATOR, marac_team), "police") == set()

    @pytest.mark.parametrize(("table", "row"), [("referring_agency", "nobody"), ("nothing", "police"), ("id", "1")])
    def test_of_a_number_that_isnt_there(self, table: str, row: str, maker: Maker) -> None:
        with pytest.raises(Unknown):
            table_of(maker.panel, Q3, table, row)


def test_a_marac_that_one_doesnt_know_of_is_said_so(someone: Someone, marac_team: Any) -> None:
    actor = someone(Role.MARAC_COORDINATOR, marac_team)
    assert panel_for(actor, "X06000001").area.code == "X06000001"
    with pytest.raises(BadInput, match="X06000001"):
        panel_for(actor, "E99")


def _involve(telling: Telling, organisation: Any) -> None:
    Involvement.objects.create(matter=telling.matter, organisation=organisation, purpose="MARAC", given_for="referral")


def _behind(actor: Actor, row: str) -> set[Any]:
    with acting_as(actor):
        panel = panel_for(actor)
        spec, _ = table_of(panel, Q3, "referring_agency", row)
        found = cases_behind(quarter=Q3, panel=panel, spec=spec, row=row, by=actor)
        return {item.pk for item in found}
