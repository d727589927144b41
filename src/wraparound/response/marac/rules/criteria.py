"""The referral criteria (SafeLives referral form 2015; domain rules 1.3 and 1.5).

Any one of the four is enough. Nothing here accepts or rejects: below the ticks is not "safe", and what fired only
explains itself to the person who decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from wraparound.foundation.areas.rules import LONDON, add_months, within_months
from wraparound.response.marac.params import MaracCriteria, RepeatAnchor, RepeatScope

JUDGEMENT = "professional_judgement"
HIGH_RISK = "visible_high_risk"
ESCALATION = "potential_escalation"
REPEAT = "repeat"

TITLES = {
    JUDGEMENT: "Professional judgement",
    HIGH_RISK: "Visible high risk",
    ESCALATION: "Potential escalation",
    REPEAT: "Repeat at MARAC",
}

# The older definition of a repeat (domain rules 1.5): violence or threats, stalking or harassment, sexual abuse.
CRIMINAL_KINDS = frozenset({"physical", "sexual", "violent_threatening"})
CRIMINAL_FLAGS = frozenset({"strangulation", "weapon", "stalking", "breach_of_order", "forced_marriage", "fgm"})

TOPICS = {
    "strangulation": "Strangulation or suffocation",
    "stalking": "Stalking",
    "threats_to_kill": "Threats to kill",
    "separation": "Separation in the past year",
    "honour_based": "So-called honour-based abuse",
    "forced_marriage": "Forced marriage",
    "control_jealousy": "Control and extreme jealousy",
    "weapon": "Weapon used or threatened",
    "pregnancy": "Pregnant or with a baby",
    "sexual": "Sexual abuse",
}


@dataclass(frozen=True)
class IncidentFact:
    """One incident between the victim and one perpetrator, as its reporter has it."""

    id: str
    pair: str  # an opaque key of the two people: incidents are counted between the same two
    occurred_at: datetime
    reported_at: datetime
    kinds: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    is_recorded_crime: bool = False
    dara_grade: str = ""
    dash_ticks: int | None = None

    @property
    def reported_on(self) -> date:
        """The day of the report in London."""
        return self.reported_at.astimezone(LONDON).date()

    @property
    def occurred_on(self) -> date:
        """The day on which it happened, or began, in London."""
        return self.occurred_at.astimezone(LONDON).date()


@dataclass(frozen=True)
class FormResult:
    """A completed Dash or DARA: the ticks of the one, the grade of the other, whose and when."""

    id: str
    instrument: str  # dash, dara
    on: date
    source: str
    ticks: int | None = None
    grade: str = ""
    yes_topics: frozenset[str] = frozenset()


@dataclass(frozen=True)
class EarlierHearing:
    """An earlier MARAC case of the same victim with one of the same perpetrators."""

    id: str
    pair: str
    referred_at: datetime
    heard_at: datetime
    is_claimed: bool = False  # somebody says so; no record of it is held here
    said: str = ", as the referrer says"  # who, where it is claimed


@dataclass(frozen=True)
class Facts:
    """What is known on the day: of the referral in hand (if a person has made one), of incidents, of earlier cases."""

    on: date
    incidents: Sequence[IncidentFact] = ()
    forms: Sequence[FormResult] = ()
    hearings: Sequence[EarlierHearing] = ()
    judgement_reason: str = ""
    reported_abuse: Sequence[IncidentFact] = ()  # told by a referrer, not by the police
    topics: frozenset[str] = frozenset()  # such as separation, known from elsewhere than a form or an incident


@dataclass(frozen=True)
class CriterionOutcome:
    """Whether one criterion is met, and on what it rests: sentences with dates and counts, and the ids behind them."""

    code: str
    title: str
    fired: bool
    evidence: tuple[str, ...]
    ids: tuple[str, ...]
    rule_label: str
    is_provisional: bool


@dataclass(frozen=True)
class JudgementPrompt:
    """A topic for which judgement is asked even where no number fires, and where it was seen."""

    topic: str
    title: str
    seen_in: tuple[str, ...]


@dataclass(frozen=True)
class Criteria:
    """The four outcomes, and what a person should weigh beside them."""

    outcomes: tuple[CriterionOutcome, ...]
    prompts: tuple[JudgementPrompt, ...] = field(default=())

    @property
    def fired(self) -> tuple[CriterionOutcome, ...]:
        """Those that are met."""
        return tuple(outcome for outcome in self.outcomes if outcome.fired)


def criteria(facts: Facts, params: MaracCriteria, *, rule_label: str, provisional: Iterable[str] = ()) -> Criteria:
    """The outcome of each criterion on `facts.on`, in the order of the form.

    `provisional` names the codes of criteria whose parameters nobody has seen in a source.
    """
    unsure = frozenset(provisional)
    found = {
        JUDGEMENT: _judgement(facts),
        HIGH_RISK: _high_risk(facts, params),
        ESCALATION: _escalation(facts, params),
        REPEAT: _repeat(facts, params),
    }
    outcomes = tuple(
        CriterionOutcome(code, TITLES[code], bool(ids), evidence, ids, rule_label, code in unsure)
        for code, (evidence, ids) in found.items()
    )
    return Criteria(outcomes, _prompts(facts, params))


def is_criminal_type(incident: IncidentFact) -> bool:
    """Whether it is of the kind that the older definition of a repeat asks for: criminal if it were reported."""
    return incident.is_recorded_crime or bool(incident.kinds & CRIMINAL_KINDS) or bool(incident.flags & CRIMINAL_FLAGS)


Found = tuple[tuple[str, ...], tuple[str, ...]]  # evidence, ids: no id, not met


def _judgement(facts: Facts) -> Found:
    if facts.judgement_reason.strip():
        return (("The referrer gives a professional judgement with its reason.",), ("referral",))
    return (("No one has given a professional judgement yet.",), ())


def _high_risk(facts: Facts, params: MaracCriteria) -> Found:
    """Enough ticks in a Dash, or the DARA grade that counts; of forms no older than the escalation window."""
    evidence: list[str] = []
    ids: list[str] = []
    ticks: list[int] = []
    for form in _forms_of(facts):
        if not _is_recent(form.on, facts, params):
            continue
        if form.ticks is not None:
            ticks.append(form.ticks)
            if form.ticks >= params.high_risk_ticks:
                threshold = f"the threshold is {params.high_risk_ticks}"
                evidence.append(f"Dash with {form.ticks} ticks on {_day(form.on)} ({form.source}); {threshold}.")
                ids.append(form.id)
        if params.dara_grade and form.grade == params.dara_grade and form.instrument == "dara":
            evidence.append(f"DARA graded {form.grade} on {_day(form.on)} ({form.source}).")
            ids.append(form.id)
    if not ids:
        most = f"The highest Dash has {max(ticks)} of {params.high_risk_ticks} ticks" if ticks else "No Dash is held"
        evidence.append(f"{most}, and no DARA is graded {params.dara_grade}. That does not mean safe.")
    return tuple(evidence), tuple(dict.fromkeys(ids))


def _forms_of(facts: Facts) -> list[FormResult]:
    """Completed forms, and the ticks and grades that came with incidents; the newest first."""
    found = list(facts.forms)
    for incident in facts.incidents:
        if incident.dash_ticks is not None:
            found.append(
                FormResult(incident.id, "dash", incident.reported_on, "with an incident", ticks=incident.dash_ticks)
            )
        if incident.dara_grade:
            found.append(
                FormResult(incident.id, "dara", incident.reported_on, "with an incident", grade=incident.dara_grade)
            )
    return sorted(found, key=lambda form: (form.on, form.id), reverse=True)


def _is_recent(day: date, facts: Facts, params: MaracCriteria) -> bool:
    return add_months(facts.on, -params.escalation_months) <= day <= facts.on


def _escalation(facts: Facts, params: MaracCriteria) -> Found:
    """At least N incidents reported to the police between the same two in M calendar months, both days included."""
    since = add_months(facts.on, -params.escalation_months)
    in_window = [i for i in facts.incidents if since <= i.reported_on <= facts.on]
    per_pair = Counter(incident.pair for incident in in_window)
    wanted = f"the rule asks for {params.escalation_incidents} or more in {params.escalation_months} months"
    most = max(per_pair.values(), default=0)
    if most < params.escalation_incidents:
        held = "1 incident" if most == 1 else f"{most or 'No'} incidents"
        return ((f"{held} reported to the police between the same two since {_day(since)}; {wanted}.",), ())
    pair = next(p for p, number in per_pair.items() if number == most)
    chosen = sorted((i for i in in_window if i.pair == pair), key=lambda i: (i.reported_at, i.id))
    first, last = chosen[0].reported_on, chosen[-1].reported_on
    sentence = (
        f"{most} incidents reported to the police between the same two, from {_day(first)} to {_day(last)}; {wanted}."
    )
    return (sentence,), tuple(incident.id for incident in chosen)


def _repeat(facts: Facts, params: MaracCriteria) -> Found:
    """Further abuse between the same two within so many calendar months of the anchor, its last day included."""
    evidence: list[str] = []
    ids: list[str] = []
    for hearing in sorted(facts.hearings, key=lambda h: (h.heard_at, h.id), reverse=True):
        further = [i for i in _told_of(facts) if i.pair == hearing.pair and is_further(i, hearing, params)]
        if not further:
            continue
        newest = max(further, key=lambda i: (i.occurred_at, i.id))
        said = hearing.said if hearing.is_claimed else ""
        evidence.append(f"{further_words(newest, hearing, params)}{said}.")
        ids += [hearing.id, *(i.id for i in sorted(further, key=lambda i: (i.occurred_at, i.id)))]
    if not ids:
        return ((_why_no_repeat(facts, params),), ())
    return tuple(evidence), tuple(dict.fromkeys(ids))


def _told_of(facts: Facts) -> list[IncidentFact]:
    """Any reporter counts: a police report is not needed."""
    return [*facts.incidents, *facts.reported_abuse]


def is_further(incident: IncidentFact, hearing: EarlierHearing, params: MaracCriteria) -> bool:
    """Whether an incident is further abuse after a hearing of the same two: the repeat of domain rules 1.5.

    After the case was heard (what came between referral and hearing belongs to that case), of the kind that the rule
    set asks for, and in the window. Whether the two are the same is for the caller to know.
    """
    if params.repeat_scope is RepeatScope.CRIMINAL_TYPE and not is_criminal_type(incident):
        return False
    return is_after_in_window(incident, hearing, params)


def is_after_in_window(incident: IncidentFact, hearing: EarlierHearing, params: MaracCriteria) -> bool:
    """Whether it came after the hearing and not later than the window's last day, whatever its kind."""
    if incident.occurred_at <= hearing.heard_at:
        return False
    return within_months(anchor_of(hearing, params), incident.occurred_on, params.repeat_months)


def anchor_of(hearing: EarlierHearing, params: MaracCriteria) -> date:
    """The day in London from which the rule set counts the window of a hearing."""
    moment = hearing.heard_at if params.repeat_anchor is RepeatAnchor.MEETING_DATE else hearing.referred_at
    return moment.astimezone(LONDON).date()


def further_words(newest: IncidentFact, hearing: EarlierHearing, params: MaracCriteria) -> str:
    """Why the newest incident after a hearing is a repeat, without a full stop."""
    return (
        f"Further abuse on {_day(newest.occurred_on)}, within {params.repeat_months} months of"
        f" {_anchor_words(params)} on {_day(anchor_of(hearing, params))}"
    )


def _anchor_words(params: MaracCriteria) -> str:
    return "the meeting" if params.repeat_anchor is RepeatAnchor.MEETING_DATE else "the last referral"


def _why_no_repeat(facts: Facts, params: MaracCriteria) -> str:
    if not facts.hearings:
        return "No earlier MARAC case of the same two people is known."
    last = max(anchor_of(hearing, params) for hearing in facts.hearings)
    kind = "criminal in type" if params.repeat_scope is RepeatScope.CRIMINAL_TYPE else "of any kind"
    return (
        f"The same two were heard before ({_anchor_words(params)} on {_day(last)}), but no further abuse {kind}"
        f" is known within {params.repeat_months} months of it."
    )


def _prompts(facts: Facts, params: MaracCriteria) -> tuple[JudgementPrompt, ...]:
    """The rule set's topics that were seen, each with where: a reason to judge, not a result."""
    recent = [i for i in _told_of(facts) if _is_recent(i.reported_on, facts, params)]
    found = []
    for topic in params.judgement_prompts:
        where = [f"{_form_name(f)} of {_day(f.on)}" for f in facts.forms if topic in f.yes_topics]
        flagged = [i for i in recent if topic in i.flags or topic in i.kinds]
        if flagged:
            newest = max(i.reported_on for i in flagged)
            times = "an incident" if len(flagged) == 1 else f"{len(flagged)} incidents, the last"
            where.append(f"{times} reported on {_day(newest)}")
        if topic in facts.topics:
            where.append("what the record says of the relationship")
        if where:
            found.append(JudgementPrompt(topic, TOPICS.get(topic, topic.replace("_", " ")), tuple(where)))
    return tuple(found)


def _form_name(form: FormResult) -> str:
    return "DARA" if form.instrument == "dara" else "Dash"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
