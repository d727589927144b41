"""The small world of the generated tests, made once for each module and undone at its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import conftest as root
import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from tests.addresses import Browsers
from tests.world import World, build_world
from wraparound.foundation.access import database
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.remembered import forget
from wraparound.foundation.partners.actors import system


@contextmanager
def _as_in_a_test(django_db_blocker: Any) -> Iterator[None]:
    """The database is open, the tests' pack is in use, nobody needs a second factor, and the system acts."""
    no_second_factor = override_settings(PACK=root.PACK, REQUIRE_SECOND_FACTOR=False)
    with django_db_blocker.unblock(), no_second_factor, acting_as(system("test")):
        yield


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, inside a transaction that is rolled back when the module's tests are done."""
    with _as_in_a_test(django_db_blocker), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def committed_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, committed: for what transactions would hide. All of it is deleted when the module's tests are done.

    Such a module's tests must not ask for pytest-django's own database fixtures.
    """
    with _as_in_a_test(django_db_blocker):
        _empty()
        with transaction.atomic():  # one wait for the disk instead of thousands
            world = build_world()
        yield world
        _empty()


def _empty() -> None:
    """Delete everything, as the tables' owner, and load the pack again."""
    root._as_owner()
    database.drop_append_only("default")
    call_command("flush", interactive=False, verbosity=0, allow_cascade=False, inhibit_post_migrate=False)
    root._as_application()
    forget()
    with acting_as(system("test")), transaction.atomic():
        root.load_pack()


@pytest.fixture(scope="module")
def browsers(world: World) -> Browsers:
    """A signed-in browser for each person of the world."""
    return Browsers(actor for _, actor in world.cast.everyone())


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    """Signing in with a second factor has its own tests."""
    settings.REQUIRE_SECOND_FACTOR = False
