"""Parameters of the MARAC's rules. Source: domain rules 1.3, 1.5, 3.3, 3.4; local values are in the packs."""

from __future__ import annotations

import enum
from datetime import time
from typing import Annotated

from pydantic import Field

from wraparound.foundation.areas.params import DeadlineRule
from wraparound.kit.rule_params import RuleParams, rule_params


class RepeatAnchor(enum.StrEnum):
    """From which day the repeat window of a case is counted."""

    REFERRAL_DATE = "referral_date"
    MEETING_DATE = "meeting_date"


class RepeatScope(enum.StrEnum):
    """Which further incident makes a repeat: any abuse (the current definition) or the older, criminal type."""

    ANY_ABUSE = "any_abuse"
    CRIMINAL_TYPE = "criminal_type"


@rule_params("marac.criteria")
class MaracCriteria(RuleParams):
    """When a referral meets the criteria: any one of them is enough, and none of them rejects."""

    high_risk_ticks: int  # visible high risk: at least so many yes answers in a Dash
    dara_grade: str  # police grade that counts as high risk, such as "high"
    escalation_incidents: int  # potential escalation: at least so many police incidents ...
    escalation_months: int  # ... in so many calendar months before the referral
    repeat_months: int  # repeat: a further incident within so many calendar months of the anchor
    repeat_anchor: RepeatAnchor
    repeat_scope: RepeatScope
    judgement_prompts: tuple[str, ...]  # flags and topics for which judgement is asked even below the ticks


class SessionMode(enum.StrEnum):
    """How the MARAC is held."""

    MEETING = "meeting"
    DAILY_CALL = "daily_call"
    ASYNCHRONOUS = "asynchronous"


@rule_params("marac.sessions")
class MaracSessions(RuleParams):
    """Cadence and capacity of the MARAC's sessions, and which kinds of organisation belong to them."""

    mode: SessionMode
    weekdays: tuple[int, ...]  # Monday is 0
    every_weeks: int  # 1: each week; 2: each second week
    first_on: str  # ISO date of a session from which the weeks are counted
    starts_at: time
    capacity: int  # cases
    minutes_per_case: int
    core_kinds: tuple[str, ...]  # kinds of organisation that are asked about every case
    quorum_kinds: tuple[str, ...]
    involvement_days_after: int  # involvement that was given for a session ends so many days after it


@rule_params("marac.deferrals")
class MaracDeferrals(RuleParams):
    """How often and how long a listed case may be put off before only the chair can say so."""

    max_deferrals: Annotated[int, Field(ge=0)]  # times, adjournments counted
    max_days: Annotated[int, Field(ge=0)]  # from the day of the session on which it was first listed


@rule_params("marac.asynchronous")
class MaracAsynchronous(RuleParams):
    """A session without a meeting: agencies file what they know by a closing date (domain rules 3.4, Norfolk)."""

    information_by: DeadlineRule  # from the session's start to its closing date


@rule_params("marac.forecast")
class MaracForecast(RuleParams):
    """How the load of the coming sessions is forecast."""

    look_back_weeks: Annotated[int, Field(ge=1, le=26)]  # whole weeks whose referrals give the rate of arrival
    look_ahead_days: Annotated[int, Field(ge=7, le=60)]


@rule_params("marac.clocks")
class MaracClocks(RuleParams):
    """Deadlines on the way from a prompt to the survivor told."""

    answer_prompt: DeadlineRule  # the agency that holds the incidents answers the criteria's prompt
    screen: DeadlineRule  # from receipt of a referral to its screening
    contact_before: DeadlineRule  # from receipt to the IDVA's first attempt
    tell_survivor: DeadlineRule  # from the case being heard to the survivor told
    challenge: DeadlineRule  # how long a referrer may challenge the screening's outcome


@rule_params("marac.screening")
class MaracScreening(RuleParams):
    """What screening may end with, the reasons to choose from, and where a referrer turns to challenge it."""

    not_listed_reasons: dict[str, str]  # code: label
    challenge_route: str


@rule_params("marac.sharing")
class MaracSharing(RuleParams):
    """Lawful bases that a referrer may choose from, and the purpose under which the MARAC shares."""

    lawful_bases: dict[str, str]  # code: label
    purpose: str


@rule_params("marac.research")
class MaracResearch(RuleParams):
    """By when agencies say what they know of a listed case, where they look, and how they are chased."""

    due_working_days_before: Annotated[int, Field(ge=0)]  # the session; 0: on its own day
    due_at: time  # on that day; never later than the session begins
    least_minutes: Annotated[int, Field(ge=0)]  # to answer where a case is listed late, but not past the session
    chase_gap_minutes: Annotated[int, Field(ge=0)]  # the same request isn't chased again sooner
    escalate_after_chases: Annotated[int, Field(ge=1)]  # from so many on, the agency's lead is told too
    systems: dict[str, tuple[str, ...]]  # kind of organisation: what it usually searches, until it names its own


@rule_params("marac.flags")
class MaracFlags(RuleParams):
    """Flag and tag: by when an agency says that its own records are flagged, and how long it may look meanwhile.

    How long a flag stands is the repeat window of `marac.criteria`: it lapses when further abuse is no repeat any more.
    """

    set_within: DeadlineRule  # from the case being heard
    open_days_after_due: Annotated[int, Field(ge=0)]  # the case stays open so long to an agency that hasn't answered


@rule_params("marac.minutes")
class MaracMinutes(RuleParams):
    """By when a session's minutes are approved, and the statement that stands at their head."""

    approve_within: DeadlineRule  # from the end of the session
    confidentiality: str


@rule_params("marac.transfer")
class MaracTransfer(RuleParams):
    """Moving a case to or from another area's MARAC: what may go with it, and what the move does to the repeat clock.

    Whether the clock begins anew with a move is stated nowhere that was seen (domain rules 3.6).
    """

    contents: dict[str, str]  # code: label; the codes are those of which the pack can be made
    confirm_within: DeadlineRule  # from sending to the other co-ordinator's word that it has arrived
    hand_over_within: DeadlineRule  # from sending, or from its coming in, to the IDVAs' speaking with one another
    resets_repeat_clock: bool  # true: a hearing in the other area makes nothing here a repeat
