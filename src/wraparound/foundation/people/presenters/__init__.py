"""How people are shown: in words, redacted, and only what the reader may know of."""

from __future__ import annotations

from wraparound.foundation.people.presenters.emergencies import (
    banner_of,
    emergencies_today,
    look_page,
    look_rows,
    open_now,
    until_words,
)
from wraparound.foundation.people.presenters.links import decision_rows, history_query, pair_page, queue_rows
from wraparound.foundation.people.presenters.person import PersonPage, address_line, person_page
from wraparound.foundation.people.presenters.summaries import age_of, age_on, found_people, links_today

__all__ = [
    "PersonPage",
    "address_line",
    "age_of",
    "age_on",
    "banner_of",
    "decision_rows",
    "emergencies_today",
    "found_people",
    "history_query",
    "links_today",
    "look_page",
    "look_rows",
    "open_now",
    "pair_page",
    "person_page",
    "queue_rows",
    "until_words",
]
