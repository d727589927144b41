"""Whether two people are personally connected: section 2(1) of the Domestic Abuse Act 2021."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

RULE = "Domestic Abuse Act 2021, s2(1)"


@dataclass(frozen=True)
class Limb:
    """The paragraph of s2(1) that a relationship falls under ("" for none), and why, in words."""

    letter: str
    reason: str

    @property
    def is_connected(self) -> bool:
        """Whether the two are personally connected."""
        return bool(self.letter)


_RELATIVES = {
    "parent": "a parent",
    "child": "a child",
    "sibling": "a brother or sister",
    "grandparent": "a grandparent",
    "grandchild": "a grandchild",
    "other_relative": "another relative (uncle, aunt, niece, nephew or first cousin, by blood or marriage)",
}


@lru_cache(maxsize=500)
def personally_connected(kind: str, ended: str = "", shared_child: bool = False) -> Limb:
    """The limb for a relationship of `kind` (`RelationshipKind`).

    `ended` is ``yes``, ``no``, ``unknown`` or blank: a marriage, partnership, engagement or intimate
    relationship connects whether it has ended or not. `shared_child`: each has, or had, a parental relationship
    to the same child. A relationship of none or unknown connects only through a shared child.
    """
    are = {"yes": "were", "no": "are"}.get(ended, "are or were")
    although = ", although that has ended" if ended == "yes" else ""
    couples = {
        "spouse": ("a", f"they {are} married to each other"),
        "civil_partner": ("b", f"they {are} civil partners of each other"),
        "engaged": ("c", f"they have agreed to marry{although}"),
        "civil_engaged": ("d", f"they have entered a civil partnership agreement{although}"),
        "intimate_partner": ("e", f"they {are} in an intimate personal relationship"),
        "parent_of_same_child": ("f", "each has, or had, a parental relationship to the same child"),
    }
    if kind in couples:
        letter, reason = couples[kind]
        return Limb(letter, _sentence(letter, reason))
    if kind in _RELATIVES:
        return Limb("g", _sentence("g", f"they are relatives: the one is {_RELATIVES[kind]} of the other"))
    if shared_child:
        return Limb("f", _sentence("f", couples["parent_of_same_child"][1]))
    if kind == "none":
        return Limb("", "Not personally connected: no relationship between them is recorded.")
    return Limb(
        "", "Not known: the relationship between them is not recorded, so the Act's test can't be answered yet."
    )


def _sentence(letter: str, reason: str) -> str:
    return f"Personally connected, s2(1)({letter}): {reason}."
