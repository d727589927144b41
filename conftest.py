"""Fixtures for every test: a small pack, organisations, people in roles, and signed-in browsers.

On PostgreSQL the tests connect as a role that owns nothing, so that row-level security holds in them as it
does in production. The owner makes the database and empties it after a test that needed real transactions.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from pytest_django.plugin import blocking_manager_key

from wraparound.foundation.access import database
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import Actor, actor_for, system

PACK = os.environ.get("WRAPAROUND_TEST_PACK", "fenmoor")
_owner: dict[str, str] = {}
_emptied: list[bool] = []


def _connect_as(user: str, password: str) -> None:
    if connection.settings_dict["USER"] != user:
        connection.close()
        connection.settings_dict["USER"] = user
        connection.settings_dict["PASSWORD"] = password


def _as_application() -> None:
    if connection.vendor == "postgresql" and _owner:
        _connect_as(database.APP_ROLE, "")


def _as_owner() -> None:
    if connection.vendor == "postgresql" and _owner:
        _connect_as(_owner["user"], _owner["password"])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """On SQLite no test waits for the disk: what a crash would lose here is nobody's."""
    options = connection.settings_dict.get("OPTIONS", {})
    if connection.vendor == "sqlite":
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database, with the pack in it; on PostgreSQL used by a role that owns nothing."""
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            _owner["user"] = connection.settings_dict["USER"]
            _owner["password"] = connection.settings_dict["PASSWORD"]
            with connection.cursor() as cursor:
                cursor.execute(
                    "DO $$ BEGIN CREATE ROLE wraparound_app LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation"
                    " THEN NULL; END $$"
                )
            database.install("default")
        load_pack()
        _as_application()
    yield
    with django_db_blocker.unblock():
        _as_owner()
        _end_other_sessions()


def _end_other_sessions() -> None:
    """What the live server is still answering when the last browser has closed would keep the database from going."""
    if connection.vendor == "postgresql":
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")


def load_pack() -> None:
    """Load the tests' pack into the current database, as `wraparound init` does."""
    from wraparound.foundation.areas.pack import open_pack
    from wraparound.kit.registry import pack_loaders

    with acting_as(system("load_pack")):
        for load in pack_loaders:
            load(open_pack(PACK))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Each test begins as the application's role and with the pack, whatever the one before it left.

    Before any fixture: what is loaded within a test's own transaction would go with it.
    """
    from wraparound.foundation.areas import remembered

    _as_application()
    if _emptied:
        _emptied.clear()
        with item.config.stash[blocking_manager_key].unblock():
            load_pack()
            remembered.forget()
    remembered._kept.clear()  # and not `forget`: a world that several tests share may be a transaction in progress


def _wants(request: pytest.FixtureRequest, *, transactions: bool) -> bool:
    marker = request.node.get_closest_marker("django_db")
    names = set(request.fixturenames)
    has_transactions = bool(names & {"transactional_db", "live_server"}) or bool(
        marker and (marker.kwargs.get("transaction") or (marker.args and marker.args[0]))
    )
    if transactions:
        return has_transactions
    return has_transactions or marker is not None or "db" in names


@pytest.fixture(autouse=True)
def _the_world(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let a test's own code act as the system, and let the owner empty the tables after it.

    A test with real transactions leaves empty tables behind; whichever test comes next finds the pack in them again.
    """
    if not _wants(request, transactions=False):
        yield
        return
    transactional = _wants(request, transactions=True)
    request.getfixturevalue("transactional_db" if transactional else "db")
    with acting_as(system("test")):
        yield
    if transactional:
        _emptied.append(True)
        _as_owner()
        database.drop_append_only("default")  # emptying the tables emits post_migrate, which puts them back


@pytest.fixture(autouse=True)
def _pack_in_use(settings: Any) -> None:
    """The tests' pack is the one in use."""
    settings.PACK = PACK


@pytest.fixture
def area(db: None) -> Any:
    """The partnership's area."""
    from wraparound.foundation.areas.queries import partnership_area

    return partnership_area(PACK)


def _organisation(kind: str) -> Any:
    from wraparound.foundation.partners.models import Organisation

    return Organisation.objects.filter(kind=kind).order_by("pk")[0]


@pytest.fixture
def police(db: None) -> Any:
    """The pack's police force."""
    return _organisation("police")


@pytest.fixture
def housing(db: None) -> Any:
    """A housing organisation of the pack."""
    return _organisation("housing")


@pytest.fixture
def idva_service(db: None) -> Any:
    """The pack's IDVA service."""
    return _organisation("idva_service")


@pytest.fixture
def marac_team(db: None) -> Any:
    """The pack's MARAC team."""
    return _organisation("marac_team")


@pytest.fixture
def childrens_trust(db: None) -> Any:
    """The pack's children's services."""
    return _organisation("children")


@pytest.fixture
def someone(db: None) -> Callable[..., Actor]:
    """``someone(Role.IDVA, organisation)``: the actor that a new person in that role is."""
    from wraparound.foundation.partners.models import User
    from wraparound.foundation.partners.services import add_membership, add_user

    def make(role: Any, organisation: Any, name: str = "", user_id: Any = None) -> Actor:
        count = User.objects.count()
        by = system("test")
        if user_id is not None:
            user = User.objects.get(pk=user_id)
        else:
            user = add_user(email=f"{role}-{count}@test.invalid", name=name or f"{role.label} {count}", by=by)
        return actor_for(add_membership(user=user, organisation=organisation, role=role, by=by))

    return make


@pytest.fixture
def client_for(db: None, settings: Any) -> Callable[[Actor], Any]:
    """``client_for(actor)``: a test client signed in as that actor, in that role."""
    from django.test import Client

    from wraparound.foundation.access.web import MEMBERSHIP_KEY
    from wraparound.foundation.partners.models import User

    settings.REQUIRE_SECOND_FACTOR = False

    def sign_in(actor: Actor) -> Client:
        client = Client()
        client.force_login(
            User.objects.get(pk=actor.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        session = client.session
        session[MEMBERSHIP_KEY] = str(actor.membership_id)
        session.save()
        return client

    return sign_in


@pytest.fixture
def command_line() -> Callable[[list[str]], Any]:
    """``command_line([...])``: what `script/wraparound` answers to these words."""
    from click.testing import CliRunner

    from wraparound.interfaces.cli import main

    return lambda words: CliRunner().invoke(main, words)


@pytest.fixture
def deliver() -> Callable[[], int]:
    """Deliver what waits in the outbox, as a worker would."""
    from wraparound.kit.events import deliver_pending
    from wraparound.kit.worker import as_worker

    def run() -> int:
        done = 0
        with as_worker("outbox"):
            while delivered := deliver_pending():
                done += delivered
        return done

    return run
