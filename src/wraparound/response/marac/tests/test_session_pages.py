"""The session screen, as the chair, the co-ordinator and a representative see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.meetings.models import AgendaItem, Attendance, Session, SharedInformation
from wraparound.foundation.partners.roles import Role
from wraparound.response.marac.models import Telling
from wraparound.response.marac.tests.factories import a_session, listed

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(area, someone, police, housing, marac_team, idva_service):
    """A session with two cases, and the people around it."""
    people = {
        "coordinator": someone(Role.MARAC_COORDINATOR, marac_team),
        "chair": someone(Role.MARAC_CHAIR, police),
        "representative": someone(Role.MARAC_REPRESENTATIVE, housing),
        "idva": someone(Role.IDVA, idva_service),
        "officer": someone(Role.PRACTITIONER, housing),
    }
    session = a_session(area)
    people["items"] = [listed(people["officer"], people["coordinator"], session)[1] for _ in range(2)]
    people["session"] = session
    return people


def goes_on(client, session) -> None:
    """The chair says why the session goes on without a quorum."""
    client.post(f"/marac/sessions/{session.pk}/inquorate", {"because": "Probation has no one today."})


def _due() -> dict[str, int]:
    day = timezone.localdate() + timedelta(days=2)
    return {"commit-due_on-day": day.day, "commit-due_on-month": day.month, "commit-due_on-year": day.year}


@pytest.mark.parametrize("who", ["coordinator", "chair", "representative"])
def test_the_agenda_and_each_case_open_to_those_at_the_table(who, table, client_for):
    client = client_for(table[who])
    session, item = table["session"], table["items"][0]
    assert client.get("/marac/sessions/").status_code == 200
    agenda = client.get(f"/marac/sessions/{session.pk}").text
    assert agenda.count('class="app-session__case') == 2
    page = client.get(f"/marac/sessions/{session.pk}/{item.pk}")
    assert page.status_code == 200
    assert "To be left alone" in page.text
    assert "12 Alder Road" not in page.text


def test_others_find_neither(table, client_for, someone, housing, police):
    session, item = table["session"], table["items"][0]
    assert client_for(table["officer"]).get(f"/marac/sessions/{session.pk}").status_code == 403
    outsider = someone(Role.LINK_REVIEWER, housing)
    assert client_for(outsider).get(f"/marac/sessions/{session.pk}/{item.pk}").status_code == 403


def test_the_chair_runs_it_and_agencies_commit(table, client_for, housing, police):
    chair, representative = client_for(table["chair"]), client_for(table["representative"])
    session, item = table["session"], table["items"][0]
    here = f"/marac/sessions/{session.pk}"
    for organisation in (housing, police):
        chair.post(f"{here}/attendance", {"organisation": organisation.pk, "status": "present"})
    assert Attendance.objects.filter(status="present").count() == 2
    chair.post(f"{here}/open")
    representative.post(f"{here}/open")
    assert Session.objects.get(pk=session.pk).state == "open"

    shared = {
        "share-organisation": housing.pk,
        "share-text": "Rent is paid. She is at 12 alder road.",
        "share-is_opinion": "fact",
    }
    assert representative.post(f"{here}/{item.pk}/share", shared).status_code == 302
    assert SharedInformation.objects.get().organisation == housing
    assert "alder road" not in chair.get(f"{here}/{item.pk}").text.lower()

    promise = {"commit-organisation": housing.pk, "commit-what": "Change the locks"} | _due()
    assert chair.post(f"{here}/{item.pk}/commit", promise).status_code == 302
    assert Commitment.objects.get(what="Change the locks").state == "accepted"
    promise |= {"commit-organisation": police.pk, "commit-what": "Put a marker on the address"}
    assert representative.post(f"{here}/{item.pk}/commit", promise).status_code == 302
    assert Commitment.objects.get(what="Put a marker on the address").state == "proposed"
    assert representative.post(f"{here}/{item.pk}/commit", promise | {"commit-what": ""}).status_code == 200

    goes_on(chair, session)
    item.refresh_from_db()
    summary = {"risk_summary": "High: he is escalating.", "version": item.version}
    assert representative.post(f"{here}/{item.pk}/summary", summary).status_code == 403
    heard = chair.post(f"{here}/{item.pk}/summary", summary | {"hear": "yes"})
    assert heard["Location"].endswith(str(table["items"][1].pk))
    assert AgendaItem.objects.get(pk=item.pk).state == "heard"
    chair.post(f"{here}/close")
    assert Session.objects.get(pk=session.pk).state == "closed"


def test_hearing_begins_the_duty_to_tell(table, client_for, deliver):
    chair = client_for(table["chair"])
    session, item = table["session"], table["items"][0]
    chair.post(f"/marac/sessions/{session.pk}/open")
    goes_on(chair, session)
    item.refresh_from_db()
    chair.post(
        f"/marac/sessions/{session.pk}/{item.pk}/summary",
        {"risk_summary": "High.", "version": item.version, "hear": "yes"},
    )
    deliver()
    assert Telling.objects.filter(state="waiting").count() == 1


def test_the_summary_saves_itself_and_loses_nothing_when_two_write(table, client_for):
    chair, coordinator = client_for(table["chair"]), client_for(table["coordinator"])
    session, item = table["session"], table["items"][0]
    path = f"/marac/sessions/{session.pk}/{item.pk}/summary"
    item.refresh_from_db()
    first = chair.post(
        path, {"risk_summary": "From the chair", "version": item.version}, headers={"HX-Request": "true"}
    )
    assert first.status_code == 200
    assert f'value="{item.version + 1}"' in first.text
    late = coordinator.post(
        path, {"risk_summary": "From another", "version": item.version}, headers={"HX-Request": "true"}
    )
    assert late.status_code == 409
    both = coordinator.post(path, {"risk_summary": "From another", "version": item.version})
    assert both.status_code == 409
    assert "From the chair" in both.text
    assert "From another" in both.text
    assert AgendaItem.objects.get(pk=item.pk).risk_summary == "From the chair"


def test_an_exclusion_closes_the_gap(table, client_for):
    representative = client_for(table["representative"])
    session, (first, second) = table["session"], table["items"]
    page = representative.get(f"/marac/sessions/{session.pk}/{first.pk}").text
    leave = page.split('action="/cases/')[1].split('"')[0]
    representative.post(f"/cases/{leave}")
    agenda = representative.get(f"/marac/sessions/{session.pk}").text
    assert agenda.count('class="app-session__case') == 1
    assert f'{second.pk}">1 <span' in agenda
    assert "0 of 1 heard" in agenda
    assert "1 of 8 cases" in representative.get("/marac/sessions/").text
    assert representative.get(f"/marac/sessions/{session.pk}/{first.pk}").status_code == 404
