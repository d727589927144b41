"""The one redaction rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wraparound.foundation.access.redaction import (
    NOBODY,
    WITHHELD,
    Audience,
    HeldAddress,
    address_for,
    text_for,
    text_for_files,
)

REFUGE = HeldAddress("4 Larkmeadow Rise, Nowhere", "B99 9ZZ", "confidential", frozenset({"reader"}))


@pytest.mark.parametrize(
    ("kind", "audience", "is_shown"),
    [
        ("safe", NOBODY, True),
        ("shared", NOBODY, True),
        ("confidential", NOBODY, False),
        ("unsafe_area", NOBODY, False),
        ("unconfirmed", NOBODY, False),
        ("confidential", Audience("reader"), True),
        ("confidential", Audience("other"), False),
        ("safe", Audience("other", facing="perpetrator"), False),
        ("safe", Audience("other", facing="victim"), True),
    ],
)
def test_an_address_is_shown_by_its_type_and_reader(kind, audience, is_shown):
    address = HeldAddress(REFUGE.lines, REFUGE.postcode, kind, REFUGE.readers)
    shown = address_for(address, audience)
    assert (shown == "4 Larkmeadow Rise, Nowhere, B99 9ZZ") is is_shown
    assert (shown == WITHHELD) is not is_shown


@pytest.mark.parametrize(
    "text",
    [
        "She moved to 4 Larkmeadow Rise on Monday.",
        "She is at 4  LARKMEADOW,\nrise now",
        "postcode b999zz",
        "B99  9ZZ",
        "(4 Larkmeadow Rise, Nowhere)",
    ],
)
def test_a_protected_address_is_taken_out_of_text_however_it_is_written(text):
    shown = text_for(text, [REFUGE], NOBODY)
    assert WITHHELD in shown
    assert "larkmeadow" not in shown.lower()
    assert "9zz" not in shown.lower().replace(" ", "")
    assert text_for(text, [REFUGE], Audience("reader")) == text


def test_one_word_alone_does_not_blank_a_text():
    oak = HeldAddress("Oak", "", "confidential")
    assert text_for("He hid behind the oak.", [oak], NOBODY) == "He hid behind the oak."


@given(before=st.text(max_size=40), after=st.text(max_size=40), gap=st.sampled_from([" ", "  ", "\n", ", "]))
def test_no_surrounding_lets_the_street_through(before, after, gap):
    text = f"{before} 4{gap}Larkmeadow{gap}Rise {after}"
    assert "Larkmeadow" not in text_for(text, [REFUGE], NOBODY)


OPEN = HeldAddress("12 Barley Street", "FN1 1AA", "safe")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Officers attended 87 Yarrowmist Close at once.", "Officers attended [address withheld] at once."),
        ("She is at 18b almsgate walk now", "She is at [address withheld] now"),
        ("flat 2, 7 St Anne's Court", "flat 2, [address withheld]"),
        ("She gave B5 4XY as hers", "She gave [address withheld] as hers"),
        ("Seen at 12 Barley Street, FN1 1AA", "Seen at 12 Barley Street, FN1 1AA"),
        ("2 men came down the road", "2 men came down the road"),
        ("He hit her 5 times in the street", "He hit her 5 times in the street"),
        ("At 21:10 he left; 3 children in the house", "At 21:10 he left; 3 children in the house"),
        ("Crime 20BE/12345/26", "Crime 20BE/12345/26"),
    ],
)
def test_what_reads_as_an_address_stays_out_of_files_though_nobody_recorded_it(text, left):
    assert text_for_files(text, [REFUGE, OPEN]) == left
