"""What the needs assessment claims, in sentences made from results. A sentence without its number isn't made."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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
    if short and short.value is not None:
        word = "short of it" if short.value >= 0 else "beyond it"
        yield Glance(f"places {word}", wording.number(abs(short.value)), "commissioned against the benchmark")


def prevalence(found: Found) -> Sentences:
    """Modelled, and said so."""
    one = found.one("needs.prevalence")
    if one and one.value is not None:
        yield (
            f"About {one.value:,.0f} {one.unit} would be affected in {found.place} if the national rate held here: "
            f"modelled on {wording.plain(one.denominator)} residents, not counted"
        )


def accommodation(found: Found) -> Sentences:
    """How many units there are of each kind."""
    given = found.given("needs.units_by_service")
    sums = [one for one in given if one.breakdown["service"].startswith("All ")]
    texts = [f"{wording.plain(one.value)} units of {one.breakdown['kind']}" for one in sums]
    if texts:
        yield f"{len(given) - len(sums)} services are listed with {wording.listed(texts)}"


def refuge(found: Found) -> Sentences:
    """Needed by the benchmark, commissioned, short."""
    needed = found.one("needs.refuge_places", of="needed")
    there = found.one("needs.refuge_places", of="commissioned")
    short = found.one("needs.refuge_places", of="short of the benchmark")
    if needed:
        yield f"The benchmark asks for {wording.number(needed.value)} family places in refuges"
    if there and short and short.value is not None:
        word = "short of it" if short.value >= 0 else "beyond it"
        yield f"{wording.number(there.value)} are commissioned: {wording.number(abs(short.value))} {word}"


def idvas(found: Found) -> Sentences:
    """Both methods on both counts of cases, side by side, because they disagree."""
    given = found.given("needs.idvas")
    if given:
        texts = [f"{one.value or 0:.1f} by {one.breakdown['label']} on {one.breakdown['cases']} cases" for one in given]
        yield f"The published methods disagree on how many full-time IDVAs are needed: {wording.listed(texts)}"


def _total(found: Found, id_: str, words: str) -> Sentences:
    whole = found.value(id_, month="all")
    if whole is not None:
        yield f"{whole:,.0f} {words} in {found.period}"


def police(found: Found) -> Sentences:
    """How many incidents, and how many of those graded were graded high."""
    yield from _total(found, "flow.incidents", "incidents were recorded")
    whole = found.value("flow.incidents_grade", grade="all")
    unknown = found.value("flow.incidents_grade", grade="not recorded")
    for grade in ("High", "high"):
        part = found.value("flow.incidents_grade", grade=grade)
        if part is not None and whole is not None and unknown is not None and whole > unknown:
            graded = whole - unknown
            yield f"{part:,.0f} of the {graded:,.0f} with a grade were graded high ({part / graded * 100:.1f} %)"


def referrals(found: Found) -> Sentences:
    """How many referrals, and how many of them repeats."""
    yield from _total(found, "flow.referrals", "referrals to MARAC came in")
    again = found.one("flow.referrals_repeat", repeat="yes")
    if again:
        yield f"{wording.share_of(again, 'referrals')} were made as repeats"


def marac(found: Found) -> Sentences:
    """How many hearings in the period, how long people waited for them, and how often the survivor was told."""
    yield from _total(found, "flow.marac", "cases were heard at MARAC")
    waited = found.one("flow.marac_waited")
    if waited and waited.value is not None:
        yield f"From referral to hearing it took {waited.value:.1f} days in the mean"
    told = found.one("flow.marac_told")
    if told and told.value is not None:
        yield f"From hearing until the survivor was told it took {told.value:.1f} days in the mean"


def unmet(found: Found) -> Sentences:
    """How many referrals were screened and not listed."""
    one = found.one("unmet.referrals", listing="not listed")
    if one:
        yield f"{wording.share_of(one, 'referrals that were screened')} were not listed for a meeting"


def access(of: str) -> Callable[[Found], Sentences]:
    """The groups furthest above and below their share of residents, where the interval says more than chance."""

    def say(found: Found) -> Sentences:
        given = [one for one in found.given(f"access.{of}_ethnicity_against_residents") if one.interval]
        above = [one for one in given if one.interval and one.interval.low > 1]
        below = [one for one in given if one.interval and one.interval.high < 1]
        for results, word in ((above, "More"), (below, "Fewer")):
            ordered = sorted(results, key=lambda one: one.value or 0, reverse=word == "More")[:3]
            named = [f"{one.breakdown['ethnicity']} ({one.value or 0:.2f} times)" for one in ordered]
            if named:
                yield f"{word} than their share of residents, of those whose ethnicity is recorded: {'; '.join(named)}"

    return say


def quality(found: Found) -> Sentences:
    """The field that is filled in least often, over all agencies whose numbers may be printed."""
    sums: dict[str, list[float]] = {}
    for one in found.given("quality.referrals"):
        held = sums.setdefault(one.breakdown["field"], [0, 0])
        held[0] += one.numerator or 0
        held[1] += one.denominator or 0
    shares = {field: part / whole * 100 for field, (part, whole) in sums.items() if whole}
    if shares:
        least = min(shares, key=lambda field: shares[field])
        yield f"Least often filled in is {least}: {shares[least]:.1f} % of referrals whose numbers may be printed"
