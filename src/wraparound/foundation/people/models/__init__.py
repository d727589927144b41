"""People as each organisation holds them, and the reversible links that say who is one person."""

from __future__ import annotations

from wraparound.foundation.people.models.links import (
    LinkDecision,
    LinkProposal,
    LinkRecusal,
    ProposalState,
)
from wraparound.foundation.people.models.particulars import (
    Address,
    AddressKind,
    AddressReader,
    AnswerState,
    ChannelKind,
    ChannelSafety,
    Characteristic,
    ContactRule,
    EqualityAnswer,
    Relationship,
    RelationshipKind,
)
from wraparound.foundation.people.models.records import (
    Appearance,
    BlockingKey,
    Person,
    Sex,
    SourceRecord,
    SourceRecordVersion,
    name_of,
)

__all__ = [
    "Address",
    "AddressKind",
    "AddressReader",
    "AnswerState",
    "Appearance",
    "BlockingKey",
    "ChannelKind",
    "ChannelSafety",
    "Characteristic",
    "ContactRule",
    "EqualityAnswer",
    "LinkDecision",
    "LinkProposal",
    "LinkRecusal",
    "Person",
    "ProposalState",
    "Relationship",
    "RelationshipKind",
    "Sex",
    "SourceRecord",
    "SourceRecordVersion",
    "name_of",
]
