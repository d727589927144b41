"""The MARAC's tables: from a prompt and a referral to the survivor told."""

from __future__ import annotations

from wraparound.response.marac.models.flags import AgencyFlag
from wraparound.response.marac.models.preparing import (
    AgencySystems,
    Agreement,
    EntryKind,
    IdvaRecord,
    ResearchEntry,
    ResearchRequest,
    ResearchSearch,
)
from wraparound.response.marac.models.referring import (
    Challenge,
    CriteriaPrompt,
    Referral,
    ReferralDraft,
    Screening,
    SurvivorContact,
    Telling,
)
from wraparound.response.marac.models.repeats import RepeatProposal, RoleReview
from wraparound.response.marac.models.sessions import Deferral, DeferralKind
from wraparound.response.marac.models.transfers import Direction, Move, Transfer

__all__ = [
    "AgencyFlag",
    "AgencySystems",
    "Agreement",
    "Challenge",
    "CriteriaPrompt",
    "Deferral",
    "DeferralKind",
    "Direction",
    "EntryKind",
    "IdvaRecord",
    "Move",
    "Referral",
    "ReferralDraft",
    "RepeatProposal",
    "ResearchEntry",
    "ResearchRequest",
    "ResearchSearch",
    "RoleReview",
    "Screening",
    "SurvivorContact",
    "Telling",
    "Transfer",
]
