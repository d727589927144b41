"""How deadlines read."""

from __future__ import annotations

from wraparound.foundation.areas.params import DeadlineRule, Unit

_NAMES = {
    Unit.HOURS: ("hour", "hours"),
    Unit.HOURS_WITHOUT_SUNDAYS_AND_HOLIDAYS: ("hour", "hours"),
    Unit.DAYS: ("day", "days"),
    Unit.WORKING_DAYS: ("working day", "working days"),
    Unit.SCHOOL_DAYS: ("school day", "school days"),
    Unit.MONTHS: ("month", "months"),
}


def in_words(rule: DeadlineRule) -> str:
    """A deadline rule as one says it: "2 working days, by 17:00"; "48 hours, Sundays and bank holidays not counted"."""
    one, many = _NAMES[rule.unit]
    length = f"{rule.amount} {one if rule.amount == 1 else many}"
    if rule.unit is Unit.HOURS:
        return length
    if rule.unit is Unit.HOURS_WITHOUT_SUNDAYS_AND_HOLIDAYS:
        return f"{length}, Sundays and bank holidays not counted"
    if rule.amount == 0:
        return f"the same {one}, by {rule.at:%H:%M}"
    return f"{length}, by {rule.at:%H:%M}"
