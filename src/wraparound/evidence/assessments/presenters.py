"""How editions, the store's files and the register of figures are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from wraparound.evidence.assessments.documents import Report
from wraparound.evidence.assessments.models import Edition
from wraparound.evidence.assessments.periods import words_for
from wraparound.evidence.assessments.states import EditionState
from wraparound.evidence.measures.results import Period

if TYPE_CHECKING:
    from wraparound.evidence.store.manifests import Manifest

TONES = {
    EditionState.DRAWING: "moving",
    EditionState.DRAFT: "waiting",
    EditionState.SIGNED_OFF: "moving",
    EditionState.FROZEN: "done",
}
FORMATS = (("html", "HTML"), ("pdf", "PDF"), ("xlsx", "Excel"), ("csv", "CSV"), ("json", "JSON"))


@dataclass(frozen=True)
class EditionRow:
    """One line of the list of editions."""

    title: str
    href: str
    area: str
    period: str
    number: int
    state: str
    tone: str
    drawn_at: Any
    by: str


def edition_rows(editions: Iterable[Edition]) -> list[EditionRow]:
    """The list's lines."""
    return [
        EditionRow(
            one.assessment.get_kind_display(),
            reverse("assessments:edition", args=[one.pk]),
            one.assessment.area_name,
            period_text(one),
            one.number,
            EditionState(one.state).label,
            TONES[EditionState(one.state)],
            one.drawn_at,
            one.asked_by.name if one.asked_by else "Command line",
        )
        for one in editions
    ]


def period_text(edition: Edition) -> str:
    """January to December 2014."""
    return words_for(Period(edition.first_month, edition.last_month))


def tone_of(edition: Edition) -> str:
    """The tone of its state's mark."""
    return TONES[EditionState(edition.state)]


def downloads(edition: Edition) -> list[tuple[str, str]]:
    """(name of the format, address) of each file."""
    return [(name, reverse("assessments:file", args=[edition.pk, ending])) for ending, name in FORMATS]


def edit_urls(edition: Edition, report: Report) -> dict[str, str]:
    """Where each section's words are written."""
    return {one.key: reverse("assessments:write", args=[edition.pk, one.key]) for one in report.document.sections}


def load_rows(manifests: Iterable[Manifest]) -> list[dict[str, Any]]:
    """The store's files, the newest load first, with what became of their rows."""
    return [
        {
            "name": one.name,
            "kind": one.kind.replace("_", " "),
            "source": one.source,
            "licence": one.licence,
            "read": one.rows_read,
            "kept": one.rows_kept,
            "set_aside": sum(one.set_aside.values()),
            "reasons": [(reason.replace("_", " "), count) for reason, count in one.set_aside.items() if count],
            "flags": [(flag.replace("_", " "), count) for flag, count in one.flags.items() if count],
            "months": f"{one.months[0]} to {one.months[-1]}" if len(one.months) > 1 else "".join(one.months),
            "warnings": one.warnings,
            "is_synthetic": one.is_synthetic,
            "adds_up": one.rows_read == one.rows_kept + sum(one.set_aside.values()),
        }
        for one in reversed(list(manifests))
    ]


def page_of_edition(edition: Edition) -> str:
    """The edition's page."""
    return reverse("assessments:edition", args=[edition.pk])


VERDICT_TONES = {"consistent": "done", "inconsistent": "late", "editorial": "waiting"}


def figures_shown(found: dict[str, Any]) -> dict[str, Any]:
    """The check of the register for a page: checks with their steps, conflicts, and figures beside other sources."""
    counts: dict[str, int] = {}
    for check in found["checks"]:
        counts[check["verdict"]] = counts.get(check["verdict"], 0) + 1
    return {
        "pack": found["pack"],
        "figures": found["figures"],
        "tables": found["tables"],
        "checks": [{**check, "tone": VERDICT_TONES.get(check["verdict"], "stopped")} for check in found["checks"]],
        "counts": sorted(counts.items()),
        "conflicts": found["conflicts"],
        "beside": found["beside"],
    }
