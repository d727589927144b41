"""What the product finds of what was planted, in a city whose seed nobody has seen: the floors under it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from django.db import transaction
from django.test import override_settings

from wraparound.demo import checking
from wraparound.demo.build import BuildResult, build
from wraparound.demo.checking import Score
from wraparound.demo.commands import demo
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import system
from wraparound.foundation.people.models import LinkDecision
from wraparound.response.marac.models import RepeatProposal, RoleReview

pytestmark = pytest.mark.django_db
SCALE, SEED = 0.03, 770_341
NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
PAIRS_PER_100_RECORDS = 15  # what reviewers are asked to look at, of all records of people


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BuildResult]:
    """A small city, built once for this module and rolled back after it."""
    with (
        time_machine.travel(NOW, tick=True),
        django_db_blocker.unblock(),
        override_settings(VAR=tmp_path_factory.mktemp("var"), PACK="fenmoor"),
        acting_as(system("test")),
        transaction.atomic(),
    ):
        yield build(scale=SCALE, seed=SEED)
        transaction.set_rollback(True)


@pytest.fixture
def stages(built: BuildResult) -> dict[str, Any]:
    return checking.check_stages(Path(built.truth_path))


@pytest.mark.slow
def test_what_the_record_leads_to_before_anyone_decides_and_what_is_found_after_a_perfect_reviewer(
    stages: dict[str, Any],
) -> None:
    before, after = stages["before_any_person_decides"], stages["after_a_perfect_reviewer"]
    assert before["repeats"]["planted"] >= 15
    assert before["same_person"]["recall"] >= 0.95, before
    assert before["repeats"]["recall"] >= 0.95, before
    assert before["review_load"]["pairs_per_100_records"] <= PAIRS_PER_100_RECORDS
    assert before["review_load"]["repeats"] <= 1.2 * before["repeats"]["planted"]
    for name in ("repeats", "same_person"):
        assert after[name]["recall"] >= 0.98, after
        assert after[name]["precision"] >= 0.95, after


@pytest.mark.slow
def test_trying_it_out_changes_nothing(built: BuildResult) -> None:
    def rows() -> list[int]:
        return [LinkDecision.objects.count(), RepeatProposal.objects.filter(state="confirmed").count()]

    before = rows()
    checking.check_stages(Path(built.truth_path))
    assert rows() == before


@pytest.mark.slow
def test_the_command_prints_what_is_found(built: BuildResult) -> None:
    answer = CliRunner().invoke(demo, ["check", "--truth", built.truth_path, "--json"])
    assert answer.exit_code == 0, answer.output
    said = json.loads(answer.output)
    assert list(said) == ["repeats", "same_person", "proportions"]
    for name in ("repeats", "same_person"):
        assert list(said[name]) == ["planted", "found", "false", "precision", "recall"]
        assert said[name]["recall"] >= 0.9
    plain = CliRunner().invoke(demo, ["check", "--truth", built.truth_path])
    assert "recall" in plain.output


@pytest.mark.slow
def test_a_repeat_that_is_not_found_counts_against_it(built: BuildResult) -> None:
    truth = checking.read_truth(Path(built.truth_path))
    whole = checking.repeats_found(truth)
    with transaction.atomic():
        gone = list(RepeatProposal.objects.values_list("pk", flat=True)[: whole.found // 2])
        RepeatProposal.objects.filter(pk__in=gone).delete()
        less = checking.repeats_found(truth)
        transaction.set_rollback(True)
    assert less.found < whole.found
    assert less.planted == whole.planted
    nothing_true = checking.repeats_found(truth | {"repeats": []})
    assert nothing_true.false == RepeatProposal.objects.filter(state__in=("proposed", "confirmed")).count()


@pytest.mark.slow
def test_reversed_roles_are_reviewed_and_counted_as_no_repeat(built: BuildResult) -> None:
    truth = checking.read_truth(Path(built.truth_path))
    seen = {item["reference"] for review in RoleReview.objects.all() for item in review.evidence}
    put = {item["reference"] for row in RepeatProposal.objects.all() for item in row.evidence if item["reference"]}
    planted = {entry["incident"] for entry in truth["reversed"]}
    assert planted <= seen
    assert not put & (planted | {entry["incident"] for entry in (*truth["joined"], *truth["not_repeats"])})


@pytest.mark.slow
def test_the_truth_of_another_city_is_refused(built: BuildResult, tmp_path: Path) -> None:
    other = tmp_path / "truth.json"
    for text in ("{}", "[]", "no truth", json.dumps({"pack": "fenmoor", "seed": 1})):
        other.write_text(text, encoding="utf-8")
        answer = CliRunner().invoke(demo, ["check", "--truth", str(other), "--json"])
        assert answer.exit_code != 0
        assert "Stopped" in answer.output or "error" in answer.output


@pytest.mark.parametrize(
    ("score", "precision", "recall"),
    [(Score(0, 0, 0), 1.0, 1.0), (Score(4, 3, 1), 0.75, 0.75), (Score(5, 0, 2), 0.0, 0.0)],
)
def test_ratios(score: Score, precision: float, recall: float) -> None:
    assert (score.precision, score.recall) == (precision, recall)
