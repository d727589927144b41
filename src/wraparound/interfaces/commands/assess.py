"""`wraparound assess`: an assessment as files. The store is enough; where there is a database, an edition is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from wraparound.evidence.assessments.documents import Document, Report
from wraparound.evidence.assessments.files import write_all
from wraparound.evidence.assessments.making import Before, Wanted, make, wanted
from wraparound.evidence.assessments.queries import printed_before, report_of
from wraparound.evidence.assessments.services import keep
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import system
from wraparound.interfaces.commands import is_initialised
from wraparound.kit.errors import BadInput, NotNow

_MONTH = r"\d{4}-\d{2}"
_REFERENCE = re.compile(
    rf"(?P<kind>strategic|needs)-(?P<area>[a-z0-9-]+?)-(?P<first>{_MONTH})(-to-(?P<last>{_MONTH}))?", re.ASCII
)


def assess(*, kind: str, area: str, first: str, last: str, out: Path) -> dict[str, Any]:
    """Draw it, write its files and keep it as an edition. Raises BadInput, NotNow, or OSError."""
    asked = wanted(kind=kind, area=area, first=first, last=last)
    out.mkdir(parents=True, exist_ok=True)  # before the work, so that a folder that can't be is told at once
    has_database = is_initialised()
    before = Before.of(printed_before(asked.area.slug)) if has_database else None
    document = make(asked, now=timezone.localtime(), before=before)
    if document.why_not_published:
        raise NotNow(document.why_not_published)
    report = _kept(asked, document) if has_database else Report(document, state="Draft")
    files = write_all(report, out)
    return {
        "edition": document.reference,
        "measures": list(document.measures),
        "unavailable": document.unavailable,
        "files": [str(path) for path in files],
    }


def again(*, reference: str, area: str, out: Path) -> dict[str, Any]:
    """Draw an assessment again by the reference that it was printed with. Raises BadInput for one that can't be read.

    `area` is the folder of an area that is in no pack; empty for a pack's.
    """
    found = _REFERENCE.fullmatch(reference.strip())
    if found is None:
        raise BadInput(f"{reference[:80]!r} is no edition. One reads such as strategic-birmingham-2014-01.", "edition")
    last = found["last"] or found["first"]
    return assess(kind=found["kind"], area=area or found["area"], first=found["first"], last=last, out=out)


def _kept(asked: Wanted, document: Document) -> Report:
    """The same, kept as an edition of the draft of its period, with what people wrote in it."""
    by = system("assess")
    with acting_as(by):
        return report_of(by, keep(asked=asked, document=document, by=by))


def print_assessment(found: dict[str, Any], say: Callable[[str], object]) -> None:
    """What was made, in lines that a person reads."""
    say(f"Assessment {found['edition']}: {len(found['measures'])} results")
    for one in found["unavailable"]:
        say(f"  Not available: {one['section']}: {'; '.join(one['needs'])}")
    for path in found["files"]:
        say(f"  {path}")
