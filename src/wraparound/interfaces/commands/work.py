"""`wraparound work`: a worker. It runs the queue's tasks, and each minute what is due."""

from __future__ import annotations

import signal
import time
from types import FrameType

from django.core.management import call_command
from django.db import close_old_connections

from wraparound.interfaces.checks import refuse_unsafe_start
from wraparound.interfaces.commands.tick import tick

PAUSE_SECONDS = 1.0
TICK_EVERY_SECONDS = 60.0


class _Stopping:
    """Set by a signal: the worker ends after the task that it is at."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def work() -> None:
    """Work until asked to stop."""
    refuse_unsafe_start()
    stopping = _Stopping()
    next_tick = 0.0
    while not stopping.asked:
        call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
        if time.monotonic() >= next_tick:
            tick()
            next_tick = time.monotonic() + TICK_EVERY_SECONDS
        close_old_connections()
        time.sleep(PAUSE_SECONDS)
