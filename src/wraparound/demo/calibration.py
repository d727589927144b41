"""Whether the synthetic city has the published counts and proportions, counted by the return's own queries.

`proportions` counts in the city that is in the database; each row has the published figure, what was generated, and
how far apart they may be. The published figures are those of the pack (`published/marac.csv`); a pack without any has
nothing to be held against. Counts are of a whole year at scale 1: what was generated is brought to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q

from wraparound.demo.models import SyntheticBuild
from wraparound.demo.setting import area_of_pack
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.meetings.models import Panel
from wraparound.foundation.partners.actors import system
from wraparound.foundation.people.models import Characteristic
from wraparound.response.cases.models import Incident
from wraparound.response.marac.organisations import marac_panel
from wraparound.response.marac.returns import expressions as of
from wraparound.response.marac.returns.counting import Counted, count, populated
from wraparound.response.marac.returns.drawing import rule_for
from wraparound.response.marac.returns.params import MaracReturn, RepeatSource
from wraparound.response.marac.returns.populations import YES
from wraparound.response.marac.returns.published import PublishedFigure, published_figures
from wraparound.response.marac.returns.quarters import Period, quarter_of
from wraparound.response.marac.returns.tables import CHILDREN, FORM_ETHNICITY, HEARINGS

WITHIN = 0.05  # of the published figure: half of the tenth by which a parameter must not move unseen
_HERE, _REGION = "Birmingham", "West Midlands"
_AGES = {"age_16_17": "16-17", "age_18_24": "18-24", "age_25_54": "25-54", "age_55": "55+"}
REASONS = {
    "visible_high_risk": "reason_dash",
    "dara_high": "reason_dara",
    "professional_judgement": "reason_judgement",
    "other": "reason_other",
}
"""The reasons of which numbers are printed, with the code of each."""
Figures = Mapping[tuple[str, str, str], float]  # by code, period and area


@dataclass(frozen=True)
class Proportion:
    """One published figure, and what the city has."""

    name: str
    published: float
    generated: float
    cases: float  # how many of the city's rows the published figure would be: of a few, little can be said

    @property
    def tolerance(self) -> float:
        """How far apart they may be: a twentieth of the figure, or one case where that is more."""
        return max(WITHIN * self.published, self.published / self.cases if self.cases else 0.0)

    @property
    def fits(self) -> bool:
        """Whether they are no further apart."""
        return abs(self.generated - self.published) <= self.tolerance


def proportions() -> list[dict[str, Any]]:
    """``[{name, published, generated}]`` of the city in the database; nothing where the pack has no figures."""
    return [{"name": one.name, "published": one.published, "generated": one.generated} for one in compared()]


def compared() -> list[Proportion]:
    """The same with the tolerance of each."""
    area = area_of_pack()
    held = SyntheticBuild.objects.first()
    figures = published_figures(area)
    if held is None or not figures:
        return []
    with acting_as(system("demo.calibration")):
        return list(compare(figures, counts_in_database(held, marac_panel(area)), held.scale))


# --- what there is ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """How many there are of each, in a year of the city."""

    calls: int  # police incidents, and of these:
    crimes: int
    women: int
    ethnicity_known: int
    of_age: int  # with a victim whose age is known, and of these:
    young: int
    old: int
    cases: int  # heard by the MARAC, and of these:
    repeats: int
    male: int
    minoritised: int
    lgbt: int
    children: int  # in all of them
    ages: Mapping[str, int]  # victims by band of the return
    reasons: Mapping[str, int]  # given for cases that the referrer doesn't call a repeat


def counts_in_database(held: SyntheticBuild, panel: Panel) -> Counts:
    """Counted of the city that is in the database, by the return's own queries. As the system."""
    year = Period(held.until - timedelta(days=364), held.until)
    rule = rule_for(panel, quarter_of(held.until))
    counted = count([panel], year, rule)
    return Counts(
        **_of_police(),
        cases=counted.totals[HEARINGS].cases,
        repeats=_row(counted, "repeats", YES),
        male=_row(counted, "victim_sex", "male"),
        minoritised=_row(counted, FORM_ETHNICITY, YES),
        lgbt=_row(counted, "victim_lgbt", YES),
        children=counted.totals[CHILDREN].cases,
        ages={band.code: _row(counted, "victim_age", band.code) for band in rule.params.victim_ages},
        reasons=_reasons(panel, year, rule.params),
    )


def _of_police() -> dict[str, int]:
    """Calls, crimes, and whom they were about."""
    rows = Incident.objects.annotate(
        age=of.age_at("victim__dob", "occurred_from"),
        sex=of.sex_of("victim__sex"),
        ethnicity=of.answer_of(Characteristic.ETHNICITY, "victim_id"),
    )
    return rows.aggregate(
        calls=Count("pk"),
        crimes=Count("pk", filter=~Q(crime_ref="")),
        women=Count("pk", filter=Q(sex="female")),
        ethnicity_known=Count("pk", filter=~Q(ethnicity__startswith="?")),
        of_age=Count("pk", filter=Q(age__isnull=False)),
        young=Count("pk", filter=Q(age__lt=16)),
        old=Count("pk", filter=Q(age__gte=65)),
    )


def _reasons(panel: Panel, year: Period, rule: MaracReturn) -> dict[str, int]:
    """The reasons that are printed, of the cases that are no repeat: no number of repeats is printed beside them."""
    said = rule.model_copy(update={"repeat_from": (RepeatSource.REFERRER,)})
    rows = populated([panel], year, said)[HEARINGS].exclude(repeat=YES)
    return rows.aggregate(**{reason: Count("pk", filter=of.has_reason("reasons", reason)) for reason in REASONS})


def _row(counted: Counted, table: str, row: str) -> int:
    found = counted.table(table)
    return found.number([row]).cases if found else 0


# --- held against what was published ------------------------------------------------------------------------


def compare(published: Iterable[PublishedFigure], counts: Counts, scale: float) -> Iterator[Proportion]:
    """Each published figure, and what these counts of a city of that scale say."""
    figures = {(figure.code, figure.period, figure.area): float(figure.value) for figure in published}
    yield from _calls(figures, counts, scale)
    yield from _cases(figures, counts, scale)
    yield from _ages_and_reasons(figures, counts)


def _calls(figures: Figures, counts: Counts, scale: float) -> Iterator[Proportion]:
    after, number, aged = "November 2018 to October 2021", counts.calls, counts.of_age
    calls, crimes = figures["police_calls", "2023/24", _HERE], figures["police_crimes", "2023/24", _HERE]
    yield Proportion("police calls in a year", calls, number / scale, number)
    yield _share("police calls recorded as a crime", crimes / calls, counts.crimes, number)
    yield _share("police calls from women", figures["police_female", "2024", _HERE] / 100, counts.women, number)
    known = figures["police_ethnicity_known", after, _HERE]
    yield _share("police records with the ethnic group", known / 100, counts.ethnicity_known, number)
    yield _share("police victims under 16", figures["police_under_16", after, _HERE] / 100, counts.young, aged)
    yield _share("police victims of 65 or over", figures["police_65", after, _HERE] / 100, counts.old, aged)


def _cases(figures: Figures, counts: Counts, scale: float) -> Iterator[Proportion]:
    total, period = counts.cases, "2020/21"
    cases = figures["marac_cases", period, _HERE]
    yield Proportion("MARAC cases in a year", cases, total / scale, total)
    yield _share("children for a MARAC case", figures["marac_children", period, _HERE] / cases, counts.children, total)
    repeats = figures["marac_repeats", period, _REGION] / figures["marac_cases", period, _REGION]
    yield _share("MARAC repeats", repeats, counts.repeats, total)
    yield _share("MARAC male victims", figures["marac_male_victims", period, _HERE] / cases, counts.male, total)
    minoritised = figures["marac_minoritised", period, _HERE] / cases
    yield _share("MARAC victims of the groups that the form puts together", minoritised, counts.minoritised, total)


def _ages_and_reasons(figures: Figures, counts: Counts) -> Iterator[Proportion]:
    ages = {code: figures[code, "not stated", _HERE] for code in _AGES}
    of_age = sum(counts.ages.get(band, 0) for band in _AGES.values())
    for code, band in _AGES.items():
        yield _share(f"MARAC victims of {band}", ages[code] / sum(ages.values()), counts.ages.get(band, 0), of_age)
    lgbt = figures["referral_lgbt", "not stated", _HERE] / sum(ages.values())
    yield _share("MARAC LGBT+ victims", lgbt, counts.lgbt, counts.cases)
    printed = {reason: figures[code, "not stated", _HERE] for reason, code in REASONS.items()}
    for reason, number in printed.items():
        given = counts.reasons[reason]
        yield _share(f"MARAC reason {reason}", number / sum(printed.values()), given, sum(counts.reasons.values()))


def _share(name: str, published: float, number: int, whole: int) -> Proportion:
    return Proportion(name, published, number / whole if whole else 0.0, published * whole)
