"""Sessions to choose from, with their load."""

from __future__ import annotations

from collections.abc import Sequence

from wraparound.kit.jinja import clock, shortday
from wraparound.response.marac.queries.sessions import SessionLoad


def session_choices(sessions: Sequence[SessionLoad]) -> list[tuple[str, str]]:
    """Sessions to choose from, each with its load in words."""
    return [(str(one.session.pk), session_words(one)) for one in sessions]


def session_words(one: SessionLoad) -> str:
    """A session in one line: when, and how full as far as the reader may count."""
    full = ", full" if one.is_full else ""
    at = one.session.starts_at
    return f"{shortday(at)}, {clock(at)}: {one.words}{full}"
