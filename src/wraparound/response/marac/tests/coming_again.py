"""Two people who were heard, and what comes of them again: for the tests of repeats and reversed roles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.models import LinkProposal
from wraparound.foundation.people.services import decide_same
from wraparound.response.cases.importing.commands import import_incidents
from wraparound.response.cases.tests.factories import incident_row, incidents_file
from wraparound.response.marac.models import Referral, RepeatProposal
from wraparound.response.marac.repeat_states import RepeatState
from wraparound.response.marac.tests import factories

VICTIM = replace(
    factories.VICTIM,
    given_names="Ameena",
    family_name="Greene",
    dob=date(1990, 5, 17),
    phones=(("07700 900123", "safe"),),
)
PERPETRATOR = replace(factories.PERPETRATOR, given_names="David", family_name="Greene", dob=date(1987, 11, 2))
TOLD = replace(
    factories.ANSWERS.reasons,
    incident_on=date(2026, 4, 10),
    abuse_kinds=("physical",),
    reasons=("professional_judgement", "repeat"),
)
GIVEN = factories.answers(
    victim=replace(
        factories.ANSWERS.victim,
        values=VICTIM,
        contact=replace(factories.ANSWERS.victim.contact, phone="07700 900123"),
    ),
    perpetrators=(replace(factories.ANSWERS.perpetrators[0], values=PERPETRATOR),),
    children=(),
)


def hear(officer: Actor, coordinator: Actor, area: Any, deliver: Any, time_machine: Any) -> Referral:
    """Housing refers the two on 2 March 2026; they are heard on the 5th; then it is 20 April."""
    time_machine.move_to("2026-03-02T09:00:00Z")
    session = factories.a_session(area)
    referral, item = factories.listed(officer, coordinator, session, GIVEN)
    time_machine.move_to("2026-03-05T11:00:00Z")
    with acting_as(coordinator):
        meetings.open_session(session=session, by=coordinator)
        item.refresh_from_db()
        meetings.hear_item(item=item, risk_summary="High and rising.", version=item.version, by=coordinator)
    deliver()
    time_machine.move_to("2026-04-20T09:00:00Z")
    return Referral.objects.get(pk=referral.pk)


def turn_round(officer: Actor, reviewer: Actor, deliver: Any) -> Referral:
    """Housing refers the two again, the other way round."""
    given = replace(
        GIVEN,
        victim=replace(GIVEN.victim, values=PERPETRATOR),
        perpetrators=(replace(GIVEN.perpetrators[0], values=replace(VICTIM, phones=())),),
        reasons=TOLD,
    )
    referral = factories.refer(officer, given)
    deliver()
    link(reviewer, deliver)
    return Referral.objects.select_related("matter").get(pk=referral.pk)


def police_file(folder: Path, deliver: Any, *days: str, **values: str) -> None:
    rows = [
        incident_row(
            number,
            incident_ref=f"I-{day}",
            occurred_from=f"{day}T20:00:00+00:00",
            occurred_to="",
            reported_at=f"{day}T21:00:00+00:00",
            **{"victim_ref": "V-1", "perpetrator_ref": "P-1", "dash_ticks": "3", "dara_grade": "standard"} | values,
        )
        for number, day in enumerate(days, start=1)
    ]
    import_incidents(incidents_file(folder / f"incidents-{days[0]}.csv", rows))
    deliver()


def link(reviewer: Actor, deliver: Any) -> None:
    with acting_as(reviewer):
        while (proposal := LinkProposal.objects.filter(state="open").order_by("-score", "pk").first()) is not None:
            decide_same(proposal=proposal, reason="Same name and birthday.", by=reviewer)
    deliver()


def proposed() -> RepeatProposal:
    return RepeatProposal.objects.get(state=RepeatState.PROPOSED)
