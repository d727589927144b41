"""The calendar of sessions, the rota of chairs, and the forecast of the load, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from wraparound.foundation.areas.clocks import LONDON, today
from wraparound.foundation.meetings.models import Session
from wraparound.foundation.meetings.rules import MODES
from wraparound.foundation.meetings.states import SESSION_ENDED, SessionState
from wraparound.kit.jinja import clock, day, shortday
from wraparound.response.marac.queries.load import Load
from wraparound.response.marac.queries.sessions import SessionLoad

WEEKS = 5
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TONES = {
    SessionState.PLANNED: "waiting",
    SessionState.OPEN: "moving",
    SessionState.CLOSED: "done",
    SessionState.ADJOURNED: "stopped",
}


@dataclass(frozen=True)
class Entry:
    """One session on the calendar."""

    href: str
    at: str
    mode: str
    words: str
    number: int
    capacity: int
    is_full: bool
    chair: str
    has_gap: bool
    is_emergency: bool
    state: str
    tone: str


@dataclass(frozen=True)
class CalendarDay:
    """One day with its sessions."""

    on: date
    title: str
    is_today: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Week:
    """The days of one week: Saturday and Sunday only where something sits then."""

    title: str
    days: tuple[CalendarDay, ...]


def monday_of(on: date) -> date:
    """The first day of the week of `on`."""
    return on - timedelta(days=on.weekday())


def calendar(first: date, sessions: Sequence[SessionLoad]) -> list[Week]:
    """Five weeks from the Monday `first`."""
    by_day: dict[date, list[Entry]] = {}
    for one in sessions:
        by_day.setdefault(today(one.session.starts_at), []).append(_entry(one))
    weeks = []
    for number in range(WEEKS):
        begins = first + timedelta(weeks=number)
        days = [begins + timedelta(days=offset) for offset in range(7)]
        shown = [one for one in days if one.weekday() < 5 or one in by_day]
        weeks.append(Week(f"Week of {day(begins)}", tuple(_day(one, by_day.get(one, [])) for one in shown)))
    return weeks


def _day(on: date, entries: Sequence[Entry]) -> CalendarDay:
    return CalendarDay(on, shortday(on), on == today(), tuple(entries))


def _entry(one: SessionLoad) -> Entry:
    session = one.session
    state = SessionState(session.state)
    return Entry(
        href=reverse("marac:session", args=[session.pk]),
        at=clock(session.starts_at),
        mode=MODES.get(session.mode, session.mode),
        words=one.words,
        number=one.number,
        capacity=session.capacity,
        is_full=one.is_full,
        chair=session.chair.name if session.chair else "",
        has_gap=session.chair_id is None and state not in SESSION_ENDED,
        is_emergency=session.is_emergency,
        state=state.label,
        tone=TONES[state],
    )


# --- the rota -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RotaLine:
    """Who chairs one session."""

    href: str
    arrange_href: str
    when: str
    chair: str
    has_gap: bool
    load: str


def rota(sessions: Sequence[SessionLoad]) -> list[RotaLine]:
    """The sessions that aren't over, each with its chair or its gap."""
    return [
        RotaLine(
            href=reverse("marac:session", args=[one.session.pk]),
            arrange_href=reverse("marac:session-arrange", args=[one.session.pk]),
            when=f"{shortday(one.session.starts_at)}, {clock(one.session.starts_at)}",
            chair=one.session.chair.name if one.session.chair else "",
            has_gap=one.session.chair_id is None,
            load=one.words,
        )
        for one in sessions
        if one.session.state not in SESSION_ENDED
    ]


def session_words(session: Session) -> str:
    """A session in one line, with its chair."""
    at = session.starts_at.astimezone(LONDON)
    return f"{shortday(at)}, {clock(at)}: {session.chair.name if session.chair else 'nobody'}"


# --- the forecast -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ForecastLine:
    """One session of the forecast."""

    when: str
    href: str
    capacity: int
    listed: int
    waiting: int
    expected: int
    free: int
    is_over: bool


@dataclass(frozen=True)
class ForecastShown:
    """The load ahead in words, with how it was computed."""

    headline: str
    tone: str
    tiles: list[tuple[str, int, str, str]]
    lines: list[ForecastLine]
    how: list[str]
    rule: str
    is_provisional: bool


def forecast_shown(load: Load) -> ForecastShown:
    """What the sessions ahead can hold and what wants to be heard, each number with where it comes from."""
    found = load.forecast
    short = found.short_by
    room = sum(max(line.sitting.capacity - line.load, 0) for line in found.days)
    headline = (
        f"{_cases(short)} more than the next {load.days} days’ sessions can hold."
        if short
        else f"The next {load.days} days’ sessions can hold what is foreseen, with room for {_cases(room)} more."
    )
    per_day = load.arrivals / (7 * load.weeks)
    rate = f"{load.arrivals} in the last {load.weeks} weeks"
    return ForecastShown(
        headline=headline,
        tone="warning" if short else "info",
        tiles=[
            ("Room", found.capacity, f"on {len(found.days)} sessions", "quiet"),
            ("Listed", found.listed, "on them already", ""),
            ("Waiting", found.waiting, f"{load.urgent} of visible high risk or more; {load.to_screen} to screen", ""),
            ("Expected", round(found.expected), rate, "quiet"),
        ],
        lines=[
            ForecastLine(
                when=shortday(line.sitting.day),
                href=reverse("marac:session", args=[one.session.pk]),
                capacity=line.sitting.capacity,
                listed=line.sitting.listed,
                waiting=line.waiting,
                expected=line.expected,
                free=max(line.sitting.capacity - line.load, 0),
                is_over=line.is_over,
            )
            for one, line in zip(load.sessions, found.days, strict=True)
        ],
        how=[
            f"Listed: cases on the agenda of a planned session of the next {load.days} days, without emergencies.",
            "Waiting: cases that were referred and are on no agenda yet, screened or not. They take the first places.",
            f"Expected: {rate} that weren’t refused, {per_day:.1f} a day, over {load.days} days."
            " A case isn’t expected on the day on which it comes.",
            "It helps to plan; it decides nothing. You count only cases that you may know of.",
        ],
        rule=load.rule,
        is_provisional=load.is_provisional,
    )


def _cases(number: int) -> str:
    return "1 case" if number == 1 else f"{number} cases"
