"""Forecasts of monthly counts for a whole city, with how wrong they would have been.

Every way is tried on the months that are known: from each of many months on it looks ahead as if the rest had not
happened yet, and is held against what did. The naive ways run beside it, and where one of them is the least wrong it
is what is published. With fewer than 36 months nothing is forecast; what does not need a season is still tried, so
that a reader sees how far it would have been off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wraparound.evidence.foresight.methods import METHODS, SEASON, SEASONAL_NAIVE, Ahead, Method
from wraparound.evidence.foresight.queues import Floats
from wraparound.evidence.foresight.series import FEWEST_TO_TEST, Series, next_month, refuse_small_areas, why_too_short
from wraparound.evidence.measures.results import Status
from wraparound.kit.errors import BadInput

LONGEST = 12
_TESTED_AHEAD = 3  # months that each test looks ahead
_MOST_TESTS = 12  # a beginning in each month of the latest year


@dataclass(frozen=True)
class Score:
    """How one way fared on the known months."""

    method: str
    says: str
    is_benchmark: bool
    tests: int  # from how many months it looked ahead
    months: int  # how many months were held against what happened
    mae: float  # mean absolute error, in events a month
    mase: float  # the same, in units of the naive way's error in the months it learned from: below 1 is better
    coverage: float  # of its 95% intervals, how many held what happened
    failures: int  # fits that came to nothing


@dataclass(frozen=True)
class Month:
    """One month to come."""

    month: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Forecast:
    """What is to be expected, or why nothing is said; and how wrong each way would have been."""

    series: Series
    status: Status
    reason: str | None
    method: str | None
    months: tuple[Month, ...]
    scores: tuple[Score, ...]
    beside: dict[str, tuple[Month, ...]]  # the naive ways, always
    caveats: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """The forecast as JSON carries it."""
        return {
            "series": self.series.label,
            "area_kind": self.series.area_kind,
            "source": self.series.source,
            "known_months": len(self.series),
            "from": self.series.months[0].isoformat() if self.series.months else None,
            "to": self.series.months[-1].isoformat() if self.series.months else None,
            "status": self.status.value,
            "reason": self.reason,
            "method": self.method,
            "months": [vars(month) for month in self.months],
            "beside": {name: [vars(month) for month in months] for name, months in self.beside.items()},
            "back_test": [vars(score) for score in self.scores],
            "caveats": list(self.caveats),
        }


def forecast(series: Series, *, horizon: int = 12) -> Forecast:
    """The coming months of a series, or a refusal with its reason and the tests that can be done.

    Raises Refused for a ward or a smaller area, BadInput for a horizon of none or more than twelve months.
    """
    refuse_small_areas(series.area_kind)
    if not 1 <= horizon <= LONGEST:
        raise BadInput(f"Look 1 to {LONGEST} months ahead, not {horizon}.", "horizon")
    history = np.array(series.counts, dtype=float)
    reason = why_too_short(series)
    if reason is not None:
        methods = [method for method in METHODS if not method.is_seasonal]
        return _refused(series, reason, back_test(history, methods))
    scores = back_test(history, METHODS)
    by_name = {method.name: method for method in METHODS}
    for score in scores:
        ahead = by_name[score.method].look(history, horizon)
        if ahead is not None:
            break
    beside = {method.name: _months(series, method.look(history, horizon)) for method in METHODS if method.is_benchmark}
    return Forecast(
        series, Status.AVAILABLE, None, score.method, _months(series, ahead), scores, beside, _caveats(score)
    )


def back_test(history: Floats, methods: Sequence[Method]) -> tuple[Score, ...]:
    """How wrong each way would have been, looking ahead from month after month; the least wrong first.

    All are held against the same months, so that the numbers can be compared: those that the way that needs most
    could be tried on. Of two that are alike the naive one comes first. None where there are too few months.
    """
    if history.size < FEWEST_TO_TEST:
        return ()
    usable = [method for method in methods if method.needs <= history.size - _TESTED_AHEAD]
    first = max(6, *(method.needs for method in usable))
    last = history.size - _TESTED_AHEAD
    origins = range(max(first, last - _MOST_TESTS + 1), last + 1)
    scores = [score for method in usable if (score := _score(method, history, origins)) is not None]
    return tuple(sorted(scores, key=lambda score: (round(score.mae, 9), not score.is_benchmark)))


def _score(method: Method, history: Floats, origins: range) -> Score | None:
    errors, scaled, inside, failures = [], [], [], 0
    for origin in origins:
        known, truth = history[:origin], history[origin : origin + _TESTED_AHEAD]
        ahead = method.look(known, _TESTED_AHEAD)
        if ahead is None:
            failures += 1
            continue
        off = np.abs(ahead.mean - truth)
        errors.append(off)
        scaled.append(off / max(_naive_error(known), 1e-9))
        inside.append((ahead.low <= truth) & (truth <= ahead.high))
    if failures * 4 > len(origins):  # a way that fails so often isn't compared by what is left
        return None
    return Score(
        method=method.name,
        says=method.says,
        is_benchmark=method.is_benchmark,
        tests=len(errors),
        months=len(errors) * _TESTED_AHEAD,
        mae=float(np.mean(errors)),
        mase=float(np.mean(scaled)),
        coverage=float(np.mean(inside)),
        failures=failures,
    )


def _naive_error(known: Floats) -> float:
    """The mean error of the naive way in the known months: of the same month a year before where there is a year."""
    step = SEASON if known.size > SEASON + 2 else 1
    return float(np.mean(np.abs(known[step:] - known[:-step])))


def _refused(series: Series, reason: str, scores: tuple[Score, ...]) -> Forecast:
    caveats = ("What needs no season was tried on the known months; it is no forecast.",) if scores else ()
    return Forecast(series, Status.REFUSED, reason, None, (), scores, {}, caveats)


def _months(series: Series, ahead: Ahead | None) -> tuple[Month, ...]:
    if ahead is None:
        return ()
    last = series.months[-1]
    return tuple(
        Month(next_month(last, number).isoformat()[:7], float(mean), float(low), float(high))
        for number, (mean, low, high) in enumerate(zip(ahead.mean, ahead.low, ahead.high, strict=True), start=1)
    )


def _caveats(score: Score) -> tuple[str, ...]:
    found = ["What happens is not only more of the same: a change of law, recording or service is in no such forecast."]
    if score.is_benchmark:
        other = "the same month a year before" if score.method == SEASONAL_NAIVE else "the last month"
        found.append(f"No other way was less wrong than to expect {other}; so that is what is published.")
    if score.coverage < 0.85:
        found.append(
            f"Of the 95% intervals only {100 * score.coverage:.0f}% held what happened: take them as too narrow."
        )
    return tuple(found)
