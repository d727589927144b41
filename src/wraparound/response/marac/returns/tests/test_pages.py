"""The pages of the return: who opens them, what stands on them, the file, and the areas' sessions."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from openpyxl import load_workbook

from wraparound.foundation.access.models import Exclusion, Involvement
from wraparound.foundation.areas.models import Area
from wraparound.foundation.areas.remembered import forget
from wraparound.foundation.meetings.models import Attendance, AttendanceStatus, Panel, Session
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.response.marac.models import Telling
from wraparound.response.marac.returns.tests.making import IN_Q3, Maker
from wraparound.response.marac.tests import factories

Someone = Callable[..., Actor]
Sign = Callable[[Actor], Any]
NOW = datetime(2025, 10, 8, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_october() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def heard(maker: Maker) -> list[Telling]:
    """Seven police cases and one of housing, of a man."""
    man = maker.record("housing", dob=date(1990, 1, 1), sex="male")
    return [*(maker.hear() for _ in range(7)), maker.hear(agency="housing", victim=man)]


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def test_the_last_whole_quarter_is_shown_with_its_numbers(
    heard: list[Telling], someone: Someone, client_for: Sign, marac_team: Any
) -> None:
    page = text(client_for(someone(Role.MARAC_COORDINATOR, marac_team)).get("/marac/return"))
    assert "July to September 2025" in page
    assert "marac.return 2023-FEN.1" in page
    assert "Cases referred by the police" in page
    query = urlencode({"quarter": "2025Q3", "area": "X06000001", "table": "referring_agency", "row": "police"})
    assert f"/marac/return/cases?{query}".replace("&", "&amp;") in page
    assert "rows are withheld" not in page


@pytest.mark.parametrize(("address", "most"), [("return", 25), ("return/quality", 25), ("region", 20)])
def test_a_page_asks_the_database_little(
    address: str,
    most: int,
    heard: list[Telling],
    someone: Someone,
    client_for: Sign,
    marac_team: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client = client_for(someone(Role.REGIONAL_ADMINISTRATOR, marac_team))
    client.get("/marac/return")
    with django_assert_max_num_queries(most):
        text(client.get(f"/marac/{address}?quarter=2025Q3"))


def test_to_publish_it_withholds_and_leads_nowhere(
    heard: list[Telling], someone: Someone, client_for: Sign, marac_team: Any
) -> None:
    client = client_for(someone(Role.MARAC_CHAIR, marac_team))
    page = text(client.get("/marac/return?quarter=2025Q3&kind=publish"))
    assert "rows are withheld" in page
    assert "/marac/return/cases" not in page


def test_a_number_leads_to_the_cases_that_are_open_to_the_reader(
    heard: list[Telling], someone: Someone, client_for: Sign, marac_team: Any
) -> None:
    Involvement.objects.create(matter=heard[0].matter, organisation=marac_team, purpose="MARAC", given_for="referral")
    client = client_for(someone(Role.MARAC_COORDINATOR, marac_team))
    page = text(client.get("/marac/return/cases?quarter=2025Q3&table=referring_agency&row=police"))
    assert heard[0].matter.case.reference in page
    assert heard[1].matter.case.reference not in page
    other = client_for(someone(Role.REGIONAL_ADMINISTRATOR, marac_team))
    closed = text(other.get("/marac/return/cases?quarter=2025Q3&table=referring_agency&row=police"))
    assert "None of these cases is open to you" in closed
    assert heard[0].matter.case.reference not in closed


def test_all_cases_of_the_quarter_that_are_open_to_the_reader(
    heard: list[Telling], someone: Someone, client_for: Sign, marac_team: Any
) -> None:
    for telling in heard[2:]:
        Involvement.objects.create(
            matter=telling.matter, organisation=marac_team, purpose="MARAC", given_for="referral"
        )
    client = client_for(someone(Role.MARAC_COORDINATOR, marac_team))
    page = text(client.get("/marac/return/cases?quarter=2025Q3"))
    assert [one.matter.case.reference in page for one in heard] == [False] * 2 + [True] * 6


@pytest.mark.parametrize("row", ["nobody", ""])
def test_a_number_that_isnt_there(row: str, someone: Someone, client_for: Sign, marac_team: Any) -> None:
    client = client_for(someone(Role.MARAC_COORDINATOR, marac_team))
    assert client.get(f"/marac/return/cases?quarter=2025Q3&table=repeats&row={row}").status_code == 404


@pytest.mark.parametrize("address", ["return", "return/file", "return/quality", "return/cases"])
def test_a_quarter_that_is_none_is_said_so(address: str, someone: Someone, client_for: Sign, marac_team: Any) -> None:
    client = client_for(someone(Role.MARAC_COORDINATOR, marac_team))
    response = client.get(f"/marac/{address}?quarter=2025Q7&table=repeats&row=yes")
    assert response.status_code == 422
    assert "such as 2025Q3" in response.content.decode()


def test_the_workbook_holds_the_same_and_no_formula(
    heard: list[Telling], someone: Someone, client_for: Sign, marac_team: Any
) -> None:
    Panel.objects.update(name="=1+1 MARAC")
    response = client_for(someone(Role.MARAC_COORDINATOR, marac_team)).get("/marac/return/file?quarter=2025Q3")
    assert 'filename="marac-return-2025Q3.xlsx"' in response["Content-Disposition"]
    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["About", "MARAC", "'=1+1 MARAC", None, None] in [[cell or None for cell in row] for row in rows]
    assert ["Referring agency", "Police", "7", "7"] in [row[:4] for row in rows]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_quality_view(heard: list[Telling], someone: Someone, client_for: Sign, marac_team: Any) -> None:
    session = heard[0].item.session
    for kind, status in (("police", AttendanceStatus.PRESENT), ("housing", AttendanceStatus.APOLOGIES)):
        organisation = heard[0].organisation if kind == "police" else heard[7].organisation
        Attendance.objects.create(session=session, organisation=organisation, status=status)
    heard[0].state, heard[0].ended_at, heard[0].ended_how = "told", IN_Q3, "By phone"
    heard[0].save()
    page = text(client_for(someone(Role.MARAC_COORDINATOR, marac_team)).get("/marac/return/quality?quarter=2025Q3"))
    assert "12.5% were told; 1 of them by the promised day. 7 wait past it." in page
    assert "Referred by agencies other than the police" in page
    assert "12.5%" in page
    assert "Below the benchmark" in page
    assert "One full-time IDVA for 90 cases a year" in page
    assert "Of 1 sessions at which people came together" in page


class TestAreas:
    @pytest.fixture
    def second(self, maker: Maker) -> Panel:
        """The MARAC of an area within the reader's own, with a session to come and one that was inquorate."""
        area = Area.objects.create(code="X06000002", vintage="2025", name="Marsh", kind="ward", parent=maker.area)
        panel = Panel.objects.create(
            slug="marsh", name="Marsh MARAC", kind="marac", organisation=maker.panel.organisation, area=area
        )
        forget()
        for at, state in ((NOW + timedelta(days=3), "planned"), (NOW - timedelta(days=9), "closed")):
            opened = at if state == "closed" else None
            Session.objects.create(panel=panel, starts_at=at, mode="meeting", capacity=9, state=state, opened_at=opened)
        return panel

    def test_each_with_its_load_and_its_quarter(
        self, second: Panel, heard: list[Telling], maker: Maker, someone: Someone, client_for: Sign, marac_team: Any
    ) -> None:
        maker.hear(panel=second)
        actor = someone(Role.REGIONAL_ADMINISTRATOR, marac_team)
        page = text(client_for(actor).get("/marac/region"))
        assert "Marsh MARAC" in page
        assert "0 of 9" in page
        assert "Nobody yet" in page
        before = text(client_for(actor).get("/marac/region?when=past"))
        assert "No: without Police, IDVA service, Probation" in before
        assert "8 of 8" in before  # counted whole, though no case is open to them
        row = next(row for row in factories.todays_rows(actor) if row.title == "Sessions of the next four weeks")
        assert row.sentence == "0 of 9 places are taken, in 2 areas. 1 without a chair."

    def test_without_what_the_reader_is_kept_from(
        self, heard: list[Telling], someone: Someone, client_for: Sign, marac_team: Any
    ) -> None:
        actor = someone(Role.REGIONAL_ADMINISTRATOR, marac_team)
        Exclusion.objects.create(matter=heard[0].matter, user_id=actor.user_id, reason="Knows them")
        assert "7 of 8" in text(client_for(actor).get("/marac/region?when=past"))

    def test_one_areas_return(
        self, second: Panel, heard: list[Telling], maker: Maker, someone: Someone, client_for: Sign, marac_team: Any
    ) -> None:
        maker.hear(panel=second)
        client = client_for(someone(Role.REGIONAL_ADMINISTRATOR, marac_team))
        page = text(client.get("/marac/return?quarter=2025Q3&area=X06000002"))
        assert "Marsh MARAC" in page
        assert client.get("/marac/return?area=X99").status_code == 422

    def test_nobodys_case(
        self, second: Panel, heard: list[Telling], someone: Someone, client_for: Sign, marac_team: Any
    ) -> None:
        telling = heard[0]
        Involvement.objects.create(
            matter=telling.matter, organisation=marac_team, purpose="MARAC", given_for="referral"
        )
        client = client_for(someone(Role.REGIONAL_ADMINISTRATOR, marac_team))
        for address in (
            f"/cases/{telling.matter.case.pk}",
            f"/marac/sessions/{telling.item.session_id}",
            f"/marac/sessions/{telling.item.session_id}/{telling.item_id}",
            f"/marac/referrals/{telling.referral_id}",
        ):
            assert client.get(address).status_code in (403, 404), address
        for address in ("/marac/region?when=past", "/marac/return?quarter=2025Q3", "/"):
            assert telling.matter.case.reference not in text(client.get(address))


class TestCommandLine:
    def test_json(self, heard: list[Telling], command_line: Any) -> None:
        result = command_line(["return", "marac", "--quarter", "2025Q3", "--json"])
        assert result.exit_code == 0, result.output
        found = json.loads(result.stdout)
        assert (found["quarter"], found["totals"]["hearings"]["cases"], found["published"]) == ("2025Q3", 8, False)

    def test_words(self, heard: list[Telling], command_line: Any) -> None:
        result = command_line(["return", "marac", "--quarter", "2025q3", "--publish"])
        assert "Cases heard: 8" in result.stdout
        assert "Police: withheld, withheld" in result.stdout

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--quarter", "2025Q5"], "such as 2025Q3"),
            (["--quarter", "2026Q1"], "nothing can be counted in it yet"),
            (["--quarter", "2025Q3", "--area", "E99"], "no MARAC of the area 'E99'"),
        ],
    )
    def test_what_cant_be_drawn_is_said_so(self, options: list[str], said: str, db: None, command_line: Any) -> None:
        result = command_line(["return", "marac", *options, "--json"])
        assert result.exit_code == 2
        assert said in json.loads(result.stdout)["error"]
