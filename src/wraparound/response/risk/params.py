"""Parameters of the risk instruments. Source: domain rules 1.1, 1.2, 1.8 and 2."""

from __future__ import annotations

from wraparound.kit.rule_params import RuleParams, rule_params


class Band(RuleParams):
    """A grade from so many yes answers on."""

    grade: str  # standard, medium, high
    from_ticks: int


class UndergradingPrompt(RuleParams):
    """Where under-grading is known: when all these items are answered yes, ask the assessor to look again."""

    code: str
    items: tuple[str, ...]  # keys of the instrument's items
    text: str


@rule_params("risk.dash")
class DashRules(RuleParams):
    """Bands of the Dash, and where to look twice. Bands differ by area (domain rules 1.2)."""

    bands: tuple[Band, ...]
    prompts: tuple[UndergradingPrompt, ...]


@rule_params("risk.dara")
class DaraRules(RuleParams):
    """The DARA is graded by a person and never totalled: only its prompts are rules."""

    prompts: tuple[UndergradingPrompt, ...]
