"""What the services share: rows held while they change, steps by the table of states, texts as they are kept."""

from __future__ import annotations

from wraparound.foundation.access.decisions import get_visible
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.meetings.states import (
    ITEM_GONE,
    ITEM_STANDS,
    ITEM_TRANSITIONS,
    SESSION_ENDED,
    SESSION_STANDS,
    SESSION_TRANSITIONS,
    ItemState,
    SessionState,
)
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.errors import BadInput, NotNow

LONGEST, SHORT = 4_000, 300


def locked_session(session: Session, by: Actor) -> Session:
    """The session as it is now, held until the transaction ends. Raises Unknown."""
    return get_visible(by, Session.objects.select_for_update(of=("self",)), pk=session.pk)


def locked_item(item: AgendaItem, by: Actor) -> AgendaItem:
    """The item as it is now, with its session. Raises Unknown."""
    rows = AgendaItem.objects.select_for_update(of=("self",)).select_related("session", "matter")
    return get_visible(by, rows, pk=item.pk)


def step_session(session: Session, event: str) -> None:
    """Take a step of the table; raises NotNow where it isn't there. The caller saves."""
    state = SessionState(session.state)
    following = SESSION_TRANSITIONS.get((state, event))
    if following is None:
        raise NotNow(SESSION_STANDS[state])
    session.state = following


def step_item(item: AgendaItem, event: str) -> None:
    """The same for an item, which becomes a new version of itself."""
    state = ItemState(item.state)
    following = ITEM_TRANSITIONS.get((state, event))
    if following is None:
        raise NotNow(ITEM_STANDS[state])
    item.state = following
    item.version += 1


def check_not_ended(session: Session) -> None:
    """Raise NotNow for a session that is over."""
    if session.state in SESSION_ENDED:
        raise NotNow(SESSION_STANDS[SessionState(session.state)])


def check_may_be_written(item: AgendaItem) -> None:
    """Raise NotNow for an item of a session that is over, or that is gone from its agenda."""
    check_not_ended(item.session)
    if item.state in ITEM_GONE:
        raise NotNow(ITEM_STANDS[ItemState(item.state)])


def clean(text: str, field: str, longest: int = LONGEST) -> str:
    """The text without blank ends. Raises BadInput where it is too long."""
    text = text.strip()
    if len(text) > longest:
        raise BadInput(f"Say it in {longest:,} characters or fewer.", field)
    return text


def said(text: str, field: str, missing: str) -> str:
    """A short text that must be there; raises BadInput with the sentence `missing`."""
    words = clean(text, field, SHORT)
    if not words:
        raise BadInput(missing, field)
    return words
