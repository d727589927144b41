"""The register of Birmingham, whole, and registers with a mistake in them."""

import json
import shutil
from datetime import date

import pytest

from wraparound.evidence.figures.beside import AGREES, DIFFERS, lay_beside
from wraparound.evidence.figures.register import NoFigures, read_register
from wraparound.evidence.figures.reports import check_register, figure_as_data
from wraparound.evidence.measures.results import MeasureResult, Period, Place, Status
from wraparound.foundation.areas.pack import Pack, PackError, open_pack


@pytest.fixture(scope="module")
def birmingham():
    return read_register(open_pack("birmingham"))


@pytest.fixture(scope="module")
def report(birmingham):
    return check_register(birmingham)


@pytest.fixture
def copy(tmp_path):
    """A copy of the pack whose files a test may spoil."""
    own = open_pack("birmingham")
    shutil.copytree(own.path / "figures", tmp_path / "figures")
    return Pack("birmingham", own.title, tmp_path, own.about)


def test_the_register_is_whole(birmingham):
    assert (len(birmingham.figures), len(birmingham.tables), len(birmingham.checks)) == (250, 36, 38)
    for figure in birmingham.figures.values():
        data = figure_as_data(figure, birmingham)
        assert data["source"]
        assert data["lines"]
        assert data["end"] or data["undated"], figure.id


# Computed by hand from the papers, not by the programme.
@pytest.mark.parametrize(
    ("id", "verdict", "low", "high"),
    [
        ("CHK-01", "consistent", 66.0983, 66.0984),
        ("CHK-02", "inconsistent", 80.54, 83.84),
        ("CHK-03", "consistent", 19.76, 20.58),
        ("CHK-04", "inconsistent", 3192, 3192),
        ("CHK-05", "inconsistent", 55820, 55820),
        ("CHK-06", "inconsistent", 4.59, 5.22),
        ("CHK-07", "inconsistent", 43.5554, 43.5554),
        ("CHK-08", "inconsistent", 43.984, 43.985),
        ("CHK-09", "inconsistent", 118, 118),
        ("CHK-10", "inconsistent", 12.187, 12.188),
        ("CHK-11", "inconsistent", 37.80, 37.81),
        ("CHK-13", "inconsistent", 38, 38),
        ("CHK-14", "inconsistent", 88.5, 89.5),
        ("CHK-16", "inconsistent", 1358, 1358),
        ("CHK-17", "inconsistent", 673, 673),
        ("CHK-18", "inconsistent", 635, 635),
        ("CHK-19", "inconsistent", 190, 211),
        ("CHK-20", "inconsistent", 95.66, 95.80),
        ("CHK-22", "inconsistent", 23.2, 23.3),
        ("CHK-23", "cannot be computed", 192.4, 207.2),
        ("CHK-24", "consistent", 156.6, 156.7),
        ("CHK-25", "consistent", 7.61, 7.62),
        ("CHK-26", "inconsistent", 17.92, 17.93),
        ("CHK-28", "inconsistent", 50.5, 51.5),
        ("CHK-32", "consistent", 46.15, 46.16),
    ],
)
def test_the_arithmetic_of_the_papers(report, id, verdict, low, high):
    check = next(check for check in report.as_data()["checks"] if check["id"] == id)
    assert check["verdict"] == verdict
    assert low <= check["computed"]["low"] <= check["computed"]["high"] <= high


def test_the_programme_and_the_reader_agree_or_the_data_says_why(report):
    for result in report.checks:
        assert result.agrees or result.check.differs_because, result.check.id
    assert [result.check.id for result in report.checks if not result.agrees] == ["CHK-22"]


def test_what_is_editorial_has_no_arithmetic_verdict(report):
    editorial = [check for check in report.as_data()["checks"] if check["kind"] == "editorial"]
    assert len(editorial) == 10
    assert {check["verdict"] for check in editorial} == {"editorial"}
    assert "CHK-37" in [check["id"] for check in editorial]


@pytest.mark.parametrize(
    ("kind", "ids", "values"),
    [
        ("different values", ["FIG-196", "FIG-197"], "56"),
        ("different values", ["FIG-033", "FIG-034"], "51"),
        ("out of size", ["FIG-061", "FIG-062"], "3192"),
        ("parts and total", ["TAB-06/yr1_number/Total number of referrals"], "1,358"),
        ("parts and total", ["TAB-06/yr2_number/Total number of referrals"], "1,431"),
        ("share and base", ["TAB-06/yr2_pct/Unsuccessful"], "59.61"),
        ("percentages added", ["CHK-10", "TAB-17.percent[Domestic abuse]", "TAB-18.percent[Domestic abuse]"], "16.7"),
        ("label and period", ["TAB-13.cases[2020/21]"], "2943"),
        ("label and period", ["FIG-075"], "recorded as crimes"),
    ],
)
def test_conflicts_are_found(report, kind, ids, values):
    found = [conflict for conflict in report.conflicts if conflict.kind == kind and list(conflict.ids) == ids]
    assert len(found) == 1
    assert any(values in value for value in found[0].values)


def test_different_years_are_no_conflict(report):
    ids = {conflict.ids for conflict in report.conflicts}
    assert ("FIG-059", "FIG-060") not in ids
    assert ("FIG-066", "FIG-067") not in ids


def test_white_british_stands_beside_the_census(birmingham):
    british, white = (row for row in lay_beside(birmingham) if "White British" in row.row.figure)
    assert (round(float(british.value), 1), british.verdict) == (42.9, DIFFERS)
    assert (round(float(white.value), 1), white.verdict) == (48.6, AGREES)


def test_records_stand_beside_where_there_are_any(birmingham):
    place, year = Place("E08000025", "Birmingham", "2025"), Period(*_days("2023-04-01", "2024-03-31"))
    found = MeasureResult("accommodation.referrals", place, year, 1268, "referrals")
    refused = MeasureResult("marac.cases", place, year, None, "cases", status=Status.SUPPRESSED, reason="too few")
    rows = {
        row.row.records: row
        for row in lay_beside(birmingham, {found.id: found, refused.id: refused})
        if row.row.records
    }
    assert (rows["accommodation.referrals"].verdict, rows["accommodation.referrals"].difference) == (AGREES, -2)
    assert rows["marac.cases"].reason == "too few"
    assert rows["incidents.domestic_abuse_crimes"].reason.startswith("Needs a police import")


def test_a_pack_without_figures_says_so():
    with pytest.raises(NoFigures, match="fenmoor has no register"):
        read_register(open_pack("fenmoor"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("FIG-002,", "FIG-1,", r"figures\.csv, line 3, field id"),
        (",24192,calls,exact,", ",24192,calls,perhaps,", r"figures\.csv, line 2, field reading"),
        (",24192,calls,exact,", ",many,calls,exact,", r"figures\.csv, line 2.*not a number"),
        (
            ",66,calls/day,rounded,,,,2023/24,,",
            ",66,calls/day,rounded,,,,whenever,,",
            r"figures\.csv, line 3.*names no days",
        ),
        ("FIG-002,", "FIG-001,", r"line 3, column id: FIG-001 stands twice"),
        (",briefing-2024,103,", ",nowhere,103,", r"FIG-001, field source: nowhere"),
    ],
)
def test_a_mistake_in_the_figures_is_told_with_row_and_field(copy, old, new, told):
    path = copy.path / "figures" / "figures.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackError, match=told):
        read_register(copy)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda check: check.pop("claim"), r"checks\.json, row 1 \(CHK-01\), field claim"),
        (
            lambda check: check["steps"][0].update(expression="FIG-001 /"),
            r"row 1 \(CHK-01\), field steps\.0\.expression.*ends too early",
        ),
        (lambda check: check["steps"][0].pop("stated"), r"row 1 \(CHK-01\), field steps\.0.*what is stated is missing"),
        (lambda check: check.update(steps=[]), r"row 1 \(CHK-01\).*needs a step"),
        (lambda check: check.update(kind="guess"), r"row 1 \(CHK-01\), field kind"),
    ],
)
def test_a_mistake_in_the_checks_is_told_with_row_and_field(copy, spoil, told):
    path = copy.path / "figures" / "checks.json"
    checks = json.loads(path.read_text(encoding="utf-8"))
    spoil(checks[0])
    path.write_text(json.dumps(checks), encoding="utf-8")
    with pytest.raises(PackError, match=told):
        read_register(copy)


def test_a_check_of_a_figure_that_is_not_there_can_not_be_computed(copy):
    path = copy.path / "figures" / "checks.json"
    checks = json.loads(path.read_text(encoding="utf-8"))
    checks[0]["steps"][0]["expression"] = "FIG-999 / 366"
    path.write_text(json.dumps(checks), encoding="utf-8")
    first = check_register(read_register(copy)).as_data()["checks"][0]
    assert (first["verdict"], first["computed"]) == ("cannot be computed", None)
    assert first["steps"][0]["reason"] == "there is no figure FIG-999"


def _days(start, end):
    return date.fromisoformat(start), date.fromisoformat(end)
