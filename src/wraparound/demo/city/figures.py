"""How much of what there is in a year of the city: published figures, which a pack may replace with its own.

A pack's own figures are in its folder, `demo/figures.json`: {"figures": {...}, "sources": {...}}; what it doesn't
give keeps the value below. Shares are of one; weights are relative.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

Weights = dict[str, float]


class Figures(BaseModel):
    """Counts are of a whole year at scale 1. What has no source is an assumption, to be calibrated."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    police_incidents: int = 35_500
    marac_referrals: int = 2_900
    marac_cases: int | None = None  # heard in the year; where given, there are as many referrals as that takes

    # police records
    crime_share: float = 0.66  # of incidents that are recorded as a crime
    victim_female: float = 0.74
    police_ethnicity_known: float = 0.37
    victim_ages: Weights = {"10-15": 0.9, "16-17": 3, "18-24": 21, "25-34": 34, "35-54": 32, "55-64": 6.1, "65-84": 3}
    ethnic_groups: Weights = {"13": 80, "4": 4, "17": 6, "6": 3, "3": 3, "7": 2, "11": 1, "5": 1}
    grades: Weights = {"standard": 61, "medium": 30, "high": 9}
    hours: tuple[float, ...] = (
        *(3.2, 2.6, 2.1, 1.5, 1.2, 1.2, 1.7, 2.6, 3.8, 4.6, 5.2, 5.6),
        *(6.0, 5.7, 5.5, 5.5, 5.4, 5.4, 5.3, 5.2, 5.2, 5.2, 4.9, 4.1),
    )
    weekdays: tuple[float, ...] = (1.10, 0.98, 0.96, 0.95, 0.98, 1.00, 1.03)  # Monday first
    child_present: float = 0.33
    abuse_kinds: Weights = {
        "physical": 43,
        "psychological": 46,
        "violent_threatening": 35,
        "controlling_coercive": 24,
        "economic": 6,
        "sexual": 4,
    }
    ward_factors: Weights = {}  # ward's name: how many times its share by population

    # MARAC
    marac_male: float = 0.048
    marac_ages: Weights = {"16-17": 0.5, "18-24": 37, "25-34": 31, "35-54": 27, "55-64": 3, "65-84": 1.5}
    marac_children: Weights = {"0": 38, "1": 22, "2": 22, "3": 12, "4": 5, "5": 1}  # 1.27 a case
    marac_reasons: Weights = {"dara_high": 285, "visible_high_risk": 86, "professional_judgement": 258, "other": 44}
    marac_repeats: float = 0.31
    marac_minoritised: float | None = None  # of all cases: of the groups in the national form's one cell
    marac_ethnicity_known: float = 0.84  # of referrals
    marac_lgbt: float = 0.022
    marac_not_listed: float = 0.04  # of referrals
    referring: Weights = {
        "police": 64,
        "idva_service": 9,
        "housing": 5,
        "children": 6,
        "health": 5,
        "mental_health": 2.5,
        "probation": 2,
        "specialist": 3,
        "adults": 1.2,
        "education": 0.8,
        "substance_misuse": 1,
        "by_and_for": 0.5,
    }


def figures_for(pack_folder: Path) -> Figures:
    """The pack's figures over the general ones. Raises pydantic's ValidationError for a name that isn't known."""
    own = pack_folder / "demo" / "figures.json"
    given: dict[str, Any] = json.loads(own.read_text(encoding="utf-8"))["figures"] if own.is_file() else {}
    return Figures(**given)
