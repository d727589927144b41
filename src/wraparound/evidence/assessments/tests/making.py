"""A small store: ten rows of one month in the invented Fenmoor, or none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from wraparound.evidence.assessments.documents import Document, Narrative, Report
from wraparound.evidence.assessments.making import make, wanted
from wraparound.evidence.store.writing import write_rows

NOW = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)
KINDS = ["anti-social-behaviour"] * 3 + ["violence-and-sexual-offences"] * 4 + ["burglary"] * 3


def with_rows(folder: Path, months: int = 1) -> Path:
    """Three incidents of anti-social behaviour and seven crimes a month up to January 2014, in one of Fenmoor's wards."""
    rows = [
        {
            "id": None if kind.startswith("anti") else f"id-{back}-{number}",
            "month": date(2014 - (back + 11) // 12, 12 - (back - 1) % 12, 1),
            "force": "fenmoor",
            "lsoa_vintage": "",
            "ward": "X05000001",
            "category": kind,
            "category_text": kind,
            "is_asb": kind.startswith("anti"),
            "origin": "api",
            "no_id": False,
            "no_lsoa": True,
            "no_coordinates": True,
        }
        for back in range(months)
        for number, kind in enumerate(KINDS)
    ]
    write_rows(folder, "street", rows, source="=invented")
    return folder


def drawn(folder: Path, kind: str = "strategic") -> Document:
    """The assessment of that month from a store."""
    return make(wanted(kind=kind, area="fenmoor", first="2014-01", last="2014-01"), now=NOW, store=folder)


def report(folder: Path, kind: str = "strategic") -> Report:
    """The same with words of people, some of which a spreadsheet or a browser would take for something else."""
    words = {"volume": Narrative("<b>Fewer</b>\n=1+1", "An Analyst", "2 November 2026")}
    return Report(drawn(folder, kind), "Edition 1", "Draft", False, words)
