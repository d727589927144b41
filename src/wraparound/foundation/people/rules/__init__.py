"""Decisions about people, as pure functions: given facts and rules, an answer with its reasons."""

from __future__ import annotations

from wraparound.foundation.people.rules.connection import RULE, Limb, personally_connected
from wraparound.foundation.people.rules.contact import Advice, Channel, ChannelAdvice, channel_name, may_contact
from wraparound.foundation.people.rules.keys import blocking_keys, district_of, phone_of, postcode_of
from wraparound.foundation.people.rules.links import held_apart, persons_after
from wraparound.foundation.people.rules.scoring import Facts, Reason, facts_of, score

__all__ = [
    "RULE",
    "Advice",
    "Channel",
    "ChannelAdvice",
    "Facts",
    "Limb",
    "Reason",
    "blocking_keys",
    "channel_name",
    "district_of",
    "facts_of",
    "held_apart",
    "may_contact",
    "personally_connected",
    "persons_after",
    "phone_of",
    "postcode_of",
    "score",
]
