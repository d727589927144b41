"""The quality view's arithmetic, by the published example; and the figures that a pack says were published."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from wraparound.foundation.areas.pack import Pack, PackError, open_pack
from wraparound.foundation.meetings.models import AgendaItem, Attendance, AttendanceStatus
from wraparound.response.marac.models import ResearchRequest
from wraparound.response.marac.returns import quality
from wraparound.response.marac.returns.params import Benchmark, BenchmarkOf, MaracBenchmarks
from wraparound.response.marac.returns.published import read_figures
from wraparound.response.marac.returns.quarters import Quarter
from wraparound.response.marac.returns.tests.making import IN_Q3, Q3, Maker

CASES_OF_2020_21 = 2_943


@pytest.fixture
def birmingham() -> MaracBenchmarks:
    content = json.loads((open_pack("birmingham").path / "rulesets/marac.benchmarks.json").read_text(encoding="utf-8"))
    return MaracBenchmarks.model_validate(content["versions"][0]["params"])


def test_two_formulas_that_disagree_stand_side_by_side(birmingham: MaracBenchmarks) -> None:
    """Domain rules 3.7: 449,614 women and 2,943 cases give 29.4 and 18.0 posts by one formula, 45 by the other."""
    by_cases, by_women, administrators = quality.posts(CASES_OF_2020_21, birmingham)
    assert (round(by_cases.now, 1), round(by_cases.at_recommended, 1)) == (29.4, 18.0)
    assert (round(by_women.now), round(by_women.at_recommended)) == (45, 45)
    assert (round(administrators.now, 1), round(administrators.at_recommended, 1)) == (7.4, 4.5)
    assert "disagree" in birmingham.idva_note


@pytest.mark.parametrize(
    ("value", "ends", "verdict"),
    [
        (0.27, (0.28, 0.40), "below"),
        (0.28, (0.28, 0.40), "within"),
        (0.40, (0.28, 0.40), "within"),
        (0.41, (0.28, 0.40), "above"),
        (0.9, (0.025, None), "within"),
        (None, (0.28, 0.40), ""),
    ],
)
def test_where_a_number_stands(value: float | None, ends: tuple[float, float | None], verdict: str) -> None:
    benchmark = Benchmark(
        of=BenchmarkOf.REPEATS, at_least=ends[0], at_most=ends[1], status="provisional", source="Nobody"
    )
    assert quality.Measured(BenchmarkOf.REPEATS, value, None, benchmark).verdict == verdict
    assert quality.Measured(BenchmarkOf.REPEATS, value, None, None).verdict == ""


def test_a_benchmark_that_nobody_saw_is_marked_so(birmingham: MaracBenchmarks) -> None:
    status = {benchmark.of: benchmark.status.value for benchmark in birmingham.benchmarks}
    assert status[BenchmarkOf.CASES_PER_10000] == "seen"
    assert {status[of] for of in (BenchmarkOf.REPEATS, BenchmarkOf.PARTNER_REFERRALS, BenchmarkOf.MALE)} == {
        "provisional"
    }


def test_a_year_is_the_four_quarters_that_end_with_this_one() -> None:
    year = quality.year_to(Q3)
    assert (year.first, year.last) == (Quarter(2024, 4).first, Q3.last)


def test_attendance_counts_sessions_at_which_people_came_together(maker: Maker) -> None:
    police, housing = maker.organisation("police"), maker.organisation("housing")
    for days, mode in ((0, "meeting"), (7, "meeting"), (14, "asynchronous")):
        session = maker.session(IN_Q3 + timedelta(days=days))
        session.mode = mode
        session.save()
        if days == 0:
            Attendance.objects.create(session=session, organisation=police, status=AttendanceStatus.DEPUTY)
        if days == 7:
            Attendance.objects.create(
                session=session, organisation=police, status=AttendanceStatus.APOLOGIES, information_sent=True
            )
    lines = {line.agency: line for line in quality.attendance([maker.panel], Q3, [police, housing])}
    assert lines[police.short_name].share == 0.5
    assert lines[police.short_name].sent_information == 1
    assert (lines[housing.short_name].not_recorded, lines[housing.short_name].share) == (2, 0.0)


def test_research_is_on_time_by_its_own_due_time(maker: Maker) -> None:
    housing = maker.organisation("housing")
    for answered in (IN_Q3 - timedelta(hours=2), IN_Q3, None):
        item: AgendaItem = maker.hear().item
        ResearchRequest.objects.create(
            item=item,
            matter=item.matter,
            organisation=housing,
            due_at=IN_Q3 - timedelta(hours=1),
            answered_at=answered,
            state="waiting" if answered is None else "answered",
        )
    (line,) = quality.research([maker.panel], Q3)
    assert (line.asked, line.on_time, line.late, line.outstanding) == (3, 1, 1, 1)


class TestPublishedFigures:
    def test_birminghams_are_those_of_its_papers(self) -> None:
        figures = {(one.code, one.period, one.area): one for one in read_figures(open_pack("birmingham"))}
        by_year = [figures["marac_cases", year, "Birmingham"].value for year in ("2018/19", "2019/20", "2020/21")]
        assert by_year == [1521, 2015, CASES_OF_2020_21]
        assert figures["marac_repeats", "2020/21", "West Midlands"].value == 2931
        assert all(one.source and one.place for one in figures.values())
        ages = [one.value for one in figures.values() if one.code.startswith("age_")]
        assert sum(ages) == 910

    def test_a_pack_may_have_none(self) -> None:
        assert read_figures(open_pack("fenmoor")) == []

    def test_a_number_that_is_none_is_said_with_its_line(self, tmp_path: Path) -> None:
        (tmp_path / "published").mkdir()
        head = "code,label,period,area,value,unit,source,place,note"
        (tmp_path / "published/marac.csv").write_text(f"{head}\na,A,2020,Here,many,cases,Paper,page 1,\n")
        about: Any = open_pack("fenmoor").about
        with pytest.raises(PackError, match="line 2, column value"):
            read_figures(Pack(slug="x", title="X", path=tmp_path, about=about))

    def test_a_number_reads_as_it_was_printed(self) -> None:
        (calls,) = [one for one in read_figures(open_pack("birmingham")) if one.code == "police_calls"]
        assert (calls.text, calls.value) == ("35,536", Decimal(35536))
