"""Flag and tag: asked after the hearing, confirmed, lapsed on the day after the window, renewed by a repeat."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from wraparound.foundation.access.decisions import is_open
from wraparound.foundation.access.models import Involvement
from wraparound.foundation.access.services import declare_knowing_someone
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import LONDON, add_months, today
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.notices.models import Notice
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, ChangedMeanwhile, NotNow, Refused, Unknown
from wraparound.response.marac import queries, services
from wraparound.response.marac.flag_states import FlagState
from wraparound.response.marac.in_force import criteria_rules
from wraparound.response.marac.models import AgencyFlag
from wraparound.response.marac.params import RepeatAnchor
from wraparound.response.marac.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def flag(officer: Actor, coordinator: Actor, police_rep: Actor, area: Any, deliver: Any) -> AgencyFlag:
    """The police's flag on a case that was heard."""
    factories.heard(officer, coordinator, factories.a_session(area))
    deliver()
    return AgencyFlag.objects.get(organisation_id=police_rep.organisation_id)


def test_agencies_are_asked_once(flag: AgencyFlag, area: Any, police_rep: Actor, deliver: Any) -> None:
    assert flag.state == FlagState.TO_SET
    assert flag.due_at > timezone.now()
    given = Involvement.objects.filter(given_for="flag").values_list("lawful_basis", flat=True)
    assert set(given) == {"Public task (UK GDPR Article 6(1)(e))"}
    count = AgencyFlag.objects.count()
    assert services.ask_for_flags(item=flag.item) == 0
    assert AgencyFlag.objects.count() == count
    with acting_as(police_rep):
        assert queries.flags_summary(police_rep, timezone.now())["to_set"] == 1


def test_a_flag_stands_through_the_last_day_of_the_repeat_window(flag: AgencyFlag, area: Any) -> None:
    rule = criteria_rules(area, today()).params
    anchor = flag.item.heard_at if rule.repeat_anchor is RepeatAnchor.MEETING_DATE else timezone.now()
    assert flag.stands_until == add_months(today(anchor), rule.repeat_months)


def test_the_agency_says_that_it_is_set_by_its_own_reference(flag: AgencyFlag, police_rep: Actor) -> None:
    with acting_as(police_rep):
        with pytest.raises(BadInput):
            services.set_flag(flag=flag, reference="  ", version=flag.version, by=police_rep)
        done = services.set_flag(flag=flag, reference="NM 4471", version=flag.version, by=police_rep)
        again = services.set_flag(flag=flag, reference="NM 4471", version=flag.version, by=police_rep)
        with pytest.raises(NotNow):
            services.hold_no_record(flag=flag, version=done.version, by=police_rep)
    assert (done.state, done.version) == (FlagState.SET, again.version)


def test_nobody_answers_for_another_agency(
    flag: AgencyFlag, coordinator: Actor, someone: Any, idva_service: Any
) -> None:
    other = someone(Role.MARAC_REPRESENTATIVE, idva_service)
    with acting_as(other), pytest.raises(Unknown):
        services.set_flag(flag=flag, reference="X", version=flag.version, by=other)
    with acting_as(coordinator), pytest.raises(Refused):
        services.set_flag(flag=flag, reference="X", version=flag.version, by=coordinator)


def test_a_stale_page_changes_nothing(flag: AgencyFlag, police_rep: Actor) -> None:
    with acting_as(police_rep), pytest.raises(ChangedMeanwhile):
        services.set_flag(flag=flag, reference="NM 1", version=flag.version + 1, by=police_rep)


def test_the_answer_closes_what_was_open_for_flagging_only(
    flag: AgencyFlag, police_rep: Actor, coordinator: Actor, deliver: Any
) -> None:
    with acting_as(coordinator):
        meetings.close_session(session=flag.item.session, by=coordinator)
    deliver()
    with acting_as(police_rep):
        assert is_open(police_rep, flag.matter_id)
        services.set_flag(flag=flag, reference="NM 4471", version=flag.version, by=police_rep)
    given = flag.matter.involvements.filter(organisation_id=police_rep.organisation_id, given_for="flag")
    assert all(one.ends_at is not None and one.ends_at <= timezone.now() for one in given)
    assert given.exists()


def test_it_lapses_on_the_day_after_and_is_said_to_be_gone(
    flag: AgencyFlag, police_rep: Actor, area: Any, deliver: Any
) -> None:
    with acting_as(police_rep):
        services.set_flag(flag=flag, reference="NM 4471", version=flag.version, by=police_rep)
    last = datetime.combine(flag.stands_until, datetime.max.time(), LONDON)
    with time_machine.travel(last, tick=False):
        assert services.lapse_flags() == 0
    with time_machine.travel(last + timedelta(minutes=1), tick=False):
        assert services.lapse_flags() == 1
        assert services.lapse_flags() == 0
        deliver()
        assert Notice.objects.filter(user_id=police_rep.user_id, text__contains="lapsed").count() == 1
        with acting_as(police_rep):
            lapsed = queries.flag_for(police_rep, flag.pk)
            assert lapsed.state == FlagState.TO_REMOVE
            gone = services.remove_flag(flag=lapsed, version=lapsed.version, by=police_rep)
            assert services.remove_flag(flag=lapsed, version=0, by=police_rep).version == gone.version
    assert AgencyFlag.objects.get(pk=flag.pk).state == FlagState.REMOVED


def test_one_that_was_never_confirmed_lapses_as_such(flag: AgencyFlag) -> None:
    with time_machine.travel(datetime.combine(flag.stands_until + timedelta(days=2), datetime.min.time(), LONDON)):
        assert services.lapse_flags() == AgencyFlag.objects.count()
    flag.refresh_from_db()
    assert flag.state == FlagState.LAPSED


def test_a_repeat_that_is_heard_lets_the_flag_stand_longer(
    flag: AgencyFlag, police_rep: Actor, officer: Actor, coordinator: Actor, area: Any, deliver: Any
) -> None:
    with acting_as(police_rep):
        services.set_flag(flag=flag, reference="NM 4471", version=flag.version, by=police_rep)
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        item = flag.item
        later = factories.a_session(area)
        renewed = type(item).objects.create(session=later, matter=flag.matter, heard_at=timezone.now(), state="heard")
        services.ask_for_flags(item=renewed)
    was = flag.stands_until
    flag.refresh_from_db()
    assert flag.state == FlagState.SET
    assert flag.item_id == renewed.pk
    rule = criteria_rules(area, today()).params
    assert (flag.stands_until > was) == (rule.repeat_anchor is RepeatAnchor.MEETING_DATE)


def test_who_knows_someone_sees_no_flag_either(flag: AgencyFlag, police_rep: Actor) -> None:
    with acting_as(police_rep):
        declare_knowing_someone(matter=flag.matter, by=police_rep)
        assert not queries.flags_waiting(police_rep).exists()
        with pytest.raises(Unknown):
            queries.flag_for(police_rep, flag.pk)


def test_the_page_takes_the_answer(flag: AgencyFlag, police_rep: Actor, client_for: Any) -> None:
    client = client_for(police_rep)
    assert "To be set" in client.get("/marac/flags").text
    page = client.get(f"/marac/flags/{flag.pk}").text
    assert "Your own reference" in page
    refused = client.post(f"/marac/flags/{flag.pk}", {"answer": "set", "version": flag.version})
    assert refused.status_code == 422
    taken = client.post(f"/marac/flags/{flag.pk}", {"answer": "set", "reference": "NM 4471", "version": flag.version})
    assert taken.status_code == 302
    assert "NM 4471" in client.get("/marac/flags?show=standing").text
