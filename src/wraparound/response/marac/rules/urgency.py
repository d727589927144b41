"""In which order a co-ordinator should look: the riskiest first, then the oldest. An order, never a probability."""

from __future__ import annotations

from dataclasses import dataclass

from wraparound.response.marac.rules.criteria import ESCALATION, HIGH_RISK, JUDGEMENT, REPEAT, Criteria

# Of a topic alone, whatever its number of ticks: where killings have followed (domain rules 1.3, Plymouth's list).
FIRST_TOPICS = ("strangulation", "threats_to_kill")
_OF_CRITERION = {HIGH_RISK: 4, REPEAT: 3, ESCALATION: 2, JUDGEMENT: 2}


@dataclass(frozen=True)
class Urgency:
    """A rank for ordering (higher first) and the reasons for it, in words."""

    rank: int
    reasons: tuple[str, ...]


def urgency(found: Criteria, *, children: int = 0) -> Urgency:
    """The rank of a referral among those that wait, from what fired and what was seen."""
    rank = 0
    reasons: list[str] = []
    for outcome in found.fired:
        rank += _OF_CRITERION[outcome.code]
        reasons.append(outcome.title)
    for prompt in found.prompts:
        rank += 3 if prompt.topic in FIRST_TOPICS else 1
        reasons.append(prompt.title)
    if children:
        rank += 1
        reasons.append("1 child" if children == 1 else f"{children} children")
    return Urgency(rank, tuple(reasons))
