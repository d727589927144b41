"""The two kinds of assessment: what each is called, and its sections in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from wraparound.evidence.assessments.documents import Glance
from wraparound.evidence.assessments.sections import Found, Section
from wraparound.kit.errors import BadInput


@dataclass(frozen=True)
class Kind:
    """A kind of assessment. `always` are the measures that its files carry whatever its sections say."""

    code: str
    title: str
    why: str
    sections: tuple[Section, ...]
    always: tuple[str, ...] = ()
    glance: Callable[[Found], Iterable[Glance]] | None = None


CODES = ("strategic", "needs")


def kind_of(code: str) -> Kind:
    """The kind of this code. Raises BadInput for another."""
    from wraparound.evidence.assessments.needs import NEEDS
    from wraparound.evidence.assessments.strategic import STRATEGIC

    for kind in (STRATEGIC, NEEDS):
        if kind.code == code:
            return kind
    raise BadInput(f"There is no assessment called {code[:40]}. There are: {', '.join(CODES)}.", "kind")
