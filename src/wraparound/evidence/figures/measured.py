"""What papers printed, laid beside an assessment as measures: other counts of the same, checks, contradictions."""

from __future__ import annotations

import math
from collections.abc import Iterator

from wraparound.evidence.figures.beside import Comparison
from wraparound.evidence.figures.checking import CheckResult, Verdict
from wraparound.evidence.figures.conflicts import Conflict
from wraparound.evidence.figures.periods import read_period
from wraparound.evidence.figures.register import FOLDER, FigureRegister, read_register
from wraparound.evidence.figures.reports import Report, check_register
from wraparound.evidence.figures.rules import Interval as Printed
from wraparound.evidence.measures.context import Context, Need, answer, without
from wraparound.evidence.measures.registry import Compute, Measure, compute, register
from wraparound.evidence.measures.results import Interval, MeasureResult, Period, Status
from wraparound.foundation.areas.pack import open_pack

ASSESSMENTS = ("strategic", "needs")
# The register's names of our own records: the measure, and which part of it.
RECORDS = {
    "marac.cases": ("flow.marac", {"month": "all"}),
    "incidents.domestic_abuse_crimes": ("flow.incidents_crime", {"crime": "yes"}),
}


def _has_register(context: Context) -> bool:
    return bool(context.pack) and open_pack(context.pack).has(f"{FOLDER}/figures.csv")


REGISTER = Need("", f"a register of published figures in the area's pack ({FOLDER})", _has_register)


def checked(context: Context) -> Report:
    """The register of the area's pack, checked, with what our own records say of the very period assessed."""
    found = read_register(open_pack(context.pack))
    records: dict[str, MeasureResult] = {}
    for row in found.beside:
        days = read_period(row.period)
        id_, part = RECORDS.get(row.records, ("", {}))
        if id_ and days and (days.start, days.end) == (context.period.start, context.period.end):
            results = compute(id_, context)
            same = [one for one in results if one.breakdown == part or one.status is Status.NOT_AVAILABLE]
            if same:
                records[row.records] = same[0]
    return check_register(found, records)


def _concerns(register: FigureRegister, reference: str, assessment: str) -> bool:
    source, _ = source_of(register, reference)
    return register.sources[source].assessment == assessment


def source_of(register: FigureRegister, reference: str) -> tuple[str, str]:
    """The paper's id and the lines of a figure, a cell, a table or a check."""
    id_ = reference.partition(".")[0].partition("/")[0]
    for check in register.checks:
        if check.id == id_:
            return check.source, check.lines
    found = register.figures.get(id_) or register.table(id_)
    return found.source, found.lines


def where(register: FigureRegister, *references: str) -> str:
    """The same as a reader finds it: each paper's name and the lines."""
    found: dict[str, list[str]] = {}
    for reference in references:
        source, lines = source_of(register, reference)
        held = found.setdefault(register.sources[source].name, [])
        if lines not in held:
            held.append(lines)
    return "; ".join(f"{name}, lines {', '.join(lines)}" for name, lines in found.items())


def _paper(register: FigureRegister, reference: str) -> str:
    return register.sources[source_of(register, reference)[0]].title


def name_of(register: FigureRegister, reference: str) -> str:
    """What a figure or a cell is of."""
    if reference in register.figures:
        return register.figures[reference].label
    table, _, rest = reference.partition(".")
    row = rest.partition("[")[2].rstrip("]")
    return f"{row} ({register.table(table).title})" if row else register.table(table).title


def _beside(assessment: str) -> Compute:
    def find(context: Context) -> list[MeasureResult]:
        report = checked(context)
        rows = [one for one in report.beside if _concerns(report.register, one.row.figure, assessment)]
        return [_laid(context, report.register, one) for one in rows]

    return find


def _laid(context: Context, register: FigureRegister, one: Comparison) -> MeasureResult:
    row = one.row
    parts = {
        "figure": row.figure,
        "published": name_of(register, row.figure),
        "printed": one.published,
        "where": where(register, row.figure),
        "beside": row.what,
        "from": "records" if row.records else "open data",
        "verdict": one.verdict,
        "difference": "" if one.difference is None else f"{one.difference:+,.2f}",
        "note": row.note,
    }
    if one.value is None:
        return without(context, Status.NOT_AVAILABLE, one.reason, row.unit, breakdown=parts)
    days = read_period(row.period)
    return answer(
        context,
        float(one.value),
        row.unit,
        numerator=None if row.numerator is None else float(row.numerator),
        denominator=None if row.denominator is None else float(row.denominator),
        denominator_source=row.source if row.denominator is not None else None,
        source=row.source or "The platform's own records, as a pseudonymised extract",
        breakdown=parts,
        period=Period(days.start or days.end, days.end) if days else None,
    )


def _checks(assessment: str) -> Compute:
    def find(context: Context) -> list[MeasureResult]:
        report = checked(context)
        rows = [one for one in report.checks if _concerns(report.register, one.check.id, assessment)]
        return [_of_check(context, report.register, one) for one in rows]

    return find


def _of_check(context: Context, register: FigureRegister, one: CheckResult) -> MeasureResult:
    check, step = one.check, one.deciding
    parts = {
        "check": check.id,
        "claim": check.claim,
        "verdict": one.verdict.value,
        "stated": text_of(step.stated) if step else "",
        "computed": text_of(step.computed) if step else "",
        "where": where(register, check.id),
        "note": check.note,
    }
    bounds = _finite(step.computed) if step else None
    if one.verdict is Verdict.EDITORIAL:
        return without(context, Status.REFUSED, "It is not a matter of arithmetic.", breakdown=parts)
    if bounds is None:
        reason = step.reason if step and step.reason else "nothing can be computed"
        return without(context, Status.NOT_AVAILABLE, reason, breakdown=parts)
    middle = (bounds.low + bounds.high) / 2
    return answer(context, middle, "", interval=bounds, source=_paper(register, check.id), breakdown=parts)


def _finite(computed: Printed | None) -> Interval | None:
    if computed is None:
        return None
    low, high = float(computed.low), float(computed.high)
    return Interval(low, high, "rounding") if math.isfinite(low) and math.isfinite(high) else None


def text_of(interval: Printed | None) -> str:
    """What a computed or printed number can be: 118; 80.55 to 83.84; at least 40."""
    if interval is None:
        return ""
    low, high = (f"{bound:,.2f}".rstrip("0").rstrip(".") for bound in (interval.low, interval.high))
    if not interval.high.is_finite():
        return f"at least {low}"
    return low if low == high else f"{low} to {high}"


def _conflicts(assessment: str) -> Compute:
    def find(context: Context) -> list[MeasureResult]:
        report = checked(context)
        return list(_told(context, report, assessment))

    return find


def _told(context: Context, report: Report, assessment: str) -> Iterator[MeasureResult]:
    register = report.register
    for one in report.conflicts:
        if any(_concerns(register, id_, assessment) for id_ in one.ids):
            yield _of_conflict(context, register, one)


def _of_conflict(context: Context, register: FigureRegister, one: Conflict) -> MeasureResult:
    parts = {
        "kind": one.kind,
        "figures": ", ".join(one.ids),
        "values": "; ".join(one.values),
        "why": one.explanation,
        "where": where(register, *one.ids),
    }
    source = _paper(register, one.ids[0])
    return answer(context, len(one.ids), "printed numbers in conflict", source=source, breakdown=parts)


for _assessment in ASSESSMENTS:
    for _name, _title, _definition, _compute in (
        (
            "beside",
            "Published figures beside other counts of the same",
            "Each published figure for which open data or our own records have a count of the same, beside it; it "
            "agrees where the other lies inside what is printed, or within a hundredth of it.",
            _beside(_assessment),
        ),
        (
            "checks",
            "The arithmetic of the papers done again",
            "What follows from the printed numbers, each read as an interval of what rounds to it, held against what "
            "is stated.",
            _checks(_assessment),
        ),
        (
            "conflicts",
            "Where the papers contradict each other or themselves",
            "Printed numbers that can't all be so, with why not.",
            _conflicts(_assessment),
        ),
    ):
        register(
            Measure(f"figures.{_assessment}_{_name}", f"{_title} ({_assessment})", _definition, (REGISTER,), _compute)
        )
