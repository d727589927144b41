"""Parameters of commitments: when to remind, when to escalate. Source: local practice, provisional."""

from __future__ import annotations

from wraparound.foundation.areas.params import DeadlineRule
from wraparound.kit.rule_params import RuleParams, rule_params


@rule_params("commitments.chasing")
class ChasingRules(RuleParams):
    """Reminders so many calendar days before the day, and escalation to the agency's lead after it."""

    remind_days_before: tuple[int, ...]
    escalate_after: DeadlineRule  # counted from the due day
    answer_proposal: DeadlineRule  # an absent agency's answer to what was proposed for it
    involvement_days_after: int  # how long an agency still sees a matter after its last commitment there ended
