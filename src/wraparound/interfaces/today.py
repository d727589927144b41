"""Today: the rows that every app contributes, put into the order of the day."""

from __future__ import annotations

from datetime import UTC, datetime

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.registry import TodayRow, today_sections

_FAR = datetime(9999, 1, 1, tzinfo=UTC)

_NEXT_STEPS: dict[Role, list[tuple[str, str]]] = {
    Role.POLICE_CLERK: [("Import a day's incidents", "cases:import-new")],
    Role.PRACTITIONER: [("Refer someone to MARAC", "marac:refer-start")],
    Role.IDVA: [("Refer someone to MARAC", "marac:refer-start")],
    Role.MARAC_COORDINATOR: [("Sessions", "marac:sessions")],
    Role.ADMINISTRATOR: [("Accounts and roles", "accounts:list")],
}


def rows_for(actor: Actor) -> list[TodayRow]:
    """What waits for `actor`: what is late first, then the riskiest, then the oldest."""
    rows = [row for section in today_sections for row in section(actor) if row.count]
    return sorted(rows, key=lambda row: (not row.is_late, -row.risk, row.oldest_at or _FAR))


def next_steps(actor: Actor) -> list[tuple[str, str]]:
    """What someone in this role most often begins: (text, name of the address)."""
    return _NEXT_STEPS.get(actor.role, []) if actor.role else []
