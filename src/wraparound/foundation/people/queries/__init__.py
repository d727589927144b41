"""Reads about people. What a page shows is narrowed to its actor; what says "unnarrowed" is for services only."""

from __future__ import annotations

from wraparound.foundation.people.queries.candidates import (
    Candidate,
    ScoredPair,
    candidate_pairs,
    candidates_for,
    matching_rules,
)
from wraparound.foundation.people.queries.contact import ContactGuidance, contact_guidance, guidance_for_person
from wraparound.foundation.people.queries.emergencies import OpenNow, open_by_emergency, open_until
from wraparound.foundation.people.queries.held import (
    as_held,
    held_addresses,
    held_addresses_of_matter,
    held_addresses_of_matters,
    matters_of_persons,
    persons_of_matters,
    readers_of,
    same_person_records,
)
from wraparound.foundation.people.queries.page import (
    PersonFile,
    address_file,
    people_around,
    person_file,
    person_now,
    record_around,
)
from wraparound.foundation.people.queries.records import (
    address_to_type,
    contact_rule_for,
    link_decision_for,
    link_decisions,
    linked_already,
    open_proposals,
    person_for,
    proposal_for,
    record_for,
    records_of_person,
    records_visible_to,
)
from wraparound.foundation.people.queries.search import PersonFound, search

__all__ = [
    "Candidate",
    "ContactGuidance",
    "OpenNow",
    "PersonFile",
    "PersonFound",
    "ScoredPair",
    "address_file",
    "address_to_type",
    "as_held",
    "candidate_pairs",
    "candidates_for",
    "contact_guidance",
    "contact_rule_for",
    "guidance_for_person",
    "held_addresses",
    "held_addresses_of_matter",
    "held_addresses_of_matters",
    "link_decision_for",
    "link_decisions",
    "linked_already",
    "matching_rules",
    "matters_of_persons",
    "open_by_emergency",
    "open_proposals",
    "open_until",
    "people_around",
    "person_file",
    "person_for",
    "person_now",
    "persons_of_matters",
    "proposal_for",
    "readers_of",
    "record_around",
    "record_for",
    "records_of_person",
    "records_visible_to",
    "same_person_records",
    "search",
]
