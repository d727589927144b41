"""The wall beneath the application: on PostgreSQL the database itself is told who asks.

The actor is set on the connection, at session level, when a request or a job begins, and cleared in `finally`.
On SQLite there is no second wall; the first one (`decisions`) is the same on both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import local

from django.db import connection
from django.utils import timezone

from wraparound.foundation.partners.actors import Actor, system

_current: ContextVar[Actor | None] = ContextVar("wraparound_actor", default=None)
_told = local()
"""`connection`: the connection to the database that was told last, for what it was told is lost with it."""


def current_actor() -> Actor | None:
    """Who acts now, or None between requests."""
    return _current.get()


@contextmanager
def acting_as(actor: Actor | None) -> Iterator[None]:
    """Let the database see the world as `actor` does, until the block ends. None sees nothing."""
    knows = _knows_already(actor)
    token = _current.set(actor)
    if not knows:
        _tell_database(actor)
    try:
        yield
    finally:
        _current.reset(token)
        if not knows:
            _restore(_current.get())


@contextmanager
def lifted(task: str) -> Iterator[None]:
    """Run a service's own step as the system: it must see more than the actor may, and shows nothing of it.

    For silent work only: proposing links, carrying exclusions, granting involvement, writing notices.
    """
    with acting_as(system(task)):
        yield


def _knows_already(actor: Actor | None) -> bool:
    """Whether this connection was told that the system acts, and it does still: a service's step within another's."""
    now = _current.get()
    both = now is not None and now.is_system and actor is not None and actor.is_system
    return both and connection.connection is not None and getattr(_told, "connection", None) is connection.connection


def _restore(actor: Actor | None) -> None:
    if connection.vendor == "postgresql" and connection.in_atomic_block and _transaction_is_broken():
        return  # the rollback that must follow brings back the setting from before the transaction
    _tell_database(actor)


def _transaction_is_broken() -> bool:
    if connection.needs_rollback:
        return True
    raw = connection.connection
    return raw is None or raw.info.transaction_status.name == "INERROR"


def _tell_database(actor: Actor | None) -> None:
    if connection.vendor != "postgresql":
        return
    values = (
        "on" if actor and actor.is_system else "off",
        str(actor.user_id or "") if actor else "",
        str(actor.organisation_id or "") if actor else "",
        str(actor.team_id or "") if actor else "",
        str(actor.role or "") if actor else "",
        timezone.now().isoformat(),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('wraparound.system', %s, false), set_config('wraparound.user', %s, false),"
            " set_config('wraparound.organisation', %s, false), set_config('wraparound.team', %s, false),"
            " set_config('wraparound.role', %s, false), set_config('wraparound.now', %s, false)",
            values,
        )
    _told.connection = connection.connection
