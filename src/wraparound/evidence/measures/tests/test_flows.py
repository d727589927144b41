"""Flows through our own records, against plain counting of the same rows."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from wraparound.evidence.measures import registry
from wraparound.evidence.measures.context import Context, Rules
from wraparound.evidence.measures.results import MeasureResult, Period, Status
from wraparound.evidence.measures.tests.conftest import BIRMINGHAM
from wraparound.evidence.store.engine import open_store
from wraparound.evidence.store.writing import write_rows

QUARTER = Period(date(2024, 1, 1), date(2024, 3, 31))
CHANCE = random.Random(3)
SEXES = ("female", "male", "?not_asked", "female")
REFERRALS: list[dict[str, Any]] = [
    {
        "pseudonym": f"r{i}",
        "month": date(2024, 1 + i % 4, 1),
        "from_organisation": ["police", "housing", "gp"][i % 3],
        "from_kind": ["police", "housing", "health"][i % 3],
        "state": CHANCE.choice(["received", "accepted", "not_listed", "heard", "challenged"]),
        "is_repeat": i % 4 == 0,
        "victim": f"v{i % 200}",
        "victim_sex": SEXES[i % 200 % 4],
        "victim_ethnicity": "4" if i % 200 % 3 else "?declined",
        "victim_age_band": "25-34" if i % 2 else "not-known",
    }
    for i in range(600)
]
HEARINGS: list[dict[str, Any]] = [
    {
        "pseudonym": f"h{i}",
        "month": date(2024, 1 + i % 4, 1),
        "from_kind": CHANCE.choice(["police", "idva_service", "health"]),
        "telling_state": CHANCE.choice(["told", "waiting", "unsafe"]),
        "victim": f"v{i % 150}",
        "victim_sex": "female" if i % 150 % 5 else "male",
        "days_waited": i % 30,
        "told_within_days": i % 9 if i % 2 else None,
        "actions": 3,
        "actions_done": i % 4,
    }
    for i in range(400)
]
INCIDENTS: list[dict[str, Any]] = [
    {
        "pseudonym": f"i{i}",
        "month": date(2024, 1 + i % 4, 1),
        "grade": ["high", "medium", ""][i % 3],
        "ward": f"E0{i % 6}",
    }
    for i in range(300)
]


def now(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["month"] <= date(2024, 3, 1)]


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory, rules: Rules) -> Context:
    path: Path = tmp_path_factory.mktemp("own")
    write_rows(path, "own_referrals", REFERRALS, source="referrals")
    write_rows(path, "own_marac", HEARINGS, source="hearings")
    write_rows(path, "own_incidents", INCIDENTS, source="incidents")
    residents = [("female", 510), ("male", 490)]
    shape = {"area_code": BIRMINGHAM.code, "area_kind": "ltla", "vintage": "2021", "date": date(2021, 3, 21)}
    people = [{**shape, "measure": "residents", "sex": s, "value": n, "source": "Census"} for s, n in residents]
    write_rows(path, "population", people, source="people")
    return Context(open_store(path), BIRMINGHAM, QUARTER, rules, labels={"ethnicity": {"4": "Asian: Pakistani"}})


def by(id_: str, context: Context, part: str) -> dict[str, MeasureResult]:
    return {one.breakdown[part]: one for one in registry.compute(id_, context)}


def check(found: dict[str, MeasureResult], expected: Counter[str]) -> None:
    """The numbers are those expected; what is withheld is small, or stands beside a small one."""
    shown = {value: one.numerator for value, one in found.items() if one.status is Status.AVAILABLE}
    assert shown
    assert {value: number for value, number in shown.items() if value != "all"} == {
        value: expected[value] for value in shown if value != "all"
    }
    if "all" in shown:
        assert shown["all"] == sum(expected.values())
    assert set(found) - {"all"} == set(expected)


@pytest.mark.parametrize(
    ("id_", "part", "rows", "key"),
    [
        ("flow.incidents", "month", INCIDENTS, lambda row: f"{row['month']:%Y-%m}"),
        ("flow.incidents_grade", "grade", INCIDENTS, lambda row: row["grade"] or "not recorded"),
        ("flow.referrals", "month", REFERRALS, lambda row: f"{row['month']:%Y-%m}"),
        ("flow.referrals_from", "referrer", REFERRALS, lambda row: row["from_kind"]),
        ("flow.referrals_state", "state", REFERRALS, lambda row: row["state"]),
        ("flow.incidents_ward", "ward", INCIDENTS, lambda row: row["ward"]),
        ("flow.marac", "month", HEARINGS, lambda row: f"{row['month']:%Y-%m}"),
        ("flow.marac_from", "referrer", HEARINGS, lambda row: row["from_kind"]),
        ("flow.marac_telling", "telling", HEARINGS, lambda row: row["telling_state"]),
    ],
)
def test_rows_are_counted(context: Context, id_: str, part: str, rows: list[dict[str, Any]], key: Any) -> None:
    check(by(id_, context, part), Counter(key(row) for row in now(rows)))


def test_repeats_waits_and_actions(context: Context) -> None:
    heard, referred = now(HEARINGS), now(REFERRALS)
    found = by("flow.referrals_repeat", context, "repeat")["yes"]
    assert (found.numerator, found.denominator) == (sum(row["is_repeat"] for row in referred), len(referred))
    done = by("flow.marac_actions", context, "progress")["done"]
    assert (done.numerator, done.denominator) == (sum(row["actions_done"] for row in heard), 3 * len(heard))
    (waited,) = registry.compute("flow.marac_waited", context)
    assert waited.value == pytest.approx(sum(row["days_waited"] for row in heard) / len(heard), abs=0.05)
    told = [row["told_within_days"] for row in heard if row["told_within_days"] is not None]
    (until,) = registry.compute("flow.marac_told", context)
    assert until.value == pytest.approx(sum(told) / len(told), abs=0.05)


def test_referrals_not_listed_are_of_those_screened(context: Context) -> None:
    screened = [row for row in now(REFERRALS) if row["state"] not in ("received", "challenged")]
    found = by("unmet.referrals", context, "listing")["not listed"]
    assert found.numerator == sum(row["state"] == "not_listed" for row in screened)
    assert found.denominator == len(screened)
    assert found.interval is not None
    assert found.interval.method == "worst case"


@pytest.mark.parametrize(("word", "rows"), [("marac", HEARINGS), ("referrals", REFERRALS)])
def test_access_by_sex_counts_people_and_compares_them_with_residents(
    context: Context, word: str, rows: list[dict[str, Any]]
) -> None:
    people = {row["victim"]: row["victim_sex"] for row in now(rows)}
    counts = Counter("not recorded" if sex.startswith("?") else sex for sex in people.values())
    check(by(f"access.{word}_sex", context, "sex"), counts)
    found = by(f"access.{word}_sex_against_residents", context, "sex")["female"]
    assert found.value == pytest.approx(counts["female"] / (counts["female"] + counts["male"]) / 0.51)
    assert found.source == "The platform's own records, as a pseudonymised extract"


def test_access_by_ethnicity_has_the_lists_own_labels(context: Context) -> None:
    people = {row["victim"]: row["victim_ethnicity"] for row in now(REFERRALS)}
    expected = Counter("Asian: Pakistani" if code == "4" else "not recorded" for code in people.values())
    check(by("access.referrals_ethnicity", context, "ethnicity"), expected)


@pytest.mark.parametrize("name", ["age_band", "disability", "sexual_orientation"])
def test_access_by_what_is_recorded_of_few_says_so(context: Context, name: str) -> None:
    for one in registry.compute(f"access.marac_{name}", context):
        assert one.status is Status.REFUSED
        assert one.reason is not None
        assert "recorded of none" in one.reason


def test_scorecards_for_each_agency_and_field(context: Context) -> None:
    found = {(o.breakdown["agency"], o.breakdown["field"]): o for o in registry.compute("quality.referrals", context)}
    for agency in ("police", "housing", "gp"):
        rows = [row for row in now(REFERRALS) if row["from_organisation"] == agency]
        one = found[agency, "age"]
        assert (one.numerator, one.denominator) == (
            sum(row["victim_age_band"] != "not-known" for row in rows),
            len(rows),
        )
        assert found[agency, "sexual orientation"].value == 0
        assert found[agency, "sex"].numerator == sum(not row["victim_sex"].startswith("?") for row in rows)


def test_without_an_extract_it_says_what_it_needs(context: Context) -> None:
    other = replace(context, period=Period(date(2020, 1, 1), date(2020, 1, 31)))
    (found,) = registry.compute("flow.marac", other)
    assert (found.status, found.reason) == (
        Status.NOT_AVAILABLE,
        "needs an extract of the platform's MARAC hearings of this period",
    )


def test_all_flows_of_an_edition_are_protected_together(context: Context) -> None:
    ids = [one.id for one in registry.all_measures() if one.id.startswith(("flow.", "access.", "unmet.", "quality."))]
    cover = registry.protect_all(ids, context)
    assert cover is not None
    assert cover.failing == ()
    for id_ in ids:
        for one in registry.compute(id_, replace(context, protected=cover)):
            assert one.value is None or one.numerator is None or not 0 < one.numerator < 5 or "against" in id_
