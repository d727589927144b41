"""The few ways in which something may not go on. Each carries a sentence that a practitioner can read.

They are mapped to a response in one place, `kit.middleware.errors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class Stop(Exception):
    """What was asked for can't be done; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unknown(Stop):
    """There is no such thing, or the reader may not know that there is: the answer is the same (404)."""

    def __init__(self, sentence: str = "There is nothing here that you can open.") -> None:
        super().__init__(sentence)


class Refused(Stop):
    """The reader may know of it, but may not do this (403)."""


class NotNow(Stop):
    """The state of the thing doesn't allow this step (409)."""


class BadInput(Stop):
    """A value can't be taken (422). `field` names it where there is one."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Difference:
    """One field that two people wrote differently."""

    label: str
    mine: str
    theirs: str


class ChangedMeanwhile(Stop):
    """Someone changed the record since it was opened: both versions are shown, neither is lost (409)."""

    def __init__(self, differences: Sequence[Difference], back: str = "") -> None:
        super().__init__("Someone changed this since you opened it. Nothing of yours is lost: it stands below.")
        self.differences = list(differences)
        self.back = back
