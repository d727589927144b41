"""Reminders and escalation over weekends and bank holidays, each once. The rules are those of Fenmoor's pack."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from wraparound.foundation.commitments import services
from wraparound.foundation.commitments.models import Chase
from wraparound.foundation.commitments.params import ChasingRules
from wraparound.foundation.commitments.states import State
from wraparound.foundation.commitments.tests.factories import World, accepted, again, in_state, proposed
from wraparound.foundation.rulesets.models import RuleSet
from wraparound.kit.models import Event

pytestmark = pytest.mark.django_db

MADE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday


@pytest.fixture
def rules(area: Any) -> ChasingRules:
    """Remind 7 and 2 days before; escalate after 3 working days; answer within 5."""
    row = RuleSet.objects.filter(name="commitments.chasing").get()
    return ChasingRules(**row.params)


def sent() -> list[tuple[str, date]]:
    return list(Chase.objects.order_by("sent_at", "pk").values_list("kind", "on"))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, 0, tzinfo=UTC)


def run(day: date, hour: int = 12) -> int:
    at = noon(day).replace(hour=hour)
    with time_machine.travel(at, tick=False):
        return services.chase(at)


def run_each_day(first: date, last: date) -> None:
    day = first
    while day <= last:
        run(day)
        run(day)
        day += timedelta(days=1)


@pytest.fixture
def promised(world: World, rules: ChasingRules) -> Any:
    """Made on 2 March 2026, due on Thursday 2 April: before Good Friday and Easter Monday."""
    assert rules.remind_days_before == (7, 2)
    with time_machine.travel(MADE, tick=False):
        return accepted(world, due_on=date(2026, 4, 2))


def test_a_promise_is_chased_over_easter(promised: Any) -> None:
    run_each_day(date(2026, 3, 20), date(2026, 4, 7))
    assert sent() == [("reminder", date(2026, 3, 26)), ("reminder", date(2026, 3, 31))]
    # Good Friday 3 April, the weekend, and Easter Monday 6 April are no working days: the third is Thursday 9 April.
    run_each_day(date(2026, 4, 8), date(2026, 4, 8))
    assert len(sent()) == 2
    assert run(date(2026, 4, 9), hour=15) == 0  # 16:00 in London
    assert run(date(2026, 4, 9), hour=16) == 1  # 17:00 in London
    assert sent()[2:] == [("overdue", date(2026, 4, 2))]
    run_each_day(date(2026, 4, 10), date(2026, 4, 20))
    assert len(sent()) == 3
    assert again(promised).escalated_at == datetime(2026, 4, 9, 16, 0, tzinfo=UTC)


def test_what_ran_late_still_sends_once(promised: Any) -> None:
    assert run(date(2026, 3, 28)) == 1
    assert sent() == [("reminder", date(2026, 3, 26))]
    assert run(date(2026, 4, 30)) == 1
    assert sent()[1:] == [("overdue", date(2026, 4, 2))]


def test_a_day_on_a_weekend_counts_from_that_day(world: World, rules: ChasingRules) -> None:
    with time_machine.travel(MADE, tick=False):
        accepted(world, due_on=date(2026, 3, 7))  # a Saturday
    run_each_day(date(2026, 3, 8), date(2026, 3, 10))
    assert [kind for kind, _ in sent()] == []
    assert run(date(2026, 3, 11), hour=17) == 1  # Wednesday: the third working day


def test_a_proposal_that_nobody_answers_is_escalated(world: World, rules: ChasingRules) -> None:
    with time_machine.travel(MADE, tick=False):
        commitment = proposed(world, due_on=date(2026, 5, 1))
    run_each_day(date(2026, 3, 3), date(2026, 3, 8))
    assert sent() == []
    assert run(date(2026, 3, 9), hour=17) == 1  # Monday: the fifth working day
    assert sent() == [("unanswered", date(2026, 3, 2))]
    with time_machine.travel(noon(date(2026, 3, 10)), tick=False):
        services.accept(commitment=commitment, version=1, by=world.representative)
    assert again(commitment).escalated_at is None
    run(date(2026, 6, 1))
    assert [kind for kind, _ in sent()] == ["unanswered", "overdue"]


@pytest.mark.parametrize("state", [s for s in State if s not in (State.PROPOSED, State.ACCEPTED)])
def test_what_has_ended_or_waits_for_the_coordinator_is_not_chased(
    world: World, rules: ChasingRules, state: State
) -> None:
    with time_machine.travel(MADE, tick=False):
        in_state(world, state)
    Chase.objects.all().delete()
    run_each_day(date(2026, 3, 3), date(2026, 3, 6))
    run(date(2026, 12, 1))
    assert sent() == []


def test_chasing_makes_nobodys_form_stale_and_names_nobody(promised: Any) -> None:
    run_each_day(date(2026, 3, 26), date(2026, 4, 9))
    run(date(2026, 4, 9), hour=17)
    assert again(promised).version == promised.version
    for event in Event.objects.filter(name__in=["commitments.reminded", "commitments.escalated"]):
        assert set(event.payload) <= {"commitment", "matter", "by", "version", "kind", "on"}
        assert event.payload["by"] == ""


def test_each_area_chases_by_its_own_rules(promised: Any, area: Any) -> None:
    RuleSet.objects.filter(name="commitments.chasing").update(
        params={**RuleSet.objects.get(name="commitments.chasing").params, "remind_days_before": [20]}
    )
    run_each_day(date(2026, 3, 10), date(2026, 3, 14))
    assert sent() == [("reminder", date(2026, 3, 13))]
