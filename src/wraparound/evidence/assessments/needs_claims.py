"""What the needs assessment claims, in sentences made from results. A sentence without its number isn't made."""

from __future__ import annotations

from collections.abc import Iterable

from wraparound.evidence.assessments import wording
from wraparound.evidence.assessments.documents import Glance
from wraparound.evidence.assessments.sections import Found

Sentences = Iterable[str | None]


def glance(found: Found) -> Iterable[Glance]:
    """The numbers at the top."""
    prevalence = found.one("needs.prevalence")
    if prevalence and prevalence.value is not None:
        yield Glance("people affected in a year", f"about {prevalence.value:,.0f}", "modelled, for the whole area")
    places = found.one("needs.refuge_places", of="needed")
    if places:
        yield Glance("refuge places by the benchmark", wording.number(places.value), "needed")
    short = found.one("needs.refuge_places", of="short of the benchmark")
    if short:
        yield Glance("places short of it", wording.number(short.value))


def prevalence(found: Found) -> Sentences:
    """Modelled, and said so."""
    one = found.one("needs.prevalence")
    if one and one.value is not None:
        yield (
            f"About {one.value:,.0f} {one.unit} would be affected in {found.place} if the national rate held here: "
            f"modelled on {wording.plain(one.denominator)} residents, not counted"
        )


def refuge(found: Found) -> Sentences:
    """Needed by the benchmark, commissioned, short."""
    needed = found.one("needs.refuge_places", of="needed")
    there = found.one("needs.refuge_places", of="commissioned")
    short = found.one("needs.refuge_places", of="short of the benchmark")
    if needed:
        yield f"The benchmark asks for {wording.number(needed.value)} family places in refuges"
    if there and short:
        yield f"{wording.number(there.value)} are commissioned: {wording.number(short.value)} short of it"


def idvas(found: Found) -> Sentences:
    """Both methods on both counts of cases, side by side, because they disagree."""
    given = found.given("needs.idvas")
    if given:
        texts = [f"{one.value or 0:.1f} by {one.breakdown['label']} on {one.breakdown['cases']} cases" for one in given]
        yield f"The published methods disagree on how many full-time IDVAs are needed: {wording.listed(texts)}"


def marac(found: Found) -> Sentences:
    """How many hearings in the period."""
    total = sum(one.value or 0 for one in found.given("flow.marac") if one.breakdown.get("month") != "all")
    if total:
        yield f"{total:,.0f} cases were heard at MARAC in {found.period}, as far as numbers may be printed"
