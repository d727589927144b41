"""What the offence-level extract says, against plain loops over the same invented rows."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wraparound.evidence.measures import registry
from wraparound.evidence.measures.context import Context, Rules
from wraparound.evidence.measures.results import MeasureResult, Period, Place, Status
from wraparound.evidence.measures.times import DAYS, spread
from wraparound.evidence.store.engine import open_store
from wraparound.evidence.store.writing import write_rows

TOWN = Place("E08000099", "Town", "2011")
YEAR = Period(date(2023, 1, 1), date(2023, 12, 31))


def invented(number: int = 900) -> list[dict[str, Any]]:
    chance = random.Random(7)
    rows = []
    for i in range(number):
        begin = datetime(2022, 7, 1) + timedelta(minutes=chance.randrange(0, 548 * 24 * 60))
        victim = chance.randrange(0, 500)
        rows.append(
            {
                "offence_id": f"o{i}",
                "offence_code": "8N",
                "category": chance.choice(["violence-and-sexual-offences", "robbery", "burglary"]),
                "from": begin,
                "to": begin + timedelta(minutes=chance.choice([0, 0, 30, 60, 61, 200, 600, 20_000])),
                "venue": chance.choice(["dwelling", "street", None]),
                "lsoa": chance.choice(["E01000001", "E01000002", "E01000003", None]),
                "lsoa_vintage": "2011",
                "victim": f"v{victim}" if i % 9 else None,
                "victim_age": 10 + victim % 60 if victim % 4 else None,
                "victim_sex": ["female", "male", None][victim % 3],
                "victim_ethnicity": "Rare" if victim % 150 == 0 else ["Asian", "White", ""][victim % 3],
                "suspect": f"s{i % 200}" if i % 3 else None,
                "suspect_age": 15 + i % 40,
                "suspect_sex": "male",
                "with_alcohol": i % 4 == 0 if i % 6 else None,
                "with_drugs": i % 10 == 0,
                "is_vawg": i % 5 == 0,
                "is_domestic": i % 7 == 0,
                "is_synthetic": True,
            }
        )
    return rows


RESIDENTS: list[tuple[dict[str, Any], int]] = [
    ({"sex": "female"}, 600),
    ({"sex": "male"}, 400),
    *[({"age_from": age, "age_to": age}, 10) for age in range(90)],
    ({"age_from": 90}, 100),
    ({"ethnicity": "Asian"}, 300),
    ({"ethnicity": "White"}, 700),
    ({"is_total": True}, 1000),
]
SHARES = {
    "sex": {"female": 0.6, "male": 0.4},
    "age": {"10-17": 0.08, "18-24": 0.07, "25-34": 0.1, "35-44": 0.1, "45-54": 0.1, "55-64": 0.1, "65+": 0.35},
    "ethnicity": {"Asian": 0.3, "White": 0.7},
}
ROWS = invented()
HERE = [row for row in ROWS if row["lsoa"] in ("E01000001", "E01000002")]
NOW = [row for row in HERE if row["from"].year == 2023]


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory, rules: Rules) -> Context:
    path = tmp_path_factory.mktemp("extract")
    write_rows(path, "offences", ROWS, source="extract")
    lookup = [
        {"from_code": code, "from_kind": "lsoa", "from_vintage": "2011", "to_code": TOWN.code, "to_kind": "ltla"}
        for code in ("E01000001", "E01000002")
    ]
    write_rows(path, "lookup", lookup, source="lookup")
    shape = {"area_code": TOWN.code, "area_kind": "ltla", "vintage": "2021", "date": date(2021, 3, 21)}
    shape |= {"measure": "residents", "source": "Census"}
    people = [{**shape, **part, "value": value} for part, value in RESIDENTS]
    write_rows(path, "population", people, source="people")
    return Context(open_store(path), TOWN, YEAR, rules)


def by(id_: str, context: Context, part: str) -> dict[str, MeasureResult]:
    return {one.breakdown[part]: one for one in registry.compute(id_, context)}


def first_of(who: str, rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row[who]:
            found[row[who]].append(row)
    return found


def test_venues_are_shares_of_those_recorded_with_the_worst_case(context: Context) -> None:
    counts = Counter(row["venue"] for row in NOW)
    known = len(NOW) - counts[None]
    found = by("offences.venue", context, "venue")
    for venue in ("dwelling", "street"):
        one = found[venue]
        assert (one.numerator, one.denominator) == (counts[venue], known)
        assert one.interval is not None
        assert one.interval.method == "worst case"
        assert one.interval.low == pytest.approx(counts[venue] / len(NOW) * 100)
        assert one.interval.high == pytest.approx((counts[venue] + counts[None]) / len(NOW) * 100)
        assert any(f"({known:,} of {len(NOW):,})" in caveat for caveat in one.caveats)
        assert any("Synthetic" in caveat for caveat in one.caveats)
    assert found["not recorded"].value == pytest.approx(counts[None] / len(NOW) * 100)


def test_categories_are_all_offences(context: Context) -> None:
    found = registry.compute("offences.category", context)
    assert sum(one.numerator or 0 for one in found) == len(NOW)
    assert sum(one.value or 0 for one in found) == pytest.approx(100)


def test_each_victim_counts_once(context: Context) -> None:
    people = first_of("victim", NOW)
    counts = Counter(rows[0]["victim_sex"] for rows in people.values())
    found = by("victims.sex", context, "sex")
    assert (found["female"].numerator, found["male"].numerator) == (counts["female"], counts["male"])
    assert found["female"].denominator == counts["female"] + counts["male"]


def test_victims_against_residents(context: Context) -> None:
    people = first_of("victim", NOW)
    counts = Counter(rows[0]["victim_sex"] for rows in people.values())
    share = counts["female"] / (counts["female"] + counts["male"])
    one = by("victims.sex_against_residents", context, "sex")["female"]
    assert one.value == pytest.approx(share / 0.6)
    assert one.interval is not None
    assert one.interval.low < share / 0.6 < one.interval.high


def test_a_group_that_the_census_has_no_name_for_is_not_compared(context: Context) -> None:
    found = by("victims.ethnicity_against_residents", context, "ethnicity")
    assert any(one.value for one in found.values())
    assert found["Rare"].value is None
    assert "not recorded" not in found


def value_of(row: dict[str, Any], who: str, dimension: str) -> str:
    """One person's value as the measure names it."""
    value = row.get(f"{who}_{dimension}")
    if dimension == "age" and value is not None:
        return next(band for band in SHARES["age"] if in_band(value, band))
    return value or "not recorded"


def in_band(age: int, band: str) -> bool:
    low, _, high = band.partition("-")
    return int(low.strip("+")) <= age <= int(high or 200)


@pytest.mark.parametrize(
    ("id_", "who", "dimension"),
    [
        ("victims.sex", "victim", "sex"),
        ("victims.age", "victim", "age"),
        ("victims.ethnicity", "victim", "ethnicity"),
        ("suspects.sex", "suspect", "sex"),
        ("suspects.age", "suspect", "age"),
        ("suspects.ethnicity", "suspect", "ethnicity"),
        ("victims.sex_against_residents", "victim", "sex"),
        ("victims.age_against_residents", "victim", "age"),
        ("victims.ethnicity_against_residents", "victim", "ethnicity"),
        ("suspects.sex_against_residents", "suspect", "sex"),
        ("suspects.age_against_residents", "suspect", "age"),
        ("suspects.ethnicity_against_residents", "suspect", "ethnicity"),
    ],
)
def test_people_by_each_dimension_by_plain_loops(context: Context, id_: str, who: str, dimension: str) -> None:
    people = first_of(who, NOW)
    youngest = {name: min(rows, key=lambda row: row.get(f"{who}_age") or 0) for name, rows in people.items()}
    counts = Counter(value_of(row, who, dimension) for row in youngest.values())
    known = sum(counts.values()) - counts["not recorded"]
    found = registry.compute(id_, context)
    if not known:
        assert [one.status for one in found] == [Status.REFUSED]
        return
    shown = {one.breakdown[dimension]: one for one in found if one.status is Status.AVAILABLE and one.value}
    assert shown
    for value, one in shown.items():
        if value == "not recorded":
            assert one.numerator == counts[value]
        elif "against" in id_:
            assert one.value == pytest.approx(counts[value] / known / SHARES[dimension][value])
        else:
            assert (one.numerator, one.denominator) == (counts[value], known)


@pytest.mark.parametrize(
    ("id_", "column"), [("offences.outcome", "outcome"), ("offences.relationship", "relationship")]
)
def test_what_is_recorded_of_none_is_refused(context: Context, id_: str, column: str) -> None:
    assert not any(row.get(column) for row in NOW)
    (found,) = registry.compute(id_, context)
    assert (found.status, found.value) == (Status.REFUSED, None)


def test_alcohol_and_drugs_are_shares_of_the_offences_whose_flag_is_filled_in(context: Context) -> None:
    found = by("offences.substances", context, "factor")
    for factor, column in (("Alcohol", "with_alcohol"), ("Drugs", "with_drugs")):
        known = [row for row in NOW if row[column] is not None]
        flagged = sum(1 for row in known if row[column])
        assert (found[factor].numerator, found[factor].denominator) == (flagged, len(known))
        assert found[factor].value == pytest.approx(flagged / len(known) * 100)
    assert set(found) == {"Alcohol", "Drugs"}


def test_ages_of_victims_fall_into_bands(context: Context) -> None:
    expected: Counter[str] = Counter()
    for rows in first_of("victim", NOW).values():
        age = rows[0]["victim_age"]
        if age is None:
            expected["not recorded"] += 1
            continue
        for low, high in ((10, 17), (18, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, 200)):
            if low <= age <= high:
                expected[f"{low}-{high}" if high < 200 else "65+"] += 1
    found = by("victims.age", context, "age")
    for band, number in expected.items():
        if found[band].status is Status.AVAILABLE:
            assert found[band].numerator == number
    assert found["18-24"].numerator == expected["18-24"]


def test_rare_groups_are_withheld_with_one_beside_them(context: Context) -> None:
    counts = Counter(rows[0]["victim_ethnicity"] for rows in first_of("victim", NOW).values())
    found = by("victims.ethnicity", context, "ethnicity")
    small = [group for group, number in counts.items() if 0 < number < 5]
    for group in small:
        assert found[group].status is Status.SUPPRESSED
        assert found[group].value is None
        assert found[group].numerator is None
    withheld = [one for one in found.values() if one.status is Status.SUPPRESSED]
    assert small
    assert len(withheld) >= 2


def test_repeat_victims_have_two_offences_in_365_days(context: Context) -> None:
    start = date(2023, 12, 31) - timedelta(days=364)
    people = first_of("victim", [row for row in HERE if start <= row["from"].date() <= date(2023, 12, 31)])
    again = sum(len(rows) >= 2 for rows in people.values())
    (found,) = registry.compute("victims.repeat", context)
    assert (found.numerator, found.denominator) == (again, len(people))
    assert found.value == pytest.approx(again / len(people) * 100)


def test_offences_for_each_victim(context: Context) -> None:
    people = first_of("victim", NOW)
    (found,) = registry.compute("victims.offences_each", context)
    assert found.value == pytest.approx(sum(map(len, people.values())) / len(people), abs=0.005)


def test_a_profile_takes_its_offences_only(context: Context) -> None:
    vawg = [row for row in NOW if row["is_vawg"]]
    found = registry.compute("offences.category", replace(context, profile="vawg"))
    shown = [one.numerator for one in found if one.numerator is not None]
    assert sum(shown) == len(vawg)
    assert {one.breakdown["profile"] for one in found} == {"vawg"}
    sizes = by("offences.profiles", context, "profile of")
    assert sizes["Violence against women and girls"].value == len(vawg)
    assert sizes["Domestic abuse"].value == sum(row["is_domestic"] for row in NOW)


def test_completeness_of_each_field(context: Context) -> None:
    found = by("offences.completeness", context, "code")
    assert found["venue"].numerator == sum(row["venue"] is not None for row in NOW)
    assert found["victim_ethnicity"].numerator == sum(bool(row["victim_ethnicity"]) for row in NOW)
    assert found["venue"].denominator == len(NOW)


def by_minutes(rows: list[dict[str, Any]]) -> dict[tuple[str, str], float]:
    """The same as the aoristic measure, minute by minute."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows:
        minutes = int((row["to"] - row["from"]).total_seconds() // 60)
        if minutes > 7 * 24 * 60:
            continue
        moments = range(minutes) if minutes > 60 else range(1)
        for i in moments:
            at = row["from"] + timedelta(minutes=i)
            found[DAYS[at.weekday()], str(at.hour)] += 1 / len(moments)
    return found


def test_hour_by_day_spreads_spans(context: Context) -> None:
    expected = by_minutes(NOW)
    found = {
        (one.breakdown["day"], one.breakdown["hour"]): one for one in registry.compute("offences.hour_by_day", context)
    }
    assert len(found) == 168
    for cell, one in found.items():
        number = round(expected.get(cell, 0.0))
        if one.status is Status.SUPPRESSED:
            assert 0 < number < 5
        else:
            assert one.value == number
    too_long = sum((row["to"] - row["from"]) > timedelta(days=7) for row in NOW)
    shown = next(one for one in found.values() if one.status is Status.AVAILABLE)
    assert any(caveat.startswith(f"{too_long:,} offences span more") for caveat in shown.caveats)


@given(st.integers(0, 10_079), st.integers(0, 10_080))
def test_a_spread_offence_is_still_one(start: int, span: int) -> None:
    found = spread(start, span)
    assert sum(found.values()) == pytest.approx(1)
    assert all(0 <= hour < 168 for hour in found)


def test_an_edition_protects_all_its_tables_together(context: Context) -> None:
    ids = ["victims.sex", "victims.age", "victims.ethnicity", "offences.venue", "offences.completeness"]
    cover = registry.protect_all(ids, context)
    assert cover is not None
    assert cover.failing == ()
    for id_ in ids:
        for one in registry.compute(id_, replace(context, protected=cover)):
            assert one.numerator is None or one.numerator == 0 or one.numerator >= 5


def test_without_the_rule_or_the_extract_it_is_not_available(context: Context, january: Context) -> None:
    (found,) = registry.compute("victims.sex", replace(context, rules=Rules()))
    assert found.reason == "needs the rule set evidence.disclosure of this area"
    (found,) = registry.compute("victims.sex", january)
    assert (found.status, found.value) == (Status.NOT_AVAILABLE, None)
    assert found.reason == "needs an offence-level extract of this place and period"
    (found,) = registry.compute("victims.repeat", replace(context, period=Period(date(2010, 1, 1), date(2010, 1, 31))))
    assert found.status is Status.NOT_AVAILABLE


def test_place_outside_is_left_out(context: Context) -> None:
    found = registry.compute("offences.venue", context)
    assert found[0].area == TOWN
    assert any("left out" in caveat for caveat in found[0].caveats)
    assert len(NOW) < len([row for row in ROWS if row["from"].year == 2023])


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("empty")


def test_an_empty_store_has_nothing_and_says_what_it_needs(empty: Path, rules: Rules) -> None:
    context = Context(open_store(empty), TOWN, YEAR, rules)
    for one in registry.all_measures():
        for found in registry.compute(one.id, context):
            assert found.id == one.id
            assert found.status is not Status.AVAILABLE or one.id.startswith("needs.")
            assert (found.value is None) == (found.status is not Status.AVAILABLE)
            assert found.reason or found.status is Status.AVAILABLE
