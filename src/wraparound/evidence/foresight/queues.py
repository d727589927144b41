"""Queues in which whoever came first is served first: exact, and fast enough for a thousand years in seconds.

Pure. Times are days, as floats; arrivals are in order. The tests hold these against SimPy, customer by customer, and
against the theory of queues.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
WEEK = 7
_NAN = float("nan")


@dataclass(frozen=True)
class Served:
    """What became of each arrival: when it began to be served (NaN if it gave up) and when that ended."""

    arrived: Floats
    began: Floats
    ended: Floats
    left: Floats  # when it gave up; NaN if it was served

    @property
    def waits(self) -> Floats:
        """How long each waited, also those who gave up."""
        return np.where(np.isnan(self.began), self.left, self.began) - self.arrived


def serve(
    arrivals: Floats,
    services: Floats,
    servers: int,
    patience: Floats | None = None,
    busy_until: Sequence[float] = (),
    pace: float = 1.0,
) -> Served:
    """First come, first served, by `servers` alike; who would wait longer than their patience gives up (reneges).

    `busy_until`: when the servers that are busy at the beginning become free. `pace`: how fast services go from day 0
    on, also what is then left of those that began before.

    A customer's wait is known on arrival: it is the time until the first server is free of those who came before and
    will be served. So one step for each customer is enough.
    """
    free = [float("-inf")] * max(servers - len(busy_until), 0) + sorted(busy_until)[:servers]
    heapq.heapify(free)
    longest = np.full(arrivals.size, np.inf) if patience is None else patience
    began = [_NAN] * arrivals.size
    ended = [_NAN] * arrivals.size
    replace = heapq.heapreplace
    each = zip(
        arrivals.tolist(), services.tolist(), (services / pace).tolist(), (arrivals + longest).tolist(), strict=True
    )
    for number, (at, service, paced, until) in enumerate(each):
        start = free[0]
        if start < at:
            start = at
        elif start > until:
            continue
        if start >= 0:
            end = start + paced
        else:
            end = start + service
            if end > 0:
                end /= pace
        replace(free, end)
        began[number] = start
        ended[number] = end
    starts = np.array(began)
    return Served(arrivals, starts, np.array(ended), np.where(np.isnan(starts), arrivals + longest, np.nan))


def sessions(arrivals: Floats, slots: int, per_week: int, days_to_list: float) -> Floats:
    """When each case is heard: in order, in the next session with a free slot, some days after it came at the earliest.

    Sessions are on the first `per_week` days of each week, day 0 being a Monday, each with `slots`.
    """
    if arrivals.size == 0:
        return arrivals
    first = _session_on_or_after(arrivals + days_to_list, per_week) * slots
    place = np.arange(arrivals.size)
    number = np.maximum.accumulate(first - place) + place  # each takes the slot after the last, or its own first one
    return _day_of(number // slots, per_week)


def sessions_between(start: float, end: float, per_week: int) -> int:
    """How many sessions are held from the one day until before the other."""
    first, last = _session_on_or_after(np.array([start, end]), per_week).tolist()
    return int(last - first)


def busy(served: Served, start: float, end: float) -> float:
    """How many servers were busy on average between two days, of those who were served since the beginning."""
    began, ended = served.began, served.ended
    within = np.clip(np.minimum(ended, end) - np.maximum(began, start), 0, None)
    return float(np.nansum(within)) / (end - start)


def waiting_at(served: Served, day: float) -> int:
    """How many were waiting on a day."""
    until = np.where(np.isnan(served.began), served.left, served.began)
    return int(np.count_nonzero((served.arrived <= day) & (until > day)))


def _session_on_or_after(days: Floats, per_week: int) -> npt.NDArray[np.int64]:
    whole = np.ceil(days).astype(np.int64)
    week, weekday = np.divmod(whole, WEEK)
    return np.where(weekday < per_week, week * per_week + weekday, (week + 1) * per_week)


def _day_of(session: npt.NDArray[np.int64], per_week: int) -> Floats:
    week, weekday = np.divmod(session, per_week)
    return (week * WEEK + weekday).astype(np.float64)
