"""Parameters of the wall: sessions' time-outs, looks in an emergency. Source: local policy, provisional."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from wraparound.kit.rule_params import RuleParams, rule_params


@rule_params("access.sessions")
class SessionTimeouts(RuleParams):
    """After how long a signed-in session ends by itself."""

    idle_minutes: int
    absolute_minutes: int


@rule_params("access.emergency")
class EmergencyRules(RuleParams):
    """For how long a case opens to someone in an emergency, what they must say, and whom it finds.

    Only someone of the very same name and birthday is ever found; `least_points` (of `people.matching`) may ask more.
    """

    hours: Annotated[int, Field(ge=1, le=72)]
    least_reason: Annotated[int, Field(ge=1, le=500)]  # characters of the reason, in their own words
    least_points: float
    review_days: Annotated[int, Field(ge=1)]  # from when on a look that nobody has checked is late
