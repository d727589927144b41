"""The criteria as tables, with the days on either side of every boundary, under both packs' parameters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wraparound.foundation.areas.rules import LONDON, add_months
from wraparound.response.marac.params import MaracCriteria, MaracSessions, RepeatAnchor, RepeatScope
from wraparound.response.marac.rules import (
    CriterionOutcome,
    EarlierHearing,
    Facts,
    FormResult,
    IncidentFact,
    criteria,
    is_criminal_type,
    session_days,
    urgency,
)

PACKS = Path(__file__).resolve().parents[5] / "packs"
ON = date(2025, 11, 3)


def packed(pack: str, name: str, version: str) -> dict[str, object]:
    file = json.loads((PACKS / pack / "rulesets" / f"{name}.json").read_text("utf-8"))
    return next(v["params"] for v in file["versions"] if v["version"] == version)


BIRMINGHAM = MaracCriteria.model_validate(packed("birmingham", "marac.criteria", "2021-WM.1"))
FENMOOR = MaracCriteria.model_validate(packed("fenmoor", "marac.criteria", "2023-FEN.1"))


def incident(day: date, number: int = 0, *, pair: str = "a+b", **values: object) -> IncidentFact:
    at = datetime.combine(day, time(12), LONDON).astimezone(UTC)
    return replace(IncidentFact(id=f"i{day}-{number}", pair=pair, occurred_at=at, reported_at=at), **values)


def hearing(referred: date, heard: date, pair: str = "a+b", *, claimed: bool = False) -> EarlierHearing:
    return EarlierHearing(
        id="h1",
        pair=pair,
        referred_at=datetime.combine(referred, time(9), LONDON),
        heard_at=datetime.combine(heard, time(13), LONDON),
        is_claimed=claimed,
    )


def outcome(code: str, facts: Facts, params: MaracCriteria) -> CriterionOutcome:
    return next(o for o in criteria(facts, params, rule_label="r 1").outcomes if o.code == code)


def fires(code: str, facts: Facts, params: MaracCriteria) -> bool:
    return outcome(code, facts, params).fired


@pytest.mark.parametrize(
    ("ticks", "day", "expected"),
    [
        (13, ON, False),
        (14, ON, True),
        (24, ON, True),
        (0, ON, False),
        (14, date(2024, 11, 3), True),
        (14, date(2024, 11, 2), False),
        (14, date(2025, 11, 4), False),
    ],
)
@pytest.mark.parametrize("params", [BIRMINGHAM, FENMOOR])
def test_enough_ticks_in_a_recent_dash_are_visible_high_risk(
    params: MaracCriteria, ticks: int, day: date, expected: bool
) -> None:
    facts = Facts(on=ON, forms=[FormResult("f1", "dash", day, "Police", ticks=ticks)])
    assert fires("visible_high_risk", facts, params) is expected


@pytest.mark.parametrize(
    ("instrument", "grade", "dara_grade", "expected"),
    [
        ("dara", "high", "high", True),
        ("dara", "medium", "high", False),
        ("dara", "high", "", False),
        ("dash", "high", "high", False),
    ],
)
def test_a_dara_counts_by_the_grade_of_the_rule_set_and_never_by_a_total(
    instrument: str, grade: str, dara_grade: str, expected: bool
) -> None:
    params = BIRMINGHAM.model_copy(update={"dara_grade": dara_grade})
    facts = Facts(on=ON, forms=[FormResult("f1", instrument, ON, "Police", grade=grade)])
    assert fires("visible_high_risk", facts, params) is expected


def test_ticks_and_grades_that_came_with_an_incident_count_and_name_it() -> None:
    facts = Facts(on=ON, incidents=[incident(ON, dash_ticks=9), incident(ON, 1, dara_grade="high")])
    found = outcome("visible_high_risk", facts, BIRMINGHAM)
    assert found.ids == (f"i{ON}-1",)
    assert "3 November 2025" in found.evidence[0]


def test_below_the_ticks_is_never_called_safe() -> None:
    found = outcome("visible_high_risk", Facts(on=ON, incidents=[incident(ON, dash_ticks=9)]), BIRMINGHAM)
    assert not found.fired
    assert "9 of 14" in found.evidence[0]
    assert "does not mean safe" in found.evidence[0]


def spread(days: Sequence[date], pair: str = "a+b") -> list[IncidentFact]:
    return [incident(day, number, pair=pair) for number, day in enumerate(days)]


@pytest.mark.parametrize(
    ("params", "days", "expected"),
    [
        (BIRMINGHAM, [ON, ON], False),
        (BIRMINGHAM, [ON, ON, ON], True),
        (BIRMINGHAM, [ON, ON, date(2024, 11, 3)], True),  # twelve months to the day
        (BIRMINGHAM, [ON, ON, date(2024, 11, 2)], False),  # and one more
        (BIRMINGHAM, [ON, ON, date(2025, 11, 4)], False),  # reported after the day
        (FENMOOR, [ON] * 4, False),
        (FENMOOR, [ON] * 5, True),
        (FENMOOR, [*[ON] * 4, date(2024, 11, 3)], True),
        (FENMOOR, [*[ON] * 4, date(2024, 11, 2)], False),
    ],
)
def test_escalation_counts_reports_in_calendar_months(params: MaracCriteria, days: list[date], expected: bool) -> None:
    assert fires("potential_escalation", Facts(on=ON, incidents=spread(days)), params) is expected


@pytest.mark.parametrize(
    ("on", "oldest", "expected"),
    [
        (date(2024, 2, 29), date(2023, 2, 28), True),  # a leap day looks back to the last of February
        (date(2024, 2, 29), date(2023, 2, 27), False),
        (date(2025, 2, 28), date(2024, 2, 28), True),
        (date(2025, 2, 28), date(2024, 2, 27), False),
    ],
)
def test_escalation_over_a_leap_day(on: date, oldest: date, expected: bool) -> None:
    assert fires("potential_escalation", Facts(on=on, incidents=spread([on, on, oldest])), BIRMINGHAM) is expected


def test_escalation_is_between_the_same_two_people() -> None:
    mixed = [*spread([ON, ON]), *spread([ON, ON], pair="a+c")]
    assert not fires("potential_escalation", Facts(on=ON, incidents=mixed), BIRMINGHAM)
    found = outcome("potential_escalation", Facts(on=ON, incidents=[*mixed, incident(ON, 9)]), BIRMINGHAM)
    assert found.fired
    assert len(found.ids) == 3
    assert "3 incidents" in found.evidence[0]


def test_a_report_just_before_midnight_in_summer_counts_on_its_day_in_london() -> None:
    late = datetime(2024, 11, 3, 0, 30, tzinfo=LONDON)
    summer = datetime(2025, 7, 1, 23, 30, tzinfo=UTC)  # 2 July in London
    facts = Facts(
        on=date(2025, 7, 1),
        incidents=[replace(incident(ON), reported_at=summer), incident(date(2025, 7, 1)), incident(date(2025, 6, 30))],
    )
    assert late.date() == date(2024, 11, 3)
    assert not fires("potential_escalation", facts, BIRMINGHAM)


MEETING = BIRMINGHAM  # meeting date, any abuse
REFERRAL = FENMOOR.model_copy(update={"repeat_scope": RepeatScope.ANY_ABUSE})


@pytest.mark.parametrize(
    ("params", "referred", "heard", "day", "expected"),
    [
        (MEETING, date(2024, 10, 1), date(2024, 11, 3), date(2025, 11, 3), True),  # the last day counts
        (MEETING, date(2024, 10, 1), date(2024, 11, 3), date(2025, 11, 4), False),
        (MEETING, date(2024, 10, 1), date(2024, 11, 3), date(2024, 11, 2), False),  # between: joins that case
        (MEETING, date(2024, 10, 1), date(2024, 11, 3), date(2024, 11, 4), True),
        (REFERRAL, date(2024, 10, 1), date(2024, 11, 3), date(2025, 10, 1), True),
        (REFERRAL, date(2024, 10, 1), date(2024, 11, 3), date(2025, 10, 2), False),  # the other anchor would say yes
        (REFERRAL, date(2024, 10, 1), date(2024, 11, 3), date(2024, 10, 20), False),
        (MEETING, date(2024, 2, 1), date(2024, 2, 29), date(2025, 2, 28), True),  # from a leap day
        (MEETING, date(2024, 2, 1), date(2024, 2, 29), date(2025, 3, 1), False),
        (MEETING, date(2023, 2, 1), date(2023, 2, 28), date(2024, 2, 28), True),  # into a leap year
        (MEETING, date(2023, 2, 1), date(2023, 2, 28), date(2024, 2, 29), False),
    ],
)
def test_a_repeat_by_anchor_and_boundary(
    params: MaracCriteria, referred: date, heard: date, day: date, expected: bool
) -> None:
    facts = Facts(on=day, incidents=[incident(day)], hearings=[hearing(referred, heard)])
    assert fires("repeat", facts, params) is expected


def test_abuse_on_the_evening_after_the_meeting_is_a_repeat_and_in_the_morning_before_it_is_not() -> None:
    heard = date(2025, 10, 1)
    for hour, expected in ((9, False), (20, True)):
        moment = datetime.combine(heard, time(hour), LONDON)
        facts = Facts(
            on=heard,
            incidents=[replace(incident(heard), occurred_at=moment, reported_at=moment)],
            hearings=[hearing(date(2025, 9, 20), heard)],
        )
        assert fires("repeat", facts, BIRMINGHAM) is expected


@pytest.mark.parametrize(
    ("values", "criminal"),
    [
        ({"kinds": frozenset({"psychological"})}, False),
        ({"kinds": frozenset({"controlling_coercive", "economic"})}, False),
        ({"kinds": frozenset({"physical"})}, True),
        ({"kinds": frozenset({"violent_threatening"})}, True),
        ({"kinds": frozenset({"psychological"}), "flags": frozenset({"stalking"})}, True),
        ({"kinds": frozenset({"economic"}), "is_recorded_crime": True}, True),
    ],
)
def test_the_scope_of_a_repeat(values: dict[str, object], criminal: bool) -> None:
    facts = Facts(on=ON, incidents=[incident(ON, **values)], hearings=[hearing(date(2025, 1, 6), date(2025, 1, 16))])
    assert is_criminal_type(facts.incidents[0]) is criminal
    assert fires("repeat", facts, BIRMINGHAM) is True
    assert fires("repeat", facts, FENMOOR) is criminal


def test_a_repeat_needs_the_same_two_people_and_no_police_report() -> None:
    before = [hearing(date(2025, 1, 6), date(2025, 1, 16))]
    other = Facts(on=ON, incidents=[incident(ON, pair="a+c")], hearings=before)
    told = Facts(on=ON, reported_abuse=[incident(ON)], hearings=before)
    assert not fires("repeat", other, BIRMINGHAM)
    assert fires("repeat", told, BIRMINGHAM)


def test_a_repeat_that_only_the_referrer_knows_of_says_so() -> None:
    facts = Facts(
        on=ON, reported_abuse=[incident(ON)], hearings=[hearing(date(2025, 3, 3), date(2025, 3, 3), claimed=True)]
    )
    assert "as the referrer says" in outcome("repeat", facts, BIRMINGHAM).evidence[0]


def test_judgement_is_a_persons_and_prompts_are_only_shown() -> None:
    facts = Facts(
        on=ON,
        incidents=[incident(ON, flags=frozenset({"strangulation", "weapon"}))],
        forms=[FormResult("f1", "dash", ON, "BSWA", ticks=8, yes_topics=frozenset({"separation", "stalking"}))],
    )
    found = criteria(facts, BIRMINGHAM, rule_label="r 1")
    assert not found.fired
    assert [p.topic for p in found.prompts] == ["strangulation", "stalking", "separation"]
    with_reason = criteria(replace(facts, judgement_reason="She is terrified."), BIRMINGHAM, rule_label="r 1")
    assert [o.code for o in with_reason.fired] == ["professional_judgement"]
    assert [p.topic for p in criteria(facts, FENMOOR, rule_label="r 1").prompts] == ["strangulation", "stalking"]


def test_each_outcome_carries_the_rule_and_its_provisional_mark() -> None:
    found = criteria(Facts(on=ON), BIRMINGHAM, rule_label="marac.criteria 2021-WM.1", provisional={"repeat"})
    assert {o.rule_label for o in found.outcomes} == {"marac.criteria 2021-WM.1"}
    assert [o.code for o in found.outcomes if o.is_provisional] == ["repeat"]
    assert [o.code for o in found.outcomes] == [
        "professional_judgement", "visible_high_risk", "potential_escalation", "repeat",
    ]  # fmt: skip


@given(
    st.lists(st.integers(min_value=0, max_value=500), max_size=9),
    st.integers(min_value=2, max_value=6),
    st.integers(min_value=1, max_value=14),
)
def test_escalation_fires_exactly_when_the_window_holds_enough(ages: list[int], wanted: int, months: int) -> None:
    params = BIRMINGHAM.model_copy(update={"escalation_incidents": wanted, "escalation_months": months})
    days = [ON - timedelta(days=age) for age in ages]
    expected = sum(day >= add_months(ON, -months) for day in days) >= wanted
    found = outcome("potential_escalation", Facts(on=ON, incidents=spread(days)), params)
    assert found.fired is expected
    assert bool(found.ids) is expected


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(min_value=-40, max_value=800))
def test_the_anchor_of_the_meeting_never_gives_a_shorter_window(heard: date, after: int) -> None:
    day = heard + timedelta(days=after)
    facts = Facts(on=day, incidents=[incident(day)], hearings=[hearing(heard - timedelta(days=10), heard)])
    by_meeting = BIRMINGHAM.model_copy(update={"repeat_anchor": RepeatAnchor.MEETING_DATE})
    by_referral = BIRMINGHAM.model_copy(update={"repeat_anchor": RepeatAnchor.REFERRAL_DATE})
    assert fires("repeat", facts, by_meeting) >= fires("repeat", facts, by_referral)


def test_the_riskiest_come_first_with_their_reasons() -> None:
    quiet = criteria(Facts(on=ON, judgement_reason="Worried."), BIRMINGHAM, rule_label="r 1")
    grave = criteria(
        Facts(on=ON, incidents=[incident(ON, dash_ticks=18, flags=frozenset({"strangulation"}))]),
        BIRMINGHAM,
        rule_label="r 1",
    )
    assert urgency(grave).rank > urgency(quiet).rank
    assert urgency(grave, children=2).reasons == ("Visible high risk", "Strangulation or suffocation", "2 children")


DAILY = MaracSessions.model_validate(packed("birmingham", "marac.sessions", "2020-BHM.1"))
FORTNIGHTLY = MaracSessions.model_validate(packed("fenmoor", "marac.sessions", "2023-FEN.1"))


def test_daily_sessions_leave_out_weekends_and_bank_holidays() -> None:
    found = session_days(
        DAILY, date(2025, 12, 22), date(2026, 1, 2), {date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1)}
    )
    assert [d.day for d in found] == [22, 23, 24, 29, 30, 31, 2]


def test_fortnightly_sessions_keep_their_rhythm_over_the_year() -> None:
    found = session_days(FORTNIGHTLY, date(2025, 1, 1), date(2025, 3, 1), ())
    assert found == [date(2025, 1, 9), date(2025, 1, 23), date(2025, 2, 6), date(2025, 2, 20)]
    assert session_days(FORTNIGHTLY, date(2025, 1, 10), date(2025, 1, 22), ()) == []
