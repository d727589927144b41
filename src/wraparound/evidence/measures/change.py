"""Against another time and against other areas: change between like periods only, rank among areas said to be alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from wraparound.evidence.measures.areas import STREET, days_of, month_names, months_of, street_rows
from wraparound.evidence.measures.caveats import NOT_ANNUALISED, OVERDISPERSED, RECORDED, break_between
from wraparound.evidence.measures.context import Context, Need, answer, not_available, refused
from wraparound.evidence.measures.intervals import ratio_of_rates
from wraparound.evidence.measures.recorded import (
    POPULATION,
    SOURCE,
    category_name,
    category_of,
    counted,
    middle,
    residents,
)
from wraparound.evidence.measures.registry import Good, Measure, register
from wraparound.evidence.measures.results import MeasureResult, Period, Place

UNIT = "percent change a day"


def year_before(period: Period) -> Period:
    """The same months of the year before; the last day of February goes to the last day of February."""
    after = period.end + timedelta(days=1)
    return Period(_a_year_earlier(period.start), _a_year_earlier(after) - timedelta(days=1))


def _a_year_earlier(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


def alike(one: Period, other: Period) -> bool:
    """Whether two periods hold the same months of the year, so that seasons don't pass for a change."""
    return [month.month for month in months_of(one)] == [month.month for month in months_of(other)]


@dataclass(frozen=True)
class Pair:
    """Two like periods, both with rows for every month."""

    now: Period
    before: Period
    caveats: tuple[str, ...]


def _pair(context: Context) -> Pair | MeasureResult:
    """The periods to compare, or why they can't be."""
    before = context.compare_with or year_before(context.period)
    if not alike(context.period, before):
        return refused(context, f"{_span(before)} doesn't hold the same months: seasons would pass for a change.", UNIT)
    for period in (context.period, before):
        missing = street_rows(context, period=period).missing
        if missing:
            return not_available(context, f"rows for {month_names(missing)}", UNIT)
    now, then = (street_rows(context, period=period) for period in (context.period, before))
    caveats = [f"Compared with {_span(before)}.", RECORDED, OVERDISPERSED]
    if days_of(context.period) != days_of(before):
        caveats.append(f"For each day: the periods have {days_of(context.period)} and {days_of(before)} days.")
    if now.vintage != then.vintage:
        caveats.append("The two periods come on small areas of different vintages; the place as a whole is the same.")
    caveats += break_between(context, before.start, context.period.end)
    return Pair(context.period, before, (*now.caveats, *caveats))


def _span(period: Period) -> str:
    first, last = f"{period.start:%B %Y}", f"{period.end:%B %Y}"
    return first if first == last else f"{first} to {last}"


def _changed(context: Context, pair: Pair, now: int, before: int, name: str, code: str = "") -> MeasureResult:
    if before == 0:
        return refused(context, f"There were no {name} in {_span(pair.before)}: the denominator is nought.", UNIT)
    days_now, days_before = days_of(pair.now), days_of(pair.before)
    return answer(
        context,
        (now / days_now) / (before / days_before) * 100 - 100,
        UNIT,
        numerator=now,
        denominator=before,
        denominator_source=f"{name} in {_span(pair.before)}",
        interval=ratio_of_rates(now, days_now, before, days_before),
        caveats=pair.caveats,
        source=SOURCE,
        breakdown={"category": category_name(code), "code": code} if code else {},
    )


def _crimes(context: Context) -> list[MeasureResult]:
    pair = _pair(context)
    if isinstance(pair, MeasureResult):
        return [pair]
    now, before = counted(context).crimes, counted(context, period=pair.before).crimes
    return [_changed(context, pair, now, before, "crimes")]


def _asb(context: Context) -> list[MeasureResult]:
    pair = _pair(context)
    if isinstance(pair, MeasureResult):
        return [pair]
    now, before = counted(context).asb, counted(context, period=pair.before).asb
    return [_changed(context, pair, now, before, "incidents")]


def _categories(context: Context) -> list[MeasureResult]:
    pair = _pair(context)
    if isinstance(pair, MeasureResult):
        return [pair]
    now, before = (_by_category(context, period) for period in (pair.now, pair.before))
    codes = sorted({*now, *before}, key=lambda code: (-now.get(code, 0), code))
    return [
        _changed(context, pair, now.get(code, 0), before[code], category_name(code).lower(), code)
        for code in codes
        if before.get(code)
    ]


def _by_category(context: Context, period: Period) -> dict[str, int]:
    table = street_rows(context, period=period).table
    crimes = table.filter(~table.is_asb)
    crimes = crimes.mutate(kind=category_of(crimes))
    return {row["kind"]: row["n"] for row in context.store.rows(crimes.group_by("kind").aggregate(n=crimes.count()))}


@dataclass(frozen=True)
class Rate:
    """Crimes for each 1,000 residents of one area."""

    place: Place
    crimes: int
    people: int
    source: str

    @property
    def value(self) -> float:
        """The rate."""
        return self.crimes / self.people * 1000


def _rate_of(context: Context, place: Place) -> Rate | None:
    found = counted(context, place=place)
    people = residents(context, found.vintage, middle(context.period), place)
    if not found.rows or found.missing or people is None or people.value <= 0:
        return None
    return Rate(place, found.crimes, people.value, people.label)


def _rank(context: Context) -> list[MeasureResult]:
    unit = "rank, 1 is the lowest rate"
    own = _rate_of(context, context.place)
    if own is None:
        return [
            not_available(context, f"rows of each month and residents of {context.place.name} of one vintage", unit)
        ]
    others = [place for place in context.comparable.places if place.code != context.place.code]
    found = [(place, _rate_of(context, place)) for place in others]
    known = [rate for _, rate in found if rate is not None]
    if not known:
        return [not_available(context, "rows of each month and residents of at least one comparable area", unit)]
    missing = [place.name for place, rate in found if rate is None]
    ordered = sorted([own, *known], key=lambda rate: (rate.value, rate.place.code))
    caveats = [
        f"Compared with {', '.join(rate.place.name for rate in known)} ({context.comparable.source}).",
        "A rank says nothing of how far areas are apart.",
        NOT_ANNUALISED,
        RECORDED,
    ]
    if missing:
        caveats.append(f"{len(known)} of {len(others)} comparable areas: no data for {', '.join(missing)}.")
    return [
        answer(
            context,
            position,
            unit,
            numerator=rate.crimes,
            denominator=rate.people,
            denominator_source=rate.source,
            caveats=tuple(caveats),
            source=SOURCE,
            breakdown={
                "area": rate.place.name,
                "code": rate.place.code,
                "of": str(len(ordered)),
                "rate": f"{rate.value:.2f}",
            },
        )
        for position, rate in enumerate(ordered, start=1)
    ]


COMPARABLE = Need("", "a list of comparable areas, with its source", lambda context: bool(context.comparable.places))
_LIKE = "per day, between the period and the same months of another year; never between unlike periods."

register(Measure("change.crimes", "Change in crimes", f"Change in crimes {_LIKE}", (STREET,), _crimes, Good.NEITHER))
register(Measure("change.asb", "Change in ASB", f"Change in anti-social behaviour {_LIKE}", (STREET,), _asb, Good.LESS))
register(Measure("change.category", "Change by category", f"Change in each category {_LIKE}", (STREET,), _categories))
register(
    Measure(
        "rank.crimes_per_1000",
        "Rank among comparable areas",
        "Areas of the stated list by crimes per 1,000 residents, the lowest first; those without data are named.",
        (STREET, POPULATION, COMPARABLE),
        _rank,
        Good.LESS,
    )
)
