"""What agencies supplied, as a section tells, draws and tables it: wholes, parts, months, funnels, net, and a plan.

A section shows it as soon as a file of it is loaded (docs/reference/evidence-files.md). Every sentence is made of the
numbers supplied and of nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from wraparound.evidence.assessments import charts, wording
from wraparound.evidence.assessments.documents import Cell, Table
from wraparound.evidence.assessments.periods import words_for
from wraparound.evidence.assessments.sections import Draw, Filed, Found, Show, as_bars
from wraparound.evidence.measures.disclosure import ALL
from wraparound.evidence.measures.results import MeasureResult, Status
from wraparound.evidence.measures.supplied import (
    ACTION,
    BY_PERIOD,
    FROM,
    NET,
    NUMBER,
    OF_BASE,
    OF_BEFORE,
    OF_FIRST,
    OF_WHOLE,
    TO,
    id_of,
)
from wraparound.evidence.store.supplied import PLAN, SELF_SELECTED

Results = list[MeasureResult]
Sentences = Iterable[str | None]
MOST_LINES = 4  # series beside each other in one picture
MOST_CLAIMS = 4
MOST_BARS = 20
WHOLES = "In numbers"


def filed(section: str, *others: Show) -> Filed:
    """The tables of a section that come from files, as many as there are; and `others`, where they have a number."""

    def shows(found: Found) -> list[Show]:
        results = found.all(id_of(section))
        own = _plan(results) if section == PLAN else _numbers(section, results)
        return [*own, *(show for show in others if any(found.has(id_) for id_ in show.measures))]

    return Filed((id_of(section), *(id_ for show in others for id_ in show.measures)), section, shows)


def _numbers(section: str, results: Results) -> list[Show]:
    if all(one.status is Status.NOT_AVAILABLE for one in results):
        return []
    by_series: dict[str, Results] = {}
    for one in results:
        by_series.setdefault(one.breakdown["series"], []).append(one)
    split = [name for name, those in by_series.items() if _has_parts(those)]
    steps = [one for one in results if "step" in one.breakdown and one.breakdown["told"] != BY_PERIOD]
    stepped = {one.breakdown["series"] for one in steps}
    wholes = [
        one
        for one in results
        if one.breakdown["category"] == ALL
        and one.breakdown["told"] in {NUMBER, OF_BASE}
        and "step" not in one.breakdown
    ]
    alone = [one for one in wholes if one.breakdown["series"] not in split]
    found = []
    if len({one.breakdown["series"] for one in steps if one.status is not Status.NOT_AVAILABLE}) > 1:
        found.append(_funnel(section, steps))
    else:
        alone += [
            one for one in steps if one.breakdown["category"] == ALL and one.breakdown["told"] in {NUMBER, OF_BASE}
        ]
        stepped = set()
    if alone:
        found.append(_wholes(section, alone))
    months = [one for one in results if one.breakdown["told"] == BY_PERIOD]
    found += _by_period(section, months)
    found += [_parts(section, name, by_series[name]) for name in split if name not in stepped]
    net = [one for one in results if one.breakdown["told"] == NET]
    return [*found, *([_net(section, net)] if net else [])]


def _has_parts(results: Results) -> bool:
    return any(one.breakdown["category"] != ALL and one.breakdown["told"] != NET for one in results)


def _show(section: str, title: str, results: Results, table: Table, draw: Draw | None = None, words: str = "") -> Show:
    """A table of these results only: the measure's others stand in other tables."""

    def drawn(_all: Results, found: Found, shapes: Any) -> str | None:
        return draw(results, found, shapes) if draw else None

    return Show(title, (id_of(section),), drawn, words, table=lambda _all: table)


# --- tables -------------------------------------------------------------------------------------------------


def _paired(results: Sequence[MeasureResult], key: str) -> dict[str, dict[str, MeasureResult]]:
    """By a part of the breakdown, then by how it is told."""
    found: dict[str, dict[str, MeasureResult]] = {}
    for one in results:
        found.setdefault(one.breakdown[key], {})[one.breakdown["told"]] = one
    return found


def _rows(pairs: dict[str, dict[str, MeasureResult]], first: str, title: str) -> Table:
    """A row each: the number, and where there is one its share with the base and the interval."""
    shares = [_share(of) for of in pairs.values()]
    has_share = any(shares)
    has_interval = any(one and one.interval for one in shares)
    columns = (
        first,
        "Number",
        *(("Share", "Out of") if has_share else ()),
        *(("95 % interval",) if has_interval else ()),
    )
    rows = []
    for (name, of), share in zip(pairs.items(), shares, strict=True):
        row = [Cell(wording.part("category", name)), _cell(of[NUMBER])]
        if has_share:
            row += [_cell(share), Cell(wording.plain(share.denominator), share.denominator) if share else Cell("")]
        if has_interval:
            row.append(Cell(wording.between(share).replace(", Wilson 95 %", "") if share else ""))
        rows.append(tuple(row))
    return Table(title, columns, tuple(rows), tuple(range(1, 4 if has_share else 2)), _why(of for of in pairs.values()))


def _share(of: dict[str, MeasureResult]) -> MeasureResult | None:
    return of.get(OF_BASE) or of.get(OF_WHOLE)


def _cell(one: MeasureResult | None) -> Cell:
    return Cell(wording.shown(one), one.value) if one else Cell("")


def _why(pairs: Iterable[dict[str, MeasureResult]]) -> str:
    reasons = [one.reason for of in pairs for one in of.values() if one.value is None and one.reason]
    return " ".join(wording.sentence(reason) for reason in dict.fromkeys(reasons))


def _wholes(section: str, results: Results) -> Show:
    return _show(section, WHOLES, results, _rows(_paired(results, "series"), "What", WHOLES))


def _parts(section: str, name: str, results: Results) -> Show:
    """A series by its parts, each with its share; drawn as bars of the shares, else of the numbers."""
    told = [one for one in results if one.breakdown["told"] in {NUMBER, OF_BASE, OF_WHOLE}]
    shares = [one for one in told if one.breakdown["told"] != NUMBER and one.breakdown["category"] != ALL]
    drawn = shares if any(one.value is not None for one in shares) else told
    what = "its share" if drawn is shares else "its number"
    words = f"A bar for each part of “{name}”, longest first, showing {what}."
    table = _rows(_paired(told, "category"), "Of which", name)
    return _show(section, name, drawn, table, as_bars(by="category"), words)


def _by_period(section: str, results: Results) -> list[Show]:
    """Series through the periods that were supplied, a few beside each other."""
    names = list(dict.fromkeys(one.breakdown["series"] for one in results))
    found = []
    for first in range(0, len(names), MOST_LINES):
        chosen = names[first : first + MOST_LINES]
        those = [one for one in results if one.breakdown["series"] in chosen]
        title = "Through the period" if len(names) <= MOST_LINES else f"Through the period: {wording.listed(chosen)}"
        words = "A line for each series through the months supplied."
        found.append(_show(section, title, those, _period_table(title, chosen, those), _lines, words))
    return found


def _period_table(title: str, names: list[str], results: Results) -> Table:
    rows: dict[str, dict[str, MeasureResult]] = {}
    for one in sorted(results, key=lambda one: one.breakdown["month"]):
        rows.setdefault(one.breakdown["month"], {})[one.breakdown["series"]] = one
    cells = [
        (Cell(wording.part("month", month)), *(_cell(of.get(name)) for name in names)) for month, of in rows.items()
    ]
    return Table(title, ("Period", *names), tuple(cells), tuple(range(1, len(names) + 1)), _why(rows.values()))


def _lines(results: Results, found: Found, shapes: Any) -> str | None:
    given = [one for one in results if one.value is not None and len(one.breakdown["month"]) == len("2025-01")]
    if len({one.breakdown["month"] for one in given}) < 3:
        return None
    rows = [{"series": o.breakdown["series"], "x": f"{o.breakdown['month']}-01", "value": o.value} for o in given]
    return charts.lines(rows, unit="Number")


def _funnel(section: str, results: Results) -> Show:
    """Each step of each category, with its share of the first step and of the one before."""
    title = "From step to step"
    by_category: dict[str, dict[str, dict[str, MeasureResult]]] = {}
    for one in sorted(results, key=lambda one: int(one.breakdown["step"])):
        of = by_category.setdefault(one.breakdown["category"], {})
        of.setdefault(one.breakdown["series"], {})[one.breakdown["told"]] = one
    ordered = sorted(by_category.items(), key=lambda item: item[0] != ALL)
    rows = [
        (
            Cell(wording.part("category", category)),
            Cell(series),
            _cell(told.get(NUMBER)),
            _cell(told.get(OF_FIRST)),
            _cell(told.get(OF_BEFORE)),
        )
        for category, steps in ordered
        for series, told in steps.items()
    ]
    columns = ("Of which", "Step", "Number", "Of the first step", "Of the step before")
    table = Table(title, columns, tuple(rows), (2, 3, 4), _why(told for _, steps in ordered for told in steps.values()))
    words = "A bar for each step, the first on top; one after another for each part."
    return _show(
        section, title, [told[NUMBER] for _, steps in ordered for told in steps.values()], table, _steps, words
    )


def _steps(results: Results, found: Found, shapes: Any) -> str | None:
    given = [one for one in results if one.value is not None]
    if len(given) > MOST_BARS:
        given = [one for one in given if one.breakdown["category"] == ALL]
    several = len({one.breakdown["category"] for one in given}) > 1
    rows = [
        {
            "label": f"{wording.part('category', one.breakdown['category'])}: {one.breakdown['series']}"
            if several
            else one.breakdown["series"],
            "value": one.value,
            "text": wording.number(one.value),
        }
        for one in given
    ]
    return charts.bars(rows, unit="Number") if rows else None


def _net(section: str, results: Results) -> Show:
    title = "Came, went and net"
    rows = [
        (
            Cell(wording.part("category", one.breakdown["category"])),
            Cell(wording.plain(one.numerator), one.numerator),
            Cell(wording.plain(one.denominator), one.denominator),
            _cell(one),
        )
        for one in results
    ]
    note = " ".join(filter(None, ("Below nought, more went than came.", _why({"": one} for one in results))))
    return _show(section, title, results, Table(title, ("Where", "Came", "Went", "Net"), tuple(rows), (1, 2, 3), note))


def _plan(results: Results) -> list[Show]:
    statuses = [one for one in results if one.breakdown.get("told") == OF_WHOLE]
    actions = [one for one in results if one.breakdown.get("told") == ACTION]
    if not actions:
        return []
    counted = tuple(
        (
            Cell(wording.part("status", one.breakdown["status"])),
            Cell(wording.plain(one.numerator), one.numerator),
            _cell(one),
        )
        for one in statuses
    )
    listed = tuple(
        (
            Cell(one.breakdown["action"]),
            Cell(one.breakdown["priority"]),
            Cell(wording.part("status", one.breakdown["status"])),
        )
        for one in actions
    )
    by_status = Table("Actions by how far they are", ("How far", "Actions", "Share"), counted, (1, 2))
    words = "A bar for each status, showing its share of the actions."
    return [
        _show(PLAN, by_status.title, statuses, by_status, as_bars(by="status"), words),
        _show(PLAN, "Action by action", actions, Table("Action by action", ("Action", "Priority", "How far"), listed)),
    ]


# --- sentences ----------------------------------------------------------------------------------------------


def claims(section: str, *before: Callable[[Found], Sentences]) -> Callable[[Found], Sentences]:
    """What the supplied numbers of a section say, after what others say of it."""

    def say(found: Found) -> Sentences:
        for one in before:
            yield from one(found)
        given = found.given(id_of(section))
        if section == PLAN:
            yield from _plan_claims(given)
        elif section in SELF_SELECTED:
            yield from _answers(given)
        else:
            yield from [*_steps_claims(given), *_net_claims(given), *_whole_claims(found, given)][:MOST_CLAIMS]

    return say


def _when(one: MeasureResult) -> str:
    return words_for(one.period)


def _whole_claims(found: Found, given: Results) -> Sentences:
    has_net = any(one.breakdown["told"] == NET for one in given)
    for one in given:
        part = one.breakdown
        if part["category"] != ALL or part["told"] != NUMBER or "step" in part:
            continue
        if has_net and part["series"].lower() in {FROM, TO}:
            continue
        share = found.one(one.id, series=part["series"], category=ALL, told=OF_BASE)
        of = f" of {wording.plain(share.denominator)} ({wording.number(share.value, share.unit)})" if share else ""
        yield f"{part['series']}: {wording.plain(one.value)}{of} in {_when(one)}"


def _steps_claims(given: Results) -> Sentences:
    """The funnel of the whole, in one sentence."""
    steps = [one for one in given if "step" in one.breakdown and one.breakdown["category"] == ALL]
    numbers = sorted(
        (one for one in steps if one.breakdown["told"] == NUMBER), key=lambda one: int(one.breakdown["step"])
    )
    if len(numbers) < 2:
        return
    shares = {(one.breakdown["series"], one.breakdown["told"]): one for one in steps}
    texts = []
    for place, one in enumerate(numbers):
        name = one.breakdown["series"]
        of = [
            f"{wording.number(share.value, share.unit)} of {words}"
            for told, words in ((OF_FIRST, "the first step"), (OF_BEFORE, "the step before"))
            if (share := shares.get((name, told))) and (told == OF_FIRST or place > 1)
        ]
        texts.append(f"{name}: {wording.plain(one.value)}{f' ({wording.listed(of)})' if of else ''}")
    yield f"{'; '.join(texts)}, in {_when(numbers[0])}"


def _net_claims(given: Results) -> Sentences:
    for one in given:
        if one.breakdown["told"] == NET and one.breakdown["category"] == ALL and one.value is not None:
            word = "more came than went" if one.value >= 0 else "more went than came"
            yield (
                f"{wording.plain(one.numerator)} came from elsewhere and {wording.plain(one.denominator)} went there: "
                f"{wording.plain(abs(one.value))} {word}"
            )


def _answers(given: Results) -> Sentences:
    """The most frequent answer to each question, of those who gave one."""
    shares = [one for one in given if one.breakdown["told"] in {OF_BASE, OF_WHOLE} and one.breakdown["category"] != ALL]
    for name in list(dict.fromkeys(one.breakdown["series"] for one in shares))[:MOST_CLAIMS]:
        most = max((one for one in shares if one.breakdown["series"] == name), key=lambda one: one.value or 0)
        share = f"{wording.part_of(most)} ({wording.number(most.value, most.unit)})"
        stop = "" if name.endswith(("?", "!", ".", ")")) else ":"
        yield f"{name}{stop} Most often “{most.breakdown['category']}”: {share}"


def _plan_claims(given: Results) -> Sentences:
    counts = [one for one in given if one.breakdown["told"] == OF_WHOLE and one.numerator]
    if counts:
        texts = [f"{wording.plain(one.numerator)} {one.breakdown['status']}" for one in counts]
        yield f"Of {wording.plain(counts[0].denominator)} actions: {wording.listed(texts)}"


def transfers(found: Found) -> Sentences:
    """Cases that moved between this MARAC and others, by the platform's own records."""
    parts = {one.breakdown["direction"]: one for one in found.given("flow.transfers")}
    texts = [f"{wording.plain(one.value)} {direction}" for direction, one in parts.items() if direction != ALL]
    if texts:
        yield f"By the platform's own records cases moved between MARACs: {wording.listed(texts)}"
