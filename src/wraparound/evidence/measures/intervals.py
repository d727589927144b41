"""Between which bounds a number lies, by the method that fits its kind.

Wilson for shares, Byar for counts and rates, worst case for a share of those known. A census count and the answers of
people who chose themselves get none: neither is a sample that chance drew.
"""

from __future__ import annotations

import math

from wraparound.evidence.measures.results import Interval

Z95 = 1.959963984540054


def wilson(part: float, whole: float, scale: float = 100.0) -> Interval:
    """Wilson's score interval of a share, in `scale` (100: percent). Raises ValueError where it is no share."""
    _check_share(part, whole)
    p, z2 = part / whole, Z95 * Z95
    middle = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z95 / (1 + z2 / whole) * math.sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    # None of all, and all of all, bound exactly: the sums above miss it by the last bit.
    return Interval((low if part else 0.0) * scale, (high if part < whole else 1.0) * scale, "wilson 95%")


def byar(count: float, exposure: float = 1.0, scale: float = 1.0) -> Interval:
    """Byar's approximation to the exact Poisson interval of a count, or of the rate `count / exposure * scale`.

    Raises ValueError for a count below nought or an exposure that isn't above it.
    """
    if count < 0 or exposure <= 0:
        raise ValueError("A rate needs a count of nought or more and an exposure above nought.")
    low = count * (1 - 1 / (9 * count) - Z95 / (3 * math.sqrt(count))) ** 3 if count else 0.0
    above = count + 1
    high = above * (1 - 1 / (9 * above) + Z95 / (3 * math.sqrt(above))) ** 3
    return Interval(max(0.0, low) / exposure * scale, high / exposure * scale, "byar 95%")


def worst_case(part: float, known: float, unknown: float, scale: float = 100.0) -> Interval:
    """What the share of all would be if none of those not known belonged to the part, and if all did.

    Raises ValueError where there is nobody, or the part is above those known.
    """
    if unknown < 0:
        raise ValueError("Those not known can't be fewer than none.")
    if part < 0 or part > known or known + unknown <= 0:
        raise ValueError("A share needs a part within its whole, and a whole above nought.")
    whole = known + unknown
    return Interval(part / whole * scale, (part + unknown) / whole * scale, "worst case")


def ratio_of_rates(now: float, days_now: float, before: float, days_before: float) -> Interval:
    """The change between two Poisson rates, in percent: given their sum, the first count is a share (Wilson's).

    Raises ValueError where nothing was counted before, or a length isn't above nought.
    """
    if before <= 0 or days_now <= 0 or days_before <= 0:
        raise ValueError("A change needs a count and a length above nought to start from.")
    share = wilson(now, now + before, 1.0)

    def change(p: float) -> float:
        return (p / (1 - p) * days_before / days_now - 1) * 100 if p < 1 else math.inf

    return Interval(change(share.low), change(share.high), "wilson 95% of the odds")


def scaled(low: float, high: float, method: str, by: float) -> Interval:
    """Bounds times a number."""
    return Interval(low * by, high * by, method)


def normal(value: float, standard_error: float) -> Interval:
    """From a standard error that the source publishes."""
    return Interval(value - Z95 * standard_error, value + Z95 * standard_error, "normal 95%")


def _check_share(part: float, whole: float) -> None:
    if whole <= 0 or part < 0 or part > whole:
        raise ValueError("A share needs a part within its whole, and a whole above nought.")
