"""What was worked out of a store once and is asked for by many measures. A store, once open, doesn't change."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from wraparound.evidence.store.engine import Store

T = TypeVar("T")

_KEPT: WeakKeyDictionary[Store, dict[Hashable, Any]] = WeakKeyDictionary()


def remembered(store: Store, key: Hashable, find: Callable[[], T]) -> T:
    """The value of this key, worked out the first time. Forgotten with the store."""
    kept = _KEPT.setdefault(store, {})
    if key not in kept:
        kept[key] = find()
    return cast(T, kept[key])
