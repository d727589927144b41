"""A whole MARAC day in a browser: prepared in the morning, held, every promise noted, every survivor to be told.

It is walked under the rules of the tests' pack, whichever that is: `script/test` walks it under both packs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.browser import day_steps as steps
from tests.browser.day_story import Day, Effort, heard_long_ago, people, the_morning

pytestmark = [pytest.mark.browser, pytest.mark.day, pytest.mark.django_db(transaction=True)]
CLICKS_A_CASE = 2  # one promise, and on to the next


@pytest.fixture
def day(someone: Any, walk: Any, work: Any, deliver: Callable[[], int], time_machine: Any) -> Day:
    """The morning of the day: three families were heard in June, fourteen cases wait for today."""
    time_machine.move_to("2026-05-29T08:00:00+00:00")
    cast = people(someone)
    heard_long_ago(cast, deliver, time_machine)
    return Day(walk, work, time_machine, cast, the_morning(cast, deliver, time_machine))


def test_fifteen_cases_are_prepared_heard_and_followed(day: Day, settings: Any) -> None:
    steps.repeats_are_confirmed_and_listed(day)
    steps.agencies_look_up_their_own_records(day)
    steps.one_knows_someone(day)
    steps.the_idva_speaks_for_her(day)
    steps.one_is_deferred(day)
    steps.what_is_late_is_chased(day)
    steps.one_cannot_wait(day)
    steps.the_session_begins_without_a_quorum(day)
    steps.each_case_is_heard(day)
    steps.it_closes_with_minutes_for_the_chair(day)
    steps.agencies_set_their_flags_and_she_is_told(day)
    _report(day.efforts, Path(settings.VAR))
    assert max(effort.clicks for effort in day.efforts) <= CLICKS_A_CASE


def test_the_same_day_by_a_closing_date(day: Day) -> None:
    steps.repeats_are_confirmed_and_listed(day)
    steps.agencies_look_up_their_own_records(day)
    steps.one_knows_someone(day)
    steps.one_is_deferred(day)
    steps.one_cannot_wait(day)
    steps.it_is_held_by_a_closing_date(day)
    steps.what_was_filed_is_summed_up(day)


def _report(efforts: list[Effort], folder: Path) -> None:
    """What a case cost, for docs/performance.md."""
    found = {
        "cases": len(efforts),
        "presses a case": median(one.clicks for one in efforts),
        "fields a case": median(one.fields for one in efforts),
        "seconds of waiting a case": round(median(one.seconds for one in efforts), 2),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "marac-day.json").write_text(json.dumps(found) + "\n", encoding="utf-8")
