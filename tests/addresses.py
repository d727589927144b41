"""Every address of the site as the generated tests walk them: what it takes, and how someone opens it."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from wraparound.foundation.access.web import MEMBERSHIP_KEY
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import User
from wraparound.interfaces.reference import addresses

_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CSRF = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*')
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Address:
    """One address: its name, its route, and the view behind it with the marks that the gate reads."""

    name: str
    route: str
    view: Any

    @cached_property
    def takes(self) -> dict[str, str]:
        """Each parameter of the route with the converter that reads it."""
        return {name: converter or "str" for converter, name in _PARAMETER.findall(self.route)}

    def filled(self, values: Mapping[str, object]) -> str:
        """The path with these values for its parameters."""
        return reverse(self.name, kwargs=dict(values))

    def nowhere(self, parameter: str) -> object:
        """A well-formed value of a parameter that names nothing."""
        return {"uuid": uuid.uuid4(), "int": 987_654_321}.get(self.takes[parameter], "no-such-thing")


def every_address() -> dict[str, Address]:
    """All of them by name. An address without a name can't be declared, so it fails here."""
    found: dict[str, Address] = {}
    for name, route, view in addresses():
        if name.endswith("None") or name in found:
            raise AssertionError(f"/{route} has no name of its own: give it one, so that it can be declared")
        found[name] = Address(name, route, view)
    return found


_PRINTED = re.compile(rb"<p class=\"app-printed\".*?</p>", re.DOTALL)  # it says the minute


def anonymous_body(response: HttpResponse) -> bytes:
    """The body without ids and tokens, which differ from one answer to the next although they say the same."""
    return _CSRF.sub(rb"\1", _UUID.sub(b"ID", _PRINTED.sub(b"", body_of(response))))


def signed_in(actor: Actor) -> Client:
    """A browser in which `actor` has signed in and acts in their role."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend=BACKEND)
    session = client.session
    session[MEMBERSHIP_KEY] = str(actor.membership_id)
    session.save()
    return client


class Browsers:
    """One signed-in browser for each actor. What a call changes is undone, so that the next finds the same world."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        self._clients: dict[Any, Client] = {actor.membership_id: signed_in(actor) for actor in actors}
        self._clients[None] = Client()

    def of(self, actor: Actor | None) -> Client:
        """The actor's browser; for None one in which nobody has signed in."""
        return self._clients[actor.membership_id if actor else None]

    def get(self, actor: Actor | None, path: str, **data: Any) -> HttpResponse:
        """Open a path, and undo what that changed."""
        client = self.of(actor)
        with undone():
            return _whole(client.get(path, data or None))

    def post(self, actor: Actor | None, path: str, data: Mapping[str, Any] | None = None) -> HttpResponse:
        """Send a form, and undo what that changed."""
        client = self.of(actor)
        with undone():
            response = _whole(client.post(path, dict(data or {})))
        client.cookies.pop("messages", None)  # what it would say on the next page
        return response


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written within is taken back at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _whole(response: HttpResponse) -> HttpResponse:
    """The answer with its body read, while what it is made from is still there."""
    if response.streaming:
        response.streaming_content = [b"".join(response.streaming_content)]
    return response


def body_of(response: HttpResponse) -> bytes:
    """The whole body, of a streamed answer too; of a workbook what stands in its cells."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return _cells(body) if "spreadsheetml" in response.headers.get("Content-Type", "") else body


def _cells(workbook: bytes) -> bytes:
    book = load_workbook(io.BytesIO(workbook), read_only=True)
    rows = (row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    return "\n".join("\t".join("" if cell is None else str(cell) for cell in row) for row in rows).encode()
