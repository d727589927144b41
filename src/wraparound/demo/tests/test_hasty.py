"""Commits wait for the disk again as soon as the city stands, or its building broke off."""

from __future__ import annotations

import pytest
from django.db import connection

from wraparound.demo.hasty import not_waiting_for_the_disk


def _waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous" if connection.vendor == "sqlite" else "SHOW synchronous_commit")
        return cursor.fetchone()[0] not in (0, "off")


@pytest.fixture
def usually_waits(transactional_db):
    """A connection that waits as in production, whatever the tests' database says for speed."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = FULL")
    yield
    connection.close()


def test_it_waits_no_more_within_and_as_before_afterwards(usually_waits):
    before = _waits()
    with pytest.raises(ZeroDivisionError):
        _break_off()
    assert _waits() == before


def _break_off() -> None:
    with not_waiting_for_the_disk():
        assert not _waits()
        raise ZeroDivisionError


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_changed():
    before = _waits()
    with not_waiting_for_the_disk():
        assert _waits() == before
