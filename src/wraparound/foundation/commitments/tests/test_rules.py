"""The arithmetic of commitments, as tables and as properties."""

from __future__ import annotations

import statistics
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wraparound.foundation.commitments import rules
from wraparound.foundation.commitments.states import OPEN_STATES, State

MONDAY = date(2026, 11, 2)
DAY = timedelta(days=1)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(("due_on", "is_past"), [(MONDAY - DAY, True), (MONDAY, False), (MONDAY + DAY, False)])
def test_only_a_standing_promise_past_its_day_is_overdue(state: State, due_on: date, is_past: bool) -> None:
    stands = state in (State.ACCEPTED, State.CLAIMED_NOT_POSSIBLE)
    assert rules.is_overdue(state, due_on, MONDAY) is (stands and is_past)


@pytest.mark.parametrize(("days", "late"), [(-5, 0), (0, 0), (1, 1), (400, 400)])
def test_days_late_counts_calendar_days_after_the_day(days: int, late: int) -> None:
    assert rules.days_late(MONDAY, MONDAY + timedelta(days=days)) == late


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 7, 1), datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC)),
        (date(2026, 12, 1), datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_midnight_in_london(day: date, end: datetime) -> None:
    assert rules.end_of(day) == end


@pytest.mark.parametrize(
    ("today", "sent", "expected"),
    [
        (MONDAY - 4 * DAY, [], None),
        (MONDAY - 3 * DAY, [], MONDAY - 3 * DAY),
        (MONDAY - 3 * DAY, [MONDAY - 3 * DAY], None),
        (MONDAY - 2 * DAY, [], MONDAY - 3 * DAY),  # the day was missed: it is sent the day after
        (MONDAY - 1 * DAY, [MONDAY - 3 * DAY], MONDAY - DAY),
        (MONDAY - 1 * DAY, [], MONDAY - DAY),  # of two that were missed only the last
        (MONDAY, [MONDAY - 3 * DAY], MONDAY - DAY),
        (MONDAY, [MONDAY - DAY], None),
        (MONDAY + DAY, [], None),  # past its day: that is for the escalation
    ],
)
def test_reminders_stand_so_many_days_before(today: date, sent: list[date], expected: date | None) -> None:
    found = rules.reminder_to_send(due_on=MONDAY, days_before=(3, 1), made_on=MONDAY - 30 * DAY, today=today, sent=sent)
    assert found == expected


def test_no_reminder_of_what_was_promised_after_its_day_of_reminding() -> None:
    made_today = rules.reminder_to_send(
        due_on=MONDAY, days_before=(3, 1), made_on=MONDAY - DAY, today=MONDAY - DAY, sent=[]
    )
    assert made_today is None


@given(
    days_before=st.sets(st.integers(0, 20), max_size=5),
    made_before=st.integers(0, 40),
    runs_on=st.sets(st.integers(-30, 10)),
)
def test_each_reminder_is_sent_once_at_most_whenever_the_chaser_runs(
    days_before: set[int], made_before: int, runs_on: set[int]
) -> None:
    made_on, sent = MONDAY - timedelta(days=made_before), []
    for offset in sorted(runs_on):
        today = MONDAY + timedelta(days=offset)
        for _ in range(2):
            day = rules.reminder_to_send(
                due_on=MONDAY, days_before=days_before, made_on=made_on, today=today, sent=sent
            )
            if day is not None:
                assert made_on < day <= today <= MONDAY
                sent.append(day)
    assert len(sent) == len(set(sent)) <= len(days_before)
    assert sent == sorted(sent)


# --- the ledger ---------------------------------------------------------------------------------------------

facts = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(State), st.booleans(), st.integers(0, 60)), max_size=60)


Drawn = list[tuple[int, State, bool, int]]


def _cells(drawn: Drawn) -> list[rules.Cell]:
    return [
        rules.Cell(agency, state, late and state not in (State.PROPOSED, State.DECLINED), 1)
        for agency, state, late, _ in drawn
    ]


def _ledger(drawn: Drawn) -> list[rules.Line]:
    days = [(agency, days) for agency, state, _, days in drawn if state is State.DONE]
    return rules.ledger(_cells(drawn), days)


@given(facts)
def test_every_commitment_is_in_exactly_one_part_of_one_line(drawn: Drawn) -> None:
    lines = _ledger(drawn)
    assert sum(line.total for line in lines) == len(drawn)
    assert {line.organisation_id for line in lines} == {agency for agency, *_ in drawn}
    for line in lines:
        mine = [fact for fact in drawn if fact[0] == line.organisation_id]
        assert line.total == len(mine)
        assert line.open_overdue + line.open_in_time + line.proposed == sum(f[1] in OPEN_STATES for f in mine)
        assert line.done_on_time + line.done_late == sum(f[1] is State.DONE for f in mine)
        assert line.accepted == line.total - line.proposed - line.declined


@given(facts)
def test_the_ledger_is_the_same_however_the_commitments_are_grouped(drawn: Drawn) -> None:
    single = _cells(drawn)
    grouped: dict[tuple[int, State, bool], int] = {}
    for cell in single:
        key = (cell.organisation_id, cell.state, cell.is_late)
        grouped[key] = grouped.get(key, 0) + 1
    together = [rules.Cell(*key, number) for key, number in reversed(grouped.items())]
    assert rules.ledger(together, []) == rules.ledger(single, [])


@given(facts)
def test_the_median_is_that_of_the_days_of_what_was_done(drawn: Drawn) -> None:
    for line in _ledger(drawn):
        days = [f[3] for f in drawn if f[0] == line.organisation_id and f[1] is State.DONE]
        assert line.median_days == (statistics.median(days) if days else None)


@given(facts)
def test_the_agency_with_most_overdue_stands_first(drawn: Drawn) -> None:
    overdue = [line.open_overdue for line in _ledger(drawn)]
    assert overdue == sorted(overdue, reverse=True)


@given(st.dictionaries(st.integers(0, 400), st.integers(1, 30), min_size=1))
def test_the_median_of_counts_is_that_of_all_values(counts: dict[int, int]) -> None:
    values = [value for value, number in counts.items() for _ in range(number)]
    assert rules.median(counts) == statistics.median(values)
