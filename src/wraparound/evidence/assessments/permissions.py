"""Who reads assessments, who writes them, and who agrees to them. They are about places; no person is in them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from wraparound.evidence.assessments.models import Assessment, Edition, FrozenEdition, SectionNarrative
from wraparound.foundation.access.decisions import Check, allow, register
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import Refused

WRITING = frozenset({Role.ANALYST})
AGREEING = frozenset({Role.ANALYST, Role.MARAC_CHAIR, Role.AGENCY_LEAD})
READING = WRITING | AGREEING | {Role.MARAC_COORDINATOR, Role.REGIONAL_ADMINISTRATOR, Role.INFORMATION_GOVERNANCE}


def check_can_read(actor: Actor) -> None:
    """Analysts, chairs, agency leads, co-ordinators, regional administrators and information governance read."""
    if not actor.is_system and actor.role not in READING:
        raise Refused("Assessments are read by analysts, chairs, co-ordinators, agency leads and who governs data.")


def check_can_write(actor: Actor, edition: Edition | None = None) -> None:
    """An analyst draws, writes and signs off."""
    if not actor.is_system and actor.role not in WRITING:
        raise Refused("Only an analyst draws an assessment, writes in it or signs it off.")


def check_can_agree(actor: Actor, edition: Edition) -> None:
    """A chair, an agency lead or another analyst agrees: never the one who signed it off."""
    if actor.is_system or actor.role not in AGREEING:
        raise Refused("An assessment is agreed by a chair, an agency lead or a second analyst.")
    if edition.signed_off_by_id is not None and edition.signed_off_by_id == actor.user_id:
        raise Refused("You signed this off yourself. Somebody else must agree to it.")


def _visible(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Every assessment, to the roles that read them."""
    return rows if actor.role in READING else rows.none()


def can_write(actor: Actor) -> bool:
    """Whether `check_can_write` would let it through."""
    return actor.is_system or actor.role in WRITING


_VERBS: dict[str, Check] = {"see": allow, "write": check_can_write, "agree": check_can_agree}
register(Edition, visible=_visible, verbs=_VERBS)
register(Assessment, visible=_visible, verbs={"see": allow})
register(SectionNarrative, visible=_visible, verbs={"see": allow})
register(FrozenEdition, visible=_visible, verbs={"see": allow})
