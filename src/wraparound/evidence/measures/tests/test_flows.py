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
from wraparound.evidence.measures.breakdowns import table_of
from wraparound.evidence.measures.context import Context, Rules
from wraparound.evidence.measures.disclosure import ALL
from wraparound.evidence.measures.flows import by_column
from wraparound.evidence.measures.quality import scorecards
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
        "is_crime": i % 5 < 3,
        "ward": f"E0{i % 6}",
        "victim": f"v{i % 90}",
        "victim_sex": SEXES[i % 90 % 4],
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
    groups = [("Asian: Pakistani", 200), ("White: Irish", 800)]
    people += [{**shape, "measure": "residents", "ethnicity": g, "value": n, "source": "Census"} for g, n in groups]
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
        ("flow.incidents_crime", "crime", INCIDENTS, lambda row: "yes" if row["is_crime"] else "no"),
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


LISTS = {"incidents": INCIDENTS, "referrals": REFERRALS, "marac": HEARINGS}
ACCESS = [
    ("access.incidents_sex", "incidents", "victim_sex"),
    ("access.incidents_ethnicity", "incidents", "victim_ethnicity"),
    ("access.incidents_age_band", "incidents", "victim_age_band"),
    ("access.incidents_disability", "incidents", "victim_disability"),
    ("access.incidents_sexual_orientation", "incidents", "victim_sexual_orientation"),
    ("access.referrals_sex", "referrals", "victim_sex"),
    ("access.referrals_ethnicity", "referrals", "victim_ethnicity"),
    ("access.referrals_age_band", "referrals", "victim_age_band"),
    ("access.referrals_disability", "referrals", "victim_disability"),
    ("access.referrals_sexual_orientation", "referrals", "victim_sexual_orientation"),
    ("access.marac_sex", "marac", "victim_sex"),
    ("access.marac_ethnicity", "marac", "victim_ethnicity"),
    ("access.marac_age_band", "marac", "victim_age_band"),
    ("access.marac_disability", "marac", "victim_disability"),
    ("access.marac_sexual_orientation", "marac", "victim_sexual_orientation"),
]


def known_of(value: str | None) -> str:
    return "" if not value or value.startswith("?") or value == "not-known" else value


def people_by(word: str, column: str) -> Counter[str]:
    """Each person once: by what is known of them in any row, the last by the alphabet."""
    people: dict[str, str] = {}
    for row in now(LISTS[word]):
        people[row["victim"]] = max(people.get(row["victim"], ""), known_of(row.get(column)))
    return Counter(LABELS.get(value, value) or "not recorded" for value in people.values())


LABELS = {"4": "Asian: Pakistani"}


@pytest.mark.parametrize(("id_", "word", "column"), ACCESS)
def test_access_counts_each_person_once(context: Context, id_: str, word: str, column: str) -> None:
    expected = people_by(word, column)
    found = registry.compute(id_, context)
    if set(expected) == {"not recorded"}:
        assert [one.status for one in found] == [Status.REFUSED]
        assert "recorded of none" in (found[0].reason or "")
        return
    (part,) = found[0].breakdown
    check({one.breakdown[part]: one for one in found}, expected)


@pytest.mark.parametrize(
    ("id_", "word", "column"),
    [
        ("access.incidents_sex_against_residents", "incidents", "victim_sex"),
        ("access.incidents_ethnicity_against_residents", "incidents", "victim_ethnicity"),
        ("access.referrals_sex_against_residents", "referrals", "victim_sex"),
        ("access.referrals_ethnicity_against_residents", "referrals", "victim_ethnicity"),
        ("access.marac_sex_against_residents", "marac", "victim_sex"),
        ("access.marac_ethnicity_against_residents", "marac", "victim_ethnicity"),
    ],
)
def test_access_is_compared_with_residents(context: Context, id_: str, word: str, column: str) -> None:
    expected = people_by(word, column)
    known = sum(expected.values()) - expected["not recorded"]
    found = registry.compute(id_, context)
    if not known:
        assert [one.status for one in found] == [Status.REFUSED]
        return
    residents = {"female": 0.51, "male": 0.49, "Asian: Pakistani": 0.2}
    shown = [one for one in found if one.status is Status.AVAILABLE]
    assert shown
    for one in shown:
        (value,) = one.breakdown.values()
        assert one.value == pytest.approx(expected[value] / known / residents[value])
        assert one.source == "The platform's own records, as a pseudonymised extract"


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


def test_one_number_in_two_tables_is_withheld_in_both_or_in_none(tmp_path: Path, rules: Rules) -> None:
    kinds = {"police": 10, "health": 2, "idva_service": 2, "children": 1, "housing": 1}
    rows = [
        {"pseudonym": f"{kind}{i}", "month": date(2024, 1, 1), "from_kind": kind, "from_organisation": f"{kind} agency",
         "victim_age_band": "25-34", "victim": f"{kind}{i}", "state": "heard"}
        for kind, number in kinds.items() for i in range(number)
    ]  # fmt: skip
    states = {"closed": 20, "heard": 3, "not_listed": 6}
    more = [
        {"pseudonym": f"{state}{i}", "month": date(2024, 2, 1), "from_kind": "police", "from_organisation": "agency",
         "victim": f"{state}{i}", "state": state}
        for state, number in states.items() for i in range(number)
    ]  # fmt: skip
    for path, listed in ((tmp_path / "agencies", rows), (tmp_path / "states", more)):
        write_rows(path, "own_referrals", listed, source="referrals")
    context = Context(open_store(tmp_path / "agencies"), BIRMINGHAM, QUARTER, rules)
    agencies = {table_of(context, one).key((ALL,)) for _, one in scorecards(context)}
    of_kinds = table_of(context, by_column("own_referrals", "from_kind", "referrals", dimension="referrer")(context))
    assert agencies == {of_kinds.key((kind,)) for kind in kinds}

    context = Context(open_store(tmp_path / "states"), BIRMINGHAM, QUARTER, rules)
    cover = registry.protect_all(["flow.referrals_state", "unmet.referrals"], context)
    context = replace(context, protected=cover)
    assert by("flow.referrals_state", context, "state")["heard"].status is Status.SUPPRESSED
    shown = by("flow.referrals_state", context, "state")["closed"].status is Status.AVAILABLE
    assert not (shown and by("unmet.referrals", context, "listing")["not listed"].status is Status.AVAILABLE)


def test_the_order_of_withheld_numbers_tells_nothing_of_their_size(tmp_path: Path, rules: Rules) -> None:
    kinds = {"police": 30, "health": 20, "children": 1, "housing": 4, "education": 2, "idva_service": 3}
    rows = [
        {"pseudonym": f"{kind}{i}", "month": date(2024, 1, 1), "from_kind": kind, "victim": f"{kind}{i}",
         "victim_age_band": "25-34" if i % 3 else "under-16", "victim_ethnicity": kind}
        for kind, number in kinds.items() for i in range(number)
    ]  # fmt: skip
    write_rows(tmp_path, "own_referrals", rows, source="referrals")
    context = Context(open_store(tmp_path), BIRMINGHAM, QUARTER, rules)
    for id_, part in (("flow.referrals_from", "referrer"), ("access.referrals_ethnicity", "ethnicity")):
        order = [value for value in by(id_, context, part) if value != "all"]
        assert order == ["police", "health", "children", "education", "housing", "idva_service"]
    assert list(by("access.referrals_age_band", context, "age band")) == ["under-16", "25-34"]
