"""What stands beside the return: how the work was done, and how its numbers compare with population and benchmarks.

Rates of a year are of the four quarters that end with the one shown. A share is of all cases, those of whom it isn't
known among them; the share of those known stands beside it, since the two can tell different stories.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q
from django.utils import timezone

from wraparound.foundation.meetings.models import Attendance, AttendanceStatus, Panel
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.response.marac.models import ResearchRequest
from wraparound.response.marac.params import SessionMode
from wraparound.response.marac.returns.counting import Counted, sessions_of
from wraparound.response.marac.returns.params import Benchmark, BenchmarkOf, MaracBenchmarks, MaracReturn, Staffing
from wraparound.response.marac.returns.populations import NO, STARTS, WHOLE, YES, heard, hearings, known_to
from wraparound.response.marac.returns.quarters import Period, Quarter, Span
from wraparound.response.marac.returns.tables import FORM_ETHNICITY, HEARINGS
from wraparound.response.marac.states import TellingState

POLICE = "police"
TABLES = (
    "referring_agency",
    "repeats",
    "victim_sex",
    "victim_ethnicity",
    FORM_ETHNICITY,
    "victim_disability",
    "victim_lgbt",
)
"""Of the return, those that the quality view rests on."""


@dataclass(frozen=True)
class AttendanceLine:
    """One agency at the sessions of the time that people came together for."""

    agency: str
    present: int
    deputy: int
    apologies: int
    sent_information: int  # of the apologies
    sessions: int

    @property
    def not_recorded(self) -> int:
        """Sessions of which nothing is noted for it."""
        return self.sessions - self.present - self.deputy - self.apologies

    @property
    def share(self) -> float | None:
        """How much of the sessions somebody was there for it."""
        return part(self.present + self.deputy, self.sessions)


@dataclass(frozen=True)
class ResearchLine:
    """One agency's answers to what it was asked before the sessions of the time."""

    agency: str
    asked: int
    on_time: int
    late: int

    @property
    def outstanding(self) -> int:
        """Never answered."""
        return self.asked - self.on_time - self.late

    @property
    def share(self) -> float | None:
        """How much was answered on time."""
        return part(self.on_time, self.asked)


@dataclass(frozen=True)
class Told:
    """How the duty to tell the survivor ended, of the cases heard in the time."""

    total: int
    by_state: Mapping[str, int]
    on_time: int  # told, by the promised day
    overdue: int  # waiting, past it

    @property
    def share(self) -> float | None:
        """How many of the survivors were told."""
        return part(self.by_state.get(TellingState.TOLD, 0), self.total)


@dataclass(frozen=True)
class Measured:
    """One number that has, or could have, a benchmark."""

    of: BenchmarkOf
    value: float | None
    of_known: float | None  # the same of those of whom it is known
    benchmark: Benchmark | None

    @property
    def verdict(self) -> str:
        """below, within, above, or "" where there is nothing to compare."""
        if self.value is None or self.benchmark is None:
            return ""
        if self.benchmark.at_least is not None and self.value < self.benchmark.at_least:
            return "below"
        if self.benchmark.at_most is not None and self.value > self.benchmark.at_most:
            return "above"
        return "within"


@dataclass(frozen=True)
class Posts:
    """What a formula asks for: at the cases of the year, and at the recommended number of cases."""

    formula: Staffing
    now: float
    at_recommended: float


@dataclass(frozen=True)
class Referring:
    """One line of the referring agencies, against the population."""

    agency: str
    cases: int
    share: float | None
    per_10000: float | None  # people, in a year


def part(of: float, whole: float) -> float | None:
    """A share of one, or None of nothing."""
    return of / whole if whole else None


def attendance(panels: Sequence[Panel], span: Span, expected: Sequence[Organisation]) -> list[AttendanceLine]:
    """Each agency that should have come or did, least often first."""
    sessions = sessions_of(panels, span).exclude(mode=SessionMode.ASYNCHRONOUS.value)
    number = sessions.count()
    noted = (
        Attendance.objects.filter(session__in=sessions)
        .values("organisation_id", "organisation__short_name")
        .annotate(
            present=Count("pk", filter=Q(status=AttendanceStatus.PRESENT)),
            deputy=Count("pk", filter=Q(status=AttendanceStatus.DEPUTY)),
            apologies=Count("pk", filter=Q(status=AttendanceStatus.APOLOGIES)),
            sent=Count("pk", filter=Q(status=AttendanceStatus.APOLOGIES, information_sent=True)),
        )
    )
    lines = {
        row["organisation_id"]: AttendanceLine(
            row["organisation__short_name"], row["present"], row["deputy"], row["apologies"], row["sent"], number
        )
        for row in noted
    }
    for organisation in expected:
        lines.setdefault(organisation.pk, AttendanceLine(organisation.short_name, 0, 0, 0, 0, number))
    return sorted(lines.values(), key=lambda line: (line.share or 0, line.agency)) if number else []


def research(panels: Sequence[Panel], span: Span, reader: Actor = WHOLE) -> list[ResearchLine]:
    """Each agency that was asked, least often on time first."""
    rows = ResearchRequest.objects.filter(
        item__session__panel__in=[panel.pk for panel in panels],
        **{f"{STARTS}__gte": span.starts_at, f"{STARTS}__lt": span.ends_at},
    )
    answered = Q(answered_at__isnull=False)
    counted = (
        known_to(reader, rows)
        .values("organisation_id", "organisation__short_name")
        .annotate(
            asked=Count("pk"),
            on_time=Count("pk", filter=answered & Q(answered_at__lte=F("due_at"))),
            late=Count("pk", filter=answered & Q(answered_at__gt=F("due_at"))),
        )
    )
    lines = [
        ResearchLine(row["organisation__short_name"], row["asked"], row["on_time"], row["late"]) for row in counted
    ]
    return sorted(lines, key=lambda line: (line.share or 0, line.agency))


def told(panels: Sequence[Panel], span: Span, reader: Actor = WHOLE, now: datetime | None = None) -> Told:
    """Whether the survivors of the time's cases were told."""
    found = heard(panels, span, reader).aggregate(
        **{state.value: Count("pk", filter=Q(state=state)) for state in TellingState},
        on_time=Count("pk", filter=Q(state=TellingState.TOLD, ended_at__lte=F("due_at"))),
        overdue=Count("pk", filter=Q(state=TellingState.WAITING, due_at__lt=now or timezone.now())),
    )
    by_state = {state.value: found[state.value] for state in TellingState}
    return Told(sum(by_state.values()), by_state, found["on_time"], found["overdue"])


def year_to(quarter: Quarter) -> Period:
    """The four quarters that end with this one."""
    return Period(quarter.previous.previous.previous.first, quarter.last)


def cases_by_agency(panels: Sequence[Panel], span: Span, rule: MaracReturn, reader: Actor = WHOLE) -> dict[str, int]:
    """Cases heard in a time by the referring agency's row, in one query."""
    rows = hearings(heard(panels, span, reader), rule).order_by().values_list("agency").annotate(number=Count("pk"))
    return dict(rows)


def measured(counted: Counted, cases_of_year: int, rule: MaracBenchmarks) -> list[Measured]:
    """Every number that a benchmark could be for."""
    total = counted.totals[HEARINGS].cases
    police = _row(counted, "referring_agency", POLICE)
    shares: dict[BenchmarkOf, tuple[float | None, float | None]] = {
        BenchmarkOf.CASES_PER_10000: (part(cases_of_year * 10_000, rule.women), None),
        BenchmarkOf.REPEATS: (part(_row(counted, "repeats", YES), total), None),
        BenchmarkOf.PARTNER_REFERRALS: (part(total - police, total), None),
        BenchmarkOf.MINORITISED: _yes(counted, FORM_ETHNICITY),
        BenchmarkOf.LGBT: _yes(counted, "victim_lgbt"),
        BenchmarkOf.DISABLED: _yes(counted, "victim_disability"),
        BenchmarkOf.MALE: (part(_row(counted, "victim_sex", "male"), total), None),
    }
    benchmarks = {benchmark.of: benchmark for benchmark in rule.benchmarks}
    asked = [of for of in shares if of is not BenchmarkOf.MINORITISED or counted.table(FORM_ETHNICITY)]
    return [Measured(of, *shares[of], benchmarks.get(of)) for of in asked]


def posts(cases_of_year: int, rule: MaracBenchmarks) -> list[Posts]:
    """Posts by every formula: two that disagree stand side by side."""
    recommended = rule.women * rule.recommended_per_10000 / 10_000
    found = []
    for formula in (*rule.idva_formulas, rule.administrators):
        if formula.per_women is not None:
            by_women = rule.women / formula.per_women
            found.append(Posts(formula, by_women, by_women))
        elif formula.per_cases is not None:
            found.append(Posts(formula, cases_of_year / formula.per_cases, recommended / formula.per_cases))
    return found


def referring(counted: Counted, of_year: Mapping[str, int], people: int) -> list[Referring]:
    """The referring agencies of the quarter; per 10,000 people by the cases of the year."""
    table = counted.table("referring_agency")
    total = counted.totals[HEARINGS].cases
    return [
        Referring(label, number.cases, part(number.cases, total), part(of_year.get(code, 0) * 10_000, people))
        for code, label, number in (table.rows if table else [])
    ]


def _row(counted: Counted, table: str, row: str) -> int:
    found = counted.table(table)
    return found.number([row]).cases if found else 0


def _yes(counted: Counted, table: str) -> tuple[float | None, float | None]:
    """The share of yes in all, and in those of whom it is known."""
    yes, no = _row(counted, table, YES), _row(counted, table, NO)
    return part(yes, counted.totals[HEARINGS].cases), part(yes, yes + no)
