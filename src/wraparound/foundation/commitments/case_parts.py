"""What commitments add to the page of a case: a tab, and how things stand on its overview."""

from __future__ import annotations

import uuid
from typing import Any, Protocol

from django.urls import reverse

from wraparound.foundation.commitments import queries
from wraparound.foundation.commitments.permissions import KEEPERS
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.jinja import shortday


class OwnsMatter(Protocol):
    """A case as the foundation knows it."""

    matter_id: uuid.UUID


def tab(actor: Actor, case: OwnsMatter) -> tuple[str, str] | None:
    """The tab "Commitments"."""
    if actor.role not in KEEPERS:
        return None
    return ("Commitments", reverse("commitments:matter", args=[case.matter_id]))


def panel(actor: Actor, case: OwnsMatter) -> dict[str, Any] | None:
    """How many promises are open and overdue, and which agency's is due next."""
    if actor.role not in KEEPERS:
        return None
    standing = queries.standing_of(actor, case.matter_id)
    rows = [("Open", str(standing.open)), ("Overdue", str(standing.overdue))]
    if standing.next_due is not None:
        rows.append(("Next due", f"{standing.next_agency}, {shortday(standing.next_due)}"))
    actions = [
        ("All", reverse("commitments:matter", args=[case.matter_id])),
        ("New", reverse("commitments:new", args=[case.matter_id])),
    ]
    return {"title": "Commitments", "rows": rows, "actions": actions}
