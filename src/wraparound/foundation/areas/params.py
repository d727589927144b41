"""What a deadline is made of, as a rule set states it. The arithmetic is in `clocks`."""

from __future__ import annotations

import enum
from datetime import time
from typing import Annotated

from pydantic import Field

from wraparound.kit.rule_params import RuleParams, rule_params


class Unit(enum.StrEnum):
    """What is counted. Each is explained, with its edge cases, in `clocks`."""

    HOURS = "hours"
    HOURS_WITHOUT_SUNDAYS_AND_HOLIDAYS = "hours_without_sundays_and_holidays"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    SCHOOL_DAYS = "school_days"
    MONTHS = "months"


class DeadlineRule(RuleParams):
    """So many units from a start, and the time of day at which a deadline of days falls (Europe/London)."""

    amount: Annotated[int, Field(ge=0)]
    unit: Unit
    at: time = time(17, 0)


@rule_params("areas.calendar")
class Calendar(RuleParams):
    """Which bank holidays count, and on which weekdays (Monday is 0) people here work."""

    division: str
    working_weekdays: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(min_length=1)]
