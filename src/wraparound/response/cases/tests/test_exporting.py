"""Out and in again: the same format, nothing protected in it, and nothing changed by it."""

from __future__ import annotations

import csv
import io

import pytest

from wraparound.foundation.access.redaction import WITHHELD_CELL
from wraparound.foundation.partners.actors import system
from wraparound.foundation.people import services as people
from wraparound.foundation.people.models import Address
from wraparound.foundation.people.services import record_person
from wraparound.foundation.people.values import PersonValues
from wraparound.response.cases.importing import exporting
from wraparound.response.cases.importing.commands import export_incidents, import_incidents
from wraparound.response.cases.models import ChildExposure, Incident, IncidentVersion
from wraparound.response.cases.tests.factories import child_row, incident_row, many_children, many_incidents

pytestmark = pytest.mark.django_db


@pytest.fixture
def out_and_in(tmp_path):
    """Export everything, and give the files, their rows, and a way to take them in again."""

    def run():
        paths = tmp_path / "out.csv", tmp_path / "out-children.csv"
        with paths[0].open("w", newline="") as incidents, paths[1].open("w", newline="") as children:
            export_incidents(incidents, children_to=children)
        rows = [list(csv.DictReader(path.open(newline=""))) for path in paths]
        return rows[0], rows[1], lambda: import_incidents(*paths)

    return run


def test_what_is_exported_changes_nothing_when_it_is_imported(take_in, out_and_in):
    rows = [
        *many_incidents(150),
        incident_row(901, beat="=7", old_address="3 Elm Close"),
        incident_row(902, victim_family_name="+Plus", narrative="-\nShe lives at 12 Harbour Row, Fenmoor."),
        incident_row(903, dash_ticks="31", victim_postcode="near the quay", abuse_kinds="physical;odd"),
    ]
    report = take_in(rows, [*many_children(50, 150), child_row(99, 901, voice="@me", teacher="Ms Lark")])
    incidents, children, again = out_and_in()
    assert len(incidents) == report["accepted"]
    assert len(children) == report["children"]["accepted"]
    second = again()
    assert (second["unchanged"], second["changed"], second["accepted"]) == (len(incidents), 0, 0)
    assert (second["children"]["unchanged"], second["children"]["changed"]) == (len(children), 0)
    assert not IncidentVersion.objects.exists()


def test_no_protected_address_leaves(take_in, out_and_in):
    take_in(
        [
            incident_row(
                1,
                location_postcode="ZZ1 1AA",
                narrative="Found at 12 harbour row, fenmoor (ZZ11AA), not at 9 Quay Lane.",
                perpetrator_address="9 Quay Lane",
                perpetrator_postcode="ZZ3 3CC",
                address_note="back door",
                officer="lives near ZZ1 1AA",
            )
        ],
        [child_row(1, voice="We went to 12 Harbour Row, Fenmoor")],
    )
    incidents, children, _ = out_and_in()
    row = incidents[0]
    for column in ("victim_address", "victim_postcode", "perpetrator_address", "perpetrator_postcode"):
        assert row[column] == WITHHELD_CELL
    assert row["location_postcode"] == WITHHELD_CELL
    assert row["address_note"] == WITHHELD_CELL
    assert children[0]["address_postcode"] == WITHHELD_CELL
    whole = "".join([*row.values(), *children[0].values()]).lower()
    assert "harbour row" not in whole
    assert "quay lane" not in whole
    assert "zz1 1aa" not in whole
    assert "zz11aa" not in whole


def test_an_address_that_was_typed_safe_or_is_shared_leaves_as_it_is(take_in, out_and_in, someone, police):
    take_in(
        [
            incident_row(1, perpetrator_address="12 Harbour Row, Fenmoor", perpetrator_postcode="ZZ1 1AA"),
            incident_row(2, victim_address="1 Mill Road", victim_postcode="ZZ5 5EE", location_postcode="ZZ9 9ZZ"),
        ]
    )
    people.type_address(address=Address.objects.get(lines="1 Mill Road"), kind="safe", by=system("test"))
    incidents, _, again = out_and_in()
    assert incidents[0]["victim_address"] == "12 Harbour Row, Fenmoor"
    assert incidents[0]["perpetrator_postcode"] == "ZZ1 1AA"
    assert (incidents[1]["victim_address"], incidents[1]["victim_postcode"]) == ("1 Mill Road", "ZZ5 5EE")
    assert incidents[1]["location_postcode"] == "ZZ9 9ZZ"
    assert again()["unchanged"] == 2


def test_a_refuge_that_another_organisation_holds_is_taken_out_of_a_narrative(take_in, out_and_in, housing):
    take_in([incident_row(1, narrative="She has gone to 7 Reed Court now.")])
    by = system("test")
    victim = Incident.objects.get().victim
    other = record_person(
        organisation=housing,
        external_ref="H1",
        values=PersonValues(family_name="Green", address_lines="7 Reed Court", address_kind="confidential"),
        by=by,
    )
    type(other).objects.filter(pk=other.pk).update(person_id=victim.person_id)
    incidents, _, again = out_and_in()
    assert incidents[0]["narrative"] == f"She has gone to {WITHHELD_CELL} now."
    assert again()["unchanged"] == 1
    assert Incident.objects.get().narrative == "She has gone to 7 Reed Court now."


def test_what_was_withheld_stays_when_something_else_is_corrected(take_in, out_and_in, tmp_path):
    take_in([incident_row(1)])
    incidents, _, _ = out_and_in()
    incidents[0]["outcome_code"] = "18"
    report = take_in(incidents)
    assert report["changed"] == 1
    incident = Incident.objects.get()
    assert incident.outcome_code == "18"
    assert incident.people_as_sent["victim_address"] == "12 Harbour Row, Fenmoor"
    assert incident.victim.addresses.get(ended_at=None).lines == "12 Harbour Row, Fenmoor"


def test_into_an_empty_store_what_was_withheld_was_not_supplied(take_in, out_and_in):
    withheld = {name: WITHHELD_CELL for name in incident_row() if "address" in name or "postcode" in name}
    report = take_in([incident_row(1, **withheld)], [child_row(1, address_postcode=WITHHELD_CELL)])
    assert report["warnings"] == []
    assert report["accepted"] == report["children"]["accepted"] == 1
    assert not Address.objects.exists()
    assert Incident.objects.get().location_postcode == ""
    assert ChildExposure.objects.get().address_postcode == ""
    again = take_in([incident_row(1, **withheld)], [child_row(1, address_postcode=WITHHELD_CELL)])
    assert again["unchanged"] == again["children"]["unchanged"] == 1


def test_a_spreadsheet_runs_nothing_of_an_export(take_in):
    take_in([incident_row(1, narrative="=1+1", officer="@SUM(A1)", victim_phone="+44 7700 900123")])
    stream = io.StringIO(newline="")
    export_incidents(stream)
    for row in csv.reader(io.StringIO(stream.getvalue(), newline="")):
        assert not any(cell[:1] in {"=", "+", "-", "@"} for cell in row)


def test_a_long_export_is_read_in_chunks_and_leaves_nothing_out(take_in, monkeypatch):
    report = take_in(list(many_incidents(60)), list(many_children(30, 60)))
    monkeypatch.setattr(exporting, "_CHUNK", 7)
    stream, children = io.StringIO(newline=""), io.StringIO(newline="")
    exported = export_incidents(stream, children_to=children)
    assert (exported.incidents, exported.children) == (report["accepted"], report["children"]["accepted"])
    refs = [row["incident_ref"] for row in csv.DictReader(io.StringIO(stream.getvalue(), newline=""))]
    assert refs == sorted(set(refs))
    assert len(refs) == exported.incidents
