"""What a reader must know beside a number, whichever measure it is."""

from __future__ import annotations

from datetime import date

from wraparound.evidence.measures.context import Context
from wraparound.evidence.measures.results import MeasureResult, Status

MODELLED = "Modelled, not counted: a national rate applied to residents here."
BEST_FIT = (
    "Best fit: each small area counts wholly for the one ward that holds most of it, by area; not an official lookup."
)
SNAPPED = (
    "Published points are moved to the nearest of a list of anonymous places: a point near a border may change sides."
)
OVERDISPERSED = (
    "Crimes cluster, so counts vary more than chance alone would make them (overdispersion): "
    "the interval is narrower than the true uncertainty."
)
NOT_ANNUALISED = "Of the period as it stands, not annualised."
VIOLENCE = (
    "This published category is not violence against the person, not violence against women and girls, "
    "and not domestic abuse."
)
RECORDED = "Counts what the police recorded, not what happened."


def general_caveats(context: Context, id_: str, one: MeasureResult) -> tuple[str, ...]:
    """Breaks in recording within the period, and how the value stands to its target."""
    if one.status is not Status.AVAILABLE:
        return ()
    found = [
        f"Recording changed on {_day(on)}: {how}"
        for on, how in context.recording_breaks
        if one.period.start < on <= one.period.end
    ]
    target = context.targets.get(id_)
    if target is not None and one.value is not None and not one.breakdown:
        found.append(f"Target: {target.value:g} {one.unit} ({target.source}).")
    return tuple(found)


def break_between(context: Context, first: date, last: date) -> tuple[str, ...]:
    """Breaks in recording that lie between two periods that are compared."""
    return tuple(
        f"Not like with like: recording changed on {_day(on)}: {how}"
        for on, how in context.recording_breaks
        if first < on <= last
    )


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
