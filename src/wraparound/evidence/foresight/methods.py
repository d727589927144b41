"""Ways to look ahead: two naive ones, which every other has to beat, and exponential smoothing."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from wraparound.evidence.foresight.queues import Floats

SEASON = 12
_Z95 = 1.959964  # 95% of a normal law lie within so many standard deviations
NAIVE = "naive"
SEASONAL_NAIVE = "seasonal naive"


@dataclass(frozen=True)
class Ahead:
    """The coming months: what is expected, and between which bounds 95 in 100 such months should lie."""

    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Method:
    """One way. `needs`: from how many months on it can be used."""

    name: str
    says: str
    needs: int
    is_seasonal: bool
    is_benchmark: bool
    look: Callable[[Floats, int], Ahead | None]


def naive(history: Floats, horizon: int) -> Ahead:
    """As the last month; the doubt grows with the square root of the distance."""
    spread = _spread(np.diff(history)) * np.sqrt(np.arange(1, horizon + 1))
    return _around(np.full(horizon, history[-1]), spread)


def seasonal_naive(history: Floats, horizon: int) -> Ahead:
    """As the same month a year before."""
    steps = np.arange(horizon)
    mean = history[-SEASON:][steps % SEASON]
    years = steps // SEASON + 1
    return _around(mean, _spread(history[SEASON:] - history[:-SEASON]) * np.sqrt(years))


def average(history: Floats, horizon: int) -> Ahead:
    """As all months so far, on average."""
    spread = _spread(history - history.mean()) * np.sqrt(1 + 1 / history.size)
    return _around(np.full(horizon, history.mean()), np.full(horizon, spread))


def _smoothing(trend: bool, season: bool) -> Callable[[Floats, int], Ahead | None]:
    def look(history: Floats, horizon: int) -> Ahead | None:
        """Exponential smoothing, fitted by maximum likelihood; None where the fit doesn't converge."""
        model = ETSModel(
            pd.Series(history),
            error="add",
            trend="add" if trend else None,
            damped_trend=trend,
            seasonal="add" if season else None,
            seasonal_periods=SEASON if season else None,
            initialization_method="heuristic" if season else "estimated",  # twelve more unknowns fit chance
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", category=RuntimeWarning)  # a step of the search that leads nowhere
            warnings.simplefilter("error", category=ConvergenceWarning)
            try:
                fitted = model.fit(disp=False)
            except (ConvergenceWarning, np.linalg.LinAlgError):
                return None
            found = fitted.get_prediction(start=history.size, end=history.size + horizon - 1)
        frame = found.summary_frame(alpha=0.05)
        bounds = (np.asarray(frame[name], dtype=float) for name in ("mean", "pi_lower", "pi_upper"))
        mean, low, high = (np.clip(values, 0, None) for values in bounds)
        return Ahead(mean, low, high) if np.isfinite([mean, low, high]).all() else None

    return look


METHODS = (
    Method(NAIVE, "as the last month", 3, False, True, naive),
    Method(SEASONAL_NAIVE, "as the same month a year before", SEASON + 3, True, True, seasonal_naive),
    Method("average", "as all months so far, on average", 3, False, False, average),
    Method("smoothing", "exponential smoothing", 6, False, False, _smoothing(trend=False, season=False)),
    Method(
        "smoothing with trend",
        "exponential smoothing with a trend that flattens",
        10,
        False,
        False,
        _smoothing(trend=True, season=False),
    ),
    Method(
        "smoothing with season",
        "exponential smoothing with a yearly season",
        2 * SEASON,
        True,
        False,
        _smoothing(trend=False, season=True),
    ),
)


def _spread(errors: Floats) -> float:
    return float(np.sqrt(np.mean(errors**2))) if errors.size else 0.0


def _around(mean: Floats, spread: Floats) -> Ahead:
    return Ahead(mean, np.clip(mean - _Z95 * spread, 0, None), mean + _Z95 * spread)
