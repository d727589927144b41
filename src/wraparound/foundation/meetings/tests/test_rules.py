"""Quorum, as a table and as properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wraparound.foundation.meetings.rules import quorum

kinds = st.lists(st.sampled_from(["police", "idva_service", "children", "housing", "health"]))


@pytest.mark.parametrize(
    ("present", "needed", "missing"),
    [
        (["police", "children"], ["police", "children"], ()),
        (["police"], ["police", "children", "health"], ("children", "health")),
        ([], [], ()),
        ([], ["police", "police"], ("police",)),
        (["other"], ["police"], ("police",)),
    ],
)
def test_what_is_missing(present: list[str], needed: list[str], missing: tuple[str, ...]) -> None:
    found = quorum(present, needed)
    assert (found.missing, found.is_met) == (missing, not missing)


@given(present=kinds, needed=kinds, more=kinds)
def test_another_agency_never_breaks_a_quorum(present: list[str], needed: list[str], more: list[str]) -> None:
    assert set(quorum(present + more, needed).missing) <= set(quorum(present, needed).missing)


@given(present=kinds, needed=kinds)
def test_everything_needed_is_there_or_missing(present: list[str], needed: list[str]) -> None:
    missing = quorum(present, needed).missing
    assert set(missing) | set(present) >= set(needed)
    assert not set(missing) & set(present)
