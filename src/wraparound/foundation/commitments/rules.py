"""Overdue, late and the ledger: arithmetic over given facts. No clock, no database.

Source: domain rules 3.4 and 3.5 (review of incomplete actions, with "no longer possible" kept apart from "not
done"); the screens' ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wraparound.foundation.commitments.states import PROMISED, State

LONDON = ZoneInfo("Europe/London")


def is_overdue(state: State, due_on: date, today: date) -> bool:
    """Whether a promise that stands is past its day. A proposal isn't overdue but unanswered."""
    return state in PROMISED and due_on < today


def days_late(due_on: date, on: date) -> int:
    """How many calendar days `on` lies after the day on which it was due; nought where it doesn't."""
    return max(0, (on - due_on).days)


def end_of(day: date) -> datetime:
    """The last second of a day in London: a commitment is in time until then."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=LONDON)


def reminder_to_send(
    *, due_on: date, days_before: Iterable[int], made_on: date, today: date, sent: Collection[date]
) -> date | None:
    """The reminder that is to be sent now, named by its day, or None.

    Reminders stand so many calendar days before `due_on`. One whose day was missed (nothing ran then) is sent as
    long as the commitment isn't past its day; of several missed ones only the last. None is sent for a day
    on which or before which the commitment was made, nor twice.
    """
    days = [due_on - timedelta(days=number) for number in days_before]
    passed = [day for day in days if made_on < day <= today]
    if today > due_on or not passed:
        return None
    latest = max(passed)
    return None if any(day >= latest for day in sent) else latest


# --- the ledger ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """So many commitments of one agency that are alike. `is_late`: done after its day, or open and past it."""

    organisation_id: int
    state: State
    is_late: bool
    number: int


@dataclass(frozen=True)
class Line:
    """One agency's commitments. Each is counted in exactly one of the parts; they add up to `total`."""

    organisation_id: int
    proposed: int = 0
    open_in_time: int = 0
    open_overdue: int = 0
    done_on_time: int = 0
    done_late: int = 0
    no_longer_possible: int = 0
    declined: int = 0
    not_done: int = 0
    accepted: int = 0  # across the parts: everything that was ever accepted
    median_days: float | None = None

    @property
    def total(self) -> int:
        """All commitments of the agency, proposals too."""
        return sum(getattr(self, part) for part in PARTS)


PARTS = (
    "proposed",
    "open_in_time",
    "open_overdue",
    "done_on_time",
    "done_late",
    "no_longer_possible",
    "declined",
    "not_done",
)
_NEVER_ACCEPTED = frozenset({State.PROPOSED, State.DECLINED})


def part_of(state: State, *, is_late: bool) -> str:
    """The part of the ledger in which a commitment is counted."""
    if state is State.DONE:
        return "done_late" if is_late else "done_on_time"
    if state in PROMISED:
        return "open_overdue" if is_late else "open_in_time"
    return state.value


def ledger(cells: Iterable[Cell], days_to_done: Iterable[tuple[int, int]]) -> list[Line]:
    """One line for each agency that occurs, the one with most overdue first, then by most commitments.

    `days_to_done`: for each commitment that was done, its agency and the days from the promise to the doing.
    """
    counts: dict[int, dict[str, int]] = {}
    for cell in cells:
        line = counts.setdefault(cell.organisation_id, {})
        part = part_of(cell.state, is_late=cell.is_late)
        line[part] = line.get(part, 0) + cell.number
        if cell.state not in _NEVER_ACCEPTED:
            line["accepted"] = line.get("accepted", 0) + cell.number
    taken: dict[int, dict[int, int]] = {}
    for agency, days in days_to_done:
        known = taken.setdefault(agency, {})
        known[days] = known.get(days, 0) + 1
    lines = [Line(organisation_id=key, median_days=median(taken.get(key, {})), **line) for key, line in counts.items()]
    return sorted(lines, key=lambda line: (-line.open_overdue, -line.total, line.organisation_id))


def median(counts: dict[int, int]) -> float | None:
    """The median of values of which each occurs so many times; None of nothing."""
    total = sum(counts.values())
    if total == 0:
        return None
    low = _at(counts, (total - 1) // 2)
    high = _at(counts, total // 2)
    return (low + high) / 2


def _at(counts: dict[int, int], place: int) -> int:
    """The value at `place` (from nought) when all are laid out in order."""
    for value in sorted(counts):
        place -= counts[value]
        if place < 0:
            return value
    raise ValueError("there are fewer values than that")
