"""One worker a run, held by the operating system or the database, and let go by it when the worker dies."""

from __future__ import annotations

import fcntl
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

_TRY_EVERY = 0.1


@contextmanager
def sole_worker(run_id: uuid.UUID, wait: float = 0.0) -> Iterator[bool]:
    """Whether this process alone works on a run until the block ends. Waits so many seconds for another to be gone.

    On PostgreSQL it is a session's advisory lock, elsewhere a lock on a file: both end with the process, however it
    dies.
    """
    lock = _DatabaseLock(run_id) if connection.vendor == "postgresql" else _FileLock(run_id)
    until = time.monotonic() + wait
    while not (taken := lock.take()) and time.monotonic() < until:
        time.sleep(_TRY_EVERY)
    try:
        yield taken
    finally:
        if taken:
            lock.release()


class _FileLock:
    def __init__(self, run_id: uuid.UUID) -> None:
        folder = Path(settings.VAR) / "imports"
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{run_id}.lock"

    def take(self) -> bool:
        self.file = self.path.open("w")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.file.close()
            return False
        return True

    def release(self) -> None:
        # The file stays: removing it would let two processes each lock a file of the same name.
        self.file.close()


class _DatabaseLock:
    def __init__(self, run_id: uuid.UUID) -> None:
        self.key = run_id.int % (1 << 63)

    def take(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [self.key])
            return bool(cursor.fetchone()[0])

    def release(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [self.key])
