"""What was worked out of a store once and is asked for by many measures. A store, once open, doesn't change."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from wraparound.evidence.store.engine import Engine, Store

T = TypeVar("T")

_KEPT: WeakKeyDictionary[Store, dict[Hashable, Any]] = WeakKeyDictionary()


def remembered(store: Store, key: Hashable, find: Callable[[], T]) -> T:
    """The value of this key, worked out the first time. Forgotten with the store."""
    kept = _KEPT.setdefault(store, {})
    if key not in kept:
        kept[key] = find()
    return cast(T, kept[key])


def set_by(store: Store, key: Hashable, find: Callable[[], Any]) -> Any:
    """An expression's rows, computed the first time and set by: what is asked of them then reads no file again.

    The engine holds them, and puts them on disk where they outgrow its memory. `key` names what the expression is.
    """

    def make() -> Any:
        expression = find()
        if store.engine is not Engine.DUCKDB:
            return expression.cache()
        name = f"set_by_{len(_KEPT[store])}_{abs(hash(key)):x}"
        return store.connection.create_table(name, expression, temp=True)

    return remembered(store, ("set by", key), make)
