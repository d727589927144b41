"""When something comes after a hearing: the system proposes, silently; co-ordinators find it in Today."""

from __future__ import annotations

import uuid

from wraparound.kit.events import handles
from wraparound.kit.models import Event
from wraparound.response.marac.facts import person_ids_of
from wraparound.response.marac.services import repeats


@handles("marac.incidents_arrived")
def look_for_repeats(event: Event) -> None:
    """Incidents arrived: did their people's case come to a MARAC before?"""
    repeats.propose_after(matter_ids=[uuid.UUID(pk) for pk in event.payload["matters"].split(",")])


@handles("marac.referral_received")
def look_for_a_repeat_in_a_referral(event: Event) -> None:
    """A referral came in, from whichever agency."""
    repeats.propose_after(matter_ids=[uuid.UUID(event.payload["matter"])])


@handles("people.linked")
def look_for_repeats_of_linked_people(event: Event) -> None:
    """Two records are one person's: what one was heard for may come again for the other."""
    repeats.propose_for_persons(person_ids=[uuid.UUID(event.payload["person"])])


@handles("people.split")
def look_again_at_split_people(event: Event) -> None:
    """A link was undone: what nobody has decided yet, and rested on it, is withdrawn."""
    records = [uuid.UUID(event.payload[name]) for name in ("record_a", "record_b")]
    repeats.propose_for_persons(person_ids=person_ids_of(records))
