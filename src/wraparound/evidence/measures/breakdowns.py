"""A count broken down, under disclosure control: shares of those known, with what isn't known beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wraparound.evidence.measures.context import Context, Need, answer, refused, without
from wraparound.evidence.measures.disclosure import ALL, Protected, Table, protect
from wraparound.evidence.measures.intervals import wilson, worst_case
from wraparound.evidence.measures.results import Interval, MeasureResult, Status

UNKNOWN = "not recorded"


@dataclass(frozen=True)
class Breakdown:
    """Counts by the values of one dimension, `UNKNOWN` among them where it isn't recorded."""

    of: str  # what is counted: victims
    dimension: str
    counts: Mapping[str, int]
    caveats: tuple[str, ...] = ()
    source: str = ""
    adds_up: bool = True
    within: Mapping[str, str] = field(default_factory=dict)  # what else holds for all of them: the agency
    each_once: bool = False  # people, each once in the period: two periods don't add up
    same_as: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # values that another breakdown has, too

    @property
    def total(self) -> int:
        """All, those not known included."""
        return sum(self.counts.values())

    @property
    def known(self) -> int:
        """Those known."""
        return self.total - self.counts.get(UNKNOWN, 0)


IN_TIME = frozenset({"month", "age"})  # dimensions whose values stand in an order of their own, whatever is counted
BANDS = "age band"


def in_order(one: Breakdown, cover: Protected, table: Table) -> list[str]:
    """The values as they were counted, the most frequent first, and after them those withheld by name.

    In the order of their numbers the last of some small ones that are withheld would be known to be the smallest.
    """
    values = list(one.counts)
    if one.dimension in IN_TIME:
        return values
    if one.dimension == BANDS:
        return sorted(values, key=lambda value: (value == UNKNOWN, not value.startswith("under"), value))
    hidden = {value for value in values if table.key((value,)) not in cover.shown}
    return sorted(values, key=lambda value: (value == UNKNOWN, value in hidden, value if value in hidden else ""))


def table_of(context: Context, one: Breakdown) -> Table:
    """The breakdown as disclosure control looks at it."""
    period = f"{context.period.start.isoformat()}/{context.period.end.isoformat()}"
    within = {"area": context.place.code, "period": period, **one.within}
    if context.profile:
        within["profile"] = context.profile
    if context.as_of:
        within["as of"] = context.as_of
    counts: dict[tuple[str, ...], int] = {(value,): count for value, count in one.counts.items()}
    if one.adds_up:
        counts[(ALL,)] = one.total
    return Table(one.of, (one.dimension,), counts, one.adds_up, one.each_once, within, one.same_as)


def protected(context: Context, one: Breakdown) -> Protected:
    """What is withheld: over all tables of the edition where that was worked out, else of this table by itself."""
    if context.protected is not None:
        return context.protected
    rule = context.rules.disclosure
    if rule is None:
        raise LookupError("evidence.disclosure")
    return protect([table_of(context, one)], rule)


def withheld(context: Context, unit: str, breakdown: Mapping[str, str], source: str = "") -> MeasureResult:
    """A number that isn't printed."""
    return without(
        context,
        Status.SUPPRESSED,
        "Withheld: the number is small, or a small one could be worked out from it.",
        unit,
        breakdown=breakdown,
        source=source,
    )


def completeness_text(one: Breakdown, shown_known: int | None, shown_total: int | None) -> str:
    """How much is known, beside each breakdown; without numbers where one of them is withheld."""
    if shown_known is None or not shown_total:
        return f"Shares are of those {one.of} whose {one.dimension} is recorded."
    return f"Recorded for {shown_known / shown_total * 100:.1f} % of {one.of} ({shown_known:,} of {shown_total:,})."


def shares(context: Context, one: Breakdown) -> list[MeasureResult]:
    """Each value as a share of those known, with bounds; and how many aren't known, as a count.

    Where some aren't known the bounds are those of the worst case: none of them, or all of them, of this value.
    """
    unit = f"percent of {one.of} known"
    if not one.known:
        return [refused(context, f"{one.dimension.capitalize()} is recorded of none: the denominator is nought.", unit)]
    cover, table = protected(context, one), table_of(context, one)
    shown = {value: cover.shown.get(table.key((value,))) for value in one.counts}
    total = cover.shown.get(table.key((ALL,)))
    unknown = shown.get(UNKNOWN, 0)
    known = total - unknown if total is not None and unknown is not None else None
    caveats = (*one.caveats, completeness_text(one, known, total))
    found = []
    for value in in_order(one, cover, table):
        number = shown[value]
        breakdown = _named(context, one.dimension, value)
        if value == UNKNOWN:
            found.append(_unknown_row(context, one, number, total, breakdown, caveats))
        elif number is None or not known:
            found.append(withheld(context, unit, breakdown, one.source))
        else:
            number = min(number, known)  # rounded numbers needn't add up
            found.append(
                answer(
                    context,
                    number / known * 100,
                    unit,
                    numerator=number,
                    denominator=known,
                    denominator_source=f"{one.of} whose {one.dimension} is recorded",
                    interval=_bounds(number, known, unknown or 0),
                    caveats=caveats,
                    source=one.source,
                    breakdown=breakdown,
                )
            )
    return found


def _bounds(number: int, known: int, unknown: int) -> Interval:
    return worst_case(number, known, unknown) if unknown else wilson(number, known)


def _unknown_row(
    context: Context,
    one: Breakdown,
    number: int | None,
    total: int | None,
    breakdown: Mapping[str, str],
    caveats: tuple[str, ...],
) -> MeasureResult:
    unit = f"percent of {one.of}"
    if number is None or not total:
        return withheld(context, unit, breakdown, one.source)
    return answer(
        context,
        number / total * 100,
        unit,
        numerator=number,
        denominator=total,
        denominator_source=f"all {one.of}",
        caveats=caveats,
        source=one.source,
        breakdown=breakdown,
    )


def counts(context: Context, one: Breakdown, unit: str) -> list[MeasureResult]:
    """Each value as a count, and the total."""
    cover, table = protected(context, one), table_of(context, one)
    found = []
    for value in (*in_order(one, cover, table), *((ALL,) if one.adds_up else ())):
        number = cover.shown.get(table.key((value,)))
        breakdown = _named(context, one.dimension, value)
        if number is None:
            found.append(withheld(context, unit, breakdown, one.source))
            continue
        found.append(
            answer(
                context,
                number,
                unit,
                numerator=number,
                caveats=one.caveats,
                source=one.source,
                breakdown=breakdown,
            )
        )
    return found


def parts_of_all(context: Context, one: Breakdown) -> list[MeasureResult]:
    """Each value as a share of all, under disclosure control."""
    unit = f"percent of {one.of}"
    if not one.total:
        return [refused(context, f"There were no {one.of}: the denominator is nought.", unit)]
    cover, table = protected(context, one), table_of(context, one)
    total = cover.shown.get(table.key((ALL,)))
    found = []
    for value in in_order(one, cover, table):
        number = cover.shown.get(table.key((value,)))
        breakdown = _named(context, one.dimension, value)
        if number is None or not total:
            found.append(withheld(context, unit, breakdown, one.source))
            continue
        number = min(number, total)
        found.append(
            answer(
                context,
                number / total * 100,
                unit,
                numerator=number,
                denominator=total,
                denominator_source=f"all {one.of}",
                interval=wilson(number, total),
                caveats=one.caveats,
                source=one.source,
                breakdown=breakdown,
            )
        )
    return found


def _named(context: Context, dimension: str, value: str) -> dict[str, str]:
    return {dimension: value, **({"profile": context.profile} if context.profile else {})}


def tables_of(*breakdowns: Callable[[Context], Breakdown]) -> Callable[[Context], list[Table]]:
    """For `Measure.tables`."""
    return lambda context: [table_of(context, make(context)) for make in breakdowns]


DISCLOSURE = Need("", "the rule set evidence.disclosure of this area", lambda context: bool(context.rules.disclosure))
