"""The command line where something is in its way: a sentence and 2, never a trace."""

import pytest
from click.testing import CliRunner

from wraparound.interfaces.cli import main

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("option", ["--out", "--children"])
def test_an_export_that_has_nowhere_to_go_says_so(option, tmp_path, area):
    answer = CliRunner().invoke(main, ["export", "incidents", option, str(tmp_path / "nowhere" / "incidents.csv")])
    assert answer.exit_code == 2
    assert "can't be written: No such file or directory." in answer.stderr
