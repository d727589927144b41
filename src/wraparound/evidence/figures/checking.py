"""The checks done again: each claim's arithmetic from the register's own numbers, and its verdict."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from wraparound.evidence.figures.expressions import BadExpression, references, value_of
from wraparound.evidence.figures.register import FigureRegister
from wraparound.evidence.figures.rules import CannotCompute, Interval, Reading, Relation, as_printed, exactly, holds
from wraparound.evidence.figures.rules import total as added
from wraparound.evidence.figures.shapes import Adds, Check, Shares, Step, Table


class Verdict(enum.StrEnum):
    """What the arithmetic says."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    CANNOT = "cannot be computed"
    EDITORIAL = "editorial"  # not a matter of arithmetic


# What a reader who went through the papers by hand called it, in the program's words. Others are no arithmetic.
_READERS = {
    "OK": Verdict.CONSISTENT,
    "OK in size": Verdict.CONSISTENT,
    "approx": Verdict.CONSISTENT,
    "inconsistent": Verdict.INCONSISTENT,
    "wrong": Verdict.INCONSISTENT,
    "wrong base": Verdict.INCONSISTENT,
    "wrong wording": Verdict.INCONSISTENT,
    "incomplete": Verdict.INCONSISTENT,
    "differs": Verdict.INCONSISTENT,
    "base unclear": Verdict.CANNOT,
}


@dataclass(frozen=True)
class StepResult:
    """One computation, done."""

    says: str
    expression: str
    stated_text: str
    relation: Relation
    computed: Interval | None
    stated: Interval | None
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True)
class CheckResult:
    """One claim with all its computations. The first that decides the verdict stands for the check."""

    check: Check
    steps: Sequence[StepResult]
    verdict: Verdict

    @property
    def deciding(self) -> StepResult | None:
        """The computation that the verdict rests on."""
        same = [step for step in self.steps if step.verdict is self.verdict]
        return next(iter(same or self.steps), None)

    @property
    def agrees(self) -> bool:
        """Whether a reader by hand came to the same; an editorial check is the reader's own."""
        return self.verdict is Verdict.EDITORIAL or _READERS.get(self.check.readers_verdict) is self.verdict


@dataclass(frozen=True)
class TableResult:
    """Something that should hold inside a table, held against its cells."""

    id: str
    table: str
    says: str
    step: StepResult
    note: str = ""
    is_share: bool = False


def run_checks(register: FigureRegister) -> list[CheckResult]:
    """Every check of the register, in its order."""
    return [_run(check, register) for check in register.checks]


def run_tables(register: FigureRegister) -> list[TableResult]:
    """Whatever the tables say of themselves: columns that add up, shares of their base."""
    return [result for table in register.tables.values() for result in _of_table(table, register)]


def stated_interval(text: str, register: FigureRegister) -> Interval:
    """What is stated: an expression, or a number or figure after the reading that it has ("almost 75")."""
    reading, _, rest = text.partition(" ")
    if reading not in list(Reading):
        return value_of(text, register)
    digits = rest
    if named := references(rest):
        digits = register.figure(named[0]).value
    return as_printed(digits, Reading(reading))


def as_numbers(interval: Interval | None) -> dict[str, float | None] | None:
    """An interval for JSON: None for infinity, six places."""
    if interval is None:
        return None
    bounds = {"low": interval.low, "high": interval.high}
    return {name: round(float(bound), 6) if bound.is_finite() else None for name, bound in bounds.items()}


def _run(check: Check, register: FigureRegister) -> CheckResult:
    steps = [_step(step, register) for step in check.steps]
    if check.kind == "editorial":
        return CheckResult(check, steps, Verdict.EDITORIAL)
    verdicts = {step.verdict for step in steps}
    for verdict in (Verdict.INCONSISTENT, Verdict.CANNOT):
        if verdict in verdicts:
            return CheckResult(check, steps, verdict)
    return CheckResult(check, steps, Verdict.CONSISTENT)


def _step(step: Step, register: FigureRegister) -> StepResult:
    try:
        computed = value_of(step.expression, register)
        stated = stated_interval(step.stated, register) if step.stated else None
    except (CannotCompute, BadExpression) as why:
        return _result(step, None, None, Verdict.CANNOT, str(why))
    if stated is None:
        return _result(step, computed, None, Verdict.CANNOT, step.because)
    fine = holds(step.relation, computed, stated)
    return _result(step, computed, stated, Verdict.CONSISTENT if fine else Verdict.INCONSISTENT, "")


def _result(
    step: Step, computed: Interval | None, stated: Interval | None, verdict: Verdict, reason: str
) -> StepResult:
    return StepResult(step.says, step.expression, step.stated, step.relation, computed, stated, verdict, reason)


def _of_table(table: Table, register: FigureRegister) -> Iterator[TableResult]:
    for adds in table.adds:
        yield _adds(table, adds, register)
    for across in table.across:
        for label, number in table.numbers(across.total).items():
            parts = [numbers[label] for part in across.parts if label in (numbers := table.numbers(part))]
            step = _compare(" + ".join(across.parts), added(parts), number, Relation.EQUALS)
            yield TableResult(f"{table.id}/{across.total}/{label}", table.id, f"{label}: {step.says}", step)
    for shares in table.shares:
        yield from _shares(table, shares)


def _adds(table: Table, adds: Adds, register: FigureRegister) -> TableResult:
    numbers = table.numbers(adds.column)
    labels = adds.parts or tuple(label for label in numbers if label != adds.total)
    computed = added([numbers[label] for label in labels if label in numbers])
    stated = numbers[adds.total] if adds.total else value_of(adds.equals, register)
    says = f"{len(labels)} rows of {adds.column.replace('_', ' ')}, against {adds.total or adds.equals}"
    step = _compare(says, computed, stated, adds.relation)
    return TableResult(f"{table.id}/{adds.column}/{adds.total or adds.equals}", table.id, says, step, adds.note)


def _shares(table: Table, shares: Shares) -> Iterator[TableResult]:
    numbers = table.numbers(shares.number)
    every = added(list(numbers.values())) if shares.of == "*" else numbers.get(shares.of)
    own = table.numbers(shares.of_column) if shares.of_column else {}
    for label, percent in table.numbers(shares.percent).items():
        base = own.get(label, every)
        if base is None or label not in numbers or label == shares.of:
            continue
        computed = exactly(100) * numbers[label] / base
        says = f"{label}: share of {shares.of_column or ('all rows' if shares.of == '*' else shares.of)}"
        step = _compare(says, computed, percent, Relation.EQUALS)
        yield TableResult(f"{table.id}/{shares.percent}/{label}", table.id, says, step, is_share=True)


def _compare(says: str, computed: Interval, stated: Interval, relation: Relation) -> StepResult:
    verdict = Verdict.CONSISTENT if holds(relation, computed, stated) else Verdict.INCONSISTENT
    return StepResult(says, "", "", relation, computed, stated, verdict)


def check_as_data(result: CheckResult, register: FigureRegister) -> dict[str, Any]:
    """A check as the command line and files carry it."""
    check, deciding = result.check, result.deciding
    found: dict[str, Any] = {
        "id": check.id,
        "kind": check.kind,
        "claim": check.claim,
        "source": f"{register.sources[check.source].title}, lines {check.lines}",
        "stated": as_numbers(deciding.stated) if deciding else None,
        "computed": as_numbers(deciding.computed) if deciding else None,
        "verdict": result.verdict.value,
        "note": check.note,
        "readers_verdict": check.readers_verdict,
        "agrees": result.agrees,
        "steps": [step_as_data(step) for step in result.steps],
    }
    if not result.agrees:
        found["differs_because"] = check.differs_because
    return found


def step_as_data(step: StepResult) -> dict[str, Any]:
    """One computation as the command line and files carry it."""
    return {
        "says": step.says,
        "expression": step.expression,
        "relation": step.relation.value,
        "stated_as": step.stated_text,
        "stated": as_numbers(step.stated),
        "computed": as_numbers(step.computed),
        "verdict": step.verdict.value,
        "reason": step.reason or None,
    }
