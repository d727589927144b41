from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from wraparound.evidence.store.engine import open_store
from wraparound.evidence.store.extracts import extract
from wraparound.evidence.store.keys import key_path, pseudonym, pseudonym_key
from wraparound.foundation.access.models import AccessLogEntry
from wraparound.foundation.areas.models import Area
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.people.models import Address, AddressKind
from wraparound.kit.errors import BadInput
from wraparound.response.cases.models import Incident
from wraparound.response.marac.models import Telling, Transfer
from wraparound.response.marac.returns.tests.making import Maker

AT = datetime(2025, 8, 14, 9, 0, tzinfo=UTC)
PURPOSE = "Needs assessment 2026"


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRAPAROUND_VAR", str(tmp_path))
    monkeypatch.delenv("WRAPAROUND_EVIDENCE_KEY", raising=False)


@pytest.fixture
def hearing(area: Any) -> Telling:
    maker = Maker(area)
    victim = maker.record(dob=date(1990, 8, 15), answers={"ethnicity": ("known", "6"), "disability": ("declined", "")})
    victim.family_name, victim.given_names = "Noor-Testname", "Amina"
    victim.save()
    telling = maker.hear(AT, victim=victim, reasons=["repeat"], children=[maker.record(dob=date(2019, 1, 1))])
    for state in ("done", "accepted", "declined"):
        Commitment.objects.create(
            matter=telling.matter,
            organisation=telling.organisation,
            what="x",
            due_on=AT.date(),
            state=state,
            agreed_in=telling.item_id,
            **({"evidence_what": "x", "evidence_on": AT.date(), "evidence_who": "y"} if state == "done" else {}),
            **({"reason": "no"} if state == "declined" else {}),
            **({"closed_at": AT} if state in {"done", "declined"} else {}),
        )
    return telling


@pytest.fixture
def incident(hearing: Telling) -> Incident:
    lsoa = Area.objects.create(code="X01999999", name="An LSOA (invented)", kind="lsoa", vintage="2021")
    return Incident.objects.create(
        matter=hearing.matter,
        case=hearing.matter.case,
        organisation=hearing.organisation,
        incident_ref="I1",
        force="fenmoor-invented",
        occurred_from=AT - timedelta(days=5, hours=10),
        reported_at=AT,
        relationship="spouse",
        victim=hearing.referral.victim,
        narrative="He came to the house.",
        location_postcode="FE1 2AB",
        area=lsoa,
        abuse_kinds=["physical"],
        content_hash="x",
    )


def test_what_is_drawn_names_nobody(hearing: Telling, incident: Incident) -> None:
    extract(purpose=PURPOSE)
    store = open_store()
    text = json.dumps(
        [store.rows(store.table(name)) for name in ("own_incidents", "own_referrals", "own_marac", "own_transfers")],
        default=str,
    )
    for secret in (
        "Noor",
        "Amina",
        "1990",
        "FE1",
        "came to",
        incident.pk,
        hearing.matter_id,
        hearing.referral.victim_id,
    ):
        assert str(secret) not in text
    assert hearing.matter.case.reference not in text


def test_a_hearing_with_its_numbers(hearing: Telling) -> None:
    extract(purpose=PURPOSE)
    store = open_store()
    (row,) = store.rows(store.table("own_marac"))
    assert row["month"] == date(2025, 8, 1)
    assert (row["victim_age_band"], row["victim_sex"], row["victim_ethnicity"]) == (
        "25-34",
        "female",
        "6",
    )  # 34 that day
    assert row["victim_disability"].startswith("?")
    assert (row["children"], row["days_waited"], row["actions"], row["actions_done"]) == (1, 3, 2, 1)
    (referral,) = store.rows(store.table("own_referrals"))
    assert (referral["is_repeat"], referral["days_to_hearing"]) == (True, 3)
    assert referral["pseudonym"] == row["referral"]
    assert referral["victim"] == row["victim"]


def test_an_incident_says_its_lsoa_unless_she_hides_there(incident: Incident) -> None:
    extract(purpose=PURPOSE)
    store = open_store()
    (row,) = store.rows(store.table("own_incidents"))
    assert (row["lsoa"], row["hour"], row["weekday"]) == (
        "X01999999",
        0,
        6,
    )  # 23:00 UTC on Friday is midnight in London
    Address.objects.create(record=incident.victim, area=incident.area, kind=AddressKind.CONFIDENTIAL)
    extract(purpose=PURPOSE)
    store = open_store()
    (row,) = store.rows(store.table("own_incidents"))
    assert (row["lsoa"], row["ward"]) == (None, None)


@pytest.fixture
def transfer(hearing: Telling) -> Transfer:
    Area.objects.create(code="X06000009", name="Larchshire", kind="local_authority", vintage="2021")
    return Transfer.objects.create(
        matter=hearing.matter,
        referral=hearing.referral,
        direction="out",
        state="sent",
        other_area=" larchshire ",
        other_contact="J. Penn, marac@larchshire.invalid",
        move="permanent",
        reason="She has a flat with her sister there.",
        lawful_basis="public_task",
        made_at=AT,
    )


def test_a_transfer_says_the_other_area_by_its_code_and_nothing_that_was_written(transfer: Transfer) -> None:
    extract(purpose=PURPOSE)
    store = open_store()
    (row,) = store.rows(store.table("own_transfers"))
    assert (row["month"], row["direction"], row["state"], row["move"]) == (date(2025, 8, 1), "out", "sent", "permanent")
    assert (row["other_area"], row["other_kind"]) == ("X06000009", "local_authority")
    (referral,) = store.rows(store.table("own_referrals"))
    assert (row["referral"], row["victim"]) == (referral["pseudonym"], referral["victim"])
    assert row["victim_age_band"] == "25-34"
    text = json.dumps(row, default=str)
    for secret in ("Penn", "arch", "sister", str(transfer.pk), str(transfer.referral_id)):
        assert secret not in text


@pytest.mark.parametrize("name", ["Larchshire, with her sister in Elm Road", "Elsewhere"])
def test_an_area_that_is_none_of_the_known_ones_stays_here(transfer: Transfer, name: str) -> None:
    Transfer.objects.update(other_area=name)
    extract(purpose=PURPOSE)
    store = open_store()
    (row,) = store.rows(store.table("own_transfers"))
    assert (row["other_area"], row["other_kind"]) == (None, None)


def test_whoever_hides_is_not_said_to_be_in_any_area(transfer: Transfer) -> None:
    hidden = Address.objects.create(record=transfer.referral.victim, kind=AddressKind.CONFIDENTIAL)
    extract(purpose=PURPOSE)
    store = open_store()
    (row,) = store.rows(store.table("own_transfers"))
    assert row["other_area"] is None
    Address.objects.filter(pk=hidden.pk).update(ended_at=AT)
    extract(purpose=PURPOSE)
    store = open_store()
    assert store.rows(store.table("own_transfers").select("other_area")) == [{"other_area": "X06000009"}]


def test_drawing_again_replaces_and_keeps_pseudonyms(hearing: Telling) -> None:
    first = extract(purpose=PURPOSE)
    store = open_store()
    before = store.rows(store.table("own_referrals").select("pseudonym", "victim"))
    again = extract(purpose=PURPOSE)
    store = open_store()
    assert store.rows(store.table("own_referrals").select("pseudonym", "victim")) == before
    assert {one.sha256 for one in store.manifests} == {one.sha256 for one in again}
    assert {one.sha256 for one in first}.isdisjoint({one.sha256 for one in again})


def test_the_act_is_logged_with_its_purpose(hearing: Telling) -> None:
    extract(purpose=PURPOSE)
    entry = AccessLogEntry.objects.get(verb="evidence.extracted")
    assert entry.purpose == PURPOSE
    assert entry.detail == {"own_incidents": 0, "own_referrals": 1, "own_marac": 1, "own_transfers": 0}


@pytest.mark.parametrize("purpose", ["", "  ", "stats", "x" * 101])
def test_without_a_purpose_nothing_is_drawn(db: None, purpose: str) -> None:
    with pytest.raises(BadInput, match="what the extract is for"):
        extract(purpose=purpose)
    assert not open_store().manifests


def test_the_key_is_the_owners_alone_and_never_in_the_store(hearing: Telling, tmp_path: Path) -> None:
    extract(purpose=PURPOSE)
    assert stat.S_IMODE(key_path().stat().st_mode) == 0o600
    key = key_path().read_bytes().strip()
    for path in (tmp_path / "evidence").rglob("*"):
        if path.is_file():
            assert key not in path.read_bytes()
    key_path().chmod(0o644)
    with pytest.raises(BadInput, match="read by others"):
        pseudonym_key()


def test_another_key_makes_other_pseudonyms(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pseudonym(b"a" * 32, "person", 1) == pseudonym(b"a" * 32, "person", 1)
    assert pseudonym(b"a" * 32, "person", 1) != pseudonym(b"b" * 32, "person", 1)
    assert pseudonym(b"a" * 32, "person", 1) != pseudonym(b"a" * 32, "case", 1)
    monkeypatch.setenv("WRAPAROUND_EVIDENCE_KEY", "short")
    with pytest.raises(BadInput, match="too short"):
        pseudonym_key()


def test_the_command(hearing: Telling, command_line: Callable[[list[str]], Any]) -> None:
    result = command_line(["evidence", "extract", "--purpose", PURPOSE, "--json"])
    assert result.exit_code == 0
    assert [one["rows_kept"] for one in json.loads(result.output)["loads"]] == [0, 1, 1, 0]
    assert command_line(["evidence", "extract", "--purpose", "x"]).exit_code == 2
