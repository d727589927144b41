"""Parameters of the wall: sessions' time-outs. Source: local policy, provisional."""

from __future__ import annotations

from wraparound.kit.rule_params import RuleParams, rule_params


@rule_params("access.sessions")
class SessionTimeouts(RuleParams):
    """After how long a signed-in session ends by itself."""

    idle_minutes: int
    absolute_minutes: int
