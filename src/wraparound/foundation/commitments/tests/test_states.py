"""Every step in every state: what the table allows happens, everything else is refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wraparound.foundation.commitments import services
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.states import MOVES, OPEN_STATES, START, STEPS, TRANSITIONS, Mover, State
from wraparound.foundation.commitments.tests.factories import World, again, evidence, in_state
from wraparound.kit.errors import NotNow

pytestmark = pytest.mark.django_db

Step = Callable[[World, Commitment], Commitment]
STEPS_TAKEN: dict[str, Step] = {
    "accept": lambda w, c: services.accept(commitment=c, version=c.version, by=w.lead),
    "decline": lambda w, c: services.decline(commitment=c, reason="r", version=c.version, by=w.lead),
    "do": lambda w, c: services.do(commitment=c, evidence=evidence(), version=c.version, by=w.lead),
    "claim_not_possible": lambda w, c: services.claim_not_possible(
        commitment=c, reason="r", version=c.version, by=w.lead
    ),
    "set_not_done": lambda w, c: services.set_not_done(commitment=c, reason="r", version=c.version, by=w.lead),
    "confirm_not_possible": lambda w, c: services.confirm_not_possible(
        commitment=c, version=c.version, by=w.other_coordinator
    ),
    "refuse_not_possible": lambda w, c: services.refuse_not_possible(
        commitment=c, reason="r", version=c.version, by=w.other_coordinator
    ),
}


@pytest.mark.parametrize("event", STEPS_TAKEN)
@pytest.mark.parametrize("state", State)
def test_each_step_in_each_state(world: World, state: State, event: str) -> None:
    commitment = in_state(world, state)
    assert State(commitment.state) is state
    following = TRANSITIONS.get((state, event))
    if following is None:
        with pytest.raises(NotNow) as stop:
            STEPS_TAKEN[event](world, commitment)
        assert stop.value.sentence.endswith(".")
        assert again(commitment).version == commitment.version
        return
    after = STEPS_TAKEN[event](world, commitment)
    assert State(after.state) is following
    assert again(commitment).state == following
    assert after.version == commitment.version + 1
    assert (after.closed_at is None) is (following in OPEN_STATES)


def test_the_table_names_every_step() -> None:
    assert {event for _, event in TRANSITIONS} == set(STEPS_TAKEN)
    assert set(STEPS_TAKEN) <= set(STEPS)


def test_every_state_is_reached_and_says_whose_move_it_is() -> None:
    reached, frontier = {START}, [START]
    while frontier:
        here = frontier.pop()
        for (state, _), following in TRANSITIONS.items():
            if state is here and following not in reached:
                reached.add(following)
                frontier.append(following)
    assert reached == set(State) == set(MOVES)
    ends = {state for state in State if MOVES[state] is Mover.NOBODY}
    assert ends == {state for state in State if not any(s is state for s, _ in TRANSITIONS)}
    assert ends == set(State) - OPEN_STATES
