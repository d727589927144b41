"""What happens to people in the background."""

from __future__ import annotations

from uuid import UUID

from wraparound.foundation.access.wall import lifted
from wraparound.foundation.people.models import BlockingKey
from wraparound.foundation.people.services.proposals import propose_beside, propose_links
from wraparound.kit.events import handles
from wraparound.kit.models import Event


@handles("people.records_arrived")
def look_for_the_same_people(event: Event) -> None:
    """Propose links for a batch of records that came with an import, told by the numbers of their first and last
    key.

    Idempotent: a pair is proposed once. Keys that were made anew since are dealt with by the event that came
    with them.
    """
    first, last = int(event.payload["first_key"]), int(event.payload["last_key"])
    with lifted("records_arrived"):
        records = BlockingKey.objects.filter(pk__gte=first, pk__lte=last).values_list("record_id", flat=True).distinct()
        propose_links(list(records))


@handles("people.linked")
def look_beside_linked_people(event: Event) -> None:
    """Two records are one person's: whoever is recorded with each may be one person, too. Idempotent."""
    propose_beside([UUID(event.payload["person"])])
