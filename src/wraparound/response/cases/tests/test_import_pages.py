"""The pages of an import, as the police clerk walks through them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.kit.registry import today_sections
from wraparound.response.cases.importing import runs, sources
from wraparound.response.cases.models import ImportLine, ImportRun, Incident, UrgentRow
from wraparound.response.cases.tests.factories import child_row, children_file, incident_row, incidents_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(someone, police):
    return someone(Role.POLICE_CLERK, police)


@pytest.fixture
def browser(clerk, client_for):
    return client_for(clerk)


@pytest.fixture
def other_clerk(someone, area):
    other = Organisation.objects.create(
        slug="northfield", name="Northfield Police", short_name="NP", kind="police", area=area, force_code="northfield"
    )
    return someone(Role.POLICE_CLERK, other)


@pytest.fixture
def send(browser, tmp_path):
    """Upload rows as the clerk does; gives the run. Within a test's own transaction a worker is asked, so it works here."""

    def run(rows, children=None, name="incidents.csv"):
        files = {"incidents": SimpleUploadedFile(name, incidents_file(tmp_path / "i.csv", rows).read_bytes())}
        if children is not None:
            content = children_file(tmp_path / "c.csv", children).read_bytes()
            files["children"] = SimpleUploadedFile("kids.csv", content)
        response = browser.post("/cases/imports/new", files)
        assert response.status_code == 302
        found = ImportRun.objects.get(pk=response["Location"].rsplit("/", 1)[-1])
        runs.work_on(found.pk)
        found.refresh_from_db()
        return found

    return run


def confirm(browser, run):
    response = browser.post(f"/cases/imports/{run.pk}/confirm")
    assert response.status_code == 302
    runs.work_on(run.pk)
    run.refresh_from_db()


BAD = [
    incident_row(1),
    incident_row(2, relationship="boyfriend"),
    incident_row(3, victim_given_names="=Zoë", occurred_from="soon", flags="weapon", officer="7"),
    incident_row(4, victim_postcode="nowhere"),
]


def test_upload_check_confirm_report_and_again(browser, send):
    run = send(BAD, [child_row(1), child_row(2, 2)])
    page = browser.get(f"/cases/imports/{run.pk}").text
    assert "Checked, to be confirmed" in page
    assert "Nothing is imported yet" in page
    assert not Incident.objects.exists()
    for words in ("Confirm and import", "boyfriend"):
        assert (words in page) == (words != "boyfriend")
    assert "text of 9 characters" in page
    assert "Not a code of the list relationship" in page
    assert "officer" in page
    confirm(browser, run)
    page = browser.get(f"/cases/imports/{run.pk}").text
    assert "This report stays" in page
    assert Incident.objects.count() == 2
    assert run.state == "done"
    assert run.report["incidents"] == {"read": 4, "accepted": 2, "unchanged": 0, "changed": 0, "rejected": 2}
    assert "Not a full postcode" in page
    again = send(BAD, [child_row(1), child_row(2, 2)])
    assert again.pk != run.pk
    assert again.preview["incidents"]["unchanged"] == 2
    listed = browser.get("/cases/imports").text
    assert "kids.csv" in listed
    assert "Imported" in listed


def test_the_rejected_rows_come_back_as_they_were_and_can_be_corrected(browser, send, tmp_path):
    run = send(BAD)
    response = browser.get(f"/cases/imports/{run.pk}/incidents-rejected.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["incident_ref"] for row in rows] == ["INC-000002", "INC-000003"]
    assert rows[1]["victim_given_names"] == "'=Zoë"
    assert rows[1]["officer"] == "7"
    assert "incidents-rejected.csv" in response["Content-Disposition"]
    rows[0]["relationship"] = "spouse"
    rows[1]["occurred_from"] = "2026-02-03T21:15Z"
    second = send(rows, name="corrected.csv")
    assert second.preview["incidents"] == {"read": 2, "accepted": 2, "unchanged": 0, "changed": 0, "rejected": 0}
    confirm(browser, second)
    assert Incident.objects.get(incident_ref="INC-000003").victim.given_names == "=Zoë"


def test_the_same_files_sent_twice_lead_to_one_import(browser, send):
    first, second = send([incident_row(1)]), send([incident_row(1)])
    assert first.pk == second.pk
    for _ in range(2):
        assert browser.post(f"/cases/imports/{first.pk}/confirm").status_code == 302
    runs.work_on(first.pk)
    assert browser.post(f"/cases/imports/{first.pk}/confirm").status_code == 302
    assert Incident.objects.count() == 1
    assert ImportRun.objects.count() == 1


def test_a_long_file_is_given_to_a_worker_and_its_progress_shown(browser, send, monkeypatch):
    run = send([incident_row(n) for n in range(1, 40)])
    browser.post(f"/cases/imports/{run.pk}/confirm")
    ImportRun.objects.filter(pk=run.pk).update(rows_done=10)
    page = browser.get(f"/cases/imports/{run.pk}").text
    assert "rows a second" in page
    assert 'http-equiv="refresh"' in page
    bar = browser.get(f"/cases/imports/{run.pk}/progress")
    assert "10 of 39" in bar.text
    assert "HX-Refresh" not in bar
    ImportRun.objects.filter(pk=run.pk).update(rows_done=0)
    runs.work_on(run.pk)
    assert browser.get(f"/cases/imports/{run.pk}/progress")["HX-Refresh"] == "true"


def test_a_file_that_cannot_be_read_says_why(browser, send, tmp_path):
    (tmp_path / "x.csv").write_text("Name;Age\n")
    response = browser.post("/cases/imports/new", {"incidents": SimpleUploadedFile("x.csv", b"Name;Age\nA;1\n")})
    run = ImportRun.objects.get(pk=response["Location"].rsplit("/", 1)[-1])
    runs.work_on(run.pk)
    page = browser.get(response["Location"]).text
    assert "isn&#39;t the header of this table" in page
    assert "Send another file" in page
    assert not sources.folder_of(run.pk).exists()
    assert browser.post(f"/cases/imports/{run.pk}/confirm").status_code == 409


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "Choose the file with the incidents"),
        ({"incidents": SimpleUploadedFile("a.pdf", b"%PDF")}, "must be one of"),
    ],
)
def test_the_form_says_what_is_missing(browser, files, words):
    page = browser.post("/cases/imports/new", files).text
    assert words in page
    assert "There is a problem" in page
    assert not ImportRun.objects.exists()


def test_a_cancelled_import_is_gone_with_its_file(browser, send):
    run = send(BAD)
    assert browser.post(f"/cases/imports/{run.pk}/cancel").status_code == 302
    assert not sources.folder_of(run.pk).exists()
    assert not ImportLine.objects.exists()
    assert "Cancelled" in browser.get(f"/cases/imports/{run.pk}").text
    assert browser.post(f"/cases/imports/{run.pk}/confirm").status_code == 409
    assert browser.post(f"/cases/imports/{run.pk}/cancel").status_code == 302


def test_urgent_rows_are_a_task_until_they_are_dealt_with(browser, clerk, send, deliver):
    run = send(BAD)
    assert not UrgentRow.objects.exists()
    confirm(browser, run)
    urgent = UrgentRow.objects.get()
    assert (urgent.clerk_id, urgent.line) == (clerk.user_id, 4)
    rows = [row for section in today_sections for row in section(clerk)]
    assert [(row.title, row.count) for row in rows if row.title == "Rejected rows that can't wait"] == [
        ("Rejected rows that can't wait", 1)
    ]
    assert "INC-000003" in browser.get("/cases/urgent").text
    page = browser.get(f"/cases/urgent/{urgent.pk}").text
    assert "weapon" in page
    assert "=Zoë" in page
    assert "Say what you did" in browser.post(f"/cases/urgent/{urgent.pk}", {"how": " "}).text
    assert browser.post(f"/cases/urgent/{urgent.pk}", {"how": "Corrected and sent."}).status_code == 302
    assert "Nothing waits" in browser.get("/cases/urgent").text
    assert "Corrected and sent." in browser.get(f"/cases/urgent/{urgent.pk}").text
    deliver()


def test_imports_are_the_clerks_of_their_force_alone(send, browser, someone, client_for, other_clerk, police):
    run = send(BAD)
    confirm(browser, run)
    urgent = UrgentRow.objects.get()
    paths = [
        f"/cases/imports/{run.pk}",
        f"/cases/imports/{run.pk}/progress",
        f"/cases/imports/{run.pk}/lines/rejected",
        f"/cases/imports/{run.pk}/incidents-rejected.csv",
        f"/cases/urgent/{urgent.pk}",
    ]
    stranger, officer = client_for(other_clerk), client_for(someone(Role.PRACTITIONER, police))
    for path in paths:
        assert browser.get(path).status_code == 200
        assert stranger.get(path).status_code == 404
        assert officer.get(path).status_code == 403
    for path in ("confirm", "cancel"):
        assert stranger.post(f"/cases/imports/{run.pk}/{path}").status_code == 404
    assert "incidents.csv" not in stranger.get("/cases/imports").text
    assert "INC-000003" not in stranger.get("/cases/urgent").text
    assert browser.get(f"/cases/imports/{run.pk}/lines/other").status_code == 404
    assert browser.get(f"/cases/imports/{run.pk}/other-rejected.csv").status_code == 404


def test_a_clerk_cannot_write_into_another_forces_cases(send, browser, other_clerk):
    run = send([incident_row(1, force="northfield"), incident_row(2)])
    assert run.preview["incidents"]["rejected"] == 1
    confirm(browser, run)
    assert list(Incident.objects.values_list("incident_ref", flat=True)) == ["INC-000002"]


def test_today_tells_the_clerk_what_waits(clerk, send, browser, someone, police):
    run = send(BAD)
    assert "Imports to confirm" in browser.get("/").text
    confirm(browser, run)
    page = browser.get("/").text
    assert "Imports to confirm" not in page
    assert "Last import" in page
    assert "can&#39;t wait" in page
    officer = someone(Role.PRACTITIONER, police)
    assert not [row for section in today_sections for row in section(officer) if "mport" in row.title]


def test_what_a_dead_worker_left_is_taken_up_once(send, browser):
    run = send([incident_row(1)])
    browser.post(f"/cases/imports/{run.pk}/confirm")
    now = timezone.now()
    assert runs.take_up(now) == 0
    queued = DBTaskResult.objects.count()
    later = now + timedelta(minutes=5)
    assert runs.take_up(later) == 1
    assert DBTaskResult.objects.count() == queued + 1
    assert runs.take_up(later) == 0
    runs.work_on(run.pk)
    assert Incident.objects.count() == 1
    assert runs.take_up(later + timedelta(hours=1)) == 0


def test_what_nobody_confirms_for_a_fortnight_is_dropped(send):
    run = send(BAD)
    folder = sources.folder_of(run.pk)
    assert runs.tidy_up(timezone.now() + timedelta(days=13)) == 0
    assert folder.exists()
    assert runs.tidy_up(timezone.now() + timedelta(days=15)) >= 1
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert not sources.folder_of(run.pk).exists()


def test_long_lists_of_lines_are_paged(send, browser):
    run = send([incident_row(n, victim_ref="") for n in range(1, 131)])
    page = browser.get(f"/cases/imports/{run.pk}").text
    assert "All rejected rows" in page
    first = browser.get(f"/cases/imports/{run.pk}/lines/rejected").text
    assert "Next" in first
    assert first.count("victim_ref") == 100


def test_files_that_a_dead_process_left_are_removed_after_a_day(settings):
    folder = settings.VAR / "imports" / "b7a2b6de-0000-4000-8000-000000000000"
    folder.mkdir(parents=True)
    (folder / "incidents").write_text("x")
    assert runs.tidy_up(timezone.now()) == 0
    assert runs.tidy_up(timezone.now() + timedelta(days=2)) == 1
    assert not folder.exists()
