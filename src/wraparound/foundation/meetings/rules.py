"""Quorum: arithmetic over given facts. Which kinds of agency must be there is rule-set data of the panel.

No national quorum is known (domain rules 3.4), so that it is a parameter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ASYNCHRONOUS = "asynchronous"
# How a session is held: code and name. The panel's rule set says which one is usual.
MODES = {"meeting": "Meeting", "daily_call": "Daily call", ASYNCHRONOUS: "By a closing date"}


@dataclass(frozen=True)
class Quorum:
    """Whether the agencies that must be there are, and which kinds are missing, in the order they were asked for."""

    missing: tuple[str, ...]

    @property
    def is_met(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def quorum(present: Iterable[str], needed: Iterable[str]) -> Quorum:
    """`present` and `needed` are kinds of organisation; a deputy counts as present."""
    there = set(present)
    return Quorum(missing=tuple(kind for kind in dict.fromkeys(needed) if kind not in there))
