"""A session while it sits: quorum, order, conflicts; a session without a meeting; what ends with a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from wraparound.foundation.access.decisions import is_open
from wraparound.foundation.access.models import Exclusion
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.commitments import services as commitments
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Attendance, Session
from wraparound.foundation.notices.models import Notice
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.models import Organisation, User
from wraparound.foundation.partners.queries import organisation_of
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, NotNow, Refused
from wraparound.response.marac import services
from wraparound.response.marac.models import Referral, Telling
from wraparound.response.marac.organisations import marac_panel
from wraparound.response.marac.services.listing import closing_date
from wraparound.response.marac.tests.factories import ANSWERS, a_session, listed

pytestmark = pytest.mark.django_db


@pytest.fixture
def probation_rep(someone: Callable[..., Actor], area: Any) -> Actor:
    return someone(Role.MARAC_REPRESENTATIVE, Organisation.objects.get(slug="fenmoor-probation"))


@pytest.fixture
def morning(
    area: Any, officer: Actor, coordinator: Actor, chair: Actor, police_rep: Actor, probation_rep: Actor, idva: Actor
) -> AgendaItem:
    """A case of a session that has begun."""
    item = listed(officer, coordinator, a_session(area))[1]
    with acting_as(chair):
        meetings.open_session(session=item.session, by=chair)
    return AgendaItem.objects.select_related("session__panel__area", "matter").get(pk=item.pk)


def note(item: AgendaItem, *there: Any, by: Actor) -> None:
    with acting_as(by):
        for organisation in there:
            meetings.record_attendance(session=item.session, organisation=organisation, status="present", by=by)


def hear(item: AgendaItem, by: Actor) -> AgendaItem:
    with acting_as(by):
        return services.hear(item=item, risk_summary="High", version=item.version, by=by)


# --- quorum -------------------------------------------------------------------------------------------------


def test_without_a_quorum_nothing_is_heard_until_the_chair_says_why(
    morning: AgendaItem, chair: Actor, police: Any, idva_service: Any, probation_rep: Actor
) -> None:
    note(morning, police, idva_service, by=chair)
    assert services.missing_for_quorum(morning.session) == ("probation",)
    with pytest.raises(NotNow, match="probation"):
        hear(morning, chair)
    with acting_as(chair):
        with pytest.raises(BadInput):
            services.go_on_inquorate(session=morning.session, because=" ", by=chair)
        went_on = services.go_on_inquorate(session=morning.session, because="They sent their notes.", by=chair)
    assert went_on.inquorate_missing == ["probation"]
    assert hear(morning, chair).state == "heard"


def test_a_reason_holds_for_those_who_were_missing_then(
    morning: AgendaItem, chair: Actor, police: Any, idva_service: Any
) -> None:
    note(morning, police, idva_service, by=chair)
    with acting_as(chair):
        services.go_on_inquorate(session=morning.session, because="They sent their notes.", by=chair)
        meetings.record_attendance(session=morning.session, organisation=police, status="apologies", by=chair)
    with pytest.raises(NotNow, match="police"):
        hear(morning, chair)


def test_with_a_quorum_there_is_nothing_to_explain(
    morning: AgendaItem, chair: Actor, police: Any, idva_service: Any, probation_rep: Actor
) -> None:
    note(morning, police, idva_service, organisation_of(probation_rep), by=chair)
    with acting_as(chair), pytest.raises(NotNow):
        services.go_on_inquorate(session=morning.session, because="For no reason", by=chair)
    assert hear(morning, chair).state == "heard"


# --- order and conflicts ------------------------------------------------------------------------------------


def test_the_riskiest_is_heard_first(area: Any, officer: Actor, coordinator: Actor, chair: Actor) -> None:
    session = a_session(area)
    items = [listed(officer, coordinator, session)[1] for _ in range(3)]
    Referral.objects.filter(matter=items[1].matter).update(urgency=2)
    Referral.objects.filter(matter=items[2].matter).update(urgency=9)
    Referral.objects.filter(matter=items[0].matter).update(urgency=2)
    with acting_as(coordinator):
        services.order_by_urgency(session=session, by=coordinator)
    order = list(AgendaItem.objects.filter(session=session).order_by("position").values_list("pk", flat=True))
    assert order == [items[2].pk, items[0].pk, items[1].pk]


def test_a_declared_conflict_closes_the_case_and_stands_on_the_sessions_record(
    morning: AgendaItem, coordinator: Actor, chair: Actor, police: Any, police_rep: Actor, deliver: Any
) -> None:
    with acting_as(police_rep):
        meetings.record_attendance(session=morning.session, organisation=police, status="present", by=police_rep)
    user = User.objects.get(pk=police_rep.user_id)
    with acting_as(chair), pytest.raises(Refused):
        services.declare_conflict(item=morning, user=user, by=chair)
    with acting_as(coordinator):
        services.declare_conflict(item=morning, user=user, by=coordinator)
    deliver()
    assert not is_open(police_rep, morning.matter_id)
    assert Exclusion.objects.get().user == user
    assert Attendance.objects.get(organisation=police).conflicts == "declared"
    with acting_as(police_rep):  # what was declared isn't undone by saying otherwise
        meetings.declare_no_conflict(session=morning.session, organisation=police, by=police_rep)
    assert Attendance.objects.get(organisation=police).conflicts == "declared"


# --- what ends with the session -----------------------------------------------------------------------------


def test_research_ends_with_the_session_unless_the_agency_promised_something(
    morning: AgendaItem, chair: Actor, police: Any, police_rep: Actor, probation_rep: Actor, deliver: Any
) -> None:
    note(morning, police, by=chair)
    with acting_as(chair):
        services.go_on_inquorate(session=morning.session, because="They sent their notes.", by=chair)
        commitments.make(
            matter=morning.matter,
            organisation=police,
            what="Put a marker on the address",
            due_on=timezone.localdate() + timedelta(days=2),
            agreed_in=morning.session_id,
            by=chair,
        )
    hear(morning, chair)
    assert is_open(probation_rep, morning.matter_id)
    with acting_as(chair):
        meetings.close_session(session=morning.session, by=chair)
    deliver()
    given = morning.matter.involvements.filter(given_for="session")
    ended = {row.organisation.slug for row in given.select_related("organisation") if row.ends_at <= timezone.now()}
    assert "fenmoor-probation" in ended
    assert police.slug not in ended
    assert is_open(police_rep, morning.matter_id)
    assert is_open(chair, morning.matter_id)  # the chair sums up and approves the minutes
    assert services.end_research(session=morning.session) == 0


def test_what_goes_on_at_another_session_stays_open(
    morning: AgendaItem, chair: Actor, area: Any, probation_rep: Actor, deliver: Any
) -> None:
    later = a_session(area, 17)
    with acting_as(chair):
        services.put_off(
            item=morning, to=later, kind="adjourned", reason="No time", interim_safety="Alarm fitted", by=chair
        )
        meetings.close_session(session=morning.session, by=chair)
    deliver()
    assert is_open(probation_rep, morning.matter_id)


# --- without a meeting --------------------------------------------------------------------------------------


@pytest.fixture
def filed(area: Any, officer: Actor, coordinator: Actor, chair: Actor, idva: Actor, police_rep: Actor) -> AgendaItem:
    """A case of a session in three days that closes two days later."""
    starts_at = (timezone.now() + timedelta(days=3)).replace(hour=9, minute=0, second=0, microsecond=0)
    with acting_as(coordinator):
        session = meetings.plan_session(
            panel=marac_panel(area),
            starts_at=starts_at,
            mode="asynchronous",
            capacity=8,
            closes_at=starts_at + timedelta(days=2),
            by=coordinator,
        )
    return listed(officer, coordinator, session)[1]


def test_a_session_without_a_meeting_opens_and_closes_by_its_dates(
    filed: AgendaItem, chair: Actor, police: Any, police_rep: Actor, deliver: Any
) -> None:
    by, starts, closes = system("tick"), filed.session.starts_at, filed.session.closes_at
    assert closes is not None
    assert services.keep_closing_dates(now=starts - timedelta(minutes=1), by=by) == 0
    with time_machine.travel(starts, tick=False):
        assert services.keep_closing_dates(now=starts, by=by) == 1
        with acting_as(police_rep):
            meetings.share_information(
                item=filed, text="Two calls", is_opinion=False, never_to_perpetrator=False, by=police_rep
            )
        with acting_as(chair):
            with pytest.raises(NotNow, match="until"):
                meetings.close_session(session=filed.session, by=chair)
            with pytest.raises(NotNow, match="closes"):
                services.hear(item=filed, risk_summary="High", version=filed.version, by=chair)
    with time_machine.travel(closes, tick=False):
        assert services.keep_closing_dates(now=closes, by=by) == 1
        assert services.keep_closing_dates(now=closes, by=by) == 0
    deliver()
    filed.refresh_from_db()
    assert (filed.state, filed.summed_up_at) == ("heard", None)
    assert Telling.objects.get().item_id == filed.pk
    with acting_as(chair):
        with pytest.raises(BadInput):
            meetings.sum_up(item=filed, risk_summary="", version=filed.version, by=chair)
        summed = meetings.sum_up(item=filed, risk_summary="High and rising", version=filed.version, by=chair)
        assert meetings.sum_up(item=filed, risk_summary="High and rising", version=1, by=chair) == summed
        with pytest.raises(NotNow):
            meetings.sum_up(item=filed, risk_summary="Otherwise", version=summed.version, by=chair)
    assert services.missing_for_quorum(filed.session) == ()


def test_the_rule_set_says_until_when_agencies_file(area: Any) -> None:
    starts_at = a_session(area).starts_at.replace(year=2026, month=11, day=5)
    closes = closing_date(area, starts_at)
    assert timezone.localtime(closes).date() == date(2026, 11, 12)  # five working days in Fenmoor's
    assert timezone.localtime(closes).hour == 12


# --- pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "calendar", "rota", "deferrals"])
def test_the_pages_of_those_who_run_sessions_open(
    path: str, morning: AgendaItem, coordinator: Actor, chair: Actor, client_for: Any
) -> None:
    for actor in (coordinator, chair):
        page = client_for(actor).get(f"/marac/sessions/{path}")
        assert page.status_code == 200


def test_the_calendar_says_how_full_each_session_is_and_what_is_foreseen(
    area: Any, officer: Actor, coordinator: Actor, police_rep: Actor, client_for: Any
) -> None:
    listed(officer, coordinator, a_session(area), replace(ANSWERS))
    page = client_for(coordinator).get("/marac/sessions/calendar").text
    assert "1 of 8 cases" in page
    assert "No chair yet" in page
    assert "How this is computed" in page
    assert "How this is computed" not in client_for(police_rep).get("/marac/sessions/calendar").text
    assert client_for(coordinator).get("/marac/sessions/calendar?from=nonsense").status_code == 200


def test_the_rota_is_filled_and_swapped_and_both_are_told(
    area: Any, coordinator: Actor, chair: Actor, someone: Any, police: Any, client_for: Any, deliver: Any
) -> None:
    other = someone(Role.MARAC_CHAIR, police)
    first, second = a_session(area, 3), a_session(area, 5)
    client = client_for(coordinator)
    for session, who in ((first, chair), (second, other)):
        sent = {"chair": str(who.user_id), "mode": "meeting", "capacity": "6"}
        assert client.post(f"/marac/sessions/{session.pk}/arrange", sent).status_code == 302
    client.post(f"/marac/sessions/{first.pk}/swap", {"other": str(second.pk)})
    deliver()
    chairs = dict(Session.objects.values_list("pk", "chair_id"))
    assert chairs == {first.pk: other.user_id, second.pk: chair.user_id}
    assert set(Session.objects.values_list("capacity", flat=True)) == {6}
    assert set(Notice.objects.values_list("user_id", flat=True)) >= {chair.user_id, other.user_id}
    sent = {"chair": "nobody", "mode": "asynchronous", "capacity": "6"}
    page = client.post(f"/marac/sessions/{first.pk}/arrange", sent)
    assert page.status_code == 422  # until when?


def test_apologies_say_whether_the_agency_sent_what_it_knows(
    morning: AgendaItem, coordinator: Actor, police: Any, police_rep: Actor, housing: Any, client_for: Any
) -> None:
    path = f"/marac/sessions/{morning.session_id}/apologies"
    today = timezone.localdate()
    sent = {
        "information_sent": "yes",
        "information_sent_on-day": today.day,
        "information_sent_on-month": today.month,
        "information_sent_on-year": today.year,
    }
    client = client_for(police_rep)
    assert client.post(path, sent | {"organisation": str(housing.pk)}).status_code == 422  # another agency's seat
    assert client.post(path, sent | {"organisation": str(police.pk)}).status_code == 302
    noted = Attendance.objects.get(organisation=police)
    assert (noted.status, noted.information_sent, noted.information_sent_on) == ("apologies", True, today)
    assert "Sent what it knows on" in client_for(coordinator).get(f"/marac/sessions/{morning.session_id}").text


def test_nobody_listens_without_having_signed(
    area: Any, officer: Actor, coordinator: Actor, chair: Actor, client_for: Any
) -> None:
    session = a_session(area)
    client = client_for(chair)
    path = f"/marac/sessions/{session.pk}"
    client.post(f"{path}/observers", {"name": "Una Unsigned", "signed": "no"})
    observer = session.observers.get()
    assert client.post(f"{path}/open").status_code == 409
    client.post(f"{path}/observers/{observer.pk}", {"step": "sign"})
    assert client.post(f"{path}/open").status_code == 302
    page = client.post(f"{path}/observers", {"name": "Late Comer", "signed": "no"})
    assert page.status_code == 422
    assert client.post(f"{path}/observers/{observer.pk}", {"step": "leave_out"}).status_code == 409
    assert session.observers.count() == 1


def test_the_review_keeps_what_became_impossible_apart_from_what_was_not_done(
    morning: AgendaItem, area: Any, chair: Actor, coordinator: Actor, police: Any, police_rep: Actor, client_for: Any
) -> None:
    made = []
    for what in ("Overdue one", "Not done one", "Impossible one", "Kept one"):
        with acting_as(chair):
            made.append(
                commitments.make(
                    matter=morning.matter,
                    organisation=police,
                    what=what,
                    due_on=timezone.localdate(),
                    agreed_in=morning.session_id,
                    by=chair,
                )
            )
    with acting_as(police_rep):
        gone = commitments.claim_not_possible(
            commitment=made[2], reason="She has moved", version=made[2].version, by=police_rep
        )
    with acting_as(coordinator):
        commitments.set_not_done(commitment=made[1], reason="Forgotten", version=made[1].version, by=coordinator)
        commitments.confirm_not_possible(commitment=gone, version=gone.version, by=coordinator)
    later = a_session(area, 17)
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        client = client_for(chair)
        session = client.get(f"/marac/sessions/{later.pk}").text
        page = client.get(f"/marac/sessions/{later.pk}/review").text
        client.post(f"/marac/sessions/{later.pk}/reviewed")
    assert "2 overdue, 1 not done, 1 no longer possible" in session
    parts = page.split("<h2")
    holding = {name: next(part for part in parts if name in part) for name in ("Not done one", "Impossible one")}
    assert "The agency did not do it." in holding["Not done one"]
    assert "Circumstances changed" in holding["Impossible one"]
    later.refresh_from_db()
    assert later.reviewed_by_id == chair.user_id


def test_the_chair_is_asked_on_today(
    area: Any, officer: Actor, coordinator: Actor, chair: Actor, client_for: Any
) -> None:
    item = listed(officer, coordinator, a_session(area))[1]
    with acting_as(coordinator):
        services.put_off(
            item=item, to=a_session(area, 60), kind="deferred", reason="Away", interim_safety="Safe", by=coordinator
        )
    today = client_for(chair).get("/").text
    assert "Deferrals to decide" in today
    assert "Gaps in the rota" in today
    assert "Load" in client_for(coordinator).get("/").text
