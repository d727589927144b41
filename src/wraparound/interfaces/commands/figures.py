"""`wraparound figures`: the register of published figures, listed and its arithmetic done again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wraparound.evidence.figures.checking import Verdict
from wraparound.evidence.figures.register import read_register
from wraparound.evidence.figures.reports import check_register, figure_as_data
from wraparound.foundation.areas.pack import current_pack
from wraparound.kit.errors import BadInput

Say = Callable[[str], object]


def check() -> dict[str, Any]:
    """The register of this installation's pack, checked. Raises NoFigures, or PackError with file, row and field."""
    return check_register(read_register(current_pack())).as_data()


def listed(*, group: str) -> list[dict[str, Any]]:
    """The figures, of one group where one is named (any part of its name). Raises BadInput for a group without any."""
    register = read_register(current_pack())
    found = [
        figure_as_data(figure, register)
        for figure in register.figures.values()
        if group.casefold() in figure.group.casefold()
    ]
    if not found:
        groups = "; ".join(dict.fromkeys(figure.group for figure in register.figures.values()))
        raise BadInput(f"No group of figures is called {group}. There are: {groups}.")
    return found


def print_check(found: dict[str, Any], say: Say) -> None:
    """The report in lines that a person reads: what holds, what doesn't, and what stands beside what."""
    checks = found["checks"]
    say(f"{found['pack']}: {found['figures']} figures, {found['tables']} tables, {len(checks)} checks")
    for verdict in Verdict:
        say(f"  {verdict.value}: {sum(1 for check in checks if check['verdict'] == verdict)}")
    for check in checks:
        say(f"\n{check['id']}  {check['verdict']}: {check['claim']}")
        say(f"  {check['source']}")
        for step in check["steps"]:
            say(f"  - {step['says']}: {_step(step)}")
        for note in (check["note"], check.get("differs_because")):
            if note:
                say(f"  {note}")
    inside = found["inside_tables"]
    wrong = [result for result in inside if result["verdict"] != Verdict.CONSISTENT]
    say(f"\nInside the tables {len(inside)} sums and shares were done again; {len(wrong)} don't hold.")
    say(f"\n{len(found['conflicts'])} conflicts")
    for conflict in found["conflicts"]:
        say(f"  {conflict['kind']}: {', '.join(conflict['ids'])} ({'; '.join(conflict['values'])})")
        say(f"    {conflict['explanation']}")
    say("\nBeside open data and records")
    for row in found["beside"]:
        say(f"  {row['figure']}, printed {row['published']}: {_beside(row)}")


def print_list(found: Sequence[dict[str, Any]], say: Say) -> None:
    """Figures in lines, under their groups."""
    group = ""
    for figure in found:
        if figure["group"] != group:
            group = figure["group"]
            say(f"\n{group}")
        when = figure["period"] or "not dated"
        say(f"  {figure['id']}  {figure['label']}: {figure['value']} {figure['unit']}".rstrip())
        say(f"      {figure['geography']}, {when}. {figure['source']}, lines {figure['lines']}")


def _step(step: dict[str, Any]) -> str:
    computed, stated = _interval(step["computed"]), _interval(step["stated"])
    if step["verdict"] == Verdict.CANNOT:
        return f"cannot be computed: {step['reason']}"
    return f"computed {computed}, stated {stated}: {step['verdict']}"


def _interval(bounds: dict[str, float | None] | None) -> str:
    if bounds is None:
        return "nothing"
    low, high = (_number(bounds[name]) for name in ("low", "high"))
    return low if low == high else f"{low} to {high}"


def _number(value: float | None) -> str:
    return "any" if value is None else f"{value:,.2f}".rstrip("0").rstrip(".")


def _beside(row: dict[str, Any]) -> str:
    if row["value"] is None:
        return f"{row['what']}: not available. {row['reason']}"
    text = f"{row['what']} {_number(row['value'])} ({row['source']}): {row['verdict']}"
    return f"{text}, {row['difference']:+,.2f}. {row['note']}".rstrip()
