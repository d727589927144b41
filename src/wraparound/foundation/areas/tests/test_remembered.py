"""What is kept of reference data, and for how long: by the process, and by one transaction."""

from __future__ import annotations

import pytest
from django.db import transaction

from wraparound.foundation.areas.remembered import forget, remembered


class Asked:
    """Answers how often it was asked, under a key that nothing else has."""

    def __init__(self) -> None:
        self.times = 0
        self.key = object()

    def __call__(self) -> int:
        self.times += 1
        return self.times


@pytest.fixture
def ask() -> Asked:
    return Asked()


@pytest.mark.django_db
def test_a_transaction_asks_once_until_it_writes(ask: Asked) -> None:
    assert [remembered(ask.key, ask), remembered(ask.key, ask)] == [1, 1]
    forget()  # reference data is being written
    assert [remembered(ask.key, ask), remembered(ask.key, ask)] == [2, 3]


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_asked_is_kept_once_it_is_committed(ask: Asked) -> None:
    with transaction.atomic():
        assert remembered(ask.key, ask) == 1
        transaction.set_rollback(True)
    with transaction.atomic():
        assert remembered(ask.key, ask) == 2
    assert remembered(ask.key, ask) == 2
    with transaction.atomic():
        assert remembered(ask.key, ask) == 2  # what the process keeps is taken


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_asked_that_writes_reference_data_is_not_kept(ask: Asked) -> None:
    with transaction.atomic():
        assert remembered(ask.key, ask) == 1
        forget()
    assert remembered(ask.key, ask) == 2


@pytest.mark.django_db(transaction=True)
def test_what_was_written_and_undone_is_asked_again_by_the_next(ask: Asked) -> None:
    assert remembered(ask.key, ask) == 1
    with transaction.atomic():
        forget()
        assert remembered(ask.key, ask) == 2
        transaction.set_rollback(True)
    assert [remembered(ask.key, ask), remembered(ask.key, ask)] == [3, 3]
