"""What of a case opens to whom. Every model that a page shows is registered here with the one decision point.

A matter that is open shows its case. Within it, the worker of a perpetrator sees neither the victim nor the children,
nor anything marked *never to the perpetrator* (safety rule 4); a note kept within an agency stays there.
"""

from __future__ import annotations

import uuid
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from wraparound.foundation.access.decisions import (
    allow,
    can,
    check,
    facing_of,
    facing_otherwise,
    in_open_matters,
    register,
)
from wraparound.foundation.access.models import Facing
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.kit.errors import Refused, Unknown
from wraparound.response.cases.models import (
    Case,
    CaseNote,
    CaseParty,
    ChildExposure,
    ChildExposureVersion,
    Disclosure,
    FactKind,
    ImportLine,
    ImportRun,
    Incident,
    IncidentVersion,
    PartyRole,
    StandingFact,
    UrgentRow,
)

M = TypeVar("M", bound=Model)
# Of the perpetrator's own standing with police and courts: known to those who work with them.
OF_THE_PERPETRATOR = (FactKind.BAIL, FactKind.CUSTODY, FactKind.ORDER, FactKind.COURT)
MAY_EXCLUDE = frozenset({Role.MARAC_COORDINATOR})


def sees_victim(actor: Actor, matter_id: uuid.UUID) -> bool:
    """Whether details of the victim and the children may be shown: not to a perpetrator's worker."""
    return actor.is_system or facing_of(actor, matter_id) != Facing.PERPETRATOR


def _open(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    return in_open_matters(actor, rows)


def _open_facing_the_victim(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    return in_open_matters(actor, rows).filter(facing_otherwise(actor))


def _parties(actor: Actor, rows: QuerySet[CaseParty]) -> QuerySet[CaseParty]:
    return in_open_matters(actor, rows).filter(Q(role=PartyRole.PERPETRATOR) | Q(facing_otherwise(actor)))


def _notes(actor: Actor, rows: QuerySet[CaseNote]) -> QuerySet[CaseNote]:
    return in_open_matters(actor, rows).filter(
        Q(agency_only=False) | Q(organisation_id=actor.organisation_id),
        Q(never_to_perpetrator=False) | Q(facing_otherwise(actor)),
    )


def _facts(actor: Actor, rows: QuerySet[StandingFact]) -> QuerySet[StandingFact]:
    theirs = Q(kind__in=OF_THE_PERPETRATOR, never_to_perpetrator=False)
    return in_open_matters(actor, rows).filter(theirs | Q(facing_otherwise(actor)))


def _own_imports(actor: Actor, rows: QuerySet[ImportRun]) -> QuerySet[ImportRun]:
    if not actor.has_role(Role.POLICE_CLERK):
        return rows.none()
    return rows.filter(organisation_id=actor.organisation_id)


def _own_import_lines(actor: Actor, rows: QuerySet[ImportLine]) -> QuerySet[ImportLine]:
    if not actor.has_role(Role.POLICE_CLERK):
        return rows.none()
    return rows.filter(run__organisation_id=actor.organisation_id)


def _own_urgent_rows(actor: Actor, rows: QuerySet[UrgentRow]) -> QuerySet[UrgentRow]:
    if not actor.has_role(Role.POLICE_CLERK):
        return rows.none()
    return rows.filter(organisation_id=actor.organisation_id)


def check_can_write(actor: Actor, case: Case) -> None:
    """Raise Refused unless the actor's role works with people: notes, parties and disclosures."""
    if not actor.is_system and actor.role not in WORKING_WITH_PEOPLE:
        raise Refused("Your role doesn't write into cases.")


def check_can_keep_facts(actor: Actor, thing: Case | StandingFact) -> None:
    """Raise Refused unless the actor's role works with people: the header facts are everyone's to keep current."""
    if not actor.is_system and actor.role not in WORKING_WITH_PEOPLE:
        raise Refused("Your role doesn't write into cases.")


def check_can_exclude(actor: Actor, case: Case) -> None:
    """Raise Refused unless a MARAC co-ordinator acts: they alone may exclude someone else."""
    if not (actor.is_system or actor.role in MAY_EXCLUDE):
        raise Refused("Only a MARAC co-ordinator may exclude someone else. You can exclude yourself.")


def check_can_import(actor: Actor) -> None:
    """Raise Refused unless a police clerk, or the system, acts."""
    if not (actor.is_system or actor.has_role(Role.POLICE_CLERK)):
        raise Refused("Only a police clerk may import the force's incidents.")


def can_exclude(actor: Actor, case: Case) -> bool:
    """Whether `check_can_exclude` would let it through."""
    return can(actor, "exclude", case)


def check_case(actor: Actor, verb: str, case: Case) -> None:
    """Raise Unknown for a case that isn't open to the actor, Refused for what their role may not do."""
    check(actor, verb, case)


def check_own_import(actor: Actor, run: ImportRun) -> None:
    """Raise unless the run is of the actor's own organisation and a clerk acts."""
    check_can_import(actor)
    if not actor.is_system and run.organisation_id != actor.organisation_id:
        raise Unknown


register(
    Case,
    visible=_open,
    verbs={"see": allow, "write": check_can_write, "exclude": check_can_exclude, "exclude_me": allow},
)
register(CaseParty, visible=_parties, verbs={"see": allow})
register(Incident, visible=_open, verbs={"see": allow})
register(IncidentVersion, visible=_open_facing_the_victim, verbs={"see": allow})
register(ChildExposure, visible=_open_facing_the_victim, verbs={"see": allow})
register(ChildExposureVersion, visible=_open_facing_the_victim, verbs={"see": allow})
register(CaseNote, visible=_notes, verbs={"see": allow})
register(StandingFact, visible=_facts, verbs={"see": allow, "write": check_can_keep_facts})
register(Disclosure, visible=_open_facing_the_victim, verbs={"see": allow})
register(ImportRun, visible=_own_imports, verbs={"see": allow, "confirm": check_own_import, "cancel": check_own_import})
register(ImportLine, visible=_own_import_lines, verbs={"see": allow})
register(UrgentRow, visible=_own_urgent_rows, verbs={"see": allow, "deal_with": allow})
