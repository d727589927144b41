"""Reference data kept in the process for a minute, because almost every page asks for it.

It is forgotten when a pack is loaded here; another process learns of a load within the minute. A transaction takes
what is kept, and what it asks itself is kept beyond it once it is committed. From the moment that it writes reference
data (`forget` is called in it) nothing is kept or taken in it, so that what is being written is seen as it is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connection, transaction

T = TypeVar("T")
SECONDS = 60.0
Kept = dict[Hashable, tuple[float, Any]]

_kept: Kept = {}


@dataclass
class _Transaction:
    """What the transaction in progress keeps: it is told from the next one by its outermost block."""

    block: object = None
    kept: Kept = field(default_factory=dict)
    has_written: bool = False


class _Thread(threading.local):
    def __init__(self) -> None:
        self.transaction = _Transaction()


_thread = _Thread()


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` answers, or what it answered for `key` within the last minute."""
    if not connection.in_atomic_block:
        return _from(_kept, key, make)
    current = _current_transaction()
    if current.has_written:
        return make()
    return _from(current.kept, key, lambda: _taken(key, make))


def forget() -> None:
    """Forget everything, now and again when the transaction in progress is committed."""
    _kept.clear()
    if connection.in_atomic_block:
        _current_transaction().has_written = True
        transaction.on_commit(_kept.clear)


def _current_transaction() -> _Transaction:
    outermost = connection.atomic_blocks[0]
    if _thread.transaction.block is not outermost:
        _thread.transaction = begun = _Transaction(outermost)
        transaction.on_commit(lambda: _keep(begun))
    return _thread.transaction


def _keep(done: _Transaction) -> None:
    """What a committed transaction asked is true beyond it, unless it wrote reference data itself."""
    if not done.has_written:
        _kept.update(done.kept)


def _from(kept: Kept, key: Hashable, make: Callable[[], T]) -> T:
    now = time.monotonic()
    held = kept.get(key)
    if held is None or now >= held[0]:
        held = kept[key] = (now + SECONDS, make())
    found: T = held[1]
    return found


def _taken(key: Hashable, make: Callable[[], T]) -> T:
    """What the process keeps."""
    held = _kept.get(key)
    if held is None or time.monotonic() >= held[0]:
        return make()
    found: T = held[1]
    return found
