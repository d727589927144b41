"""The rule sets of the evidence: disclosure control, hotspots, and the published methods of the needs assessment."""

from __future__ import annotations

from itertools import pairwise

from pydantic import Field, model_validator

from wraparound.kit.rule_params import RuleParams, rule_params


@rule_params("evidence.disclosure")
class Disclosure(RuleParams):
    """How small a number of our own records may be published, and how well a withheld one must stay hidden."""

    smallest_at_city: int = Field(ge=2)  # numbers from 1 up to one less are withheld for the whole area
    smallest_below_city: int = Field(ge=2)  # ... and for parts of it
    least_width: int = Field(ge=1)  # the range that a reader can work out for a withheld number spans at least this
    round_to: int = Field(ge=1)  # published numbers are rounded to multiples; 1: not at all


@rule_params("evidence.hotspots")
class Hotspots(RuleParams):
    """How hotspots are found."""

    edges: tuple[float, ...] = Field(min_length=2)  # of the bands of the index, each included in the band above it
    least_mean: float = Field(gt=0)  # mean offences a cell under which the index only shows chance
    neighbours_within_m: float = Field(gt=0)
    false_discovery: float = Field(gt=0, lt=1)
    h3_resolution: int = Field(ge=0, le=15)
    h3_coarsest: int = Field(ge=0, le=15)
    never: tuple[str, ...]  # categories of which no hotspot is ever drawn

    @model_validator(mode="after")
    def _ordered(self) -> Hotspots:
        if any(low >= high for low, high in pairwise(self.edges)):
            raise ValueError("edges must rise")
        if self.h3_coarsest > self.h3_resolution:
            raise ValueError("h3_coarsest must not be finer than h3_resolution")
        return self


class IdvaMethod(RuleParams):
    """A published way of saying how many IDVAs are needed: one for so many cases a year."""

    code: str
    label: str
    cases_per_idva: float = Field(gt=0)
    source: str


class Prevalence(RuleParams):
    """A share of residents that a national survey estimates."""

    share: float = Field(gt=0, lt=1)
    standard_error: float | None = Field(default=None, gt=0)  # only as published
    age_from: int = Field(ge=0)
    age_to: int = Field(ge=0)
    label: str
    source: str


@rule_params("evidence.needs")
class NeedsRules(RuleParams):
    """The numbers that the needs assessment works with, each with its source."""

    prevalence: Prevalence
    people: float | None = Field(default=None, gt=0)  # residents that the refuge benchmark is applied to
    people_source: str = ""
    refuge_people_per_place: float = Field(gt=0)
    refuge_source: str
    women: float | None = Field(default=None, gt=0)
    women_source: str = ""
    cases_per_10000_women: float = Field(gt=0)
    cases_source: str
    actual_cases: float | None = Field(default=None, ge=0)
    actual_cases_source: str = ""
    idva_methods: tuple[IdvaMethod, ...] = Field(min_length=1)
    idva_note: str
    idvas_in_post: float | None = Field(default=None, ge=0)
    idvas_in_post_source: str = ""
    refuge_units: float | None = Field(default=None, ge=0)
    refuge_units_source: str = ""
