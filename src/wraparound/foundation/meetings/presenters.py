"""How what is said at a session is shown: redaction and the mark *never to the perpetrator* already applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wraparound.foundation.commitments.redacting import Redactor
from wraparound.foundation.meetings.models import AgendaItem, SharedInformation
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.jinja import moment

NOT_FOR_YOU = "Not shown to those who work with the perpetrator."


@dataclass(frozen=True)
class SharedLine:
    """What one agency shared."""

    agency: str
    text: str
    kind: str  # Fact or Opinion
    mark: str
    when: str
    by: str


@dataclass(frozen=True)
class ItemShown:
    """An item's own texts, as the reader may have them."""

    because: str
    risk_summary: str
    version: int


def shared_lines(actor: Actor, shared: Sequence[SharedInformation]) -> list[SharedLine]:
    """What was shared, in the order given. The rows must have been read for `actor`."""
    redactor = Redactor(actor, {line.matter_id for line in shared})
    return [
        SharedLine(
            agency=line.organisation.short_name,
            text=redactor.text(line.matter_id, line.text),
            kind="Opinion" if line.is_opinion else "Fact",
            mark="Never to the perpetrator" if line.never_to_perpetrator else "",
            when=moment(line.at),
            by=line.by.name if line.by else "",
        )
        for line in shared
    ]


def items_shown(actor: Actor, items: Iterable[AgendaItem]) -> dict[object, ItemShown]:
    """{item id: its texts}. The chair's summary isn't shown to those who work with the perpetrator (safety rule 4)."""
    listed = list(items)
    redactor = Redactor(actor, {item.matter_id for item in listed})
    shown: dict[object, ItemShown] = {}
    for item in listed:
        hidden = redactor.is_for_perpetrators_worker(item.matter_id)
        summary = NOT_FOR_YOU if hidden and item.risk_summary else redactor.text(item.matter_id, item.risk_summary)
        because = "" if hidden else redactor.text(item.matter_id, item.listed_because)
        shown[item.pk] = ItemShown(because=because, risk_summary=summary, version=item.version)
    return shown
