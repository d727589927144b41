"""The tables of cases: situations, what happened, what is so at present, and how it came in."""

from __future__ import annotations

from wraparound.response.cases.models.facts import FactKind, OrderKind, StandingFact
from wraparound.response.cases.models.situation import (
    Case,
    CaseNote,
    CaseParty,
    ChildExposure,
    ChildExposureVersion,
    Disclosure,
    ImportLine,
    ImportRun,
    Incident,
    IncidentVersion,
    PartyRole,
    UrgentRow,
)

__all__ = [
    "Case",
    "CaseNote",
    "CaseParty",
    "ChildExposure",
    "ChildExposureVersion",
    "Disclosure",
    "FactKind",
    "ImportLine",
    "ImportRun",
    "Incident",
    "IncidentVersion",
    "OrderKind",
    "PartyRole",
    "StandingFact",
    "UrgentRow",
]
