"""`wraparound figures`, as it is called."""

import json

import pytest
from click.testing import CliRunner

from wraparound.interfaces.cli import main


@pytest.fixture(autouse=True)
def _birmingham(settings):
    settings.PACK = "birmingham"


def test_check_prints_one_json_and_needs_no_database():
    result = CliRunner().invoke(main, ["figures", "check", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert (found["figures"], found["tables"], len(found["checks"])) == (250, 36, 38)
    assert set(found["checks"][0]) >= {"id", "kind", "claim", "source", "stated", "computed", "verdict", "note"}
    assert found["conflicts"][0]["ids"]
    assert found["beside"][0]["value"] == 42.9


def test_check_reads_as_lines():
    result = CliRunner().invoke(main, ["figures", "check"])
    assert result.exit_code == 0
    assert "CHK-10  inconsistent: Domestic abuse is almost 20% of all homelessness duties" in result.output


def test_list_shows_one_group():
    result = CliRunner().invoke(main, ["figures", "list", "--group", "idvas", "--json"])
    found = json.loads(result.output)
    assert {figure["group"] for figure in found} == {"IDVAs"}
    assert found[0]["start"] == "2021-01-01"


def test_list_of_an_unknown_group_names_those_there_are():
    result = CliRunner().invoke(main, ["figures", "list", "--group", "weather"])
    assert result.exit_code == 2
    assert "MARAC" in result.output


def test_a_pack_without_figures_says_so_in_a_sentence(settings):
    settings.PACK = "fenmoor"
    result = CliRunner().invoke(main, ["figures", "check", "--json"])
    assert result.exit_code == 2
    assert "fenmoor has no register" in json.loads(result.output)["error"]
