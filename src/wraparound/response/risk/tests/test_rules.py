"""What answers indicate, and what a person may make of it: tables, and properties over all answers."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wraparound.response.risk import rules
from wraparound.response.risk.loading import FOLDER
from wraparound.response.risk.params import Band, UndergradingPrompt
from wraparound.response.risk.rules import Choice, GradingRules, Judgement, Question

WEST_MIDLANDS = (
    Band(grade="high", from_ticks=14),
    Band(grade="medium", from_ticks=10),
    Band(grade="standard", from_ticks=0),
)
FENMOOR = (
    Band(grade="high", from_ticks=14),
    Band(grade="medium", from_ticks=8),
    Band(grade="standard", from_ticks=0),
)
FROM_ONE = (
    Band(grade="high", from_ticks=14),
    Band(grade="medium", from_ticks=10),
    Band(grade="standard", from_ticks=1),
)
SEPARATION = UndergradingPrompt(code="separation_with_stalking", items=("separation", "stalking"), text="Look again.")
STRANGULATION = UndergradingPrompt(code="strangulation", items=("strangulation",), text="Look again.")


def questions_of(name: str) -> list[Question]:
    """The shipped questions, read from their file without a database."""
    version = json.loads((FOLDER / name).read_text())["versions"][0]
    scales = {
        kind: tuple(Choice(a["code"], a["label"], a.get("affirms", False)) for a in answers)
        for kind, answers in version["scales"].items()
    }
    fields = ("key", "number", "topic", "kind", "is_counted", "asked_if_item", "asked_if_answer", "group")
    return [
        Question(
            **{field: item[field] for field in fields if field in item},
            choices=() if item["kind"] == "free" else scales[item["kind"]] + rules.UNKNOWN_CHOICES,
        )
        for item in version["items"]
    ]


DASH = questions_of("dash-2009.json")
DARA = questions_of("dara-2022.json")
COUNTED = [question.key for question in DASH if question.is_counted]


def answered(yes: int, dont_know: int = 0, not_asked: int = 0) -> dict[str, dict[str, str]]:
    """So many yes, so many don't know, so many not asked, and the rest no."""
    codes = ["yes"] * yes + ["dont_know"] * dont_know + ["not_asked"] * not_asked
    codes += ["no"] * (24 - len(codes))
    return {key: {"answer": code} for key, code in zip(COUNTED, codes, strict=True)}


def dash_rules(bands: tuple[Band, ...] = WEST_MIDLANDS, *prompts: UndergradingPrompt) -> GradingRules:
    return GradingRules("risk.dash test", prompts, bands)


@pytest.mark.parametrize(
    ("bands", "ticks", "grade"),
    [
        (WEST_MIDLANDS, 0, "standard"),
        (WEST_MIDLANDS, 9, "standard"),
        (WEST_MIDLANDS, 10, "medium"),
        (WEST_MIDLANDS, 13, "medium"),
        (WEST_MIDLANDS, 14, "high"),
        (WEST_MIDLANDS, 24, "high"),
        (FENMOOR, 7, "standard"),
        (FENMOOR, 8, "medium"),
        (FENMOOR, 13, "medium"),
        (FENMOOR, 14, "high"),
        (FROM_ONE, 0, ""),
        (FROM_ONE, 1, "standard"),
    ],
)
def test_the_band_of_each_area_says_the_grade(bands, ticks, grade):
    assert rules.explain(DASH, answered(ticks), dash_rules(bands)).grade == grade


def test_only_yes_counts_and_the_other_three_stay_apart():
    explained = rules.explain(DASH, answered(12, dont_know=3, not_asked=2), dash_rules())
    assert explained.counts == rules.Counts(yes=12, no=7, dont_know=3, not_asked=2)
    assert explained.sentences[0] == "12 yes, 7 no, 3 don't know, 2 not asked."
    assert explained.sentences[2:] == (
        "2 more would indicate high.",
        "5 questions are not asked or not known: enough to reach high.",
    )


@pytest.mark.parametrize(
    ("yes", "unknown", "is_settled"),
    [(0, 24, False), (9, 0, True), (9, 1, False), (12, 1, True), (12, 2, False), (14, 10, True), (2, 7, True)],
)
def test_a_grade_that_could_still_rise_is_not_settled(yes, unknown, is_settled):
    explained = rules.explain(DASH, answered(yes, not_asked=unknown), dash_rules())
    assert explained.is_settled is is_settled
    assert any("enough to reach" in sentence for sentence in explained.sentences) is not is_settled


def test_an_unanswered_form_is_all_not_asked():
    assert rules.count(DASH, {}) == rules.Counts(0, 0, 0, 24)


def test_a_follow_up_that_says_yes_is_no_tick():
    answers = answered(0) | {"strangulation": {"answer": "yes"}, "strangulation_medical": {"answer": "yes"}}
    assert rules.count(DASH, answers).yes == 1


@given(st.integers(0, 24), st.sampled_from([WEST_MIDLANDS, FENMOOR, FROM_ONE]))
def test_below_the_top_it_always_says_that_it_is_not_safe(ticks, bands):
    explained = rules.explain(DASH, answered(ticks), dash_rules(bands))
    assert (rules.NOT_SAFE in explained.cautions) == (ticks < 14)
    said = " ".join(explained.sentences + explained.cautions)
    assert "%" not in said
    assert "probab" not in said


@given(st.integers(0, 23))
def test_one_more_yes_never_indicates_a_lower_grade(ticks):
    fewer, more = (rules.explain(DASH, answered(n), dash_rules()).grade for n in (ticks, ticks + 1))
    assert rules.rank(fewer) <= rules.rank(more)


def test_the_dara_is_never_added_up():
    answers = {question.key: {"answer": "often"} for question in DARA if question.kind == "frequency"}
    explained = rules.explain(DARA, answers, GradingRules("risk.dara test", (SEPARATION,)))
    assert explained.counts is None
    assert explained.grade == ""
    assert explained.cautions == (rules.NO_TOTAL,)
    said = " ".join(explained.sentences)
    assert "yes" not in said
    assert str(len(answers)) not in said


@pytest.mark.parametrize(
    ("separation", "stalking", "fired", "to_ask"),
    [
        ("yes", "yes", [True], 0),
        ("yes", "dont_know", [False], 1),
        ("yes", "not_asked", [False], 1),
        ("not_asked", "yes", [False], 1),
        ("yes", "no", [], 0),
        ("no", "yes", [], 0),
        ("not_asked", "not_asked", [], 0),
    ],
)
def test_a_prompt_fires_or_waits_or_is_silent(separation, stalking, fired, to_ask):
    answers = {"separation": {"answer": separation}, "stalking": {"answer": stalking}}
    found = rules.prompts_of(dash_rules(WEST_MIDLANDS, SEPARATION), DASH, answers)
    assert [prompt.fired for prompt in found] == fired
    assert sum(len(prompt.to_ask) for prompt in found) == to_ask


@pytest.mark.parametrize(("stalking", "fired"), [("never", 0), ("occasionally", 1), ("often", 1), ("all_the_time", 1)])
def test_on_the_dara_any_frequency_but_never_says_that_it_is_there(stalking, fired):
    answers = {"separation": {"answer": "yes"}, "stalking": {"answer": stalking}}
    found = rules.prompts_of(GradingRules("risk.dara test", (SEPARATION,)), DARA, answers)
    assert sum(prompt.fired for prompt in found) == fired


def test_strangulation_alone_fires_its_prompt():
    found = rules.prompts_of(dash_rules(WEST_MIDLANDS, STRANGULATION), DASH, {"strangulation": {"answer": "yes"}})
    assert [(prompt.code, prompt.fired) for prompt in found] == [("strangulation", True)]


def test_a_prompt_of_another_instrument_is_passed_over():
    other = UndergradingPrompt(code="other", items=("strangulation", "no_such_item"), text="x")
    assert rules.prompts_of(dash_rules(WEST_MIDLANDS, other), DASH, {"strangulation": {"answer": "yes"}}) == []


@pytest.mark.parametrize(
    ("parent", "child"),
    [
        ("weapons", "weapons_which"),
        ("other_feared", "other_feared_who"),
        ("breach_of_order", "breach_of_order_which"),
        ("stalking", "stalking_how"),
    ],
)
def test_an_answer_whose_question_is_no_longer_asked_is_blanked_with_its_note(parent, child):
    entry = {"answer": "A kitchen knife", "source": "neighbour", "note": "seen twice"}
    kept = rules.cleaned(DASH, {parent: {"answer": "yes"}, child: entry})
    assert kept[child] == entry
    for answer in ("no", "dont_know", "not_asked"):
        assert child not in rules.cleaned(DASH, {parent: {"answer": answer}, child: entry})


def test_a_follow_up_of_a_follow_up_goes_with_the_first():
    chain = [
        Question("a", 1, "A", "yesno", DASH[2].choices),
        Question("b", 1, "B", "yesno", DASH[2].choices, asked_if_item="a", asked_if_answer="yes"),
        Question("c", 1, "C", "free", asked_if_item="b", asked_if_answer="yes"),
    ]
    answers = {"a": {"answer": "no"}, "b": {"answer": "yes"}, "c": {"answer": "words"}}
    assert rules.cleaned(chain, answers) == {"a": {"answer": "no"}}


parts = st.fixed_dictionaries(
    {
        "answer": st.sampled_from(["", "yes", "no", "dont_know", "not_asked"]),
        "source": st.sampled_from(["", "neighbour"]),
        "note": st.sampled_from(["", "twice"]),
    }
)
any_answers = st.dictionaries(st.sampled_from([question.key for question in DASH]), parts)


@given(any_answers)
def test_cleaning_is_settled_after_once_and_changes_no_count(answers):
    kept = rules.cleaned(DASH, answers)
    assert rules.cleaned(DASH, kept) == kept
    assert rules.count(DASH, kept) == rules.count(DASH, answers)
    assert {question.key for question in rules.asked(DASH, kept)} >= set(kept)


@given(any_answers, any_answers)
def test_differences_are_found_both_ways_and_none_within_one(mine, theirs):
    mine, theirs = rules.cleaned(DASH, mine), rules.cleaned(DASH, theirs)
    there = {(d.key, d.part): (d.mine, d.theirs) for d in rules.differences(DASH, mine, theirs)}
    back = {(d.key, d.part): (d.theirs, d.mine) for d in rules.differences(DASH, theirs, mine)}
    assert there == back
    assert rules.differences(DASH, mine, mine) == []
    assert bool(there) == (mine != theirs)


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"injury": {"answer": "yes"}}, ""),
        ({"injury": {"answer": "often"}}, "no answer"),
        ({"no_such": {"answer": "yes"}}, "no question no_such"),
        ({"weapons_which": {"answer": "any words"}}, ""),
    ],
)
def test_an_answer_that_cannot_be_one_is_named(answers, says):
    assert says in rules.mistake_in(DASH, answers)
    assert bool(says) == bool(rules.mistake_in(DASH, answers))


# --- judgement ----------------------------------------------------------------------------------------------

grades = st.sampled_from(rules.GRADES)
some_grade = st.sampled_from(("", *rules.GRADES))
words = st.sampled_from(["", "   ", "Because she knows him best."])
judgements = st.builds(
    Judgement,
    grade=some_grade,
    judgement_reason=words,
    lower_reason=words,
    missed=words,
    children_safeguarding=st.sampled_from(["", "made", "not_needed", "not_made", "perhaps"]),
    children_safeguarding_why=words,
)


@given(judgements, some_grade, some_grade)
def test_judgement_never_lowers_what_the_ticks_indicate(judgement, indicated, previous):
    mistakes = rules.mistakes_in(judgement, indicated=indicated, previous=previous)
    if not mistakes:
        assert rules.rank(judgement.grade) >= rules.rank(indicated)
        assert judgement.grade in rules.grades_open(indicated)
        if judgement.grade != indicated:
            assert judgement.judgement_reason.strip()
        if rules.is_lower(judgement.grade, previous):
            assert judgement.lower_reason.strip()


@given(grades, some_grade)
def test_every_grade_that_is_open_can_be_signed_with_its_reasons(indicated, previous):
    for grade in rules.grades_open(indicated):
        full = Judgement(grade, "a reason", "a reason", "", "not_made", "a reason")
        assert rules.mistakes_in(full, indicated=indicated, previous=previous) == {}


@pytest.mark.parametrize(
    ("changes", "indicated", "previous", "fields"),
    [
        ({"grade": "medium"}, "high", "", {"grade"}),
        ({"grade": "standard"}, "medium", "", {"grade"}),
        ({"grade": "high"}, "high", "", set()),
        ({"grade": "high"}, "medium", "", {"judgement_reason"}),
        ({"grade": "high", "judgement_reason": "Stalking"}, "medium", "", set()),
        ({"grade": "medium"}, "medium", "high", {"lower_reason"}),
        ({"grade": "medium", "lower_reason": "He is in prison"}, "medium", "high", set()),
        ({"grade": "high"}, "high", "medium", set()),
        ({"grade": "standard"}, "", "", {"judgement_reason"}),
        ({"grade": ""}, "", "", {"grade"}),
        ({"grade": "high", "children_safeguarding": ""}, "high", "", {"children_safeguarding"}),
        ({"grade": "high", "children_safeguarding": "not_made"}, "high", "", {"children_safeguarding_why"}),
    ],
)
def test_what_stands_in_the_way_of_signing(changes, indicated, previous, fields):
    judgement = Judgement(**({"children_safeguarding": "not_needed"} | changes))
    assert set(rules.mistakes_in(judgement, indicated=indicated, previous=previous)) == fields


@pytest.mark.parametrize(("age", "says"), [(15, "Under 16"), (16, "16 or 17"), (17, "16 or 17"), (18, ""), (None, "")])
def test_the_young_are_pointed_elsewhere(age, says):
    assert rules.age_caution(age).startswith(says)
    assert bool(rules.age_caution(age)) == bool(says)
