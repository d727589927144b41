"""`wraparound return marac`: the quarter's return, whole or as it may be published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import system
from wraparound.response.marac.returns.drawing import draw, panel_for
from wraparound.response.marac.returns.quarters import read_quarter
from wraparound.response.marac.returns.shape import as_data

WITHHELD = "withheld"


def marac_return(*, quarter: str, area: str, publish: bool) -> dict[str, Any]:
    """The return as data (`marac.returns.shape`). Raises BadInput for a quarter or an area that can't be."""
    by = system("return_marac")
    with acting_as(by):
        wanted = read_quarter(quarter, today=today())
        return as_data(draw(quarter=wanted, panel=panel_for(by, area), publish=publish, by=by))


def print_return(found: dict[str, Any], say: Callable[[str], object]) -> None:
    """The return in lines that a person reads."""
    kind = "for publication: small numbers are withheld" if found["published"] else "whole, for the partnership only"
    say(f"{found['marac']}, {found['label']} ({kind})")
    say(f"Definitions: {found['definitions']['rule_set']}. Sessions held: {found['sessions']}.")
    if not found["is_complete"]:
        say("The quarter isn't over yet.")
    say("")
    for cell in found["form"]:
        say(f"{cell['label']}: {_number(cell['cases'])}")
    for table in found["tables"]:
        first, second = table["columns"]
        say(f"\n{table['title']} ({first.lower()}, {second.lower()})")
        for row in table["rows"]:
            say(f"  {row['label']}: {_number(row['cases'])}, {_number(row['people'])}")


def _number(number: int | None) -> str:
    return WITHHELD if number is None else f"{number:,}"
