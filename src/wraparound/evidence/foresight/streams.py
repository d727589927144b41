"""The chance in a simulated year: who comes when, who comes again, how long things take.

Each stream has its own generator, seeded by the run's seed, the replication and the stream. Two scenarios of one
replication so share their chance (common random numbers), and a difference between them is not noise.
"""

from __future__ import annotations

import zlib

import numpy as np

from wraparound.evidence.foresight.queues import Floats

YEAR = 365.0


def generator(seed: int, replication: int, stream: str) -> np.random.Generator:
    """The chance of one stream in one replication."""
    return np.random.Generator(np.random.SFC64([seed, replication, zlib.crc32(stream.encode())]))


def arrivals(chance: np.random.Generator, per_year: float, start: float, end: float, factor: float) -> Floats:
    """A Poisson stream, in order, from `start` to `end`; from day 0 on, `factor` times as dense.

    With the same chance and another factor the same people come, from day 0 on in another pace.
    """
    per_day = per_year / YEAR
    span = (end * factor if end > 0 else end) - start
    expected = per_day * span
    gaps = chance.exponential(1 / per_day, int(expected + 8 * np.sqrt(expected) + 20))
    times = start + np.cumsum(gaps)
    times = times[times < start + span]
    return np.where(times > 0, times / factor, times)


def with_repeats(chance: np.random.Generator, first: Floats, share: float, mean_days: float, end: float) -> Floats:
    """A stream and its repeats: each comes again with chance `share`, after an exponential time cut off at a year.

    In the long run `share` of all are repeats, which is how the papers print it.
    """
    generations = [first]
    latest = first
    while latest.size:
        again = latest[chance.random(latest.size) < share]
        within = 1 - np.exp(-YEAR / mean_days)
        delay = -mean_days * np.log1p(-chance.random(again.size) * within)
        latest = again + delay
        latest = latest[latest < end]
        generations.append(latest)
    return np.sort(np.concatenate(generations), kind="stable")


def lengths(chance: np.random.Generator, mean: float, spread: float, count: int) -> Floats:
    """Lognormal lengths with a mean, and a standard deviation of the logarithm."""
    return chance.lognormal(np.log(mean) - spread**2 / 2, spread, count)


def remaining(chance: np.random.Generator, mean: float, spread: float, count: int) -> Floats:
    """What is left of lengths that one happens upon: long ones are met more often, at any point of theirs."""
    met = chance.lognormal(np.log(mean) + spread**2 / 2, spread, count)
    return met * chance.random(count)
