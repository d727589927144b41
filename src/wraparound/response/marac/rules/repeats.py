"""Repeats and reversed roles (domain rules 1.5): what came between the same two people after their case was heard.

The definition is that of the criterion, and there is no other. Nothing here decides: a person confirms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wraparound.foundation.areas.rules import add_months
from wraparound.response.marac.params import MaracCriteria
from wraparound.response.marac.rules.criteria import (
    EarlierHearing,
    IncidentFact,
    anchor_of,
    further_words,
    is_after_in_window,
    is_further,
)


@dataclass(frozen=True)
class OnItsWay:
    """A referral of two people that has not been heard yet."""

    id: str
    pair: str
    referred_at: datetime


@dataclass(frozen=True)
class Since:
    """What came after one hearing of two people and before any later one of theirs, the first thing first."""

    hearing: EarlierHearing
    further: tuple[IncidentFact, ...]
    anchor_on: date
    last_day: date
    why: str


def repeats(
    hearings: Iterable[EarlierHearing],
    told: Iterable[IncidentFact],
    params: MaracCriteria,
    on_their_way: Iterable[OnItsWay] = (),
) -> list[Since]:
    """For each hearing what makes it a repeat: further abuse between the same two within the window.

    What happened between a referral and its hearing joins that case. What has no such case belongs to the latest
    hearing before it, for the window is counted from the last one.
    """
    return _since(hearings, told, params, on_their_way, is_further)


def reversals(hearings: Iterable[EarlierHearing], told: Iterable[IncidentFact], params: MaracCriteria) -> list[Since]:
    """For each hearing the abuse in which its victim is named as the perpetrator, in the same window, of any kind.

    The incidents' pairs must be given as the hearing has them, turned round.
    """
    return _since(hearings, told, params, (), is_after_in_window)


def _since(
    hearings: Iterable[EarlierHearing],
    told: Iterable[IncidentFact],
    params: MaracCriteria,
    on_their_way: Iterable[OnItsWay],
    counts: Callable[[IncidentFact, EarlierHearing, MaracCriteria], bool],
) -> list[Since]:
    of_pair: dict[str, list[EarlierHearing]] = defaultdict(list)
    for hearing in hearings:
        of_pair[hearing.pair].append(hearing)
    waiting: dict[str, list[OnItsWay]] = defaultdict(list)
    for one in on_their_way:
        waiting[one.pair].append(one)
    found: dict[tuple[str, str], list[IncidentFact]] = defaultdict(list)
    held = {(hearing.pair, hearing.id): hearing for hearings_of in of_pair.values() for hearing in hearings_of}
    for incident in told:
        last = _last_before(incident, of_pair[incident.pair])
        if last is None or _joins(incident, of_pair[incident.pair], waiting[incident.pair]):
            continue
        if counts(incident, last, params):
            found[last.pair, last.id].append(incident)
    return [
        _as_since(held[key], sorted(further, key=lambda i: (i.occurred_at, i.id)), params)
        for key, further in sorted(found.items())
    ]


def _last_before(incident: IncidentFact, hearings: Sequence[EarlierHearing]) -> EarlierHearing | None:
    before = [hearing for hearing in hearings if hearing.heard_at < incident.occurred_at]
    return max(before, key=lambda hearing: (hearing.heard_at, hearing.id), default=None)


def _joins(incident: IncidentFact, hearings: Sequence[EarlierHearing], waiting: Sequence[OnItsWay]) -> bool:
    """Whether a case of the two was on its way to its hearing when it happened; not the one that tells of it."""
    if any(one.referred_at < incident.occurred_at for one in waiting if one.id != incident.id):
        return True
    return any(
        hearing.referred_at < incident.occurred_at <= hearing.heard_at
        for hearing in hearings
        if hearing.id != incident.id
    )


def _as_since(hearing: EarlierHearing, further: Sequence[IncidentFact], params: MaracCriteria) -> Since:
    anchor = anchor_of(hearing, params)
    last_day = add_months(anchor, params.repeat_months)
    return Since(hearing, tuple(further), anchor, last_day, f"{further_words(further[-1], hearing, params)}.")
