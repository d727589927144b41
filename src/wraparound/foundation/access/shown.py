"""What one page asks over and over (may this reader open the matter, whose worker are they), asked once.

Answers are kept only while a page is being shown: a request that writes nothing finds the same answer each time.
A form, a job and the command line keep nothing, so that what they have just written is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("wraparound_answers", default=None)


@contextmanager
def showing(is_page: bool) -> Iterator[None]:
    """Keep answers until the block ends, if it shows a page."""
    token = _answers.set({} if is_page else None)
    try:
        yield
    finally:
        _answers.reset(token)


def asked_once(key: Hashable, ask: Callable[[], T]) -> T:
    """What `ask` answers; on a page, what it answered for `key` before."""
    kept = _answers.get()
    if kept is None:
        return ask()
    if key not in kept:
        kept[key] = ask()
    found: T = kept[key]
    return found
