"""Every form sent twice: at the same moment with one token, at the same moment with two, and once more afterwards.

It takes effect once. What it leaves behind is compared, row by row, with what sending it once leaves behind.
"""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction
from django.http import HttpResponse
from django.test import Client

from tests.addresses import every_address, signed_in
from tests.all_posts import SENDS
from tests.committed import _django_db_marker, _the_world  # noqa: F401  this module's tests share one committed world
from tests.snapshots import effect, snapshot
from tests.wall_table import ROLES, ROWS
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESSES = every_address()
TAKING = [name for name in sorted(ROWS) if name in ADDRESSES and ROWS[name].posts and ROWS[name].door == ROLES]
ONCE_ONLY = [name for name in TAKING if not SENDS[name].repeats]
TAKEN = {200, 302}
LED_ON = {302, 409}  # where the first one led, or a sentence that it was done already


class Form:
    """One complete form, ready to be sent any number of times."""

    def __init__(self, name: str, world: World) -> None:
        self.actor, thing = SENDS[name].arrange(world)
        self.path = ADDRESSES[name].filled(thing)
        self.data = SENDS[name].data(world, self.actor, thing)
        for value in self.data.values():
            if hasattr(value, "read"):
                value.seek(0)
        self.files = {key: value.read() for key, value in self.data.items() if hasattr(value, "read")}
        self.view = ADDRESSES[name].view

    def send(self, client: Client, token: str) -> HttpResponse:
        """Send it; a file is sent anew each time."""
        return client.post(self.path, {**self._copy(), "once": token})

    def _copy(self) -> dict[str, Any]:
        files = {
            key: SimpleUploadedFile(self.data[key].name, content, content_type=self.data[key].content_type)
            for key, content in self.files.items()
        }
        return {**self.data, **files}

    def effect_of_one(self, token: str) -> dict[str, Any]:
        """What sending it once leaves behind; taken back."""
        client = signed_in(self.actor)
        before = snapshot()
        with transaction.atomic():
            response = self.send(client, token)
            after = snapshot()
            transaction.set_rollback(True)
        assert response.status_code in TAKEN, f"{response.status_code}: {response.text[:2000]}"
        return effect(before, after)


def at_once(form: Form, tokens: tuple[str, str]) -> list[HttpResponse]:
    """Send it from two places at the same moment, in one session."""
    first = signed_in(form.actor)
    answers: list[HttpResponse] = []
    broken: list[BaseException] = []
    ready = threading.Barrier(2)

    def send(token: str) -> None:
        client = Client()
        client.cookies = first.cookies.copy()
        try:
            ready.wait(timeout=20)
            answers.append(form.send(client, token))
        except BaseException as error:
            broken.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if broken:
        raise broken[0]
    assert len(answers) == 2, "one of them never came back"
    return answers


def new_token() -> str:
    return str(uuid.uuid4())


@pytest.mark.parametrize("name", TAKING)
def test_a_form_sent_twice_at_once_takes_effect_once(name, committed_world):
    form, token = Form(name, committed_world), new_token()
    once = form.effect_of_one(token)
    before = snapshot()
    answers = at_once(form, (token, token))
    twice = effect(before, snapshot())
    assert sorted(answer.status_code for answer in answers)[0] in TAKEN
    assert all(answer.status_code in TAKEN | LED_ON for answer in answers)
    if _works_at_once(form):
        assert {table: len(came) for table, (came, _) in twice.items()}
    else:
        assert twice == once
    assert bool(twice.keys() - {"kit.SentForm"}) == SENDS[name].has_effect
    _send_again(form, name)


def _works_at_once(form: Form) -> bool:
    """Whether it does long work in transactions of its own, which being taken back would hide."""
    return getattr(form.view, "runs_outside_a_transaction", False)


def _send_again(form: Form, name: str) -> None:
    """The same form once more, from a page that was left open: with a token of its own."""
    if SENDS[name].repeats:
        return
    client = signed_in(form.actor)
    client.raise_request_exception = True
    before = snapshot()
    answer = form.send(client, new_token())
    assert answer.status_code < 500
    left = effect(before, snapshot())
    left.pop("kit.SentForm", None)
    assert not left, f"{name} sent again ({answer.status_code}) changed {left}"


@pytest.mark.parametrize("name", ONCE_ONLY)
def test_two_forms_at_once_from_two_windows_take_effect_once(name, committed_world):
    """Each window has a token of its own: the services themselves must see that it was done."""
    form = Form(name, committed_world)
    once = form.effect_of_one(new_token())
    before = snapshot()
    answers = at_once(form, (new_token(), new_token()))
    twice = effect(before, snapshot())
    for changed in (once, twice):
        changed.pop("kit.SentForm", None)
    assert all(answer.status_code < 500 for answer in answers)
    if not _works_at_once(form):
        assert twice == once
