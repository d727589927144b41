"""Assessments and their editions, narrowed to who may read them. Lists leave the documents where they are."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from wraparound.evidence.assessments import permissions  # noqa: F401  policies register themselves
from wraparound.evidence.assessments.documents import Document, Narrative, Report, digest_of, from_json
from wraparound.evidence.assessments.models import Edition, FrozenEdition, SectionNarrative
from wraparound.evidence.assessments.states import EditionState
from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import get_visible, visible
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.errors import NotNow, Unknown
from wraparound.kit.jinja import day


@dataclass(frozen=True)
class Printed:
    """What an edition printed (`published.from_json` reads it), its SHA-256, and those of what it was drawn with."""

    digest: str
    kept: Mapping[str, Any]
    follows: frozenset[str]


LEFT_BEHIND = timedelta(minutes=10)
MOST_ATTEMPTS = 3


def editions_to_read(actor: Actor) -> QuerySet[Edition]:
    """Every edition, without its document."""
    rows = Edition.objects.select_related("assessment", "asked_by", "signed_off_by").defer("document", "handed_out")
    return visible(actor, rows)


def edition_for(actor: Actor, pk: uuid.UUID) -> Edition:
    """One edition. Raises Unknown."""
    rows = Edition.objects.select_related("assessment", "asked_by", "signed_off_by", "frozen__frozen_by")
    return get_visible(actor, rows, pk=pk)


def look_at(actor: Actor, pk: uuid.UUID) -> Edition:
    """The same, and the look goes into the log."""
    found = edition_for(actor, pk)
    log.write(actor, "see", found, number=found.number, state=found.state)
    return found


def narrative_of(actor: Actor, edition: Edition, section: str) -> SectionNarrative | None:
    """What was written of a section. Raises Unknown for a section that the edition doesn't have."""
    if section not in {one["key"] for one in edition.document.get("sections", ())}:
        raise Unknown
    return visible(actor, SectionNarrative.objects.filter(edition=edition, section=section)).first()


def report_of(actor: Actor, edition: Edition) -> Report:
    """The edition as it leaves: frozen, as it was frozen. Raises NotNow while it is being drawn the first time."""
    if edition.state == EditionState.FROZEN:
        return _frozen(edition, edition.frozen)
    if not edition.document:
        raise NotNow("This edition is still being drawn.")
    written = visible(actor, SectionNarrative.objects.filter(edition=edition)).select_related("written_by")
    narratives = {
        one.section: Narrative(one.text, one.written_by.name if one.written_by else "", day(one.written_at))
        for one in written
    }
    return Report(from_json(edition.document), f"Edition {edition.number}", state_text(edition), False, narratives)


def _frozen(edition: Edition, frozen: FrozenEdition) -> Report:
    narratives = {key: Narrative(**one) for key, one in frozen.narratives.items()}
    document: Document = from_json(frozen.document)
    return Report(document, f"Edition {edition.number}", state_text(edition), True, narratives, frozen.digest)


def state_text(edition: Edition) -> str:
    """The state with who brought it there. A draft stays inside: nobody has put their name to it yet."""
    if edition.state == EditionState.FROZEN:
        by = f" by {edition.frozen.frozen_by.name}" if edition.frozen.frozen_by else ""
        return f"Agreed and frozen{by}, {day(edition.frozen.frozen_at)}"
    if edition.state == EditionState.SIGNED_OFF:
        by = f" by {edition.signed_off_by.name}" if edition.signed_off_by else ""
        return f"Signed off{by}, {day(edition.signed_off_at)}; not agreed yet"
    if edition.state == EditionState.DRAFT:
        return "Draft, not to be passed on"
    return EditionState(edition.state).label


def printed_before(area_slug: str) -> list[Printed]:
    """What editions of an area, of either kind, printed of our own records, oldest first: for disclosure control.

    The frozen ones, and drafts of which a file left. A draft that was only drawn may still be drawn otherwise.
    """
    rows = Edition.objects.filter(assessment__area_slug=area_slug, drawn_at__isnull=False).order_by("drawn_at", "pk")
    parts = [f"{where}__{part}" for where in ("frozen__document", "handed_out") for part in ("published", "follows")]
    found = []
    for frozen, frozen_follows, handed_out, follows in rows.values_list(*parts):
        # One that was frozen without numbers of our own may have had some when a file of its draft left.
        kept, knew = (frozen, frozen_follows) if frozen else (handed_out, follows)
        if kept:
            found.append(Printed(digest_of(kept), kept, frozenset(knew or ())))
    return found


def left_behind(now: datetime) -> list[uuid.UUID]:
    """Editions that a worker began to draw, or never did, long ago."""
    rows = Edition.objects.filter(state=EditionState.DRAWING, asked_at__lt=now - LEFT_BEHIND)
    return list(rows.values_list("pk", flat=True))
