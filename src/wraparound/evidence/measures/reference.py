"""The reference page of measures, written from the register."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from wraparound.evidence.measures.registry import Good, Kind, Measure, all_measures

_GOOD = {Good.LESS: "less is better", Good.MORE: "more is better", Good.NEITHER: "neither way is better by itself"}
_KIND = {Kind.OPEN: "open data", Kind.OPERATIONAL: "records: under disclosure control"}
_GROUPS = {
    "access": "Equality of access",
    "capacity": "Capacity, simulated",
    "change": "Change",
    "cost": "Cost",
    "deprivation": "Deprivation",
    "figures": "Published figures",
    "flow": "Flows of the platform's own records",
    "forecast": "Forecasts",
    "harm": "Harm",
    "hotspot": "Hotspots",
    "needs": "Needs by published methods",
    "offences": "Offence-level extract",
    "quality": "Quality of data",
    "rank": "Rank",
    "rate": "Rates",
    "recorded": "Recorded",
    "share": "Shares",
    "supplied": "Supplied by agencies",
    "suspects": "Suspects",
    "unmet": "Unmet need",
    "victims": "Victims",
    "ward": "Wards",
}


def describe() -> Iterator[str]:
    """The page's lines."""
    yield "# Measures\n"
    yield (
        "Every measure answers with its value, numerator, denominator and where that comes from, unit, interval, "
        "status, reason and caveats. Where an input is missing it says `needs …` and gives no value. Shares of crimes "
        "and of people have Wilson's interval, rates Byar's, shares of those known their worst case; census counts "
        "have none.\n"
    )
    for group, found in groupby(all_measures(), key=lambda one: one.id.split(".")[0]):
        yield f"## {_GROUPS.get(group, group.capitalize())}\n"
        for one in found:
            yield from _lines(one)


def _lines(one: Measure) -> Iterator[str]:
    yield f"### `{one.id}`\n"
    yield f"{one.title}. {one.definition}\n"
    needs = list(dict.fromkeys(need.sentence for need in one.needs))
    yield f"- Needs: {'; '.join(needs) if needs else 'nothing'}"
    yield f"- {_KIND[one.kind].capitalize()}; {_GOOD[one.good]}\n"
