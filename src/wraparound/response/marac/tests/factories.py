"""Referrals as people make them, through the real services."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.people.values import PersonValues
from wraparound.kit.registry import TodayRow, today_sections
from wraparound.response.marac import services
from wraparound.response.marac.answers import (
    ChildAnswers,
    ContactAnswers,
    PerpetratorAnswers,
    ReasonAnswers,
    ReferralAnswers,
    SharingAnswers,
    VictimAnswers,
)
from wraparound.response.marac.models import Referral, Telling
from wraparound.response.marac.organisations import marac_panel

VICTIM = PersonValues(
    given_names="Amina",
    family_name="Noor",
    aliases=("Mina",),
    dob=date(1992, 3, 27),
    sex="female",
    address_lines="12 Alder Road",
    postcode="FE1 2AB",
    address_kind="confidential",
    phones=(("07700 900 982", "safe"),),
    equality={"ethnicity": ("known", "6"), "religion": ("declined", "")},
)
PERPETRATOR = PersonValues(given_names="Daud", family_name="Noor", dob=date(1989, 1, 2), sex="male")
CHILD = PersonValues(given_names="Sami", family_name="Noor", dob=date(2019, 6, 1))

ANSWERS = ReferralAnswers(
    victim=VictimAnswers(
        values=VICTIM,
        contact=ContactAnswers(
            phone="07700 900 982", safe="yes", times="weekdays 9:30 to 14:30", note="He checks letters"
        ),
        gp="Alder Surgery",
        pregnancy="no",
    ),
    perpetrators=(PerpetratorAnswers(values=PERPETRATOR, relationship="spouse", ended="yes", shared_child=True),),
    children=(ChildAnswers(values=CHILD, to_victim="child", to_perpetrator="child", school="Alder School"),),
    reasons=ReasonAnswers(
        reasons=("professional_judgement",),
        narrative="He waits outside her work every day. Moved to 12 Alder Road last week.",
        judgement_reason="She is terrified and he is getting closer.",
    ),
    sharing=SharingAnswers(victim_aware="yes", consent="yes", lawful_basis="public_task"),
    what_she_wants="To be left alone and to stay in the flat.",
    afraid_of="Him and his brother.",
    referrer_contact="01632 960 000",
    as_given=({"step": "Reasons", "question": "Why are you referring?", "answer": "Professional judgement"},),
)


def answers(**changes: Any) -> ReferralAnswers:
    """The usual referral with other answers at the top, such as `reasons`."""
    return replace(ANSWERS, **changes)


def todays_rows(actor: Actor) -> list[TodayRow]:
    """What stands on the actor's Today, as the apps contribute it."""
    return [row for section in today_sections for row in section(actor) if row.count]


def todays_titles(actor: Actor) -> list[str]:
    """The same by title."""
    return [row.title for row in todays_rows(actor)]


def refer(by: Actor, given: ReferralAnswers = ANSWERS, **more: Any) -> Referral:
    with acting_as(by):
        return services.submit_referral(answers=given, by=by, **more)


def accepted(by: Actor, coordinator: Actor, given: ReferralAnswers = ANSWERS) -> Referral:
    referral = refer(by, given)
    with acting_as(coordinator):
        return services.screen_accept(
            referral=referral, reason="Meets the criteria.", version=referral.version, by=coordinator
        )


def a_session(area: Any, days: int = 3) -> Session:
    return meetings.plan_session(
        panel=marac_panel(area),
        starts_at=(timezone.now() + timedelta(days=days)).replace(hour=10, minute=0, second=0, microsecond=0),
        mode="meeting",
        capacity=8,
        by=system("test"),
    )


def listed(
    by: Actor, coordinator: Actor, session: Session, given: ReferralAnswers = ANSWERS
) -> tuple[Referral, AgendaItem]:
    referral = accepted(by, coordinator, given)
    with acting_as(coordinator):
        item = services.list_on_session(referral=referral, session=session, version=referral.version, by=coordinator)
    referral.refresh_from_db()
    return referral, item


def heard(by: Actor, coordinator: Actor, session: Session, given: ReferralAnswers = ANSWERS) -> Telling:
    """Referred, accepted, listed and heard: what is left is to tell."""
    referral, item = listed(by, coordinator, session, given)
    with acting_as(coordinator):
        meetings.open_session(session=session, by=coordinator)
        item.refresh_from_db()
        item = meetings.hear_item(item=item, risk_summary="High and rising.", version=item.version, by=coordinator)
    telling = services.begin_telling(item=item)
    assert telling is not None
    referral.refresh_from_db()
    return telling
