"""How an import's report is printed, and where an export goes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import system
from wraparound.response.cases.importing.commands import export_incidents

SHOWN = 20
COUNTS = ("read", "accepted", "unchanged", "changed", "rejected")


def print_report(report: dict[str, Any], say: Callable[[str], object]) -> None:
    """The report in lines that a person reads: counts, then the first rejections and warnings."""
    for name, part in (("Incidents", report), ("Children", report.get("children") or {})):
        if part:
            say(f"{name}: " + ", ".join(f"{part.get(key, 0):,} {key}" for key in COUNTS))
            for kind in ("rejections", "warnings"):
                lines = part.get(kind, [])
                for line in lines[:SHOWN]:
                    say(f"  {kind[:-1]}: {line['file']} line {line['line']}, {line['column']}: {line['reason']}")
                if len(lines) > SHOWN:
                    say(f"  ... and {len(lines) - SHOWN:,} more {kind}")
    if report.get("unknown_columns"):
        say("Columns that were kept although the format doesn't know them: " + ", ".join(report["unknown_columns"]))


def export_to(out: Path | None, children: Path | None) -> None:
    """Write the export to files, or the incidents to standard output."""
    with acting_as(system("export")):
        if out is None:
            export_incidents(sys.stdout, children_to=None)
        else:
            with out.open("w", encoding="utf-8", newline="") as stream:
                export_incidents(stream, children_to=None)
        if children is not None:
            with children.open("w", encoding="utf-8", newline="") as stream:
                export_incidents(None, children_to=stream)
