"""The MARAC's tables: from a prompt and a referral to the survivor told."""

from __future__ import annotations

from wraparound.response.marac.models.referring import (
    Challenge,
    CriteriaPrompt,
    Referral,
    ReferralDraft,
    Screening,
    SurvivorContact,
    Telling,
)

__all__ = [
    "Challenge",
    "CriteriaPrompt",
    "Referral",
    "ReferralDraft",
    "Screening",
    "SurvivorContact",
    "Telling",
]
