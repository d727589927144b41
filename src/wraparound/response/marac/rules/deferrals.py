"""Whether a case may be put off once more without the chair (rule set `marac.deferrals`)."""

from __future__ import annotations

from datetime import date

from wraparound.response.marac.params import MaracDeferrals


def past_limits(params: MaracDeferrals, *, put_off_before: int, first_listed_for: date, to: date) -> tuple[str, ...]:
    """Which limits it would pass, each as a sentence; none: the co-ordinator may put it off.

    `put_off_before`: how often it was, adjournments counted, since it was first listed for the session of
    `first_listed_for`. `to`: the day of the session on which it would be heard.
    """
    reasons = []
    if put_off_before >= params.max_deferrals:
        times = {0: "never", 1: "once", 2: "twice"}.get(params.max_deferrals, f"{params.max_deferrals} times")
        reasons.append(f"A case may be put off {times}; this one was {_times(put_off_before)} before.")
    days = (to - first_listed_for).days
    if days > params.max_days:
        reasons.append(
            f"It would be heard {days} days after the session it was first listed for; {params.max_days} may pass."
        )
    return tuple(reasons)


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")
