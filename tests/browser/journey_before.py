"""The journey up to the session: the file, the two referrals, the link, the Dash. Each function is one step."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser import journey_referring as referring
from tests.browser import journey_story as story
from tests.browser.conftest import Walker
from tests.browser.journey_story import Journey


def case_of(walker: Walker) -> str:
    """The address of the case that the page is about."""
    return str(walker.page.locator('a[href^="/cases/"]:not([href="/cases/"])').first.get_attribute("href"))


# --- 1 ------------------------------------------------------------------------------------------------------


def the_clerk_imports_a_days_incidents(journey: Journey, folder: Path) -> None:
    """What a file would do is shown before it does it; the rejected rows come back, are mended and sent again."""
    incidents, children = story.a_days_files(folder)
    clerk = journey.as_(journey.cast.clerk).looks().click("Import a day's incidents").looks()
    check(journey, clerk, incidents, children)
    assert tiles(clerk) == [4, 1, 0, 2, 3, 0, 0, 1]
    clerk.sees("Not a code of the list relationship").sees("beat").looks().picture("import-preview")
    confirm(journey, clerk)
    clerk.sees("This report stays.").looks()

    mended = [correct(download(clerk, file.name), folder) for file in (incidents, children)]
    clerk.go("/cases/imports/new")
    check(journey, clerk, *mended)
    assert tiles(clerk) == [2, 0, 0, 0, 1, 0, 0, 0]
    confirm(journey, clerk)
    clerk.go("/cases/urgent").looks().click("incidents.csv, line 7", role="link").looks()
    clerk.fill(how="Corrected and sent again.").click("It is dealt with")

    clerk.go("/cases/imports/new")
    check(journey, clerk, incidents, children)
    assert tiles(clerk) == [0, 5, 0, 2, 0, 3, 0, 1]
    confirm(journey, clerk)
    clerk.go("/cases/imports").looks()


def check(journey: Journey, clerk: Walker, incidents: Path, children: Path) -> None:
    """Send two files and wait for what they would do."""
    clerk.page.set_input_files('[name="incidents"]', incidents)
    clerk.page.set_input_files('[name="children"]', children)
    clerk.click("Check the file")
    journey.work()
    clerk.page.reload()
    clerk.sees("Nothing is imported yet.")


def confirm(journey: Journey, clerk: Walker) -> None:
    """Let it be imported."""
    clerk.click("Confirm and import")
    journey.work()
    clerk.page.reload()
    clerk.sees("Imported")


def tiles(clerk: Walker) -> list[int]:
    """New, the same, changed, rejected: of the incidents, then of the children."""
    return [int(text) for text in clerk.page.locator(".app-tile__number").all_inner_texts()]


def download(clerk: Walker, name: str) -> Path:
    """The rejected rows of one file."""
    with clerk.page.expect_download() as waiting:
        clerk.click(f"Download the rejected rows of {name}", role="link")
    return Path(waiting.value.path())


def correct(rejected: Path, folder: Path) -> Path:
    """What the clerk does in a spreadsheet: put right what the file says was wrong."""
    text = rejected.read_text(encoding="utf-8-sig")
    mended = text.replace("boyfriend", "intimate_partner").replace("last night", "2026-11-01T20:00:00+00:00")
    path = folder / f"mended-{len(list(folder.iterdir()))}.csv"
    path.write_text(mended, encoding="utf-8")
    return path


# --- 2 ----------------------------------------------------------------------------------------------------------


def the_officer_is_prompted_and_refers(journey: Journey) -> None:
    officer = journey.as_(journey.cast.officer).sees("Will you refer to MARAC?").looks()
    officer.click("Answer").sees_heading("Will you refer to MARAC?").looks()
    officer.click("B-", role="link")
    officer.sees("DARA").sees(re.compile("Nadia Rahmani")).looks().picture("prompt")
    officer.click("Refer to MARAC").sees_heading("Referral to MARAC").looks()
    officer.click("Continue")
    referring.until_the_children(officer, story.POLICE)
    missing = {"shared_child": "yes", "same_address": "yes"}
    referring.complete_one(officer, "Karim Rahmani", missing)
    officer.click("Continue")
    for child in ("Sami Rahmani", "Leila Rahmani"):
        missing = {"to_victim": "child", "to_perpetrator": "child", "lives_with_victim": "yes"}
        referring.complete_one(officer, child, missing)
    officer.click("Save and continue")
    referring.after_the_children(officer, story.POLICE)
    journey.police_referral = referring.send(officer)
    journey.police_case = case_of(officer)
    officer.go("/marac/prompts").sees("No prompt waits for an answer.")


def a_housing_officer_refers_someone_misspelt(journey: Journey) -> None:
    worker = journey.as_(journey.cast.housing_officer).looks()
    worker.click("Refer someone to MARAC").looks().fill(q="Shazia Khatun 27/3/1992").click("Search")
    worker.sees("Nobody that you may know of fits").does_not_see("Khatoon")
    worker.click("Start a new referral").sees_heading("Referral to MARAC").looks()
    worker.click("Continue")
    referring.answer_step(worker, story.HOUSING["victim"])
    referring.answer_step(worker, story.HOUSING["address"])
    worker.sees_heading("How to reach them safely").fill(phone="07700 900741")
    worker.click("Save and come back later").sees("In progress")

    worker = journey.as_(journey.cast.housing_officer).sees("Referrals that you have not sent")
    worker.click("Go on").click("Shazia Khatun", role="link").sees("3 of 13 steps are complete")
    worker.click("Continue").sees_heading("How to reach them safely").fill(**story.HOUSING["contact"])
    worker.picture("referral-step").click("Save and continue")
    for step in ("fears", "equality", "language"):
        referring.answer_step(worker, story.HOUSING[step])
    referring.others(worker)
    referring.after_the_children(worker, story.HOUSING)
    worker.sees("27 March 1992").picture("referral-check", whole=False)
    journey.referral = referring.send(worker)
    journey.case = case_of(worker)


def the_link_reviewer_decides_that_they_are_one(journey: Journey) -> None:
    reviewer = journey.as_(journey.cast.reviewer).sees("Records that may be one person").looks()
    reviewer.click("Review").sees("same birthday").looks()
    reviewer.click(re.compile("Khatoon"), role="link")
    reviewer.sees("same telephone number").looks().picture("link-review")
    reviewer.fill(decision="same", reason="Same birthday and number; only the spelling differs.").click("Decide")
    reviewer.sees("Decided.")


# --- 3 ----------------------------------------------------------------------------------------------------------


def the_idva_completes_a_dash(journey: Journey) -> None:
    """All on one page; what is known to be graded too low is said while she fills it in; signed, it is kept."""
    idva = journey.as_(journey.cast.idva).sees("New referrals to reach").looks()
    idva.click("Reach").sees_heading("New referrals to reach").looks()
    idva.go(journey.case).looks().click("Risk", role="link", exact=True).looks()
    idva.click("Begin").sees_heading("Begin a risk assessment").looks()
    idva.fill(instrument="dash", safe_to_talk="yes", children_whereabouts="At nursery until three").click("Begin")
    idva.looks().click("Save and show all questions on one page").sees("All").looks()
    idva.fill(**{f"answer-{key}": "yes" for key in story.YES}, **{f"answer-{key}": "no" for key in story.NO})
    for words in story.PROMPTS:
        idva.sees(words)
    idva.page.locator("#item-strangulation").scroll_into_view_if_needed()
    idva.picture("risk-form", whole=False)
    idva.click("Save and continue").sees_heading("Your judgement").looks()
    idva.fill(
        grade="high",
        judgement_reason="He finds her wherever she goes, and has put his hands round her neck before.",
        children_safeguarding="made",
    ).click("Continue")
    idva.sees_heading("Check your answers").looks().click("Sign the assessment")
    idva.sees("Signed. It can't be changed any more.").looks()
    idva.go(journey.case).sees("High risk").looks()
