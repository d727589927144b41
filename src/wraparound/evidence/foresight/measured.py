"""Forecasts and the simulation of capacity as measures, so that an assessment carries them as it does any number.

A result says by `what` it is: of a forecast a month that was recorded or one that is expected, of a simulated measure
its mean, the change against how it is now, or the Monte Carlo error of either.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import ibis

from wraparound.evidence.foresight.capacity import (
    FILE,
    Assumptions,
    CapacityResult,
    Outcome,
    read_assumptions,
    simulate,
    what_if,
)
from wraparound.evidence.foresight.series import Series, monthly
from wraparound.evidence.measures.areas import STREET, street_rows
from wraparound.evidence.measures.context import Context, Need, answer, refused
from wraparound.evidence.measures.memory import remembered
from wraparound.evidence.measures.recorded import SOURCE
from wraparound.evidence.measures.registry import Compute, Good, Measure, register
from wraparound.evidence.measures.results import Interval, MeasureResult, Period
from wraparound.foundation.areas.pack import open_pack

RECORDED, EXPECTED, MEAN, ERROR, CHANGE, CHANGE_ERROR = (
    "recorded",
    "expected",
    "mean",
    "Monte Carlo error",
    "change",
    "Monte Carlo error of the change",
)
OFF, MISSED, HELD = "mean error a month", "error over the naive way's", "intervals that held"

# --- forecasts ----------------------------------------------------------------------------------------------


def known_months(context: Context, is_asb: bool) -> Series:
    """What was recorded in each of the months without a gap up to the period's end.

    A month counts as known where the force that has most rows of the place has some, or the API has: another force's
    file may hold a few rows from over the border, and is not a month of the place.
    """
    end = context.period.end.replace(day=1)
    found = {month: (crimes, asb) for month, crimes, asb in _months(context)}
    counted: list[tuple[date, int]] = []
    while end in found:
        counted.append((end, found[end][is_asb]))
        end = (end - timedelta(days=1)).replace(day=1)
    label = f"{context.place.name}: {'anti-social behaviour' if is_asb else 'crimes'}"
    return monthly(label, counted, area_kind="city", source=SOURCE)


def _months(context: Context) -> list[tuple[date, int, int]]:
    def find() -> list[tuple[date, int, int]]:
        first = context.store.one(context.store.table("street").month.min())
        table = street_rows(context, period=Period(min(first, context.period.start), context.period.end)).table
        named = table.mutate(by=ibis.ifelse(table.origin == "api", ibis.literal(""), table.force.fill_null("")))
        grouped = named.group_by("month", "by").aggregate(n=named.count(), asb=named.is_asb.sum())
        rows = context.store.rows(grouped)
        sizes: dict[str, int] = {}
        for row in rows:
            sizes[row["by"]] = sizes.get(row["by"], 0) + row["n"]
        main = max((force for force in sizes if force), key=lambda force: sizes[force], default="")
        months = {row["month"] for row in rows if row["by"] in {"", main}}
        sums: dict[date, tuple[int, int]] = dict.fromkeys(months, (0, 0))
        for row in rows:
            if row["month"] in months:
                crimes, asb = sums[row["month"]]
                now = int(row["asb"] or 0)
                sums[row["month"]] = (crimes + row["n"] - now, asb + now)
        return [(month, crimes, asb) for month, (crimes, asb) in sums.items()]

    return remembered(context.store, ("months", context.place, context.period.end), find)


def _forecast(is_asb: bool, unit: str) -> Compute:
    def compute(context: Context) -> list[MeasureResult]:
        from wraparound.evidence.foresight.forecast import forecast  # the libraries of statistics take a second

        series = known_months(context, is_asb)
        found = forecast(series)
        if found.reason:
            return [refused(context, found.reason, unit)]
        results = [
            _of_month(context, month.isoformat()[:7], count, unit, RECORDED)
            for month, count in zip(series.months, series.counts, strict=True)
        ]
        for month in found.months:
            bounds = Interval(month.low, month.high, "forecast 95%")
            results.append(_of_month(context, month.month, month.mean, unit, EXPECTED, bounds, found.caveats))
        for name, months in found.beside.items():
            results += [
                _of_month(context, month.month, month.mean, unit, name, Interval(month.low, month.high, f"{name} 95%"))
                for month in months
            ]
        return results

    return compute


def _of_month(
    context: Context,
    month: str,
    value: float,
    unit: str,
    what: str,
    interval: Interval | None = None,
    caveats: tuple[str, ...] = (),
) -> MeasureResult:
    first = date.fromisoformat(f"{month}-01")
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return answer(
        context,
        value,
        unit,
        interval=interval,
        caveats=caveats,
        source=SOURCE,
        breakdown={"month": month, "what": what},
        period=Period(first, last),
    )


def _tested(is_asb: bool, unit: str) -> Compute:
    def compute(context: Context) -> list[MeasureResult]:
        from wraparound.evidence.foresight.forecast import forecast

        found = forecast(known_months(context, is_asb))
        if found.reason:
            return [refused(context, found.reason, unit)]
        results = []
        for score in found.scores:
            held = round(score.coverage * score.months)
            parts = {"way": score.method, "says": score.says, "published": "yes" if score is found.scores[0] else "no"}
            for what, value, of in (
                (OFF, score.mae, f"{unit} a month"),
                (MISSED, score.mase, "times"),
                (HELD, held / score.months * 100, "percent of months"),
            ):
                whole = score.months if what == HELD else None
                results.append(
                    answer(
                        context,
                        value,
                        of,
                        numerator=held if what == HELD else None,
                        denominator=whole,
                        denominator_source="months held against what happened" if whole else None,
                        source=SOURCE,
                        breakdown={**parts, "what": what},
                    )
                )
        return results

    return compute


for _id, _is_asb, _unit, _what in (
    ("forecast.crimes", False, "crimes", "Crimes"),
    ("forecast.asb", True, "incidents", "Anti-social behaviour"),
):
    register(
        Measure(
            _id,
            f"{_what} a month, known and expected",
            f"{_what} recorded in each known month, and expected in the twelve after the period, by the way that was "
            "least wrong on the known months; the naive ways beside it.",
            (STREET,),
            _forecast(_is_asb, _unit),
            Good.LESS,
        )
    )
    register(
        Measure(
            f"{_id}_tested",
            f"{_what}: how wrong each way would have been",
            "Each way looks three months ahead from month after month of the latest known year, as if the rest had not "
            "happened yet, and is held against what did.",
            (STREET,),
            _tested(_is_asb, _unit),
        )
    )


# --- capacity -----------------------------------------------------------------------------------------------

REPLICATIONS, SEED = 1_000, 1
MORE_REFERRALS, SLOWER_MOVE_ON = 1.2, 0.75  # the papers' own question
SERVICES = (
    ("capacity.marac", "MARAC", "MARAC"),
    ("capacity.idvas", "IDVAs", "IDVA"),
    ("capacity.refuge", "Refuge", "Refuge"),
)


@cache
def _run(assumptions: Assumptions) -> CapacityResult:
    """Seconds, and always the same: once for each set of assumptions."""
    scenarios = what_if(MORE_REFERRALS, SLOWER_MOVE_ON)
    return simulate(assumptions, scenarios, replications=REPLICATIONS, seed=SEED)


def _has_assumptions(context: Context) -> bool:
    return bool(context.pack) and open_pack(context.pack).has(FILE)


ASSUMPTIONS = Need("", f"assumptions of capacity in the area's pack ({FILE})", _has_assumptions)


def _year_after(period: Period) -> Period:
    first = period.end + timedelta(days=1)
    return Period(first, first.replace(year=first.year + 1) - timedelta(days=1))


def _simulated(service: str) -> Compute:
    def compute(context: Context) -> list[MeasureResult]:
        run = _run(read_assumptions(open_pack(context.pack)))
        return [
            one
            for result in run.scenarios
            for outcome in result.outcomes
            if service in outcome.measure.split(":")[0]
            for one in _of_outcome(context, outcome, result.scenario.name)
        ]

    return compute


def _of_outcome(context: Context, one: Outcome, scenario: str) -> Iterator[MeasureResult]:
    years = Interval(one.low, one.high, "95 in 100 simulated years")
    unit = one.unit.replace("%", "percent", 1)
    for what, value, bounds in (
        (MEAN, one.mean, years),
        (ERROR, one.error, None),
        (CHANGE, one.change, None),
        (CHANGE_ERROR, one.change_error, None),
    ):
        if value is not None:
            yield answer(
                context,
                value,
                unit,
                interval=bounds,
                source=f"Simulation: {REPLICATIONS:,} replications of a year, seed {SEED}",
                breakdown={"outcome": one.measure, "scenario": scenario, "what": what},
                period=_year_after(context.period),
            )


def _assumed(context: Context) -> list[MeasureResult]:
    found = read_assumptions(open_pack(context.pack))
    return [
        answer(
            context,
            one.value,
            one.unit,
            caveats=(found.note,),
            source=f"{found.title} ({FILE})",
            breakdown={"assumption": one.key, "status": one.status, "from": one.source},
            period=_year_after(context.period),
        )
        for one in found.assumptions
    ]


for _id, _what, _service in SERVICES:
    register(
        Measure(
            _id,
            f"{_what}, simulated",
            f"{_what} in a simulated year: as it is, with 20 % more referrals, move-on a quarter slower, and both.",
            (ASSUMPTIONS,),
            _simulated(_service),
        )
    )
register(
    Measure(
        "capacity.assumptions",
        "What the simulation assumes",
        "Every number that the simulation rests on: seen in a paper, or provisional.",
        (ASSUMPTIONS,),
        _assumed,
    )
)
