"""Parameters of cases: the Act's tests, what makes a rejected row urgent, and when a standing fact needs a look."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

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


@rule_params("cases.facts")
class StandingFactRules(RuleParams):
    """When bail, custody, an order or a hearing that ends is brought to notice."""

    soon_days: Annotated[int, Field(ge=0)]  # so many days before its day
    passed_days: Annotated[int, Field(ge=0)]  # and so many days after it, while nobody has said what came of it
