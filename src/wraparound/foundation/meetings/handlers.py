"""What sessions do when something happened elsewhere."""

from __future__ import annotations

from wraparound.foundation.access.models import Exclusion
from wraparound.foundation.meetings.models import AgendaItem, Attendance, Conflicts
from wraparound.foundation.meetings.states import SESSION_ENDED
from wraparound.kit.events import handles
from wraparound.kit.models import Event


@handles("access.excluded")
def note_a_declared_conflict(event: Event) -> None:
    """Someone at the table said that they know a person who is to be heard; not of which case.

    Whoever was shut out by another is not marked: they must not learn of it.
    """
    exclusion = Exclusion.objects.filter(pk=event.payload["exclusion"], is_own_declaration=True).first()
    if exclusion is None:
        return
    closed = Exclusion.objects.filter(user_id=exclusion.user_id, lifted_at__isnull=True).values("matter_id")
    sessions = AgendaItem.objects.filter(matter_id__in=closed).exclude(session__state__in=SESSION_ENDED)
    at_table = Attendance.objects.filter(user_id=exclusion.user_id, session_id__in=sessions.values("session_id"))
    at_table.update(conflicts=Conflicts.DECLARED)
