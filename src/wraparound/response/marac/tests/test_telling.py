"""Telling the victim-survivor: within the contact rules, or another honest ending."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from wraparound.foundation.access.services import declare_knowing_someone
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.notices.models import Notice
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.models import ContactRule
from wraparound.foundation.people.queries import contact_guidance
from wraparound.kit.errors import BadInput, Refused, Unknown
from wraparound.response.marac import services
from wraparound.response.marac.models import SurvivorContact, Telling
from wraparound.response.marac.states import ReferralState, TellingState
from wraparound.response.marac.tests import factories

pytestmark = pytest.mark.django_db


def test_a_hearing_begins_the_telling_once(
    officer: Actor, coordinator: Actor, idva: Actor, area: Any, deliver: Any
) -> None:
    telling = factories.heard(officer, coordinator, factories.a_session(area))
    deliver()
    assert Telling.objects.get().pk == telling.pk
    assert telling.organisation_id == idva.organisation_id
    assert telling.due_at > telling.item.heard_at
    assert telling.referral.state == ReferralState.HEARD
    assert Notice.objects.filter(user_id=idva.user_id, text__contains="to be told").exists()


def ways(actor: Actor, telling: Telling) -> dict[str, str]:
    with acting_as(actor):
        guidance = contact_guidance(actor, telling.referral.victim)
    return {f"{a.channel.kind} {a.channel.safety}": a.channel.rule_id for a in guidance.channels}


def test_telling_by_a_safe_channel_closes_the_referral(
    officer: Actor, coordinator: Actor, idva: Actor, area: Any
) -> None:
    telling = factories.heard(officer, coordinator, factories.a_session(area))
    rule = ways(idva, telling)["phone safe"]
    with acting_as(idva):
        ended = services.end_telling(
            telling=telling,
            ending="told",
            how="By phone, she was alone.",
            version=telling.version,
            by=idva,
            rule_id=rule,
        )
        again = services.end_telling(
            telling=telling,
            ending="told",
            how="By phone, she was alone.",
            version=telling.version,
            by=idva,
            rule_id=rule,
        )
    assert ended.pk == again.pk
    assert ended.state == TellingState.TOLD
    assert SurvivorContact.objects.get().channel == "phone"
    telling.referral.refresh_from_db()
    assert telling.referral.state == ReferralState.CLOSED


def test_telling_refuses_an_unsafe_channel_with_a_sentence(
    officer: Actor, coordinator: Actor, idva: Actor, area: Any
) -> None:
    unsafe = replace(
        factories.ANSWERS.victim,
        values=replace(factories.VICTIM, phones=(("07700 900 982", "unsafe"),)),
        contact=replace(factories.ANSWERS.victim.contact, safe="no", times=""),
    )
    telling = factories.heard(officer, coordinator, factories.a_session(area), factories.answers(victim=unsafe))
    rule = ways(idva, telling)["phone unsafe"]
    with acting_as(idva), pytest.raises(Refused, match="may not be used"):
        services.end_telling(
            telling=telling, ending="told", how="Rang her.", version=telling.version, by=idva, rule_id=rule
        )
    with acting_as(idva), pytest.raises(Refused):
        services.record_attempt(referral=telling.referral, telling=telling, rule_id=rule, outcome="no_answer", by=idva)
    assert not SurvivorContact.objects.exists()
    with acting_as(idva):
        services.end_telling(
            telling=telling, ending="unsafe", how="He answers her phone.", version=telling.version, by=idva
        )
    telling.refresh_from_db()
    assert telling.state == TellingState.UNSAFE


def test_a_number_of_unknown_safety_is_tried_once_by_the_idva_only(
    officer: Actor, coordinator: Actor, idva: Actor, area: Any
) -> None:
    unknown = replace(
        factories.ANSWERS.victim,
        values=replace(factories.VICTIM, phones=(("07700 900 982", "unknown"),)),
        contact=replace(factories.ANSWERS.victim.contact, safe="unknown", times="", note=""),
    )
    telling = factories.heard(officer, coordinator, factories.a_session(area), factories.answers(victim=unknown))
    rule = ways(idva, telling)["phone unknown"]
    tomorrow = timezone.now() + timedelta(days=1)
    with acting_as(officer), pytest.raises(Refused, match="through the IDVA"):
        services.record_attempt(referral=telling.referral, rule_id=rule, outcome="no_answer", by=officer)
    with acting_as(idva):
        services.record_attempt(
            referral=telling.referral,
            telling=telling,
            rule_id=rule,
            outcome="no_answer",
            by=idva,
            next_attempt_at=tomorrow,
        )
    telling.refresh_from_db()
    assert telling.next_attempt_at == tomorrow
    assert ContactRule.objects.get(pk=rule).tried_at is not None
    with acting_as(idva), pytest.raises(Refused):
        services.record_attempt(referral=telling.referral, telling=telling, rule_id=rule, outcome="no_answer", by=idva)


@pytest.mark.parametrize("ending", ["unsafe", "unreachable", "does_not_want"])
def test_every_other_ending_needs_a_word_and_no_contact(
    officer: Actor, coordinator: Actor, idva: Actor, area: Any, ending: str
) -> None:
    telling = factories.heard(officer, coordinator, factories.a_session(area))
    with acting_as(idva), pytest.raises(BadInput):
        services.end_telling(telling=telling, ending=ending, how="  ", version=telling.version, by=idva)
    with acting_as(idva):
        ended = services.end_telling(
            telling=telling, ending=ending, how="She said so.", version=telling.version, by=idva
        )
    assert ended.state == ending
    assert not SurvivorContact.objects.exists()


def test_an_excluded_worker_gives_the_telling_back(
    officer: Actor, coordinator: Actor, idva: Actor, area: Any, deliver: Any
) -> None:
    telling = factories.heard(officer, coordinator, factories.a_session(area))
    with acting_as(idva):
        services.take(telling=telling, by=idva)
        declare_knowing_someone(matter=telling.referral.matter, by=idva)
    deliver()
    telling.refresh_from_db()
    assert telling.worker_id is None
    with acting_as(idva), pytest.raises(Unknown):
        services.take(telling=telling, by=idva)
