"""Bad files, by the clerk's page: a clear error or a safe outcome, and nothing lost.

What a file may hold is tried row by row beside the importer (`cases/tests/test_import_rows.py`), how it is written beside
the reader (`kit/files/tests`); two processes at one import in `cases/tests/test_import_killed.py`.
"""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from markupsafe import escape

from tests import making
from tests.addresses import body_of, signed_in, undone
from tests.cast import person
from tests.world import World
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import SourceRecord
from wraparound.response.cases.importing import runs
from wraparound.response.cases.importing.commands import export_incidents
from wraparound.response.cases.models import Case, ImportRun, Incident

pytestmark = pytest.mark.django_db


def family(number: int, **values: str) -> dict[str, str]:
    """A row about people of whom nothing was known."""
    return {
        **making.incident(f"BAD-INPUT-{number}", flags="", dara_grade="standard", dash_ticks="4"),
        "victim_ref": f"VB-{number}",
        "perpetrator_ref": f"PB-{number}",
        "victim_address": "",
        "victim_postcode": "",
        "location_postcode": "",
        "narrative": "He was shouting.",
        **values,
    }


def sent(world: World, content: bytes, name: str = "incidents.csv") -> ImportRun:
    """The clerk uploads a file by the page, it is checked, and confirmed where it can be."""
    clerk = world.insider(Role.POLICE_CLERK)
    client = signed_in(clerk)
    answer = client.post("/cases/imports/new", {"incidents": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.text[:3000]
    path = answer["Location"]
    run = ImportRun.objects.get(pk=path.rstrip("/").rsplit("/", 1)[-1])
    runs.work_on(run.pk)
    assert client.get(path).status_code == 200
    confirmed = client.post(f"{path}/confirm", {})
    runs.work_on(run.pk)
    run.refresh_from_db()
    assert confirmed.status_code in (302, 409)
    return run


def text_of(world: World, rows: list[dict[str, str]], delimiter: str = ",", line_end: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), delimiter=delimiter, lineterminator=line_end)
    writer.writeheader()
    writer.writerows({**row, "force": world.cast.police.force_code} for row in rows)
    return out.getvalue()


NAMES = {
    "Arabic": ("فاطمة الزهراء", "العلي"),
    "Chinese": ("小明", "王"),
    "apostrophe": ("Siobhán", "O'Rourke"),
    "curly apostrophe": ("D’Arcy", "O’Hara"),
    "diacritics": ("Łucja", "Dvořáková-Ngũgĩ"),
    "Punjabi": ("ਗੁਰਪ੍ਰੀਤ", "ਸਿੰਘ"),
    "markup": ("<b>Eve</b>", "{{ 7*7 }} & Sons"),
    "formula": ("=Anna", "@Okafor"),
    "sql": ("Robert'); --", 'Tables"'),
    "very long": ("Anna " * 18, "Wolfeschlegelsteinhausenbergerdorff" * 2),
}


@pytest.mark.parametrize("kind", sorted(NAMES))
def test_a_name_stays_itself_by_file_page_search_export_and_file_again(kind, world):
    given, surname = NAMES[kind]
    with undone():
        row = family(1, victim_given_names=given, victim_family_name=surname)
        run = sent(world, text_of(world, [row]).encode())
        assert run.report["incidents"]["accepted"] == 1, run.report
        record = SourceRecord.objects.get(external_ref="VB-1")
        assert (record.given_names, record.family_name) == (given.strip(), surname)
        _is_on_pages(world, record, given.strip(), surname)
        out = io.StringIO(newline="")
        export_incidents(out)
        exported = next(r for r in csv.DictReader(io.StringIO(out.getvalue())) if r["incident_ref"] == "BAD-INPUT-1")
        for cell in exported.values():
            assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r"}, "a spreadsheet would run it"
        again = sent(world, out.getvalue().encode())
        counts = again.report["incidents"]
        assert (counts["accepted"], counts["changed"], counts["rejected"]) == (0, 0, 0)


def _is_on_pages(world: World, record: SourceRecord, given: str, surname: str) -> None:
    """On the person's and the case's page, as text; and it is what a search for it finds."""
    officer = signed_in(world.insider(Role.PRACTITIONER))
    case = Case.objects.get(parties__record=record)
    shown = " ".join(str(escape(f"{given} {surname}")).split())
    for path in (f"/people/{record.person_id}/", f"/cases/{case.pk}", "/cases/"):
        assert shown in " ".join(officer.get(path).text.split()), path
    found = officer.get("/search", {"q": surname})
    assert f"/people/{record.person_id}" in found.text, f"{surname} is not found by its own name"


WRITTEN = [
    pytest.param(encoding, delimiter, line_end, id=f"{encoding} {delimiter!r} {line_end!r}")
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
    for delimiter, line_end in ((",", "\r\n"), (";", "\n"), ("\t", "\r\n"), ("|", "\n"))
]


@pytest.mark.parametrize(("encoding", "delimiter", "line_end"), WRITTEN)
def test_a_file_comes_in_whole_however_it_is_written(encoding, delimiter, line_end, world):
    with undone():
        rows = [
            family(n, victim_given_names="Chloé", victim_family_name="O’Hara", narrative=f"“{n}”,\n; –") for n in (1, 2)
        ]
        run = sent(world, text_of(world, rows, delimiter, line_end).encode(encoding))
        counts = run.report["incidents"]
        assert (counts["read"], counts["accepted"], counts["rejected"]) == (2, 2, 0), run.report
        kept = Incident.objects.select_related("victim").get(incident_ref="BAD-INPUT-2")
        assert kept.narrative == "“2”,\n; –"
        assert (kept.victim.given_names, kept.victim.family_name) == ("Chloé", "O’Hara")


NO_TABLES = {
    "empty": b"",
    "a blank line": b"\r\n",
    "another table": b"name,age\r\nAnna,3\r\n",
    "a delimiter of its own": b"incident_ref~force~occurred_from\r\n1~2~3\r\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
    "a broken workbook": b"PK\x03\x04" + b"\x00" * 200,
    "a page": b"<!DOCTYPE html><html><body>Sign in</body></html>",
    "nothing but NUL": b"\x00" * 5_000,
}


@pytest.mark.parametrize("kind", sorted(NO_TABLES))
def test_what_is_no_table_is_refused_with_a_sentence(kind, world):
    with undone():
        clerk = signed_in(world.insider(Role.POLICE_CLERK))
        before = Incident.objects.count()
        name = "day.xlsx" if "workbook" in kind else "incidents.csv"
        answer = clerk.post("/cases/imports/new", {"incidents": SimpleUploadedFile(name, NO_TABLES[kind])})
        if answer.status_code == 302:
            run = ImportRun.objects.latest("created_at")
            runs.work_on(run.pk)
            run.refresh_from_db()
            assert (run.state, bool(run.error)) == ("refused", True)
            assert run.error[:40] in clerk.get(answer["Location"]).text.replace("&#39;", "'")
        else:
            assert answer.status_code in (200, 422)
            assert "govuk-error-summary" in answer.text
        assert Incident.objects.count() == before


def test_a_cell_of_forty_megabytes_costs_its_row_and_nothing_else(world):
    with undone():
        rows = [family(1), family(2, narrative="x" * 40_000_000), family(3)]
        run = sent(world, text_of(world, rows).encode())
        counts = run.report["incidents"]
        assert (counts["read"], counts["accepted"], counts["rejected"]) == (3, 2, 1)
        clerk = signed_in(world.insider(Role.POLICE_CLERK))
        lines = clerk.get(f"/cases/imports/{run.pk}/lines/rejected")
        assert lines.status_code == 200
        assert len(lines.content) < 1_000_000, "the page repeats the cell"


def test_formulas_come_back_to_the_clerk_as_text(world):
    """The rejected rows go back into the same spreadsheet that would run them."""
    with undone():
        row = family(
            1, relationship="boyfriend", victim_family_name="=HYPERLINK(1)", narrative="@SUM(A1)", crime_ref="+1"
        )
        run = sent(world, text_of(world, [row, family(2)]).encode())
        assert run.report["incidents"]["rejected"] == 1
        clerk = signed_in(world.insider(Role.POLICE_CLERK))
        file = body_of(clerk.get(f"/cases/imports/{run.pk}/incidents-rejected.csv")).decode("utf-8-sig")
        cells = [cell for line in csv.reader(io.StringIO(file)) for cell in line]
        assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]
        assert "'=HYPERLINK(1)" in cells
        mended = file.replace("boyfriend", "intimate_partner")
        again = sent(world, mended.encode("utf-8-sig"))
        assert again.report["incidents"]["accepted"] == 1
        assert SourceRecord.objects.get(external_ref="VB-1").family_name == "=HYPERLINK(1)"


def test_two_clerks_who_send_the_same_day_have_one_effect(world):
    """Both were checked before either was confirmed: what one imports, the other finds unchanged."""
    with undone():
        content = text_of(world, [family(1), family(2)]).encode()
        clerks = [world.insider(Role.POLICE_CLERK), person(Role.POLICE_CLERK, world.cast.police, "Second Clerk")]
        both = [_checked(clerk, content) for clerk in clerks]
        for run, clerk in zip(both, clerks, strict=True):
            assert signed_in(clerk).post(f"/cases/imports/{run.pk}/confirm").status_code == 302
            runs.work_on(run.pk)
            run.refresh_from_db()
        counts = [run.report["incidents"] for run in both]
        assert [one["accepted"] for one in counts] == [2, 0]
        assert [one["unchanged"] for one in counts] == [0, 2]
        assert Incident.objects.filter(incident_ref__startswith="BAD-INPUT").count() == 2


def _checked(clerk: Actor, content: bytes) -> ImportRun:
    with acting_as(clerk):
        run = runs.upload(by=clerk, name="incidents.csv", chunks=[content])
    runs.work_on(run.pk)
    return run
