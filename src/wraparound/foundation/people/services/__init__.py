"""What is written about people. Each is checked, in one transaction, logged, and emits what happened."""

from __future__ import annotations

from wraparound.foundation.people.services.appearances import Appears, record_appearance, record_appearances
from wraparound.foundation.people.services.emergencies import Opened, look_in_emergency
from wraparound.foundation.people.services.links import (
    decide_different,
    decide_same,
    know_someone,
    link_own_record,
    undo_link,
)
from wraparound.foundation.people.services.own import own_record_for
from wraparound.foundation.people.services.particulars import (
    ChannelValues,
    RelationshipValues,
    add_address,
    add_contact_rule,
    confirm_contact_rule,
    name_address_reader,
    record_relationship,
    record_relationships,
    record_try,
    set_equality_answer,
    set_equality_answers,
    type_address,
    type_addresses_of,
)
from wraparound.foundation.people.services.proposals import propose_beside, propose_links
from wraparound.foundation.people.services.records import (
    Recorded,
    bulk_record_people,
    record_people,
    record_person,
)
from wraparound.foundation.people.values import PersonValues

__all__ = [
    "Appears",
    "ChannelValues",
    "Opened",
    "PersonValues",
    "Recorded",
    "RelationshipValues",
    "add_address",
    "add_contact_rule",
    "bulk_record_people",
    "confirm_contact_rule",
    "decide_different",
    "decide_same",
    "know_someone",
    "link_own_record",
    "look_in_emergency",
    "name_address_reader",
    "own_record_for",
    "propose_beside",
    "propose_links",
    "record_appearance",
    "record_appearances",
    "record_people",
    "record_person",
    "record_relationship",
    "record_relationships",
    "record_try",
    "set_equality_answer",
    "set_equality_answers",
    "type_address",
    "type_addresses_of",
    "undo_link",
]
