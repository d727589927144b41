"""What the cases do when something happened elsewhere."""

from __future__ import annotations

import uuid

from wraparound.foundation.partners.actors import system
from wraparound.kit.events import handles
from wraparound.kit.models import Event
from wraparound.response.cases import services
from wraparound.response.cases.importing import runs


@handles("access.involved")
def enter_into_the_ledger(event: Event) -> None:
    """An organisation was let into a case: that is a disclosure, and nobody has to type it."""
    services.disclose_involvement(
        involvement_id=uuid.UUID(event.payload["involvement"]), by=system("disclosure_ledger")
    )


@handles("risk.assessment_signed")
def an_assessment_was_signed(event: Event) -> None:
    """The case comes up in the lists."""
    _happened(event)


@handles("meetings.item_heard")
def the_case_was_heard(event: Event) -> None:
    """The case comes up in the lists."""
    _happened(event)


@handles("commitments.done")
def a_commitment_was_done(event: Event) -> None:
    """The case comes up in the lists."""
    _happened(event)


@handles("cases.urgent_rows_found")
def tell_the_clerk(event: Event) -> None:
    """A rejected row can't wait: whoever imports it is told, or every clerk of the force."""
    runs.tell_of_urgent_rows(uuid.UUID(event.payload["run"]))


def _happened(event: Event) -> None:
    matter_id = event.payload.get("matter", "")
    if matter_id:
        services.something_happened(matter_id=uuid.UUID(matter_id), at=event.at)
