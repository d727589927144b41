"""What was planted: the answers that the system doesn't know, for whoever wants to check what it finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import combinations
from typing import Any

from wraparound.demo.city.plants import Holder, Pair


@dataclass(frozen=True, slots=True)
class Again:
    """Something further between two people after a case of theirs was heard (or just before), and what it is.

    `victim` and `perpetrator` are the force's references where the police know them; `incident` is the force's
    reference of what happened, or "" where only an agency tells of it; `referral` names the new referral, if any.
    """

    what: str  # repeat, joined, reversed, other_perpetrator, other_victim, lapsed
    case: str  # the referral that was heard
    victim: str
    perpetrator: str
    heard_on: date
    on: date
    incident: str = ""
    referral: str = ""
    is_criminal_type: bool = True  # violence, threats, stalking, a breach or a recorded crime: the older definition


@dataclass
class Truth:
    """Everything that was planted. `people` are the records of one person each, with how they differ from the first."""

    people: dict[str, dict[Holder, str]] = field(default_factory=dict)
    not_same_person: list[Pair] = field(default_factory=list)
    again: list[Again] = field(default_factory=list)

    def hold(self, person: str, holder: Holder, what: str) -> None:
        """Remember that this record is of that person."""
        self.people.setdefault(person, {}).setdefault(holder, what)

    def same_person(self) -> Iterator[Pair]:
        """Every two records that are one person's."""
        for records in self.people.values():
            for (a, how_a), (b, how_b) in combinations(records.items(), 2):
                differing = sorted({how_a, how_b} - {"as_it_is"})
                yield Pair(a, b, " and ".join(differing) or "as_it_is")

    def as_dict(self) -> dict[str, Any]:
        """As the truth file has it: repeats apart from what only looks like one."""
        again = [asdict(entry) for entry in self.again]
        return {
            "same_person": [asdict(pair) for pair in self.same_person()],
            "near_misses": [asdict(pair) for pair in self.not_same_person],
            "repeats": [entry for entry in again if entry["what"] == "repeat"],
            "joined": [entry for entry in again if entry["what"] == "joined"],
            "reversed": [entry for entry in again if entry["what"] == "reversed"],
            "not_repeats": [
                entry for entry in again if entry["what"] in ("other_perpetrator", "other_victim", "lapsed")
            ],
        }
