"""`wraparound tick`: what is due is done. Called by cron, a timer, or the demo's worker."""

from __future__ import annotations

import structlog
from django.utils import timezone

from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import system
from wraparound.kit.events import deliver_pending
from wraparound.kit.registry import tick_jobs

log = structlog.get_logger(__name__)


def tick() -> dict[str, int]:
    """Deliver what a dead worker left, then run every job that an app contributed. Returns how much each did.

    One job that fails doesn't stop the others: it is logged and comes again with the next tick.
    """
    now = timezone.now()
    done: dict[str, int] = {}
    with acting_as(system("tick")):
        done["outbox"] = deliver_pending()
        for name, job in tick_jobs.items():
            try:
                done[name] = job(now)
            except Exception as error:  # the next job must run; the failure is logged by kind and counted
                log.error("tick_job_failed", job=name, error=type(error).__name__)
                done[name] = -1
        done["outbox"] += deliver_pending()
    return done
