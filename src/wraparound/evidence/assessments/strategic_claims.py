"""What the strategic assessment claims, in sentences made from results. A sentence without its number isn't made."""

from __future__ import annotations

from collections.abc import Iterable

from wraparound.evidence.assessments import wording
from wraparound.evidence.assessments.documents import Glance
from wraparound.evidence.assessments.sections import Found
from wraparound.evidence.measures.results import MeasureResult

Sentences = Iterable[str | None]
_GLANCE = (
    ("recorded.crimes", "crimes recorded", "rows less anti-social behaviour"),
    ("recorded.asb", "anti-social behaviour", "incidents, not crimes"),
    ("rate.crimes_per_1000", "crimes per 1,000 residents", "not annualised"),
    ("hotspot.lsoa.gistar_hot", "small areas that stand out", "with their neighbours, beyond chance"),
)


def glance(found: Found) -> Iterable[Glance]:
    """The numbers at the top."""
    for id_, label, note in _GLANCE:
        one = found.one(id_)
        if one:
            yield Glance(label, wording.number(one.value, one.unit), note)


def volume(found: Found) -> Sentences:
    """Rows, of which anti-social behaviour and crimes, kept apart."""
    rows, asb, crimes = (found.text(f"recorded.{name}") for name in ("rows", "asb", "crimes"))
    if rows:
        yield (
            f"The police published {rows} rows for {found.place} in {found.period}: {asb} incidents of anti-social "
            f"behaviour, which are not crimes, and {crimes} crimes"
        )


def rate(found: Found) -> Sentences:
    """The rate with its denominator and interval."""
    one = found.one("rate.crimes_per_1000")
    if one:
        reach = f" (from {wording.between(one)})" if one.interval else ""
        yield (
            f"That is {wording.exact(one.value, one.unit)} crimes for each 1,000 of {wording.plain(one.denominator)} "
            f"residents{reach}; of the period as it stands, not of a year"
        )


def kinds(found: Found) -> Sentences:
    """The largest category, and the one that is easily misread."""
    shares = found.given("share.category")
    if shares:
        first = shares[0]
        yield (
            f"“{first.breakdown['category']}” is the largest published category: {wording.part_of(first)} crimes, "
            f"{wording.exact(first.value, first.unit)}"
        )
        top = sum(one.value or 0 for one in shares[:3])
        names = wording.listed([one.breakdown["category"].lower() for one in shares[:3]])
        if len(shares) > 3:
            yield f"Three categories ({names}) make up {top:.1f} % of crimes"


def _concentrated(index: list[MeasureResult], cells: str) -> str | None:
    highest = [one for one in index if (one.value or 0) >= 3]
    total = sum(one.numerator or 0 for one in index)
    if not total:
        return None
    part = sum(one.numerator or 0 for one in highest) / total * 100
    return (
        f"{len(highest)} of {len(index)} {cells} have three times the mean or more; {part:.1f} % of the crimes placed "
        f"in {cells} were recorded there"
    )


def hotspots(found: Found) -> Sentences:
    """How many small areas have at least three times the mean, and what share of crimes lies in them."""
    yield _concentrated(found.given("hotspot.lsoa.index"), "small areas")


def grid(found: Found) -> Sentences:
    """The same of hexagons."""
    yield _concentrated(found.given("hotspot.h3.index"), "hexagons")


def standing_out(found: Found) -> Sentences:
    """How many areas are hot."""
    one = found.one("hotspot.lsoa.gistar_hot")
    if one:
        yield (
            f"{wording.part_of(one)} small areas stand out together with their neighbours by more than chance would "
            "make them"
        )


def wards(found: Found) -> Sentences:
    """The wards with most rows by each way, named, and that the ways differ."""
    covered = found.one("ward.covered")
    if covered and covered.numerator != covered.denominator:
        counted = f"{wording.part_of(covered)} wards"
        yield next((text for text in covered.caveats if text.startswith(counted)), counted)
    by_point, by_fit = found.given("ward.rows.coordinates"), found.given("ward.rows.best_fit")
    for results, way in ((by_point, "by the published points"), (by_fit, "by best fit of small areas")):
        if results:
            named = [f"{one.breakdown['ward']} ({wording.plain(one.value)})" for one in results[:3]]
            yield f"Most rows {way}: {wording.listed(named)}"
    if by_point and by_fit:
        points = {one.breakdown["ward"]: one.value or 0 for one in by_point}
        gaps = {one.breakdown["ward"]: points.get(one.breakdown["ward"], 0) - (one.value or 0) for one in by_fit}
        ward = max(gaps, key=lambda name: abs(gaps[name]))
        if gaps[ward]:
            yield (
                f"The two ways differ, for {ward} by {abs(gaps[ward]):,.0f} rows: "
                f"a comparison of wards must keep to one of them"
            )


def deprivation(found: Found) -> Sentences:
    """Areas and people side by side."""
    areas, people = found.one("deprivation.decile1.lsoas"), found.one("deprivation.decile1.population")
    if areas:
        yield f"{wording.share_of(areas, 'small areas')} are in England's most deprived tenth"
    if people:
        yield f"{wording.number(people.value, people.unit)} of residents live in them"


# --- checks -------------------------------------------------------------------------------------------------


def adds_up(found: Found) -> tuple[str, bool] | None:
    """Crimes and anti-social behaviour are all rows."""
    rows, asb, crimes = (found.value(f"recorded.{name}") for name in ("rows", "asb", "crimes"))
    if rows is None or asb is None or crimes is None:
        return None
    return f"{asb:,.0f} + {crimes:,.0f} = {rows:,.0f}", asb + crimes == rows


def shares_add_up(found: Found) -> tuple[str, bool] | None:
    """The categories' numbers are all crimes."""
    shares = found.given("share.category")
    if not shares:
        return None
    parts, whole = sum(one.numerator or 0 for one in shares), shares[0].denominator or 0
    return f"categories add to {parts:,.0f} of {whole:,.0f} crimes", parts == whole


def bands_add_up(found: Found) -> tuple[str, bool] | None:
    """Every small area is in one band."""
    return _bands_add_up(found, "hotspot.lsoa.bands", "areas")


def grid_adds_up(found: Found) -> tuple[str, bool] | None:
    """Every hexagon is in one band."""
    return _bands_add_up(found, "hotspot.h3.bands", "hexagons")


def _bands_add_up(found: Found, id_: str, cells: str) -> tuple[str, bool] | None:
    parts = sum(one.value or 0 for one in found.given(id_) if one.breakdown.get("band") != "all")
    whole = found.value(id_, band="all")
    return None if whole is None else (f"bands add to {parts:,.0f} of {whole:,.0f} {cells}", parts == whole)


# --- from an offence-level extract --------------------------------------------------------------------------


def _largest(found: Found, id_: str, part: str) -> MeasureResult | None:
    given = [one for one in found.given(id_) if one.breakdown.get(part) not in (None, "not recorded", "all")]
    return max(given, key=lambda one: one.value or 0, default=None)


def victims(found: Found) -> Sentences:
    """The age band with most victims, of those known."""
    one = _largest(found, "victims.age", "age")
    if one:
        yield f"Most victims are {one.breakdown['age']}: {wording.share_of(one, 'whose age is known')}"


def repeats(found: Found) -> Sentences:
    """The share of victims with two or more offences in a year."""
    one = found.one("victims.repeat")
    if one:
        yield f"{wording.share_of(one, 'victims')} were harmed twice or more within 365 days"


def venues(found: Found) -> Sentences:
    """The kind of place with most offences."""
    one = _largest(found, "offences.venue", "venue")
    if one:
        share = wording.number(one.value, one.unit)
        yield f"Where the kind of place is recorded, it is most often: {one.breakdown['venue']} ({share})"


def hours(found: Found) -> Sentences:
    """The hour of the week with most offences."""
    one = _largest(found, "offences.hour_by_day", "hour")
    if one:
        hour = int(one.breakdown["hour"])
        yield (
            f"The hour with most offences is {one.breakdown['day']} from {hour:02d}:00 to {(hour + 1) % 24:02d}:00 "
            f"({wording.plain(one.value)})"
        )


def profile(found: Found) -> Sentences:
    """The hour, the age band and the kind of place with most of one profile."""
    for say in (hours, victims, venues):
        yield from say(found)


def substances(found: Found) -> Sentences:
    """How often alcohol and drugs were flagged, of the offences for which the flag is filled in."""
    for one in found.given("offences.substances"):
        factor = one.breakdown["factor"].lower()
        yield f"Flagged with {factor}: {wording.share_of(one, 'offences for which that is filled in')}"


def profile_sizes(found: Found) -> Sentences:
    """The largest profile."""
    one = _largest(found, "offences.profiles", "profile of")
    if one:
        yield f"The largest profile is {one.breakdown['profile of'].lower()}: {wording.plain(one.value)} offences"


# --- against another time, other areas, other weights -------------------------------------------------------


def change(found: Found) -> Sentences:
    """More or fewer for each day than in the same months a year before."""
    for id_, what in (("change.crimes", "Crimes"), ("change.asb", "Anti-social behaviour")):
        one = found.one(id_)
        if one and one.value is not None:
            direction = "rose" if one.value > 0 else "fell"
            reach = f" (from {wording.between(one)})" if one.interval else ""
            yield f"{what} {direction} by {abs(one.value):.1f} % for each day against {one.denominator_source}{reach}"


def rank(found: Found) -> Sentences:
    """Where the place stands among the stated list."""
    one = next((one for one in found.given("rank.crimes_per_1000") if one.breakdown.get("area") == found.place), None)
    if one:
        place, whole = wording.plain(one.value), one.breakdown["of"]
        yield f"{found.place} is number {place} of {whole} areas by crimes per 1,000 residents, the lowest first"
