"""The Act's tests: both parties' ages, how they are connected, what was done, and the children."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wraparound.foundation.people.rules.connection import personally_connected
from wraparound.response.cases.params import ActTests
from wraparound.response.cases.rules import ActCode, act_tests, age_on, child_test

RULES = ActTests(minimum_age=16, child_under=18, prompt_children_under=18)
KINDS = [
    "spouse",
    "civil_partner",
    "engaged",
    "intimate_partner",
    "parent_of_same_child",
    "parent",
    "child",
    "sibling",
    "grandparent",
    "grandchild",
    "other_relative",
]


def outcome_of(victim=30, perpetrator=32, relationship="spouse", kinds=("physical",), has_perpetrator=True):
    limb = personally_connected(relationship, "no")
    return act_tests(
        victim_age=victim,
        perpetrator_age=perpetrator,
        has_perpetrator=has_perpetrator,
        relationship=relationship,
        limb=limb.letter if has_perpetrator else "",
        limb_reason=limb.reason,
        abuse_kinds=kinds,
        rules=RULES,
    )


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, ["domestic_abuse"]),
        ({"victim": 16, "perpetrator": 18}, ["domestic_abuse", "prompt_children"]),
        ({"victim": 17, "perpetrator": 17}, ["domestic_abuse", "prompt_children"]),
        ({"victim": 15}, ["under_age"]),
        ({"perpetrator": 15, "relationship": "child"}, ["under_age"]),
        ({"victim": 17, "perpetrator": 15}, ["prompt_children", "under_age"]),
        ({"relationship": "none"}, ["not_connected"]),
        ({"relationship": "unknown"}, ["connection_unknown"]),
        ({"has_perpetrator": False, "perpetrator": None}, ["connection_unknown"]),
        ({"victim": None}, ["domestic_abuse", "age_unknown"]),
        ({"victim": None, "perpetrator": None}, ["domestic_abuse", "age_unknown"]),
        ({"kinds": ()}, ["domestic_abuse", "behaviour_not_stated"]),
        ({"victim": 15, "relationship": "none"}, ["under_age", "not_connected"]),
    ],
)
def test_what_the_act_says(changes, codes):
    assert [code.value for code in outcome_of(**changes).codes] == codes


@pytest.mark.parametrize("relationship", KINDS)
def test_each_limb_makes_it_domestic_abuse_between_adults(relationship):
    outcome = outcome_of(relationship=relationship)
    assert ActCode.DOMESTIC_ABUSE in outcome.codes
    assert outcome.limb in set("abcdefg")
    assert any(reason.section == "s2(1)" for reason in outcome.reasons)


@given(
    st.integers(0, 100) | st.none(),
    st.integers(0, 100) | st.none(),
    st.sampled_from([*KINDS, "none", "unknown"]),
    st.booleans(),
)
def test_nobody_under_sixteen_is_ever_a_party_to_domestic_abuse(victim, perpetrator, relationship, has_perpetrator):
    outcome = outcome_of(
        victim, perpetrator if has_perpetrator else None, relationship, has_perpetrator=has_perpetrator
    )
    ages = [age for age in (victim, perpetrator if has_perpetrator else None) if age is not None]
    assert (ActCode.UNDER_AGE in outcome.codes) == any(age < 16 for age in ages)
    assert (ActCode.PROMPT_CHILDREN in outcome.codes) == any(16 <= age < 18 for age in ages)
    if ActCode.UNDER_AGE in outcome.codes:
        assert ActCode.DOMESTIC_ABUSE not in outcome.codes
    assert outcome.codes
    assert all(code.label for code in outcome.codes)
    assert all(reason.sentence.endswith(".") for reason in outcome.reasons)


@pytest.mark.parametrize(
    ("age", "related", "exposure", "codes"),
    [
        (7, ["victim"], "saw", ["child_victim"]),
        (7, ["victim", "perpetrator"], "elsewhere", ["child_victim"]),
        (7, [], "injured", ["child_not_related"]),
        (18, ["victim"], "saw", ["no_child"]),
        (17, ["victim"], "", ["child_victim"]),
        (None, ["perpetrator"], "heard", ["child_victim", "age_unknown"]),
    ],
)
def test_a_child_is_a_victim_when_related_and_exposed(age, related, exposure, codes):
    outcome = child_test(age=age, related_to=related, exposure=exposure, rules=RULES)
    assert [code.value for code in outcome.codes] == codes


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2010, 2, 3), date(2026, 2, 2), 15),
        (date(2010, 2, 3), date(2026, 2, 3), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2027, 1, 1), date(2026, 1, 1), None),
        (None, date(2026, 1, 1), None),
    ],
)
def test_age_on_a_day(born, day, age):
    assert age_on(born, day) == age


def test_the_outcome_is_kept_with_its_reasons_and_its_rule():
    kept = outcome_of().as_json("cases.act 2021-UK.1")
    assert kept["rule"] == "cases.act 2021-UK.1"
    assert kept["limb"] == "a"
    assert {reason["section"] for reason in kept["reasons"]} == {"s1(2)(a)", "s2(1)", "s1(3)"}
