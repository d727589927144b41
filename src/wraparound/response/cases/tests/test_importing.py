"""The importer and the store: what is new, the same, changed; people, cases, children, urgent rows."""

from __future__ import annotations

import csv
import json
from datetime import date

import pytest
from openpyxl import Workbook

from wraparound.foundation.access.models import AccessLogEntry, Involvement
from wraparound.foundation.notices.models import Notice
from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import (
    Address,
    Appearance,
    ContactRule,
    EqualityAnswer,
    Relationship,
    SourceRecord,
)
from wraparound.foundation.rulesets.models import CodeList
from wraparound.kit.files import FileRefused
from wraparound.kit.models import Event
from wraparound.response.cases.importing import effects, engine, sources
from wraparound.response.cases.importing.columns import CHILD_COLUMNS, INCIDENT_COLUMNS
from wraparound.response.cases.importing.commands import import_incidents
from wraparound.response.cases.importing.content import content_of, content_of_child
from wraparound.response.cases.importing.engine import Pass
from wraparound.response.cases.importing.incident_rows import digest_of
from wraparound.response.cases.importing.store import Writing
from wraparound.response.cases.models import (
    Case,
    CaseParty,
    ChildExposure,
    ChildExposureVersion,
    ImportLine,
    ImportRun,
    Incident,
    IncidentVersion,
    UrgentRow,
)
from wraparound.response.cases.tests.factories import (
    child_row,
    incident_row,
    incidents_file,
    many_children,
    many_incidents,
)

pytestmark = pytest.mark.django_db


def numbers(report):
    return {name: report[name] for name in ("read", "accepted", "unchanged", "changed", "rejected")}


def counted(read, accepted=0, unchanged=0, changed=0, rejected=0):
    return {"read": read, "accepted": accepted, "unchanged": unchanged, "changed": changed, "rejected": rejected}


def test_a_day_comes_in_and_again_changes_nothing(take_in, police):
    rows = [incident_row(1), incident_row(2, victim_ref="V-000001", perpetrator_ref="P-000001")]
    children = [child_row(1, 1), child_row(1, 2), child_row(2, 2, exposure="saw")]
    report = take_in(rows, children)
    assert report == counted(2, accepted=2) | {
        "rejections": [],
        "warnings": [],
        "unknown_columns": [],
        "children": counted(3, accepted=3) | {"rejections": [], "warnings": [], "unknown_columns": []},
    }
    before = everything()
    again = take_in(rows, children)
    assert numbers(again) == counted(2, unchanged=2)
    assert numbers(again["children"]) == counted(3, unchanged=3)
    assert everything() == before


def everything():
    """All rows that an import of data writes, but for the run's own."""
    models = (Case, CaseParty, Incident, IncidentVersion, ChildExposure, SourceRecord, Address, ContactRule)
    more = (EqualityAnswer, Relationship, Appearance, Involvement, UrgentRow, ChildExposureVersion)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in (*models, *more)}


def test_a_pair_has_one_case_owned_by_its_force(take_in, police):
    take_in(
        [
            incident_row(1),
            incident_row(2, victim_ref="V-000001", perpetrator_ref="P-000001", reported_at="2026-02-10T10:00Z"),
            incident_row(3, victim_ref="V-000001"),
            incident_row(4, victim_ref="V-000001", perpetrator_ref=""),
            incident_row(5, victim_ref="V-000001", perpetrator_ref=""),
        ]
    )
    assert Case.objects.count() == 3
    case = Incident.objects.get(incident_ref="INC-000001").case
    assert case.incidents.count() == 2
    assert case.matter.organisation == police
    assert case.last_event_at.date() == date(2026, 2, 10)
    assert sorted(case.parties.values_list("role", flat=True)) == ["perpetrator", "victim"]
    given = Involvement.objects.get(matter=case.matter)
    assert (given.organisation, given.given_for, given.roles) == (police, "owner", "")
    unknown = Incident.objects.get(incident_ref="INC-000004").case
    assert list(unknown.parties.values_list("role", flat=True)) == ["victim"]
    assert unknown.incidents.count() == 2
    assert SourceRecord.objects.filter(external_ref="V-000001").count() == 1
    shielded = dict(Appearance.objects.filter(matter=case.matter).values_list("record__external_ref", "shielded"))
    assert shielded == {"V-000001": True, "P-000001": False}


def test_people_come_with_safety_addresses_answers_and_how_they_are_related(take_in):
    take_in(
        [
            incident_row(
                1,
                victim_phone_safe="no",
                victim_given_names="محمد",
                victim_ethnicity="declined",
                perpetrator_address="12 harbour row FENMOOR",
                perpetrator_postcode="ZZ11AA",
                relationship_ended="yes",
                separated_on="2025-12-01",
            )
        ]
    )
    victim = SourceRecord.objects.get(external_ref="V-000001")
    assert victim.given_names == "محمد"
    assert victim.dob == date(1990, 5, 17)
    assert victim.addresses.get().kind == "shared"
    assert victim.contact_rules.get().safety == "unsafe"
    answers = {a.characteristic: (a.state, a.code) for a in victim.equality_answers.all()}
    assert answers == {"ethnicity": ("declined", ""), "disability": ("known", "no")}
    relationship = Relationship.objects.get()
    assert (relationship.kind, relationship.limb, relationship.separated_on) == ("spouse", "a", date(2025, 12, 1))
    assert relationship.to_record == victim


def test_a_row_that_differs_makes_a_version_and_keeps_the_old(take_in):
    take_in([incident_row(1)], [child_row(1)])
    report = take_in(
        [incident_row(1, dara_grade="high", dash_ticks="18", victim_phone="07700 900999")],
        [child_row(1, exposure="saw")],
    )
    assert numbers(report) == counted(1, changed=1)
    assert numbers(report["children"]) == counted(1, changed=1)
    incident = Incident.objects.get()
    assert (incident.dara_grade, incident.version) == ("high", 2)
    old = IncidentVersion.objects.get()
    assert (old.version, old.values["dara_grade"], old.values["victim_phone"]) == (1, "medium", "07700 900123")
    assert ChildExposure.objects.get().exposure == "saw"
    assert ChildExposureVersion.objects.get().values["exposure"] == "heard"
    numbers_held = SourceRecord.objects.get(external_ref="V-000001").contact_rules.values_list("value", flat=True)
    assert "07700 900999" in numbers_held
    assert numbers(take_in([incident_row(1)], [child_row(1)])) == counted(1, changed=1)
    assert list(IncidentVersion.objects.order_by("version").values_list("version", flat=True)) == [1, 2]


def test_an_incident_whose_perpetrator_is_named_later_moves_to_the_case_of_the_pair(take_in):
    take_in([incident_row(1, perpetrator_ref="")], [child_row(1)])
    before = Incident.objects.get().matter_id
    take_in([incident_row(1)], [child_row(1)])
    incident = Incident.objects.get()
    assert incident.matter_id != before
    assert incident.perpetrator.external_ref == "P-000001"
    assert ChildExposure.objects.get().matter_id == incident.matter_id
    assert incident.case.parties.filter(role="child").count() == 1
    assert IncidentVersion.objects.get().matter_id == before


def test_within_a_file_the_first_stands(take_in):
    report = take_in(
        [
            incident_row(1),
            incident_row(2),
            incident_row(1),
            incident_row(1, narrative="Another story."),
            incident_row(3, relationship="friend"),
            incident_row(3),
        ],
        [child_row(1), child_row(1), child_row(1, exposure="saw"), child_row(2, 3)],
    )
    assert numbers(report) == counted(6, accepted=3, unchanged=1, rejected=2)
    assert [(line["line"], line["column"]) for line in report["rejections"]] == [
        (5, "incident_ref"),
        (6, "relationship"),
    ]
    assert "line 2" in report["rejections"][0]["reason"]
    assert Incident.objects.get(incident_ref="INC-000001").narrative.startswith("Neighbour")
    assert numbers(report["children"]) == counted(4, accepted=2, unchanged=1, rejected=1)
    assert report["children"]["rejections"][0]["column"] == "child_ref"


def test_children_find_their_incident_in_the_file_or_the_store(take_in):
    take_in([incident_row(1)])
    report = take_in(
        [incident_row(2), incident_row(3, occurred_from="tomorrow")],
        [child_row(1, 1), child_row(2, 2), child_row(3, 3), child_row(4, 4), child_row(5, 1, dob="2008-02-03")],
    )
    children = report["children"]
    assert numbers(children) == counted(5, accepted=2, rejected=3)
    assert [(line["file"], line["line"], line["column"]) for line in children["rejections"]] == [
        ("children.csv", 4, "incident_ref"),
        ("children.csv", 5, "incident_ref"),
        ("children.csv", 6, "dob"),
    ]
    assert "line 3" in children["rejections"][0]["reason"]
    assert "neither" in children["rejections"][1]["reason"]
    assert ChildExposure.objects.count() == 2


def test_a_preview_and_a_dry_run_tell_the_same_as_the_import_and_write_nothing(take_in):
    rows, children = list(many_incidents(300)), list(many_children(100, 300))
    dry = take_in(rows, children, dry_run=True)
    assert not Incident.objects.exists()
    assert not ImportRun.objects.exists()
    real = take_in(rows, children)
    assert dry == real
    assert real["read"] == real["accepted"] + real["unchanged"] + real["changed"] + real["rejected"] == 300
    assert real["rejected"] > 0
    assert numbers(take_in(rows, children, dry_run=True)) == counted(
        300, unchanged=real["accepted"] + real["unchanged"], rejected=real["rejected"]
    )


def test_urgent_rows_become_one_task_and_the_clerks_are_told(take_in, police, someone, deliver):
    clerk = someone(Role.POLICE_CLERK, police)
    rows = [incident_row(1, occurred_from="soon", flags="strangulation"), incident_row(2, victim_ref="")]
    report = take_in(rows)
    assert [line.get("urgent", False) for line in report["rejections"]] == [True, False]
    take_in(rows)
    task = UrgentRow.objects.get()
    assert (task.organisation, task.line, task.incident_ref) == (police, 2, "INC-000001")
    deliver()
    notice = Notice.objects.get(user_id=clerk.user_id)
    assert "INC" not in notice.text


def test_an_import_ends_with_an_event_for_others_and_is_logged(take_in):
    take_in([incident_row(1)])
    run = ImportRun.objects.get()
    assert Event.objects.get(name="cases.incidents_imported").payload == {"run": str(run.pk)}
    entry = AccessLogEntry.objects.get(verb="import_batch")
    assert (entry.system_task, entry.detail["rows_accepted"]) == ("import", 1)


def test_the_files_of_an_import_that_is_over_are_gone(take_in, settings):
    take_in([incident_row(1)])
    assert [path for path in settings.VAR.rglob("*") if path.is_file() and path.suffix != ".lock"] == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"incident_ref,force\n1,x\n", "occurred_from, reported_at, relationship and victim_ref are missing"),
        (b"Name;Age\nx;1\n", "isn't the header of this table"),
    ],
)
def test_a_file_that_is_no_table_of_incidents_writes_nothing(tmp_path, content, words):
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=words):
        import_incidents(path)
    good = incidents_file(tmp_path / "incidents.csv", [incident_row(1)])
    with pytest.raises(FileRefused, match=r"f\.csv"):
        import_incidents(good, path)
    assert not ImportRun.objects.exists()
    assert not Incident.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_same_file_however_it_is_written(tmp_path, encoding, delimiter, line_end):
    path = tmp_path / "incidents.csv"
    row = incident_row(1, victim_family_name="O’Zoë", narrative="First line,\nsecond; “third”")
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, INCIDENT_COLUMNS, delimiter=delimiter, lineterminator=line_end)
        writer.writeheader()
        writer.writerow(row)
    plain = incidents_file(tmp_path / "plain.csv", [row])
    assert numbers(import_incidents(path)) == counted(1, accepted=1)
    assert numbers(import_incidents(plain)) == counted(1, unchanged=1)
    assert SourceRecord.objects.get(external_ref="V-000001").family_name == "O’Zoë"


def test_excel_and_json_lines_are_the_same_rows_too(tmp_path):
    row = incident_row(1)
    book = Workbook()
    book.active.append(list(INCIDENT_COLUMNS))
    book.active.append([int(row[c]) if c == "dash_ticks" else row.get(c, "") for c in INCIDENT_COLUMNS])
    book.save(tmp_path / "incidents.xlsx")
    (tmp_path / "incidents.jsonl").write_text(
        json.dumps({**row, "dash_ticks": 11, "abuse_kinds": row["abuse_kinds"].split(";")})
    )
    assert numbers(import_incidents(tmp_path / "incidents.xlsx")) == counted(1, accepted=1)
    assert numbers(import_incidents(tmp_path / "incidents.jsonl")) == counted(1, unchanged=1)


def test_a_cell_of_forty_megabytes_costs_its_row_alone(tmp_path, take_in):
    rows = [incident_row(1), incident_row(2, narrative="x" * 40_000_000, flags="weapon"), incident_row(3)]
    report = take_in(rows)
    assert numbers(report) == counted(3, accepted=2, rejected=1)
    line = report["rejections"][0]
    assert (line["line"], line["column"], line["urgent"]) == (3, "narrative", True)
    assert "too long" in line["reason"]
    kept = ImportLine.objects.get(severity="rejected").row["values"]
    assert kept["victim_ref"] == "V-000002"
    assert len(kept["narrative"]) <= 1_000


def test_formulas_are_text(take_in):
    take_in([incident_row(1, victim_family_name="=cmd|' /C calc'!A0", offence_title="@SUM(1)", officer="+1")])
    incident = Incident.objects.get()
    assert incident.victim.family_name == "=cmd|' /C calc'!A0"
    assert incident.offence_title == "@SUM(1)"
    assert incident.extra == {"officer": "+1"}


def test_rows_of_another_force_are_kept_apart(take_in, police, area):
    other = Organisation.objects.create(
        slug="northfield", name="Northfield Police", short_name="NP", kind="police", area=area, force_code="northfield"
    )
    CodeList.objects.create(list_name="force", code="southfield", label="Southfield Police")
    take_in([incident_row(1), incident_row(1, force="northfield"), incident_row(1, force="southfield")])
    held = {i.force: (i.organisation, i.victim.external_ref) for i in Incident.objects.all()}
    assert held["northfield"] == (other, "V-000001")
    assert held[police.force_code] == (police, "V-000001")
    assert held["southfield"] == (police, "southfield:V-000001")
    assert {i.case.matter.organisation for i in Incident.objects.filter(force="northfield")} == {other}


def test_what_is_stored_is_the_row_that_came(take_in):
    rows = [
        *many_incidents(80),
        incident_row(900, dash_ticks="31", victim_dob="x", abuse_kinds="physical;odd", beat="7"),
    ]
    take_in(rows, [child_row(1, 900, sex="boy", teacher="Ms Lark")])
    for incident in Incident.objects.all():
        assert digest_of(content_of(incident)) == incident.content_hash
    exposure = ChildExposure.objects.select_related("incident", "record").get()
    assert digest_of(content_of_child(exposure)) == exposure.content_hash
    content = content_of(Incident.objects.get(incident_ref="INC-000900"))
    assert (content["dash_ticks"], content["abuse_kinds"], content["beat"]) == ("31", "physical;odd", "7")
    assert set(CHILD_COLUMNS) & set(content_of_child(exposure)) == {
        column for column, text in child_row(1, 900, sex="boy").items() if text
    }


def test_batches_of_any_size_leave_the_same(take_in, monkeypatch):
    rows, children = list(many_incidents(120)), list(many_children(40, 120))
    monkeypatch.setattr(engine, "BATCH_ROWS", 7)
    report = take_in(rows, children)
    assert ImportRun.objects.get().rows_done == 120
    monkeypatch.setattr(engine, "BATCH_ROWS", 500)
    assert numbers(take_in(rows, children)) == counted(
        120, unchanged=report["accepted"] + report["unchanged"], rejected=report["rejected"]
    )


def test_progress_is_told_batch_by_batch(take_in, monkeypatch):
    monkeypatch.setattr(engine, "BATCH_ROWS", 50)
    told = []
    take_in(list(many_incidents(120)), progress=told.append)
    assert [text.split(" rows")[0] for text in told] == ["50", "100", "120"]
    assert "rows/s" in told[0]
    assert "left" in told[0]


def test_a_batch_that_another_process_has_committed_is_not_written_again(tmp_path, police):
    path = incidents_file(tmp_path / "incidents.csv", many_incidents(60))
    facts, area = sources.facts_for(None)
    run = ImportRun.objects.create(organisation=police, state="running", started_at=facts.now)
    late = effects.Import(Writing(ImportRun.objects.get(pk=run.pk), facts, area, system("import")))
    for effect, outcome in (
        (effects.Import(Writing(run, facts, area, system("import"))), None),
        (late, effects.TakenOver),
    ):
        with sources.opened(path, None, {}) as (table, _):
            through = Pass(facts, effect, [police.pk])
            if outcome is None:
                through.incidents(table)
                before = everything()
            else:
                with pytest.raises(outcome):
                    through.incidents(table)
    assert everything() == before
    assert ImportRun.objects.get().rows_done == 60


@pytest.mark.django_db(transaction=True)
def test_the_command_line_tells_its_rejections_whoever_asks(tmp_path):
    from wraparound.foundation.access.wall import acting_as
    from wraparound.response.cases.importing.commands import import_incidents

    path = tmp_path / "incidents.csv"
    path.write_text(
        "incident_ref,force,occurred_from,reported_at,relationship,victim_ref\n"
        "R1,fenmoor-invented,2026-01-02T10:00,2026-01-02T11:00,friend,V1\n"
    )
    with acting_as(None):  # as on the command line, where nobody acts
        report = import_incidents(path)
    assert report["rejected"] == 1
    assert [line["column"] for line in report["rejections"]] == ["relationship"]
