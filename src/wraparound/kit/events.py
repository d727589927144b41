"""The outbox: what happened is written with it, and delivered afterwards at least once, with effect once.

    emit("marac.referral_received", referral=referral.pk)       # in the service's own transaction

    @handles("marac.referral_received")                          # in the app's handlers.py
    def tell_the_idva_team(event: Event) -> None: ...

A handler runs in one transaction with the mark that it is done, so that a process that dies in between leaves
neither. It is given ids only and looks up what is true now. `sweep` takes up what a dead worker left.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wraparound.kit.models import Delivery, Event

Handler = Callable[[Event], None]
log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
ATTEMPTS_BEFORE_GIVING_UP = 20
_handlers: dict[str, dict[str, Handler]] = {}


def handles(name: str) -> Callable[[Handler], Handler]:
    """Register a handler of the event `name`. Its own name, with its module, must stay the same for good."""

    def register(handler: Handler) -> Handler:
        _handlers.setdefault(name, {})[f"{handler.__module__}.{handler.__name__}"] = handler
        return handler

    return register


def handlers_of(name: str) -> dict[str, Handler]:
    """The handlers of an event, by name."""
    return dict(_handlers.get(name, {}))


def emit(name: str, **ids: object) -> Event:
    """Write that `name` happened, in the current transaction, and have it delivered once that commits."""
    return emit_each(name, [ids])[0]


def emit_each(name: str, of: Iterable[Mapping[str, object]]) -> list[Event]:
    """Write that `name` happened to each of several, in as many statements as to one."""
    events = [Event(name=name, payload={key: str(value) for key, value in ids.items()}) for ids in of]
    Event.objects.bulk_create(events)
    Delivery.objects.bulk_create(
        Delivery(event=event, handler=handler) for event in events for handler in handlers_of(name)
    )
    if events:
        _wake_afterwards()
    return events


def _wake_afterwards() -> None:
    """Wake a worker when the transaction commits: once, however much happened in it."""
    waiting = (entry[1] for entry in transaction.get_connection().run_on_commit)
    if _wake not in waiting:
        transaction.on_commit(_wake)


def _wake() -> None:
    """Ask a worker to deliver soon. Losing the call loses nothing: the sweep finds the row."""
    from wraparound.kit.tasks import deliver_events

    try:
        deliver_events.enqueue()
    except Exception as error:  # the event is safe in its table; the request must not fail for the wake-up
        log.log(logging.WARNING, "outbox_wake_failed", error=type(error).__name__)


def deliver_pending(limit: int = 500) -> int:
    """Deliver what waits, oldest first. Returns how many deliveries were completed."""
    done = 0
    for _ in range(limit):
        delivery = _lease_next()
        if delivery is None:
            return done
        done += _deliver(delivery)
    return done


def _lease_next() -> Delivery | None:
    now = timezone.now()
    with transaction.atomic():
        waiting = (
            Delivery.objects.filter(done_at__isnull=True, attempts__lt=ATTEMPTS_BEFORE_GIVING_UP)
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now))
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("pk")
        )
        delivery = waiting.first()
        if delivery is not None:
            delivery.attempts += 1
            delivery.lease_until = now + LEASE
            delivery.save(update_fields=["attempts", "lease_until"])
    return delivery


def _deliver(delivery: Delivery) -> int:
    handler = _handlers.get(delivery.event.name, {}).get(delivery.handler)
    try:
        with transaction.atomic():
            # Taken again under the transaction: a second worker whose lease overlapped finds it done.
            current = Delivery.objects.select_for_update().get(pk=delivery.pk)
            if current.done_at is not None:
                return 0
            if handler is not None:
                handler(delivery.event)
            current.done_at = timezone.now()
            current.save(update_fields=["done_at"])
    except Exception as error:  # one handler's failure must not stop the others; it is logged and tried again
        log.error(
            "delivery_failed", handler=delivery.handler, event_id=str(delivery.event_id), error=type(error).__name__
        )
        Delivery.objects.filter(pk=delivery.pk).update(last_error=type(error).__name__)
        return 0
    return 1
