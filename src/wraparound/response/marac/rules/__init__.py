"""What the MARAC's rule sets decide, and why: pure functions of facts, without clock, database or names."""

from wraparound.response.marac.rules.criteria import (
    Criteria,
    CriterionOutcome,
    EarlierHearing,
    Facts,
    FormResult,
    IncidentFact,
    JudgementPrompt,
    criteria,
    is_criminal_type,
)
from wraparound.response.marac.rules.research import research_due
from wraparound.response.marac.rules.sessions import is_session_day, session_days
from wraparound.response.marac.rules.urgency import Urgency, urgency

__all__ = [
    "Criteria",
    "CriterionOutcome",
    "EarlierHearing",
    "Facts",
    "FormResult",
    "IncidentFact",
    "JudgementPrompt",
    "Urgency",
    "criteria",
    "is_criminal_type",
    "is_session_day",
    "research_due",
    "session_days",
    "urgency",
]
