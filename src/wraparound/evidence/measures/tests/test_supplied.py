"""What agencies supplied, against plain counting of the same file; and small numbers, which nothing gives away."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wraparound.evidence.measures import registry
from wraparound.evidence.measures.context import Context, Rules
from wraparound.evidence.measures.disclosure import Published, audit, protect
from wraparound.evidence.measures.results import MeasureResult, Period, Status
from wraparound.evidence.measures.returns import not_overlapping, series_of
from wraparound.evidence.measures.supplied import ledger_of
from wraparound.evidence.measures.tests.conftest import BIRMINGHAM, ROOT
from wraparound.evidence.store.engine import open_store
from wraparound.evidence.store.loading import load_paths
from wraparound.evidence.store.writing import write_rows

SAMPLE = ROOT / "samples" / "supplied" / "birmingham-2025.csv"
YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
MONTHS = [(date(2025, m, 1), date(2025, m, d)) for m, d in zip(range(1, 7), (31, 28, 31, 30, 31, 30), strict=True)]
IDS = (
    "supplied.hub",
    "supplied.accommodation",
    "supplied.programmes",
    "supplied.cross_border",
    "supplied.surveys",
    "supplied.exploitation",
    "supplied.substances",
    "supplied.reoffending",
    "supplied.residents",
)
Z = 1.959963984540054


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, rules: Rules) -> Context:
    path = tmp_path_factory.mktemp("supplied")
    load_paths([SAMPLE], path)
    return Context(open_store(path), BIRMINGHAM, YEAR, rules)


def counted(section: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Numbers and bases of a section by series and category, added up over its rows by Python's own reader."""
    found: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    with SAMPLE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["section"].replace("-", "_") == section:
                number, base = found[row["series"], row["category"]]
                found[row["series"], row["category"]] = number + int(row["value"]), base + int(row["base"] or 0)
    return dict(found)


def supply(folder: Path, rows: list[dict[str, Any]], source: str = "a return", section: str = "hub") -> Path:
    """Put rows of a section into a store: of January 2025 and without a base, unless they say otherwise."""
    given = {"section": section, "series": "Calls", "area": BIRMINGHAM.code, "category": "", "source": source}
    spans = {"starts": date(2025, 1, 1), "ends": date(2025, 1, 31)}
    complete = [{**given, **spans, "line": line, **row} for line, row in enumerate(rows)]
    write_rows(folder, "supplied", [{**row, "month": row["starts"]} for row in complete], source=source)
    return folder


def of(folder: Path, rules: Rules, period: Period = YEAR) -> Context:
    return Context(open_store(folder), BIRMINGHAM, period, rules)


def told(results: list[MeasureResult], how: str) -> dict[tuple[str, str], MeasureResult]:
    return {(r.breakdown["series"], r.breakdown["category"]): r for r in results if r.breakdown.get("told") == how}


# --- the sample, counted again ------------------------------------------------------------------------------


@pytest.mark.parametrize("id_", IDS)
def test_numbers_and_shares_are_those_of_the_file(sample: Context, id_: str) -> None:
    results = registry.compute(id_, sample)
    numbers, shares = told(results, "number"), told(results, "share of base")
    expected = counted(id_.removeprefix("supplied."))
    assert set(expected) <= {(series, "" if part == "all" else part) for series, part in numbers}
    for (series, part), (number, base) in expected.items():
        one = numbers[series, part or "all"]
        assert one.value in {number, None}
        assert (one.value is None) == (one.status is Status.SUPPRESSED)
        if base and one.value is not None:
            share = shares[series, part or "all"]
            assert (share.numerator, share.denominator) == (number, base)
            assert share.value == pytest.approx(number / base * 100)
            assert share.unit in {"percent of the base", "percent of those who answered"}
            assert (share.interval is None) == (id_ in {"supplied.surveys", "supplied.residents"})
    assert all(one.source.startswith("Invented") for one in results)


def test_a_whole_that_nobody_supplied_is_added_up_of_its_parts(sample: Context) -> None:
    numbers = told(registry.compute("supplied.accommodation", sample), "number")
    for series in ("Left", "Refused", "Homelessness duties owed"):
        parts = [number for (name, _), (number, _) in counted("accommodation").items() if name == series]
        assert numbers[series, "all"].value == sum(parts)
    shares = told(registry.compute("supplied.accommodation", sample), "share of whole")
    assert shares["Left", "Own tenancy"].value == pytest.approx(88 / (88 + 41 + 22 + 17 + 9) * 100)


def test_the_interval_is_wilsons(sample: Context) -> None:
    one = told(registry.compute("supplied.substances", sample), "share of base")["Positive drug tests on arrest", "all"]
    p, n = 640 / 1480, 1480
    middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    assert one.interval is not None
    assert (one.interval.low, one.interval.high) == pytest.approx(((middle - half) * 100, (middle + half) * 100))


def test_answers_of_who_chose_to_answer_have_no_interval_and_say_why(sample: Context) -> None:
    for id_ in ("supplied.surveys", "supplied.residents"):
        for one in registry.compute(id_, sample):
            assert one.interval is None
            assert "Whoever chooses to answer a survey is no sample" in one.caveats[0]
            assert any(caveat.startswith("How it was collected: Invented") for caveat in one.caveats)


def test_steps_are_shares_of_the_first_and_of_the_one_before(sample: Context) -> None:
    results = registry.compute("supplied.programmes", sample)
    first, before = told(results, "share of the first step"), told(results, "share of the step before")
    assert first["Began", "all"].value == pytest.approx((71 + 38) / (180 + 64) * 100)
    assert first["Completed", "Groups"].value == pytest.approx(23 / 180 * 100)
    assert before["Completed", "Groups"].value == pytest.approx(23 / 71 * 100)
    assert before["Completed", "One to one"].denominator_source == "Began"
    assert ("Referred", "all") not in first


def test_what_came_less_what_went(sample: Context) -> None:
    net = told(registry.compute("supplied.cross_border", sample), "net")
    assert net["Net", "all"].value == (34 + 29 + 17 + 12 + 41) - (21 + 24 + 8 + 3 + 52)
    assert net["Net", "Sandwell"].value == 34 - 21
    assert net["Net", "Coventry"].status is Status.SUPPRESSED


def test_a_series_through_the_months(sample: Context) -> None:
    months = [r for r in registry.compute("supplied.hub", sample) if r.breakdown["told"] == "by period"]
    calls = {r.breakdown["month"]: r for r in months if r.breakdown["series"] == "Calls received"}
    assert len(calls) == 12
    assert calls["2025-07"].value == 415
    assert calls["2025-07"].period == Period(date(2025, 7, 1), date(2025, 7, 31))
    assert sum(one.value or 0 for one in calls.values()) == 4935


def test_how_far_the_plan_is(sample: Context) -> None:
    results = registry.compute("supplied.last_plan", sample)
    shares = {r.breakdown["status"]: (r.numerator, r.denominator) for r in results if r.breakdown["told"] != "action"}
    assert shares == {"done": (2, 6), "on track": (1, 6), "late": (1, 6), "not begun": (1, 6), "dropped": (1, 6)}
    assert sum(one.breakdown["told"] == "action" for one in results) == 6


def test_an_action_counts_once_as_it_stood_last(tmp_path: Path, rules: Rules) -> None:
    spring = {"starts": date(2025, 4, 1), "ends": date(2025, 6, 30)}
    action = {"series": "Nights", "category": "Marshals", "section": "last-plan"}
    supply(tmp_path, [{**action, "status": "late"}, {**action, **spring, "status": "done"}])
    results = registry.compute("supplied.last_plan", of(tmp_path, rules))
    assert [(r.breakdown["status"], r.numerator) for r in results if r.numerator] == [("done", 1), ("done", 1)]


# --- bases, steps and periods -------------------------------------------------------------------------------


def test_a_base_of_nought_gives_no_share(tmp_path: Path, rules: Rules) -> None:
    supply(tmp_path, [{"value": 0, "base": 0}])
    number, share = registry.compute("supplied.hub", of(tmp_path, rules))
    assert (number.value, share.value, share.status) == (0, None, Status.REFUSED)
    assert "base is nought" in (share.reason or "")


def test_a_step_above_the_one_before_gives_no_share(tmp_path: Path, rules: Rules) -> None:
    supply(tmp_path, [{"series": "Referred", "step": 1, "value": 20}, {"series": "Began", "step": 2, "value": 30}])
    results = registry.compute("supplied.hub", of(tmp_path, rules))
    refused = [one for one in results if one.status is Status.REFUSED]
    assert [one.breakdown["told"] for one in refused] == ["share of the first step", "share of the step before"]
    assert "some began it earlier" in (refused[0].reason or "")


QUARTERS = ((date(2025, 1, 1), date(2025, 3, 31)), (date(2025, 4, 1), date(2025, 6, 30)))
HALF = (date(2025, 1, 1), date(2025, 6, 30))


@pytest.mark.parametrize(
    ("spans", "chosen"),
    [
        ([*MONTHS, HALF], MONTHS),
        ([*MONTHS[:5], HALF], [HALF]),
        ([*MONTHS, *QUARTERS], MONTHS),
        ([*MONTHS[:2], *QUARTERS], list(QUARTERS)),
        ([MONTHS[0], QUARTERS[1]], [MONTHS[0], QUARTERS[1]]),
        ([HALF, HALF], [HALF]),
    ],
)
def test_periods_that_overlap_are_not_added_up(spans: list[Any], chosen: list[Any]) -> None:
    assert not_overlapping(spans) == chosen


def test_a_year_beside_its_months_counts_once_and_is_told(tmp_path: Path, rules: Rules) -> None:
    rows = [{"starts": start, "ends": end, "value": 10} for start, end in MONTHS]
    supply(tmp_path, [*rows, {"starts": HALF[0], "ends": HALF[1], "value": 61}])
    results = registry.compute("supplied.hub", of(tmp_path, rules, Period(*HALF)))
    assert told(results, "number")["Calls", "all"].value == 60
    assert "Calls: left out are numbers whose periods overlap" in " ".join(results[0].caveats)


def test_what_covers_only_a_part_of_the_period_says_so(tmp_path: Path, rules: Rules) -> None:
    supply(tmp_path, [{"value": 10}, {"value": 20, "starts": date(2025, 3, 1), "ends": date(2025, 3, 31)}])
    one = told(registry.compute("supplied.hub", of(tmp_path, rules)), "number")["Calls", "all"]
    assert (one.value, one.period) == (30, Period(date(2025, 1, 1), date(2025, 3, 31)))
    assert "supplied for January 2025 to March 2025, with months between that are missing" in " ".join(one.caveats)


def test_numbers_of_another_period_are_named_and_not_used(tmp_path: Path, rules: Rules) -> None:
    fiscal = {"starts": date(2024, 4, 1), "ends": date(2025, 3, 31), "value": 500}
    supply(tmp_path, [fiscal])
    (found,) = registry.compute("supplied.hub", of(tmp_path, rules))
    assert found.status is Status.NOT_AVAILABLE
    assert found.reason == (
        "needs numbers of January 2025 to December 2025 for “Calls”: what is loaded is of April 2024 to March 2025"
    )
    supply(tmp_path, [{"series": "Visits", "value": 30}], "another")
    found, late = registry.compute("supplied.hub", of(tmp_path, rules))
    assert (found.breakdown["series"], found.value) == ("Visits", 30)
    assert (late.breakdown["series"], late.status) == ("Calls", Status.NOT_AVAILABLE)
    (before,) = registry.compute("supplied.hub", of(tmp_path, rules, Period(date(2020, 1, 1), date(2020, 12, 31))))
    assert before.reason == (
        "needs numbers of January 2020 to December 2020: what is loaded is of April 2024 to March 2025"
    )


def test_numbers_of_another_place_or_section_are_none_of_ours(tmp_path: Path, rules: Rules) -> None:
    supply(tmp_path, [{"area": "E08000029", "value": 40}, {"section": "programmes", "value": 40}])
    (found,) = registry.compute("supplied.hub", of(tmp_path, rules))
    assert found.status is Status.NOT_AVAILABLE
    assert found.reason == "needs a file of numbers supplied for “hub” of this place"


def test_without_a_rule_of_disclosure_nothing_is_printed(tmp_path: Path) -> None:
    supply(tmp_path, [{"value": 40}])
    (found,) = registry.compute("supplied.hub", of(tmp_path, Rules()))
    assert (found.value, found.status) == (None, Status.NOT_AVAILABLE)


# --- small numbers ------------------------------------------------------------------------------------------


def test_a_small_number_is_withheld_and_another_beside_it(tmp_path: Path, rules: Rules) -> None:
    supply(tmp_path, [{"category": name, "value": n} for name, n in (("a", 40), ("b", 12), ("c", 3))])
    numbers = told(registry.compute("supplied.hub", of(tmp_path, rules)), "number")
    assert {part: one.value for (_, part), one in numbers.items()} == {"a": 40, "b": None, "c": None, "all": 55}


@pytest.mark.parametrize(
    "rows",
    [
        [{"value": 104, "base": 106}],
        [{"series": "Referred", "step": 1, "value": 40}, {"series": "Began", "step": 2, "value": 38}],
        [{"value": 50}, {"category": "a", "value": 30}, {"category": "b", "value": 18}],
    ],
    ids=["of a base", "between steps", "of a whole"],
)
def test_a_small_rest_is_not_given_away_by_two_large_numbers(
    tmp_path: Path, rules: Rules, rows: list[dict[str, Any]]
) -> None:
    results = registry.compute("supplied.hub", of(supply(tmp_path, rows), rules))
    assert Status.SUPPRESSED in {one.status for one in results}


def test_a_base_that_is_a_number_of_its_own_is_withheld_with_it(tmp_path: Path, rules: Rules) -> None:
    asked = [{"series": "Asked", "category": name, "value": n} for name, n in (("a", 30), ("b", 9), ("c", 2))]
    supply(tmp_path, [*asked, {"series": "Got", "category": "b", "value": 0, "base": 9}])
    results = registry.compute("supplied.hub", of(tmp_path, rules))
    assert told(results, "number")["Asked", "b"].value is None
    share = told(results, "share of base")["Got", "b"]
    assert (share.status, share.denominator) == (Status.SUPPRESSED, None)


def printed(context: Context, earlier: Published | None = None) -> Published:
    assert context.rules.disclosure is not None
    return protect(ledger_of(context, "hub").tables(), context.rules.disclosure, earlier).as_published()


def test_two_editions_do_not_give_a_month_away(tmp_path: Path, rules: Rules) -> None:
    rows = [{"starts": start, "ends": end, "value": 30 + i} for i, (start, end) in enumerate(MONTHS[:5])]
    supply(tmp_path, rows, "first")
    before = printed(of(tmp_path, rules, Period(HALF[0], MONTHS[4][1])))
    supply(tmp_path, [{"starts": MONTHS[5][0], "ends": MONTHS[5][1], "value": 2}], "second")
    later = of(tmp_path, rules, Period(*HALF))
    assert later.rules.disclosure is not None
    cover = protect(ledger_of(later, "hub").tables(), later.rules.disclosure, before)
    assert cover.failing == ()
    (one,) = ledger_of(later, "hub").series
    assert cover.shown.get(ledger_of(later, "hub").number(one, "")) is None  # else June is the sum less what was out
    assert audit(cover.as_published(), later.rules.disclosure) == []


def test_a_corrected_number_is_printed_as_corrected(tmp_path: Path, rules: Rules) -> None:
    first = of(supply(tmp_path / "a", [{"value": 40}], "first"), rules)
    again = of(supply(tmp_path / "b", [{"value": 47}], "corrected"), rules)
    assert again.rules.disclosure is not None
    cover = protect(ledger_of(again, "hub").tables(), again.rules.disclosure, printed(first))
    (one,) = registry.compute("supplied.hub", replace(again, protected=cover))
    assert one.value == 47


NUMBERS = st.integers(0, 60)
SMALL_TABLES = st.lists(
    st.fixed_dictionaries(
        {
            "series": st.sampled_from(["Referred", "Began", "Other"]),
            "category": st.sampled_from(["", "a", "b", "c"]),
            "span": st.sampled_from(MONTHS[:3]),
            "value": NUMBERS,
            "more": st.one_of(st.none(), NUMBERS),
        }
    ),
    max_size=14,
    unique_by=lambda row: (row["series"], row["category"], row["span"]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=SMALL_TABLES)
def test_nothing_small_is_printed_or_follows_from_what_is(
    tmp_path_factory: pytest.TempPathFactory, rules: Rules, rows: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("small")
    steps = {"Referred": 1, "Began": 2}
    supply(
        folder,
        [
            {
                "series": row["series"],
                "category": row["category"],
                "starts": row["span"][0],
                "ends": row["span"][1],
                "value": row["value"],
                "base": None if row["more"] is None else row["value"] + row["more"],
                "step": steps.get(row["series"]),
            }
            for row in rows
        ],
    )
    context = of(folder, rules)
    rule = rules.disclosure
    assert rule is not None
    cover = protect(ledger_of(context, "hub").tables(), rule)
    assert cover.failing == ()
    assert audit(cover.as_published(), rule) == []
    for one in registry.compute("supplied.hub", replace(context, protected=cover)):
        assert one.numerator is None or not 0 < one.numerator < rule.smallest_at_city
        assert one.denominator is None or not 0 < one.denominator < rule.smallest_at_city


def test_sums_hold_in_what_is_handed_to_disclosure_control(sample: Context) -> None:
    for section in ("hub", "accommodation", "programmes", "cross-border", "surveys"):
        ledger = ledger_of(sample, section)
        counts = {table.key(cell): n for table in ledger.tables() for cell, n in table.counts.items()}
        for table in ledger.tables():
            for one in table.sums():
                known = [counts[part] for part in one.parts if part in counts]
                exact = len(known) == len(one.parts)
                assert counts[one.whole] == sum(known) if exact else counts[one.whole] >= sum(known)


def test_no_series_of_nothing() -> None:
    assert series_of([]) == []


# --- moves between MARACs -----------------------------------------------------------------------------------


def test_transfers_by_direction_without_those_called_off(tmp_path: Path, rules: Rules) -> None:
    kinds = [("in", "received")] * 9 + [("out", "sent")] * 7 + [("out", "called_off")] * 6
    rows = [
        {"pseudonym": f"t{i}", "month": date(2025, 1 + i % 12, 1), "direction": direction, "state": state}
        for i, (direction, state) in enumerate(kinds)
    ]
    write_rows(tmp_path, "own_transfers", [*rows, {**rows[0], "pseudonym": "z", "month": date(2024, 1, 1)}])
    found = {one.breakdown["direction"]: one for one in registry.compute("flow.transfers", of(tmp_path, rules))}
    assert {name: one.value for name, one in found.items()} == {
        "from another area": 9,
        "to another area": 7,
        "all": 16,
    }
