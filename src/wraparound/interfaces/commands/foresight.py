"""`wraparound foresight`: the simulation of capacity, and forecasts of monthly counts. Neither needs a database."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wraparound.evidence.foresight.capacity import MEASURES, read_assumptions, simulate, what_if
from wraparound.evidence.foresight.forecast import forecast
from wraparound.evidence.foresight.from_store import force_series
from wraparound.evidence.foresight.series import read_series
from wraparound.evidence.measures.results import Status
from wraparound.evidence.store.engine import open_store
from wraparound.foundation.areas.pack import current_pack
from wraparound.kit.errors import BadInput

Say = Callable[[str], object]
_CHANGE = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*%?")


def capacity(*, referrals: str, move_on: str, replications: int, seed: int) -> dict[str, Any]:
    """The scenarios, simulated. `referrals` and `move_on` are changes such as "+20%"; both empty ask the papers' own
    question, 20% more referrals and move-on a quarter slower."""
    if not referrals and not move_on:
        referrals, move_on = "+20%", "-25%"
    scenarios = what_if(_factor(referrals, "referrals"), _factor(move_on, "move-on"))
    return simulate(read_assumptions(current_pack()), scenarios, replications=replications, seed=seed).as_data()


def look_ahead(*, file: Path | None, series: str, area_kind: str, horizon: int) -> dict[str, Any]:
    """A forecast of a file or of a series of the store. Raises BadInput where neither or both are named."""
    if (file is None) == (not series):
        raise BadInput("Name a file with the columns month and count, or --series FORCE:COUNT; not both.")
    found = force_series(open_store(), series) if file is None else read_series(file, area_kind=area_kind)
    return forecast(found, horizon=horizon).as_data()


def print_capacity(found: dict[str, Any], say: Say) -> None:
    """The scenarios side by side, each measure with its Monte Carlo error and its range over years."""
    say(f"{found['title']}: {found['replications']:,} replications of a year, seed {found['seed']}")
    for number, measure in enumerate(MEASURES):
        outcomes = [scenario["outcomes"][number] for scenario in found["scenarios"]]
        say(f"\n{measure} ({outcomes[0]['unit']})")
        for scenario, outcome in zip(found["scenarios"], outcomes, strict=True):
            say(f"  {scenario['name']:<42}{_outcome(outcome)}")
    say("\n± is the Monte Carlo error of the mean; in brackets, what 95 in 100 years come to.")
    say(f"\n{found['note']}")
    for row in found["assumptions"]:
        say(f"  {row['status']:<12}{row['key']} = {row['value']:g} {row['unit']}. {row['source']}")


def print_forecast(found: dict[str, Any], say: Say) -> None:
    """The months to come, or why there are none; then how wrong each way would have been."""
    say(f"{found['series']}: {found['known_months']} months, {found['from'][:7]} to {found['to'][:7]}")
    if found["status"] != Status.AVAILABLE:
        say(f"No forecast. {found['reason']}")
    else:
        say(f"Published: {found['method']}")
        for month in found["months"]:
            say(f"  {month['month']}: {month['mean']:,.0f} ({month['low']:,.0f} to {month['high']:,.0f})")
        for name, months in found["beside"].items():
            numbers = ", ".join(f"{month['mean']:,.0f}" for month in months)
            say(f"  Beside it, {name}: {numbers}")
    if found["back_test"]:
        say("\nHow wrong each would have been, three months ahead at a time")
    for score in found["back_test"]:
        say(
            f"  {score['method']:<22}{score['mae']:>9,.1f} a month; {score['mase']:.2f} of the naive error; "
            f"95% intervals held {100 * score['coverage']:.0f}% of {score['months']} months"
        )
    for caveat in found["caveats"]:
        say(caveat)


def _factor(change: str, name: str) -> float:
    if not change:
        return 1.0
    found = _CHANGE.fullmatch(change.strip())
    if found is None:
        raise BadInput(f"Write a change as +20% or -25%, not {change!r}.", name)
    return 1 + float(found[1]) / 100


def _outcome(outcome: dict[str, Any]) -> str:
    text = f"{outcome['mean']:>10,.1f} ± {outcome['error']:.2f}  ({outcome['low']:,.1f} to {outcome['high']:,.1f})"
    if outcome["change"] is None:
        return text
    return f"{text}  {outcome['change']:+,.1f} ± {outcome['change_error']:.2f}"
