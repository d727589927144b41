"""What the wall does when something happened."""

from __future__ import annotations

import uuid

from wraparound.foundation.access.models import AccessLogEntry
from wraparound.kit.events import handles
from wraparound.kit.models import Event


@handles("partners.user_added")
def log_user_added(event: Event) -> None:
    """An account is an act that the log must hold, and `partners` stands below the log."""
    _log(event, "add_user")


@handles("partners.membership_began")
def log_membership_began(event: Event) -> None:
    """A role was given."""
    _log(event, "begin_membership")


@handles("partners.membership_ended")
def log_membership_ended(event: Event) -> None:
    """A role was ended."""
    _log(event, "end_membership")


def _log(event: Event, verb: str) -> None:
    by = event.payload.get("by", "None")
    thing_id = event.payload.get("membership") or event.payload.get("user") or ""
    AccessLogEntry.objects.create(
        at=event.at,
        user_id=uuid.UUID(by) if by != "None" else None,
        system_task="" if by != "None" else "accounts",
        verb=verb,
        thing_kind="partners",
        thing_id=thing_id,
    )
