"""The main journey: from a police incident and a referral to a promise kept and a survivor told.

Given the people of one small partnership, when each does their day's work in a browser, then one family is carried
from end to end, and nobody sees what they must not. It runs on both databases and under both packs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser import journey_after as after
from tests.browser import journey_before as before
from tests.browser import journey_story as story

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def journey(someone: Any, walk: Any, work: Any, time_machine: Any) -> story.Journey:
    """A Monday morning; everyone has an account, and nothing has happened yet."""
    time_machine.move_to(story.MORNING)
    return story.Journey(story.cast(someone), walk, work, time_machine)


def test_one_family_from_a_police_incident_to_a_survivor_told(journey: story.Journey, tmp_path: Path) -> None:
    before.the_clerk_imports_a_days_incidents(journey, tmp_path)
    before.the_officer_is_prompted_and_refers(journey)
    before.a_housing_officer_refers_someone_misspelt(journey)
    before.the_link_reviewer_decides_that_they_are_one(journey)
    before.the_idva_completes_a_dash(journey)
    after.the_coordinator_screens_and_lists(journey)
    after.a_representative_who_knows_someone_excludes_herself(journey)
    after.the_agencies_share_and_commit(journey)
    after.one_is_done_one_no_longer_possible_one_not_done(journey)
    after.the_idva_tells_the_survivor_within_the_contact_rules(journey)
    after.the_referrer_sees_how_it_ended(journey)
