"""Bad input by every field and every address there is: a clear error or a safe outcome, and nothing lost.

Generated over every address and every form. Bad files have tests of their own (`tests/test_bad_files.py`).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.addresses import body_of, every_address, signed_in, undone
from tests.all_posts import SENDS
from tests.snapshots import effect, snapshot
from tests.wall_table import ROLES, ROWS
from tests.world import World
from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.models import Membership
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.partners.services import end_membership

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
