"""Identifiers: never twice, never guessed, and side by side where many are made at once."""

from __future__ import annotations

import pytest

from wraparound.kit.ids import ids_together, new_id, new_reference, reference_meant


def test_identifiers_are_random_and_of_version_four():
    found = {new_id() for _ in range(1_000)}
    assert len(found) == 1_000
    assert {one.version for one in found} == {4}
    assert len({one.bytes[:2] for one in found}) > 900


def test_those_of_one_block_begin_alike_and_those_of_two_do_not():
    blocks = []
    for _ in range(2):
        with ids_together():
            blocks.append({new_id() for _ in range(1_000)})
    for block in blocks:
        assert len(block) == 1_000
        assert len({one.bytes[:5] for one in block}) == 1
        assert {one.version for one in block} == {4}
        assert len({one.bytes[6:] for one in block}) == 1_000
    assert {one.bytes[:5] for one in blocks[0]} != {one.bytes[:5] for one in blocks[1]}
    assert len({new_id().bytes[:5] for _ in range(10)}) == 10


def test_a_reference_has_no_letter_that_is_read_for_another():
    found = {new_reference("B") for _ in range(200)}
    assert len(found) > 190
    assert not set("".join(found)) & set("01ILOU")
    assert all(len(one) == len("B-7KQ-4XM") for one in found)


@pytest.mark.parametrize("typed", ["B-7KQ-4XM", "b-7kq-4xm", "b7kq4xm", "7KQ4XM", " 7kq 4xm ", "B 7KQ 4XM"])
def test_a_reference_is_understood_however_it_is_typed(typed):
    assert reference_meant("B", typed) == "B-7KQ-4XM"


@pytest.mark.parametrize(("typed", "kept"), [("20/990001/26", "20/990001/26"), ("b-7kq", "B-7KQ"), ("", "")])
def test_what_is_no_reference_stays_as_it_is(typed, kept):
    assert reference_meant("B", typed) == kept
