"""Whether the synthetic city has the published counts and proportions, counted by the return's own queries.

`proportions` counts in the city that is in the database; each row has the published figure, what was generated, and
how far apart they may be. The published figures are those of the pack (`published/marac.csv`); a pack without any has
nothing to be held against. Counts are of a whole year at scale 1: what was generated is brought to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from wraparound.response.marac.returns.params import RepeatSource
from wraparound.response.marac.returns.populations import YES
from wraparound.response.marac.returns.published import published_figures
from wraparound.response.marac.returns.quarters import Period, quarter_of
from wraparound.response.marac.returns.tables import CHILDREN, FORM_ETHNICITY, HEARINGS

WITHIN = 0.05  # of the published figure: half of the tenth by which a parameter must not move unseen
_HERE, _REGION = "Birmingham", "West Midlands"
_AGES = {"age_16_17": "16-17", "age_18_24": "18-24", "age_25_54": "25-54", "age_55": "55+"}
_REASONS = {
    "reason_dash": "visible_high_risk",
    "reason_dara": "dara_high",
    "reason_judgement": "professional_judgement",
    "reason_other": "other",
}
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
    figures = {(figure.code, figure.period, figure.area): float(figure.value) for figure in published_figures(area)}
    if held is None or not figures:
        return []
    with acting_as(system("demo.calibration")):
        year = Period(held.until - timedelta(days=364), held.until)
        return [*_of_police(figures, held), *_of_marac(figures, held, marac_panel(area), year)]


def _of_police(figures: Figures, held: SyntheticBuild) -> Iterator[Proportion]:
    """Calls, crimes, and whom they were about."""
    after = "November 2018 to October 2021"
    rows = Incident.objects.annotate(
        age=of.age_at("victim__dob", "occurred_from"),
        sex=of.sex_of("victim__sex"),
        ethnicity=of.answer_of(Characteristic.ETHNICITY, "victim_id"),
    )
    found = rows.aggregate(
        number=Count("pk"),
        crimes=Count("pk", filter=~Q(crime_ref="")),
        women=Count("pk", filter=Q(sex="female")),
        known=Count("pk", filter=~Q(ethnicity__startswith="?")),
        of_age=Count("pk", filter=Q(age__isnull=False)),
        young=Count("pk", filter=Q(age__lt=16)),
        old=Count("pk", filter=Q(age__gte=65)),
    )
    number, aged = found["number"], found["of_age"]
    calls, crimes = figures["police_calls", "2023/24", _HERE], figures["police_crimes", "2023/24", _HERE]
    yield Proportion("police calls in a year", calls, number / held.scale, number)
    yield _share("police calls recorded as a crime", crimes / calls, found["crimes"], number)
    yield _share("police calls from women", figures["police_female", "2024", _HERE] / 100, found["women"], number)
    known = figures["police_ethnicity_known", after, _HERE]
    yield _share("police records with the ethnic group", known / 100, found["known"], number)
    yield _share("police victims under 16", figures["police_under_16", after, _HERE] / 100, found["young"], aged)
    yield _share("police victims of 65 or over", figures["police_65", after, _HERE] / 100, found["old"], aged)


def _of_marac(figures: Figures, held: SyntheticBuild, panel: Panel, year: Period) -> Iterator[Proportion]:
    """Cases, their children, repeats, reasons, and victims: as the return counts them."""
    counted = count([panel], year, rule_for(panel, quarter_of(held.until)))
    total, period = counted.totals[HEARINGS].cases, "2020/21"
    cases = figures["marac_cases", period, _HERE]
    yield Proportion("MARAC cases in a year", cases, total / held.scale, total)
    children = figures["marac_children", period, _HERE] / cases
    yield _share("children for a MARAC case", children, counted.totals[CHILDREN].cases, total)
    repeats = figures["marac_repeats", period, _REGION] / figures["marac_cases", period, _REGION]
    yield _share("MARAC repeats", repeats, _row(counted, "repeats", YES), total)
    male = figures["marac_male_victims", period, _HERE] / cases
    yield _share("MARAC male victims", male, _row(counted, "victim_sex", "male"), total)
    minoritised = figures["marac_minoritised", period, _HERE] / cases
    in_form = _row(counted, FORM_ETHNICITY, YES)
    yield _share("MARAC victims of the groups that the form puts together", minoritised, in_form, total)
    ages = {code: figures[code, "not stated", _HERE] for code in _AGES}
    of_age = sum(_row(counted, "victim_age", row) for row in _AGES.values())
    for code, row in _AGES.items():
        share = ages[code] / sum(ages.values())
        yield _share(f"MARAC victims of {row}", share, _row(counted, "victim_age", row), of_age)
    lgbt = figures["referral_lgbt", "not stated", _HERE] / sum(ages.values())
    yield _share("MARAC LGBT+ victims", lgbt, _row(counted, "victim_lgbt", YES), total)
    yield from _reasons(figures, panel, held, year)


def _reasons(figures: Figures, panel: Panel, held: SyntheticBuild, year: Period) -> Iterator[Proportion]:
    """The reasons that are printed, of the cases that are no repeat: no number of repeats is printed beside them."""
    rule = rule_for(panel, quarter_of(held.until)).params
    said = rule.model_copy(update={"repeat_from": (RepeatSource.REFERRER,)})
    rows = populated([panel], year, said)[HEARINGS].exclude(repeat=YES)
    counts = {code: Count("pk", filter=of.has_reason("reasons", reason)) for code, reason in _REASONS.items()}
    found = rows.aggregate(**counts)
    printed = {code: figures[code, "not stated", _HERE] for code in _REASONS}
    for code, reason in _REASONS.items():
        share = printed[code] / sum(printed.values())
        yield _share(f"MARAC reason {reason}", share, found[code], sum(found.values()))


def _share(name: str, published: float, number: int, whole: int) -> Proportion:
    return Proportion(name, published, number / whole if whole else 0.0, published * whole)


def _row(counted: Counted, table: str, row: str) -> int:
    found = counted.table(table)
    return found.number([row]).cases if found else 0
