"""The queue's tasks of the kit: they take ids only."""

from __future__ import annotations

from django_tasks import task


@task()
def deliver_events() -> None:
    """Deliver what waits in the outbox."""
    from wraparound.kit.events import deliver_pending
    from wraparound.kit.worker import as_worker

    with as_worker("outbox"):
        deliver_pending()
