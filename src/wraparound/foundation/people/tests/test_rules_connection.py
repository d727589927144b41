"""Section 2(1) of the Act, as a table."""

from __future__ import annotations

import pytest

from wraparound.foundation.people.models import RelationshipKind
from wraparound.foundation.people.rules import personally_connected

TABLE = [
    ("spouse", "no", False, "a", "they are married"),
    ("spouse", "yes", False, "a", "they were married"),
    ("civil_partner", "", False, "b", "they are or were civil partners"),
    ("civil_partner", "yes", False, "b", "they were civil partners"),
    ("engaged", "no", False, "c", "have agreed to marry."),
    ("engaged", "yes", False, "c", "although that has ended"),
    ("intimate_partner", "unknown", False, "e", "are or were in an intimate personal relationship"),
    ("intimate_partner", "yes", False, "e", "were in an intimate personal relationship"),
    ("parent_of_same_child", "", False, "f", "the same child"),
    ("parent", "", False, "g", "a parent"),
    ("child", "", False, "g", "a child"),
    ("sibling", "", False, "g", "brother or sister"),
    ("grandparent", "", False, "g", "a grandparent"),
    ("grandchild", "", False, "g", "a grandchild"),
    ("other_relative", "", False, "g", "another relative"),
    ("none", "", False, "", "no relationship"),
    ("unknown", "", False, "", "can't be answered yet"),
    ("none", "", True, "f", "the same child"),
    ("unknown", "", True, "f", "the same child"),
    ("spouse", "no", True, "a", "married"),
]


@pytest.mark.parametrize(("kind", "ended", "shared", "letter", "words"), TABLE)
def test_the_limb_and_its_reason(kind: str, ended: str, shared: bool, letter: str, words: str) -> None:
    limb = personally_connected(kind, ended, shared)
    assert limb.letter == letter
    assert words in limb.reason
    assert limb.is_connected is bool(letter)
    assert (f"s2(1)({letter})" in limb.reason) is bool(letter)


def test_every_kind_of_relationship_has_an_answer() -> None:
    assert {kind for kind, *_ in TABLE} == set(RelationshipKind.values)
    assert all(personally_connected(kind).reason.endswith(".") for kind in RelationshipKind.values)


def test_a_civil_partnership_agreement_is_limb_d() -> None:
    assert personally_connected("civil_engaged", "yes").letter == "d"
