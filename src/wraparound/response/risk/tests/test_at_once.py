"""The same thing sent twice at the same moment has one effect, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from wraparound.kit.models import Event
from wraparound.response.risk import rules, services
from wraparound.response.risk.models import Assessment
from wraparound.response.risk.tests.conftest import yes_to

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*sends: Callable[[], Any]) -> list[int]:
    """Send all at the same moment, each from a thread of its own; gives the answers' statuses."""
    barrier = Barrier(len(sends))

    def one(send: Callable[[], Any]) -> int:
        try:
            barrier.wait()
            return int(send().status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(one, sends))


def test_beginning_twice_begins_one_draft(client_for, case, victim, idva):
    url = reverse("risk:begin", args=[case.pk])
    body = {"subject": str(victim.pk), "instrument": "dash", "safe_to_talk": "yes"}
    browsers = [client_for(idva) for _ in range(2)]
    assert at_once(*(lambda browser=b: browser.post(url, body) for b in browsers)) == [302, 302]
    assert Assessment.objects.count() == 1


def test_signing_twice_signs_once(client_for, draft, idva):
    held = services.save_answers(assessment=draft, answers=yes_to(14), version=1, by=idva)
    judgement = rules.Judgement("high", "What she says.", "", "", "made", "")
    held = services.save_judgement(assessment=held, judgement=judgement, version=held.version, by=idva)
    url = reverse("risk:check", args=[draft.pk])
    browsers = [client_for(idva) for _ in range(2)]
    assert at_once(*(lambda browser=b: browser.post(url, {"version": held.version}) for b in browsers)) == [302, 302]
    assert Event.objects.filter(name="risk.assessment_signed").count() == 1
    assert Assessment.objects.get().version == held.version + 1


def test_two_who_save_at_once_never_overwrite_one_another(client_for, draft, idva, colleague):
    url = reverse("risk:form", args=[draft.pk])
    bodies = [{"part": "2", "version": "1", "answer-injury": answer} for answer in ("yes", "no")]
    sends = [(client_for(actor), body) for actor, body in zip((idva, colleague), bodies, strict=True)]
    answers = at_once(*(lambda browser=b, body=body: browser.post(url, body) for b, body in sends))
    assert sorted(answers) == [302, 409]
    draft.refresh_from_db()
    kept = sends[answers.index(302)][1]["answer-injury"]
    assert draft.answers["injury"]["answer"] == kept
