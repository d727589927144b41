"""The chain over the log: what is sealed is found changed, and what came late is no change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from wraparound.foundation.access.log import broken_seals, seal
from wraparound.foundation.access.models import AccessLogEntry, AccessLogSeal

pytestmark = pytest.mark.django_db


def happened(minutes_ago: int) -> AccessLogEntry:
    at = timezone.now() - timedelta(minutes=minutes_ago)
    return AccessLogEntry.objects.create(at=at, verb="see", system_task="test")


def sealed() -> list[tuple[int, int]]:
    return list(AccessLogSeal.objects.order_by("to_id").values_list("from_id", "to_id"))


def test_a_row_that_was_told_late_waits_its_turn_and_breaks_nothing():
    seal(timezone.now() + timedelta(hours=1))
    before = sealed()
    first, fresh, told_late = happened(30), happened(0), happened(60)
    assert seal(timezone.now()) == 1
    assert sealed()[len(before) :] == [(first.pk, first.pk)]
    assert seal(timezone.now() + timedelta(minutes=10)) == 2
    assert sealed()[len(before) + 1 :] == [(fresh.pk, told_late.pk)]
    assert broken_seals() == []


def test_what_is_not_settled_is_not_sealed():
    seal(timezone.now() + timedelta(hours=1))
    happened(0)
    assert seal(timezone.now()) == 0
