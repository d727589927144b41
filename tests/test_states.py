"""Every state is reachable, has an owner, and ends are ends."""

from __future__ import annotations

import pytest

from wraparound.evidence.assessments import states as editions
from wraparound.foundation.access import states as access
from wraparound.foundation.commitments import states as commitments
from wraparound.foundation.meetings import states as meetings
from wraparound.response.cases import states as cases
from wraparound.response.marac import flag_states as flags
from wraparound.response.marac import repeat_states as repeats
from wraparound.response.marac import states as marac
from wraparound.response.risk import states as risk

MACHINES = {
    "edition": (
        editions.EditionState,
        editions.EDITION_START,
        editions.EDITION_TRANSITIONS,
        editions.EDITION_MOVES,
    ),
    "look in an emergency": (access.LookState, access.LOOK_START, access.LOOK_TRANSITIONS, access.LOOK_MOVES),
    "commitment": (commitments.State, commitments.START, commitments.TRANSITIONS, commitments.MOVES),
    "session": (meetings.SessionState, meetings.SESSION_START, meetings.SESSION_TRANSITIONS, meetings.SESSION_MOVES),
    "agenda item": (meetings.ItemState, meetings.ITEM_START, meetings.ITEM_TRANSITIONS, meetings.ITEM_MOVES),
    "import": (cases.ImportState, cases.START, cases.TRANSITIONS, cases.MOVES),
    "assessment": (risk.AssessmentState, risk.START, risk.TRANSITIONS, risk.MOVES),
    "referral": (marac.ReferralState, marac.REFERRAL_START, marac.REFERRAL_TRANSITIONS, marac.REFERRAL_MOVES),
    "prompt": (marac.PromptState, marac.PROMPT_START, marac.PROMPT_TRANSITIONS, marac.PROMPT_MOVES),
    "research": (marac.ResearchState, marac.RESEARCH_START, marac.RESEARCH_TRANSITIONS, marac.RESEARCH_MOVES),
    "deferral": (marac.DeferralState, marac.DEFERRAL_START, marac.DEFERRAL_TRANSITIONS, marac.DEFERRAL_MOVES),
    "minutes": (meetings.MinutesState, meetings.MINUTES_START, meetings.MINUTES_TRANSITIONS, meetings.MINUTES_MOVES),
    "flag": (flags.FlagState, flags.FLAG_START, flags.FLAG_TRANSITIONS, flags.FLAG_MOVES),
    "repeat": (repeats.RepeatState, repeats.REPEAT_START, repeats.REPEAT_TRANSITIONS, repeats.REPEAT_MOVES),
    "role review": (
        repeats.RoleReviewState,
        repeats.ROLE_REVIEW_START,
        repeats.ROLE_REVIEW_TRANSITIONS,
        repeats.ROLE_REVIEW_MOVES,
    ),
    "transfer": (repeats.TransferState, repeats.TRANSFER_START, repeats.TRANSFER_TRANSITIONS, repeats.TRANSFER_MOVES),
    "telling": (marac.TellingState, marac.TELLING_START, marac.TELLING_TRANSITIONS, marac.TELLING_MOVES),
}


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_is_reachable_owned_and_named(name):
    states, start, transitions, moves = MACHINES[name]
    reached, frontier = {start}, [start]
    while frontier:
        state = frontier.pop()
        for (source, _), target in transitions.items():
            if source == state and target not in reached:
                reached.add(target)
                frontier.append(target)
    assert reached == set(states)
    assert set(moves) == set(states)
    assert all(state.label for state in states)


@pytest.mark.parametrize("name", MACHINES)
def test_a_state_is_nobodys_move_only_where_it_may_be_left_alone(name):
    states, _, transitions, moves = MACHINES[name]
    for state in states:
        leaves = [event for (source, event), _ in transitions.items() if source == state]
        if not leaves:
            assert str(moves[state]) == "nobody"
        # A prompt that was answered reopens by new evidence, not by anyone's move.
        elif leaves != ["reopen"]:
            assert str(moves[state]) != "nobody"
