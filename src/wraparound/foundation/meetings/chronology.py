"""What sessions add to a matter's chronology: that it was listed and heard, and what agencies shared."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from wraparound.foundation.access.decisions import visible
from wraparound.foundation.meetings import presenters
from wraparound.foundation.meetings.models import AgendaItem, SharedInformation
from wraparound.foundation.meetings.queries import ON_THE_AGENDA
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.jinja import moment
from wraparound.kit.registry import ChronologyEntry


def sessions_of(actor: Actor, matter_id: uuid.UUID) -> Iterator[ChronologyEntry]:
    """Two entries for an item that was heard, one for one that is listed, one for each thing that was shared."""
    rows = AgendaItem.objects.filter(matter_id=matter_id, state__in=ON_THE_AGENDA)
    items = list(visible(actor, rows).select_related("session__panel__organisation"))
    shown = presenters.items_shown(actor, items)
    for item in items:
        agency = item.session.panel.organisation.short_name
        title = f"Listed for {item.session.panel.name}, {moment(item.session.starts_at)}"
        yield ChronologyEntry(item.listed_at, agency, "session", title, shown[item.pk].because)
        if item.heard_at is not None:
            heard = f"Heard at {item.session.panel.name}"
            yield ChronologyEntry(item.heard_at, agency, "session", heard, shown[item.pk].risk_summary)
    yield from _shared(actor, matter_id)


def _shared(actor: Actor, matter_id: uuid.UUID) -> Iterator[ChronologyEntry]:
    rows = visible(actor, SharedInformation.objects.filter(matter_id=matter_id))
    shared = list(rows.select_related("organisation", "by"))
    for row, line in zip(shared, presenters.shared_lines(actor, shared), strict=True):
        title = f"Shared at a session ({line.kind.lower()})"
        yield ChronologyEntry(row.at, line.agency, "session", title, line.text, marks=(line.mark,) if line.mark else ())
