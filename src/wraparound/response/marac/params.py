"""Parameters of the MARAC's rules. Source: domain rules 1.3, 1.5, 3.3, 3.4; local values are in the packs."""

from __future__ import annotations

import enum
from datetime import time

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
