"""Not waiting for the disk while the city is built: a build that is interrupted is begun afresh anyway.

On SQLite more of the file is also read without copying than an application needs: past some gigabytes, finding who is
who reads all over it, and took twice as long with the application's own cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_MAPPED = 2**31 - 65_536  # bytes of the file; SQLite maps no more
_SAID = {
    "sqlite": (
        ("PRAGMA synchronous = OFF", f"PRAGMA mmap_size = {_MAPPED}"),
        ("PRAGMA synchronous = FULL", "PRAGMA mmap_size = 0", "PRAGMA wal_checkpoint"),
    ),
    "postgresql": (("SET synchronous_commit = off",), ("RESET synchronous_commit",)),
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
    _say(*off)
    try:
        yield
    finally:
        _say(*on)


def _say(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
