"""Putting a case off, adjourning a session, and calling an emergency MARAC."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from wraparound.foundation.access.decisions import is_open
from wraparound.foundation.access.services import declare_knowing_someone, exclude
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.notices.models import Notice
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import User
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, NotNow, Refused
from wraparound.response.marac import services
from wraparound.response.marac.models import Deferral, Referral
from wraparound.response.marac.tests.factories import a_session, accepted, listed, refer

pytestmark = pytest.mark.django_db
SAFETY = "The police drive past; the IDVA rings each morning."


@pytest.fixture
def listed_case(
    area: Any, officer: Actor, coordinator: Actor, chair: Actor, idva: Actor, police_rep: Actor
) -> AgendaItem:
    """A case on a session in three days."""
    return listed(officer, coordinator, a_session(area, 3))[1]


def put_off(item: AgendaItem, to: Session, by: Actor, kind: str = "deferred", **words: str) -> Deferral:
    said = {"reason": "The referrer is ill", "interim_safety": SAFETY} | words
    with acting_as(by):
        return services.put_off(item=item, to=to, kind=kind, by=by, **said)


def test_a_case_moves_with_its_reason_and_what_is_done_meanwhile(
    listed_case: AgendaItem, area: Any, coordinator: Actor, deliver: Any
) -> None:
    later = a_session(area, 17)
    deferral = put_off(listed_case, later, coordinator)
    assert deferral.state == "agreed"
    assert (deferral.number, deferral.interim_safety) == (1, SAFETY)
    listed_case.refresh_from_db()
    assert listed_case.state == "deferred"
    assert AgendaItem.objects.get(session=later).matter_id == listed_case.matter_id
    assert Referral.objects.get().state == "listed"
    deliver()
    assert Notice.objects.filter(key=f"deferral:{deferral.pk}:put_off").count() == 2  # the referrer and the IDVA


def test_again_is_the_first(listed_case: AgendaItem, area: Any, coordinator: Actor) -> None:
    later = a_session(area, 17)
    first = put_off(listed_case, later, coordinator)
    assert put_off(listed_case, later, coordinator) == first
    assert Deferral.objects.count() == 1


@pytest.mark.parametrize(("words", "field"), [({"reason": " "}, "reason"), ({"interim_safety": ""}, "interim_safety")])
def test_neither_reason_nor_safety_can_be_left_out(
    listed_case: AgendaItem, area: Any, coordinator: Actor, words: dict[str, str], field: str
) -> None:
    with pytest.raises(BadInput) as stop:
        put_off(listed_case, a_session(area, 17), coordinator, **words)
    assert stop.value.field == field


def test_only_to_a_later_session(listed_case: AgendaItem, area: Any, coordinator: Actor) -> None:
    with pytest.raises(BadInput, match="later"):
        put_off(listed_case, a_session(area, 1), coordinator)
    with pytest.raises(BadInput, match="later"):
        put_off(listed_case, listed_case.session, coordinator)


def test_a_representative_puts_nothing_off(listed_case: AgendaItem, area: Any, police_rep: Actor) -> None:
    with pytest.raises(Refused):
        put_off(listed_case, a_session(area, 17), police_rep)


def test_past_the_limits_it_waits_for_the_chair_and_stays_listed(
    listed_case: AgendaItem, area: Any, coordinator: Actor, chair: Actor, deliver: Any
) -> None:
    far = a_session(area, 40)  # 37 days; Fenmoor's rule set says 28
    asked = put_off(listed_case, far, coordinator)
    assert asked.state == "asked"
    assert "37 days" in asked.past_limits
    listed_case.refresh_from_db()
    assert listed_case.state == "listed"
    deliver()
    assert Notice.objects.filter(key=f"deferral:{asked.pk}:asked").values_list("user_id", flat=True)[0] == chair.user_id
    with pytest.raises(NotNow), acting_as(coordinator):
        put_off(listed_case, a_session(area, 17), coordinator)
    with pytest.raises(Refused), acting_as(coordinator):
        services.decide_deferral(deferral=asked, agree=True, note="", by=coordinator)
    with acting_as(chair):
        agreed = services.decide_deferral(deferral=asked, agree=True, note="", by=chair)
        assert services.decide_deferral(deferral=asked, agree=True, note="", by=chair) == agreed
    listed_case.refresh_from_db()
    assert listed_case.state == "deferred"
    assert AgendaItem.objects.filter(session=far, state="listed").count() == 1


def test_the_chair_refuses_in_words_and_it_is_heard_as_listed(
    listed_case: AgendaItem, area: Any, coordinator: Actor, chair: Actor
) -> None:
    asked = put_off(listed_case, a_session(area, 40), coordinator)
    with acting_as(chair):
        with pytest.raises(BadInput):
            services.decide_deferral(deferral=asked, agree=False, note=" ", by=chair)
        refused = services.decide_deferral(deferral=asked, agree=False, note="It can't wait so long.", by=chair)
        with pytest.raises(NotNow):
            services.decide_deferral(deferral=asked, agree=True, note="", by=chair)
    assert refused.state == "refused"
    listed_case.refresh_from_db()
    assert listed_case.state == "listed"


def test_what_was_heard_meanwhile_waits_for_no_decision(
    listed_case: AgendaItem, area: Any, coordinator: Actor, chair: Actor, deliver: Any
) -> None:
    asked = put_off(listed_case, a_session(area, 40), coordinator)
    with acting_as(chair):
        meetings.open_session(session=listed_case.session, by=chair)
        meetings.hear_item(item=listed_case, risk_summary="High", version=listed_case.version, by=chair)
    deliver()
    asked.refresh_from_db()
    assert asked.state == "refused"
    assert "heard" in asked.decision_note


def test_the_second_time_needs_the_chair_whoever_asks_and_the_chair_decides_at_once(
    listed_case: AgendaItem, area: Any, coordinator: Actor, chair: Actor
) -> None:
    put_off(listed_case, a_session(area, 5), coordinator)
    second = AgendaItem.objects.get(state="listed")
    put_off(second, a_session(area, 7), chair)
    third = AgendaItem.objects.get(state="listed")
    asked = put_off(third, a_session(area, 9), coordinator)
    assert asked.number == 3
    assert asked.state == "asked"
    assert "twice before" in asked.past_limits


def test_one_that_was_heard_is_not_put_off(listed_case: AgendaItem, area: Any, chair: Actor) -> None:
    with acting_as(chair):
        meetings.open_session(session=listed_case.session, by=chair)
        meetings.hear_item(item=listed_case, risk_summary="High", version=listed_case.version, by=chair)
    with pytest.raises(NotNow):
        put_off(listed_case, a_session(area, 17), chair)


def test_an_adjourned_session_sends_all_that_was_not_heard_on(
    area: Any, officer: Actor, coordinator: Actor, chair: Actor, police_rep: Actor, deliver: Any
) -> None:
    session, later = a_session(area, 3), a_session(area, 17)
    heard, left, hidden = (listed(officer, coordinator, session)[1] for _ in range(3))
    with acting_as(chair):
        meetings.open_session(session=session, by=chair)
        meetings.hear_item(item=heard, risk_summary="High", version=heard.version, by=chair)
    with acting_as(chair):  # the chair knows someone in one of them: it goes on all the same
        declare_knowing_someone(matter=hidden.matter, by=chair)
    with acting_as(chair):
        for _ in range(2):
            services.adjourn_session(
                session=session, to=later, reason="The line was down", interim_safety=SAFETY, by=chair
            )
    session.refresh_from_db()
    assert (session.state, session.adjourned_to_id) == ("adjourned", later.pk)
    states = {item.pk: item.state for item in AgendaItem.objects.filter(session=session)}
    assert states == {heard.pk: "heard", left.pk: "adjourned", hidden.pk: "adjourned"}
    assert AgendaItem.objects.filter(session=later, state="listed").count() == 2
    assert set(Deferral.objects.values_list("kind", "interim_safety")) == {("adjourned", SAFETY)}
    deliver()
    assert is_open(police_rep, left.matter_id)


# --- emergencies --------------------------------------------------------------------------------------------


def call(referral: Referral, by: Actor, minutes: int = 30, **more: Any) -> AgendaItem:
    with acting_as(by):
        return services.call_emergency(
            referral=referral,
            starts_at=timezone.now() + timedelta(minutes=minutes),
            reason=more.get("reason", "He is out tonight"),
            version=more.get("version", referral.version),
            by=by,
        )


def test_an_emergency_is_a_session_of_its_own_and_everyone_is_told(
    area: Any, officer: Actor, coordinator: Actor, chair: Actor, idva: Actor, police_rep: Actor, deliver: Any
) -> None:
    referral = accepted(officer, coordinator)
    item = call(referral, coordinator)
    deliver()
    assert item.session.is_emergency
    assert item.listed_because == "He is out tonight"
    assert "tonight" not in item.session.called_because  # the reason is the case's, not the session's
    assert is_open(police_rep, referral.matter_id)
    told = set(Notice.objects.filter(key=f"emergency:{item.pk}").values_list("user_id", flat=True))
    assert told == {actor.user_id for actor in (coordinator, chair, idva, police_rep)}
    referral.refresh_from_db()
    assert referral.state == "listed"
    assert call(referral, coordinator) == item


def test_one_that_waits_to_be_screened_is_accepted_with_it_by_the_chair_too(
    area: Any, officer: Actor, marac_team: Any, chair: Actor, deliver: Any
) -> None:
    referral = refer(officer)
    deliver()
    call(referral, chair)
    assert referral.screenings.get().outcome == "accept"
    assert Referral.objects.get().state == "listed"


def test_one_that_is_listed_leaves_its_later_session(listed_case: AgendaItem, chair: Actor) -> None:
    item = call(Referral.objects.get(), chair)
    listed_case.refresh_from_db()
    assert listed_case.state == "withdrawn"
    assert item.state == "listed"


def test_an_emergency_needs_a_reason_a_time_to_come_and_a_case_not_yet_heard(
    area: Any, officer: Actor, coordinator: Actor
) -> None:
    referral = accepted(officer, coordinator)
    with pytest.raises(BadInput):
        call(referral, coordinator, reason="  ")
    with pytest.raises(BadInput):
        call(referral, coordinator, minutes=-60)
    with pytest.raises(Refused):
        call(referral, officer)
    Referral.objects.update(state="heard")
    referral.refresh_from_db()
    with pytest.raises(NotNow):
        call(referral, coordinator)


def test_that_an_emergency_sits_is_known_to_those_only_to_whom_its_case_is_open(
    officer: Actor, coordinator: Actor, police_rep: Actor, someone: Any, police: Any, client_for: Any, deliver: Any
) -> None:
    referral = accepted(officer, coordinator)
    shut_out = someone(Role.MARAC_REPRESENTATIVE, police)
    with acting_as(coordinator):
        exclude(matter=referral.matter, by=coordinator, reason="His sister", user=User.objects.get(pk=shut_out.user_id))
    item = call(referral, coordinator)
    deliver()
    path = f"/marac/sessions/{item.session_id}"
    assert client_for(police_rep).get(path).status_code == 200
    assert client_for(shut_out).get(path).status_code == 404
    assert not Notice.objects.filter(user_id=shut_out.user_id, key=f"emergency:{item.pk}").exists()
