"""What is asked of each kind of standing fact, and when one needs a look. Pure: no clock, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from wraparound.response.cases.params import StandingFactRules

BAIL, CUSTODY, ORDER, COURT = "bail", "custody", "order", "court"
WHEREABOUTS, CHILDREN, ADULTS = "whereabouts", "children", "adults"


@dataclass(frozen=True)
class Asked:
    """The questions of one kind. `on` is the label of its day, "" where none is asked."""

    text: str
    on: str
    on_is_needed: bool = False
    ends: bool = False  # its day is one that comes: then it needs a look
    only_one: bool = False  # a newer one supersedes whatever stands
    is_made: bool = False  # a referral: was it made, and if not, why not


ASKED: dict[str, Asked] = {
    BAIL: Asked("On which conditions?", "Until when?", ends=True),
    CUSTODY: Asked("Where, and as what?", "Release expected on", ends=True, only_one=True),
    ORDER: Asked("What does it forbid or order?", "When does it expire?", ends=True),
    COURT: Asked("Which court, and what for?", "When is the hearing?", on_is_needed=True, ends=True),
    WHEREABOUTS: Asked("Where is the perpetrator, as far as is known?", "", only_one=True),
    CHILDREN: Asked("To whom?", "When was it made?", only_one=True, is_made=True),
    ADULTS: Asked("To whom, and for whom?", "When was it made?", only_one=True, is_made=True),
}
ENDING = tuple(kind for kind, asked in ASKED.items() if asked.ends)


def window(params: StandingFactRules, today: date) -> tuple[date, date]:
    """The first and the last day whose facts need a look today, both included."""
    return today - timedelta(days=params.passed_days), today + timedelta(days=params.soon_days)


def needs_a_look(kind: str, on: date | None, params: StandingFactRules, today: date) -> bool:
    """Whether what ends on `on` ends soon, or ended and nobody has said what came of it."""
    if on is None or not ASKED[kind].ends:
        return False
    first, last = window(params, today)
    return first <= on <= last
