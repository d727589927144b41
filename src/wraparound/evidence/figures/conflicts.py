"""Where the register disagrees with itself, found by the programme and not by a reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from wraparound.evidence.figures.checking import CheckResult, TableResult, Verdict
from wraparound.evidence.figures.periods import Days, read_period
from wraparound.evidence.figures.register import FigureRegister
from wraparound.evidence.figures.rules import CannotCompute, Interval, Relation, exactly, holds, total
from wraparound.evidence.figures.shapes import Figure, Restated

DIFFERENT_VALUES = "different values"
OUT_OF_SIZE = "out of size"
PARTS_AND_TOTAL = "parts and total"
SHARE_AND_BASE = "share and base"
PERCENTAGES_ADDED = "percentages added"
LABEL_AND_PERIOD = "label and period"
_ALIKE = 0.05  # periods whose lengths differ by less than a twentieth are like periods


@dataclass(frozen=True)
class Conflict:
    """Things that can't all be as printed: which, what they say, and why not."""

    kind: str
    ids: tuple[str, ...]
    values: tuple[str, ...]
    explanation: str

    def as_data(self) -> dict[str, Any]:
        """The conflict as the command line and files carry it."""
        return {
            "kind": self.kind,
            "ids": list(self.ids),
            "values": list(self.values),
            "explanation": self.explanation,
        }


def find_conflicts(
    register: FigureRegister, checks: Sequence[CheckResult], tables: Sequence[TableResult]
) -> list[Conflict]:
    """Every conflict: between figures, inside tables, of added percentages, of labels and periods."""
    return [
        *_between_figures(register),
        *_parts(register, tables),
        *_added(register, checks),
        *_labels(register),
    ]


def _between_figures(register: FigureRegister) -> Iterator[Conflict]:
    figures = [figure for figure in register.figures.values() if figure.measure and figure.numbers]
    for one, other in combinations(figures, 2):
        if one.measure != other.measure or one.geography != other.geography:
            continue
        ids = (one.id, other.id)
        values = tuple(f"{figure.value} ({figure.period or 'not dated'})" for figure in (one, other))
        first, second = _main(one), _main(other)
        if _same_time(one, other) and not first.meets(second):
            when = "one period" if one.days and other.days else "one paper, not both dated"
            yield Conflict(DIFFERENT_VALUES, ids, values, f"One measure, {one.geography}, {when}: two values.")
        elif _like_and_overlapping(one.days, other.days) and not holds(Relation.WITHIN_FACTOR, first, second):
            yield Conflict(
                OUT_OF_SIZE,
                ids,
                values,
                "Years that overlap, and one value is more than twice the other: not one count.",
            )


def _main(figure: Figure) -> Interval:
    return next(iter(figure.numbers.values()))


def _same_time(one: Figure, other: Figure) -> bool:
    """The same days; or one paper says both, and one or both without days of its own."""
    if one.days is not None and other.days is not None:
        return one.days == other.days
    is_said_apart = bool(one.period and other.period) and one.period != other.period
    return one.source == other.source and not is_said_apart


def _like_and_overlapping(one: Days | None, other: Days | None) -> bool:
    if one is None or other is None or one.count is None or other.count is None:
        return False
    return one.overlaps(other) and one != other and abs(one.count - other.count) <= _ALIKE * one.count


def _parts(register: FigureRegister, tables: Sequence[TableResult]) -> Iterator[Conflict]:
    for result in tables:
        step = result.step
        if step.verdict is not Verdict.INCONSISTENT or step.computed is None or step.stated is None:
            continue
        computed, stated = step.computed, step.stated
        way = "above" if computed.low > stated.high else "below"
        explanation = f"{step.says}: {_words(computed)}, {way} the {_words(stated)} that is printed. {result.note}"
        kind = SHARE_AND_BASE if result.is_share else PARTS_AND_TOTAL
        yield Conflict(kind, (result.id,), (_words(computed), _words(stated)), explanation.strip())


def _added(register: FigureRegister, checks: Sequence[CheckResult]) -> Iterator[Conflict]:
    for result in checks:
        for step, done in zip(result.check.steps, result.steps, strict=True):
            if not step.shares_added or done.stated is None or done.verdict is not Verdict.INCONSISTENT:
                continue
            shares = [number for reference in step.shares_added for number in register.values(reference)]
            together = total(shares)
            if together.meets(done.stated) and done.computed is not None:
                values = tuple(register.printed(reference) for reference in step.shares_added)
                yield Conflict(
                    PERCENTAGES_ADDED,
                    (result.check.id, *step.shares_added),
                    values,
                    f"The shares have different bases. Added they give {_words(together)}, which is what was printed; "
                    f"of both bases together it is {_words(done.computed)}.",
                )


def _labels(register: FigureRegister) -> Iterator[Conflict]:
    for restated in register.restated:
        own, days = _own_period(register, restated), read_period(restated.period)
        printed = register.printed(restated.of)
        where = f"{register.sources[restated.source].name}, lines {restated.lines}"
        if restated.label:
            values: tuple[str, ...] = (printed, f"called “{restated.label}”")
        elif days != own or own is None:
            values = (printed, f"dated {restated.period}")
        else:
            continue
        yield Conflict(LABEL_AND_PERIOD, (restated.of,), values, f"{restated.explanation} ({where})")


def _own_period(register: FigureRegister, restated: Restated) -> Days | None:
    if restated.own_period:
        return read_period(restated.own_period)
    id, _, rest = restated.of.partition(".")
    if id in register.figures:
        return register.figures[id].days
    row = rest.partition("[")[2].rstrip("]")
    try:
        return register.table(id).days or read_period(row)
    except CannotCompute:
        return None


def _words(interval: Interval) -> str:
    if interval == exactly(interval.low) or interval.high - interval.low < interval.high / 10000:
        return f"{float(interval.low):,.2f}".rstrip("0").rstrip(".")
    return f"{float(interval.low):,.2f} to {float(interval.high):,.2f}"
