"""What papers have printed of this area, beside other counts of the same, and where it does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from wraparound.evidence.assessments import wording
from wraparound.evidence.assessments.documents import Cell, Table
from wraparound.evidence.assessments.sections import Found, Section, Show
from wraparound.evidence.figures.beside import AGREES, DIFFERS
from wraparound.evidence.figures.checking import Verdict
from wraparound.evidence.measures.results import MeasureResult

Results = list[MeasureResult]
GROUP = "What was published before"
MOST_NAMED = 3


def _beside(results: Results) -> Table:
    rows = []
    for one in results:
        part = one.breakdown
        rows.append(
            (
                Cell(f"{part['published']}: {part['where']}"),
                Cell(part["printed"]),
                Cell(" ".join(wording.sentence(text) for text in (_what(one), part["note"]) if text)),
                Cell(_valued(one), one.value),
                Cell(part["difference"]),
                Cell(wording.part("verdict", part["verdict"])),
            )
        )
    columns = ("Published", "Printed", "Beside it", "Value", "Differs by", "Verdict")
    return Table("Published, beside open data and records", columns, tuple(rows), (3, 4))


def _what(one: MeasureResult) -> str:
    if one.value is None:
        return f"{one.breakdown['beside']}: not available, {(one.reason or '')[:1].lower()}{(one.reason or '')[1:]}"
    return f"{one.breakdown['beside']} ({one.source})"


def _valued(one: MeasureResult) -> str:
    if one.value is None:
        return ""
    if one.unit == "%":
        return f"{one.value:,.1f} %"
    return wording.number(round(one.value) if abs(one.value) >= 1000 else one.value)


def _checks(results: Results) -> Table:
    rows = [
        (
            Cell(wording.sentence(part["claim"])),
            Cell(part["stated"]),
            Cell(part["computed"]),
            Cell(wording.part("verdict", part["verdict"])),
            Cell(f"{part['check']}: {part['where']}"),
        )
        for part in (one.breakdown for one in results)
    ]
    columns = ("What is printed", "Stated", "Computed", "Verdict", "Source and lines")
    note = "Each printed number is read as all that rounds to it. What is editorial is no matter of arithmetic."
    return Table("The arithmetic done again", columns, tuple(rows), (), note)


def _conflicts(results: Results) -> Table:
    rows = [
        (
            Cell(wording.part("kind", part["kind"])),
            Cell(part["values"]),
            Cell(part["why"]),
            Cell(f"{part['figures']}: {part['where']}"),
        )
        for part in (one.breakdown for one in results)
    ]
    return Table("Contradictions", ("Kind", "Printed", "Why they can't all be so", "Source and lines"), tuple(rows))


def _claims(assessment: str) -> Callable[[Found], Iterable[str | None]]:
    def say(found: Found) -> Iterable[str | None]:
        laid = [one for one in found.all(f"figures.{assessment}_beside") if one.value is not None]
        differ = [one for one in laid if one.breakdown["verdict"] == DIFFERS]
        agree = [one for one in laid if one.breakdown["verdict"] == AGREES]
        if laid:
            yield (
                f"Of {len(laid)} counts laid beside published figures {len(agree)} agree with them and {len(differ)} "
                "differ"
            )
        for one in differ[:MOST_NAMED]:
            part = one.breakdown
            yield f"{part['published']}: printed {part['printed']}, beside it {_valued(one)} ({part['beside']})"
        checks = [one.breakdown["verdict"] for one in found.all(f"figures.{assessment}_checks")]
        wrong, fine = checks.count(Verdict.INCONSISTENT), checks.count(Verdict.CONSISTENT)
        if checks:
            yield (
                f"Of {len(checks)} statements held against the papers' own numbers {wrong} do not hold, {fine} do, and "
                f"{len(checks) - wrong - fine} can't be settled by arithmetic"
            )

    return say


def papers(assessment: str) -> Section:
    """The section beside one kind of assessment."""
    return Section(
        "papers",
        "Published figures, beside other counts",
        GROUP,
        "What have papers printed of this area, does it hold, and what do open data and records say of the same?",
        shows=(
            Show("Published, beside open data and records", (f"figures.{assessment}_beside",), table=_beside),
            Show("The arithmetic done again", (f"figures.{assessment}_checks",), table=_checks),
            Show("Contradictions", (f"figures.{assessment}_conflicts",), table=_conflicts),
        ),
        claim=_claims(assessment),
        notes=("Two counts of one thing may differ and both be right: another day, another base, another definition.",),
    )
