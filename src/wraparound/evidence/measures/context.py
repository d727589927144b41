"""What a measure is computed from: the store's tables, a place, a period, the rules and what is compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from wraparound.evidence.measures.disclosure import Protected
from wraparound.evidence.measures.params import Disclosure, Hotspots, NeedsRules
from wraparound.evidence.measures.results import Interval, MeasureResult, Period, Place, Status
from wraparound.evidence.store.engine import Store


@dataclass(frozen=True)
class Rules:
    """The rule sets in force, as the area's pack has them. A measure that needs one that is missing says so."""

    disclosure: Disclosure | None = None
    hotspots: Hotspots | None = None
    needs: NeedsRules | None = None


@dataclass(frozen=True)
class Comparable:
    """The areas that an area is compared with, and who says that they are alike."""

    places: tuple[Place, ...] = ()
    source: str = ""
    forces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by a place's code: whose files cover it


@dataclass(frozen=True)
class Target:
    """What a measure ought to reach, and whose target it is."""

    value: float
    source: str


@dataclass(frozen=True)
class Context:
    """For what a measure is computed. `compare_with` is the earlier period; by itself it is the same one a year ago."""

    store: Store
    place: Place
    period: Period
    rules: Rules = Rules()
    comparable: Comparable = Comparable()
    compare_with: Period | None = None
    category: str | None = None  # of hotspots: one category instead of all crimes
    profile: str = ""  # of an offence-level extract: one problem profile instead of all offences
    protected: Protected | None = None  # what is withheld over all tables of the edition; else each table by itself
    as_of: str = ""  # when our own records were extracted: numbers of another extract are other numbers
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of codes, by list: ethnicity, sex
    recording_breaks: tuple[tuple[date, str], ...] = ()  # the day on which recording changed, and how
    targets: Mapping[str, Target] = field(default_factory=dict)
    forces: tuple[str, ...] = ()  # whose files cover the place, by slug; without any, whoever's rows lie in it
    pack: str = ""  # the pack that the area is of: its published figures and assumptions; empty for a folder elsewhere

    @property
    def is_ward(self) -> bool:
        """Whether the place is an electoral ward (their codes begin with E05 or W05)."""
        return self.place.code[1:3] == "05"


@dataclass(frozen=True)
class Need:
    """What a measure can't be without, as a sentence names it; `met` where having the table isn't enough."""

    dataset: str
    sentence: str
    met: Callable[[Context], bool] | None = None

    def is_met(self, context: Context) -> bool:
        """Whether the store has it for this place and period."""
        if self.dataset and not context.store.has(self.dataset):
            return False
        return self.met is None or self.met(context)


def answer(
    context: Context,
    value: float | None,
    unit: str,
    *,
    numerator: float | None = None,
    denominator: float | None = None,
    denominator_source: str | None = None,
    interval: Interval | None = None,
    caveats: tuple[str, ...] = (),
    source: str = "",
    breakdown: Mapping[str, str] | None = None,
    place: Place | None = None,
    period: Period | None = None,
) -> MeasureResult:
    """A result for the context's place and period. The register adds the measure's id and definition."""
    return MeasureResult(
        id="",
        area=place or context.place,
        period=period or context.period,
        value=value,
        unit=unit,
        numerator=numerator,
        denominator=denominator,
        denominator_source=denominator_source,
        interval=interval,
        caveats=caveats,
        source=source,
        breakdown=breakdown or {},
    )


def without(
    context: Context,
    status: Status,
    reason: str,
    unit: str = "",
    *,
    caveats: tuple[str, ...] = (),
    breakdown: Mapping[str, str] | None = None,
    source: str = "",
) -> MeasureResult:
    """No value, and why."""
    return MeasureResult(
        id="",
        area=context.place,
        period=context.period,
        value=None,
        unit=unit,
        status=status,
        reason=reason,
        caveats=caveats,
        source=source,
        breakdown=breakdown or {},
    )


def refused(context: Context, reason: str, unit: str = "", caveats: tuple[str, ...] = ()) -> MeasureResult:
    """The data could be counted, and the number would mislead."""
    return without(context, Status.REFUSED, reason, unit, caveats=caveats)


def not_available(context: Context, needs: str, unit: str = "", caveats: tuple[str, ...] = ()) -> MeasureResult:
    """An input is missing. `needs` is a noun phrase: "needs " goes before it."""
    return without(context, Status.NOT_AVAILABLE, f"needs {needs}", unit, caveats=caveats)
