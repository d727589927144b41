"""How much speaks for two records being one person, and in which words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wraparound.foundation.people.params import MatchingRules
from wraparound.foundation.people.rules import Facts, facts_of, score
from wraparound.foundation.people.rules.scoring import most_points
from wraparound.foundation.people.values import PersonValues

RULES = MatchingRules(
    propose_from=150,
    name_same=110,
    name_similar=70,
    name_different=-60,
    dob_same=140,
    dob_parts_swapped=100,
    dob_one_part_differs=80,
    dob_different=-80,
    postcode_same=70,
    postcode_district_same=20,
    phone_same=110,
    sex_different=-40,
    related_same=100,
    similar_name_from=0.82,
)
BORN = date(1992, 3, 7)


def compared(**other: object) -> dict[str, str]:
    mine = PersonValues(
        family_name="Khan",
        given_names="Aisha",
        dob=BORN,
        postcode="B11 1AA",
        sex="female",
        phones=(("07700900123", ""),),
    )
    theirs = PersonValues(**other)  # type: ignore[arg-type]
    _, reasons = score(facts_of(mine), facts_of(theirs), RULES)
    return {reason.field: reason.agreement for reason in reasons}


@pytest.mark.parametrize(
    ("other", "field", "words"),
    [
        ({"family_name": "Khan", "given_names": "Aisha"}, "name", "same name"),
        ({"family_name": "KHAN ", "given_names": "aisha"}, "name", "same name"),
        ({"family_name": "Aisha", "given_names": "Khan"}, "name", "same name, in another order"),
        ({"family_name": "Kahn", "given_names": "Ayesha"}, "name", "names that sound the same"),
        ({"family_name": "خان", "given_names": "عائشة"}, "name", "names that sound the same"),
        ({"family_name": "Khan", "given_names": "Aishal"}, "name", "similar name"),
        ({"family_name": "Khan-Malik", "given_names": "Aisha"}, "name", "one name is part of the other"),
        ({"family_name": "Malik", "given_names": "Aisha"}, "name", "same given name, another family name"),
        ({"family_name": "Khan", "given_names": "Imran"}, "name", "different name"),
        ({"family_name": "Malik", "aliases": ("Aisha Khan",)}, "name", "same name"),
        ({"dob": BORN}, "birthday", "same birthday"),
        ({"dob": date(1992, 7, 3)}, "birthday", "birthday: day and month swapped"),
        ({"dob": date(1992, 3, 17)}, "birthday", "birthday: only the day differs"),
        ({"dob": date(1992, 5, 7)}, "birthday", "birthday: only the month differs"),
        ({"dob": date(1991, 3, 7)}, "birthday", "birthday: only the year differs"),
        ({"dob": date(1980, 1, 1)}, "birthday", "different birthday"),
        ({"dob": date(1980, 1, 1), "dob_alternatives": (BORN,)}, "birthday", "same birthday"),
        ({"postcode": "b111aa"}, "address", "same postcode"),
        ({"postcode": "B11 4XX"}, "address", "address moved within the postcode district"),
        ({"postcode": "M1 1AE"}, "address", "address in another postcode district"),
        ({"phones": (("+44 7700 900123", ""),)}, "telephone", "same telephone number"),
        ({"sex": "male"}, "sex", "recorded as another sex"),
    ],
)
def test_each_agreement_has_its_words(other: dict[str, object], field: str, words: str) -> None:
    assert compared(**other)[field] == words


@pytest.mark.parametrize("other", [{}, {"sex": "unknown"}, {"phones": (("0121 496 0000", ""),)}])
def test_what_is_not_known_says_nothing(other: dict[str, object]) -> None:
    assert compared(**other) == {}


@pytest.mark.parametrize(
    ("other", "is_proposed"),
    [
        ({"family_name": "Kahn", "given_names": "Ayesha", "dob": BORN}, True),
        ({"family_name": "Khan", "given_names": "Aisha", "dob": date(1992, 7, 3)}, True),
        ({"family_name": "Khan", "given_names": "Aisha"}, False),
        ({"family_name": "Khan", "given_names": "Aisha", "dob": date(1960, 1, 1)}, False),
        ({"family_name": "Khan", "given_names": "Imran", "sex": "male", "dob": BORN}, False),
        ({"family_name": "Malik", "given_names": "Aisha", "dob": BORN, "postcode": "B11 9ZZ"}, True),
    ],
)
def test_what_goes_to_the_link_reviewer(other: dict[str, object], is_proposed: bool) -> None:
    mine = PersonValues(family_name="Khan", given_names="Aisha", dob=BORN, postcode="B11 1AA", sex="female")
    points, _ = score(facts_of(mine), facts_of(PersonValues(**other)), RULES)  # type: ignore[arg-type]
    assert (points >= RULES.propose_from) is is_proposed


def test_reasons_hold_no_values() -> None:
    said = " ".join(compared(family_name="Khan", given_names="Aisha", dob=BORN, postcode="B11 1AA").values())
    assert "Khan" not in said
    assert "1992" not in said
    assert "B11" not in said


NAMES = st.text(max_size=15)
FACTS = st.builds(
    Facts,
    names=st.lists(st.tuples(NAMES, NAMES).filter(any), max_size=3).map(tuple),
    days=st.lists(st.dates(), max_size=2).map(tuple),
    postcodes=st.frozensets(st.sampled_from(["B111AA", "B112BB", "M11AE"]), max_size=2),
    phones=st.frozensets(st.sampled_from(["7700900123", "1214960000"]), max_size=2),
    sex=st.sampled_from(["", "female", "male", "unknown"]),
)


@given(FACTS, FACTS)
@settings(max_examples=300)
def test_the_score_is_the_same_both_ways_round(a: Facts, b: Facts) -> None:
    assert score(a, b, RULES) == score(b, a, RULES)


@given(FACTS, FACTS)
def test_the_cheap_bound_never_loses_a_pair(a: Facts, b: Facts) -> None:
    assert most_points(a, b, RULES) >= score(a, b, RULES)[0]


@given(FACTS)
def test_the_points_are_the_sum_of_the_reasons(a: Facts) -> None:
    points, reasons = score(a, a, RULES)
    assert points == sum(reason.points for reason in reasons)
    assert points >= 0
