"""One confidential address, written wherever someone could write it, is looked for in everything that leaves.

It stands in source records, a narrative, what a child said, notes, risk answers, shared information, commitments and
their evidence, a referral, a disclosure. Nobody may find it but the one user who is named to read it, on that page.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.core import mail
from django.utils import timezone

from tests import making
from tests.addresses import body_of, every_address, undone
from tests.all_posts import SENDS
from tests.making import SECRET_LINE, SECRET_MARKS, SECRET_POSTCODE, SECRET_STREET
from tests.wall_table import ROLES, ROWS
from tests.world import World
from wraparound.foundation.access.models import AccessLogEntry
from wraparound.foundation.notices.models import Notice, OutgoingEmail
from wraparound.foundation.notices.services import send_emails
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.models import Event
from wraparound.response.cases.importing.commands import export_incidents, import_incidents

pytestmark = pytest.mark.django_db
ADDRESSES = every_address()
PAGES = [name for name in sorted(ROWS.keys() & ADDRESSES.keys()) if ROWS[name].gets]

# What someone typed is shown to nobody but themselves, so that they can go on writing it.
OWN_WORDS = {
    "marac:refer-step": "a referral that isn't sent yet is its author's alone: the words are their own",
    "marac:refer-row": "the same",
    "marac:refer-check": "the same: they are read once more before they are sent",
    "cases:import-rejected": "the rejected rows go back to the clerk who sent them, to be corrected and sent again",
}


def finds(content: bytes | str) -> list[str]:
    """Which marks of the secret stand in `content`."""
    raw = content if isinstance(content, bytes) else content.encode()
    return [mark.decode() for mark in SECRET_MARKS if mark in raw.lower()]


def readers(world: World, name: str) -> list[tuple[str, Actor]]:
    """Everyone but the named reader; of a page about one thing, those for whom it opens (the wall has its own tests)."""
    everyone = [(who, actor) for who, actor in world.cast.everyone() if who != "named reader"]
    if not ROWS[name].takes:
        return everyone
    kept_out = {actor for group in (world.cast.outsiders, world.cast.excluded) for actor in group.values()}
    see_more = ROWS[name].others_see | ROWS[name].excluded_see
    return [(who, actor) for who, actor in everyone if actor not in kept_out or actor.role in see_more]


def writes(world: World, name: str, actor: Actor) -> bool:
    """Whether what stands on the page is what the actor, or a clerk of the same force, has typed."""
    colleagues = [world.cast.insiders[Role.POLICE_CLERK], world.cast.excluded[Role.POLICE_CLERK]]
    return actor in colleagues if name == "cases:import-rejected" else actor is world.cast.insiders.get(actor.role)


def pages(world: World, name: str, role: Role | None) -> Iterator[str]:
    """Every address of a name that the world has a thing for: the role's own, and each of the same kind."""
    address, row = ADDRESSES[name], ROWS[name]
    for kinds in _all_things_of(world, dict(row.takes)):
        values = {parameter: world.thing(kind, role) for parameter, kind in kinds.items()}
        yield address.filled(values)


def _all_things_of(world: World, takes: dict[str, str]) -> Iterator[dict[str, str]]:
    yield takes
    if len(takes) == 1:
        [(parameter, kind)] = takes.items()
        family = kind.rsplit(" ", 1)[-1]
        for other in world.things:
            if other != kind and other.rsplit(" ", 1)[-1] == family and " " in other:
                yield {parameter: other}


@pytest.fixture(autouse=True)
def _lines(caplog):
    caplog.set_level(logging.DEBUG)


def test_the_secret_is_planted_where_it_could_leave_from(world):
    """Or the rest of this module would look for what isn't there."""
    from django.apps import apps

    places = set()
    for model in apps.get_models():
        if model.__module__.startswith("wraparound."):
            for values in model.objects.values():
                places |= {f"{model._meta.label}.{name}" for name, value in values.items() if finds(str(value))}
    wanted = {
        "access.EmergencyLook.reason",
        "people.Address.lines",
        "people.Address.postcode",
        "people.ContactRule.note",
        "people.ContactRule.value",
        "cases.Incident.narrative",
        "cases.Incident.location_postcode",
        "cases.ChildExposure.voice",
        "cases.ChildExposure.address_postcode",
        "cases.CaseNote.text",
        "cases.Disclosure.what",
        "cases.Disclosure.why",
        "cases.ImportLine.row",
        "commitments.Commitment.what",
        "commitments.Commitment.reason",
        "commitments.Commitment.evidence_what",
        "commitments.Commitment.evidence_who",
        "meetings.SharedInformation.text",
        "meetings.AgendaItem.risk_summary",
        "marac.Referral.reason_narrative",
        "marac.Referral.judgement_reason",
        "marac.Referral.afraid_of",
        "marac.Referral.what_she_wants",
        "marac.Referral.gp",
        "marac.Referral.answers_as_given",
        "marac.Screening.reason",
        "marac.SurvivorContact.note",
        "risk.Assessment.answers",
        "risk.Assessment.judgement_reason",
        "risk.Assessment.missed",
        "risk.Assessment.children_safeguarding_why",
    }
    assert wanted - places == set()


@pytest.mark.parametrize("name", PAGES)
def test_no_page_shows_it_to_anyone(name, world, browsers, caplog):
    found = []
    for who, actor in readers(world, name):
        if name in OWN_WORDS and writes(world, name, actor):
            continue
        for path in pages(world, name, actor.role):
            response = browsers.get(actor, path)
            headers = " ".join(f"{key}: {value}" for key, value in response.headers.items())
            found += [f"{who} at {path}: {mark}" for mark in finds(body_of(response)) + finds(headers)]
    assert not found, "\n".join(found)
    assert not finds(caplog.text), "a log line holds it"


@pytest.mark.parametrize("name", sorted(OWN_WORDS))
def test_what_its_author_is_still_writing_is_read_by_nobody_else(name, world, browsers):
    author = next(role for role in (Role.PRACTITIONER, Role.POLICE_CLERK) if role in ROWS[name].gate)
    for who, actor in world.cast.everyone():
        if actor.role is author and writes(world, name, actor):
            continue
        for path in pages(world, name, author):
            assert not finds(body_of(browsers.get(actor, path))), f"{who} at {path}"


def test_the_named_reader_reads_it_and_their_colleague_does_not(world, browsers):
    path = ADDRESSES["people:person"].filled({"pk": world.things["person"]})
    named, colleague = world.cast.extras["named reader"], world.insider(Role.IDVA)
    assert SECRET_STREET in browsers.get(named, path).text
    assert SECRET_POSTCODE in browsers.get(named, path).text
    assert not finds(body_of(browsers.get(colleague, path)))


@pytest.mark.parametrize("words", [SECRET_STREET, "Quillfeather", SECRET_POSTCODE, "QX79ZZ", "Thistlewood", "INC-1"])
def test_no_search_finds_it_or_by_it(words, world, browsers, caplog):
    for who, actor in readers(world, "search"):
        response = browsers.get(actor, "/search", q=words)
        echo = f'value="{words}"'.encode().lower()
        body = response.content.lower().replace(echo, b"").replace(f"“{words.lower()}”".encode(), b"")
        assert not finds(body), f"{who} searching for {words}"
    assert words not in caplog.text, "what is searched for stands in a log line"


@pytest.mark.parametrize("name", sorted(SENDS))
def test_no_answer_to_a_form_shows_it(name, world, browsers, caplog):
    """Also not where the form is shown again, refused, or both versions are."""
    row, address = ROWS[name], ADDRESSES[name]
    found = []
    for role in sorted(row.openers("POST") | row.refusals("POST")):
        if name in OWN_WORDS:
            continue
        actor = world.insider(role)
        values = {parameter: world.thing(kind, role) for parameter, kind in row.takes.items()}
        complete = SENDS[name].data(world, actor, values)
        for data in (complete, {}, {**complete, "version": "0"}):
            response = browsers.post(actor, address.filled(values), data)
            found += [f"{role}: {response.status_code} {mark}" for mark in finds(body_of(response))]
            found += [f"{role}: led to {mark}" for mark in finds(response.headers.get("Location", ""))]
    assert not found, "\n".join(found)
    assert not finds(caplog.text), "a log line holds it"


def test_no_export_holds_it(world):
    incidents, children = io.StringIO(newline=""), io.StringIO(newline="")
    export_incidents(incidents, children_to=None)
    export_incidents(None, children_to=children)
    assert "INC-1" in incidents.getvalue()
    assert "C-1" in children.getvalue()
    assert not finds(incidents.getvalue())
    assert not finds(children.getvalue())


def test_no_report_of_an_import_repeats_a_cell(world, tmp_path, caplog):
    """Not where the secret itself is what is wrong with the file: the report tells the line, the column and why."""
    wrong = {
        "INC-W1": {"relationship": SECRET_LINE, "occurred_from": SECRET_POSTCODE},
        "INC-W2": {"victim_dob": SECRET_LINE, "victim_phone": SECRET_POSTCODE, "victim_postcode": SECRET_STREET},
        "INC-W3": {"dara_grade": SECRET_STREET, "flags": f"weapon;{SECRET_STREET}", "dash_ticks": SECRET_POSTCODE},
    }
    rows = [making.incident(ref, **{**making.incident(ref), **cells}) for ref, cells in wrong.items()]
    children = [making.child("INC-W2", SECRET_STREET), making.child("INC-1", "C-9", dob=SECRET_LINE)]
    files = making.write_files(tmp_path, world.cast, rows, children)
    with undone():
        for is_rehearsal in (True, False):
            report = import_incidents(*files, dry_run=is_rehearsal, progress=lambda text: None)
            assert report["rejected"] >= 1
            assert not finds(json.dumps(report, default=str))
    assert not finds(caplog.text)


def test_no_email_notice_event_or_line_of_the_log_holds_it(world, caplog):
    send_emails(timezone.now())
    assert mail.outbox, "nobody was sent anything: the world is too quiet for this test"
    for message in mail.outbox:
        assert not finds(f"{message.subject} {message.body} {message.extra_headers} {message.to}")
    for model in (Notice, OutgoingEmail, AccessLogEntry, Event):
        for row in model.objects.values():
            assert not finds(json.dumps(row, default=str)), f"{model.__name__}: {row}"
    assert not finds(caplog.text)


def test_no_evidence_that_is_handed_out_holds_it(world, browsers):
    path = ADDRESSES["commitments:evidence"].filled({"pk": world.things["done commitment"]})
    response = browsers.get(world.insider(Role.AGENCY_LEAD), path)
    assert response.status_code == 200
    assert not finds(body_of(response))
    assert not finds(response["Content-Disposition"])


@pytest.mark.parametrize("path", ["/people/47-quillfeather-wynd/", "/search?q=47+Quillfeather", "/nowhere/QX79ZZ"])
def test_an_error_page_repeats_nothing_of_what_was_asked(path, world, browsers):
    response = browsers.get(world.insider(Role.ADMINISTRATOR), path)
    assert response.status_code in (403, 404)
    assert not finds(body_of(response))


def test_the_page_of_an_error_shows_nothing_of_what_broke(world, browsers, monkeypatch, caplog):
    """Whatever breaks: the reader is told that it did, and the log its kind."""
    from wraparound.response.cases import queries

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("something broke")

    monkeypatch.setattr(queries, "look_at", broken)
    client = browsers.of(world.insider(Role.PRACTITIONER))
    monkeypatch.setattr(client, "raise_request_exception", False)
    response = client.get(ADDRESSES["cases:case"].filled({"pk": world.things["case"]}))
    assert response.status_code == 500
    assert "something broke" not in response.text
    assert not finds(body_of(response))
    assert not finds(caplog.text)


def test_every_row_that_takes_part_was_tried(world):
    """An exception that no address has any more is taken away."""
    assert set(OWN_WORDS) <= set(PAGES)
    assert all(ROWS[name].door == ROLES for name in OWN_WORDS)
