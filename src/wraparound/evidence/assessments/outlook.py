"""What is to be expected: the forecast of the strategic assessment, and the simulated capacity of the needs assessment.

Both are what could be, not what was counted. So each stands with how wrong it would have been, or with the error that
chance leaves in it, and with everything that was assumed.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from typing import Any

from wraparound.evidence.assessments import charts, wording
from wraparound.evidence.assessments.documents import Cell, Table
from wraparound.evidence.assessments.sections import Draw, Found, Section, Show, Tabled
from wraparound.evidence.foresight.measured import (
    CHANGE,
    CHANGE_ERROR,
    ERROR,
    EXPECTED,
    HELD,
    MEAN,
    MISSED,
    OFF,
    RECORDED,
    REPLICATIONS,
)
from wraparound.evidence.measures.results import MeasureResult

Results = list[MeasureResult]
Sentences = Iterable[str | None]
SERIES = (("forecast.crimes", "Crimes"), ("forecast.asb", "Anti-social behaviour"))
KNOWN_SHOWN = 24  # of the known months the last two years are printed and drawn; the files have all
WAYS = {"naive": "Naive", "seasonal naive": "Seasonal naive"}
BAND = "A line through the last known months and one through the expected ones, with the band in which 95 of 100 lie."

# --- forecast -----------------------------------------------------------------------------------------------


def _by_month(results: Results) -> dict[str, dict[str, MeasureResult]]:
    found: dict[str, dict[str, MeasureResult]] = {}
    for one in results:
        if one.value is not None:
            found.setdefault(one.breakdown["month"], {})[one.breakdown["what"]] = one
    months = sorted(found)
    ahead = [month for month in months if EXPECTED in found[month]]
    known = [month for month in months if month not in ahead]
    return {month: found[month] for month in [*known[-KNOWN_SHOWN:], *ahead]}


def _expected_table(title: str) -> Tabled:
    def table(results: Results) -> Table:
        rows = []
        for month, of in _by_month(results).items():
            if expected := of.get(EXPECTED):
                bounds = expected.interval
                numbers = [expected.value, bounds.low if bounds else None, bounds.high if bounds else None]
                numbers += [of[way].value if way in of else None for way in WAYS]
                rows.append((Cell(_short(month)), *(_whole(number) for number in numbers)))
        columns = ("Month", "Expected", "95 % from", "to", *WAYS.values())
        return Table(title, columns, tuple(rows), tuple(range(1, len(columns))), "The known months stand below.")

    return table


def _known_table(results: Results) -> Table:
    """Crimes and anti-social behaviour of the last known months beside each other."""
    by_id: dict[str, Results] = {}
    for one in results:
        by_id.setdefault(one.id, []).append(one)
    columns = [_by_month(of) for of in by_id.values()]
    months = [month for month, of in columns[0].items() if RECORDED in of] if columns else []
    rows = [
        (Cell(_short(month)), *(_whole(of[month][RECORDED].value) if month in of else Cell("") for of in columns))
        for month in months
    ]
    return Table("Known months", ("Month", "Crimes", "Anti-social"), tuple(rows), (1, 2))


def _short(month: str) -> str:
    return f"{calendar.month_abbr[int(month[5:])]} {month[:4]}"


def _whole(number: float | None) -> Cell:
    return Cell("") if number is None else Cell(f"{number:,.0f}", number)


def _months_drawn() -> Draw:
    def draw(results: Results, found: Found, shapes: Any) -> str | None:
        rows = []
        for month, of in _by_month(results).items():
            for what in (RECORDED, EXPECTED):
                if what in of:
                    bounds = of[what].interval
                    more = {"low": bounds.low, "high": bounds.high} if bounds else {}
                    rows.append({"series": what.capitalize(), "x": f"{month}-01", "value": of[what].value, **more})
        return charts.lines(rows, unit=f"{results[0].unit.capitalize()} a month") if rows else None

    return draw


def _tests_table(title: str) -> Tabled:
    def table(results: Results) -> Table:
        ways: dict[str, dict[str, MeasureResult]] = {}
        for one in results:
            ways.setdefault(one.breakdown["way"], {})[one.breakdown["what"]] = one
        rows = []
        for way, of in ways.items():
            says = of[OFF].breakdown["says"]
            name = f"{way[:1].upper()}{way[1:]}: {says}" if way != says else says.capitalize()
            published = "published" if of[OFF].breakdown["published"] == "yes" else ""
            off, missed, held = of[OFF].value, of[MISSED].value, of[HELD]
            rows.append(
                (
                    Cell(name),
                    Cell(f"{off:,.0f}", off),
                    Cell(f"{missed:.2f}", missed),
                    Cell(f"{wording.plain(held.numerator)} of {wording.plain(held.denominator)}", held.numerator),
                    Cell(published),
                )
            )
        columns = ("Way", "Off by, a month", "Times the naive error", "Intervals that held", "")
        return Table(title, columns, tuple(rows), (1, 2, 3))

    return table


def ahead_claims(found: Found) -> Sentences:
    """The year's sum, and how wrong the chosen way would have been beside the naive ones."""
    for id_, what in (("forecast.crimes", "crimes"), ("forecast.asb", "incidents of anti-social behaviour")):
        months = found.given(id_, what=EXPECTED)
        if not months:
            continue
        year = sum(one.value or 0 for one in months)
        first, last = (wording.part("month", months[place].breakdown["month"]) for place in (0, -1))
        yield f"If things go on as before, about {year:,.0f} {what} are to be expected from {first} to {last}"
        tested = {one.breakdown["way"]: one for one in found.given(f"{id_}_tested", what=OFF)}
        best = next((one for one in tested.values() if one.breakdown["published"] == "yes"), None)
        others = [
            f"{one.value or 0:,.0f} {one.breakdown['says']}"
            for way in WAYS
            if (one := tested.get(way)) and one is not best
        ]
        if best:
            yield (
                f"On the known months this way ({best.breakdown['says']}) was off by {best.value or 0:,.0f} a month"
                + (f", against {wording.listed(others)}" if others else "")
            )


AHEAD = "What is to be expected"


def ahead(group: str) -> Section:
    """The forecast for the whole city, or why there is none."""
    return Section(
        "ahead",
        AHEAD,
        group,
        "How many crimes and incidents would the next twelve months bring, if things went on as before?",
        shows=(
            *(
                Show(f"{what} a month", (id_,), _months_drawn(), BAND, table=_expected_table(f"{what} a month"))
                for id_, what in SERIES
            ),
            Show("Known months", tuple(id_ for id_, _ in SERIES), table=_known_table),
            *(
                Show(what, (f"{id_}_tested",), table=_tests_table(f"{what}: how wrong each way would have been"))
                for id_, what in SERIES
            ),
        ),
        claim=ahead_claims,
        notes=(
            "For the whole area only: no forecast is made of a ward or anything smaller.",
            "The least wrong of all ways is published, the naive ones included; where none beats them, they are it.",
        ),
    )


# --- capacity -----------------------------------------------------------------------------------------------

MARAC, IDVAS, REFUGE, ASSUMED = "capacity.marac", "capacity.idvas", "capacity.refuge", "capacity.assumptions"


def _scenarios(results: Results) -> dict[tuple[str, str], dict[str, MeasureResult]]:
    """Results by measure and scenario. A scenario that leaves all of a service as another has it is left out."""
    found: dict[tuple[str, str], dict[str, MeasureResult]] = {}
    for one in results:
        found.setdefault((one.breakdown["outcome"], one.breakdown["scenario"]), {})[one.breakdown["what"]] = one
    means: dict[str, tuple[float | None, ...]] = {}
    for (_, scenario), of in found.items():
        means[scenario] = (*means.get(scenario, ()), of[MEAN].value)
    kept = {values: scenario for scenario, values in reversed(means.items())}
    return {key: of for key, of in found.items() if key[1] in kept.values()}


def _simulated_table(title: str) -> Tabled:
    def table(results: Results) -> Table:
        rows = []
        ordered = sorted(_scenarios(results).items(), key=lambda item: _first_place(results, item[0][0]))
        for (outcome, scenario), of in ordered:
            mean, change = of[MEAN], of.get(CHANGE)
            bounds = mean.interval
            rows.append(
                (
                    Cell(f"{outcome} ({mean.unit.replace('percent', '%')})"),
                    Cell(scenario),
                    Cell(f"{mean.value:,.1f}", mean.value),
                    Cell(f"± {of[ERROR].value:.2f}", of[ERROR].value),
                    Cell(f"{bounds.low:,.1f} to {bounds.high:,.1f}" if bounds else ""),
                    Cell(f"{change.value:+,.1f}", change.value) if change else Cell(""),
                    Cell(f"± {of[CHANGE_ERROR].value:.2f}", of[CHANGE_ERROR].value) if change else Cell(""),
                )
            )
        columns = ("In a year", "If", "Mean", "Error", "95 in 100 years", "Change", "Error of it")
        note = "Error: of the mean, by Monte Carlo; more replications would lessen it. Years differ by chance besides."
        return Table(title, columns, tuple(rows), (2, 3, 4, 5, 6), note)

    return table


def _first_place(results: Results, outcome: str) -> int:
    return next(place for place, one in enumerate(results) if one.breakdown["outcome"] == outcome)


def _scenarios_drawn(outcome: str) -> Draw:
    def draw(results: Results, found: Found, shapes: Any) -> str | None:
        means = [of[MEAN] for (name, _), of in _scenarios(results).items() if name == outcome]
        rows = [
            {
                "label": one.breakdown["scenario"],
                "value": one.value,
                "text": f"{one.value:,.1f}",
                "low": one.interval.low if one.interval else None,
                "high": one.interval.high if one.interval else None,
            }
            for one in means
        ]
        return charts.bars(rows, unit=means[0].unit) if rows else None

    return draw


def _assumed_table(results: Results) -> Table:
    rows = [
        (
            Cell(one.breakdown["assumption"].replace("_", " ").capitalize()),
            Cell(f"{one.value:g}" if one.value is not None else "", one.value),
            Cell(one.unit),
            Cell("PROVISIONAL" if one.breakdown["status"] == "provisional" else "Seen"),
            Cell(one.breakdown["from"]),
        )
        for one in results
    ]
    return Table("What is assumed", ("Assumption", "Value", "Of", "Status", "Source"), tuple(rows), (1,))


def capacity_claims(found: Found) -> Sentences:
    """The papers' own question, answered for each service; and on how much that is provisional it rests."""

    def mean(id_: str, outcome: str, scenario: str) -> float | None:
        return found.value(id_, outcome=outcome, scenario=scenario, what=MEAN)

    names = list(dict.fromkeys(one.breakdown["scenario"] for one in found.given(REFUGE)))
    if len(names) < 4:
        return
    now, more, slower, both = names
    waited, then = (mean(MARAC, "MARAC wait", name) for name in (now, more))
    left = mean(MARAC, "MARAC cases waiting at the year's end", more)
    if waited is not None and then is not None and left is not None:
        yield (
            f"With 20 % more referrals the wait for MARAC would grow from {waited:.1f} to {then:.1f} days, "
            f"and {left:,.0f} cases would wait at the year's end"
        )
    lost, lost_then = (mean(IDVAS, "Lost while waiting for an IDVA", name) for name in (now, more))
    if lost is not None and lost_then is not None:
        yield f"{lost_then:,.0f} people a year would be lost while waiting for an IDVA, against {lost:,.0f} as it is"
    away = [mean(REFUGE, "Refuge: turned away for want of room", name) for name in (now, more, slower, both)]
    if None not in away:
        texts = [f"{number:,.0f}" for number in away if number is not None]
        yield (
            f"Refuge would turn away {texts[1]} households for want of room instead of {texts[0]}; with move-on a "
            f"quarter slower and no more referrals {texts[2]}, with both {texts[3]}"
        )
    assumed = found.given(ASSUMED)
    provisional = [one for one in assumed if one.breakdown["status"] == "provisional"]
    yield f"{len(provisional)} of the {len(assumed)} numbers that this rests on are provisional: seen in no source"


def capacity(group: str) -> Section:
    """MARAC, IDVAs and refuge, if referrals rise or move-on slows."""
    return Section(
        "capacity",
        "If referrals rise, or move-on slows",
        group,
        "What would happen to MARAC, IDVAs and refuge with 20 % more referrals, or with slower move-on?",
        shows=(
            Show(
                "Wait for MARAC, if referrals rise",
                (MARAC,),
                _scenarios_drawn("MARAC wait"),
                "A bar for each scenario: the mean wait in days, with the range of 95 in 100 simulated years.",
                table=_simulated_table("MARAC, simulated"),
            ),
            Show(
                "Lost while waiting for an IDVA, if referrals rise",
                (IDVAS,),
                _scenarios_drawn("Lost while waiting for an IDVA"),
                "A bar for each scenario: people lost in a year, with the range of 95 in 100 simulated years.",
                table=_simulated_table("IDVAs, simulated"),
            ),
            Show(
                "Turned away from refuge for want of room",
                (REFUGE,),
                _scenarios_drawn("Refuge: turned away for want of room"),
                "A bar for each scenario: households in a year, with the range of 95 in 100 simulated years.",
                table=_simulated_table("Refuge, simulated"),
            ),
            Show("What is assumed", (ASSUMED,), table=_assumed_table),
        ),
        claim=capacity_claims,
        notes=(
            f"A simulation of {REPLICATIONS:,} years, not a count of any year: it says what would follow from the "
            "assumptions, and no more.",
            "Slower move-on touches refuge alone, so MARAC and IDVAs have no rows of it.",
        ),
    )
