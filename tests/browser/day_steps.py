"""What people do on a MARAC day, in the order in which they do it. Each function is one step, in a browser."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import Walker
from tests.browser.day_story import AGAIN, NAMES, Day, Effort, arrive, measured
from wraparound.foundation.meetings.models import AgendaItem, Minutes, Session
from wraparound.foundation.partners.models import Organisation
from wraparound.response.marac.flag_states import FlagState
from wraparound.response.marac.models import AgencyFlag, Referral, ResearchRequest, Telling
from wraparound.response.marac.states import ReferralState, ResearchState

NOTHING_KNOWN = ("housing", "probation", "health")
KNOWN_TO_POLICE = "Three calls since May, the last on Friday; he is on bail not to go near her street."
EXCLUDED, DEFERRED, URGENT, ADJOURNED = NAMES[0], NAMES[1], NAMES[2], NAMES[3]


def short(kind: str) -> str:
    """How an agency of a kind is called on pages."""
    return Organisation.objects.filter(kind=kind).order_by("pk")[0].short_name


# --- the morning ------------------------------------------------------------------------------------------------


def repeats_are_confirmed_and_listed(day: Day) -> None:
    """The record caught two repeats, and one couple whose roles are reversed: a person decides on each."""
    coordinator = day.as_("coordinator").sees("Repeats found").looks().picture("day-today", whole=False)
    for _ in AGAIN:
        coordinator.go("/marac/repeats").looks()
        coordinator.page.locator("main th a").first.click()
        coordinator.sees_heading("Is this a repeat of").looks().picture("day-repeat", whole=False)
        coordinator.fill(decision="repeat").click("Decide").sees("A repeat.")
    coordinator.go("/marac/repeats?show=roles").looks()
    coordinator.page.locator("main th a").first.click()
    coordinator.looks().page.locator('main [name="weighed"]').first.check()
    coordinator.fill(outcome="as_before", reason="She defended herself; he had the injury, she has the history.")
    coordinator.click("Record the review").sees("Nobody is listed by it")
    for name in AGAIN:
        given = name.split()[0]
        referral = Referral.objects.get(victim__given_names=given, state=ReferralState.RECEIVED)
        coordinator.go(f"/marac/screening/{referral.pk}").looks()
        coordinator.fill(outcome="accept", accept_reason="A repeat within the year.", session=str(day.session.pk))
        coordinator.click("Decide").sees_heading("Referrals to screen")
    assert day.session.items.count() == len(NAMES) + len(AGAIN)


def agencies_look_up_their_own_records(day: Day) -> None:
    """One click where nothing is known, with its undo; what is known is shared, or kept with a reason."""
    for kind in NOTHING_KNOWN:
        rep = day.as_(kind).go("/marac/research/").looks()
        rep.click("Nothing known").sees("Recorded with who searched where and when.")
        if kind == "housing":
            rep.picture("day-research", whole=False).click("Undo").sees("outstanding again")
            rep.go("/marac/research/").click("Nothing known").sees("Recorded with who searched where and when.")
    found = ResearchRequest.objects.filter(state=ResearchState.NOTHING_KNOWN)
    assert found.count() == len(NOTHING_KNOWN)
    police = day.as_("police")
    for name in NAMES[1:5]:
        asked = ResearchRequest.objects.get(
            item=day.item_of(name), organisation_id=day.people["police"].organisation_id
        )
        police.go(f"/marac/research/{asked.pk}").looks().fill(text=KNOWN_TO_POLICE).click("Save").sees("Shared with")
    police.fill(text="An informant told us.", share="keep", why_not_shared="It would show who told us").click("Save")
    police.sees("Kept.")


def one_knows_someone(day: Day) -> None:
    """From the moment at which she says so, the case is not there for her: not on her list, not in her numbers."""
    item = day.item_of(EXCLUDED)
    reference = item.matter.case.reference
    rep = day.as_("children").go("/marac/research/").sees(reference)
    before = rep.page.locator(".app-research__progress strong").first.inner_text()
    rep.page.locator("section", has_text=reference).get_by_role("button", name="I know someone here").click()
    rep.go("/marac/research/").does_not_see(reference)
    after = rep.page.locator(".app-research__progress strong").first.inner_text()
    assert int(after.split()[-1]) == int(before.split()[-1]) - 1
    rep.go(day.address).does_not_see(reference)
    rep.is_refused(f"{day.address}/{item.pk}")
    rep.is_refused(f"{day.address}/{item.pk}/minutes")


def the_idva_speaks_for_her(day: Day) -> None:
    """What she wants and fears, and what must not be said, before anyone sits down."""
    idva = day.as_("idva").go(f"/marac/case/{day.item_of(DEFERRED).matter.case.pk}/her-words").looks()
    idva.fill(wants="To stay in her home, with him out of it.", fears="That he hears of this.")
    idva.fill(not_to_be_said="That her sister told us.", agrees="yes").click("Save")
    day.as_("chair").go(f"{day.address}/{day.item_of(DEFERRED).pk}").sees("That her sister told us.").looks()


def what_is_late_is_chased(day: Day) -> None:
    """Mental health and adults have said nothing: chased in one press, answered late, and marked as late."""
    late = ResearchRequest.objects.filter(item__session=day.session, state=ResearchState.WAITING).order_by("due_at")
    day.clock.move_to(late[0].due_at + timedelta(minutes=5))
    coordinator = day.as_("coordinator").sees("Research outstanding").go("/marac/research/outstanding").looks()
    coordinator.picture("day-outstanding", whole=False)
    if coordinator.page.get_by_role("button", name="Chase all").count():
        coordinator.click("Chase all")
    else:
        coordinator.click("Chase")
    coordinator.sees("Asked again")
    asked = late.filter(organisation_id=day.people["health"].organisation_id)[0]
    rep = day.as_("health").go(f"/marac/research/{asked.pk}")
    rep.fill(text="Seen in casualty in September, and sent home.").click("Save").sees("Shared with")
    asked.refresh_from_db()
    assert asked.answered_at is not None
    assert asked.answered_at > asked.due_at, f"{asked.answered_at} is not after {asked.due_at}"
    coordinator.go(f"{day.address}/{asked.item_id}").sees("late")


def one_is_deferred(day: Day) -> None:
    """A person, a reason, what is done meanwhile, and the next date."""
    item = day.item_of(DEFERRED)
    later = Session.objects.filter(starts_at__gt=day.session.starts_at).order_by("starts_at")[0]
    coordinator = day.as_("coordinator").go(f"{day.address}/{item.pk}").click("Defer this case", role="link").looks()
    coordinator.fill(to_session=str(later.pk), reason="Her interpreter can’t come today.")
    coordinator.click("Defer it").sees("Say what is done for their safety")
    coordinator.messages.clear()  # the browser writes a line about a form that is shown again
    coordinator.fill(interim_safety="Police pass by each evening; housing moves her tonight.", with_commitment="no")
    coordinator.click("Defer it")
    assert AgendaItem.objects.filter(session=later, matter_id=item.matter_id).exists()
    coordinator.go(day.address).does_not_see(item.matter.case.reference)


def one_cannot_wait(day: Day) -> None:
    """An emergency MARAC: a session of its own, at once, for the one case."""
    item = day.item_of(URGENT)
    matter_id = item.matter_id
    coordinator = day.as_("coordinator").go(f"{day.address}/{item.pk}")
    coordinator.click("Call an emergency MARAC for it", role="link").looks()
    at = timezone.localtime() + timedelta(minutes=30)
    coordinator.fill(on__day=str(at.day), on__month=str(at.month), on__year=str(at.year))
    coordinator.fill(at=f"{at:%H:%M}", reason="He was released this morning, and knows where she is.")
    coordinator.click("Call it")
    called = Session.objects.get(is_emergency=True)
    day.clock.move_to(called.starts_at)
    chair = day.as_("chair").go(f"/marac/sessions/{called.pk}").sees("Emergency MARAC").looks()
    chair.click("Begin the session").sees("begun")
    _settle_quorum(day, chair, called, missing=())
    heard = AgendaItem.objects.get(session=called, matter_id=matter_id)
    chair.go(f"/marac/sessions/{called.pk}/{heard.pk}")
    chair.fill(risk_summary="Imminent: he is out, and has her new address.").click("Heard: save and next")
    chair.go(f"/marac/sessions/{called.pk}").click("Close the session").sees("closed")
    assert AgendaItem.objects.get(pk=heard.pk).state == "heard"


# --- the session ------------------------------------------------------------------------------------------------


def the_session_begins_without_a_quorum(day: Day) -> None:
    """The police are missing: the chair goes on, and why stands in the record; then everyone else is noted."""
    arrive(day)
    chair = day.as_("chair").go(day.address).looks()
    chair.click("Begin the session").sees("begun")
    _settle_quorum(day, chair, day.session, missing=("police",))
    chair.sees("This session is not quorate").looks().picture("day-inquorate", whole=False)
    chair.click("go on, and say why", role="link").looks()
    chair.fill(because="The police are at an incident, and have sent what they know.").click("Go on")
    chair.sees("The session goes on.")
    chair.click("Apologies of " + short("police"), role="link").looks()
    yesterday = timezone.localdate() - timedelta(days=1)
    chair.fill(information_sent="yes", information_sent_on__day=str(yesterday.day))
    chair.fill(information_sent_on__month=str(yesterday.month), information_sent_on__year=str(yesterday.year))
    chair.click("Note it").sees("Without a quorum because:")
    chair.go(f"{day.address}/review").looks()


def _settle_quorum(day: Day, chair: Walker, session: Session, missing: tuple[str, ...]) -> None:
    """Note every agency as there but those that are missing."""
    chair.go(f"/marac/sessions/{session.pk}")
    seated = set(chair.page.locator("main tbody th").all_inner_texts())
    for organisation in Organisation.objects.filter(name__in=seated).exclude(kind__in=missing).order_by("name"):
        row = chair.page.get_by_role("row", name=organisation.name)
        with chair.page.expect_navigation():
            row.get_by_role("button", name="Present").first.click()


def each_case_is_heard(day: Day) -> None:
    """Risk summed up, promises noted, on to the next: what that costs the chair is counted. One is adjourned."""
    chair = day.as_("chair")
    adjourned = day.item_of(ADJOURNED)
    later = Session.objects.filter(starts_at__gt=day.session.starts_at).order_by("starts_at")[0]
    waiting = [item for item in day.items() if item.state == "listed"]
    for number, item in enumerate(waiting):
        chair.go(f"{day.address}/{item.pk}").looks()
        if item.pk == adjourned.pk:
            chair.click("Adjourn this case", role="link")
            chair.fill(to_session=str(later.pk), reason="Health answered an hour ago: nobody has read it yet.")
            chair.fill(interim_safety="The IDVA rings her tonight.", with_commitment="no").click("Adjourn it")
            continue
        day.efforts.append(_hear(chair, number))
        if number == 4:
            chair.go(f"{day.address}/{item.pk}").picture("day-session", whole=False)
            chair.picture("day-session-phone", phone=True, whole=False)
    heard = day.session.items.filter(state="heard").count()
    assert heard == len(day.efforts) == len(NAMES) + len(AGAIN) - 3


def _hear(chair: Walker, number: int) -> Effort:
    """One case, from its page to the next one's, as a practised chair does it."""
    effort = Effort()
    due = timezone.localdate() + timedelta(days=1 + number % 5)
    agency = short(("housing", "children", "idva_service", "probation")[number % 4])
    options = chair.page.locator('select[name="commit-organisation"] option').all_inner_texts()
    values = {
        "commit-organisation": next(text for text in options if text.startswith(agency)),
        "commit-what": f"Visit with the officer, case {number}",
        "commit-due_on-day": str(due.day),
        "commit-due_on-month": str(due.month),
        "commit-due_on-year": str(due.year),
    }
    chair.fill(**values)
    effort.fields += len(values)
    measured(effort, lambda: chair.click("Add the commitment").sees(values["commit-what"]))
    chair.fill(risk_summary="High: separated, followed, and it gets worse. The next fortnight is the worst.")
    effort.fields += 1
    measured(effort, lambda: chair.click("Heard: save and next").sees("Heard."))
    return effort


def it_closes_with_minutes_for_the_chair(day: Day) -> None:
    """Closed; the minutes of each case are drafted from what was recorded, read, and approved."""
    chair = day.as_("chair").go(day.address).click("Close the session").sees("closed")
    day.work()
    chair.go("/").sees("Minutes to approve").go(f"{day.address}/minutes").looks()
    chair.page.locator("main th a").first.click()
    chair.sees("Draft: not approved yet").looks().picture("day-minutes").click("Approve this version").sees("Approved")
    assert Minutes.objects.filter(item__session=day.session).count() == len(day.efforts)
    page = chair.go(f"{day.address}/pack").looks()
    page.does_not_see("An informant told us.").does_not_see("That her sister told us.")


# --- after ------------------------------------------------------------------------------------------------------


def agencies_set_their_flags_and_she_is_told(day: Day) -> None:
    """Each agency flags its own records; the IDVAs have someone to tell for each case that was heard."""
    housing = day.as_("housing").sees("Flags on your records").go("/marac/flags").looks()
    housing.page.locator("main th a").first.click()
    housing.looks().fill(answer="set", reference="T-2209").click("Save").sees("Noted.")
    assert AgencyFlag.objects.filter(state=FlagState.SET).count() == 1
    day.as_("idva").sees("Survivors to be told")
    assert Telling.objects.filter(item__session=day.session).count() == len(day.efforts)
    ledger = day.as_("chair").go("/commitments/ledger").looks()
    expect(ledger.page.get_by_text(short("housing")).first).to_be_visible()


# --- the same without a meeting ---------------------------------------------------------------------------------


def it_is_held_by_a_closing_date(day: Day) -> None:
    """The co-ordinator sets the mode and the closing date; nobody need sit down."""
    coordinator = day.as_("coordinator").go(f"{day.address}/arrange").looks()
    closes = timezone.localtime(day.session.starts_at) + timedelta(days=5)
    coordinator.fill(mode="asynchronous", closes_on__day=str(closes.day), closes_on__month=str(closes.month))
    coordinator.fill(closes_on__year=str(closes.year), closes_at="12:00").click("Keep it").sees("Kept.")
    arrive(day)
    day.as_("coordinator").go(day.address).sees("In session").looks()  # its hour has come: the tick opened it
    day.clock.move_to(closes + timedelta(hours=4))


def what_was_filed_is_summed_up(day: Day) -> None:
    """Its date is over; each case is heard by what was filed; the chair sums up."""
    chair = day.as_("chair").go(day.address).sees("Closed").looks()  # and closed it
    heard = [item for item in day.items() if item.state == "heard"]
    for item in heard[:3]:
        chair.go(f"{day.address}/{item.pk}").looks()
        chair.fill(risk_summary="High, by what four agencies filed.").click("Summed up: on to the next")
    chair.go("/marac/sessions/to-sum-up").looks()
    assert len(heard) == len(NAMES) + len(AGAIN) - 2
    assert Telling.objects.filter(item__session=day.session).count() == len(heard)
