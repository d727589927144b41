"""Processes of their own for `test_killed_jobs`: every job is killed at random points, or runs undisturbed.

    python -m tests.killed_jobs prepare|undisturbed|killed FOLDER SEED

The database and the folder come by the environment (DATABASE_URL, WRAPAROUND_VAR). What each job leaves behind is
written to FOLDER/STEP.json.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import time_machine

KILLS = 20
STEP = timedelta(minutes=10)  # longer than any lease: what a dead worker held is free again
PREPARED_AT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
JOBS_AT = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)  # by then promises are due, proposals unanswered, sessions unplanned
Job = Callable[[], object]


# --- the jobs -----------------------------------------------------------------------------------------------


def jobs() -> dict[str, Job]:
    """Every job there is: whatever an app contributed to the tick, the outbox, and the queue's own worker."""
    from wraparound.kit.registry import tick_jobs

    found: dict[str, Job] = {name: lambda job=job: _of_the_tick(job) for name, job in tick_jobs.items()}
    return {**found, "outbox": deliver, "worker": _worker}


def deliver() -> None:
    """Deliver all that waits."""
    from wraparound.kit.events import deliver_pending
    from wraparound.kit.worker import as_worker

    with as_worker("outbox"):
        while deliver_pending():
            pass


def _of_the_tick(job: Callable[[datetime], int]) -> None:
    from django.utils import timezone

    from wraparound.foundation.access.wall import acting_as
    from wraparound.foundation.partners.actors import system

    with acting_as(system("tick")):
        job(timezone.now())


def _worker() -> None:
    """As cron and the queue's worker do it: what is due is asked for, and what was asked for is done."""
    from django.core.management import call_command

    from wraparound.interfaces.commands.tick import tick

    tick()
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)


# --- how they are run ---------------------------------------------------------------------------------------


def undisturbed(folder: Path, seed: int) -> None:
    """Each job to its end; with how many queries it made, for `killed` to choose among."""
    left, queries = {}, {}
    for name, job in jobs().items():
        with time_machine.travel(JOBS_AT, tick=False), counted() as seen:
            job()
        queries[name] = seen[0]
        left[name] = picture()
    (folder / "queries.json").write_text(json.dumps(queries))
    (folder / "undisturbed.json").write_text(json.dumps(left))


def killed(folder: Path, seed: int) -> None:
    """Each job in processes that are killed, one after the other, at random queries; and then to its end."""
    from django.db import connections

    chance = random.Random(seed)
    queries = json.loads((folder / "queries.json").read_text())
    left, deaths = {}, {}
    for name, job in jobs().items():
        deaths[name] = 0
        for number in range(KILLS):
            connections.close_all()
            furthest = max(1, 2 * queries[name] // (KILLS + 5))
            deaths[name] += _die(job, chance.randint(1, furthest), JOBS_AT + number * STEP)
        with time_machine.travel(JOBS_AT + KILLS * STEP, tick=False):
            job()
        left[name] = picture()
    (folder / "deaths.json").write_text(json.dumps(deaths))
    (folder / "killed.json").write_text(json.dumps(left))


def _die(job: Job, after: int, at: datetime) -> bool:
    """Begin the job in a process that is killed before its query number `after`. Whether it was killed at work."""
    child = os.fork()
    if child == 0:
        with time_machine.travel(at, tick=False), counted(die_at=after):
            job()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@contextmanager
def counted(die_at: int = 0) -> Iterator[list[int]]:
    """Count the queries; before number `die_at` the process ends as though the power had failed."""
    from django.db import connection

    seen = [0]

    def wrapper(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        seen[0] += 1
        if seen[0] == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield seen


# --- what they leave behind ---------------------------------------------------------------------------------


def picture() -> dict[str, dict[str, int]]:
    """Every row by what it says; deliveries by whether they are done, and not by how often they were tried."""
    from tests.snapshots import snapshot
    from wraparound.foundation.access.log import broken_seals
    from wraparound.foundation.access.models import AccessLogSeal
    from wraparound.kit.models import Delivery

    rows = snapshot()
    del rows["kit.Delivery"], rows["access.AccessLogSeal"]  # seals may cover the same rows in other portions
    found = {label: dict(table.alike(table.rows)) for label, table in rows.items()}
    done: dict[str, int] = {}
    for handler, at in Delivery.objects.values_list("handler", "done_at"):
        key = f"{handler} {'waits' if at is None else 'done'}"
        done[key] = done.get(key, 0) + 1
    sealed = sum(AccessLogSeal.objects.values_list("rows", flat=True))
    return {**found, "deliveries": done, "seals": {"rows": sealed, "broken": len(broken_seals())}}


def main() -> None:
    """Do what the command line says."""
    django.setup()
    step, folder, seed = sys.argv[1:4]
    if step == "prepare":
        from tests.killed_jobs_world import prepare

        with time_machine.travel(PREPARED_AT, tick=False):
            prepare(Path(folder), int(seed))
    else:
        from wraparound.foundation.access.wall import acting_as
        from wraparound.foundation.partners.actors import system

        with acting_as(system("test")):
            {"undisturbed": undisturbed, "killed": killed}[step](Path(folder), int(seed))
    sys.stdout.write("done\n")


if __name__ == "__main__":
    main()
