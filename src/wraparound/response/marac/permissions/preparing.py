"""Who asks agencies what they know, who answers, and who hears what she told the IDVA."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from wraparound.foundation.access.decisions import allow, facing_otherwise, in_open_matters, register
from wraparound.foundation.meetings.states import SESSION_ENDED
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import OrganisationKind
from wraparound.foundation.partners.queries import organisation_of
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import NotNow, Refused
from wraparound.response.marac.models import (
    AgencySystems,
    IdvaRecord,
    ResearchEntry,
    ResearchRequest,
    ResearchSearch,
)

RESEARCHING = frozenset({Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD, Role.IDVA})
"""Roles in which an agency's research is done."""

CHASING = frozenset({Role.MARAC_COORDINATOR, Role.MARAC_CHAIR})
HEARING = CHASING | RESEARCHING
"""Roles that sit at the table, or answer for who sits there: they hear what is known."""

WRITING_FOR_HER = frozenset({Role.IDVA, Role.MARAC_REPRESENTATIVE})


def narrow_requests(actor: Actor, rows: QuerySet[ResearchRequest]) -> QuerySet[ResearchRequest]:
    """One's own agency's; the others' too for who hears them, but never for a perpetrator's worker (rule 4)."""
    if actor.role not in HEARING:
        return rows.none()
    return in_open_matters(actor, rows).filter(Q(organisation_id=actor.organisation_id) | Q(facing_otherwise(actor)))


def narrow_searches(actor: Actor, rows: QuerySet[ResearchSearch]) -> QuerySet[ResearchSearch]:
    """Where an agency looked: for the agency, and for who co-ordinates."""
    if actor.role not in HEARING:
        return rows.none()
    opened = in_open_matters(actor, rows)
    return opened if actor.role in CHASING else opened.filter(request__organisation_id=actor.organisation_id)


def narrow_entries(actor: Actor, rows: QuerySet[ResearchEntry]) -> QuerySet[ResearchEntry]:
    """What the own agency found; of others what they share, for who doesn't work with the perpetrator."""
    if actor.role not in HEARING:
        return rows.none()
    shared = Q(agency_only=False, taken_back_at__isnull=True) & Q(facing_otherwise(actor))
    return in_open_matters(actor, rows).filter(Q(organisation_id=actor.organisation_id) | shared)


def narrow_systems(actor: Actor, rows: QuerySet[AgencySystems]) -> QuerySet[AgencySystems]:
    """One's own agency's."""
    return rows.filter(organisation_id=actor.organisation_id)


def narrow_idva_records(actor: Actor, rows: QuerySet[IdvaRecord]) -> QuerySet[IdvaRecord]:
    """For those who speak at the session, and never for a perpetrator's worker."""
    if actor.role not in HEARING:
        return rows.none()
    return in_open_matters(actor, rows).filter(facing_otherwise(actor))


def check_can_answer_research(actor: Actor, request: ResearchRequest) -> None:
    """The agency that was asked answers, until the session closes."""
    if actor.organisation_id != request.organisation_id or actor.role not in RESEARCHING:
        raise Refused("Only the agency that was asked can say what it knows.")
    if request.item.session.state in SESSION_ENDED:
        raise NotNow("The session has ended: what was known to it stands as it is.")


def check_can_chase(actor: Actor, request: ResearchRequest) -> None:
    """Who runs the session chases what is outstanding."""
    if actor.role not in CHASING:
        raise Refused("Agencies are chased by the co-ordinator or the chair.")


def check_can_keep_systems(actor: Actor, thing: AgencySystems | None = None) -> None:
    """An agency's own people name its systems."""
    if actor.role not in RESEARCHING:
        raise Refused("The systems are named by those who do the research.")


def check_can_speak_for_her(actor: Actor) -> None:
    """The IDVA service keeps the record of what she wants."""
    if actor.role not in WRITING_FOR_HER or organisation_of(actor).kind != OrganisationKind.IDVA_SERVICE:
        raise Refused("This record is kept by the IDVA service.")


def can_speak_for_her(actor: Actor) -> bool:
    """Whether `check_can_speak_for_her` would let it through."""
    try:
        check_can_speak_for_her(actor)
    except Refused:
        return False
    return True


register(
    ResearchRequest,
    visible=narrow_requests,
    verbs={"see": allow, "answer": check_can_answer_research, "chase": check_can_chase},
)
register(ResearchSearch, visible=narrow_searches, verbs={"see": allow})
register(ResearchEntry, visible=narrow_entries, verbs={"see": allow})
register(AgencySystems, visible=narrow_systems, verbs={"see": allow})
register(IdvaRecord, visible=narrow_idva_records, verbs={"see": allow})
