"""What agencies are asked before a session, and what they say: asked, nothing known, shared, chased, let go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from wraparound.foundation.access import services as access
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.notices.models import Notice
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, NotNow, Refused, Unknown
from wraparound.response.marac import services
from wraparound.response.marac.contributions.preparing import research as today_row
from wraparound.response.marac.models import ResearchEntry, ResearchRequest, ResearchSearch
from wraparound.response.marac.presenters.research import known_of
from wraparound.response.marac.queries.research import (
    entries_of,
    outstanding,
    progress_of_agency,
    research_for,
    research_of_agency,
)
from wraparound.response.marac.tests.factories import a_session, listed

pytestmark = pytest.mark.django_db


@pytest.fixture
def before(area, someone, police, housing, marac_team, idva_service, deliver):
    """A case listed on a session, whose agencies were asked."""
    people = {
        "coordinator": someone(Role.MARAC_COORDINATOR, marac_team),
        "rep": someone(Role.MARAC_REPRESENTATIVE, housing),
        "lead": someone(Role.AGENCY_LEAD, housing),
        "police": someone(Role.MARAC_REPRESENTATIVE, police),
        "officer": someone(Role.PRACTITIONER, housing),
        "idva": someone(Role.IDVA, idva_service),
        "session": a_session(area, days=5),
    }
    people["referral"], people["item"] = listed(people["officer"], people["coordinator"], people["session"])
    deliver()
    return people


def of(organisation) -> ResearchRequest:
    return ResearchRequest.objects.get(organisation=organisation)


def test_listing_asks_each_agency_that_has_somebody_to_speak_for_it_once(before, housing, police, deliver):
    assert {one.organisation for one in ResearchRequest.objects.all()} == {housing, police}
    assert all(one.due_at < before["session"].starts_at for one in ResearchRequest.objects.all())
    services.ask_agencies(item=before["item"])
    assert ResearchRequest.objects.count() == 2
    assert Notice.objects.filter(user_id=before["rep"].user_id, text__contains="asked what it knows").count() == 1


def test_an_agency_that_is_shut_out_is_not_asked(area, someone, before, housing, marac_team, deliver):
    session = a_session(area, days=6)
    with acting_as(before["coordinator"]):
        access.exclude(
            matter=before["item"].matter, by=before["coordinator"], reason="An employee", organisation=housing
        )
    deliver()
    with acting_as(before["coordinator"]):
        item = meetings.put_on_agenda(
            session=session, matter=before["item"].matter, because="Again", by=before["coordinator"]
        )
    deliver()
    assert not ResearchRequest.objects.filter(item=item, organisation=housing).exists()
    with acting_as(before["rep"]):
        assert not research_of_agency(before["rep"]).exists()
        assert list(today_row(before["rep"])) == []


def test_nothing_known_says_who_looked_where_for_whom_and_can_be_undone(before, housing):
    rep, request = before["rep"], of(housing)
    with acting_as(rep):
        with pytest.raises(BadInput, match="system"):
            services.say_nothing_known(request=request, systems=[" "], by=rep)
        services.say_nothing_known(request=request, systems=["Tenancies", "Tenancies ", "Repairs"], by=rep)
        services.say_nothing_known(request=request, systems=["Another"], by=rep)
    search = ResearchSearch.objects.get()
    assert (search.systems, search.by_id, len(search.records)) == (["Tenancies", "Repairs"], rep.user_id, 3)
    assert of(housing).state == "nothing_known"
    with acting_as(rep):
        services.undo_nothing_known(request=request, by=rep)
        services.undo_nothing_known(request=request, by=rep)
    search.refresh_from_db()
    assert search.undone_by_id == rep.user_id
    assert (of(housing).state, of(housing).answered_at) == ("waiting", None)


def test_only_the_agency_answers(before, housing, someone, idva_service):
    for who in ("coordinator", "police"):
        with acting_as(before[who]), pytest.raises(Refused):
            services.say_nothing_known(request=of(housing), systems=["X"], by=before[who])
    with acting_as(before["officer"]), pytest.raises((Unknown, Refused)):
        services.add_entry(request=of(housing), kind="information", text="Rent", by=before["officer"])


def test_what_is_kept_in_the_agency_needs_its_reason_and_stays_there(before, housing):
    rep, request = before["rep"], of(housing)
    with acting_as(rep):
        with pytest.raises(BadInput, match="why"):
            services.add_entry(
                request=request, kind="information", text="A relative works here", agency_only=True, by=rep
            )
        services.add_entry(
            request=request,
            kind="information",
            text="A relative works here",
            agency_only=True,
            why_not_shared="It would find her",
            by=rep,
        )
        services.add_entry(request=request, kind="information", text="Rent is paid at 12 alder road", by=rep)
        services.add_entry(request=request, kind="information", text="Rent is paid at 12 alder road", by=rep)
        assert len(entries_of(rep, request)) == 2
    for who in ("coordinator", "police"):
        with acting_as(before[who]):
            known = known_of(before[who], before["item"])
            assert [(one.agency, len(one.lines)) for one in known.said] == [(housing.short_name, 1)]
            assert "alder" not in known.said[0].lines[0].text
            assert known.outstanding == 1


def test_what_is_taken_back_is_shown_to_nobody_else_and_is_outstanding_again(before, housing):
    rep, request = before["rep"], of(housing)
    with acting_as(rep):
        entry = services.add_entry(request=request, kind="children", text="The wrong child", by=rep)
        services.take_back(entry=entry, by=rep)
        assert entries_of(rep, request)[0].taken_back_at is not None
    assert of(housing).state == "waiting"
    with acting_as(before["coordinator"]):
        assert known_of(before["coordinator"], before["item"]).said == []


def test_a_perpetrators_worker_is_told_of_no_other_agency(before, housing, police, someone):
    with acting_as(before["rep"]):
        services.add_entry(request=of(housing), kind="information", text="She has a new phone", by=before["rep"])
    matter, worker = before["item"].matter, before["police"]
    matter.involvements.filter(organisation=police).update(facing="perpetrator")
    with acting_as(worker):
        assert [one.organisation for one in research_for(worker, before["item"])] == [police]
        assert known_of(worker, before["item"]).said == []


def test_what_is_offered_becomes_a_commitment_once(before, housing):
    rep = before["rep"]
    with acting_as(rep):
        entry = services.add_entry(request=of(housing), kind="offer", text="Change the locks", by=rep)
    with acting_as(before["coordinator"]):
        due_on = timezone.localdate() + timedelta(days=2)
        first = services.promise_offer(entry=entry, due_on=due_on, by=before["coordinator"])
        again = services.promise_offer(entry=entry, due_on=due_on, by=before["coordinator"])
    assert first == again == Commitment.objects.get()
    assert (first.state, first.organisation, first.agreed_in) == ("proposed", housing, before["session"].pk)


def test_chasing_counts_waits_and_reaches_the_lead(before, housing, deliver, time_machine):
    coordinator, request = before["coordinator"], of(housing)
    with acting_as(coordinator):
        services.chase(request=request, by=coordinator)
        services.chase(request=request, by=coordinator)  # only just asked
    deliver()
    assert of(housing).chased == 1
    assert Notice.objects.filter(user_id=before["rep"].user_id, text__contains="asks again").count() == 1
    # Fenmoor's rule tells the lead from the first time on.
    assert Notice.objects.filter(user_id=before["lead"].user_id, text__contains="still outstanding").count() == 1
    time_machine.move_to(timezone.now() + timedelta(hours=3), tick=False)
    with acting_as(coordinator):
        assert services.chase_session(session=before["session"], by=coordinator) == 2
        assert services.chase_session(session=before["session"], by=coordinator) == 0
    with acting_as(before["police"]), pytest.raises(Refused):
        services.chase(request=of(housing), by=before["police"])


def test_what_is_not_answered_when_the_session_closes_never_was(before, housing, police, deliver):
    coordinator, rep = before["coordinator"], before["rep"]
    with acting_as(rep):
        services.say_nothing_known(request=of(housing), systems=["Tenancies"], by=rep)
    services.lapse_requests(session=before["session"])
    assert (of(housing).state, of(police).state) == ("nothing_known", "lapsed")
    before["session"].state = "closed"
    before["session"].save()
    with acting_as(rep), pytest.raises(NotNow):
        services.undo_nothing_known(request=of(housing), by=rep)
    with acting_as(coordinator):
        assert not outstanding(coordinator).exists()
        with pytest.raises(NotNow):
            services.chase_session(session=before["session"], by=coordinator)


def test_an_answer_after_the_time_is_late(before, housing, time_machine):
    rep = before["rep"]
    time_machine.move_to(of(housing).due_at + timedelta(minutes=1), tick=False)
    with acting_as(rep):
        assert next(iter(today_row(rep))).is_late
        assert progress_of_agency(rep, timezone.now())[0].late == 1
        services.say_nothing_known(request=of(housing), systems=["Tenancies"], by=rep)
        assert list(today_row(rep)) == []
        assert research_for(rep, before["item"])[0].was_late


def test_a_case_that_is_listed_anew_is_asked_about_anew_and_keeps_what_was_said(before, area, housing, police, deliver):
    coordinator, rep = before["coordinator"], before["rep"]
    with acting_as(rep):
        services.add_entry(request=of(housing), kind="information", text="Rent is paid", by=rep)
    with acting_as(coordinator):
        before["referral"].refresh_from_db()
        referral = services.take_off(
            referral=before["referral"], reason="Next week", version=before["referral"].version, by=coordinator
        )
    deliver()
    assert of(police).state == "withdrawn"
    session = a_session(area, days=9)
    with acting_as(coordinator):
        item = services.list_on_session(referral=referral, session=session, version=referral.version, by=coordinator)
    deliver()
    assert ResearchRequest.objects.filter(item=item, state="waiting").count() == 2
    with acting_as(coordinator):
        assert [line.text for _, line in known_of(coordinator, item).earlier] == ["Rent is paid"]


def test_what_is_said_in_the_session_answers_too(before, housing, deliver):
    with acting_as(before["coordinator"]):
        meetings.share_information(
            item=before["item"],
            text="Known for rent arrears",
            is_opinion=False,
            never_to_perpetrator=False,
            organisation=housing,
            by=before["coordinator"],
        )
    deliver()
    assert of(housing).state == "answered"
    with acting_as(before["coordinator"]):
        said = known_of(before["coordinator"], before["item"]).said
        assert [(one.agency, one.lines[0].text) for one in said] == [(housing.short_name, "Known for rent arrears")]


# --- pages --------------------------------------------------------------------------------------------------


def test_the_inbox_answers_in_one_click_with_undo(before, housing, client_for):
    client = client_for(before["rep"])
    page = client.get("/marac/research/").text
    assert "0 of 1" in page
    assert "Amina Noor" in page
    assert "also Mina" in page
    assert "27 March 1992" in page
    assert "Alder Road" not in page  # confidential
    answer = client.post(f"/marac/research/{of(housing).pk}/nothing-known")
    assert answer["Location"].endswith(f"?done={of(housing).pk}")
    assert "Undo" in client.get(answer["Location"]).text
    assert ResearchSearch.objects.get().systems == ["Tenancies"]  # Fenmoor's rule for housing
    assert "Nothing known" in client.get("/marac/research/?show=answered").text
    client.post(f"/marac/research/{of(housing).pk}/undo")
    assert of(housing).state == "waiting"


def test_an_agency_names_its_systems_and_they_are_remembered(before, housing, client_for):
    client = client_for(before["rep"])
    assert client.post("/marac/research/systems", {"systems": "Northgate\nRepairs"}).status_code == 302
    client.post(f"/marac/research/{of(housing).pk}/nothing-known")
    assert ResearchSearch.objects.get().systems == ["Northgate", "Repairs"]
    client.post(f"/marac/research/{of(housing).pk}/undo")
    ticked = {"nothing-form": "yes", "nothing-systems": ["Repairs"], "nothing-another": "Paper files"}
    client.post(f"/marac/research/{of(housing).pk}/nothing-known", ticked)
    assert ResearchSearch.objects.last().systems == ["Repairs", "Paper files"]


def test_sharing_and_keeping_on_the_page(before, housing, client_for):
    client, path = client_for(before["rep"]), f"/marac/research/{of(housing).pk}"
    assert client.get(path).status_code == 200
    entry = {"kind": "information", "text": "Rent is paid", "is_opinion": "fact", "share": "keep"}
    assert client.post(path, entry).status_code == 422
    assert client.post(path, entry | {"why_not_shared": "Not relevant to the risk"}).status_code == 302
    kept = ResearchEntry.objects.get()
    assert (kept.agency_only, kept.why_not_shared) == (True, "Not relevant to the risk")
    assert "Not relevant to the risk" in client.get(path).text
    assert client.post(f"/marac/research/entries/{kept.pk}/take-back").status_code == 302
    assert client_for(before["coordinator"]).get(f"/marac/research/{of(housing).pk}").status_code == 403
    assert client_for(before["police"]).get(f"/marac/research/{of(housing).pk}").status_code == 404


def test_who_knows_someone_is_out_of_the_inbox(before, housing, client_for):
    client = client_for(before["rep"])
    client.post(f"/cases/{before['item'].matter.case.pk}/i-know-someone")
    assert "Nothing is outstanding" in client.get("/marac/research/").text
    assert client.get(f"/marac/research/{of(housing).pk}").status_code == 404


def test_the_coordinator_chases_on_the_page(before, housing, police, client_for):
    client = client_for(before["coordinator"])
    page = client.get("/marac/research/outstanding").text
    assert housing.short_name in page
    assert "Chase all" in page
    client.post(f"/marac/sessions/{before['session'].pk}/chase", {"organisation": housing.pk})
    assert (of(housing).chased, of(police).chased) == (1, 0)
    client.post(f"/marac/research/{of(police).pk}/chase")
    assert of(police).chased == 1
    assert "Once, last" in client.get("/marac/research/outstanding").text


def test_lists_take_few_queries(before, area, client_for, django_assert_max_num_queries, deliver):
    for _ in range(6):
        listed(before["officer"], before["coordinator"], before["session"])
    deliver()
    rep, coordinator = client_for(before["rep"]), client_for(before["coordinator"])
    rep.get("/marac/research/")
    coordinator.get("/marac/research/outstanding")
    with django_assert_max_num_queries(16):
        assert rep.get("/marac/research/").text.count('<section class="app-research"') == 7
    with django_assert_max_num_queries(16):
        coordinator.get("/marac/research/outstanding")
