"""`wraparound assess`: an assessment as files. The store is enough; where there is a database, an edition is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from wraparound.evidence.assessments.documents import Report
from wraparound.evidence.assessments.files import write_all
from wraparound.evidence.assessments.making import make, wanted


def assess(*, kind: str, area: str, first: str, last: str, out: Path) -> dict[str, Any]:
    """Draw it, write its files and keep it as an edition. Raises BadInput, or OSError where a file can't be written."""
    asked = wanted(kind=kind, area=area, first=first, last=last)
    out.mkdir(parents=True, exist_ok=True)  # before the work, so that a folder that can't be is told at once
    document = make(asked, now=timezone.localtime())
    report = Report(document, state="Draft")
    files = write_all(report, out)
    return {
        "edition": document.reference,
        "measures": list(document.measures),
        "unavailable": document.unavailable,
        "files": [str(path) for path in files],
    }


def print_assessment(found: dict[str, Any], say: Callable[[str], object]) -> None:
    """What was made, in lines that a person reads."""
    say(f"Assessment {found['edition']}: {len(found['measures'])} results")
    for one in found["unavailable"]:
        say(f"  Not available: {one['section']} needs {'; '.join(one['needs'])}")
    for path in found["files"]:
        say(f"  {path}")
