"""Who may see sessions and what is on them, and who runs them. When a step is possible is said by `states`.

None of the rules asks the database: that a row may be seen at all was decided when it was read.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from wraparound.foundation.access.decisions import allow, in_open_matters, register
from wraparound.foundation.areas.queries import lineage
from wraparound.foundation.areas.remembered import remembered
from wraparound.foundation.commitments.permissions import bool_twin, kept_from_perpetrators_workers
from wraparound.foundation.meetings.models import (
    AgendaItem,
    Attendance,
    Minutes,
    Observer,
    Panel,
    Session,
    SharedInformation,
)
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import Refused

ATTENDING = frozenset(
    {
        Role.MARAC_COORDINATOR,
        Role.MARAC_CHAIR,
        Role.MARAC_REPRESENTATIVE,
        Role.IDVA,
        Role.AGENCY_LEAD,
    }
)
"""Roles that know of sessions: those who run them, attend them, or answer for who attends."""

RUNNING = frozenset({Role.MARAC_COORDINATOR, Role.MARAC_CHAIR})

KNOWING_PANELS = ATTENDING | {Role.REGIONAL_ADMINISTRATOR}
"""Roles that know which panels there are, when they sit and who came: of what is heard there it says nothing."""


def narrow_panels(actor: Actor, rows: QuerySet[Panel]) -> QuerySet[Panel]:
    """Panels are known to those who attend them: agencies of the panel's area, of what it is in, or of a part of it."""
    if actor.role not in KNOWING_PANELS or actor.organisation_id is None:
        return rows.none()
    organisation_id = actor.organisation_id
    return rows.filter(pk__in=remembered(("panels", organisation_id), lambda: _panels_of(organisation_id)))


def _panels_of(organisation_id: int) -> list[int]:
    area = Organisation.objects.select_related("area").get(pk=organisation_id).area
    above = {place.pk for place in lineage(area)}
    return [
        panel.pk
        for panel in Panel.objects.select_related("area")
        if panel.area_id in above or area.pk in {place.pk for place in lineage(panel.area)}
    ]


def narrow_sessions(actor: Actor, rows: QuerySet[Session]) -> QuerySet[Session]:
    """When a session of a known panel is, and what it can hold. Nothing of what is on it.

    A session that was called for a case is known to those who run sessions, and to those to whom the case is open: to
    others it would tell that something happened to someone.
    """
    known = rows.filter(panel__in=narrow_panels(actor, Panel.objects.all()))
    if actor.role in RUNNING:
        return known
    called_for = in_open_matters(actor, AgendaItem.objects.filter(session__is_emergency=True))
    return known.filter(Q(is_emergency=False) | Q(pk__in=called_for.values("session_id")))


def narrow_items(actor: Actor, rows: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """What is on an agenda, of matters that are open to `actor`: also to a practitioner whose own case is heard."""
    return in_open_matters(actor, rows)


def narrow_shared(actor: Actor, rows: QuerySet[SharedInformation]) -> QuerySet[SharedInformation]:
    """What was shared about matters that are open to `actor`, but for what is kept from perpetrators' workers."""
    return kept_from_perpetrators_workers(actor, in_open_matters(actor, rows))


def narrow_attendance(actor: Actor, rows: QuerySet[Attendance]) -> QuerySet[Attendance]:
    """Who was there."""
    return rows.filter(session__in=narrow_sessions(actor, Session.objects.all()))


def narrow_observers(actor: Actor, rows: QuerySet[Observer]) -> QuerySet[Observer]:
    """Who listened."""
    return rows.filter(session__in=narrow_sessions(actor, Session.objects.all()))


def narrow_minutes(actor: Actor, rows: QuerySet[Minutes]) -> QuerySet[Minutes]:
    """What was minuted of matters that are open to `actor`, for those who attend."""
    return in_open_matters(actor, rows) if actor.role in ATTENDING else rows.none()


def check_can_run(actor: Actor, thing: object = None) -> None:
    """A session is opened, led and closed by the chair or the co-ordinator."""
    if not actor.is_system and actor.role not in RUNNING:
        raise Refused("A session is run by its chair or the co-ordinator.")


def check_can_list(actor: Actor, thing: object = None) -> None:
    """What is put on an agenda or taken off it is the co-ordinator's work; the chair's too where it can't wait."""
    if isinstance(thing, Session) and thing.is_emergency and actor.has_role(Role.MARAC_CHAIR):
        return
    if not actor.is_system and not actor.has_role(Role.MARAC_COORDINATOR):
        raise Refused("Only a co-ordinator puts cases on an agenda or takes them off it.")


def check_can_share(actor: Actor, organisation: Organisation) -> None:
    """An agency shares what it knows; chair and co-ordinator may note what it says in the session."""
    if actor.is_system or actor.role in RUNNING:
        return
    if actor.organisation_id != organisation.pk:
        raise Refused(f"Only {organisation.short_name} can share what it knows, or the chair or co-ordinator for it.")


def check_can_record_attendance(actor: Actor, organisation: Organisation) -> None:
    """The co-ordinator or the chair notes who is there; an agency may send its own apologies."""
    if actor.is_system or actor.role in RUNNING:
        return
    if actor.organisation_id != organisation.pk or actor.role not in ATTENDING:
        raise Refused("Attendance is noted by the chair or the co-ordinator, or by the agency itself.")


def check_can_approve_minutes(actor: Actor, minutes: Minutes | None = None) -> None:
    """Minutes are the chair's to approve."""
    if not actor.has_role(Role.MARAC_CHAIR):
        raise Refused("Minutes are approved by a chair.")


can_run = bool_twin(check_can_run)
can_list = bool_twin(check_can_list)
can_share = bool_twin(check_can_share)
can_record_attendance = bool_twin(check_can_record_attendance)

register(Panel, visible=narrow_panels, verbs={"see": allow})
register(
    Session,
    visible=narrow_sessions,
    verbs={"see": allow, "open": check_can_run, "close": check_can_run, "run": check_can_run, "list": check_can_list},
)
register(
    AgendaItem,
    visible=narrow_items,
    verbs={"see": allow, "hear": check_can_run, "summarise": check_can_run, "take_off": check_can_list},
)
register(
    Minutes,
    visible=narrow_minutes,
    verbs={"see": allow, "draft": check_can_run, "approve": check_can_approve_minutes},
)
register(Attendance, visible=narrow_attendance, verbs={"see": allow})
register(Observer, visible=narrow_observers, verbs={"see": allow})
register(SharedInformation, visible=narrow_shared, verbs={"see": allow})
