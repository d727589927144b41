"""What sending a referral asks of the database: little, and no more for a large family than for a small one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wraparound.foundation.access.models import AccessLogEntry, Involvement
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.events import emit
from wraparound.kit.models import Event
from wraparound.response.marac import services
from wraparound.response.marac.answers import ReferralAnswers
from wraparound.response.marac.models import Referral
from wraparound.response.marac.tests import factories

pytestmark = pytest.mark.django_db
AT_MOST = 145  # statements of every kind, savepoints too, for people of whom nothing was known


def family_of(name: str, children: int) -> ReferralAnswers:
    """Nobody known: a victim-survivor, a perpetrator and so many children."""
    given = factories.ANSWERS
    child = given.children[0]
    return replace(
        given,
        victim=replace(given.victim, values=replace(given.victim.values, family_name=name)),
        children=tuple(
            replace(child, values=replace(child.values, given_names=f"{name} {n}")) for n in range(children)
        ),
    )


def sent(answers: ReferralAnswers, by: Actor) -> tuple[Referral, int]:
    with CaptureQueriesContext(connection) as asked:
        referral = services.submit_referral(answers=answers, by=by)
    return referral, len([q for q in asked.captured_queries if "set_config" not in q["sql"]])


def test_a_referral_of_many_costs_what_one_of_few_does(officer: Actor, coordinator: Actor, idva: Actor) -> None:
    sent(family_of("Warm", 1), officer)  # what a transaction remembers is remembered now
    _, few = sent(family_of("Oduya", 1), officer)
    referral, many = sent(family_of("Pell", 5), officer)
    assert few <= AT_MOST
    assert many <= few + 2  # they may look like one another, and then that is settled too
    assert referral.matter.case.parties.count() == 7


def test_each_row_is_logged_and_told_although_all_are_written_at_once(officer: Actor, idva: Actor) -> None:
    referral, _ = sent(family_of("Pell", 3), officer)
    log = AccessLogEntry.objects.filter(matter_id=referral.matter_id)
    assert log.filter(verb="add_party").count() == 5
    given = Involvement.objects.filter(matter_id=referral.matter_id)
    assert log.filter(verb="involve").count() == given.count()
    told = Event.objects.filter(name="access.involved", payload__matter=str(referral.matter_id))
    assert {event.payload["involvement"] for event in told} == {str(one.pk) for one in given}
    answers = AccessLogEntry.objects.filter(verb="set_equality_answer", thing_id=str(referral.victim_id))
    assert answers.count() == referral.victim.equality_answers.count()


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_woken_once_for_all_that_happened_in_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import transaction

    from wraparound.kit import events

    woken: list[int] = []
    monkeypatch.setattr(events, "_wake", lambda: woken.append(1))
    with transaction.atomic():
        for _ in range(3):
            emit("nobody.listens")
        with transaction.atomic():
            emit("nobody.listens")
    assert len(woken) == 1
    assert Event.objects.filter(name="nobody.listens").count() == 4
