"""A day's files: as dirty as said, each mishap once, and what the importer makes of them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from wraparound.demo import day as demo_day
from wraparound.demo.day import CLEAN_ROWS, UNKNOWN_COLUMNS, MadeDay, make_day, write_day
from wraparound.demo.mishaps import BAD_OPTIONAL_VALUES
from wraparound.foundation.areas import clocks
from wraparound.response.cases.importing.columns import CHILD_COLUMNS, INCIDENT_COLUMNS
from wraparound.response.cases.importing.commands import import_incidents
from wraparound.response.cases.models import ChildExposure, Incident, UrgentRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def yesterday() -> date:
    return clocks.today() - timedelta(days=1)


@pytest.fixture
def made(yesterday: date) -> MadeDay:
    return make_day(yesterday, seed=3)


@pytest.fixture
def var(settings: Any, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    return tmp_path


def rows_of(content: bytes, encoding: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def test_the_same_day_and_seed_give_the_same_bytes(yesterday: date, made: MadeDay) -> None:
    assert make_day(yesterday, seed=3) == made
    assert make_day(yesterday, seed=4).incidents != made.incidents
    assert make_day(yesterday - timedelta(days=1), seed=3).incidents != made.incidents


def test_encodings_and_line_ends_are_those_of_real_files(made: MadeDay) -> None:
    assert made.incidents.startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        made.children.decode("utf-8")
    assert "Zoë" in made.children.decode("cp1252")
    for content in (made.incidents, made.children):
        assert b"\r\n" in content
        assert not re.search(rb"[^\r]\n", content)


def test_every_mishap_is_there_exactly_once(made: MadeDay) -> None:
    rows = rows_of(made.incidents, "utf-8-sig")
    assert set(UNKNOWN_COLUMNS) == set(rows[0]) - set(INCIDENT_COLUMNS)
    assert set(rows_of(made.children, "cp1252")[0]) == set(CHILD_COLUMNS)
    mishaps = rows[CLEAN_ROWS:]
    assert sum(row["narrative"].startswith("=") for row in mishaps) == 1
    assert sum(row["narrative"].startswith("First account:\r\n") for row in mishaps) == 1
    assert sum(row["relationship"] == "" for row in mishaps) == 1
    assert sum(row["relationship"] == "boyfriend" for row in mishaps) == 1
    assert sum(row["victim_ref"] == "" for row in mishaps) == 1
    assert sum(row["victim_ref"] == row["perpetrator_ref"] != "" for row in mishaps) == 1
    assert sum(row["occurred_from"] == "last night" for row in mishaps) == 1
    assert sum(row["reported_at"] > f"{clocks.today():%Y-%m-%d}T23" for row in mishaps) == 1
    assert Counter(Counter(row["incident_ref"] for row in rows).values())[2] == 2  # alike, and not alike
    for column, value in BAD_OPTIONAL_VALUES:
        if "{" not in value:
            assert sum(row[column] == value for row in mishaps) == 1, column
    letters = "".join(row["victim_family_name"] + row["victim_given_names"] for row in mishaps)
    assert re.search("[\u0600-\u06ff]", letters)
    assert re.search("[\u4e00-\u9fff]", letters)
    assert "O'Donoghue" in letters


def test_the_importer_makes_of_it_what_was_planted(var: Path, yesterday: date) -> None:
    files = write_day(yesterday, seed=3)
    for dry_run in (True, False):
        report = import_incidents(files.incidents, children=files.children, dry_run=dry_run)
        for part, counts in (("incidents", report), ("children", report["children"])):
            assert {key: counts[key] for key in files.expected[part]} == files.expected[part], (part, dry_run)
    assert UrgentRow.objects.count() == files.expected["urgent"]["rows"] == 2
    again = import_incidents(files.incidents, children=files.children)
    assert (again["accepted"], again["changed"]) == (0, 0)
    assert again["rejected"] == files.expected["incidents"]["rejected"]


def test_warnings_name_every_bad_optional_value(var: Path, yesterday: date) -> None:
    files = write_day(yesterday, seed=3)
    report = import_incidents(files.incidents, children=files.children, dry_run=True)
    warned = Counter(line["column"] for line in report["warnings"])
    for column, _ in BAD_OPTIONAL_VALUES:
        assert warned[column] >= 1, column
    assert set(UNKNOWN_COLUMNS) <= set(report["unknown_columns"])


def test_the_planted_pair_meets_the_criteria_and_is_asked_about(
    var: Path, yesterday: date, deliver: Any, police: Any
) -> None:
    files = write_day(yesterday, seed=3)
    import_incidents(files.incidents, children=files.children)
    deliver()
    incident = Incident.objects.get(incident_ref=files.planted["high_risk_pair"]["incident_ref"])
    prompt = incident.matter.criteria_prompts.get(organisation=police)
    assert [o["code"] for o in prompt.criteria["outcomes"] if o["fired"]] == ["visible_high_risk"]
    assert ChildExposure.objects.filter(incident=incident).count() == 1


def test_old_files_go_and_the_newest_stay(var: Path, yesterday: date) -> None:
    for number in range(demo_day.KEPT + 2):
        write_day(yesterday - timedelta(days=number))
    names = sorted(path.name for path in demo_day.folder().glob("incidents-*.csv"))
    assert len(names) == demo_day.KEPT
    assert names[-1] == f"incidents-{yesterday}.csv"


def test_files_are_for_the_demo_only(client: Any, settings: Any, var: Path, yesterday: date) -> None:
    files = write_day(yesterday)
    address = reverse("demo:file", args=[files.incidents.name])
    settings.PERSONAS = False
    assert client.get(reverse("demo:files")).status_code == 404
    assert client.get(address).status_code == 404
    settings.PERSONAS = True
    answer = client.get(address)
    assert answer.content == files.incidents.read_bytes()
    assert "attachment" in answer["Content-Disposition"]
    for other in ("nothing.csv", "..%2F..%2Fwraparound.sqlite3"):
        assert client.get(f"/demo/files/{other}").status_code == 404
