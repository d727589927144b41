"""Bad input, everywhere: a clear error or a safe outcome, and nothing lost.

Generated over every address and every form. What a file may hold is tried row by row beside the importer
(`cases/tests/test_import_rows.py`), how it is written beside the reader (`kit/files/tests`); two processes at one import
in `cases/tests/test_import_killed.py`. Here bad files come in by the page, and bad values by every field there is.
"""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from markupsafe import escape

from tests import making
from tests.addresses import body_of, every_address, signed_in, undone
from tests.all_posts import SENDS
from tests.cast import person
from tests.snapshots import effect, snapshot
from tests.wall_table import ROLES, ROWS
from tests.world import World
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.models import Membership
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.partners.services import end_membership
from wraparound.foundation.people.models import SourceRecord
from wraparound.response.cases.importing import runs
from wraparound.response.cases.importing.commands import export_incidents
from wraparound.response.cases.models import Case, ImportRun, Incident

pytestmark = pytest.mark.django_db
ADDRESSES = every_address()
BEHIND_THE_DOOR = [name for name in sorted(ROWS) if name in ADDRESSES and ROWS[name].door == ROLES]
PAGES = [name for name in BEHIND_THE_DOOR if ROWS[name].gets]
TAKING = [name for name in BEHIND_THE_DOOR if ROWS[name].posts]

NASTY = (
    "\x00",
    "a" * 100_000,
    "31",
    "99999999999999999999999",
    "-1",
    "not-a-code",
    "'; DROP TABLE cases_case; --",
    "<script>alert(1)</script>{{7*7}}",
    "\u202e\u200d\ufeff𠮷",
    "0001-01-01",
    "9999-12-31T23:59:59+14:00",
)


def _thing(world: World, name: str, role: Role) -> dict[str, object]:
    return {parameter: world.thing(kind, role) for parameter, kind in ROWS[name].takes.items()}


def _role_of(name: str, method: str) -> Role:
    return sorted(ROWS[name].openers(method))[0]


NASTIEST = NASTY[1:4]


# --- every field, every query, every part of an address -----------------------------------------------------


def bad_forms(data: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The form with each of its fields gone wrong in each way, with all of them, and with a field that isn't its."""
    for value in NASTY:
        yield f"all={value[:20]!r}", dict.fromkeys(data, value)
    for place, key in enumerate(data):
        for value in (NASTY[0], NASTIEST[place % len(NASTIEST)]):
            yield f"{key}={value[:20]!r}", {**data, key: value}
    yield "several", {key: [value, "x"] for key, value in data.items()}
    yield "a file for a word", {key: SimpleUploadedFile("x.txt", b"\x00\xff") for key in data}
    yield "a stranger's field", {**data, "is_superuser": "1", "by": "1", "organisation_id": "1", "matter": "1"}


@pytest.mark.parametrize("name", TAKING)
def test_no_field_of_any_form_breaks_the_site(name, world, browsers):
    """Each is taken, refused with a sentence, or answered as if nothing were there; what was typed isn't run."""
    role = _role_of(name, "POST")
    actor, thing = world.insider(role), _thing(world, name, role)
    client, path = browsers.of(actor), ADDRESSES[name].filled(thing)
    client.raise_request_exception = False
    data = SENDS[name].data(world, actor, thing)
    wrong = []
    for what, form in bad_forms(data):
        response = _send(client, path, form)
        if response.status_code >= 500:
            wrong.append(f"{what}: {response.status_code}")
        if b"<script>alert(1)" in body_of(response):
            wrong.append(f"{what}: it would run")
    client.raise_request_exception = True
    assert not wrong, f"{name}:\n" + "\n".join(wrong)


def _send(client: Client, path: str, form: Mapping[str, Any]) -> HttpResponse:
    """Send, and take it back; files are rewound, since each is sent many times."""
    for value in form.values():
        if hasattr(value, "seek"):
            value.seek(0)
    with undone():
        return client.post(path, dict(form))


@pytest.mark.parametrize("name", PAGES)
def test_no_query_and_no_part_of_an_address_breaks_the_site(name, world, browsers):
    role = _role_of(name, "GET")
    client, thing = browsers.of(world.insider(role)), _thing(world, name, role)
    client.raise_request_exception = False
    path = ADDRESSES[name].filled(thing)
    names = set(re.findall(r'<(?:input|select)[^>]* name="(\w+)"', body_of(client.get(path)).decode(errors="replace")))
    own = sorted(names)
    names |= {"after", "before", "page", "q", "state", "agency", "organisation", "due", "risk", "sort", "from", "until"}
    short = [value for value in NASTY if len(value) < 5_000]
    tried = [(path, dict.fromkeys(names, value)) for value in short]
    tried += [(path, {key: short[number % len(short)]}) for number, key in enumerate(own)]
    tried += [(other, {}) for other in _wrong_addresses(name, thing)]
    broken = []
    for where, query in tried:
        with undone():
            status = client.get(where, query).status_code
        if status >= 500:
            broken.append(f"{where[:80]} {query}: {status}")
    client.raise_request_exception = True
    assert not broken, "\n".join(broken)


def _wrong_addresses(name: str, thing: Mapping[str, object]) -> Iterator[str]:
    """The path with each of its words (ids have their own shape, and the wall its own tests) gone wrong."""
    for parameter, converter in ADDRESSES[name].takes.items():
        if converter in ("str", "slug"):
            for value in ("nothing", "..", "%00", "a" * 300, "1", "'"):
                if converter == "str" or value.isalnum():
                    yield ADDRESSES[name].filled({**thing, parameter: value})


# --- two people, one thing ----------------------------------------------------------------------------------

# Two versions of these are put together field by field, and only what both changed is asked about: tried beside them.
FIELD_BY_FIELD = {"marac:refer-row", "marac:refer-save", "marac:refer-step", "risk:autosave", "risk:form"}
VERSIONED = [name for name in TAKING if name not in FIELD_BY_FIELD]


@pytest.mark.parametrize("name", VERSIONED)
def test_what_someone_else_changed_meanwhile_is_never_overwritten(name, world, browsers):
    """A form from before the change is answered with both versions, or a sentence, and writes nothing."""
    with undone():
        actor, thing = SENDS[name].arrange(world)
        data = SENDS[name].data(world, actor, thing)
        if "version" not in data:
            assert name not in CHANGED_BY_SEVERAL, "it has lost its version"
            return
        stale = {**data, "version": str(max(int(data["version"]) - 1, 0))}
        client = signed_in(actor)
        before = snapshot()
        response = client.post(ADDRESSES[name].filled(thing), stale)
        changed = effect(before, snapshot())
    changed.pop("sessions.Session", None)
    changed.pop("access.AccessLogEntry", None)  # a refusal may be logged
    assert response.status_code in (200, 409, 422), f"{response.status_code}"
    assert not changed, changed


# Whatever several people may have open at once: it must carry the version that it was read at.
CHANGED_BY_SEVERAL = {
    "commitments:accept", "commitments:assign", "commitments:confirm", "commitments:decline", "commitments:do",
    "commitments:not-done", "commitments:not-possible", "commitments:refuse", "marac:list", "marac:refer-check",
    "marac:screen", "marac:session-summary", "marac:take-off", "marac:telling-end", "risk:check",
    "risk:judgement", "risk:abandon", "risk:take-over",
}  # fmt: skip


# --- a link to another agency's record ----------------------------------------------------------------------


@pytest.mark.parametrize("name", TAKING)
def test_a_form_cannot_name_what_its_sender_must_not_know(name, world, browsers):
    """Ids within a form are held to the wall as those of the address are: another family's change nothing."""
    role = _role_of(name, "POST")
    actor, thing = world.insider(role), _thing(world, name, role)
    data = SENDS[name].data(world, actor, thing)
    named = [key for key, value in data.items() if isinstance(value, str) and _is_id(value)]
    path, wrong = ADDRESSES[name].filled(thing), []
    before = snapshot() if named else {}
    for key in named:
        for what, other in _not_theirs(world, data[key]):
            with undone():
                status = browsers.of(actor).post(path, {**data, key: other}).status_code
                changed = effect(before, snapshot())
            for quiet in ("sessions.Session", "access.AccessLogEntry"):
                changed.pop(quiet, None)
            if status >= 500 or (changed and (name, key) not in ANY_OF_THEM):
                wrong.append(f"{key}: {what}: {status} changed {sorted(changed)}")
    assert not wrong, f"{name}:\n" + "\n".join(wrong)


# Fields in which every organisation may be named: what is told or proposed goes to it on purpose.
ANY_OF_THEM = {
    ("cases:disclosure-new", "to_organisation"),
    ("commitments:new", "agency"),
    ("marac:session-commit", "commit-organisation"),
}


def _is_id(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True


def _not_theirs(world: World, real: str) -> Iterator[tuple[str, str]]:
    """Ids of the same shape that the sender must not reach, and one that names nothing."""
    outsider = world.cast.outsiders[Role.IDVA]
    yield "nothing", str(uuid.uuid4())
    yield "an outsider's account", str(outsider.user_id)
    yield "an outsider's membership", str(outsider.membership_id)
    for kind in ("membership", "third referral", "other item", "proposal"):
        if str(world.things[kind]) != real:
            yield kind, str(world.things[kind])


# --- a membership that ends in mid-session ------------------------------------------------------------------


def test_a_membership_that_ends_closes_every_address_at_once(world):
    """In the browser that was open; and nothing that was sent afterwards is taken."""
    roles = {name: _role_of(name, "GET" if ROWS[name].gets else "POST") for name in BEHIND_THE_DOOR}
    with undone():
        clients = {role: signed_in(world.insider(role)) for role in set(roles.values())}
        for client in clients.values():
            assert client.get("/").status_code == 200
        for role in clients:
            membership = Membership.objects.get(pk=world.insider(role).membership_id)
            end_membership(membership=membership, because="Left", by=system("test"))
        wrong = []
        for name, role in roles.items():
            path = ADDRESSES[name].filled(_thing(world, name, role))
            for method in ROWS[name].methods.split():
                before = snapshot() if method == "POST" else {}
                answer = clients[role].get(path) if method == "GET" else clients[role].post(path, {})
                if answer.status_code not in (302, 403) or (method == "POST" and effect(before, snapshot())):
                    wrong.append(f"{role} {method} {path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


# --- files, by the clerk's page -----------------------------------------------------------------------------


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
