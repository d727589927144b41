"""What surrounds background work: the foundation's wall registers itself here, since the kit knows none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

_surroundings: list[Callable[[str], AbstractContextManager[None]]] = []


def surround(context: Callable[[str], AbstractContextManager[None]]) -> None:
    """Have `context(task name)` entered around all background work."""
    _surroundings.append(context)


@contextmanager
def as_worker(task: str) -> Iterator[None]:
    """Run as the system task named `task`."""
    if not _surroundings:
        yield
        return
    with _surroundings[0](task):
        yield
