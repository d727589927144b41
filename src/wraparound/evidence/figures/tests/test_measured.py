"""Published figures as measures of an assessment: each paper's beside its own, with source and lines."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from wraparound.evidence.figures.checking import Verdict
from wraparound.evidence.figures.measured import ASSESSMENTS, source_of, text_of
from wraparound.evidence.figures.register import FigureRegister, read_register
from wraparound.evidence.figures.reports import Report, check_register
from wraparound.evidence.figures.rules import Reading, as_printed
from wraparound.evidence.measures.context import Context, Rules
from wraparound.evidence.measures.params import Disclosure
from wraparound.evidence.measures.registry import compute
from wraparound.evidence.measures.results import Period, Place, Status
from wraparound.evidence.store.areas import ensure_area, load_area
from wraparound.evidence.store.engine import Store, open_store
from wraparound.evidence.store.writing import write_rows
from wraparound.foundation.areas.pack import open_pack

BIRMINGHAM = Place("E08000025", "Birmingham", "2011")
JANUARY = Period(date(2014, 1, 1), date(2014, 1, 31))
YEAR = Period(date(2020, 4, 1), date(2021, 3, 31))
MEASURES = (
    "figures.strategic_beside",
    "figures.strategic_checks",
    "figures.strategic_conflicts",
    "figures.needs_beside",
    "figures.needs_checks",
    "figures.needs_conflicts",
)


@pytest.fixture(scope="module")
def report() -> Report:
    return check_register(read_register(open_pack("birmingham")))


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(open_store(tmp_path), BIRMINGHAM, JANUARY, pack="birmingham")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The open data that Birmingham's pack carries."""
    path = tmp_path_factory.mktemp("pack")
    ensure_area(load_area("birmingham"), path)
    return open_store(path)


def test_every_row_check_and_conflict_stands_in_an_assessment(report: Report, context: Context) -> None:
    beside = [one for kind in ASSESSMENTS for one in compute(f"figures.{kind}_beside", context)]
    checks = [one for kind in ASSESSMENTS for one in compute(f"figures.{kind}_checks", context)]
    conflicts = [one for kind in ASSESSMENTS for one in compute(f"figures.{kind}_conflicts", context)]
    assert len(beside) == len(report.beside)
    assert {one.breakdown["check"] for one in checks} == {one.check.id for one in report.checks}
    assert len(checks) == len(report.checks)
    assert {one.breakdown["figures"] for one in conflicts} == {", ".join(one.ids) for one in report.conflicts}


def test_each_says_where_it_was_printed(report: Report, context: Context) -> None:
    for id_ in MEASURES:
        for one in compute(id_, context):
            assert ", lines " in one.breakdown["where"]


def test_white_british_stands_beside_the_census_with_source_and_lines(context: Context) -> None:
    british, white = [
        one for one in compute("figures.strategic_beside", context) if "White British" in one.breakdown["figure"]
    ]
    assert british.breakdown["printed"] == white.breakdown["printed"] == "48.7"
    assert british.value == pytest.approx(42.9, abs=0.005)
    assert white.value == pytest.approx(48.6, abs=0.02)
    assert (british.breakdown["verdict"], white.breakdown["verdict"]) == ("differs", "agrees")
    assert british.breakdown["where"] == "Community Safety Strategy 2025-28, lines 122, 135"
    assert british.interval is None  # a census is counted
    assert british.period == Period(date(2021, 3, 21), date(2021, 3, 21))


def test_the_open_data_beside_are_those_of_the_store(report: Report, store: Store) -> None:
    """What the register states is counted anew from what the pack has the store load."""
    table = store.table("population")
    rows = store.rows(table.filter(table.area_code == "E08000025", table.measure == "residents", ~table.is_total))
    census = {row["ethnicity"]: row["value"] for row in rows if row["ethnicity"] and row["date"].year == 2021}
    ages = {row["age_from"]: row["value"] for row in rows if row["date"] == date(2020, 6, 30) and not row["sex"]}
    stated = {one.row.what: one.row for one in report.beside}
    british = "White: English, Welsh, Scottish, Northern Irish or British"
    white = sum(value for group, value in census.items() if group.startswith("White: "))
    everyone, mid_2020 = sum(census.values()), sum(ages.values())
    children = sum(value for age, value in ages.items() if age < 16)
    for what, counted in (
        (british, (census[british], everyone)),
        ("White, all five groups together", (white, everyone)),
        ("Not White British, ten years later", (everyone - census[british], everyone)),
        ("Residents under 16, mid-2020", (children, mid_2020)),
    ):
        assert (stated[what].numerator, stated[what].denominator) == counted
    assert stated["Residents, Census 2021"].value == everyone
    assert stated["Residents, mid-2020"].value == mid_2020
    adults = sum(value for age, value in ages.items() if 16 <= age <= 74)
    assert float(stated["5.5% of residents of 16 to 74"].value or 0) == pytest.approx(adults * 0.055)
    deprived = {
        one.breakdown["edition"]: (one.numerator, one.denominator)
        for one in compute("deprivation.decile1.lsoas", Context(store, BIRMINGHAM, JANUARY))
    }
    row = stated["Small areas in the most deprived tenth, 2025"]
    assert deprived["2025"] == (row.numerator, row.denominator)


def test_checks_carry_what_was_computed_and_its_bounds(report: Report, context: Context) -> None:
    found = {one.breakdown["check"]: one for kind in ASSESSMENTS for one in compute(f"figures.{kind}_checks", context)}
    for check in report.checks:
        one = found[check.check.id]
        assert one.breakdown["verdict"] == check.verdict.value
        if check.verdict is Verdict.EDITORIAL:
            assert (one.status, one.value) == (Status.REFUSED, None)
        elif one.value is not None:
            assert one.interval is not None
            assert one.interval.low <= one.value <= one.interval.high
    assert found["CHK-10"].value == pytest.approx(12.19, abs=0.01)


def test_a_conflict_between_two_papers_stands_in_both_assessments(context: Context) -> None:
    for kind in ASSESSMENTS:
        figures = [one.breakdown["figures"] for one in compute(f"figures.{kind}_conflicts", context)]
        assert "FIG-061, FIG-062" in figures


def test_own_records_stand_beside_a_figure_of_the_very_period_assessed(tmp_path: Path) -> None:
    rows = [
        {"pseudonym": f"h{i}", "month": date(2020, 4 + i % 9, 1), "from_kind": "police", "victim": f"v{i}"}
        for i in range(90)
    ]
    write_rows(tmp_path, "own_marac", rows, source="hearings")
    rules = Rules(Disclosure(smallest_at_city=5, smallest_below_city=10, least_width=5, round_to=1))

    def cases(period: Period) -> tuple[Status, float | None]:
        context = Context(open_store(tmp_path), BIRMINGHAM, period, rules, pack="birmingham")
        (one,) = [
            one for one in compute("figures.needs_beside", context) if one.breakdown["figure"].startswith("TAB-13")
        ]
        return one.status, one.value

    assert cases(YEAR) == (Status.AVAILABLE, 90)
    assert cases(Period(date(2020, 4, 1), date(2020, 12, 31))) == (Status.NOT_AVAILABLE, None)


@pytest.mark.parametrize("pack", ["", "fenmoor"])
def test_a_pack_without_figures_lays_nothing_beside(tmp_path: Path, pack: str) -> None:
    for id_ in MEASURES:
        (found,) = compute(id_, Context(open_store(tmp_path), BIRMINGHAM, JANUARY, pack=pack))
        assert found.status is Status.NOT_AVAILABLE
        assert "a register of published figures" in (found.reason or "")


def test_the_source_of_a_cell_and_of_a_check_is_found(report: Report) -> None:
    register: FigureRegister = report.register
    assert source_of(register, "TAB-29.population_pct[White British]") == ("community-safety-2025", "122, 135")
    assert source_of(register, "TAB-06/yr1_number/Total number of referrals") == ("scrutiny-2023", "2204-2211")
    assert source_of(register, "CHK-10") == ("scrutiny-2023", "3048")


@pytest.mark.parametrize(
    ("digits", "reading", "text"),
    [("118", Reading.EXACT, "118"), ("40", Reading.AT_LEAST, "at least 40"), ("39", Reading.ROUNDED, "38.5 to 39.5")],
)
def test_a_printed_number_reads_as_what_it_can_be(digits: str, reading: Reading, text: str) -> None:
    assert text_of(as_printed(digits, reading)) == text


def test_nothing_is_no_text() -> None:
    assert text_of(None) == ""
