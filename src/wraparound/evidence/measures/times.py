"""Hour by day: when offences happen. A span of more than an hour is spread over its hours (aoristic)."""

from __future__ import annotations

from typing import Any

from wraparound.evidence.measures.breakdowns import withheld
from wraparound.evidence.measures.context import Context, answer, refused
from wraparound.evidence.measures.disclosure import Table, protect
from wraparound.evidence.measures.memory import remembered
from wraparound.evidence.measures.offences import NEEDS, SOURCE, caveats, offences
from wraparound.evidence.measures.registry import Kind, Measure, register
from wraparound.evidence.measures.results import MeasureResult

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEK = 7 * 24 * 60  # minutes
LONGEST = WEEK
HOUR = 60


def spread(start: int, span: int, weight: float = 1.0) -> dict[int, float]:
    """An offence that began at a minute of the week and may have lasted so many minutes, by hour of the week.

    Up to an hour long it counts for the hour in which it began; longer, each hour gets the part of the span that lies
    in it. Raises ValueError for a span under nought or over a week.
    """
    if span < 0 or span > LONGEST:
        raise ValueError("A span must be from nought to a week.")
    if span <= HOUR:
        return {start % WEEK // HOUR: weight}
    found: dict[int, float] = {}
    at, end = start, start + span
    while at < end:
        until = min(end, (at // HOUR + 1) * HOUR)
        hour = at % WEEK // HOUR
        found[hour] = found.get(hour, 0.0) + weight * (until - at) / span
        at = until
    return found


def _minutes(context: Context) -> tuple[list[dict[str, Any]], int]:
    """Offences by the minute of the week at which they began and their span, and how many span more than a week."""
    table = offences(context)
    begun, ended = table["from"].epoch_seconds() // 60, table["to"].epoch_seconds() // 60
    # The epoch began on a Thursday: three days on from Monday.
    timed = table.mutate(start_=(begun + 3 * 24 * 60) % WEEK, span_=ended - begun)
    rows = context.store.rows(timed.group_by("start_", "span_").aggregate(n=timed.count()))
    short = [row for row in rows if row["span_"] is not None and 0 <= row["span_"] <= LONGEST]
    return short, sum(row["n"] for row in rows) - sum(row["n"] for row in short)


def hours(context: Context) -> tuple[dict[int, float], int]:
    """Offences by hour of the week (0 is Monday from midnight), spans spread; and how many span more than a week."""
    key = ("hours", context.place, context.period, context.profile)
    return remembered(context.store, key, lambda: _hours(context))


def _hours(context: Context) -> tuple[dict[int, float], int]:
    rows, too_long = _minutes(context)
    found = dict.fromkeys(range(7 * 24), 0.0)
    for row in rows:
        for hour, weight in spread(int(row["start_"]), int(row["span_"]), row["n"]).items():
            found[hour] += weight
    return found, too_long


def _table(context: Context) -> Table:
    found, _ = hours(context)
    period = f"{context.period.start.isoformat()}/{context.period.end.isoformat()}"
    within = {"area": context.place.code, "period": period}
    if context.profile:
        within["profile"] = context.profile
    if context.as_of:
        within["as of"] = context.as_of
    counts: dict[tuple[str, ...], int] = {
        (DAYS[hour // 24], str(hour % 24)): round(value) for hour, value in found.items()
    }
    return Table("offences by time", ("day", "hour"), counts, adds_up=False, within=within)


def _hour_by_day(context: Context) -> list[MeasureResult]:
    found, too_long = hours(context)
    rule = context.rules.disclosure
    if rule is None or not sum(found.values()):
        return [refused(context, "There were no offences whose time is known to a week.", "offences")]
    table = _table(context)
    cover = context.protected or protect([table], rule)
    notes = [
        *caveats(context),
        "Spans of more than an hour are spread over their hours; to the nearest whole number.",
        "When it happened, not when it was reported; local time.",
    ]
    if too_long:
        notes.append(f"{too_long:,} offences span more than a week and are left out.")
    results = []
    for cell in table.counts:
        breakdown = {"day": cell[0], "hour": cell[1]}
        if context.profile:
            breakdown["profile"] = context.profile
        number = cover.shown.get(table.key(cell))
        if number is None:
            results.append(withheld(context, "offences", breakdown, SOURCE))
        else:
            results.append(
                answer(
                    context,
                    number,
                    "offences",
                    numerator=number,
                    caveats=tuple(notes),
                    source=SOURCE,
                    breakdown=breakdown,
                )
            )
    return results


register(
    Measure(
        "offences.hour_by_day",
        "Hour by day",
        "Offences by day of the week and hour; a span of more than an hour is spread over its hours (aoristic).",
        NEEDS,
        _hour_by_day,
        kind=Kind.OPERATIONAL,
        tables=lambda context: [_table(context)],
    )
)
