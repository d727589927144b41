"""What agencies supply for sections that no register of ours can fill: numbers, shares, funnels, and a plan's progress.

One measure for each section. They are other agencies' records, and people's answers: small numbers are withheld as our
own are. Whoever chose to answer is no sample, so that no interval is drawn around the shares of such answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from wraparound.evidence.measures.audit import Key
from wraparound.evidence.measures.breakdowns import DISCLOSURE, withheld
from wraparound.evidence.measures.context import Context, Need, answer, not_available, refused
from wraparound.evidence.measures.disclosure import ALL, Protected, Table, protect
from wraparound.evidence.measures.intervals import wilson
from wraparound.evidence.measures.ledger import Ledger
from wraparound.evidence.measures.memory import remembered
from wraparound.evidence.measures.registry import Compute, Good, Kind, Measure, register
from wraparound.evidence.measures.results import MeasureResult, Period
from wraparound.evidence.measures.returns import WHOLE, Row, Series, across, rows_for, series_of, within
from wraparound.evidence.store.supplied import DATASET, PLAN, SECTIONS, SELF_SELECTED, STATUSES

# How a number is told: the part `told` of its breakdown.
NUMBER, OF_BASE, OF_WHOLE = "number", "share of base", "share of whole"
OF_FIRST, OF_BEFORE = "share of the first step", "share of the step before"
BY_PERIOD, NET, ACTION = "by period", "net", "action"
FROM, TO = "from elsewhere", "to elsewhere"  # the series between which the net is worked out, in small letters
CROSS_BORDER = "cross-border"

AS_SUPPLIED = "As supplied: what other agencies counted, not checked against their records."
NO_SAMPLE = "Whoever chooses to answer a survey is no sample: no interval is drawn around its shares."


def id_of(section: str) -> str:
    """The id of a section's measure."""
    return f"{DATASET}.{section.replace('-', '_')}"


def span_text(period: Period) -> str:
    """March 2025; January 2025 to March 2025."""
    first, last = f"{period.start:%B %Y}", f"{period.end:%B %Y}"
    return first if first == last else f"{first} to {last}"


def loads_of(context: Context, section: str) -> set[str]:
    """The checksums of the loads whose rows a section counts."""
    return {row.load for row in within(rows_for(context, section), context.period)}


def rows_counted(context: Context, section: str) -> int:
    """How many supplied rows of the place lie in the period."""
    return len(within(rows_for(context, section), context.period))


def ledger_of(context: Context, section: str) -> Ledger:
    """The section's series of the period."""

    def make() -> Ledger:
        return Ledger(context, section, series_of(within(rows_for(context, section), context.period)))

    return remembered(context.store, ("ledger", context.place.code, context.period, section), make)


@dataclass(frozen=True)
class _Telling:
    """Tells a section's numbers, as far as they may be printed."""

    context: Context
    section: str

    @cached_property
    def ledger(self) -> Ledger:
        return ledger_of(self.context, self.section)

    @cached_property
    def cover(self) -> Protected:
        if self.context.protected is not None:
            return self.context.protected
        if self.context.rules.disclosure is None:
            raise LookupError("evidence.disclosure")
        return protect(self.ledger.tables(), self.context.rules.disclosure)

    @property
    def is_self_selected(self) -> bool:
        return self.section in SELF_SELECTED

    def results(self) -> Iterator[MeasureResult]:
        for one in self.ledger.series:
            is_told = WHOLE in one.values and not (one.is_added_up and len(one.categories) == 1)
            for category in (*one.categories, *((WHOLE,) if is_told else ())):
                yield from self._of_category(one, category)
            yield from self._by_period(one)
        if self.section == CROSS_BORDER:
            yield from self._net()

    def _of_category(self, one: Series, category: str) -> Iterator[MeasureResult]:
        key = self.ledger.number(one, category)
        yield self._number(one, key, self._parts(one, category, NUMBER))
        if category in one.bases:
            base = self.ledger.base(one, category)
            yield self._share(one, key, base, one.bases[category], self._parts(one, category, OF_BASE))
        elif category != WHOLE and len(one.categories) > 1 and one.parts_sum <= one.values.get(WHOLE, -1):
            whole = self.ledger.number(one, WHOLE)
            yield self._share(one, key, whole, one.values[WHOLE], self._parts(one, category, OF_WHOLE))
        first, before = self.ledger.first_step(one, category), self.ledger.step_before(one, category)
        for told, step in ((OF_FIRST, first), (OF_BEFORE, before)):
            if step is not None:
                earlier = self.ledger.number(step, category)
                parts = self._parts(one, category, told) | {"of": step.name}
                yield self._share(one, key, earlier, step.values[category], parts, one.values[category])

    def _by_period(self, one: Series) -> Iterator[MeasureResult]:
        if len(one.by_period) < 2:
            return
        for period in sorted(one.by_period, key=lambda each: each.start):
            parts = self._parts(one, WHOLE, BY_PERIOD) | {"month": _month(period)}
            yield replace(self._number(one, self.ledger.of_period(one, period), parts), period=period)

    def _net(self) -> Iterator[MeasureResult]:
        named = {one.name.lower(): one for one in self.ledger.series}
        came, went = named.get(FROM), named.get(TO)
        if came is None or went is None or came.span != went.span:
            return
        for category in (*(one for one in came.categories if one in went.values), WHOLE):
            if category not in came.values or category not in went.values:
                continue
            here = self.cover.shown.get(self.ledger.number(came, category))
            there = self.cover.shown.get(self.ledger.number(went, category))
            parts = {"series": "Net", "category": category or ALL, "told": NET}
            source = "; ".join(dict.fromkeys((*came.sources, *went.sources)))
            if here is None or there is None:
                yield replace(withheld(self.context, "more came than went", parts, source), period=came.span)
                continue
            yield answer(
                self.context,
                here - there,
                "more came than went",
                numerator=here,
                denominator=there,
                denominator_source=went.name,
                caveats=(*self._caveats(came), "Below nought, more went than came."),
                source=source,
                breakdown=parts,
                period=came.span,
            )

    def _number(self, one: Series, key: Key, parts: dict[str, str]) -> MeasureResult:
        number, source = self.cover.shown.get(key), "; ".join(one.sources)
        unit = _unit(one.name)
        if number is None:
            return replace(withheld(self.context, unit, parts, source), period=one.span, caveats=self._caveats(one))
        return answer(
            self.context,
            number,
            unit,
            numerator=number,
            caveats=self._caveats(one),
            source=source,
            breakdown=parts,
            period=one.span,
        )

    def _share(
        self, one: Series, part: Key, whole: Key, true_whole: int, parts: dict[str, str], true_part: int = 0
    ) -> MeasureResult:
        """A number as a share of another. Neither a base of nought nor a step above the one before gives any."""
        of = parts.get("of", one.name)
        source, caveats = "; ".join(one.sources), self._caveats(one)
        unit = f"percent of {_unit(of)}"
        if parts["told"] == OF_BASE:
            unit = "percent of those who answered" if self.is_self_selected else "percent of the base"
        number, base = self.cover.shown.get(part), self.cover.shown.get(whole)
        why = ""
        if not true_whole:
            why = "The base is nought: there is no share."
        elif true_part > true_whole:
            why = "More than in the step before: some began it earlier, so that there is no share."
        if why:
            return replace(refused(self.context, why, unit, caveats), breakdown=parts, source=source, period=one.span)
        if number is None or not base:
            return replace(withheld(self.context, unit, parts, source), period=one.span, caveats=caveats)
        number = min(number, base)  # rounded numbers needn't add up
        return answer(
            self.context,
            number / base * 100,
            unit,
            numerator=number,
            denominator=base,
            denominator_source=parts.get("of") or ("the base supplied" if parts["told"] == OF_BASE else f"all: {of}"),
            interval=None if self.is_self_selected else wilson(number, base),
            caveats=caveats,
            source=source,
            breakdown=parts,
            period=one.span,
        )

    def _parts(self, one: Series, category: str, told: str) -> dict[str, str]:
        step = {"step": str(one.step)} if one.step is not None else {}
        return {"series": one.name, "category": category or ALL, "told": told, **step}

    def _caveats(self, one: Series) -> tuple[str, ...]:
        found = [NO_SAMPLE if self.is_self_selected else AS_SUPPLIED]
        found += [f"How it was collected: {how}" for how in one.hows]
        period = self.context.period
        if not self.is_self_selected and (one.span != period or one.has_gaps):
            missing = ", with months between that are missing" if one.has_gaps else ""
            if one.span != period or missing:
                found.append(f"{one.name}: supplied for {span_text(one.span)}{missing}, not for the whole period.")
        if one.left_out:
            named = ", ".join(span_text(period) for period in one.left_out)
            found.append(f"{one.name}: left out are numbers whose periods overlap with those that count ({named}).")
        whole = one.values.get(WHOLE)
        if one.categories and whole is not None and one.parts_sum != whole:
            more = one.parts_sum > whole
            found.append(
                f"{one.name}: the parts add up to {'more' if more else 'less'} than the whole"
                f"{': one may be counted in several' if more else ''}."
            )
        return tuple(found)


def _month(period: Period) -> str:
    """As tables name a month: 2025-03; a longer period by its first and last."""
    first, last = f"{period.start:%Y-%m}", f"{period.end:%Y-%m}"
    return first if first == last else f"{first} to {last}"


def _unit(name: str) -> str:
    """A series as a unit: Calls answered becomes calls answered, DVPP stays."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


# --- a section's results ------------------------------------------------------------------------------------


def _late(context: Context, rows: list[Row], known: set[str]) -> list[MeasureResult]:
    """Series of which there are numbers, but only of periods that reach beyond the one that is assessed."""
    found = []
    for name in sorted({row.series for row in rows} - known):
        spans = sorted({row.span for row in rows if row.series == name})
        named = ", ".join(span_text(Period(*span)) for span in spans)
        needs = f"numbers of {span_text(context.period)} for “{name}”: what is loaded is of {named}"
        parts = {"series": name, "category": ALL, "told": NUMBER}
        found.append(replace(not_available(context, needs), breakdown=parts))
    return found


def _nothing_of_period(context: Context, rows: list[Row]) -> MeasureResult:
    first, last = min(row.starts for row in rows), max(row.ends for row in rows)
    needs = f"numbers of {span_text(context.period)}: what is loaded is of {span_text(Period(first, last))}"
    return not_available(context, needs)


def _compute(section: str) -> Compute:
    def compute(context: Context) -> list[MeasureResult]:
        rows = rows_for(context, section)
        telling = _Telling(context, section)
        known = {one.name for one in telling.ledger.series}
        found = [*telling.results(), *_late(context, across(rows, context.period), known)]
        return found or [_nothing_of_period(context, rows)]

    return compute


def _tables(section: str) -> Callable[[Context], list[Table]]:
    return lambda context: ledger_of(context, section).tables()


def _progress(context: Context) -> list[MeasureResult]:
    """Each action of the last plan as it stood last in the period, and how many stand so."""
    rows = rows_for(context, PLAN)
    latest: dict[tuple[str, str], Row] = {}
    for row in within(rows, context.period):  # in the order of time
        latest[row.series, row.category] = row
    if not latest:
        return [_nothing_of_period(context, rows)]
    listed = list(latest.values())
    hows = tuple(f"How it was collected: {how}" for how in dict.fromkeys(row.how for row in listed if row.how))
    notes = ("As the partners judged their own actions.", *hows)
    found = []
    for status in STATUSES:
        count = sum(row.status == status for row in listed)
        found.append(
            answer(
                context,
                count / len(listed) * 100,
                "percent of actions",
                numerator=count,
                denominator=len(listed),
                denominator_source="all actions of the plan that were supplied",
                caveats=notes,
                source="; ".join(dict.fromkeys(row.source for row in listed)),
                breakdown={"status": status, "told": OF_WHOLE},
            )
        )
    return found + [
        answer(
            context,
            1,
            "action",
            numerator=1,
            caveats=notes,
            source=row.source,
            breakdown={"priority": row.series, "action": row.category, "status": row.status, "told": ACTION},
            period=Period(*row.span),
        )
        for row in listed
    ]


def _need(section: str) -> Need:
    return Need(
        DATASET,
        f"a file of numbers supplied for “{section}” of this place",
        lambda context: bool(rows_for(context, section)),
    )


TITLES = {
    "hub": "Calls to the hub, as supplied",
    "accommodation": "Safe accommodation and housing, as supplied",
    "programmes": "Programmes for perpetrators, as supplied",
    "cross-border": "Moves across the border, as supplied",
    "surveys": "Surveys of survivors and professionals, as supplied",
    "exploitation": "Exploitation, as supplied",
    "substances": "Substance misuse, as supplied",
    "reoffending": "Reoffending, as supplied",
    "residents": "What residents say, as supplied",
}
_DEFINITION = (
    "The numbers that agencies supplied for this section, added up over the periods that lie in the one assessed; each "
    "also as a share of its base, of its whole, or of the steps before it."
)

for _section in SECTIONS:
    if _section != PLAN:
        register(
            Measure(
                id_of(_section),
                TITLES[_section],
                _DEFINITION,
                (_need(_section), DISCLOSURE),
                _compute(_section),
                Good.NEITHER,
                Kind.OPERATIONAL,
                _tables(_section),
            )
        )
register(
    Measure(
        id_of(PLAN),
        "Actions of the last plan by how far they are",
        "Actions as they stood last in the period, over all that were supplied; and each by itself. Of a published "
        "plan: nothing is withheld.",
        (_need(PLAN),),
        _progress,
    )
)
