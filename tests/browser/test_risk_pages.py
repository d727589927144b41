"""The Dash and the DARA in a browser: begun, saved as one types, gone on with, blanked, judged, signed, and kept.

Each page is looked at (axe, 320 px, the site's own policy); the Dash is also done by the keyboard alone, and without
JavaScript.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Walker
from tests.browser.test_journey_otherwise import type_into
from wraparound.foundation.access import services as access
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.services import PersonValues, record_person
from wraparound.response.cases import services as cases
from wraparound.response.cases.models import Case
from wraparound.response.risk.models import Assessment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
JUDGEMENT = {
    "grade": "high",
    "judgement_reason": "She says that he will kill her, and she is sure.",
    "children_safeguarding": "made",
}


@pytest.fixture
def idva(someone: Any, idva_service: Any) -> Actor:
    return someone(Role.IDVA, idva_service, name="Ines Idva")


@pytest.fixture
def officer(someone: Any, police: Any) -> Actor:
    return someone(Role.PRACTITIONER, police, name="Olu Officer")


@pytest.fixture
def case(idva_service: Any, police: Any, area: Any) -> Case:
    """A case of the IDVA service with one victim-survivor, in which the police are involved too."""
    by = system("test")
    values = PersonValues(family_name="العلي", given_names="فاطمة", dob=date(1990, 3, 27))
    victim = record_person(organisation=idva_service, external_ref="V-1", values=values, by=by)
    found = cases.open_case(organisation=idva_service, area=area, by=by)
    cases.add_party(case=found, record=victim, role="victim", by=by)
    access.involve(matter=found.matter, organisation=police, purpose="protection", given_for="referral", by=by)
    return found


def begin(walker: Walker, case: Case, instrument: str) -> Walker:
    """From the case's risk page to the first question."""
    walker.go(f"/risk/case/{case.pk}/").looks().click("Begin an assessment").looks()
    walker.fill(instrument=instrument, safe_to_talk="yes").click("Begin")
    return walker.sees_heading("Before asking").looks()


def saved(walker: Walker, text: str) -> None:
    """What was typed is kept by itself, and the line that says so comes."""
    for _ in range(75):
        if text in str(Assessment.objects.latest("started_at").answers):
            break
        walker.page.wait_for_timeout(200)
    assert text in str(Assessment.objects.latest("started_at").answers)
    expect(walker.page.locator("#saved")).to_contain_text("Saved")


def judged_and_signed(walker: Walker) -> Walker:
    """The grade, the check of it all, the signature."""
    walker.sees_heading("Your judgement").looks().fill(**JUDGEMENT).click("Continue")
    walker.sees_heading("Check your answers").looks().click("Sign the assessment")
    return walker.sees("Signed. It can't be changed any more.").looks()


def test_a_dash_is_begun_left_gone_on_with_and_signed(walk: Any, idva: Actor, case: Case) -> None:
    first = begin(walk(idva), case, "dash")
    first.click("Save and continue").sees_heading("What has happened now").looks()
    follow_up = first.page.locator("#item-feared_of_whom")
    expect(follow_up).to_be_hidden()
    first.fill(**{"answer-feared_what": "yes"})
    expect(follow_up).to_be_visible()
    first.fill(**{"answer-feared_of_whom": "His brother, Øyvind O’Hara"})
    first.page.locator("main h1").click()
    saved(first, "His brother, Øyvind O’Hara")
    first.page.close()  # the battery is empty: nothing was sent by a button

    again = walk(idva).go("/risk/").looks()
    again.click("Dash about", role="link")
    again.go(again.page.url.removeprefix(again.base).split("?")[0] + "?part=2").sees_heading("What has happened now")
    expect(again.page.locator('[name="answer-feared_of_whom"]')).to_have_value("His brother, Øyvind O’Hara")
    again.fill(**{"answer-feared_what": "no"})
    expect(again.page.locator("#item-feared_of_whom")).to_be_hidden()
    again.click("Save and show all questions on one page").looks()
    kept = Assessment.objects.get()
    assert "feared_of_whom" not in kept.answers, "an answer to a question that isn't asked any more"
    again.fill(**{"answer-strangulation": "yes", "answer-threats_to_kill": "yes"}).sees("Look again")
    again.click("Save and continue")
    judged_and_signed(again)
    is_kept(again, "Strangulation")


def is_kept(walker: Walker, topic: str) -> None:
    """What was signed is shown as it was, has nothing to fill in, and its form leads back to it."""
    held = Assessment.objects.get()
    assert held.signed_at is not None
    page = f"/risk/{held.pk}/"
    walker.go(page).sees(topic).sees("High risk")
    assert walker.page.locator("main input:not([type=hidden]), main textarea, main select").count() == 0
    for step in ("form", "check"):
        walker.go(f"{page}{step}")
        assert walker.page.url.endswith(page), step
    walker.go(f"{page}judgement")
    assert walker.page.locator("main textarea").count() == 0, "a judgement that is signed can be written again"
    walker.go(page)
    walker.page.emulate_media(media="print")
    expect(walker.page.locator("main").get_by_text(topic).first).to_be_visible()
    assert len(walker.page.pdf()) > 5_000
    walker.page.emulate_media(media="screen")


def test_a_dara_is_never_totalled(walk: Any, officer: Actor, case: Case) -> None:
    page = begin(walk(officer), case, "dara")
    page.click("Save and show all questions on one page").looks()
    often = {f"answer-{key}": "often" for key in ("humiliation", "monitoring", "fear", "stalking")}
    page.fill(**often, **{"answer-strangulation": "yes"})
    expect(page.page.locator("#item-stalking_how")).to_be_visible()
    page.fill(**{"answer-stalking": "never"})
    expect(page.page.locator("#item-stalking_how")).to_be_hidden()
    page.click("Save and continue").does_not_see(" yes,")
    judged_and_signed(page).does_not_see(" yes,")


def test_the_keyboard_alone_completes_a_dash(walk: Any, idva: Actor, case: Case) -> None:
    walker = walk(idva).go(f"/risk/case/{case.pk}/begin")
    choose(walker, "instrument", "dash")
    choose(walker, "safe_to_talk", "yes")
    type_into(walker, "perpetrator_whereabouts", "At work")
    press_button(walker, "Begin")
    walker.sees_heading("Before asking")
    press_button(walker, "Save and continue")
    walker.sees_heading("What has happened now")
    choose(walker, "answer-injury", "yes")
    press_button(walker, "Save and finish later")
    held = Assessment.objects.get()
    assert held.answers["injury"]["answer"] == "yes"
    assert held.answers["perpetrator_whereabouts"]["answer"] == "At work"


def choose(walker: Walker, name: str, value: str) -> None:
    """Go on with Tab until a question has the focus, and with the arrow keys to an answer."""
    for _ in range(60):
        if walker.page.evaluate("document.activeElement.name") == name:
            break
        walker.page.keyboard.press("Tab")
    walker.page.keyboard.press("Space")
    for _ in range(8):
        if walker.page.evaluate("document.activeElement.value") == value:
            return
        walker.page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} can't be answered by the keyboard")


def press_button(walker: Walker, text: str) -> None:
    """Go on with Tab until a button has the focus, and press Enter."""
    for _ in range(90):
        if walker.page.evaluate("document.activeElement.textContent.trim()") == text:
            with walker.page.expect_navigation():
                walker.page.keyboard.press("Enter")
            return
        walker.page.keyboard.press("Tab")
    raise AssertionError(f"{text} is not reached by the keyboard")


def test_a_dash_is_done_without_javascript(walk: Any, idva: Actor, case: Case) -> None:
    walker = begin(walk(idva, javascript=False), case, "dash")
    walker.click("Save and continue").sees_heading("What has happened now")
    walker.fill(**{"answer-feared_what": "no", "answer-feared_of_whom": "Nobody was asked this"})
    walker.click("Save and show all questions on one page")
    assert "feared_of_whom" not in Assessment.objects.get().answers, "the server blanks it too"
    walker.fill(**{"answer-strangulation": "yes"}).click("Save and continue")
    judged_and_signed(walker)
    is_kept(walker, "Strangulation")


def test_two_who_fill_in_one_assessment_see_both_versions(
    walk: Any, someone: Any, idva: Actor, idva_service: Any, case: Case
) -> None:
    colleague = someone(Role.IDVA, idva_service, name="Cora Colleague")
    one = begin(walk(idva), case, "dash")
    path = f"/risk/{Assessment.objects.get().pk}/form?part=2"
    other = walk(colleague, javascript=False).go(path)
    one.go(path).fill(**{"answer-injury": "yes"}).click("Save and continue").sees_heading("Leaving")
    other.fill(**{"answer-injury": "no"}).click("Save and continue")
    other.sees_heading("Someone else changed these answers too")
    assert Assessment.objects.get().answers["injury"]["answer"] == "yes", "nobody's answer was overwritten"
    other.fill(**{"keep-answer-injury": "mine"}).click("Save the chosen answers")
    assert Assessment.objects.get().answers["injury"]["answer"] == "no"
