"""Definitions of the return and benchmarks beside it. Source: domain rules 3.7; an area's own are in its pack."""

from __future__ import annotations

import enum
from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from wraparound.kit.rule_params import RuleParams, rule_params

Share = Annotated[float, Field(ge=0, le=1)]


class RepeatSource(enum.StrEnum):
    """What makes a hearing a repeat in the return."""

    CRITERIA = "criteria"  # the record: the criterion was met by the rules of the day, and nobody said that it is none
    CONFIRMED = "confirmed"  # a co-ordinator confirmed that the referral brings a repeat
    REFERRER = "referrer"  # the referrer gave it as a reason


class Row(RuleParams):
    """One row of a table: codes that are counted together, under the name that the form gives them."""

    label: str
    codes: tuple[str, ...]


class AgencyRow(Row):
    """One row of the referring agencies: kinds of organisation. Rows are a list: their order is the form's."""

    code: str


class Band(RuleParams):
    """Ages from and to, both included; no end where `to` is None."""

    label: str
    first: int = Field(ge=0)
    last: int | None = None

    @property
    def code(self) -> str:
        """How the band is named in files: 16-17, 65+."""
        return f"{self.first}+" if self.last is None else f"{self.first}-{self.last}"


class FormCell(RuleParams):
    """One number that the national form asks for, and where it stands in the tables."""

    label: str
    table: str
    rows: tuple[str, ...]


class Publishing(RuleParams):
    """What is withheld from what leaves the partnership."""

    smallest: int = Field(ge=2)  # numbers from 1 up to one less are withheld
    least_width: int = Field(ge=2)  # a withheld number must remain possible with at least so many values


@rule_params("marac.return")
class MaracReturn(RuleParams):
    """What is counted, how, and under which names."""

    definitions: dict[str, str]  # by table: what is counted, in words
    repeat_from: tuple[RepeatSource, ...] = Field(min_length=1)
    agencies: tuple[AgencyRow, ...]  # any kind that none of them names is counted as "other"
    victim_ages: tuple[Band, ...]
    perpetrator_ages: tuple[Band, ...]
    child_ages: tuple[Band, ...]
    adult_at: int = Field(ge=1)  # a child is younger
    combined_ethnicity: Row | None  # one cell of several groups: only where the form itself asks for it
    lgbt_orientations: tuple[str, ...]
    lgbt_identities: tuple[str, ...]
    form: tuple[FormCell, ...]
    publish: Publishing

    @model_validator(mode="after")
    def _bands_follow_each_other(self) -> MaracReturn:
        for bands in (self.victim_ages, self.perpetrator_ages, self.child_ages):
            for one, following in pairwise(bands):
                if one.last is None or one.last + 1 != following.first:
                    raise ValueError(f"the ages {one.code} and {following.code} leave a gap or overlap")
        if self.child_ages and self.child_ages[-1].last != self.adult_at - 1:
            raise ValueError("the children's ages must end a year below adult_at")
        return self


class BenchmarkOf(enum.StrEnum):
    """Which number of the quality view a benchmark is for."""

    CASES_PER_10000 = "cases_per_10000"
    REPEATS = "repeats"
    PARTNER_REFERRALS = "partner_referrals"
    MINORITISED = "minoritised"
    LGBT = "lgbt"
    DISABLED = "disabled"
    MALE = "male"


class BenchmarkStatus(enum.StrEnum):
    """Whether a benchmark was seen in a source."""

    SEEN = "seen"
    PROVISIONAL = "provisional"


class Benchmark(RuleParams):
    """What a number should lie between: shares of one, or a rate. An empty end is open."""

    of: BenchmarkOf
    at_least: float | None
    at_most: float | None
    status: BenchmarkStatus
    source: str


class Staffing(RuleParams):
    """A formula for posts that follows from cases or from population."""

    label: str
    per_cases: float | None = None  # one full-time post for so many cases a year
    per_women: float | None = None  # one full-time post for so many women
    source: str

    @model_validator(mode="after")
    def _one_base(self) -> Staffing:
        if (self.per_cases is None) == (self.per_women is None):
            raise ValueError("give per_cases or per_women, one of them")
        return self


@rule_params("marac.benchmarks")
class MaracBenchmarks(RuleParams):
    """Population, benchmarks and formulas to hold the return against."""

    women: int = Field(ge=1)  # adult women of the area
    women_source: str
    people: int = Field(ge=1)
    people_source: str
    minoritised_share: Share | None = None  # of the population
    recommended_per_10000: float
    benchmarks: tuple[Benchmark, ...]
    idva_formulas: tuple[Staffing, ...]
    idva_note: str
    administrators: Staffing
