"""Minutes: drafted from what is recorded and nothing else, a version at a time, approved by the chair; the paper pack."""

from __future__ import annotations

from typing import Any

import pytest

from wraparound.foundation.access.models import Facing
from wraparound.foundation.access.services import involve
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.commitments import services as commitments
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import Minutes
from wraparound.foundation.meetings.states import MinutesState
from wraparound.foundation.notices.models import Notice
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, NotNow, Refused
from wraparound.response.marac import services
from wraparound.response.marac.models import IdvaRecord, ResearchEntry, ResearchRequest, Telling
from wraparound.response.marac.presenters.minutes import minutes_shown, pack_of
from wraparound.response.marac.services.minuting import compose
from wraparound.response.marac.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def telling(
    officer: Actor, coordinator: Actor, chair: Actor, idva: Actor, police_rep: Actor, area: Any, deliver: Any
) -> Telling:
    """A case that was heard, of which the police wrote before it and spoke in it."""
    session = factories.a_session(area)
    _, item = factories.listed(officer, coordinator, session)
    deliver()
    asked = ResearchRequest.objects.get(item=item, organisation_id=police_rep.organisation_id)
    common = {"request": asked, "matter": item.matter, "organisation_id": police_rep.organisation_id}
    who = police_rep.user_id
    ResearchEntry.objects.create(**common, text="Three calls since May.", by_id=who)
    ResearchEntry.objects.create(
        **common, text="The informant is known.", agency_only=True, why_not_shared="Source", by_id=who
    )
    IdvaRecord.objects.create(
        matter=item.matter,
        organisation_id=idva.organisation_id,
        wants="To keep the flat.",
        safe_contact="Her sister's phone",
        not_to_be_said="That she is pregnant.",
        by_id=idva.user_id,
    )
    with acting_as(chair):
        meetings.open_session(session=session, by=chair)
        meetings.record_attendance(
            session=session,
            organisation=Organisation.objects.get(pk=police_rep.organisation_id),
            status="present",
            by=chair,
        )
        item.refresh_from_db()
        item = meetings.hear_item(item=item, risk_summary="High: he waits outside.", version=item.version, by=chair)
        commitments.propose(
            matter=item.matter,
            organisation=Organisation.objects.get(pk=police_rep.organisation_id),
            what="Mark the address",
            due_on=today(),
            agreed_in=session.pk,
            by=chair,
        )
    deliver()
    return Telling.objects.get(item=item)


def words(body: list[dict[str, Any]]) -> str:
    return "\n".join(line["text"] for section in body for line in section["lines"])


def test_they_hold_what_is_recorded_and_nothing_that_was_kept_back(telling: Telling) -> None:
    found = words(compose(telling.item))
    for said in ("Three calls since May", "High: he waits outside", "Mark the address", "To keep the flat"):
        assert said in found
    for kept in ("informant", "pregnant", "sister's phone", "Source"):
        assert kept not in found


def test_a_closed_session_finds_its_drafts_and_its_chair_is_told(telling: Telling, chair: Actor, deliver: Any) -> None:
    session = telling.item.session
    with acting_as(chair):
        meetings.close_session(session=session, by=chair)
    deliver()
    draft = Minutes.objects.get(item=telling.item)
    assert (draft.number, draft.state) == (1, MinutesState.DRAFT)
    assert services.draft_minutes_of_session(session=session) == 1
    assert Minutes.objects.count() == 1
    assert Notice.objects.filter(user_id=chair.user_id, text__contains="minutes").count() == 1


def test_unchanged_facts_are_the_same_draft_and_changed_ones_a_new_version(telling: Telling, chair: Actor) -> None:
    with acting_as(chair):
        first = services.draft_minutes(item=telling.item, by=chair)
        assert services.draft_minutes(item=telling.item, by=chair) == first
        meetings.share_information(
            item=telling.item, text="Also seen on Friday.", is_opinion=False, never_to_perpetrator=False, by=chair
        )
        second = services.draft_minutes(item=telling.item, by=chair)
    first.refresh_from_db()
    assert (second.number, first.state) == (2, MinutesState.REPLACED)


def test_the_chair_approves_what_was_read(telling: Telling, chair: Actor, coordinator: Actor) -> None:
    with acting_as(coordinator):
        draft = services.draft_minutes(item=telling.item, by=coordinator)
        with pytest.raises(Refused):
            meetings.approve_minutes(minutes=draft, by=coordinator)
    with acting_as(chair):
        done = meetings.approve_minutes(minutes=draft, by=chair)
        assert meetings.approve_minutes(minutes=draft, by=chair).approved_at == done.approved_at
        meetings.share_information(
            item=telling.item, text="Put right.", is_opinion=False, never_to_perpetrator=False, by=chair
        )
        with pytest.raises(BadInput):
            services.draft_minutes(item=telling.item, by=chair)
        later = services.draft_minutes(item=telling.item, by=chair, why="An agency put its information right")
        done.refresh_from_db()
        assert done.state == MinutesState.APPROVED, "what was approved stands until the next is approved"
        meetings.approve_minutes(minutes=later, by=chair)
        done.refresh_from_db()
        assert done.state == MinutesState.REPLACED
        with pytest.raises(NotNow):
            meetings.approve_minutes(minutes=done, by=chair)


def test_none_before_the_hearing(officer: Actor, coordinator: Actor, area: Any) -> None:
    _, item = factories.listed(officer, coordinator, factories.a_session(area))
    with acting_as(coordinator), pytest.raises(NotNow):
        services.draft_minutes(item=item, by=coordinator)


def test_a_perpetrators_worker_reads_them_without_her(telling: Telling, chair: Actor, someone: Any) -> None:
    service = Organisation.objects.filter(kind="perpetrator_service").order_by("pk")[0]
    worker = someone(Role.MARAC_REPRESENTATIVE, service)
    involve(
        matter=telling.matter,
        organisation=service,
        purpose="MARAC",
        given_for="programme",
        facing=Facing.PERPETRATOR,
        by=system("test"),
    )
    with acting_as(chair):
        draft = services.draft_minutes(item=telling.item, by=chair)
    with acting_as(worker):
        shown = minutes_shown(worker, draft, [draft])
        text = "\n".join(text for section in shown.sections for _, text in section.lines)
        pack = "\n".join(str(one) for one in pack_of(worker, telling.item.session))
    for hers in ("To keep the flat", "Three calls since May", "High: he waits outside"):
        assert hers not in text
        assert hers not in pack


def test_the_pages_and_the_pack(telling: Telling, chair: Actor, police_rep: Actor, client_for: Any) -> None:
    session, item = telling.item.session, telling.item
    at = f"/marac/sessions/{session.pk}"
    client = client_for(chair)
    assert "Draft them now" in client.get(f"{at}/{item.pk}/minutes").text
    assert client.post(f"{at}/{item.pk}/minutes/draft", {}).status_code == 302
    page = client.get(f"{at}/{item.pk}/minutes").text
    assert "Three calls since May" in page
    assert "Approve this version" in page
    assert client.post(f"{at}/{item.pk}/minutes/approve", {"number": "1"}).status_code == 302
    assert "Approved" in client.get(f"{at}/minutes").text
    pack = client_for(police_rep).get(f"{at}/pack").text
    assert "Three calls since May" in pack
    assert "informant" not in pack, "kept in the agency: not even on its own paper"
    assert "12 Alder Road" not in pack
