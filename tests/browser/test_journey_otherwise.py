"""The same work done otherwise: a case of a session by the keyboard alone, a referral without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import journey_referring as referring
from tests.browser import journey_story as story
from tests.browser.conftest import Walker
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem
from wraparound.foundation.partners.roles import Role
from wraparound.response.marac import services
from wraparound.response.marac.models import Referral
from wraparound.response.marac.tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def listed(someone: Any, housing: Any, marac_team: Any, idva_service: Any, area: Any) -> AgendaItem:
    """A case on a session that has begun."""
    referral = factories.refer(someone(Role.PRACTITIONER, housing), factories.answers(children=()))
    someone(Role.MARAC_REPRESENTATIVE, housing)
    coordinator = someone(Role.MARAC_COORDINATOR, marac_team)
    with acting_as(coordinator):
        services.screen_accept(referral=referral, reason="Yes.", version=referral.version, by=coordinator)
        referral.refresh_from_db()
        session = factories.a_session(area)
        item = services.list_on_session(referral=referral, session=session, version=referral.version, by=coordinator)
        opened = meetings.open_session(session=session, by=coordinator)
        services.go_on_inquorate(session=opened, because="The test needs one agency only.", by=coordinator)
    return item


def type_into(walker: Walker, name: str, text: str, most: int = 12) -> None:
    """Go on with Tab until the field has the focus, and type."""
    for _ in range(most):
        if walker.page.evaluate("document.activeElement.name") == name:
            walker.page.keyboard.type(text)
            return
        walker.page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by {most} presses of Tab")


def test_the_keyboard_alone_runs_a_case_of_a_session(
    listed: AgendaItem, walk: Any, someone: Any, marac_team: Any, housing: Any
) -> None:
    chair = walk(someone(Role.MARAC_CHAIR, marac_team)).go(f"/marac/sessions/{listed.session_id}/{listed.pk}")
    keyboard = chair.page.keyboard
    keyboard.press("c")
    type_into(chair, "commit-organisation", housing.short_name)
    type_into(chair, "commit-what", "Change the locks")
    for part, text in (("day", "9"), ("month", "11"), ("year", "2099")):
        type_into(chair, f"commit-due_on-{part}", text)
    keyboard.press("Enter")
    chair.sees("Change the locks")
    keyboard.press("r")
    type_into(chair, "risk_summary", "High: separated, and followed since.")
    for _ in range(3):
        keyboard.press("Tab")
        if chair.page.evaluate("document.activeElement.textContent.trim()").startswith("Heard"):
            break
    keyboard.press("Enter")
    chair.sees("Heard. The duty to tell the survivor has begun.")
    listed.refresh_from_db()
    assert listed.risk_summary == "High: separated, and followed since."
    assert listed.heard_at is not None
    assert Commitment.objects.get().what == "Change the locks"


def test_a_referral_is_written_and_sent_without_javascript(
    walk: Any, someone: Any, housing: Any, marac_team: Any, idva_service: Any
) -> None:
    worker = walk(someone(Role.PRACTITIONER, housing), javascript=False).go("/marac/refer")
    worker.fill(q="Shazia Khatun").click("Search").click("Start a new referral").click("Continue")
    referring.answer_step(worker, story.HOUSING["victim"])
    referring.until_the_children(worker, story.HOUSING)
    referring.others(worker)
    referring.after_the_children(worker, story.HOUSING)
    referring.send(worker)
    assert Referral.objects.get().victim.full_name == "Shazia Khatun"
