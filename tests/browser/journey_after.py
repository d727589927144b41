"""The journey from screening on: listed, heard, promised, kept or not, told. Each function is one step."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone

from tests.browser import journey_story as story
from tests.browser.conftest import Walker
from tests.browser.journey_story import Journey, short_name
from wraparound.foundation.meetings.models import Session
from wraparound.foundation.partners.actors import Actor

# --- 4 ----------------------------------------------------------------------------------------------------------


def the_coordinator_screens_and_lists(journey: Journey) -> None:
    """The criteria, their evidence and the rule's version lie before her; a person decides."""
    coordinator = journey.as_(journey.cast.coordinator).sees("To screen").looks()
    coordinator.go("/marac/sessions/").click("Add the sessions of the next four weeks").looks()
    session = Session.objects.filter(starts_at__gt=timezone.now()).order_by("starts_at")[0]
    journey.session = f"/marac/sessions/{session.pk}"
    coordinator.go(screening(journey.police_referral)).looks()
    coordinator.fill(outcome="accept", accept_reason="Strangulation, with children in the house.")
    coordinator.fill(session=str(session.pk)).click("Decide").sees_heading("Referrals to screen").looks()
    coordinator.go(screening(journey.referral)).sees("Rule: marac.criteria").sees("Dash with 14 ticks")
    coordinator.sees("Contact through the IDVA.").picture("screening", whole=False)
    coordinator.click("All contact rules", role="link").sees("Shazia Khatoon").looks().picture("person", whole=False)
    coordinator.go(screening(journey.referral))
    coordinator.fill(outcome="accept", accept_reason="High by the Dash; the police's incident of Sunday bears it out.")
    coordinator.fill(session="later").click("Decide").sees("Accepted, to be listed")
    coordinator.click("List", exact=True).looks().fill(session=str(session.pk)).click("List it")
    coordinator.go("/").sees("2 of")


def screening(referral: str) -> str:
    """The address where a referral is screened."""
    return referral.replace("/referrals/", "/screening/")


def a_representative_who_knows_someone_excludes_herself(journey: Journey) -> None:
    """One click; from then on she can neither open, find nor count the case."""
    rep = journey.as_(journey.cast.probation_rep).sees("2 of")
    rep.go(journey.session).looks()
    assert agenda(rep) == ["1", "2"]
    reference = rep.go(journey.police_case).page.locator("h1").inner_text().split()[1]
    rep.go(journey.session).click(reference, role="link").looks().click("I know someone here")
    rep.sees("You were removed").does_not_see(reference)
    rep.sees("1 of")
    for path in (journey.police_case, journey.police_referral, f"{journey.police_case}/chronology"):
        rep.is_refused(path)
    rep.go(journey.session).does_not_see(reference)
    assert agenda(rep) == ["1"], "the numbers of the others close up: a gap would tell"
    for words in ("Rahmani", reference):
        rep.go(f"/search?q={words}").looks().does_not_see("Nadia").sees("Nothing that you can open was found")
    rep.go("/cases/").looks().does_not_see(reference)
    other = journey.as_(journey.cast.housing_rep).go(journey.session)
    assert agenda(other) == ["1", "2"]


def agenda(walker: Walker) -> list[str]:
    """The numbers of a session's agenda, as this reader has them."""
    return [text.split()[0] for text in walker.page.locator(".app-session__case").all_inner_texts()]


# --- 5 ----------------------------------------------------------------------------------------------------------


def the_agencies_share_and_commit(journey: Journey) -> None:
    """The chair opens the session and notes who is there; agencies share; promises are made; the case is heard."""
    cast = journey.cast
    journey.clock.move_to(Session.objects.get(pk=journey.session.rsplit("/", 1)[1]).starts_at)
    chair = journey.as_(cast.chair).go(journey.session).click("Begin the session").sees("The session has begun.")
    for actor in (cast.police_rep, cast.idva_rep, cast.children_rep, cast.housing_rep, cast.probation_rep):
        note_attendance(chair, actor, "Present")
    note_attendance(chair, cast.health_rep, "Apologies")
    chair.looks()
    one, two = (link.get_attribute("href") for link in chair.page.locator(".app-session__case").all())
    share(journey.as_(cast.housing_rep).go(str(two)), "Rent is paid. The lock was broken last week, and reported.")
    share(journey.as_(cast.police_rep).go(str(two)), "Two calls this autumn; he is on bail not to go near her work.")
    chair.go(str(one)).fill(risk_summary="Strangulation; he is in custody until Thursday.").click(
        "Heard: save and next"
    )
    chair.sees("Heard.").sees_heading("B-")
    for actor, what, days in (
        (cast.housing_rep, story.LOCKS, 1),
        (cast.police_rep, story.MARKER, 1),
        (cast.children_rep, story.SCHOOL, 3),
        (cast.idva_rep, story.CALL, 2),
        (cast.health_rep, story.LETTER, 5),
    ):
        commit(chair, actor, what, days)
    chair.sees("The lock was broken last week").sees("Proposed").looks()
    chair.picture("session").picture("session-phone", phone=True, whole=False)
    chair.fill(risk_summary="Separated, followed, strangled once. He is on bail; the first week is the worst.")
    chair.click("Heard: save and next").sees("Heard. The duty to tell the survivor has begun.")
    chair.click("Close the session").sees("The session is closed.")


def note_attendance(walker: Walker, actor: Actor, status: str) -> None:
    """The chair notes who is there for an agency."""
    row = walker.page.get_by_role("row", name=short_name(actor))
    if status == "Apologies":
        with walker.page.expect_navigation():
            row.get_by_role("link", name=status).first.click()
        walker.looks().fill(information_sent="no").click("Note it").sees("Sent nothing")
        return
    with walker.page.expect_navigation():
        row.get_by_role("button", name=status).first.click()


def share(walker: Walker, text: str) -> None:
    """An agency says what it knows, for itself."""
    walker.page.locator("summary", has_text="Share what an agency knows").click()
    walker.fill(**{"share-organisation": short_name_of_only_choice(walker)}, share__text=text).click("Share it")
    walker.sees(text)


def short_name_of_only_choice(walker: Walker) -> str:
    """A representative speaks for their own agency only, so there is one to choose."""
    options = walker.page.locator('select[name="share-organisation"] option:not([value=""])')
    assert options.count() == 1
    return options.inner_text()


def commit(walker: Walker, actor: Actor, what: str, days: int) -> None:
    """The chair notes what an agency promises, or proposes it to one that is absent."""
    due = timezone.localdate() + timedelta(days=days)
    options = walker.page.locator('select[name="commit-organisation"] option').all_inner_texts()
    agency = next(text for text in options if text.startswith(short_name(actor)))
    day = {
        "commit-due_on-day": str(due.day),
        "commit-due_on-month": str(due.month),
        "commit-due_on-year": str(due.year),
    }
    walker.fill(**{"commit-organisation": agency, "commit-what": what}, **day).click("Add the commitment")
    walker.sees(what)


# --- 6 ----------------------------------------------------------------------------------------------------------


def one_is_done_one_no_longer_possible_one_not_done(journey: Journey) -> None:
    """Every promise ends honestly: with evidence, confirmed by the co-ordinator, or told to the agency's lead."""
    cast = journey.cast
    journey.later(days=1)
    worker = commitment(journey, cast.housing_rep, story.LOCKS).click("Record as done").looks()
    worker.fill(what="New cylinder in the flat's door", reference="JOB-20417", told="through_idva")
    worker.click("Record as done").sees("Done, with its evidence.").sees("JOB-20417").looks()

    children = commitment(journey, cast.children_rep, story.SCHOOL).click("No longer possible").looks()
    children.fill(reason="The child moved to another nursery, which knows already.").click("Send to the co-ordinator")

    journey.later(days=1)
    story.the_work_of_others(cast)
    coordinator = (
        journey.as_(cast.coordinator).sees("Said to be no longer possible").sees("Commitments overdue").looks()
    )
    coordinator.picture("today-coordinator", whole=False).picture("today-phone", phone=True, whole=False)
    coordinator.click("Decide").click(story.SCHOOL, role="link").click("Confirm")
    coordinator.sees("Ended: it is no longer possible.")

    police = commitment(journey, cast.police_rep, story.MARKER).sees("1 day").click("Not done").looks()
    police.fill(reason="Passed to the wrong team, and found too late.").click("Set to not done")
    police.sees("Set to not done. The agency's lead is told.")
    lead = journey.as_(cast.police_lead).sees("Not done in the last 7 days").looks().click("Read").sees(story.MARKER)
    lead.go("/notices/").looks()
    coordinator = journey.as_(cast.coordinator)
    coordinator.go("/commitments/?state=accepted").sees(story.LOCKS).looks().picture("commitments")
    coordinator.go("/commitments/ledger").sees(short_name(cast.housing_rep)).looks().picture("ledger")


def commitment(journey: Journey, actor: Actor, what: str) -> Walker:
    """Someone finds their agency's promise in the list, and opens it."""
    walker = journey.as_(actor).click("Commitments", role="link", within='nav[aria-label="Areas of work"]').looks()
    return walker.click(what, role="link").sees_heading(what).looks()


# --- 7 ----------------------------------------------------------------------------------------------------------


def the_idva_tells_the_survivor_within_the_contact_rules(journey: Journey) -> None:
    """What one agency calls unsafe is blocked for all; a safe way that the IDVA learnt is used; then she is told."""
    idva = journey.as_(journey.cast.idva).sees("Survivors to be told").looks()
    idva.click("Tell").looks()
    idva.page.get_by_role("row", name="Shazia").get_by_role("link").first.click()
    idva.sees("You can't reach them now").sees("Not safe. Do not use it.").looks()
    idva.does_not_see("Log the attempt")
    telling = idva.page.url.removeprefix(idva.base)
    idva.click("All contact rules", role="link").sees_heading("Shazia").looks()
    idva.click("Add how to reach them").looks()
    idva.fill(channel="phone", value="07700 900386", safety="safe", times="weekdays 9:30 to 14:30, at her sister's")
    idva.fill(voicemail="no", note="Ask for the library").click("Save")
    idva.go(telling).sees("at her sister's").picture("telling")
    idva.page.get_by_label(re.compile("07700 900386")).check()
    idva.fill(outcome="spoke", note="Her sister was with her. She has an hour on Friday.").click("Log the attempt")
    idva.sees("The attempt is logged.").looks()
    idva.click("Told, or another ending").looks().fill(ending="told")
    idva.page.get_by_label(re.compile("07700 900386")).check()
    idva.fill(how="Relieved about the locks; angry about the marker, and right to be.").click("Record the ending")
    idva.sees("Recorded. The referral is closed.").looks()
    idva.go(journey.case).looks().picture("case")
    idva.go(f"{journey.case}/chronology").sees("told").looks().picture("chronology", whole=False)


def the_referrer_sees_how_it_ended(journey: Journey) -> None:
    """Whoever refers learns what became of it."""
    referrer = journey.as_(journey.cast.housing_officer)
    referrer.go("/marac/referrals").looks().go(journey.referral).sees("Closed").sees("Told").looks()
