"""Change, rank, harm, rate and what is refused: on a small town whose numbers can be counted by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from wraparound.evidence.measures import registry
from wraparound.evidence.measures.areas import days_of, months_of
from wraparound.evidence.measures.change import alike, year_before
from wraparound.evidence.measures.context import Comparable, Context, Rules, Target
from wraparound.evidence.measures.results import MeasureResult, Period, Place, Status
from wraparound.evidence.store.engine import open_store
from wraparound.evidence.store.writing import write_rows

TOWN, NEXT, FAR = (Place(f"E0800009{i}", name, "2011") for i, name in enumerate(("Town", "Nextdoor", "Faraway")))
FEBRUARY = Period(date(2016, 2, 1), date(2016, 2, 29))


def row(month: date, lsoa: str | None, category: str = "burglary", origin: str = "csv", **more: Any) -> dict[str, Any]:
    return {
        "id": None,
        "month": month,
        "lsoa": lsoa,
        "lsoa_name": "",
        "lsoa_vintage": "2011" if lsoa else "",
        "category": category,
        "is_asb": category == "anti-social-behaviour",
        "origin": origin,
        **more,
    }


NOW, THEN = date(2016, 2, 1), date(2015, 2, 1)
ROWS = [
    *[row(NOW, "T1") for _ in range(60)],
    *[row(NOW, "T2", "criminal-damage-and-arson") for _ in range(27)],
    *[row(NOW, "T2", "anti-social-behaviour") for _ in range(20)],
    *[row(THEN, "T1") for _ in range(50)],
    *[row(THEN, "T2", "criminal-damage-arson") for _ in range(6)],
    *[row(THEN, "T2", "anti-social-behaviour") for _ in range(30)],
    *[row(NOW, "N1") for _ in range(200)],
    row(NOW, None, "drugs", lon=0.5, lat=0.5),
    row(NOW, None, "drugs", lon=5.0, lat=5.0),
]


def build(path: Path, rows: list[dict[str, Any]], people: int = 1000) -> None:
    write_rows(path, "street", rows, source="street")
    lookup = [
        {"from_code": code, "from_kind": "lsoa", "from_vintage": "2011", "to_code": place.code, "to_kind": "ltla"}
        for code, place in (("T1", TOWN), ("T2", TOWN), ("T3", TOWN), ("N1", NEXT), ("F1", FAR))
    ]
    write_rows(path, "lookup", lookup, source="lookup")
    counts = [
        (TOWN, date(2011, 3, 27), "2011", people),
        (TOWN, date(2016, 1, 1), "2021", 9999),
        (NEXT, date(2011, 3, 27), "2011", 500),
        (FAR, date(2011, 3, 27), "2011", 800),
    ]
    write_rows(
        path,
        "population",
        [
            {"area_code": p.code, "area_kind": "ltla", "vintage": v, "date": on, "measure": "residents",
             "value": n, "is_total": True, "source": "Census"}
            for p, on, v, n in counts
        ],
        source="people",
    )  # fmt: skip
    square = '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}'
    write_rows(path, "boundary", [{"code": TOWN.code, "name": "Town", "kind": "ltla", "geometry": square}])


@pytest.fixture
def context(tmp_path: Path, rules: Rules) -> Context:
    build(tmp_path, ROWS)
    return Context(open_store(tmp_path), TOWN, FEBRUARY, rules)


def only(id_: str, context: Context) -> MeasureResult:
    (found,) = registry.compute(id_, context)
    return found


def test_a_row_without_lsoa_and_ward_belongs_where_its_point_lies(context: Context) -> None:
    assert only("recorded.rows", context).value == 108
    assert only("recorded.crimes", context).value == 88


def test_change_is_for_each_day_where_february_is_longer(context: Context) -> None:
    found = only("change.crimes", context)
    assert found.value == pytest.approx((88 / 29) / (56 / 28) * 100 - 100)
    assert found.interval is not None
    assert found.interval.low < (found.value or 0) < found.interval.high
    assert any("29 and 28 days" in caveat for caveat in found.caveats)
    assert only("change.asb", context).value == pytest.approx((20 / 29) / (30 / 28) * 100 - 100)
    each = {one.breakdown["code"]: one for one in registry.compute("change.category", context)}
    assert each["criminal-damage-arson"].value == pytest.approx((27 / 29) / (6 / 28) * 100 - 100)
    assert set(each) == {"burglary", "criminal-damage-arson"}


def test_unlike_periods_are_not_compared(context: Context) -> None:
    found = only("change.crimes", replace(context, compare_with=Period(date(2015, 7, 1), date(2015, 7, 31))))
    assert found.status is Status.REFUSED
    assert "July 2015 doesn't hold the same months" in (found.reason or "")
    found = only("change.crimes", replace(context, compare_with=Period(date(2014, 2, 1), date(2014, 2, 28))))
    assert (found.status, found.reason) == (Status.NOT_AVAILABLE, "needs rows for February 2014")


def test_rows_of_a_neighbouring_force_are_no_month_of_the_place(tmp_path: Path, rules: Rules) -> None:
    strays = [row(THEN, "T1", force="next-door"), row(date(2016, 1, 1), "T2", force="next-door")]
    own = [row(NOW, "T1", force="own"), row(NOW, "T2", "drugs", force="btp"), row(date(2016, 3, 1), "N1", force="own")]
    build(tmp_path, strays + own)
    context = Context(open_store(tmp_path), TOWN, FEBRUARY, rules, forces=("own",))
    assert only("recorded.rows", context).value == 2  # the transport police's too
    assert only("change.crimes", context).reason == "needs rows for February 2015"
    found = only("recorded.rows", replace(context, period=Period(date(2016, 1, 1), date(2016, 3, 31))))
    assert (found.value, found.caveats) == (2, ("No rows are loaded for January 2016.",))  # March has none here
    found = only("recorded.rows", replace(context, period=Period(date(2015, 2, 1), date(2015, 2, 28))))
    assert (found.status, found.value) == (Status.NOT_AVAILABLE, None)


def test_a_break_in_recording_stands_beside_the_change(context: Context) -> None:
    told = replace(context, recording_breaks=((date(2015, 4, 1), "stalking is counted anew"),))
    assert any("1 April 2015: stalking" in caveat for caveat in only("change.crimes", told).caveats)
    assert not any("stalking" in caveat for caveat in only("recorded.crimes", told).caveats)


def test_a_target_stands_beside_its_measure(context: Context) -> None:
    told = replace(context, targets={"recorded.asb": Target(15, "the plan")})
    assert "Target: 15 incidents (the plan)." in only("recorded.asb", told).caveats


def test_the_denominator_has_the_vintage_of_the_rows(context: Context) -> None:
    found = only("rate.crimes_per_1000", context)
    assert (found.denominator, found.value) == (1000, 88)
    assert "Census, 27 March 2011" in (found.denominator_source or "")


def test_rank_among_a_stated_list_names_who_is_missing(context: Context) -> None:
    asked = replace(context, comparable=Comparable((TOWN, NEXT, FAR), "a list"))
    found = registry.compute("rank.crimes_per_1000", asked)
    assert [(one.breakdown["area"], one.value) for one in found] == [("Town", 1), ("Nextdoor", 2)]
    assert any("1 of 2 comparable areas: no data for Faraway" in caveat for caveat in found[0].caveats)
    assert found[1].numerator == 200
    assert only("rank.crimes_per_1000", context).reason == "needs a list of comparable areas, with its source"


def test_a_rate_and_a_rank_are_for_periods_of_which_every_month_is_loaded(tmp_path: Path, rules: Rules) -> None:
    march = date(2016, 3, 1)
    build(tmp_path, [*ROWS, row(march, "T1"), *[row(march, "N1") for _ in range(9)], row(march, "F1")])
    compared = Comparable((TOWN, NEXT, FAR), "a list")
    spring = Period(date(2016, 2, 1), date(2016, 3, 31))
    context = Context(open_store(tmp_path), TOWN, spring, rules, comparable=compared)
    assert only("rate.crimes_per_1000", context).value == 89
    found = registry.compute("rank.crimes_per_1000", context)
    assert [one.breakdown["area"] for one in found] == ["Town", "Nextdoor"]
    assert any("no data for Faraway" in caveat for caveat in found[0].caveats), "one of two months"
    longer = replace(context, period=Period(date(2016, 2, 1), date(2016, 5, 31)))
    assert only("rate.crimes_per_1000", longer).reason == "needs rows for April 2016, May 2016"
    assert only("rank.crimes_per_1000", longer).status is Status.NOT_AVAILABLE
    assert only("recorded.crimes", longer).value == 89, "what is there is counted, and what is lacking is named"


def test_an_area_of_the_list_that_another_force_covers_counts_by_that_forces_files(
    tmp_path: Path, rules: Rules
) -> None:
    of_next = [row(NOW, "N1", force="theirs") for _ in range(40)]
    stray = [row(NOW, "F1", force="theirs")]
    build(tmp_path, [row(NOW, "T1", force="own"), *of_next, *stray])
    forces = {NEXT.code: ("theirs",), FAR.code: ("far-away",)}
    asked = Comparable((TOWN, NEXT, FAR), "a list", forces)
    context = Context(open_store(tmp_path), TOWN, FEBRUARY, rules, comparable=asked, forces=("own",))
    found = registry.compute("rank.crimes_per_1000", context)
    assert [(one.breakdown["area"], one.numerator) for one in found] == [("Town", 1), ("Nextdoor", 40)]
    assert any("no data for Faraway" in caveat for caveat in found[0].caveats), (
        "a row across the border is not its file"
    )


def test_an_area_of_the_list_that_names_no_force_has_the_months_in_which_it_has_rows(
    tmp_path: Path, rules: Rules
) -> None:
    both = [row(month, "T1", force="own") for month in (NOW, date(2016, 3, 1))]
    build(tmp_path, [*both, row(NOW, "N1", force="theirs"), row(NOW, "F1"), row(date(2016, 3, 1), "F1")])
    spring = Period(date(2016, 2, 1), date(2016, 3, 31))
    compared = Comparable((TOWN, NEXT, FAR), "a list")
    context = Context(open_store(tmp_path), TOWN, spring, rules, comparable=compared, forces=("own",))
    found = registry.compute("rank.crimes_per_1000", context)
    assert sorted(one.breakdown["area"] for one in found) == ["Faraway", "Town"]
    assert any("no data for Nextdoor" in caveat for caveat in found[0].caveats), "one of two months"


def weights(path: Path, *codes: str, kind: str = "harm") -> None:
    rows = [
        {"scheme": "ours", "kind": kind, "by": "category", "item": code, "weight": 2.5, "unit": "days", "source": "us"}
        for code in codes
    ]
    write_rows(path, "weights", rows, source=f"weights {codes}")


def test_harm_where_each_category_has_a_weight(tmp_path: Path, rules: Rules) -> None:
    build(tmp_path, ROWS)
    weights(tmp_path, "burglary", "criminal-damage-arson", "drugs")
    weights(tmp_path, "burglary", "criminal-damage-arson", "drugs", kind="cost")
    context = Context(open_store(tmp_path), TOWN, FEBRUARY, rules)
    counts = Counter({"burglary": 60, "criminal-damage-arson": 27, "drugs": 1})
    assert only("harm.total", context).value == 88 * 2.5
    for id_ in ("harm.by_category", "cost.by_category"):
        each = {one.breakdown["code"]: one.value for one in registry.compute(id_, context)}
        assert each == {code: number * 2.5 for code, number in counts.items()}
    assert only("cost.total", context).unit == "days"


def test_a_category_without_a_weight_is_not_nought(tmp_path: Path, rules: Rules) -> None:
    build(tmp_path, ROWS)
    weights(tmp_path, "burglary")
    context = Context(open_store(tmp_path), TOWN, FEBRUARY, rules)
    found = only("harm.total", context)
    assert found.status is Status.REFUSED
    assert "no weight for criminal damage and arson, drugs (28 crimes)" in (found.reason or "")
    each = registry.compute("harm.by_category", context)
    assert [one.status for one in each] == [Status.AVAILABLE, Status.REFUSED, Status.REFUSED]
    assert only("cost.total", context).reason == "needs unit costs by category, loaded by the user"


def test_a_denominator_of_nought_is_refused(tmp_path: Path, rules: Rules) -> None:
    build(tmp_path, [row(NOW, "T1", "anti-social-behaviour")], people=0)
    context = Context(open_store(tmp_path), TOWN, FEBRUARY, rules)
    for id_ in ("share.violence_and_sexual", "share.category", "rate.crimes_per_1000"):
        found = only(id_, context)
        assert (found.status, found.value) == (Status.REFUSED, None)
        assert "nought" in (found.reason or "")


def test_an_area_with_three_offences_has_wide_bounds_and_no_hotspots(tmp_path: Path, rules: Rules) -> None:
    build(tmp_path, [row(NOW, "T1") for _ in range(3)])
    context = Context(open_store(tmp_path), TOWN, FEBRUARY, rules)
    rate = only("rate.crimes_per_1000", context)
    assert rate.interval is not None
    assert rate.interval.high / rate.interval.low > 10
    for id_ in ("hotspot.lsoa.bands", "hotspot.lsoa.gistar_hot"):
        assert only(id_, context).status is not Status.AVAILABLE


def test_months_are_pooled_where_one_has_too_few(tmp_path: Path, rules: Rules) -> None:
    build(tmp_path, [row(date(2016, month, 1), "T1") for month in (1, 2) for _ in range(10)])
    context = Context(open_store(tmp_path), TOWN, FEBRUARY, rules)
    found = registry.compute("hotspot.lsoa.bands", context)
    assert found[-1].period == Period(date(2016, 1, 1), date(2016, 2, 29))
    assert [one.value for one in found] == [2, 0, 0, 0, 1, 3]
    assert any("January 2016 to February 2016 are pooled" in caveat for caveat in found[0].caveats)


def test_rows_from_a_file_and_from_the_api_count_once(tmp_path: Path, rules: Rules) -> None:
    build(tmp_path, [row(NOW, "T1"), row(NOW, None, origin="api", ward=TOWN.code)])
    context = Context(open_store(tmp_path), TOWN, FEBRUARY, rules)
    found = only("recorded.rows", context)
    assert found.value == 1
    assert any("only the file is counted" in caveat for caveat in found.caveats)


def test_a_missing_month_and_mixed_vintages_are_said(tmp_path: Path, rules: Rules) -> None:
    build(tmp_path, [row(NOW, "T1"), {**row(NOW, "T2"), "lsoa_vintage": "2021"}])
    context = Context(open_store(tmp_path), TOWN, Period(date(2016, 1, 1), date(2016, 2, 29)), rules)
    found = only("recorded.rows", context)
    assert "No rows are loaded for January 2016." in found.caveats
    assert any("two vintages are mixed" in caveat for caveat in found.caveats)
    assert only("hotspot.lsoa.bands", context).status is Status.REFUSED


def test_years_before_and_like_periods() -> None:
    assert year_before(FEBRUARY) == Period(date(2015, 2, 1), date(2015, 2, 28))
    assert year_before(Period(date(2017, 2, 1), date(2017, 2, 28))) == Period(date(2016, 2, 1), date(2016, 2, 29))
    assert alike(FEBRUARY, year_before(FEBRUARY))
    whole = Period(date(2015, 12, 1), date(2016, 2, 29))
    assert months_of(whole) == [date(2015, 12, 1), date(2016, 1, 1), date(2016, 2, 1)]
    assert days_of(whole) == 91
    assert not alike(whole, FEBRUARY)
