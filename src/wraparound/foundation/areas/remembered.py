"""Reference data kept in the process for a minute, because almost every page asks for it.

It is forgotten when a pack is loaded here; another process learns of a load within the minute. Inside a
transaction nothing is kept or taken, so that what is being written is seen as it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.db import connection, transaction

T = TypeVar("T")
SECONDS = 60.0

_kept: dict[Hashable, tuple[float, Any]] = {}


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` answers, or what it answered for `key` within the last minute."""
    if connection.in_atomic_block:
        return make()
    kept = _kept.get(key)
    now = time.monotonic()
    if kept is not None and now < kept[0]:
        found: T = kept[1]
        return found
    value = make()
    _kept[key] = (now + SECONDS, value)
    return value


def forget() -> None:
    """Forget everything, now and again when the transaction in progress is committed."""
    _kept.clear()
    transaction.on_commit(_kept.clear)
