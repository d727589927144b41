"""What the police recorded and published: rows, anti-social behaviour and crimes kept apart, shares and rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from wraparound.evidence.measures.areas import STREET, VINTAGES, lsoa_codes, lsoas, month_names, street_rows
from wraparound.evidence.measures.caveats import NOT_ANNUALISED, OVERDISPERSED, RECORDED, VIOLENCE
from wraparound.evidence.measures.context import Context, Need, answer, not_available, refused
from wraparound.evidence.measures.intervals import byar, wilson
from wraparound.evidence.measures.memory import remembered
from wraparound.evidence.measures.registry import Good, Measure, register
from wraparound.evidence.measures.results import MeasureResult, Period, Place

SOURCE = "data.police.uk, street-level crime (Open Government Licence v3.0)"
VIOLENT = "violence-and-sexual-offences"
# The API and older files name some categories otherwise.
SAME = {"violent-crime": VIOLENT, "criminal-damage-and-arson": "criminal-damage-arson"}
NAMES = {
    "bicycle-theft": "Bicycle theft",
    "burglary": "Burglary",
    "criminal-damage-arson": "Criminal damage and arson",
    "drugs": "Drugs",
    "other-crime": "Other crime",
    "other-theft": "Other theft",
    "possession-of-weapons": "Possession of weapons",
    "public-disorder-weapons": "Public disorder and weapons",
    "public-order": "Public order",
    "robbery": "Robbery",
    "shoplifting": "Shoplifting",
    "theft-from-the-person": "Theft from the person",
    "vehicle-crime": "Vehicle crime",
    VIOLENT: "Violence and sexual offences",
}


def category_of(table: Any) -> Any:
    """The category of each row under one name."""
    return table.category.substitute(SAME)


def category_name(slug: str) -> str:
    """How a category is printed."""
    return NAMES.get(slug, slug.replace("-", " ").capitalize())


@dataclass(frozen=True)
class Counted:
    """How many rows a place has in a period, and how many of them are anti-social behaviour."""

    rows: int
    asb: int
    caveats: tuple[str, ...]
    vintage: str
    missing: tuple[date, ...] = ()  # months of the period that no rows are loaded for

    @property
    def crimes(self) -> int:
        """Rows less anti-social behaviour."""
        return self.rows - self.asb


def counted(context: Context, *, period: Period | None = None, place: Place | None = None) -> Counted:
    """Count the rows of a place in a period."""

    def find() -> Counted:
        found = street_rows(context, period=period, place=place)
        table = found.table
        sums = context.store.rows(table.aggregate(n=table.count(), asb=table.is_asb.sum()))[0]
        return Counted(sums["n"], int(sums["asb"] or 0), found.caveats, found.vintage, found.missing)

    return remembered(context.store, ("counted", place or context.place, period or context.period), find)


def by_category(context: Context) -> dict[str, int]:
    """Crimes by category, anti-social behaviour left out."""
    table = street_rows(context).table
    crimes = table.filter(~table.is_asb)
    crimes = crimes.mutate(kind=category_of(crimes))
    return {row["kind"]: row["n"] for row in context.store.rows(crimes.group_by("kind").aggregate(n=crimes.count()))}


def _rows(context: Context) -> list[MeasureResult]:
    found = counted(context)
    return [answer(context, found.rows, "rows", numerator=found.rows, caveats=found.caveats, source=SOURCE)]


def _asb(context: Context) -> list[MeasureResult]:
    found = counted(context)
    return [answer(context, found.asb, "incidents", numerator=found.asb, caveats=found.caveats, source=SOURCE)]


def _crimes(context: Context) -> list[MeasureResult]:
    found = counted(context)
    return [
        answer(
            context, found.crimes, "crimes", numerator=found.crimes, caveats=(*found.caveats, RECORDED), source=SOURCE
        )
    ]


def _share(context: Context, category: str, counts: dict[str, int], caveats: tuple[str, ...]) -> MeasureResult:
    part, whole = counts.get(category, 0), sum(counts.values())
    return answer(
        context,
        part / whole * 100,
        "percent of crimes",
        numerator=part,
        denominator=whole,
        denominator_source="crimes (rows less anti-social behaviour)",
        interval=wilson(part, whole),
        caveats=(*caveats, OVERDISPERSED, *((VIOLENCE,) if category == VIOLENT else ())),
        source=SOURCE,
    )


def _violence(context: Context) -> list[MeasureResult]:
    counts = by_category(context)
    if not sum(counts.values()):
        return [refused(context, "There were no crimes to take a share of: the denominator is nought.")]
    return [_share(context, VIOLENT, counts, counted(context).caveats)]


def _shares(context: Context) -> list[MeasureResult]:
    counts = by_category(context)
    if not sum(counts.values()):
        return [refused(context, "There were no crimes to take a share of: the denominator is nought.")]
    caveats = counted(context).caveats
    found = []
    for slug, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        one = _share(context, slug, counts, caveats)
        found.append(
            answer(
                context,
                one.value,
                one.unit,
                numerator=one.numerator,
                denominator=one.denominator,
                denominator_source=one.denominator_source,
                interval=one.interval,
                caveats=one.caveats,
                source=SOURCE,
                breakdown={"category": category_name(slug), "code": slug},
            )
        )
    return found


@dataclass(frozen=True)
class People:
    """A denominator: how many residents, on which day, by which publication."""

    value: int
    on: date
    source: str

    @property
    def label(self) -> str:
        """As results name it."""
        return f"{self.source}, {self.on.day} {self.on:%B %Y}: {self.value:,} residents"


def residents(context: Context, vintage: str, near: date, place: Place | None = None) -> People | None:
    """The residents of a place counted nearest in time to a day, on codes of the vintage that the numerator has.

    The place's own total where the table has one of that vintage, else the sum of its LSOAs, none missing. Without a
    vintage (rows without LSOAs) any will do.
    """
    place = place or context.place
    found = [*_own_totals(context, place, vintage)]
    for one in [vintage] if vintage else VINTAGES:
        found += _summed(context, place, one)
    if not found:
        return None
    return min(found, key=lambda people: (abs((people.on - near).days), -people.value, people.source))


def _residents(context: Context) -> Any:
    table = context.store.table("population")
    return table.filter(
        table.measure == "residents",
        (table.sex.isnull() | (table.sex == "")),
        table.age_from.isnull(),
        table.age_to.isnull(),
        table.ethnicity.isnull(),
        table.category.isnull(),
    )


def _own_totals(context: Context, place: Place, vintage: str) -> list[People]:
    table = _residents(context)
    rows = context.store.rows(table.filter(table.area_code == place.code, table.area_kind != "lsoa"))
    of_vintage = [row for row in rows if not vintage or _decade(row["vintage"]) == vintage]
    return [People(row["value"], row["date"], row["source"]) for row in of_vintage]


def _decade(vintage: str) -> str:
    """The census whose small areas a vintage of larger ones builds on."""
    return ("2021" if vintage >= "2021" else "2011") if vintage else ""


def _summed(context: Context, place: Place, vintage: str) -> list[People]:
    codes = lsoas(context, vintage, place)
    if not codes:
        return []
    table = _residents(context)
    small = table.filter(table.area_kind == "lsoa", table.vintage == vintage)
    small = small.filter(small.area_code.isin(lsoa_codes(context, [vintage], place).code))
    sums = context.store.rows(
        small.group_by("date", "source").aggregate(value=small.value.sum(), areas=small.area_code.nunique())
    )
    whole = [row for row in sums if row["areas"] == len(codes)]
    return [People(int(row["value"]), row["date"], f"{row['source']} (sum of LSOAs)") for row in whole]


def middle(period: Period) -> date:
    """The day in the middle of a period."""
    return period.start + (period.end - period.start) / 2


def _rate(context: Context) -> list[MeasureResult]:
    found = counted(context)
    people = residents(context, found.vintage, middle(context.period))
    unit = "crimes per 1,000 residents"
    if found.missing:
        return [not_available(context, f"rows for {month_names(found.missing)}", unit)]
    if people is None:
        which = f" on {found.vintage} areas" if found.vintage else ""
        return [not_available(context, f"a count of residents of {context.place.name}{which}", unit, found.caveats)]
    if people.value <= 0:
        return [refused(context, f"{people.source} has no residents here: the denominator is nought.", unit)]
    return [
        answer(
            context,
            found.crimes / people.value * 1000,
            unit,
            numerator=found.crimes,
            denominator=people.value,
            denominator_source=people.label,
            interval=byar(found.crimes, people.value, 1000),
            caveats=(*found.caveats, NOT_ANNUALISED, OVERDISPERSED, RECORDED),
            source=SOURCE,
        )
    ]


POPULATION = Need("population", "a count of residents")

register(Measure("recorded.rows", "Rows published", "All street-level rows: crimes and ASB.", (STREET,), _rows))
register(
    Measure(
        "recorded.asb",
        "Anti-social behaviour",
        "Rows of the category anti-social behaviour. They are incidents, not crimes.",
        (STREET,),
        _asb,
        Good.LESS,
    )
)
register(
    Measure("recorded.crimes", "Crimes recorded", "Rows less anti-social behaviour.", (STREET,), _crimes, Good.NEITHER)
)
register(
    Measure(
        "share.violence_and_sexual",
        "Violence and sexual offences, share of crimes",
        "Rows of the published category violence and sexual offences, over crimes (rows less anti-social behaviour).",
        (STREET,),
        _violence,
    )
)
register(
    Measure(
        "share.category",
        "Each category, share of crimes",
        "Rows of each published category over crimes (rows less anti-social behaviour).",
        (STREET,),
        _shares,
    )
)
register(
    Measure(
        "rate.crimes_per_1000",
        "Crimes per 1,000 residents",
        "Crimes (rows less anti-social behaviour) of the period over residents counted nearest in date to its middle, "
        "on areas of the same vintage; not annualised.",
        (STREET, POPULATION),
        _rate,
        Good.NEITHER,
    )
)
