"""Every step in every state of a session and of an item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from wraparound.foundation.meetings import services
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.meetings.states import (
    ITEM_MOVES,
    ITEM_TRANSITIONS,
    SESSION_MOVES,
    SESSION_TRANSITIONS,
    ItemState,
    SessionState,
)
from wraparound.foundation.meetings.tests.conftest import Room
from wraparound.kit.errors import NotNow

pytestmark = pytest.mark.django_db

SESSION_STEPS: dict[str, Callable[[Room], Session]] = {
    "open": lambda room: services.open_session(session=room.session, by=room.chair),
    "close": lambda room: services.close_session(session=room.session, by=room.chair),
    "adjourn": lambda room: services.adjourn_session(
        session=room.session, because="The line was down", by=room.chair, to=room.later()
    ),
}
ITEM_STEPS: dict[str, Callable[[Room, AgendaItem], AgendaItem]] = {
    "hear": lambda room, item: services.hear_item(
        item=item, risk_summary="High risk of serious harm", version=item.version, by=room.chair
    ),
    "take_off": lambda room, item: services.take_off(item=item, by=room.coordinator),
    "defer": lambda room, item: _moved(room, item, "defer"),
    "adjourn": lambda room, item: _moved(room, item, "adjourn"),
}


def _moved(room: Room, item: AgendaItem, event: str) -> AgendaItem:
    services.move_item(item=item, to=room.later(), event=event, by=room.chair)
    return AgendaItem.objects.get(pk=item.pk)


REACHED_BY = {
    ItemState.HEARD: "hear",
    ItemState.WITHDRAWN: "take_off",
    ItemState.DEFERRED: "defer",
    ItemState.ADJOURNED: "adjourn",
}


@pytest.mark.parametrize("event", SESSION_STEPS)
@pytest.mark.parametrize("state", SessionState)
def test_each_step_of_a_session(room: Room, state: SessionState, event: str) -> None:
    if state is not SessionState.PLANNED:
        SESSION_STEPS["open"](room)
    if state in (SessionState.CLOSED, SessionState.ADJOURNED):
        SESSION_STEPS["close" if state is SessionState.CLOSED else "adjourn"](room)
    following = SESSION_TRANSITIONS.get((state, event))
    arrived_before = any(after is state and name == event for (_, name), after in SESSION_TRANSITIONS.items())
    if following is None and not arrived_before:
        with pytest.raises(NotNow):
            SESSION_STEPS[event](room)
        return
    assert SessionState(SESSION_STEPS[event](room).state) is (following or state)


@pytest.mark.parametrize("event", ITEM_STEPS)
@pytest.mark.parametrize("state", ItemState)
def test_each_step_of_an_item(room: Room, state: ItemState, event: str) -> None:
    item = room.opened()[0]
    reach = REACHED_BY.get(state)
    if reach:
        item = ITEM_STEPS[reach](room, item)
    following = ITEM_TRANSITIONS.get((state, event))
    if following is None and (reach != event or event in ("defer", "adjourn")):
        with pytest.raises(NotNow) as stop:
            ITEM_STEPS[event](room, item)
        assert stop.value.sentence.endswith(".")
        return
    assert ItemState(ITEM_STEPS[event](room, item).state) is (following or state)


@pytest.mark.parametrize(
    ("states", "moves", "transitions"),
    [(SessionState, SESSION_MOVES, SESSION_TRANSITIONS), (ItemState, ITEM_MOVES, ITEM_TRANSITIONS)],
)
def test_each_state_says_whose_move_it_is(states: Any, moves: Any, transitions: Any) -> None:
    assert set(moves) == set(states)
    ends = {state for state in states if not any(s is state for s, _ in transitions)}
    assert {state for state in states if moves[state] == "nobody"} == ends
