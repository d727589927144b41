"""Not waiting for the disk while the city is built: a build that is interrupted is begun afresh anyway."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_SAID = {
    "sqlite": ("PRAGMA synchronous = OFF", ("PRAGMA synchronous = FULL", "PRAGMA wal_checkpoint")),
    "postgresql": ("SET synchronous_commit = off", ("RESET synchronous_commit",)),
}


@contextmanager
def not_waiting_for_the_disk() -> Iterator[None]:
    """Let commits return before the disk has them, until the block ends; then what was written is there for good.

    Inside a transaction it changes nothing: SQLite can't change it there, and nothing is committed before its end.
    """
    if connection.in_atomic_block:
        yield
        return
    off, on = _SAID[connection.vendor]
    _say(off)
    try:
        yield
    finally:
        _say(*on)


def _say(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
