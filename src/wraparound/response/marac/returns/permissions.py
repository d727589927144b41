"""Who may draw the return: whole numbers, of cases that need not be open to the reader."""

from __future__ import annotations

from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import Refused

READING = frozenset({Role.MARAC_COORDINATOR, Role.MARAC_CHAIR, Role.REGIONAL_ADMINISTRATOR})


def check_can_read_return(actor: Actor) -> None:
    """Co-ordinators, chairs and the regional administrator draw returns; the system does on the command line."""
    if not actor.is_system and actor.role not in READING:
        raise Refused("The MARAC's return is drawn by its co-ordinators, its chairs and the regional administrator.")
