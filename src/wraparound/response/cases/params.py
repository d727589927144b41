"""Parameters of cases: the Act's tests, and what makes a rejected row urgent."""

from __future__ import annotations

from wraparound.kit.rule_params import RuleParams, rule_params


@rule_params("cases.act")
class ActTests(RuleParams):
    """Ages of the Domestic Abuse Act 2021, ss1-3 (domain rules 10.1)."""

    minimum_age: int  # both parties, s1
    child_under: int  # s3
    prompt_children_under: int  # 16-17: the Act applies and children's services are prompted


@rule_params("cases.incident_import")
class IncidentImportRules(RuleParams):
    """When a rejected row of a police file becomes an urgent task, and which ticks a DARA grade suggests."""

    urgent_ticks: int
    urgent_words: tuple[str, ...]
    grade_bands: dict[str, int]  # grade: from so many ticks; a file whose two values disagree is warned of
