"""`wraparound foresight`, as it is called."""

import json

import pytest
from click.testing import CliRunner

from wraparound.interfaces.cli import main


@pytest.fixture(autouse=True)
def _birmingham(settings):
    settings.PACK = "birmingham"


def call(*words):
    return CliRunner().invoke(main, ["foresight", *words])


def test_capacity_asks_the_papers_question_by_itself():
    found = json.loads(call("capacity", "--replications", "3", "--json").output)
    assert [(row["referrals"], row["move_on"]) for row in found["scenarios"]] == [
        (1, 1),
        (1.2, 1),
        (1, 0.75),
        (1.2, 0.75),
    ]
    assert found["scenarios"][0]["outcomes"][0]["measure"] == "MARAC cases heard"


def test_capacity_reads_as_lines_with_its_assumptions():
    result = call("capacity", "--referrals", "+20%", "--replications", "3", "--seed", "9")
    assert result.exit_code == 0, result.output
    assert "3 replications of a year, seed 9" in result.output
    assert "Referrals +20%" in result.output
    assert "provisional support_days = 91" in " ".join(result.output.split())


@pytest.mark.parametrize("words", [("--referrals", "lots"), ("--replications", "1"), ("--move-on", "-100%")])
def test_capacity_refuses_what_can_not_be(words):
    result = call("capacity", *words, "--json")
    assert result.exit_code == 2
    assert json.loads(result.output)["error"]


def test_a_forecast_of_a_file(tmp_path):
    path = tmp_path / "calls.csv"
    lines = [f"{2019 + number // 12}-{number % 12 + 1:02},{100 + 10 * (number % 12)}" for number in range(48)]
    path.write_text("\n".join(["month,count", *lines]))
    found = json.loads(call("forecast", str(path), "--months", "2", "--json").output)
    assert (found["status"], found["method"], len(found["months"])) == ("available", "seasonal naive", 2)


def test_a_ward_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "ward.csv"
    path.write_text("month,count\n2019-01,3\n")
    result = call("forecast", str(path), "--area-kind", "ward", "--json")
    assert result.exit_code == 2
    assert "No forecast is made for a ward" in json.loads(result.output)["error"]


def test_a_few_months_are_refused_with_status_and_reason(tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("month,count\n2019-01,3\n2019-02,4\n")
    found = json.loads(call("forecast", str(path), "--json").output)
    assert (found["status"], found["months"]) == ("refused", [])
    assert "36 months" in found["reason"]


@pytest.mark.parametrize("words", [(), ("nowhere.csv",), ("--series", "warwickshire")])
def test_what_is_not_there_is_told(words):
    result = call("forecast", *words)
    assert result.exit_code == 2
    assert "Stopped:" in result.output
