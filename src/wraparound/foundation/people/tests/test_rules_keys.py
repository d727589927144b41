"""Names by their sound, and the keys by which a record is found again."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wraparound.foundation.people.rules.keys import (
    blocking_keys,
    district_of,
    lookup_keys,
    phone_of,
    postcode_of,
)
from wraparound.foundation.people.rules.names import sounds_of, words_of
from wraparound.foundation.people.values import PersonValues

BORN = date(1992, 3, 27)

SAME_SOUND = [
    ("Mohammed Ali", "محمد علي"),
    ("Fatima", "فاطمة"),
    ("Ahmed", "أحمد"),
    ("Yusuf", "يوسف"),
    ("Hussain", "حسين"),
    ("Siddiqui", "صديقي"),
    ("Wang Wei", "王伟"),
    ("Gurpreet", "ਗੁਰਪ੍ਰੀਤ"),
    ("Nikolay", "Николай"),
    ("O'Brien", "O Brien"),
    ("O’Brien", "OBRIEN"),
    ("McDonald", "Mc Donald"),
    ("Al-Hassan", "الحسن"),
    ("Muhammad", "Mohamed"),
    ("Aisha", "Ayesha"),
    ("Catherine", "Kathryn"),
    ("Smith", "Smyth"),
    ("Siân", "Sian"),
    ("Mrs Kaur", "KAUR"),
]


@pytest.mark.parametrize(("one", "other"), SAME_SOUND)
def test_a_name_written_in_two_ways_sounds_the_same(one: str, other: str) -> None:
    assert set(sounds_of(one)) & set(sounds_of(other))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Smith-Jones", ("smith", "jones")),
        ("van der Berg", ("berg",)),
        ("de la", ("de", "la")),
        ("Unknown", ()),
        ("  ", ()),
        ("Ms Ada  Okafor", ("ada", "okafor")),
        ("D'Souza", ("dsouza",)),
        ("李小龙", ("lixiaolong", "xiaolong", "li", "xiao", "long")),
    ],
)
def test_the_words_of_a_name(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("07700 900123", "7700900123"),
        ("+44 7700 900123", "7700900123"),
        ("0044 (0)7700-900123", "7700900123"),
        ("999", ""),
        ("not known", ""),
        ("0121 496 0000", "1214960000"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(text: str, digits: str) -> None:
    assert phone_of(text) == digits


@pytest.mark.parametrize(
    ("text", "whole", "district"),
    [("b11 1aa", "B111AA", "B11"), ("B1 1AA", "B11AA", "B1"), ("EC1A1BB", "EC1A1BB", "EC1A"), ("nowhere", "", "")],
)
def test_postcodes(text: str, whole: str, district: str) -> None:
    assert (postcode_of(text), district_of(text)) == (whole, district)


TYPED_BY_ANOTHER_HAND = [
    PersonValues(family_name="Kahn", given_names="Aisha", dob=BORN),
    PersonValues(family_name="Khan", given_names="Ayesha", dob=date(1992, 3, 2)),
    PersonValues(family_name="Khan", given_names="Aisha", dob=date(1929, 3, 27)),
    PersonValues(family_name="Aisha", given_names="Khan"),
    PersonValues(family_name="Begum-Khan", given_names="Aisha"),
    PersonValues(family_name="خان", given_names="عائشة"),
    PersonValues(family_name="Malik", given_names="Aisha", dob=BORN),
    PersonValues(given_names="Aysh", postcode="b111aa"),
    PersonValues(phones=(("+447700900123", "safe"),)),
    PersonValues(family_name="Malik", aliases=("Aisha Khan",), dob=date(1992, 12, 1)),
    PersonValues(family_name="Completely", given_names="Other", dob=date(1980, 1, 1), dob_alternatives=(BORN,)),
]


@pytest.mark.parametrize("other", TYPED_BY_ANOTHER_HAND)
def test_the_same_person_shares_a_key(other: PersonValues) -> None:
    held = PersonValues(
        family_name="Khan",
        given_names="Aisha",
        dob=BORN,
        postcode="B11 1AA",
        phones=(("07700 900123", "unknown"),),
    )
    assert set(blocking_keys(held)) & set(lookup_keys(blocking_keys(other)))


def test_a_birthday_with_day_and_month_swapped_shares_a_key_without_any_name() -> None:
    one, other = PersonValues(dob=date(1992, 3, 7)), PersonValues(dob=date(1992, 7, 3))
    assert blocking_keys(one) == blocking_keys(other)


def test_the_narrow_keys_come_first_and_a_year_key_without_year_is_not_looked_up() -> None:
    keys = blocking_keys(PersonValues(family_name="Khan", given_names="Aisha", postcode="B11 1AA"))
    assert keys == sorted(keys, key=lambda key: key[0])
    assert [key for key in keys if key.startswith("y:")]
    assert not [key for key in lookup_keys(keys) if key.startswith("y:")]


def test_a_record_without_anything_has_no_key() -> None:
    assert blocking_keys(PersonValues(family_name="Unknown")) == []


LETTERS = st.characters(min_codepoint=97, max_codepoint=122)
NAMES = st.text(LETTERS, min_size=3, max_size=10)
DAYS = st.dates(date(1930, 1, 1), date(2020, 12, 31))


@given(NAMES, NAMES, DAYS, st.integers(0, 8), LETTERS)
@settings(max_examples=200)
def test_one_letter_typed_wrong_in_the_given_name_leaves_a_key(
    family: str, given_name: str, born: date, place: int, letter: str
) -> None:
    at = place % len(given_name)
    typed = given_name[:at] + letter + given_name[at + 1 :]
    one = PersonValues(family_name=family, given_names=given_name, dob=born)
    other = PersonValues(family_name=family, given_names=typed, dob=born)
    assert set(blocking_keys(one)) & set(lookup_keys(blocking_keys(other)))


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4), st.none() | DAYS, st.text(max_size=30))
@settings(max_examples=200)
def test_any_text_gives_keys_that_fit_their_column(names: list[str], born: date | None, rest: str) -> None:
    values = PersonValues(family_name=names[0], given_names=names[-1], aliases=tuple(names), dob=born, postcode=rest)
    keys = blocking_keys(values)
    assert len(keys) == len(set(keys)) <= 24
    assert all(0 < len(key) <= 60 for key in keys)
    assert keys == blocking_keys(values)


@given(NAMES, NAMES)
def test_family_and_given_name_the_wrong_way_round_share_a_key(family: str, given_name: str) -> None:
    one = PersonValues(family_name=family, given_names=given_name)
    other = PersonValues(family_name=given_name, given_names=family)
    if words_of(family) and words_of(given_name):
        assert set(blocking_keys(one)) & set(blocking_keys(other))


@pytest.mark.parametrize(("family", "given_name"), list(product(["خان", "王"], ["عائشة", "伟"])))
def test_names_of_other_scripts_give_latin_keys(family: str, given_name: str) -> None:
    keys = blocking_keys(PersonValues(family_name=family, given_names=given_name, dob=BORN))
    assert keys
    assert all(key.isascii() for key in keys)
